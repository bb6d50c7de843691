"""Makes the static site of what is published. Its layout is in reports/site.

After a publication, a fault here stops no run: the figures are published already. It is reported, and the next run
makes the pages.
"""

from dataclasses import dataclass
from logging import ERROR
from pathlib import Path

import polars as pl

from flows.runs.log import log_event
from flows.settings.workspace import Workspace, WorkspaceError
from flows.work.outputs.labels import labels_of
from reports import vietnamese as vn
from reports.errors import ReportError
from transforms.check.rules import READABLE_SENTENCE, RULES
from transforms.check.rules.rule import READABLE
from warehouse.places.errors import WarehouseError
from warehouse.places.faults import fault_of, working_in
from warehouse.published.read import read_newest, read_published
from warehouse.published.shelf import current_id
from warehouse.published.site import current_site, put_site

_WHOLE = ("monthly_unit_rates", "monthly_group_rates")  # the trend shows earlier months of these too
_SHOWN = (
    *_WHOLE,
    *("monthly_field_rates", "monthly_rates", "monthly_scores", "rankings"),
    *("export_status", "check_failures", "overrides", "units", "metrics", "targets", "publication"),
)


@dataclass(frozen=True)
class SiteMade:
    """The first page (None: there is none, or none is wanted), and why the pages could not be made."""

    path: Path | None = None
    failure: str | None = None


def build(workspace: Workspace) -> Path:
    """Make the pages of what is published, and return the first one; pages that exist are not written again.

    Raises PublishError where nothing is published, WorkspaceError where no month has rates.
    """
    first = _build(workspace)
    if first is None:
        raise WorkspaceError("chưa có tháng nào có tỷ lệ để làm trang")
    return first


def _build(workspace: Workspace) -> Path | None:
    """The same; None where no month has rates."""
    # imported here, as a day without a publication needs no templates
    from reports.site.pages import write_site  # noqa: PLC0415
    from reports.site.view import Terms, view  # noqa: PLC0415

    own = workspace.settings.site
    month, marts = read_newest(workspace.published, _WHOLE, only=_SHOWN)
    if month is None:
        return None
    if own.suppress_below and "monthly_rates" in marts:
        earlier = read_published(workspace.published, vn.month_before(month), only=("monthly_rates",))
        marts["monthly_rates"] = pl.concat([earlier["monthly_rates"], marts["monthly_rates"]])
    site = view(marts, month, Terms(own.title, own.title_en, own.suppress_below, labels_of(workspace.organisation)))
    folder = workspace.published.parent
    with working_in(folder):
        return put_site(folder, site.publication_id, write_site(site, _sentences(), workspace.zone)) / "index.html"


def refresh(workspace: Workspace) -> SiteMade:
    """Make the pages of the newest publication where they are missing. Raises nothing."""
    folder = workspace.published.parent
    settings = workspace.settings
    publication_id = current_id(folder) if settings.site.enabled and settings.publish.here else None
    if publication_id is None:
        return SiteMade()
    try:
        if current_site(folder) == publication_id:
            return SiteMade(folder / "site" / "index.html")
        return SiteMade(_build(workspace))
    except (WarehouseError, ReportError, WorkspaceError) as error:
        failure = str(error)
    except Exception as error:  # noqa: BLE001 – whatever the error, the figures are published
        failure = fault_of(error) or f"{type(error).__name__}: {error}"
    log_event("site.failed", ERROR, publication_id=publication_id, error=failure)
    return SiteMade(failure=f"số liệu đã công bố, nhưng chưa làm được trang (tyle site để làm lại): {failure}")


def _sentences() -> dict[tuple[str, str], tuple[str, str]]:
    rules = {(contract, rule.id): rule.sentence for contract, own in RULES.items() for rule in own}
    rules |= {(contract, READABLE): READABLE_SENTENCE for contract in RULES}
    return {key: (sentence.vi, sentence.en) for key, sentence in rules.items()}
