"""How spreadsheets name a cell. Reads no file."""


def letters(column: int) -> str:
    """A column's name: 0 is A, 26 is AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
