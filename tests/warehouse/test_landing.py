"""The landing: every byte kept, privately, under a name that leads back to it."""

import os
import stat
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.builders import Sent, aug, received
from warehouse.places.landing import fetch, land


def test_bytes_come_back_as_they_were_sent(tmp_path: Path) -> None:
    files = [Sent("a", aug(1), content="x" * 100_000), Sent("b", aug(1), content="é\0"), Sent("a", aug(2))]
    landed = land(tmp_path / "landing", received(files), "run-1")
    assert landed.drop("landing").equals(received(files))
    for sent, landing in zip(files, landed["landing"], strict=True):
        assert fetch(tmp_path / "landing", landing) == sent.bytes


def test_one_pack_per_contract_and_day_named_by_the_batch(tmp_path: Path) -> None:
    files = [Sent("a", aug(1)), Sent("b", aug(1)), Sent("a", aug(2)), Sent("a", aug(1), contract="ii06")]
    landed = land(tmp_path, received(files), "run-1")
    packs = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert packs == ["ii06/2022-08-01/run-1.zip", "summary/2022-08-01/run-1.zip", "summary/2022-08-02/run-1.zip"]
    sha256 = landed["sha256"][0]
    assert landed["landing"][0] == f"summary/2022-08-01/run-1.zip#a/{sha256[:12]}-export.csv"


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        land(tmp_path / "landing", received([Sent("a", aug(1))]), "run-1")
    finally:
        os.umask(before)
    for path in (tmp_path / "landing").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE((tmp_path / "landing").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", "a#b.csv", "tệp số 1.xlsx", "x\n\0.csv", "d\\e.csv", "v" * 300]
)
def test_a_file_name_cannot_leave_the_pack(tmp_path: Path, name: str) -> None:
    sent = Sent("a", aug(1), name=name)
    landing = land(tmp_path, received([sent]), "run-1")["landing"][0]
    assert fetch(tmp_path, landing) == sent.bytes
    (member,) = zipfile.ZipFile(tmp_path / "summary/2022-08-01/run-1.zip").namelist()
    assert member.count("/") == 1
    assert ".." not in member.split("/")
    assert len(member) < 200


def test_a_retry_replaces_nothing(tmp_path: Path) -> None:
    first = land(tmp_path, received([Sent("a", aug(1), content="first")]), "run-1")["landing"][0]
    second = land(tmp_path, received([Sent("a", aug(1), content="second")]), "run-1")["landing"][0]
    assert fetch(tmp_path, first) == b"first"
    assert fetch(tmp_path, second) == b"second"


def test_the_same_file_at_two_places_is_kept_once(tmp_path: Path) -> None:
    files = [Sent("a", aug(1), place="one", content="x"), Sent("a", aug(1), place="two", content="x")]
    landings = land(tmp_path, received(files), "run-1")["landing"]
    assert landings[0] == landings[1]
    assert fetch(tmp_path, landings[0]) == b"x"


def test_a_failed_pack_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = received([Sent("a", aug(1)), Sent("b", aug(1))]).with_columns(
        content=pl.when(pl.col("unit_id") == "a").then("content")
    )
    with pytest.raises(TypeError):
        land(tmp_path, broken, "run-1")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nothing_received_lands_nothing(tmp_path: Path) -> None:
    landed = land(tmp_path / "landing", received([]), "run-1")
    assert landed.is_empty()
    assert landed.schema["landing"] == pl.String
    assert not (tmp_path / "landing").exists()
