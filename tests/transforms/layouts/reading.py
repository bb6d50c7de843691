"""Files read by a configured layout, as a workspace would: what the tests of layouts share."""

from datetime import date

from flows.settings.layouts import LayoutSettings
from tests.reference import headers, titles
from transforms.dictionary.contracts import CONTRACTS
from transforms.read.agreed import Agreed, IsOwn
from transforms.read.filings import Filings, read_filings

DAY = date(2024, 3, 31)
Keys = dict[str, object]


def read(
    content: str | bytes,
    layout: Keys,
    *,
    day: date | None = DAY,
    contract: str = "summary",
    basis: str = "day",
    sheet: str | None = None,
    is_own: IsOwn | None = None,
) -> Filings:
    """One file; `layout` as tyle.toml has it."""
    settings = LayoutSettings.model_validate(layout)
    agreed = Agreed(day, basis, 4, sheet, tuple(settings.null_values), settings.shape(), is_own)
    content = content.encode() if isinstance(content, str) else content
    return read_filings({0: content}, CONTRACTS[contract], headers(), {0: agreed}, titles())


def figures(filings: Filings, kind: str = "detail") -> list[tuple[object, ...]]:
    """Field, online, in person and total of each row of a kind; the file must have been read."""
    assert not filings.refusals, filings.refusals[0].describe()
    rows = filings.rows.filter(kind=kind)
    return rows.select("field", "online", "in_person", "total").rows()


def refusal(filings: Filings, lang: str = "vi") -> str:
    """Why the file was refused; it must have been."""
    assert filings.rows.is_empty()
    return filings.refusals[0].describe(lang)
