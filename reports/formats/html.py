"""The report as one printable HTML file, made from a document's blocks; it loads nothing from outside."""

import base64

from reports.formats.document import Content, Picture
from reports.templates import environment

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml", "gif": "image/gif"}


def write_html(document: Content) -> bytes:
    """The page, with its pictures in it."""
    templates = environment("reports.formats", "")
    templates.filters["data_url"] = _data_url
    return templates.get_template("report.html.j2").render(document=document).encode()


def _data_url(picture: Picture) -> str:
    return f"data:{_TYPES[picture.kind]};base64,{base64.b64encode(picture.content).decode()}"
