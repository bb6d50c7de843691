"""The error of this room."""


class ReportError(Exception):
    """The report cannot be made; the message is one Vietnamese line."""
