"""The reference data a new workspace gets, as the tests use them."""

from functools import cache
from importlib.resources import files

import polars as pl

from transforms.read.headers.book import HeaderBook
from transforms.read.titles.words import TitleBook
from transforms.reference.codes import CodeBook
from transforms.reference.fields import FieldBook
from transforms.reference.metrics import MetricBook
from transforms.reference.organisation import Organisation, read_organisation
from transforms.reference.units import Registry


def text(name: str) -> str:
    return (files("reference") / name).read_text(encoding="utf-8")


@cache
def headers() -> HeaderBook:
    return HeaderBook.from_toml(
        text("headers.toml"),
        text("qualifiers.toml"),
        text("rows.toml"),
        fields().names,
        shipped_components()["written"],
    )


@cache
def titles() -> TitleBook:
    return TitleBook.from_toml(text("titles.toml"))


@cache
def codes() -> CodeBook:
    return CodeBook.from_toml(text("codes.toml"))


@cache
def registry() -> Registry:
    return Registry.from_csv(text("units.csv"), organisation())


@cache
def organisation() -> Organisation:
    return read_organisation(text("organisation.toml"))


@cache
def fields() -> FieldBook:
    return FieldBook.from_csv(text("fields.csv"))


@cache
def shipped_components() -> pl.DataFrame:
    return MetricBook.from_toml(text("metrics.toml")).components
