"""With what a new workspace begins: the shipped reference data, a preset of it, or units of one's own.

A preset is a folder in reference/presets: its files stand for the shipped ones of the same name. Writes no file.
"""

import csv
import io
import json
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from transforms.dictionary.problems import ConfigurationError, Problem
from transforms.dictionary.text import fold
from transforms.reference.organisation import ALL, Organisation, read_organisation
from transforms.reference.unit_file import FILE as UNITS_FILE
from transforms.reference.unit_file import id_of, read_units

BLANK = "blank"
README = "README.md"
_FIRST_GROUP, _FIRST_TYPE = "\n[[group]]", "\n[[type]]"
_PLACEHOLDER = "units"  # the group of the blank organisation, which groups of one's own replace


def presets() -> list[str]:
    """The names of the presets."""
    return sorted(folder.name for folder in (files("reference") / "presets").iterdir() if folder.is_dir())


def file_of(preset: str, name: str) -> Traversable:
    """The file of a preset ("" = none), else the shipped one."""
    own = files("reference") / "presets" / preset / name
    return own if preset and own.is_file() else files("reference") / name


def lacking(preset: str, *, with_units: bool = False) -> list[str]:
    """What a new workspace does not have, a line each, as the preset's README says; `with_units`: units were given."""
    if not preset:
        return []
    lines = file_of(preset, README).read_text(encoding="utf-8").splitlines()
    found = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    return [line for line in found if not (with_units and line.startswith("đơn vị:"))]


def with_units(text: str, organisation: str) -> tuple[str, str]:
    """units.csv and organisation.toml with the units of a CSV of one's own, whose groups may be new.

    `text`: columns as of a short units.csv, separated by commas or semicolons; `unit_group` holds ids or names.
    `organisation`: the text of the preset's organisation.toml. Raises ConfigurationError with all that is wrong.
    """
    rows = _rows(text)
    if rows and "unit_group" in rows[0]:
        organisation = _with_groups(organisation, [row["unit_group"].strip() for row in rows])
        ids = _ids_of(read_organisation(organisation))
        rows = [row | {"unit_group": ids.get(fold(row["unit_group"]), row["unit_group"])} for row in rows]
    if rows and "unit_id" not in rows[0]:
        rows = [{"unit_id": id_of(row.get("name", "")), **row} for row in rows]
    own = io.StringIO()
    writer = csv.DictWriter(own, list(rows[0]) if rows else ["unit_id", "name"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    read_units(own.getvalue(), read_organisation(organisation))
    return own.getvalue(), organisation


def _rows(text: str) -> list[dict[str, str]]:
    """The rows of the file. Raises ConfigurationError where it has no header or a row is too long or short."""
    plain = text.removeprefix("\ufeff")
    first = plain.partition("\n")[0]
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=";" if ";" in first and "," not in first else ",")
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(cells)]
    except csv.Error as error:
        raise ConfigurationError([Problem(UNITS_FILE, reader.line_num, f"không đọc được CSV ({error})")]) from error
    header = lines[0][1] if lines else []
    if "name" not in header:
        why = "dòng đầu phải là tên cột: name, unit_group, hoặc unit_id, name"
        raise ConfigurationError([Problem(UNITS_FILE, 1, why)])
    uneven = [line for line, cells in lines if len(cells) != len(header)]
    if uneven:
        why = f"phải có {len(header)} ô như dòng tiêu đề"
        raise ConfigurationError(Problem(UNITS_FILE, line, why) for line in uneven)
    return [dict(zip(header, cells, strict=True)) for _, cells in lines[1:]]


def _ids_of(organisation: Organisation) -> dict[str, str]:
    """The id of a group by its folded id and names."""
    names = ((name, group.id) for group in organisation.groups for name in (group.id, group.name.vi, group.name.en))
    return {fold(name): id_ for name, id_ in names}


def _with_groups(text: str, named: list[str]) -> str:
    """organisation.toml with a group for each name that it does not know, in the order of the file."""
    known = _ids_of(read_organisation(text))
    new = list(dict.fromkeys(name for name in named if name and fold(name) not in known))
    if not new:
        return text
    start, end = text.index(_FIRST_GROUP), text.index(_FIRST_TYPE)
    own = text[start:end]
    if set(known.values()) == {_PLACEHOLDER} and not any(fold(name) in known for name in named):
        own = "\n"
    taken = {ALL, *known.values()}
    for name in new:
        id_ = id_of(name) or "group"
        while id_ in taken:
            id_ += "-2"
        taken.add(id_)
        own = f"{own.rstrip()}\n\n[[group]]\nid = {json.dumps(id_)}\nname = {json.dumps(name, ensure_ascii=False)}\n"
    return text[:start] + f"\n{own.strip()}\n" + text[end:]


def renamed(error: ConfigurationError, file: str) -> list[Problem]:
    """The problems, where units.csv is meant with the file that a person named."""
    return [replace(problem, file=file) if problem.file == UNITS_FILE else problem for problem in error.problems]
