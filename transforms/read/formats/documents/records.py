"""Records with keys, of JSON and XML, as a grid: the keys are its header. Looks for no header, reads no file."""

from collections.abc import Iterable, Mapping, Sequence

from transforms.read.grid import MAX_CELLS, Grid, Origin, make_grid, too_large

Record = Mapping[str, object]
Titles = Sequence[Sequence[object]]
_PROTOCOL = ("_", "@", "$")  # begin the keys that a service adds for itself: `__metadata`, `_links`, `$id`


def records_grid(titles: Titles, records: Sequence[Record], origin: Origin) -> Grid:
    """The title rows, a header of the keys in the order they first appear, and a row for each record.

    Where values are records themselves, the header has two rows: the key, and under it the inner keys that have a value
    somewhere; what is nested deeper is shown as {…} or […]. No records give a grid without rows.
    """
    if not records:
        return make_grid("", [], origin)
    columns = _columns(records)
    if len(columns) * len(records) > MAX_CELLS:
        raise too_large()
    upper, lower = [key for key, _ in columns], [inner for _, inner in columns]
    header = [upper, lower] if any(lower) else [upper]
    body = ([_value(record, key, inner) for key, inner in columns] for record in records)
    keys = tuple(f"{key}.{inner}" if inner else key for key, inner in columns)
    return make_grid("", [*titles, *header, *body], origin, keys=keys)


def _columns(records: Sequence[Record]) -> list[tuple[str, str]]:
    """Key and inner key ("" for none) of each column."""
    nested: dict[str, dict[str, None] | None] = {}  # None where a value of the key is no record
    for record in records:
        for key, value in record.items():
            inner = nested.setdefault(key, {})
            if isinstance(value, Mapping) and inner is not None:
                inner.update(dict.fromkeys(_filled(value)))
            elif value is not None:
                nested[key] = None
        if len(nested) + sum(len(inner or ()) for inner in nested.values()) > MAX_CELLS // len(records):
            raise too_large()
    return [
        (key, name)
        for key, inner in nested.items()
        for name in (("",) if not inner or key.startswith(_PROTOCOL) else inner)
    ]


def _filled(record: Record) -> Iterable[str]:
    return (key for key, value in record.items() if value not in (None, "", [], {}))


def _value(record: Record, key: str, inner: str) -> object:
    value = record.get(key)
    if inner:
        value = value.get(inner) if isinstance(value, Mapping) else None
    if not is_nested(value):
        return value
    # Where one value is expected, this is neither blank nor a number.
    return None if not value else "[…]" if isinstance(value, list) else "{…}"


def is_nested(value: object) -> bool:
    """Whether a value is no scalar."""
    return isinstance(value, list | Mapping)
