"""What tyle.toml says of the form of files: [exports.layout], [units.<unit_id>.layout]. Reads no file."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from flows.settings.section import Section
from transforms.dictionary.contracts import Contract
from transforms.dictionary.problems import nearest
from transforms.dictionary.text import fold, tidy
from transforms.dictionary.toml_lines import Path
from transforms.read.shape import LETTERS, YEAR_END, Area, DateKind, Shape

Header = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Headers = Header | Annotated[list[Header], Field(min_length=1)]
Fault = tuple[Path, str]
_IGNORE = "ignore"
_NOT_CONSTANT = ("unit", "date", "ordinal", "case_id")
_LONGEST_HEADER = 6  # rows


def _is_range(text: str) -> str:
    if Area.read(text) is None:
        raise ValueError('phải là vùng như "B5:H40", hoặc "B5:H" nếu để ngỏ dòng cuối')
    return text


class LayoutSettings(Section):
    """The form of a file, where it is not discovered; what is not written is as in a table that is discovered."""

    header_rows: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=2)] | None = Field(
        None, description="first and last row of the header, e.g. [3, 4]"
    )
    table: Annotated[str, AfterValidator(_is_range)] | None = Field(
        None, description='where the table stands, header included: "B5:H40", or "B5:H" with an open end'
    )
    outside: Literal["refuse", "ignore"] = Field("refuse", description="figures below the range of `table`")
    columns: dict[str, Headers] = Field({}, description="role → header(s) as the file writes them, or C:C; summed")
    ignore: list[Header] = Field([], description="headers of figures that are not wanted")
    null_values: list[str] = Field([], description="as null_values of the export")
    zero_values: list[Header] = Field([], description="what stands in place of a 0, e.g. NA")
    blank: Literal["unknown", "zero"] = Field("unknown", description="a blank cell in a row of figures")
    constant: dict[str, str | int] = Field({}, description="role → what holds for every row")
    total: Literal["stated", "sum"] = Field("stated", description="sum: the file states no total")
    fill_down: list[Header] = Field([], description="headers of columns where a blank cell continues the one above")
    ignore_rows: list[Header] = Field([], description="names (field, unit, date, channel) of rows that are left out")
    unknown_rows: Literal["refuse", "leave_out"] = Field("refuse", description="rows of which no figure is known (ND)")
    same_name: Literal["refuse", "sum"] = Field("refuse", description="sum: rows of one name are added")
    unit_column: Header | None = Field(None, description="the column that says whose a row is")
    date_column: Header | None = Field(None, description="the column that says of which period a row is")
    date_kind: DateKind | None = Field(None, description="what dates and periods are; their last day is compared")
    year_ends: str | None = Field(None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", description="MM-DD")
    channels: Literal["columns", "rows"] = Field("columns", description="rows: each way of filing has a row")
    channel_column: Header | None = None
    channel_values: dict[str, list[str]] = Field({}, description="role, or ignore → words in channel_column")
    value_column: Header | None = Field(None, description="the column of figures where channels are rows")
    missing_channel: Literal["unknown", "zero"] = Field("unknown", description="a way of filing without a row")
    fields: Literal["down", "across"] = Field("down", description="across: each field has columns")
    periods: Literal["down", "across"] = Field("down", description="across: each period has columns")
    sheets: Literal["one", "unit", "period"] = Field("one", description="unit, period: the sheet of that name is read")

    def shape(self) -> Shape:
        """The same, as reading takes it."""
        return Shape(
            header_rows=(self.header_rows[0], self.header_rows[-1]) if self.header_rows else None,
            table=Area.read(self.table) if self.table else None,
            outside=self.outside,
            columns={role: listed(headers) for role, headers in self.columns.items()},
            ignore=tuple(self.ignore),
            blank=self.blank,
            zero_values=tuple(self.zero_values),
            constant={role: str(value) for role, value in self.constant.items()},
            total=self.total,
            fill_down=tuple(self.fill_down),
            ignore_rows=tuple(self.ignore_rows),
            unknown_rows=self.unknown_rows,
            same_name=self.same_name,
            unit_column=self.unit_column,
            date_column=self.date_column,
            date_kind=self._kind,
            year_ends=self._year_ends,
            channels=self.channels,
            channel_column=self.channel_column,
            channel_values={role: tuple(words) for role, words in self.channel_values.items()},
            value_column=self.value_column,
            missing_channel=self.missing_channel,
            fields=self.fields,
            periods=self.periods,
            sheets=self.sheets,
        )

    @property
    def _kind(self) -> DateKind:
        return self.date_kind or ("month" if self.periods == "across" else "day")

    @property
    def _year_ends(self) -> tuple[int, int]:
        if not self.year_ends:
            return YEAR_END
        month, day = self.year_ends.split("-")
        return int(month), int(day)


def listed(headers: str | list[str]) -> tuple[str, ...]:
    """One header or several."""
    return (headers,) if isinstance(headers, str) else tuple(headers)


def layout_faults(layout: LayoutSettings, contract: Contract, path: Path) -> Iterator[Fault]:
    """What in a layout does not fit its contract or contradicts itself: the path of a key, and why."""
    yield from _wrong_roles(layout, contract, path)
    yield from _wrong_headers(layout, path)
    yield from _without_effect(layout, path)
    yield from _wrong_forms(layout, contract, path)
    yield from _lacking(layout, contract, path)


def _wrong_roles(layout: LayoutSettings, contract: Contract, path: Path) -> Iterator[Fault]:
    one_only = (*contract.percents, *contract.codes, *contract.dates)
    for role, headers in layout.columns.items():
        there = (*path, "columns", role)
        if role not in contract.columns:
            yield there, _unknown_role(role, contract, contract.columns)
        elif role in one_only and len(listed(headers)) > 1:
            yield there, "chỉ một cột: loại số liệu này không cộng được"
        if role in layout.constant:
            yield (*path, "constant", role), "đã có trong columns: chỉ ghi ở một nơi"
    for role, value in layout.constant.items():
        there = (*path, "constant", role)
        if role not in contract.columns:
            yield there, _unknown_role(role, contract, contract.columns)
        elif role in _NOT_CONSTANT or role in contract.dates:
            yield there, "không đặt cố định được: giá trị này dùng để đối chiếu"
        elif role in (*contract.counts, *contract.percents) and str(value) != "0":
            yield there, "số liệu cố định chỉ có thể là 0"
    for role in layout.channel_values:
        if role not in (*contract.counts, _IGNORE):
            known = (*contract.counts, _IGNORE)
            yield (*path, "channel_values", role), _unknown_role(role, contract, known)


def _unknown_role(role: str, contract: Contract, known: tuple[str, ...]) -> str:
    near = nearest(role, known)
    hint = f"gần giống: {', '.join(near)}" if near else f"có: {', '.join(known)}"
    return f"loại {contract.name} không có cột này; {hint}"


def _wrong_headers(layout: LayoutSettings, path: Path) -> Iterator[Fault]:
    used: dict[str, str] = {}
    for role, headers in layout.columns.items():
        for header in listed(headers):
            if (other := used.setdefault(_key(header), role)) != role:
                yield (*path, "columns", role), f"tiêu đề “{header}” đã dùng cho {other}"
        if len({*map(_key, listed(headers))}) < len(listed(headers)):
            yield (*path, "columns", role), "một tiêu đề ghi hai lần: số liệu sẽ bị cộng hai lần"
    if used and all(map(LETTERS.fullmatch, used)) and not (layout.header_rows or layout.table):
        yield (*path, "columns"), "chỉ có chữ cái của cột thì cần thêm header_rows hoặc table"
    for number, header in enumerate(layout.ignore):
        if role_of := used.get(_key(header)):
            yield (*path, "ignore", number), f"tiêu đề “{header}” đã dùng cho {role_of}"
    words: dict[str, str] = {}
    for role, listed_words in layout.channel_values.items():
        for word in listed_words:
            if (other := words.setdefault(fold(word), role)) != role:
                yield (*path, "channel_values", role), f"“{word}” đã là {other}"
    for first, second in (("unit", "unit_column"), ("date", "date_column")):
        if first in layout.columns and getattr(layout, second):
            yield (*path, "columns", first), f"đã có {second}: chỉ ghi một trong hai"


def _key(header: str) -> str:
    return header if LETTERS.fullmatch(header) else tidy(header)


def _without_effect(layout: LayoutSettings, path: Path) -> Iterator[Fault]:
    """Keys that need another one, which is not there."""
    said = layout.model_fields_set
    across = "across" in (layout.fields, layout.periods)
    has_dates = bool(layout.date_column) or layout.periods == "across" or layout.sheets == "period"
    is_closed = layout.table is not None and not layout.table[-1].isalpha()
    is_yearly = layout.date_kind == "year"
    rows = layout.channels == "rows"
    named = bool(layout.columns)
    needs: Mapping[str, tuple[bool, str]] = {
        "outside": (is_closed, 'chỉ dùng với table có dòng cuối, như "B5:H40"'),
        "date_kind": (has_dates, 'chỉ dùng với date_column, periods = "across" hoặc sheets = "period"'),
        "year_ends": (is_yearly, 'chỉ dùng với date_kind = "year"'),
        "channel_column": (rows, 'chỉ dùng với channels = "rows"'),
        "channel_values": (rows, 'chỉ dùng với channels = "rows"'),
        "missing_channel": (rows, 'chỉ dùng với channels = "rows"'),
        "value_column": (rows and not across, 'chỉ dùng với channels = "rows", khi kỳ và lĩnh vực không nằm ngang'),
        "ignore": (named or across or rows, "chỉ dùng với columns"),
        "blank": (named or across or rows, "chỉ dùng với columns"),
        "same_name": (named or across or rows, "chỉ dùng với columns"),
        "unknown_rows": (named and not rows, "chỉ dùng với columns, khi mỗi dòng có đủ các kênh"),
        "zero_values": (named or across or rows, "chỉ dùng với columns"),
        "total": (named or across or rows, "chỉ dùng với columns"),
    }
    for key, (is_there, why) in needs.items():
        if key in said and not is_there:
            yield (*path, key), why
    if not named and not across and not rows and not (layout.header_rows or layout.table):
        for key in ("constant", "unit_column", "date_column", "fill_down"):
            if key in said:
                yield (*path, key), "cần thêm columns, hoặc header_rows, hoặc table"


def _wrong_forms(layout: LayoutSettings, contract: Contract, path: Path) -> Iterator[Fault]:
    """Forms that do not go together, or not with this contract."""
    yield from _wrong_header_rows(layout, path)
    if layout.fields == "across":
        yield from _wrong_fields(layout, path)
    if layout.periods == "across" and layout.date_column:
        yield (*path, "date_column"), 'không dùng cùng periods = "across"'
    if layout.channels == "rows":
        yield from _wrong_channels(layout, contract, path)
    if layout.total == "sum" and contract.name != "summary":
        yield (*path, "total"), "chỉ dùng với loại summary"
    elif layout.total == "sum" and ("total" in layout.columns or "total" in layout.channel_values):
        yield (*path, "total"), "tệp đã có cột tổng trong columns hoặc channel_values"
    if contract.by_case:
        for key in ("channels", "fields", "periods", "blank", "zero_values", "same_name"):
            if key in layout.model_fields_set:
                yield (*path, key), f"không dùng với loại {contract.name}: mỗi dòng là một hồ sơ"


def _wrong_header_rows(layout: LayoutSettings, path: Path) -> Iterator[Fault]:
    if not layout.header_rows:
        return
    first, last = layout.header_rows[0], layout.header_rows[-1]
    area = Area.read(layout.table) if layout.table else None
    if not first <= last < first + _LONGEST_HEADER:
        yield (*path, "header_rows"), f"phải là dòng đầu và dòng cuối của tiêu đề, nhiều nhất {_LONGEST_HEADER} dòng"
    elif area and area.bottom is not None and last >= area.bottom:
        yield (*path, "header_rows"), "nằm dưới vùng table"


def _wrong_fields(layout: LayoutSettings, path: Path) -> Iterator[Fault]:
    if layout.periods == "across":
        yield (*path, "fields"), 'không dùng cùng periods = "across"'
    if not layout.header_rows:
        yield (*path, "fields"), "cần thêm header_rows: dòng tên lĩnh vực đến dòng tiêu đề cuối"
    if "field" in layout.columns or "field" in layout.constant:
        yield (*path, "fields"), "lĩnh vực đã có trong columns hoặc constant"


def _wrong_channels(layout: LayoutSettings, contract: Contract, path: Path) -> Iterator[Fault]:
    for key in ("channel_column", "channel_values"):
        if not getattr(layout, key):
            yield (*path, "channels"), f"cần thêm {key}"
    if not layout.value_column and "across" not in (layout.fields, layout.periods):
        yield (*path, "channels"), "cần thêm value_column: cột số liệu"
    for role in layout.columns:
        if role in (*contract.counts, *contract.percents):
            yield (*path, "columns", role), "kênh là dòng thì số liệu nêu trong channel_values, không trong columns"


def _lacking(layout: LayoutSettings, contract: Contract, path: Path) -> Iterator[Fault]:
    """The columns without which nothing of this contract can be read."""
    if not layout.columns and layout.channels == "columns" and "across" not in (layout.fields, layout.periods):
        return
    there = {*layout.columns, *layout.constant, *layout.channel_values}
    there |= {"field"} if layout.fields == "across" else set()
    there |= {"total"} if layout.total == "sum" else set()
    lacking = [role for role in contract.required if role not in there]
    if lacking:
        yield (*path, "columns"), f"loại {contract.name} còn thiếu: {', '.join(lacking)}"
