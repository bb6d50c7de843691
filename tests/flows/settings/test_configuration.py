"""All that is wrong in the configuration is named at once, with file, line, key and the nearest known name."""

import json
from operator import attrgetter
from pathlib import Path

import pytest

from flows.settings.tyle_toml import settings_of
from flows.settings.workspace import WorkspaceError, create_workspace, open_workspace
from flows.work.outputs.report import office_of
from tests.flows.commanding import Tyle


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return create_workspace(tmp_path / "w").root


def lines(root: Path) -> list[str]:
    with pytest.raises(WorkspaceError) as error:
        open_workspace(root)
    return str(error.value).splitlines()


def change(root: Path, name: str, old: str, new: str) -> None:
    file = root / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("headers.toml", "online = [", "onlien = [", "summary.onlien: không có khóa này; gần giống: online"),
        ("headers.toml", "[ii06]", "[ii6]", "ii6: không có khóa này; gần giống: ii06"),
        ("headers.toml", '["STT", "TT", "Số thứ tự", "No"]', '"STT"', "ordinal “STT”: phải là danh sách"),
        ("headers.toml", 'ordinal = ["STT"', "ordinal = [7", "summary.ordinal[1] “7”: phải là chữ"),
        ("headers.toml", 'ordinal = ["STT"', 'ordinal = [""', "summary.ordinal[1] “”: không được để trống"),
        ("headers.toml", '{ under = ["K', '{ undr = ["K', "không có khóa này; gần giống: under"),
        ("headers.toml", "[summary]", "[summary", "không đọc được TOML"),
        ("codes.toml", "code = 1", 'code = "1"', "channel[1].code “1”: phải là một trong 1, 2, 3"),
        ("codes.toml", "\nsettled = true", "\nsetled = true", "setled: không có khóa này; gần giống: settled"),
        ("codes.toml", "[[channel]]", "[[chanel]]", "chanel: không có khóa này; gần giống: channel"),
        ("codes.toml", '["2", "Trực tuyến"', '["1", "Trực tuyến"', "nhãn này đã có nghĩa"),
        ("metrics.toml", "version = 1", 'version = "1"', "metric[1].version “1”: phải là số nguyên"),
        ("metrics.toml", "name_en", "name_em", "metric[1].name_em: không có khóa này; gần giống: name_en, name"),
        ("metrics.toml", '"meets_target"', '"online_rate"', "metric[2] “online_rate”: version 1 đã có"),
        ("metrics.toml", "[[metric]]", "[[metric]", "không đọc được TOML"),
        ("titles.toml", "from = [", "form = [", "labels.form: không có khóa này; gần giống: from"),
        ("rows.toml", "begins = [", "begin = [", "begin: không có khóa này; gần giống: begins"),
        ("rows.toml", "deleted = [", "deletd = [", "states.deletd: không có khóa này; gần giống: deleted"),
        ("qualifiers.toml", 'online = ["filed"', 'online = ["fild"', "“fild”: không có nghĩa này trong [says]; gần"),
        ("report.toml", "signatory_title", "signatory_titel", "titel: không có khóa này; gần giống: signatory_title"),
        ("report.toml", '["Như trên;", "Lưu: VT."]', '"x"', "recipients “x”: phải là danh sách"),
        ("calendar.csv", "2022-01-03,holiday", "2022-01-03,holyday", "cột kind “holyday”: phải là một trong holiday"),
        ("calendar.csv", "2022-01-31", "2022-01-03", "dòng 3: cột date “2022-01-03”: trùng với dòng 2"),
        ("calendar.csv", "date,kind,name", "date,kind", "dòng 1: thiếu cột name"),
        ("calendar.csv", "date,kind,name", "date,kind,nam", "dòng 1: cột nam: không có cột này; gần giống: name"),
        ("targets.csv", "departments,55", "departmants,55", "cột unit_group “departmants”: phải là một trong"),
        ("targets.csv", ",2022-12-31", ",2021-12-31", "valid_to 2021-12-31 trước valid_from 2022-01-01"),
        ("baselines.csv", "2022-04,all", "2022-04,al", "cột scope “al”: không phải đơn vị"),
        ("units.csv", ",so,departments,1,", ",so,departments,99999999999,", "cột report_order “99999999999”"),
        ("organisation.toml", "[place]", "[plase]", "plase: không có khóa này; gần giống: place"),
        ("organisation.toml", "\nhas_rate", "\nhas_rates", "group[4].has_rates: không có khóa này; gần giống: has_"),
        ("fields.csv", "valid_to", "name", "cột name: một cột có hai lần"),
    ],
)  # fmt: skip
def test_each_fault_is_a_line_that_names_it(root: Path, name: str, old: str, new: str, said: str) -> None:
    change(root, f"reference/{name}", old, new)
    found = [line for line in lines(root) if said in line]
    assert len(found) == 1
    assert found[0].startswith(f"reference/{name}: dòng ")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[run]\nlookback_dais = 3\n", "dòng 2: run.lookback_dais: không có khóa này; gần giống: lookback_days"),
        ('[run]\nlookback_days = "10"\n', "dòng 2: run.lookback_days “10”: phải là số nguyên"),
        ("[run]\nlookback_days = true\n", "dòng 2: run.lookback_days “true”: phải là số nguyên"),
        ("[run]\nlookback_days = 10.0\n", "dòng 2: run.lookback_days “10.0”: phải là số nguyên"),
        ('[site]\nenabled = "true"\n', "dòng 2: site.enabled “true”: phải là true hoặc false"),
        ("[site]\nenabled = 1\n", "dòng 2: site.enabled “1”: phải là true hoặc false"),
        ('[units.so-y-te]\nhistory = { width = "5" }\n', "units.so-y-te.history.width “5”: phải là số"),
        ('[units.so-y-te]\ncount_for = "receiving"\n', "dòng 2: units.so-y-te.count_for: chỉ dùng với contract ="),
        ('[[shared]]\nid = "a"\nwithout_cases = "zero"\n', "shared[1].without_cases: chỉ dùng với contract"),
        ("[runs]\n", "dòng 1: runs: không có phần này; gần giống: run"),
        ("\n[units.so-y-tee]\n", "dòng 2: units.so-y-tee: không có trong reference/units.csv; gần giống: so-y-te"),
        ('[exports]\nnull_values = "NA"\n', "dòng 2: exports.null_values “NA”: phải là danh sách"),
        ('[units.so-y-te]\ncontract = "case"\n', "dòng 2: units.so-y-te.contract “case”: phải là một trong"),
        ('[rules.cases]\nis_in_tim = "off"\n', "rules.cases.is_in_tim: loại cases không có quy tắc này; gần"),
        ("[[units.so-y-te]]\n[[units.so-y-te]]\n", "dòng 2: units.so-y-te[2]: mỗi loại dữ liệu chỉ khai báo một lần"),
        ("[run]\n[run]\n", "dòng 2: không đọc được TOML"),
        ('[units.so-y-te]\nsource = { kind = "sftp", hots = "h", user = "u", path = "p", password = { env = "P" } }\n',
         "source.hots: không có khóa này; gần giống: host"),
    ],
)  # fmt: skip
def test_each_fault_of_tyle_toml_is_a_line_that_names_it(root: Path, settings: str, said: str) -> None:
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    assert any(line.startswith("tyle.toml: ") and said in line for line in lines(root)), lines(root)


@pytest.mark.parametrize(
    ("name", "value", "path", "read"),
    [
        ("TYLE_RUN__LOOKBACK_DAYS", "31", "run.lookback_days", 31),
        ("TYLE_SITE__ENABLED", "false", "site.enabled", False),
        ("TYLE_PUBLISH__GRACE_HOURS", "2.5", "publish.grace_hours", 2.5),
        ("TYLE_HISTORY__CASES__WIDTH", "7", "history.cases.width", 7.0),
        ("TYLE_LANDING__RETENTION_DAYS__CASES", "40", "landing.retention_days.cases", 40),
        ("TYLE_EXPORTS__NULL_VALUES", '["NA"]', "exports.null_values", ["NA"]),
        ("TYLE_EXPORTS__CUT_OFF_HOUR", "9", "exports.cut_off_hour", 9),
        ("TYLE_EXPORTS__SOURCE__SETTLE_SECONDS", "0", "exports.source.settle_seconds", 0.0),
        ("TYLE_RULES__SUMMARY", '{"rate_is_right": "off"}', "rules", {"summary": {"rate_is_right": "off"}}),
    ],
)
def test_the_environment_has_nothing_but_texts(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, path: str, read: object
) -> None:
    monkeypatch.setenv(name, value)
    found = attrgetter(path)(settings_of(""))
    assert (type(found), found) == (type(read), read)


def test_a_value_that_may_be_a_secret_is_not_shown(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "tyle.toml").write_text(
        '[alerts]\nurls = "MatKhau1"\n[exports.source]\nkind = "sftp"\nport = "MatKhau2"\n', encoding="utf-8"
    )
    monkeypatch.setenv("TYLE_RUN__LOOKBACK_DAYS", "mười")
    found = lines(root)
    assert "MatKhau" not in "".join(found)
    assert "TYLE_RUN__LOOKBACK_DAYS: run.lookback_days “mười”: phải là số nguyên" in found


def test_all_faults_of_all_files_are_named_at_once(root: Path, tyle: Tyle) -> None:
    change(root, "reference/headers.toml", "online = [", "onlien = [")
    change(root, "reference/units.csv", "every_day", "every-day")
    change(root, "reference/targets.csv", "departments,55", "departmants,55")
    (root / "reference" / "codes.toml").unlink()
    (root / "reference" / "calendar.csv").unlink()
    (root / "reference" / "calendar.csv").mkdir()
    (root / "reference" / "fields.csv").write_bytes(b"id,name,aliases,valid_from,valid_to\na,\xd0\xcf,,,\n")
    (root / "reference" / "report.docx").write_bytes(b"PK\x03\x04")
    (root / "tyle.toml").write_text("[run]\nlookback = 1\n", encoding="utf-8")
    (root / "prefect.yaml").write_text("deployments:\n- name: daily\n  entrypoint: [\n", encoding="utf-8")
    expected = [
        "prefect.yaml: dòng 4: không đọc được YAML",
        "reference/calendar.csv: dòng 1: không phải tệp",
        "reference/codes.toml: không có tệp này",
        "reference/fields.csv: dòng 2: không phải UTF-8",
        "reference/headers.toml: dòng 17: summary.onlien: ",
        "reference/report.docx: không phải tệp Word (.docx), hoặc đã hỏng",
        "reference/targets.csv: dòng 2: cột unit_group “departmants”: ",
        "reference/units.csv: dòng 4: cột calendar “every-day”: phải là một trong every_day, working_days",
        "tyle.toml: dòng 2: run.lookback: không có khóa này; gần giống: lookback_days",
    ]
    assert [line.startswith(start) for line, start in zip(lines(root), expected, strict=True)] == [True] * len(expected)
    for command in (("run", "--date", "2022-08-01"), ("status",), ("quarantine", "list")):
        code, out, err = tyle(*command, "--workspace", root)
        assert (code, out) == (1, "")
        assert err.splitlines() == [f"tyle: {line}" for line in lines(root)]
    assert not (root / "lake").exists()
    code, out, _ = tyle("doctor", "--workspace", root, "--json")
    found = [finding["message"] for finding in json.loads(out)["findings"] if finding["check"] == "cấu hình"]
    assert (code, found) == (1, lines(root))


def test_marks_and_line_ends_of_other_systems_are_read(root: Path) -> None:
    plain = open_workspace(root)
    for file in [root / "tyle.toml", *(root / "reference").glob("*.[tc]*")]:
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    other = open_workspace(root)
    assert other.registry.units.equals(plain.registry.units)
    assert other.headers.names == plain.headers.names
    assert other.holidays == plain.holidays
    assert other.settings == plain.settings
    assert office_of(other) == office_of(plain)


def test_a_file_that_may_be_absent_is_not_replaced_by_a_folder(root: Path) -> None:
    for name in ("baselines.csv", "fields.csv", "titles.toml", "corrections.toml", "report.toml", "report.docx"):
        (root / "reference" / name).unlink()
    open_workspace(root)
    (root / "reference" / "fields.csv").mkdir()
    assert lines(root) == ["reference/fields.csv: dòng 1: không phải tệp"]
