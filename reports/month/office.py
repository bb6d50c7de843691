"""Reads `reference/report.toml`: who reports to whom, on what legal basis. Knows no figure."""

import re
import tomllib

from pydantic import BaseModel, ConfigDict, ValidationError

from reports.errors import ReportError

FILE = "report.toml"
_TO_FILL_IN = re.compile(r"\[[^\]]*\]")


class Office(BaseModel):
    """What an office fills in once; texts as they are printed. Text in [brackets] is not filled in yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    national_title: str = ""
    motto: str = ""
    parent_agency: str
    agency: str
    agency_name: str
    agency_short: str
    agency_role: str = ""
    place: str
    number_suffix: str
    province: str
    service: str
    subject: str
    addressee: str
    legal_bases: tuple[str, ...] = ()
    baseline_note: str = ""
    signing_for: str = ""
    signatory_title: str
    signatory_name: str = ""
    recipients: tuple[str, ...]
    rankings: tuple[str, ...] = ()  # metrics by which units are ranked, an appendix each

    @property
    def topic(self) -> str:
        """The subject as it stands inside a sentence."""
        return self.subject[:1].lower() + self.subject[1:]

    @property
    def to_fill_in(self) -> tuple[str, ...]:
        """The keys whose value is still the one of a new workspace."""
        return tuple(key for key, value in self if any(_TO_FILL_IN.search(text) for text in _texts(value)))


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def read_office(text: str) -> Office:
    """The office that `report.toml` describes. Raises ReportError in one line: file, key, what is wrong."""
    try:
        return Office(**tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ReportError(f"{FILE}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        message = {"missing": "thiếu khóa này", "extra_forbidden": "không có khóa này"}.get(first["type"], first["msg"])
        raise ReportError(f"{FILE}: {key}: {message}") from None
