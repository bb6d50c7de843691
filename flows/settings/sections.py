"""The small sections of tyle.toml: how a day is run, what is kept for how long, what is published, closed, drawn."""

from typing import Literal

from pydantic import Field, field_validator

from flows.settings.section import Section
from transforms.reference.months import Months


class RunSettings(Section):
    """How a day is run."""

    lookback_days: int = Field(10, ge=0, le=366, description="late and corrected exports are looked for so far back")
    backfill_days: int = Field(
        7, ge=1, le=31, description="days a backfill takes in one batch; a whole batch is in memory at once"
    )
    batch_size: int = Field(0, ge=0, description="units pulled in one task; 0 = chosen by their number")
    pull_attempts: int = Field(3, ge=1, le=20)
    cut_off_hour: int = Field(
        17, ge=0, le=23, description="hour of the next working day until which an export is in time"
    )
    service_level: int = Field(4, ge=2, le=4, description="level of a summary that states none (4 = toàn trình)")


class Retention(Section):
    """For how many days after its business date an original is kept; null = for good."""

    summary: int | None = Field(None, ge=1)
    ii06: int | None = Field(None, ge=1)
    cases: int | None = Field(30, ge=1, description="their ids in the lake too: they are personal data")
    processing: int | None = Field(None, ge=1)


class Landing(Section):
    """How long untouched bytes are kept, and where."""

    retention_days: Retention = Retention()
    place: str | None = Field(None, description="of a shared lake: s3://bucket/prefix, or a folder all machines share")

    def days(self) -> dict[str, int]:
        """Contract → days, of those that are not kept for good."""
        return {contract: days for contract, days in self.retention_days if days is not None}


class Publish(Section):
    """How long superseded published files stay for readers that still hold them, and whether it is done here."""

    here: bool = Field(
        True, description="false: this machine pulls, checks and commits; another one publishes and sends alerts"
    )

    keep: int = Field(5, ge=1)
    grace_hours: float = Field(24, ge=0)


class Periods(Section):
    """From which day to which a reporting month runs."""

    first_day: int = Field(
        1, ge=1, le=28, description="1 = calendar month; 15 = month M is the 15th of M-1 to the 14th"
    )

    def months(self) -> Months:
        """As the marts want them."""
        return Months(self.first_day)


class Report(Section):
    """What the monthly figures are compared with, and whether the report shows them drawn."""

    baseline_month: str | None = Field(None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")
    charts: bool = Field(False, description="an appendix of charts in the report's documents")


class Close(Section):
    """How a month is closed by the deployment `monthly-close`."""

    approval: bool = Field(False, description="only after a person has approved")
    wait_hours: int = Field(
        240, ge=1, description="for the approval; then the run ends as failed and nothing is closed"
    )


class Marts(Section):
    """What derives the marts from the lake: the same statements on DuckDB or on Apache Spark, with the same rows."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    spark_master: str = Field("local[*]", min_length=1, description="where Spark runs")
    spark_conf: dict[str, str] = Field({}, description="settings of Spark, before our own")


class Docs(Section):
    """How long the pages on what was checked stay; the results they are made from stay for good."""

    retention_days: int = Field(400, ge=1, description="since a page was last made")


class Site(Section):
    """The pages made of each publication, in published/site."""

    enabled: bool = True
    title: str = "Tỷ lệ hồ sơ trực tuyến"
    title_en: str = "Online rate of public-service cases"
    suppress_below: int = Field(0, ge=0, description="counts below are not shown; 0 = all are, otherwise at least 3")

    @field_validator("suppress_below")
    @classmethod
    def _hides_something(cls, limit: int) -> int:
        if limit in {1, 2}:  # below 2 there is only 1: that it is not shown would state it
            raise ValueError("0 (nêu mọi số) hoặc từ 3 trở lên")
        return limit
