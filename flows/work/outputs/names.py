"""The names of groups from reference/organisation.toml, as pages, report and terminal show them. Makes no page."""

from reports.groups import GroupName, Groups
from transforms.reference.organisation import Organisation


def group_names(organisation: Organisation) -> Groups:
    """The names and the order of the organisation's groups."""
    return Groups(
        names=tuple(
            GroupName(group.id, group.name.vi, group.name.en, group.in_report, group.in_title)
            for group in organisation.groups
        ),
        whole=organisation.whole.vi,
        whole_en=organisation.whole.en,
        in_sentence=organisation.in_sentence,
        whole_in_title=organisation.in_title,
        sums=frozenset(group.id for group in organisation.groups if group.parts),
        apart=frozenset(group.id for group in organisation.groups if group.has_rate and not group.in_whole),
    )
