"""How the files of the corpus are made, one module per kind of dirt."""

from collections.abc import Callable

from tests.corpus.recipes import (
    around,
    cases,
    containers,
    damaged,
    dates,
    fields,
    formats,
    header_words,
    layout,
    letters,
    numbers,
    official_form,
    opendocument,
    rows,
    seen,
    sheets,
    shown,
    titles,
    units,
    word,
)

RECIPES: dict[str, Callable[[], dict[str, bytes]]] = {
    "formats": formats.files,
    "layout": layout.files,
    "sheets": sheets.files,
    "numbers": numbers.files,
    "dates": dates.files,
    "letters": letters.files,
    "units": units.files,
    "damaged": damaged.files,
    "ii06": official_form.files,
    "cases": cases.files,
    "rows": rows.files,
    "titles": titles.files,
    "fields": fields.files,
    "containers": containers.files,
    "shown": shown.files,
    "opendocument": opendocument.files,
    "around": around.files,
    "header-words": header_words.files,
    "seen": seen.files,
    "word": word.files,
}
