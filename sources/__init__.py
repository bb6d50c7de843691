"""Bytes from where a unit puts them. Knows no format, no unit's meaning and no store."""
