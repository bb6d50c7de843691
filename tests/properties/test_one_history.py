"""Any files of some units, taken in any spans of days in their order, have the same verdicts in the lake."""

import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from flows.runs.lakes import lake_of
from flows.settings.workspace import Workspace
from tests.flows.intake.histories import CENTRE, File, history, judge_and_store, judged_by_facts, workspace_with
from warehouse.lake.opening import open_lake

DAYS = 4
SETTINGS = f"""
[history]
min_cases = 1
[units.so-y-te]
basis = "month_to_date"
[units.so-noi-vu.rules]
is_no_copy = "critical"
field_is_known = "critical"
[units.ubnd-huyen-a]
contract = "cases"
rules = {{ case_not_counted_before = "critical" }}
[units.{CENTRE}]
"""
HEADERS = ("Lĩnh vực;Mức độ;Trực tuyến;Trực tiếp;Tổng số", "Lĩnh vực;Mức độ;Trực tuyến;Trực tiếp;Tổng số;Ghi chú")
_FIELDS = ("Đất đai", "Việc chưa có tên")
_few = st.integers(0, 3)


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, ...]:
    """A table of one or two rows; now and then with a wrong sum, an unknown field, another layout, without levels."""
    levels = draw(st.sampled_from(((4,), (4, 2), (2,), (0,))))
    rows = []
    for level in levels:
        on, off, wrong = draw(_few), draw(_few), draw(st.sampled_from((0, 0, 0, 1)))
        rows.append(f"{draw(st.sampled_from(_FIELDS))};{level or ''};{on};{off};{on + off + wrong}")
    return (draw(st.sampled_from(HEADERS)), *rows)


@st.composite
def lists_of_cases(draw: st.DrawFn) -> tuple[str, ...]:
    """Up to three of few cases, so that some come again; now and then one without a channel."""
    numbers = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True))
    channels = [draw(st.sampled_from(("Trực tuyến", "Trực tiếp", "Trực tiếp", ""))) for _ in numbers]
    rows = [
        f"H55.14-220801-{number:04};Dược;{channel};Đang xử lý;Toàn trình;01/08/2022;30/08/2022;"
        for number, channel in zip(numbers, channels, strict=True)
    ]
    return ("Mã hồ sơ;Lĩnh vực;Hình thức nộp;Trạng thái;Mức độ;Ngày tiếp nhận;Ngày hẹn trả;Ngày trả kết quả", *rows)


@st.composite
def processed(draw: st.DrawFn) -> tuple[str, ...]:
    received, settled, on_time = sorted((draw(_few), draw(_few), draw(_few)), reverse=True)
    return ("Tiếp nhận;Đã giải quyết;Đúng hạn", f"{received};{settled};{on_time}")


_SENT = {"so-y-te": tables(), "so-noi-vu": tables(), "ubnd-huyen-a": lists_of_cases(), CENTRE: processed()}


@st.composite
def histories(draw: st.DrawFn) -> list[File]:
    """For each unit and day no file, one, or two versions."""
    return [
        File(unit_id, day, draw(lines), version)
        for unit_id, lines in _SENT.items()
        for day in range(DAYS)
        for version in range(draw(st.sampled_from((0, 1, 1, 1, 2))))
    ]


@st.composite
def splits(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Spans that take the days in their order, other than day by day; often all days at once."""
    begins = draw(st.sampled_from(([0], [0], [0, 1], [0, 2], [0, 3], [0, 1, 3])))
    return list(zip(begins, [*(day - 1 for day in begins[1:]), DAYS - 1], strict=True))


@cache
def workspace() -> Workspace:
    """A workspace with an empty lake; each history is taken into a copy of the lake."""
    made = workspace_with(Path(tempfile.mkdtemp(prefix="tyle-one-history-")) / "w", SETTINGS)
    with lake_of(made):
        return made


def verdicts_of(files: Sequence[File], spans: Sequence[tuple[int, int]]) -> dict[str, list[tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(workspace().root, folder, dirs_exist_ok=True)
        with open_lake(Path(folder)) as lake:
            for number, (first, last) in enumerate(spans):
                judge_and_store(workspace(), lake, [file for file in files if first <= file.day <= last], number)
            return history(lake)


# An example takes some seconds, so there are few, and none is made smaller.
@pytest.mark.slow
@settings(max_examples=max(4, settings.default.max_examples // 5), phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(histories(), splits())
def test_verdicts_do_not_depend_on_how_days_are_split_into_runs(
    files: list[File], spans: list[tuple[int, int]]
) -> None:
    with judged_by_facts():
        day_by_day = verdicts_of(files, [(day, day) for day in range(DAYS)])
        assert verdicts_of(files, spans) == day_by_day
    for _, _, reason, *_ in day_by_day["deliveries"]:
        event(str(reason))
