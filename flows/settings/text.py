"""Reads the files of the configuration, whatever stands in their place, and keeps what is wrong. Understands none."""

from collections.abc import Callable
from importlib.resources.abc import Traversable
from typing import TypeVar

from transforms.dictionary.problems import ConfigurationError, Problem, collected, in_folder

T = TypeVar("T")


class Folder:
    """A folder with files of the configuration. `problems`: what was wrong with those read so far.

    `prefix` stands before their names in messages; `shipped` has the files that come with tyle.
    """

    def __init__(self, folder: Traversable, prefix: str, shipped: Traversable) -> None:
        self._folder, self._prefix, self._shipped = folder, prefix, shipped
        self.problems: list[Problem] = []

    def read(self, parse: Callable[[], T]) -> T | None:
        """What `parse` gives; None where it raises ConfigurationError, whose problems are kept."""
        found: list[Problem] = []
        value = collected(found, parse)
        self.problems += [in_folder(problem, self._prefix) for problem in dict.fromkeys(found)]
        return value

    def needed(self, name: str) -> str:
        """The text of a file that must be there. Where it cannot be read, the shipped one, to check the others with."""
        text = self.read(lambda: self._there(name))
        return self.shipped(name) if text is None else text

    def optional(self, name: str) -> str:
        """The text of a file, "" where there is none."""
        return self.read(lambda: read_text(self._folder / name, name)) or ""

    def own_or_shipped(self, name: str) -> str:
        """The text of a file, the shipped one where there is none."""
        return self.optional(name) or self.shipped(name)

    def content(self, name: str) -> bytes:
        """The bytes of a file, the shipped one's where there is none."""
        own = self.read(lambda: read_bytes(self._folder / name, name))
        return (self._shipped / name).read_bytes() if own is None else own

    def shipped(self, name: str) -> str:
        """The text of the file that comes with tyle."""
        return (self._shipped / name).read_text(encoding="utf-8")

    def _there(self, name: str) -> str:
        text = read_text(self._folder / name, name)
        if text is None:
            raise ConfigurationError([Problem(name, None, "không có tệp này")])
        return text


def read_bytes(file: Traversable, name: str) -> bytes | None:
    """The file's bytes; None where there is none. Raises ConfigurationError where it cannot be read."""
    try:
        if file.is_file():
            return file.read_bytes()
        if file.is_dir() or getattr(file, "exists", lambda: False)():
            raise ConfigurationError([Problem(name, 1, "không phải tệp")])
    except OSError as error:
        raise ConfigurationError([Problem(name, 1, f"không đọc được: {error.strerror}")]) from error
    return None


def read_text(file: Traversable, name: str) -> str | None:
    """The file's text, UTF-8 with or without a mark at its beginning; None where there is no file.

    Raises ConfigurationError with the line where it is no UTF-8.
    """
    content = read_bytes(file, name)
    if content is None:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError([Problem(name, line, "không phải UTF-8; hãy lưu lại tệp bằng UTF-8")]) from error
