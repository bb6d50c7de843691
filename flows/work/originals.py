"""Reads a stored delivery again from its original, as it was pulled. Judges and stores nothing.

A part of a shared export is split again from the whole file, by the settings and names of today.
"""

import hashlib
import zipfile
from typing import Any

import polars as pl

from flows.intake.lateness import KEY, with_cut_offs
from flows.intake.shared import shared_of, split_one
from flows.runs.lakes import landing_of
from flows.settings.workspace import Workspace
from transforms.check.shared.parts import PartRead, with_corrections
from transforms.check.shared.split import Split
from transforms.dictionary.columns import RECEIVED
from transforms.dictionary.shared_senders import is_shared
from transforms.read.filings import FileRead
from warehouse.lake.lake import Lake
from warehouse.ledger.deliveries import corrected_sums, shared_delivery
from warehouse.ledger.states import current_states
from warehouse.places.errors import DecisionError
from warehouse.places.landing import fetch


def received_again(workspace: Workspace, lake: Lake, delivery: dict[str, Any], file: int = 0) -> pl.DataFrame:
    """The delivery (its row of the ledger) with its bytes: columns RECEIVED with this `file`, `cut_off` and `landing`.

    Its time is the time it was received, and it is late if it was late then. Raises DecisionError when the original is
    not what was received, PurgedError when it was removed.
    """
    try:
        content = fetch(landing_of(workspace), delivery["landing"])
    except (FileNotFoundError, KeyError, zipfile.BadZipFile) as error:
        message = f"{delivery['delivery_id']}: không còn đọc được bản gốc {delivery['landing']}"
        raise DecisionError(message) from error
    whole = delivery
    if delivery["part"] is not None or is_shared(delivery["unit_id"]):
        whole = shared_delivery(lake, delivery)
    if hashlib.sha256(content).hexdigest() != whole["sha256"]:
        message = f"{delivery['delivery_id']}: bản gốc {delivery['landing']} không còn đúng mã SHA-256 đã ghi khi nhận"
        raise DecisionError(message)
    if whole is not delivery or is_shared(delivery["unit_id"]):
        content = _part(workspace, lake, delivery, whole, content)
    row = delivery | {"file": file, "content": content, "modified_at": delivery["received_at"]}
    received = pl.DataFrame({name: [row[name]] for name in RECEIVED}, schema=RECEIVED)
    day = delivery["business_date"]
    late = current_states(lake, day, day).filter("is_late") if delivery["version"] == 1 else None
    was_late = late is not None and not late.join(received, on=KEY, how="semi").is_empty()
    timed = with_cut_offs(workspace, received, received.clear() if was_late else received)
    return timed.with_columns(landing=pl.lit(delivery["landing"], pl.String))


def _part(workspace: Workspace, lake: Lake, delivery: dict[str, Any], whole: dict[str, Any], content: bytes) -> bytes:
    """What is read of a part of a shared export today, in place of bytes of its own.

    The sums that it belongs to are compared with the corrected figures of the others, as far as they were corrected.
    """
    split = _split(workspace, whole, content)
    if split.refusal is not None:
        return PartRead(FileRead(refusal=split.refusal)).content()
    for part in split.parts:
        if part.unit_id == delivery["unit_id"] and (part.day or whole["business_date"]) == delivery["business_date"]:
            counting = {
                (row.pop("unit_id"), None if (day := row.pop("business_date")) == whole["business_date"] else day): row
                for row in corrected_sums(lake, whole["landing"]).iter_rows(named=True)
            }
            return with_corrections(part, split.parts, counting).content.content()
    raise DecisionError(
        f"{delivery['delivery_id']}: đọc lại tệp chung không còn phần này (tên đơn vị hoặc tyle.toml đã đổi); "
        f"lấy lại cả tệp: tyle quarantine release {whole['delivery_id']}"
    )


_newest: list[tuple[Workspace, str, Split]] = []  # the split that was made last: all parts of a file are read together


def _split(workspace: Workspace, whole: dict[str, Any], content: bytes) -> Split:
    if _newest and _newest[0][0] is workspace and _newest[0][1] == whole["landing"]:
        return _newest[0][2]
    split = split_one(workspace, shared_of(workspace, whole["unit_id"]), content, whole)
    _newest[:] = [(workspace, whole["landing"], split)]
    return split
