"""The report as one printable HTML file, made from a document's blocks; it loads nothing from outside."""

import base64

from jinja2 import Environment, PackageLoader

from reports.formats.document import Content, Picture

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml", "gif": "image/gif"}


def write_html(document: Content) -> bytes:
    """The page, with its pictures in it."""
    loader = PackageLoader("reports.formats", "")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["data_url"] = _data_url
    return environment.get_template("report.html.j2").render(document=document).encode()


def _data_url(picture: Picture) -> str:
    return f"data:{_TYPES[picture.kind]};base64,{base64.b64encode(picture.content).decode()}"
