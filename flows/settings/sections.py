"""The small sections of tyle.toml: runs, retention, publishing, periods, report, closing, marts, pages."""

from typing import Literal

from pydantic import Field, field_validator

from flows.settings.section import Section
from sources.export import FILES_PER_DAY, MB_PER_DAY
from transforms.reference.months import Months


class RunSettings(Section):
    """How a day is run."""

    lookback_days: int = Field(
        10, ge=0, le=366, description="days back in which late and corrected exports are searched for"
    )
    backfill_days: int = Field(
        7, ge=1, le=31, description="days in one batch of a backfill; a whole batch is in memory at once"
    )
    batch_size: int = Field(0, ge=0, description="units pulled in one task; 0 = set from their number")
    pull_attempts: int = Field(3, ge=1, le=20)
    cut_off_hour: int = Field(
        17, ge=0, le=23, description="hour of that working day (cut_off_days) until which an export is in time"
    )
    cut_off_days: int = Field(
        1, ge=1, le=250, description="working days after its business date until which an export is in time"
    )
    read_seconds: int = Field(60, ge=1, description="processor time for reading one file; what takes longer is refused")
    read_memory_mb: int = Field(1024, ge=128, description="memory for reading one file; what takes more is refused")
    files_per_day: int = Field(
        FILES_PER_DAY, ge=1, description="files of one unit for one day; what exceeds it is not fetched"
    )
    mb_per_day: float = Field(
        MB_PER_DAY,
        gt=0,
        description="size of the files of one unit for one day together; max_mb of a source where larger",
    )
    service_level: int = Field(4, ge=2, le=4, description="level of a summary that states none (4 = toàn trình)")


class Retention(Section):
    """The days for which an original is kept after its business date; null = for ever."""

    summary: int | None = Field(None, ge=1)
    ii06: int | None = Field(None, ge=1)
    cases: int | None = Field(30, ge=1, description="also for case ids in the lake: they are personal data")
    processing: int | None = Field(None, ge=1)


class Landing(Section):
    """How long original bytes are kept, and where."""

    retention_days: Retention = Retention()
    place: str | None = Field(None, description="for a shared lake: s3://bucket/prefix, or a folder all machines share")

    def days(self) -> dict[str, int]:
        """Contract → days, without contracts that are kept for ever."""
        return {contract: days for contract, days in self.retention_days if days is not None}


class Publish(Section):
    """Whether this machine publishes, and how long superseded files stay for readers that still have them open."""

    here: bool = Field(
        True, description="false: this machine pulls, checks and commits; another one publishes and sends alerts"
    )

    keep: int = Field(5, ge=1)
    grace_hours: float = Field(24, ge=0)


class Periods(Section):
    """The first and last day of a reporting month."""

    first_day: int = Field(
        1, ge=1, le=28, description="1 = calendar month; 15 = month M is the 15th of M-1 to the 14th"
    )

    def months(self) -> Months:
        """The reporting months, in the form that the marts need."""
        return Months(self.first_day)


class Report(Section):
    """What the monthly figures are compared with, and whether the report has charts."""

    baseline_month: str | None = Field(None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")
    charts: bool = Field(False, description="an appendix of charts in the report's documents")


class Close(Section):
    """How the deployment `monthly-close` closes a month."""

    approval: bool = Field(False, description="close only after a person has approved")
    wait_hours: int = Field(
        240, ge=1, description="hours to wait for the approval; then the run fails and nothing is closed"
    )


class Marts(Section):
    """The engine that derives the marts from the lake: DuckDB or Apache Spark, the same SQL with the same rows."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    spark_master: str = Field("local[*]", min_length=1, description="where Spark runs")
    spark_conf: dict[str, str] = Field({}, description="settings of Spark, which replace our own")


class Docs(Section):
    """How long the pages of check results stay; the results themselves are kept for ever."""

    retention_days: int = Field(400, ge=1, description="days since a page was last made")


class Site(Section):
    """The static site made of each publication, in published/site."""

    enabled: bool = True
    title: str = "Tỷ lệ hồ sơ trực tuyến"
    title_en: str = "Online rate of public-service cases"
    suppress_below: int = Field(0, ge=0, description="smaller counts are hidden; 0 = none is, otherwise at least 3")

    @field_validator("suppress_below")
    @classmethod
    def _hides_something(cls, limit: int) -> int:
        if limit in {1, 2}:  # only 1 is below 2: hiding it would reveal it
            raise ValueError("0 (nêu mọi số) hoặc từ 3 trở lên")
        return limit
