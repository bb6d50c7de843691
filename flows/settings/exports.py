"""What a unit sends and how strictly it is checked: `[exports]`, `[units.<unit_id>]`, `[rules]`, `[history]`."""

import re
from typing import Literal

from pydantic import Field, field_validator

from flows.settings.section import Section
from flows.settings.sources import FolderSource, Source
from transforms.dictionary import contracts

PROCESSING = contracts.PROCESSING.name
YEAR_TO_DATE = "year_to_date"  # the one basis of `processing`
ContractName = Literal["summary", "ii06", "cases", "processing"]
RuleSettings = dict[str, Literal["critical", "warning", "info", "off"]]  # rule → how strictly it is taken


class HistoryTermsFor(Section):
    """When figures are unusual beside those of earlier days of the same weekday; a warning, no more."""

    min_days: int = Field(20, ge=5, description="of the same weekday, before there is anything usual")
    min_cases: int = Field(30, ge=1, description="a day, below which it says nothing")
    width: float = Field(5, gt=0, description="standard deviations, told from the median absolute deviation")
    least_spread_pct: float = Field(
        1, ge=0, description="a standard deviation is at least so wide: points of a rate, per cent of a total"
    )


class History(HistoryTermsFor):
    """What holds for all; `[history.<contract>]` says otherwise for one contract."""

    summary: HistoryTermsFor = HistoryTermsFor()
    ii06: HistoryTermsFor = HistoryTermsFor()
    cases: HistoryTermsFor = HistoryTermsFor()
    processing: HistoryTermsFor = HistoryTermsFor()


class Exports(Section):
    """What a unit sends and where; `[exports]` for all units, `[units.<unit_id>]` for one.

    A unit that sends several exports has several `[[units.<unit_id>]]`, each of another contract.
    """

    contract: ContractName = "summary"
    basis: Literal["day", "month_to_date", "year_to_date"] = Field("day", description="of processing: year_to_date")
    source: Source = FolderSource()
    sheet: str | None = Field(None, description="the sheet to read, where a workbook holds several such tables")
    service_level: int | None = Field(
        None, ge=0, le=4, description="level of rows that state none; 0 = the levels are not told apart"
    )
    max_faulty_rows_pct: float = Field(5, ge=0, le=100, description="share of a delivery's cases that may be set aside")
    rules: RuleSettings = Field({}, description="rules of this export taken otherwise than by their own severity")
    history: HistoryTermsFor = Field(HistoryTermsFor(), description="of [history], what this export has otherwise")
    cut_off_hour: int | None = Field(None, ge=0, le=23, description="where it differs from that of [run]")
    case_id_pattern: str = Field(r"^[\w.]+-\d{6}-\d{4,}$", description="regular expression")

    @field_validator("case_id_pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"không phải biểu thức chính quy: {error}") from error
        return pattern
