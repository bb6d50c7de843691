"""Creates the automations of the deployment file on a Prefect server, which then notifies by itself. Sends nothing.

Prefect's own `automation create` adds each automation again when repeated, and accepts a notification block only by id.
"""

from pathlib import Path
from typing import Any

from httpx import HTTPError
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectNotFound, PrefectException
from pydantic import ValidationError

from flows.scheduled.environment import OrchestrationError
from flows.scheduled.server.deployment_file import entries

WEBHOOK = "TYLE_WEBHOOK"
BLOCK = "custom-webhook/tyle"
_NOTIFY = "send-notification"


def apply_automations(
    file: Path, block: str = BLOCK, webhook: str | None = None, *, block_needed: bool = True
) -> dict[str, str]:
    """Create or update the automations of `file` by name: name → created, changed, unchanged or silent.

    They notify through the notification block `block` (type/name); where `webhook` is a URL, BLOCK is made with it
    first. An existing automation stays on or off; automations not in `file` are left alone. Where the block does not
    exist, automations that notify are skipped (silent), or OrchestrationError is raised if `block_needed`.
    """
    wanted = entries(file, "automations")
    try:
        if webhook and block == BLOCK:
            _keep_webhook(webhook)
        with get_client(sync_client=True) as client:
            block_id = _block_id(client, block, needed=block_needed)
            silent = [entry for entry in wanted if block_id is None and _notifies(entry)]
            automations = [_automation(file, entry, block_id) for entry in wanted if entry not in silent]
            done = {automation.name: _apply(client, automation) for automation in automations}
            return done | {str(entry.get("name")): "silent" for entry in silent}
    except (HTTPError, PrefectException) as error:
        raise OrchestrationError(f"máy chủ Prefect không nhận automation ({type(error).__name__})") from error


def _keep_webhook(url: str) -> None:
    """Store the webhook's URL as a secret of the server; the JSON it posts has the keys of apprise's json://."""
    CustomWebhookNotificationBlock(
        name="tyle",
        url="{{ url }}",
        json_data={"title": "{{ subject }}", "message": "{{ body }}"},
        secrets={"url": url},
    ).save(BLOCK.split("/")[1], overwrite=True)


def _notifies(entry: dict[str, Any]) -> bool:
    return any(action.get("type") == _NOTIFY for action in entry.get("actions", ()))


def _block_id(client: SyncPrefectClient, block: str, *, needed: bool) -> str | None:
    kind, _, name = block.partition("/")
    try:
        return str(client.read_block_document_by_name(name, kind).id)
    except ObjectNotFound:
        if not needed:
            return None
        how = f"đặt {WEBHOOK} là địa chỉ webhook" if block == BLOCK else "tạo khối trong Prefect"
        raise OrchestrationError(f"máy chủ Prefect chưa có khối thông báo “{block}”: {how}") from None


def _automation(file: Path, entry: dict[str, Any], block_id: str | None) -> AutomationCore:
    actions = [
        {"block_document_id": block_id} | action if action.get("type") == _NOTIFY else action
        for action in entry.get("actions", ())
    ]
    try:
        return AutomationCore.model_validate(entry | {"actions": actions})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise OrchestrationError(f"{file}: automations: {entry.get('name', '?')}: {where}: {first['msg']}") from None


def _apply(client: SyncPrefectClient, wanted: AutomationCore) -> str:
    known = client.read_automations_by_name(wanted.name)
    if not known:
        client.create_automation(wanted)
        return "created"
    wanted = wanted.model_copy(update={"enabled": known[0].enabled})
    # An update restarts every waiting period, so an automation without changes is not updated.
    if wanted.model_dump() == known[0].model_dump(exclude={"id"}):
        return "unchanged"
    client.update_automation(known[0].id, wanted)
    return "changed"
