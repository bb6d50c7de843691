"""The published tables of names: groups, channels, kinds of data, in both languages. Counts nothing.

Levels: transforms/reference/codes.py; fields and metrics have readers of their own.
"""

import polars as pl

from transforms.dictionary.columns import REFERENCE
from transforms.dictionary.contracts import CONTRACTS
from transforms.reference.organisation import ALL, Organisation

# count of the marts → code in lists of cases (reference/codes.toml)
CHANNELS = {"online": 2, "in_person": 1, "postal": 3}


def groups(organisation: Organisation) -> pl.DataFrame:
    """The mart `groups`: a row per group in the order of the report, then all units together."""
    rows: list[tuple[object, ...]] = [
        (one.id, one.name.vi, one.name.en, order, one.has_rate, one.in_whole, ", ".join(one.parts) or None)
        for order, one in enumerate(organisation.groups, 1)
    ]
    whole = organisation.whole
    rows.append((ALL, whole.vi, whole.en, len(rows) + 1, True, True, None))
    return pl.DataFrame(rows, schema=REFERENCE["groups"].schema, orient="row")


def channels(organisation: Organisation) -> pl.DataFrame:
    """The mart `channels`: a row per way of filing."""
    names = {"online": organisation.online, "in_person": organisation.in_person, "postal": organisation.postal}
    rows = [
        (channel, code, names[channel].vi, names[channel].en, order)
        for order, (channel, code) in enumerate(CHANNELS.items(), 1)
    ]
    return pl.DataFrame(rows, schema=REFERENCE["channels"].schema, orient="row")


def contracts() -> pl.DataFrame:
    """The mart `contracts`: a row per kind of data."""
    rows = [(one.name, one.title.vi, one.title.en, order) for order, one in enumerate(CONTRACTS.values(), 1)]
    return pl.DataFrame(rows, schema=REFERENCE["contracts"].schema, orient="row")
