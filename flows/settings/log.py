"""The section [log] of tyle.toml. The log itself is in flows/runs/log.py."""

from typing import Literal

from pydantic import Field

from flows.settings.section import Section


class Log(Section):
    """The format of the event log."""

    format: Literal["off", "text", "json"] = Field("off", description="written to stderr; json: one object per line")
