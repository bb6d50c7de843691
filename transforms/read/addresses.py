"""How spreadsheets name a cell. Reads no file."""


def letters(column: int) -> str:
    """A column's name: 0 is A, 26 is AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def cell_name(row: int, column: int) -> str:
    """A cell's name from its indexes: (0, 0) is A1, (1, 26) is AA2."""
    return f"{letters(column)}{row + 1}"


def column_at(name: str) -> int:
    """The index of a column by its letters: A is 0, AA is 26."""
    at = 0
    for letter in name:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1
