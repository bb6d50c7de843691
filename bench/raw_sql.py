"""The rules of `summary` and `cases` written by hand as raw DuckDB SQL, against which validation is measured.

Not made from transforms.check.rules, so that a wrong predicate there shows as a difference in the counts.
"""

from transforms.dictionary.contracts import CASES, SUMMARY

_DETAIL = "kind = 'detail'"
_FIGURES = "kind NOT IN ('statement', 'hidden', 'comparison')"
_COUNTS = SUMMARY.counts
_RATE = r"regexp_matches(replace(stated_rate_text, ' ', ''), '^-?\d{1,3}([.,]\d+)?%?$')"
_DASHES = "regexp_matches(stated_rate_text, '^[-–—]+$')"
_NO_RATE = (
    "regexp_matches(stated_rate_text, "
    "'^(?i:n/?a|#n/a|#div/0!|#value!|nan|null|none|[-+]?inf(?:inity)?|∞)$') AND coalesce(total = 0, false)"
)
_EXACT = "CASE WHEN total > 0 THEN (online * 20000 + total) // (2 * total) END"
_IS_EXACT = (
    f"CASE WHEN total = 0 THEN stated_rate = 0 ELSE floor(stated_rate * 100 + 0.5 + 1e-6)::BIGINT = {_EXACT} END"
)


def _any(*conditions: str) -> str:
    return "(" + " OR ".join(conditions) + ")"


def _below(first: str, second: str) -> str:
    return f"coalesce({first} < {second}, false)"


def _rounded(steps: int) -> str:
    """The stated rate is that of the counts in whole steps of a percent, rounded half up or cut."""
    number = f"round(stated_rate * {steps})::BIGINT"
    cut, half_up = f"online * {100 * steps} // total", f"(online * {200 * steps} + total) // (2 * total)"
    return (
        f"(abs(stated_rate * {steps} - {number}) < 1e-6"
        f" AND CASE WHEN total > 0 THEN {number} IN ({cut}, {half_up}) END)"
    )


_WRITTEN = r"length(regexp_extract(stated_rate_text, '[.,](\d{1,3})\s*%?\s*$', 1))"
_DECIMALS = f"CASE WHEN stated_rate_is_fraction THEN 0 ELSE {_WRITTEN} END"
_IS_ROUNDED = _any(f"({_DECIMALS} = 0 AND {_rounded(1)})", f"({_DECIMALS} <= 1 AND {_rounded(10)})")


def _title(rule: str) -> tuple[str, str]:
    return "kind = 'statement'", f"coalesce(broken = '{rule}', false)"


# Rule: where it applies, when it is broken; null = cannot be evaluated.
_ROWS: dict[str, dict[str, tuple[str, str]]] = {
    "summary": {
        "corrected": ("true", "corrected_how IS NOT NULL"),
        "correction_is_current": ("true", "not_corrected IS NOT NULL"),
        "values_stated": (_DETAIL, _any(*(f"{c}_text IS NULL" for c in ("field", "online", "in_person", "total")))),
        "numbers_readable": (
            _FIGURES,
            _any(
                *(f"({c} IS NULL AND {c}_text IS NOT NULL)" for c in _COUNTS),
                f"(stated_rate_text IS NOT NULL AND NOT ({_RATE} OR {_DASHES} OR ({_NO_RATE})))",
            ),
        ),
        "numbers_not_negative": (_FIGURES, _any(*(_below(c, "0") for c in _COUNTS))),
        "level_known": (f"{_DETAIL} AND service_level_text IS NOT NULL", "service_level IS NULL"),
        "total_is_sum": (
            _FIGURES,
            "total <> online + in_person + CASE WHEN postal_text IS NULL THEN 0 ELSE postal END",
        ),
        "totals_row_is_sum": (
            "kind = 'totals' AND NOT sums_rows_beside",
            "(online <> sum_online OR in_person <> sum_in_person OR total <> sum_total)",
        ),
        "subtotals_are_sums": (
            "kind = 'subtotal'",
            "(online <> group_sum_online OR in_person <> group_sum_in_person OR total <> group_sum_total)",
        ),
        "rows_are_known": ("kind = 'unknown'", "true"),
        "parts_are_within_row": ("kind IN ('of_which', 'part')", "NOT within_parent"),
        "parts_are_known": ("kind = 'part' AND within_parent", "NOT is_settled_part"),
        "comparisons_are_apart": ("kind = 'comparison'", "NOT has_right_total"),
        "carries_are_sums": ("kind = 'carry'", "NOT is_carried"),
        "rows_are_no_sums": (_DETAIL, "is_nameless_sum"),
        "rows_are_visible": ("kind = 'hidden'", "true"),
        "field_is_named": (f"{_DETAIL} AND field IS NOT NULL", r"NOT regexp_matches(field, '\p{L}')"),
        "field_once": (f"{_DETAIL} AND field IS NOT NULL", "field_rows > 1"),
        "field_is_known": (f"{_DETAIL} AND field IS NOT NULL", "NOT field_known AND NOT field_seen"),
        "rate_is_right": (
            f"{_FIGURES} AND stated_rate IS NOT NULL",
            f"NOT ({_IS_EXACT} OR coalesce({_IS_ROUNDED}, false))",
        ),
        "rate_has_decimals": (
            f"{_FIGURES} AND stated_rate IS NOT NULL",
            f"coalesce(NOT {_IS_EXACT} AND {_IS_ROUNDED}, false)",
        ),
        "settled_within_received": (
            _FIGURES,
            _any(_below("received", "settled"), _below("settled", "settled_on_time")),
        ),
        "to_pay_within_cases": (_FIGURES, _below("total", "to_pay")),
        "resubmitted_within_cases": (_FIGURES, _below("total", "resubmitted")),
        "paid_online_within_to_pay": (_FIGURES, _below("coalesce(to_pay, total)", "paid_online")),
        "digitised_files_within_cases": (_FIGURES, _below("total", "digitised_files")),
        "digitised_results_within_settled": (_FIGURES, _below("settled", "digitised_results")),
        "electronic_results_within_settled": (_FIGURES, _below("settled", "electronic_results")),
        "overdue_within_settled": (_FIGURES, _below("settled", "overdue")),
        "on_time_and_overdue_within_settled": (_FIGURES, _below("settled", "settled_on_time + overdue")),
        "more_counts_are_sums": (
            "(kind = 'totals' AND NOT sums_rows_beside) OR kind = 'subtotal'",
            _any(
                *(
                    f"coalesce({c} <> CASE WHEN kind = 'subtotal' THEN group_sum_{c} ELSE sum_{c} END, false)"
                    for c in SUMMARY.more
                )
            ),
        ),
        "unit_is_sender": ("unit_text IS NOT NULL", "coalesce(stated_unit_id <> unit_id, true)"),
        "date_is_business_date": ("date_text IS NOT NULL", "coalesce(date <> business_date, true)"),
        "period_has_business_date": _title("period_has_business_date"),
        "period_fits_basis": _title("period_fits_basis"),
        "counts_are_single_cases": _title("counts_are_single_cases"),
        "title_fits_contract": _title("title_fits_contract"),
    },
    "cases": {
        "case_id_valid": (_DETAIL, r"coalesce(NOT id_has_form OR regexp_matches(case_id, '^0*1?$'), true)"),
        "row_is_visible": (_DETAIL, "coalesce(hidden, true)"),
        "channel_known": (_DETAIL, "channel IS NULL"),
        "status_known": (_DETAIL, "status IS NULL"),
        "level_known": (_DETAIL, "service_level IS NULL"),
        "received_on_stated": (
            f"{_DETAIL} AND coalesce(counts, true)",
            "received_on IS NULL OR received_on > business_date",
        ),
        "dates_readable": (
            _DETAIL,
            _any(*(f"({c} IS NULL AND {c}_text IS NOT NULL)" for c in ("due_on", "ended_on", "returned_on"))),
        ),
        "settled_has_end": (f"{_DETAIL} AND coalesce(is_settled, false)", "settled_on IS NULL"),
        "dates_in_order": (_DETAIL, _any(_below("settled_on", "received_on"), _below("due_on", "received_on"))),
        "handled_by_sender": (f"{_DETAIL} AND unit_text IS NOT NULL", "coalesce(stated_unit_id <> unit_id, true)"),
        "case_once": (f"{_DETAIL} AND case_id IS NOT NULL", "earlier_rows > 0"),
        "unit_is_sender": ("kind = 'statement' AND unit_text IS NOT NULL", "coalesce(stated_unit_id <> unit_id, true)"),
        "date_is_business_date": ("date_text IS NOT NULL", "coalesce(date <> business_date, true)"),
        "case_not_counted_before": (_DETAIL, "counted_before"),
        "marks_known": (_DETAIL, _any(*(f"({c} IS NULL AND {c}_text IS NOT NULL)" for c in CASES.more))),
        "paid_case_was_to_pay": (_DETAIL, "coalesce(to_pay = 0 AND paid_online = 1, false)"),
    },
}
# Rule of whole files: the rows that show it, and when such a row breaks it; counted once a file.
_FILES: dict[str, dict[str, tuple[str, str]]] = {
    "summary": {
        "file_is_new": (_DETAIL, "repeated"),
        "levels_told": (_DETAIL, "coalesce(service_level = 0, false)"),
        "level_is_rated": (_DETAIL, "level_unrated"),
        "agrees_with_later_days": (_DETAIL, "later_day IS NOT NULL"),
    },
    "cases": {
        "cases_are_own": ("kind = 'anothers'", "true"),
        "some_cases_are_own": ("kind IN ('detail', 'anothers')", "own_cases = 0"),
        "faulty_rows_few": (f"{_DETAIL} AND is_faulty", "faulty_pct > max_faulty_rows_pct"),
        "levels_told": (_DETAIL, "coalesce(service_level = 0, false)"),
        "level_is_rated": (_DETAIL, "level_unrated"),
        "field_is_known": (
            f"{_DETAIL} AND (field_text IS NOT NULL OR field_code_text IS NOT NULL)",
            "field_id IS NULL",
        ),
    },
}
_HISTORY = {
    "month_to_date_grows": (_DETAIL, "falls IS NOT NULL"),
    "rate_is_usual": (_DETAIL, "coalesce(abs(stated_pct - usual_pct) > pct_width, false)"),
    "volume_is_usual": (_DETAIL, "coalesce(abs(stated_total - usual_total) > total_width, false)"),
    "is_no_copy": (_DETAIL, "coalesce(is_copy, false)"),
    "is_not_restated": (_DETAIL, "coalesce(is_restated, false)"),
}
# Rule of a delivery as it came: when it is broken. None of them can be left unknown.
_OF_DELIVERY = {
    "unit_exists_on_day": "(business_date < valid_from OR coalesce(business_date > valid_to, false))",
    "is_in_time": "coalesce(modified_at > cut_off, false)",
    "layout_is_usual": "(layout IS NOT NULL AND layout_change IS NOT NULL)",
}
_OF_DELIVERIES = {
    "summary": {
        "layout_is_clear": "(layout_question IS NOT NULL AND NOT layout_is_confirmed)",
        "group_total_is_sum": "(in_group_total AND group_fault IS NOT NULL)",
        "group_total_is_compared": "(in_group_total AND group_unread IS NOT NULL)",
    }
    | _OF_DELIVERY,
    "cases": _OF_DELIVERY,
}


def query(contract: str) -> str:
    """Per file of the table `received`: row_count, and per rule the rows that break it or leave it unknown."""
    rows = _ROWS[contract]
    of_file = _FILES[contract] | _HISTORY
    verdicts = ", ".join(
        f"CASE WHEN {applies} THEN {broken} ELSE false END AS {rule}" for rule, (applies, broken) in rows.items()
    )
    flags = ", ".join(f"({when}) AND ({broken}) AS {rule}" for rule, (when, broken) in of_file.items())
    failing = ", ".join(f"count(*) FILTER ({rule} IS DISTINCT FROM false) AS {rule}" for rule in rows)
    unknown = ", ".join(f"count(*) FILTER ({rule} IS NULL) AS {rule}__unknown" for rule in rows)
    once = ", ".join(f"coalesce(bool_or({rule}), false)::BIGINT AS {rule}, 0 AS {rule}__unknown" for rule in of_file)
    delivered = ", ".join(
        f"{broken}::BIGINT AS {rule}, 0 AS {rule}__unknown" for rule, broken in _OF_DELIVERIES[contract].items()
    )
    return f"""
        WITH verdicts AS (SELECT file, {_DETAIL} AS is_detail, {verdicts}, {flags} FROM rows),
        by_file AS (
            SELECT file, count(*) FILTER (is_detail) AS row_count, {failing}, {unknown}, {once}
            FROM verdicts GROUP BY file
        )
        SELECT received.file, refused::BIGINT AS readable, 0 AS readable__unknown,
            {delivered},
            COLUMNS(by_file.* EXCLUDE (file))
        FROM received LEFT JOIN by_file USING (file)
    """
