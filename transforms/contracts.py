"""What an export of each kind must and may say. Holds no header names (reference/headers.toml) and no rules."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contract:
    """The columns a delivery of this kind is read into, by how they are read.

    `required` must be found in the header; `ordinal` is the row's own number (STT), `unit` and `date` are
    statements that are compared with who sent the file and for which day.
    """

    name: str
    required: tuple[str, ...]
    texts: tuple[str, ...]
    counts: tuple[str, ...]
    percents: tuple[str, ...]
    dates: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns in their order in a filings frame."""
        return (*self.texts, *self.counts, *self.percents, *self.dates)


SUMMARY = Contract(
    name="summary",
    required=("field", "online", "in_person", "total"),
    texts=("ordinal", "field", "unit"),
    counts=(
        "online",
        "in_person",
        "postal",
        "total",
        "received",
        "settled",
        "settled_on_time",
        "service_level",
    ),
    percents=("stated_rate",),
    dates=("date",),
)

CONTRACTS = {contract.name: contract for contract in (SUMMARY,)}
