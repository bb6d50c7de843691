"""The words of reference/organisation.toml as pages, report and terminal take them. Makes no page."""

from reports.labels import GroupName, Labels
from transforms.reference.organisation import Organisation


def labels_of(organisation: Organisation) -> Labels:
    """What the organisation calls its groups, their order, and its clock."""
    return Labels(
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
        online=(organisation.online.vi, organisation.online.en),
        in_person=(organisation.in_person.vi, organisation.in_person.en),
        language=organisation.language,
        zone=organisation.zone,
        zone_name=organisation.zone_name.vi,
        zone_name_en=organisation.zone_name.en,
    )
