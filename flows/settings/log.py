"""What tyle.toml says of the log. What is logged stands in flows/runs/log.py."""

from typing import Literal

from pydantic import Field

from flows.settings.section import Section


class Log(Section):
    """How events are logged."""

    format: Literal["off", "text", "json"] = Field("off", description="on stderr; json: an object a line")
