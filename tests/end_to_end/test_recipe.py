"""What README and recipes show, word for word: a first unit, a new unit by configuration, settings, command lines."""

import io
import re
import subprocess
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import duckdb
import pytest
import typer.main
import xlsxwriter

from flows.cli import app, main
from flows.settings.workspace import create_workspace, open_workspace

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
RECIPES = ROOT / "docs" / "recipes.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md"))]
HEADERS = "field = "  # the block of the recipes that is for headers.toml
TOKEN = "mat-khau-cua-so"


def recipe() -> dict[str, str]:
    """The fenced blocks under the recipe's heading, by the file they are for, and the command."""
    text = RECIPES.read_text(encoding="utf-8").split("## A new unit")[1].split("\n## ")[0]
    units, headers, settings = re.findall(r"```(?:csv|toml)\n(.*?)```", text, re.DOTALL)
    (command,) = re.findall(r"`SO_DU_LICH_TOKEN=… tyle (.*?)`", text)
    return {"units.csv": units, "headers.toml": headers, "tyle.toml": settings, "command": command}


def workbook() -> bytes:
    """Two sheets that could be meant; the headers are those of the recipe, under a title."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, factor in (("BC tuần", 7), ("BC ngày", 1)):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "Đơn vị báo cáo: Sở DL")
            sheet.write_row(2, 0, ["STT", "Nhóm dịch vụ du lịch", "HS qua mạng", "HS tại quầy", "Cộng HS"])
            sheet.write_row(3, 0, [1, "Lữ hành", 30 * factor, 10 * factor, 40 * factor])
            sheet.write_row(4, 0, [2, "Lưu trú", 20 * factor, 0, 20 * factor])
    return out.getvalue()


class Unit(BaseHTTPRequestHandler):
    """The unit's server: one day's workbook, for whoever has the token."""

    def do_GET(self) -> None:
        content = b""
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send_response(401)
        elif self.path == "/bao-cao?ngay=01082022":
            content = workbook()
            self.send_response(200)
        else:
            self.send_response(404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Unit) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def add_headers(text: str, additions: str) -> str:
    """Each name into the list of its column, in the section `[summary]`."""
    before, summary = text.split("[summary]\n")
    for column, names in tomllib.loads(additions).items():
        for name in names:
            summary = re.sub(rf"(?m)^{column} = \[", f'{column} = ["{name}", ', summary, count=1)
    return f"{before}[summary]\n{summary}"


@pytest.mark.slow
def test_the_first_unit_of_the_readme_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = README.read_text(encoding="utf-8").split("## A first unit")[1]
    (script,) = re.findall(r"```sh\n(.*?)```", text.split("\n## ")[0], re.DOTALL)
    root = tmp_path / "tyle"
    first, *others = re.split(r"(?m)^(tyle .*)$", script.replace("/srv/tyle", str(root)))[1:]
    with pytest.raises(SystemExit) as ended:
        main(first.split()[1:])
    assert ended.value.code == 0
    monkeypatch.chdir(root)
    for lines in others:
        if not lines.startswith("tyle "):
            subprocess.run(["bash", "-euc", lines], check=True)
            continue
        with pytest.raises(SystemExit) as ended:
            main(lines.split("#")[0].split()[1:])
        assert ended.value.code == 0, capsys.readouterr()
    printed = capsys.readouterr().out
    assert re.search(r"Sở Du lịch +│ +50 │ +10 │ +60 │ +83,33", printed), printed


def settings_of_recipes() -> list[str]:
    """Each block of settings that the recipes show for tyle.toml."""
    blocks = re.findall(r"```toml\n(.*?)```", RECIPES.read_text(encoding="utf-8"), re.DOTALL)
    return [block for block in blocks if not block.startswith(HEADERS)]


@pytest.mark.parametrize("settings", settings_of_recipes())
def test_the_settings_of_each_recipe_are_taken(tmp_path: Path, settings: str) -> None:
    root = create_workspace(tmp_path / "w").root
    with (root / "reference" / "units.csv").open("a", encoding="utf-8") as units:
        units.write(recipe()["units.csv"])
    (root / "tyle.toml").write_text(settings, encoding="utf-8")
    keys = set(tomllib.loads(settings))
    assert keys <= set(open_workspace(root).settings.model_fields_set)


def command_lines(document: Path) -> list[str]:
    """What a document shows as `tyle …`, in blocks and in the text, without comments."""
    text = document.read_text(encoding="utf-8")
    fences = re.findall(r"(?ms)^```(\w*)\n(.*?)^```", text)
    blocks = [block for language, block in fences if language in {"", "sh", "ini"}]
    spans = re.findall(r"`([^`\n]*)`", re.sub(r"(?ms)^```.*?^```", "", text))
    shown = [line.split(" #")[0] for block in (*blocks, *spans) for line in block.splitlines()]
    return [found[0] for line in shown for found in re.finditer(r"(?:^|[ (]|bin/)tyle (?=[a-z]).*", line)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_the_commands_and_options_that_documents_show_exist(document: Path) -> None:
    unknown = []
    for line in command_lines(document):
        command = typer.main.get_command(app)
        words = line.split("tyle ", 1)[1].split()
        while words and hasattr(command, "commands"):
            command = command.commands.get(words[0])
            words = words[1:]
        options = {name for parameter in getattr(command, "params", ()) for name in (*parameter.opts, "--help")}
        if command is None or not {word.strip("[]=…") for word in words if word.strip("[").startswith("--")} <= options:
            unknown.append(line)
    assert unknown == []


def test_a_unit_is_added_by_configuration_alone(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = recipe()
    root = create_workspace(tmp_path / "w").root
    with (root / "reference" / "units.csv").open("a", encoding="utf-8") as units:
        units.write(shown["units.csv"])
    headers = root / "reference" / "headers.toml"
    headers.write_text(add_headers(headers.read_text(encoding="utf-8"), shown["headers.toml"]), encoding="utf-8")
    with (root / "tyle.toml").open("a", encoding="utf-8") as settings:
        settings.write(shown["tyle.toml"].replace("https://dulich.example", server))
    monkeypatch.setenv("SO_DU_LICH_TOKEN", TOKEN)
    monkeypatch.chdir(root)
    with pytest.raises(SystemExit) as ended:
        main(shown["command"].split())
    out = capsys.readouterr()
    assert ended.value.code == 0, out
    assert "1 đã nhận" in out.out
    with duckdb.connect(str(root / "published" / "marts.duckdb"), read_only=True) as marts:
        row = "SELECT unit_name, online, in_person, total FROM marts.monthly_unit_rates WHERE unit_id = 'so-du-lich'"
        assert marts.sql(row).fetchall() == [("Sở Du lịch", 50, 10, 60)]
    for file in (path for path in root.rglob("*") if path.is_file()):
        assert TOKEN.encode() not in file.read_bytes()
