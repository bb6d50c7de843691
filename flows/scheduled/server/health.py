"""Checks for `tyle doctor` that a Prefect server runs what tyle deployed, and needs a password. Changes nothing."""

import os
from pathlib import Path

from flows.scheduled.environment import OrchestrationError, prepare
from warehouse.care.doctor.finding import Finding

_SCHEDULES = "lịch chạy"
_LOCKED = "mật khẩu của máy chủ Prefect"
_OPEN = "không đòi mật khẩu: ai tới được nó, kể cả một trang web, đều chạy được lệnh trên máy của worker"


def examine_schedules(root: Path) -> Finding:
    """Check that the Prefect server of PREFECT_API_URL has our deployments, and that each has next runs."""
    try:
        prepare(root)
        # Prefect is only imported where a server is named
        from flows.scheduled.server.deployments import deployed, no_runs, standing_still  # noqa: PLC0415

        found = deployed()
    except OrchestrationError as error:
        return Finding(_SCHEDULES, "fault", str(error), "docs/runbook.md: máy chủ Prefect")
    if not found:
        return Finding(_SCHEDULES, "fault", "máy chủ Prefect chưa có lịch chạy nào của tyle", "tyle deploy")
    if standing_still(found):
        return Finding(_SCHEDULES, "fault", no_runs(found), "tyle deploy; docs/runbook.md: máy chủ Prefect")
    overdue = [one for one in found if one.overdue]
    if overdue:
        since = f"{overdue[0].name} lẽ ra chạy lúc {overdue[0].overdue:%d/%m %H:%M} (UTC)"
        return Finding(_SCHEDULES, "warn", f"{since} mà chưa chạy", "xem worker có chạy không: prefect worker start")
    paused = [one.name for one in found if one.paused]
    beside = f", đang tạm dừng: {', '.join(paused)}" if paused else ""
    return Finding(_SCHEDULES, "warn" if paused else "ok", f"{len(found)} lịch chạy, đều có lần chạy tới{beside}")


def examine_password() -> Finding:
    """Check that the Prefect server of PREFECT_API_URL answers nobody without a password."""
    import httpx  # noqa: PLC0415 - only needed for a named server

    try:
        answer = httpx.get(f"{os.environ['PREFECT_API_URL'].rstrip('/')}/admin/version", timeout=10)
    except httpx.HTTPError:
        return Finding(_LOCKED, "warn", "máy chủ không trả lời, nên không xem được")
    if answer.is_success:
        return Finding(_LOCKED, "warn", _OPEN, "docs/runbook.md: Server and workers apart")
    return Finding(_LOCKED, "ok", "cần mật khẩu")
