"""Pulls as tyle.toml describes them, with short timeouts, and the checks that every source must pass."""

import traceback
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from flows.intake.clients import pull_source
from flows.settings.sources import Source
from sources.export import Export, SourceError, Window
from sources.templates import UnitAddress

FIRST, LAST = date(2022, 8, 1), date(2022, 8, 2)
NOW = datetime(2022, 8, 10)
UNIT = UnitAddress("so-y-te", "H55.09")
SECRET = "Bi-Mat-9f3c7"
LITTLE_PATIENCE = {
    "connect_seconds": 10,
    "read_seconds": 10,
    "total_seconds": 30,
    "attempts": 2,
    "first_wait_seconds": 0.01,
}

_SOURCE: TypeAdapter[Any] = TypeAdapter(Source)


def pull(
    settings: Mapping[str, Any],
    root: Path,
    *,
    last: date = LAST,
    now: datetime = NOW,
    etags: Mapping[str, str] | None = None,
    unit: UnitAddress = UNIT,
) -> list[Export]:
    """What the unit has at the source from FIRST to `last`."""
    patience = {} if settings.get("kind", "folder") == "folder" else LITTLE_PATIENCE
    source = _SOURCE.validate_python(patience | dict(settings))
    return list(pull_source(source, unit, Window(FIRST, last, now, zone="Asia/Ho_Chi_Minh"), root, etags or {}))


def failure(settings: Mapping[str, Any], root: Path, **options: Any) -> str:
    """Why a pull fails: one line, and the secret nowhere in what a traceback would print."""
    with pytest.raises(SourceError) as caught:
        pull(settings, root, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return message
