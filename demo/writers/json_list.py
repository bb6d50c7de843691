"""A delivery as JSON, as unit systems with an interface answer. Has no layout: it writes the content itself."""

import json
from decimal import Decimal

from demo.writers.content import Content, Line
from demo.writers.style import Style

_Value = str | int | float | None


def json_text(content: Content, style: Style) -> str:
    """An object with the rows under `data`, or a plain list where there is nothing else to say."""
    about: dict[str, _Value] = {}
    if style.title_rows:
        about |= {"tieuDe": "Thống kê hồ sơ xử lý trực tuyến mức độ 4", "donViTinh": "hồ sơ"}
    if style.unit_in_file:
        about["donVi"] = content.unit_name
    if style.date_in_file:
        about |= _dates(content, style)
    about = {key: _spelled(value, style) for key, value in about.items()}
    data = [_item(line, style) for line in content.lines]
    return json.dumps({**about, "data": data} if about else data, ensure_ascii=False, indent=2)


def _dates(content: Content, style: Style) -> dict[str, _Value]:
    if style.basis == "day":
        return {"ngay": content.business_date.isoformat()}
    return {"tuNgay": content.period_from.isoformat(), "denNgay": content.business_date.isoformat()}


def _item(line: Line, style: Style) -> dict[str, _Value]:
    item: dict[str, _Value] = {
        "linhVuc": _spelled(line.label, style),
        "trucTuyen": line.online,
        "trucTiep": line.in_person,
        "tongSo": line.total,
    }
    return item | {"tyLe": _number(line.rate)} if style.stated_rate else item


def _number(rate: Decimal | None) -> int | float | None:
    if rate is None:
        return None
    return int(rate) if rate == rate.to_integral_value() else float(rate)


def _spelled(value: _Value, style: Style) -> _Value:
    return style.spell(value) if isinstance(value, str) else value
