"""Organisations that are no province of Viet Nam, for tests."""

from transforms.reference.organisation import Organisation, read_organisation

# A made-up national body: two groups that make up the whole, a third beside it, and a sum of two.
NATIONAL = """
time_zone = "America/Toronto"
zone_name = "Ottawa time"
week_ends = "friday"
year_ends = 3

[place]
name = "Northland"

[whole]
name = "All departments"
in_sentence = "all departments"
in_title = "in all departments"

[[group]]
id = "ministries"
name = "Ministries"

[[group]]
id = "agencies"
name = "Agencies"

[[group]]
id = "courts"
name = "Courts"
in_whole = false

[[group]]
id = "judiciary-and-agencies"
name = "Courts and agencies"
parts = ["agencies", "courts"]

[[group]]
id = "desks"
name = "Service desks"
has_rate = false

[[type]]
id = "ministry"
name = "Ministry"
opens = ["ministry of"]
short_name = true

[[type]]
id = "agency"
name = "Agency"

[names]
joined = "and"
"""


def national() -> Organisation:
    return read_organisation(NATIONAL)
