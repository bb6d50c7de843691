"""Notifies the operator that runs cannot publish, and why: once, and again after `[alerts] repeat_hours`.

What was sent last is noted in a file beside the publications, until one succeeds. The lake's alerts are about units.
"""

import json
from datetime import datetime, timedelta
from logging import ERROR
from pathlib import Path

from flows.alerts.send import DeliveryError, deliver
from flows.alerts.texts import Message
from flows.runs.log import log_event
from flows.settings.workspace import Workspace
from sources.export import SourceError
from transforms.dictionary.text import Text
from warehouse.places.whole import write_whole

_TITLE = Text(
    "[tyle] Không công bố được: bản đang công bố giữ nguyên", "[tyle] Nothing published: the last publication stays"
)


def alert_unpublished(workspace: Workspace, reason: str, now: datetime) -> None:
    """Send `reason` at `now` (UTC without zone) to all that critical alerts of any unit go to.

    Raises nothing: a channel that fails is logged, and the next run that fails sends the message again.
    """
    log_event("publish.refused", ERROR, reason=reason)
    settings = workspace.settings.alerts
    note = _note(workspace)
    if _is_known(note, reason, now - timedelta(hours=settings.repeat_hours)):
        return
    message = Message(_TITLE.in_language(settings.lang), tuple(reason.splitlines()))
    arrived = True
    for number, url in enumerate(settings.urls_for("", "critical"), start=1):
        try:
            deliver(url, message, workspace.root, recovery=False)
        except (DeliveryError, SourceError) as error:
            arrived = False
            log_event("alert.failed", ERROR, channel=number, error=str(error))
    if arrived:
        write_whole(note, json.dumps({"reason": reason, "at": now.isoformat()}).encode())


def forget_unpublished(workspace: Workspace) -> None:
    """After a publication: the next refusal is a new one."""
    _note(workspace).unlink(missing_ok=True)


def _note(workspace: Workspace) -> Path:
    return workspace.published.parent / ".refused.json"


def _is_known(note: Path, reason: str, since: datetime) -> bool:
    """Whether this reason was sent after `since`."""
    try:
        sent = json.loads(note.read_bytes())
        return bool(sent["reason"] == reason and datetime.fromisoformat(sent["at"]) > since)
    except (OSError, ValueError, KeyError, TypeError):
        return False
