"""One Great Expectations suite per contract, made from the rules. Defines no rule and judges nothing."""

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.metadata_types import FailureSeverity

from transforms.check.rules import sentence, severities

KEY = "delivery"
AGREED_COLUMN = (
    "agreed"  # `rule=severity, …`: the severities agreed on a delivery, where they differ from the rules' own
)


def fact_columns(contract: str) -> list[str]:
    """The columns that the suite is run on: the delivery, the severities agreed on it, then two counts per rule."""
    rules = severities(contract)
    return [KEY, AGREED_COLUMN, *rules, *(f"{rule}__unknown" for rule in rules)]


def suite(contract: str) -> gx.ExpectationSuite:
    """The structure of the facts, then an expectation per rule: no row breaks it or leaves it unknown.

    Every argument is given explicitly, because class defaults are not written to the stored suite. Data Docs show no
    severity, so the description begins with it.
    """
    structure = [
        gxe.ExpectTableColumnsToMatchSet(
            column_set=fact_columns(contract),
            exact_match=True,
            severity=FailureSeverity.CRITICAL,
            description="[critical] Cấu trúc: mỗi quy tắc một cột",
            meta={"rule": None},
        ),
        gxe.ExpectColumnValuesToBeUnique(
            column=KEY,
            severity=FailureSeverity.CRITICAL,
            description="[critical] Cấu trúc: mỗi lần gửi một dòng",
            meta={"rule": None},
        ),
    ]
    rules = [
        gxe.ExpectColumnValuesToBeBetween(
            column=rule,
            min_value=0,
            max_value=0,
            severity=FailureSeverity(severity),
            description=f"[{severity}] {rule}: {sentence(contract, rule).vi}",
            meta={"rule": rule},
        )
        for rule, severity in severities(contract).items()
    ]
    return gx.ExpectationSuite(name=contract, expectations=[*structure, *rules])
