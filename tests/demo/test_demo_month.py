import hashlib
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import polars as pl
import pytest

from demo.events import EVENTS
from demo.month import centre_of, deliveries_of, plan_month, write_exports
from demo.styles import STYLES, unit_bases
from demo.writers import suffix


def august(day):
    return date(2022, 8, day)


def arrived(arrivals, day, unit_id):
    return {file.path.name: file for file in arrivals[august(day)] if file.unit_id == unit_id}


def all_files(arrivals):
    return [file for day in sorted(arrivals) for file in arrivals[day]]


def test_what_counts_at_the_end_adds_up_to_the_reference(arrivals, reference, counts_of):
    latest = {(file.unit_id, file.business_date): file for file in all_files(arrivals)}
    last_day = dict(sorted(latest))
    sums = {unit_id: [0, 0, 0] for unit_id in STYLES}
    for (unit_id, day), file in latest.items():
        style = STYLES[unit_id]
        if style.basis == "day" or day == last_day[unit_id]:
            for _, *counts in counts_of(file.content, style.format):
                sums[unit_id] = [total + count for total, count in zip(sums[unit_id], counts, strict=True)]
    assert sums == {unit_id: counts for unit_id, *counts in reference.totals.iter_rows()}


def test_cumulative_counts_never_fall(arrivals, counts_of):
    for unit_id in unit_bases():
        files = [file for file in all_files(arrivals) if file.unit_id == unit_id]
        counts = [counts_of(file.content, STYLES[unit_id].format) for file in files]
        for before, after in pairwise(counts):
            assert [row[0] for row in before] == [row[0] for row in after]
            assert all(
                a <= b for old, new in zip(before, after, strict=True) for a, b in zip(old[1:], new[1:], strict=True)
            )


def test_every_expected_day_has_its_file(arrivals, month):
    expected = set(month.figures.select("unit_id", "business_date").unique().iter_rows())
    assert {(file.unit_id, file.business_date) for file in all_files(arrivals)} == expected
    assert len(all_files(arrivals)) == len(expected) + 2  # a copy and a correction


def test_paths_are_where_a_workspace_looks(arrivals):
    for file in all_files(arrivals):
        assert file.path.parent.name == file.path.parts[0] == file.unit_id
        assert file.path.name.startswith(file.business_date.isoformat())
        assert file.path.name.endswith(suffix(STYLES[file.unit_id]))
    assert len({file.path for file in all_files(arrivals)}) == len(all_files(arrivals))


def test_a_file_arrives_with_its_day_unless_an_event_says_otherwise(arrivals):
    unusual = {(s.unit_id, s.business_date, s.arrives, s.tag) for event in EVENTS for s in event.sendings}
    for day, files in arrivals.items():
        for file in files:
            tag = file.path.stem.removeprefix(file.business_date.isoformat())
            plain = file.business_date == day and not tag
            assert plain or (file.unit_id, file.business_date, day, tag) in unusual


def test_a_second_plan_gives_the_same_bytes(arrivals, reference):
    again = plan_month(reference)
    for day in (august(1), august(12), august(19)):
        assert deliveries_of(day, again) == arrivals[day]


def test_another_process_gives_the_same_bytes(arrivals):
    script = (
        "import hashlib; from datetime import date\n"
        "from demo.month import deliveries_of, plan_month\n"
        "from demo.reference import load_reference\n"
        "files = deliveries_of(date(2022, 8, 19), plan_month(load_reference()))\n"
        "print(hashlib.sha256(b''.join(file.content for file in files)).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    contents = b"".join(file.content for file in arrivals[august(19)])
    assert done.stdout.strip() == hashlib.sha256(contents).hexdigest()


def test_wrong_totals_are_sent_again_correctly(arrivals, counts_of):
    unit_id = "ubnd-huyen-dai-tu"
    assert list(arrived(arrivals, 10, unit_id)) == ["2022-08-10.xls"]
    assert list(arrived(arrivals, 12, unit_id)) == ["2022-08-10_gui-lai.xls", "2022-08-12.xls"]
    wrong = counts_of(arrived(arrivals, 10, unit_id)["2022-08-10.xls"].content, "html")
    right = counts_of(arrived(arrivals, 12, unit_id)["2022-08-10_gui-lai.xls"].content, "html")
    assert sorted(total - online - in_person for _, online, in_person, total in wrong) == [0, 0, 0, 0, 0, 9]
    assert all(online + in_person == total for _, online, in_person, total in right)
    assert [row[:3] for row in wrong] == [row[:3] for row in right]


def test_no_other_file_has_a_wrong_total(arrivals, counts_of):
    wrong = [
        file.path.as_posix()
        for file in all_files(arrivals)
        if any(a + b != c for _, a, b, c in counts_of(file.content, STYLES[file.unit_id].format))
    ]
    assert wrong == ["ubnd-huyen-dai-tu/2022-08-10.xls"]


def test_thai_nguyen_rounds_its_last_rate(arrivals, grid_of):
    totals = {}
    for day in (18, 19):
        file = arrived(arrivals, day, "ubnd-tp-thai-nguyen")[f"2022-08-{day}.xlsx"]
        grid = grid_of(file.content, "xlsx")
        (totals[day],) = (row for row in grid if row[1] == "Tổng cộng")
        assert ["Từ ngày 01/08/2022 đến ngày 19/08/2022" in row for row in grid].count(True) == (day == 19)
    assert totals[19][2:] == [421, 585, 1006, 42]
    assert totals[18][5] == pytest.approx(100 * totals[18][2] / totals[18][4], abs=0.005)


def test_tu_phap_is_late_with_one_day(arrivals):
    names = {day: list(arrived(arrivals, day, "so-tu-phap")) for day in (8, 9, 10, 12)}
    assert names == {
        8: ["2022-08-08.csv"],
        9: [],
        10: ["2022-08-10.csv"],
        12: ["2022-08-09.csv", "2022-08-12.csv"],
    }


def test_cong_thuong_sends_the_same_bytes_twice(arrivals):
    original = arrived(arrivals, 4, "so-cong-thuong")["2022-08-04.csv"]
    copy = arrived(arrivals, 5, "so-cong-thuong")["2022-08-04_ban-sao.csv"]
    assert copy.content == original.content
    assert copy.business_date == original.business_date


def test_dinh_hoa_places_its_tone_mark_its_own_way(arrivals, grid_of):
    (file,) = arrived(arrivals, 1, "ubnd-huyen-dinh-hoa").values()
    assert any("Đơn vị báo cáo: UBND huyện Định Hoá" in row for row in grid_of(file.content, "xlsx"))


def test_phu_luong_is_decomposed_throughout(arrivals):
    (file,) = arrived(arrivals, 1, "ubnd-huyen-phu-luong").values()
    text = file.content.decode()
    assert unicodedata.is_normalized("NFD", text)
    assert not unicodedata.is_normalized("NFC", text)


def test_the_table_of_styles_covers_what_occurs(reference):
    assert list(STYLES) == reference.totals["unit_id"].to_list()
    assert min(Counter(style.format for style in STYLES.values()).values()) >= 3
    assert {style.totals for style in STYLES.values()} == {"none", "first", "last"}
    assert {style.bom for style in STYLES.values()} == {True, False}
    assert len(Counter(style.format for style in STYLES.values())) == 5


def test_cumulative_units_are_named_for_the_settings():
    bases = unit_bases()
    assert bases["ubnd-tp-thai-nguyen"] == "month_to_date"
    assert set(bases.values()) == {"month_to_date"}
    assert bases.keys() == {unit_id for unit_id, style in STYLES.items() if style.basis == "month_to_date"}


def test_events_explain_themselves(reference):
    names = dict(reference.units.select("unit_id", "name").iter_rows())
    for event in EVENTS:
        assert len({(s.unit_id, s.business_date) for s in event.sendings}) == 1
        name = names[event.sendings[0].unit_id]
        assert event.explanation.vi.startswith(name)
        assert event.explanation.en.startswith(name)
        assert all(s.business_date <= s.arrives for s in event.sendings)


def test_exports_are_written_once(tmp_path, month, arrivals):
    paths = write_exports(tmp_path, august(12), month)
    files = [*arrivals[august(12)], *centre_of(august(12), month)]
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [file.path.as_posix() for file in files]
    assert [path.read_bytes() for path in paths] == [file.content for file in files]
    before = {path: path.stat().st_ino for path in paths}
    assert write_exports(tmp_path, august(12), month) == paths
    assert {path: path.stat().st_ino for path in paths} == before
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(paths)


def test_a_damaged_export_is_written_anew(tmp_path, month):
    path, *_ = write_exports(tmp_path, august(1), month)
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    write_exports(tmp_path, august(1), month)
    assert path.read_bytes() == whole


def test_an_export_is_as_old_as_its_arrival(tmp_path, month):
    paths = {path.relative_to(tmp_path).as_posix(): path for path in write_exports(tmp_path, august(12), month)}
    late = paths["so-tu-phap/2022-08-09.csv"].stat().st_mtime
    assert datetime.fromtimestamp(late, UTC) == datetime(2022, 8, 12, 9, 30, tzinfo=UTC)


def test_a_shorter_period_still_adds_up(reference, counts_of):
    totals = reference.totals.filter(pl.col("unit_id") == "so-tu-phap")
    one = plan_month(type(reference)(totals, reference.units, reference.holidays), august(22), august(24))
    files = [file for day in (22, 23, 24) for file in deliveries_of(august(day), one)]
    assert len(files) == 3
    assert sum(row[3] for file in files for row in counts_of(file.content, "csv_semicolon")) == 722


def test_the_centre_s_figures_of_the_year_end_as_the_report_prints_them_and_never_fall(month, grid_of):
    assert centre_of(august(20), month) == []
    stated = []
    for day in range(1, 20):
        (file,) = centre_of(august(day), month)
        assert (file.path.name, file.business_date) == (f"2022-08-{day:02d}.xls", august(day))
        *titles, _, _, _, totals = grid_of(file.content, "html")
        assert [f"Từ ngày 01/01/2022 đến ngày {day:02d}/08/2022"] in [row[:1] for row in titles]
        stated.append([int(cell.replace(".", "")) for cell in totals[2:5]])
        assert stated[-1][0] >= stated[-1][1] >= stated[-1][2]
    assert totals == ["", "Tổng cộng", "627.616", "612.911", "611.808", "99,82"]
    assert all(a <= b for before, after in pairwise(stated) for a, b in zip(before, after, strict=True))
