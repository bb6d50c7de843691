"""Puts figures together into records: several columns, several rows, or several records of one row. Reads no header."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import fold, tidy
from transforms.read.layouts.across import MEASURE, Slice
from transforms.read.layouts.columns import Named
from transforms.read.layouts.figures import Figures
from transforms.read.layouts.place import Place
from transforms.read.layouts.rows import Rows
from transforms.read.refusal import quoted, refuse
from transforms.read.shape import Shape

JOINED = " – "  # between the texts of a role that several columns name
Source = tuple[int, int]  # row and column, 0-based

_IGNORED = "ignore"


@dataclass
class Record:
    """A row of the usual table: role → text, and the cells it is of; `row` (0-based) is the first of theirs."""

    row: int
    texts: dict[str, str]
    sources: dict[str, list[Source]]
    words: dict[str, Source] = field(default_factory=dict)  # of channels, as compared


@dataclass(frozen=True)
class Understood:
    """A table of which all is known: where it stands, its rows below the header (0-based), and what its columns are.

    `rows`: those of this delivery; `slices`: what figures of a row belong together.
    """

    place: Place
    body: Sequence[int]
    rows: Rows
    named: Named
    slices: Sequence[Slice]
    shape: Shape
    contract: Contract
    figures: Figures

    def text(self, row: int, columns: Sequence[int]) -> str:
        """The texts of several columns in one."""
        texts = (tidy(self.rows.text(self.place, row, at)) for at in columns)
        return JOINED.join(filter(None, texts))


def records(table: Understood) -> list[Record]:
    """All records of the table, those of a slice in the order of their rows.

    Raises UnreadableError for a word in place of a channel that tyle.toml does not name, a channel that stands twice
    under one name, and for several rows where a header names the fields and nothing chooses the row.
    """
    shape, own = table.shape, table.rows.own
    if shape.channels == "columns" and shape.fields == "across" and len(own) > 1:
        raise refuse(
            'tiêu đề là lĩnh vực (fields = "across") thì chỉ một dòng số liệu: dùng date_column để chọn dòng',
            "with fields across there is one row of figures: choose it with date_column, or leave others out by "
            "ignore_rows",
            row=own[1] + 1,
        )
    made: list[Record] = []
    for piece in table.slices:
        if shape.channels == "rows":
            made += _blocks(table, piece)
        else:
            made += (_of_row(table, row, piece) for row in own)
    return made


def _keys(table: Understood, row: int, piece: Slice) -> tuple[dict[str, str], dict[str, list[Source]]]:
    """What a row says beside figures, and in which cells."""
    named, contract = table.named, table.contract
    texts: dict[str, str] = {}
    sources: dict[str, list[Source]] = {}
    for role, columns in named.roles.items():
        if role not in (*contract.counts, *contract.percents):
            texts[role] = table.text(row, columns)
            sources[role] = [(row, at) for at in columns]
    if named.unit is not None:
        texts["unit"], sources["unit"] = table.rows.text(table.place, row, named.unit), [(row, named.unit)]
    day: date | None = table.rows.dates.get(row, piece.day)
    if day is not None and "date" in contract.dates:
        texts["date"] = day.isoformat()
        sources["date"] = [(row, named.date)] if named.date is not None else []
    if piece.field is not None:
        texts["field"] = piece.field
        first = next(iter(piece.roles.values()))[0]
        sources["field"] = [(table.place.last, first)]
    return texts, sources


def _of_row(table: Understood, row: int, piece: Slice) -> Record:
    place, figures = table.place, table.figures
    texts, sources = _keys(table, row, piece)
    cells = {role: [place.cell(row, at) for at in columns] for role, columns in piece.roles.items()}
    rates = {role: cells.pop(role)[0] for role in table.contract.percents if role in cells}
    texts |= rates | figures.together(cells)
    for role, columns in piece.roles.items():
        several = len(columns) > 1
        faulty = figures.at_fault(cells[role], texts[role]) if several else []
        sources[role] = [(row, at) for at in columns]
        sources[role] = [sources[role][at] for at in faulty] or sources[role]
    return Record(row, texts, sources)


def _blocks(table: Understood, piece: Slice) -> Iterator[Record]:
    """A record for each name, of the rows of its channels."""
    place, rows, named = table.place, table.rows, table.named
    column = piece.roles[MEASURE][0]
    channel = named.channel if named.channel is not None else 0
    names = named.roles.get("field", ())
    words = _words(table.shape)
    own = set(rows.own)
    block: Record | None = None
    key: tuple[object, ...] = ()
    name = ""
    for row in table.body:
        text = tidy(rows.text(place, row, channel))
        word = fold(text)
        is_name = channel in names and bool(text) and word not in words
        said = text if is_name else "" if channel in names else table.text(row, names)
        name = said or name
        if row not in own:
            continue
        role = words.get("" if is_name else word)
        if role is None:
            raise _unknown(place, row, channel, text)
        if role == _IGNORED:
            continue
        texts, sources = _keys(table, row, piece)
        if names:
            texts["field"] = name
        if block is None or key != tuple(texts.values()) or (said and word in block.words):
            if block:
                yield _finished(table, block)
            block, key = Record(row, texts, sources), tuple(texts.values())
        if word in block.words:
            raise refuse(
                f"kênh có hai lần dưới cùng một tên (dòng {block.words[word][0] + 1} và dòng này)",
                f"the channel stands twice under one name (row {block.words[word][0] + 1} and this one)",
                row=row + 1,
                column=place.name(channel),
                value=text,
            )
        block.words[word] = (row, column)
        block.sources.setdefault(role, []).append((row, column))
    if block:
        yield _finished(table, block)


def added(table: Understood, made: Sequence[Record], is_total: Callable[[str], bool]) -> list[Record]:
    """Records of one name, unit and period as one; a stated rate and the number of a row are of none of them.

    `is_total`: whether a name is that of a totals row, which is no record of its own.
    """
    contract = table.contract
    aside = (*contract.counts, *contract.percents, "ordinal")
    groups: dict[tuple[object, ...], list[Record]] = {}
    for number, record in enumerate(made):
        name = record.texts.get("field", "")
        own = number if not name or is_total(name) else None
        key = (own, *((role, text) for role, text in record.texts.items() if role not in aside))
        groups.setdefault(key, []).append(record)
    return [several[0] if len(several) == 1 else _sum(table, several) for several in groups.values()]


def _sum(table: Understood, several: Sequence[Record]) -> Record:
    first, contract, figures = several[0], table.contract, table.figures
    texts = {role: text for role, text in first.texts.items() if role not in (*contract.percents, "ordinal")}
    sources = dict(first.sources)
    for role in contract.counts:
        if role in texts:
            said = [record.texts.get(role, "") for record in several]
            texts[role] = figures.added(said)
            faulty = figures.at_fault(said, texts[role]) or range(len(several))
            sources[role] = [cell for at in faulty for cell in several[at].sources.get(role, ())]
    return Record(first.row, texts, sources)


def _finished(table: Understood, block: Record) -> Record:
    """The record with its figures: of each role the sum of its channels, and of a role without a row what is agreed."""
    place, shape, figures = table.place, table.shape, table.figures
    cells = {
        role: [place.cell(row, at) for row, at in block.sources[role]]
        for role in shape.channel_values
        if role in block.sources
    }
    block.texts |= figures.together(cells)
    for role, texts in cells.items():
        faulty = figures.at_fault(texts, block.texts[role]) if len(texts) > 1 else []
        block.sources[role] = [block.sources[role][at] for at in faulty] or block.sources[role]
    for role in shape.channel_values:
        if role not in cells and role != _IGNORED:
            block.texts[role] = "0" if shape.missing_channel == "zero" else ""
            block.sources[role] = []
    return block


def _words(shape: Shape) -> dict[str, str]:
    """Each word in place of a channel, as it is compared, with its role."""
    return {fold(word): role for role, words in shape.channel_values.items() for word in words}


def _unknown(place: Place, row: int, channel: int, text: str) -> Exception:
    return refuse(
        f"{quoted(text) if text else 'ô trống'} ở cột kênh không có trong channel_values của bố cục (tyle.toml)",
        f"{quoted(text) if text else 'a blank cell'} in the column of channels is not in channel_values of the layout",
        row=row + 1,
        column=place.name(channel),
    )


def headers_of(table: Understood) -> dict[str, str]:
    """Role → what is written over its figures, for messages."""
    place, named, found, shape = table.place, table.named, table.slices, table.shape
    names = {role: " + ".join(map(place.name, columns)) for role, columns in named.roles.items()}
    if named.unit is not None:
        names["unit"] = place.name(named.unit)
    if named.date is not None:
        names["date"] = place.name(named.date)
    elif shape.periods == "across":
        names["date"] = place.name(next(iter(found[0].roles.values()))[0])
    for piece in found[:1]:
        for role, columns in piece.roles.items():
            if role != MEASURE:
                several = shape.columns[role] if shape.fields == "across" else list(map(place.name, columns))
                names[role] = " + ".join(several)
    if shape.channels == "rows":
        for role, words in shape.channel_values.items():
            if role != _IGNORED:
                names[role] = " + ".join(word or "…" for word in words)
    return {role: name for role, name in names.items() if role in table.contract.columns}
