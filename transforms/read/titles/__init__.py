"""What stands around a table: titles, notes, filter lines, the name of the sheet."""
