"""The command line as its users meet it: what it prints, and its exit code."""

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from flows.settings.workspace import open_workspace
from tests.flows.commanding import Tyle
from tests.flows.workspaces import MONDAY, put, put_all, small_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_workspace(tmp_path / "workspace").root


def check(tyle: Tyle, root: Path, file: Path) -> tuple[int, str, str]:
    return tyle("check", file, "--unit", "so-y-te", "--date", MONDAY, "--workspace", root)


def test_init_makes_a_workspace_once(tyle: Tyle, tmp_path: Path) -> None:
    code, out, _ = tyle("init", tmp_path / "new")
    assert code == 0
    assert "119 đơn vị" in out
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["inbox", "reference", "tyle.toml"]
    code, _, err = tyle("init", tmp_path / "new")
    assert code == 1
    assert "đã là không gian làm việc" in err


def test_a_day_from_the_command_line(tyle: Tyle, root: Path) -> None:
    workspace = open_workspace(root)
    put_all(workspace, MONDAY)
    code, out, err = tyle("run", "--date", MONDAY, "--workspace", workspace.root)
    assert code == 0
    assert "3 đã nhận" in out
    assert "Chạy trực tiếp" in err
    code, out, _ = tyle("marts", "--month", "2022-08", "--workspace", workspace.root)
    assert code == 0
    assert "Sở Y tế" in out
    assert "12,50" in out
    code, out, _ = tyle("marts", "--month", "2022-08", "--workspace", workspace.root, "--format", "json")
    rates = {row["unit_id"]: row["online_rate_pct"] for row in json.loads(out)["monthly_unit_rates"]}
    assert rates["so-y-te"] == "12.50"
    rates = json.loads(out)["monthly_rates"]
    assert {row["metric_id"] for row in rates if row["numerator"] is not None} == {"online_rate"}
    code, out, _ = tyle("marts", "--month", "2022-08", "--workspace", workspace.root, "--format", "csv")
    assert out.splitlines()[0].startswith("month,unit_id,")
    code, out, _ = tyle("status", "--date", MONDAY, "--workspace", workspace.root)
    assert code == 0


@pytest.mark.slow
def test_what_is_held_back_can_be_looked_into(tyle: Tyle, root: Path) -> None:
    workspace = open_workspace(root)
    put_all(workspace, MONDAY)
    put(workspace, "so-y-te", MONDAY, "Đất đai;120;30;159")
    code, out, _ = tyle("run", "--date", MONDAY, "--workspace", workspace.root)
    assert code == 2
    assert "1 bị giữ lại" in out
    code, out, _ = tyle("quarantine", "list", "--workspace", workspace.root, "--json")
    assert code == 2
    (held,) = json.loads(out)
    code, out, _ = tyle("quarantine", "show", held["delivery_id"], "--workspace", workspace.root)
    assert code == 0
    assert "Trực tuyến (1) = 120, Trực tiếp (2) = 30, Tổng số (3) = 159" in out
    code, out, _ = tyle("status", "--month", "2022-08", "--workspace", workspace.root)
    assert code == 2
    assert "bị giữ lại" in out
    code, _, err = tyle("quarantine", "show", "no-such", "--workspace", workspace.root)
    assert code == 1
    assert "no-such" in err


def test_check_names_file_row_column_values_and_rule_in_one_line(tyle: Tyle, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "sai.csv"
    file.write_text("Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;120;30;159\n", encoding="utf-8")
    code, out, _ = check(tyle, root, file)
    assert code == 2
    line = out.splitlines()[0]
    for part in ("sai.csv", "dòng 2", "Tổng số", "120", "30", "159", "total_is_sum", "(1) + (2) = (3)"):
        assert part in line


def test_check_of_a_good_file(tyle: Tyle, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "dung.csv"
    file.write_text("Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1.489;11;1.500\n", encoding="utf-8")
    code, out, _ = check(tyle, root, file)
    assert code == 0
    assert "trực tuyến 1.489, trực tiếp 11, tổng số 1.500" in out
    code, out, _ = tyle("check", file, "--unit", "so-y-te", "--date", MONDAY, "--workspace", root, "--json")
    assert json.loads(out)["status"] == "accepted"


GOOD = "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số;Ghi chú\n1;Đất đai;1.489;11;1.500;\n;Tổng cộng;1.489;11;1.500;\n"


@pytest.mark.slow
def test_check_explains_how_a_file_was_read(tyle: Tyle, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "dung.csv"
    file.write_text(f"SỞ Y TẾ;;;;;\n{GOOD}", encoding="utf-8")
    page = tmp_path / "trang.html"
    asked = ("check", file, "--unit", "Sở Y tế", "--date", MONDAY, "--workspace", root, "--explain", "--page", page)
    code, out, _ = tyle(*asked)
    assert code == 0
    for text in (
        "Định dạng: csv, UTF-8, ';'",
        "Dòng tiêu đề: 2",
        "Kiểu số hàng nghìn: 1.489",
        "Các dòng: chi tiết 1, tổng cộng 1",
        "Cột không đọc: “Ghi chú”",
        "Cột C “Trực tuyến” → Trực tuyến (1)",
    ):
        assert text in out
    shown = page.read_text(encoding="utf-8")
    assert '<td class="counted" title="C3">1.489</td>' in shown
    assert '<td class="totals" title="C4">1.489</td>' in shown
    code, out, _ = tyle(*asked, "--lang", "en")
    for text in ("accepted: 1 rows, online 1.489", "Header rows: 2", "Column C “Trực tuyến” → online"):
        assert text in out
    code, out, _ = tyle(*asked, "--json")
    reading = json.loads(out)["reading"]
    assert reading["columns"][2] == ["online", "Trực tuyến (1)", "Trực tuyến", "C"]


def test_check_speaks_english_when_asked(tyle: Tyle, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "sai.csv"
    file.write_text(GOOD.replace("11", "12", 1), encoding="utf-8")
    code, out, _ = tyle("check", file, "--unit", "so-y-te", "--date", MONDAY, "--workspace", root, "--lang", "en")
    assert code == 2
    assert "row 2, column “Tổng số”" in out
    assert "rule total_is_sum: (1) + (2) = (3) (should be 1501)" in out
    assert "held back" in out


def test_check_takes_a_file_under_the_contract_it_is_told(tyle: Tyle, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "hoso.json"
    file.write_text("[]", encoding="utf-8")
    asked = ("check", file, "--unit", "so-y-te", "--date", MONDAY, "--workspace", root)
    assert tyle(*asked)[0] == 2
    assert tyle(*asked, "--contract", "cases")[0] == 0


def test_an_unknown_unit_is_refused_with_the_nearest(tyle: Tyle, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "dung.csv"
    file.write_text(GOOD, encoding="utf-8")
    code, _, err = tyle("check", file, "--unit", "Sở Y tá", "--date", MONDAY, "--workspace", root)
    assert code == 1
    assert "so-y-te (Sở Y tế)" in err


@pytest.mark.slow
def test_purge_removes_what_is_past_its_retention(tyle: Tyle, root: Path) -> None:
    (root / "tyle.toml").write_text("[landing]\nretention_days = { summary = 30 }\n", encoding="utf-8")
    workspace = open_workspace(root)
    put_all(workspace, MONDAY)
    tyle("run", "--date", MONDAY, "--workspace", root)
    assert list(workspace.landing.rglob("*.zip"))
    code, out, _ = tyle("purge", "--workspace", root)
    assert code == 0
    assert "summary: đã xóa 1 gói" in out
    assert not list(workspace.landing.rglob("*.zip"))
    code, out, _ = tyle("purge", "--workspace", root, "--json")
    assert json.loads(out)["packs"] == {"summary": 0, "cases": 0}
    assert tyle("marts", "--month", "2022-08", "--workspace", root)[0] == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('[units.so-y-te]\ncontract = "summar"\n', "units.so-y-te.contract “summar”: phải là một trong"),
        ("[[units.so-y-te]]\n[[units.so-y-te]]\n", "mỗi loại dữ liệu chỉ khai báo một lần"),
        ('[units.so-y-te]\ncontract = "cases"\nbasis = "month_to_date"\n', 'basis phải là "day"'),
        ('[exports]\ncase_id_pattern = "["\n', "không phải biểu thức chính quy"),
        ("[exports]\nmax_faulty_rows_pct = 101\n", "max_faulty_rows_pct “101”: nhiều nhất là 100"),
        ('[rules.summary]\ntotal_is_summ = "off"\n', "gần giống: total_is_sum"),
        ('[units.so-y-te]\nrules = { readable = "off" }\n', "units.so-y-te.rules.readable"),
        ('[rules.summary]\nvalues_stated = "warning"\n', "không hạ mức được"),
        ('[rules.cases]\nchannel_known = "off"\n', "không hạ mức được"),
        ('[rules.summary]\ntotal_is_sum = "no"\n', "rules.summary.total_is_sum “no”: phải là một trong"),
        ('[units.so-y-te]\npassword = "x"\n', "units.so-y-te.password: không có khóa này"),
        ('[marts]\nengine = "sparc"\n', "marts.engine “sparc”: phải là một trong duckdb, spark"),
        ('[units.so-y-te]\nsource = { kind = "ftp" }\n', "kind phải là folder, sftp, http, sql hoặc s3"),
    ],
)
def test_a_wrong_setting_is_one_line(tyle: Tyle, root: Path, settings: str, message: str) -> None:
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    code, _, err = tyle("status", "--date", MONDAY, "--workspace", root)
    assert code == 1
    assert message in err
    assert len(err.splitlines()) == 1


def test_spark_is_asked_for_before_anything_is_pulled(tyle: Tyle, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    (root / "tyle.toml").write_text('[marts]\nengine = "spark"\n', encoding="utf-8")
    put_all(open_workspace(root), MONDAY)
    code, out, err = tyle("run", "--date", MONDAY, "--workspace", root)
    assert (code, out) == (1, "")
    assert "chưa cài PySpark" in err
    assert len(err.splitlines()) == 1
    assert not (root / "lake").exists()


def test_a_rule_that_is_off_is_listed_in_status(tyle: Tyle, root: Path) -> None:
    (root / "tyle.toml").write_text('[units.so-y-te]\nrules = { rate_is_right = "off" }\n', encoding="utf-8")
    _, out, _ = tyle("status", "--date", MONDAY, "--workspace", root)
    assert "Quy tắc đã tắt: rate_is_right (summary, Sở Y tế)" in out


def test_a_rule_taken_less_strictly_is_listed_in_status_and_a_stricter_one_is_not(tyle: Tyle, root: Path) -> None:
    (root / "tyle.toml").write_text(
        '[rules.summary]\ntotal_is_sum = "warning"\nis_no_copy = "critical"\n'
        '[units.so-y-te]\nrules = { total_is_sum = "critical", is_in_time = "info" }\n',
        encoding="utf-8",
    )
    _, out, _ = tyle("status", "--date", MONDAY, "--workspace", root)
    assert [line for line in out.splitlines() if line.startswith("Quy tắc")] == [
        "Quy tắc hạ mức: total_is_sum critical → warning (summary, mọi đơn vị)",
        "Quy tắc hạ mức: is_in_time warning → info (summary, Sở Y tế)",
    ]


def damaged_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook>")
        archive.writestr("[Content_Types].xml", "no")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 cut", damaged_workbook(), b"\xd0\xcf\x11\xe0", b"{", b"<html>", bytes(99)],
)
def test_check_of_garbage_is_one_line_and_stores_nothing(
    tyle: Tyle, root: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "file.xlsx"
    file.write_bytes(content)
    before = sorted(root.rglob("*"))
    code, out, err = check(tyle, root, file)
    assert code == 2
    assert err == ""
    assert len(out.splitlines()) == 2
    assert "Traceback" not in out
    assert sorted(root.rglob("*")) == before


def test_check_outside_of_a_workspace_uses_what_is_built_in(tyle: Tyle, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1;1;2\n", encoding="utf-8")
    assert check(tyle, tmp_path, file)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--date", "2022-08-01"], "không có tyle.toml"),
        (["run", "--date", "hôm qua"], "--date"),
        (["run", "--from", "2022-08-02", "--to", "2022-08-01"], "--from"),
        (["marts", "--month", "2022-13"], "--month"),
        (["check", "no.csv", "--unit", "so-y-te", "--date", "2022-08-01"], "no.csv"),
        (["check", "no.csv", "--unit", "so-y-tee", "--date", "2022-08-01"], "so-y-te"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_use_is_one_line_and_exit_1(
    tyle: Tyle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = tyle(*arguments)
    assert code == 1
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_day_to_come_and_an_unknown_unit_are_refused(tyle: Tyle, root: Path) -> None:
    code, _, err = tyle("run", "--date", "2999-01-01", "--workspace", root)
    assert (code, "chưa đến" in err) == (1, True)
    code, _, err = tyle("run", "--date", MONDAY, "--unit", "so-y", "--workspace", root)
    assert (code, "so-y-te" in err) == (1, True)


def test_settings_are_overridden_by_the_environment_and_checked(
    tyle: Tyle, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYLE_RUN__LOOKBACK_DAYS", "nhiều")
    code, _, err = tyle("status", "--date", MONDAY, "--workspace", root)
    assert code == 1
    assert "run.lookback_days" in err
    monkeypatch.setenv("TYLE_RUN__LOOKBACK_DAYS", "3")
    monkeypatch.setenv("TYLE_WORKSPACE", str(root))
    assert tyle("status", "--date", MONDAY)[0] == 0


def test_a_prefect_server_out_of_reach_is_one_line(tyle: Tyle, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    code, _, err = tyle("run", "--date", MONDAY, "--workspace", root)
    assert code == 1
    assert "http://127.0.0.1:9/api không trả lời" in err
    assert len(err.splitlines()) == 1
