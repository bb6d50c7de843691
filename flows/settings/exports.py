"""What a unit sends and how strictly it is checked: [exports], [units.<unit_id>], [rules], [history]."""

import re
from typing import Literal

from pydantic import Field, field_validator

from flows.settings.layouts import LayoutSettings
from flows.settings.section import Section
from flows.settings.sources import FolderSource, Source
from transforms.dictionary import contracts
from transforms.read.shape import Shape

PROCESSING = contracts.PROCESSING.name
CASES = contracts.CASES.name
SCORES = contracts.SCORES.name
YEAR_TO_DATE = "year_to_date"  # the only basis of `processing`
ContractName = Literal["summary", "ii06", "cases", "processing", "scores"]
RuleSettings = dict[str, Literal["critical", "warning", "info", "off"]]  # rule → how strictly it is taken


class HistoryTermsFor(Section):
    """When a figure counts as unusual, compared with earlier days of the same weekday; it only causes a warning."""

    min_days: int = Field(20, ge=5, description="days of the same weekday that are needed to compare with")
    min_cases: int = Field(30, ge=1, description="cases a day, below which nothing is compared")
    width: float = Field(5, gt=0, description="standard deviations, estimated from the median absolute deviation")
    least_spread_pct: float = Field(
        1, ge=0, description="least standard deviation: in points for a rate, in per cent for a total"
    )


class History(HistoryTermsFor):
    """The terms for all contracts; `[history.<contract>]` replaces them for one contract."""

    summary: HistoryTermsFor = HistoryTermsFor()
    ii06: HistoryTermsFor = HistoryTermsFor()
    cases: HistoryTermsFor = HistoryTermsFor()
    processing: HistoryTermsFor = HistoryTermsFor()
    scores: HistoryTermsFor = HistoryTermsFor()


class Exports(Section):
    """What a unit sends and where; `[exports]` for all units, `[units.<unit_id>]` for one.

    A unit that sends several exports has several `[[units.<unit_id>]]`, each of another contract.
    """

    contract: ContractName = "summary"
    basis: Literal["day", "month_to_date", "year_to_date"] = Field("day", description="for processing: year_to_date")
    source: Source = FolderSource()
    sheet: str | None = Field(None, description="the sheet to read, where a workbook holds several such tables")
    null_values: list[str] = Field([], description="what stands where a figure is missing, e.g. NA: read as blank")
    layout: LayoutSettings | None = Field(None, description="the form of the files, where it is not discovered")
    service_level: int | None = Field(
        None, ge=0, le=4, description="level of rows that state none; 0 = the level is not known"
    )
    max_faulty_rows_pct: float = Field(5, ge=0, le=100, description="share of a delivery's cases that may be set aside")
    count_for: Literal["handling", "receiving"] = Field(
        "handling", description="of cases: the unit that handles a case counts it, or the one that received it"
    )
    rules: RuleSettings = Field({}, description="rules with another severity for this export")
    history: HistoryTermsFor = Field(HistoryTermsFor(), description="what replaces [history] for this export")
    expected: bool | None = Field(
        None, description="of scores: whether it is missing where it does not come; default: no, they come rarely"
    )
    cut_off_hour: int | None = Field(None, ge=0, le=23, description="default: that of [run]")
    cut_off_days: int | None = Field(None, ge=1, le=250, description="default: that of [run]")
    case_id_pattern: str = Field(r"^[\w.]+-\d{6}-\d{4,}$", description="regular expression")

    @property
    def shape(self) -> Shape | None:
        """The form of the files as reading takes it; None where nothing is written."""
        shape = self.layout.shape() if self.layout else Shape()
        return None if shape == Shape() else shape

    @property
    def missing_values(self) -> tuple[str, ...]:
        """What stands where a figure is missing, wherever tyle.toml says so."""
        return tuple(self.null_values or (self.layout.null_values if self.layout else ()))

    @property
    def is_expected(self) -> bool:
        """Whether it is missing on a day of the unit on which it does not come."""
        return self.contract != SCORES or bool(self.expected)

    @field_validator("case_id_pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"không phải biểu thức chính quy: {error}") from error
        return pattern
