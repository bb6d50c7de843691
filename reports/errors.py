"""What can be wrong with a report's ingredients. Knows no format."""


class ReportError(Exception):
    """The report cannot be made; the message is one Vietnamese line."""
