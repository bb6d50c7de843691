"""The one way templates of HTML pages are set up. Holds no template and no word."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import neutral


def environment(package: str, folder: str = "templates", **more: Any) -> Environment:
    """Templates of a package: values are escaped, a name that is not given is an error. `more`: as for Environment."""
    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_neutral,
        **more,
    )


def _neutral(value: object) -> object:
    """A text from outside, before it is escaped; pieces of pages that are markup already stay as they are."""
    return neutral.block(value) if isinstance(value, str) and not isinstance(value, Markup) else value
