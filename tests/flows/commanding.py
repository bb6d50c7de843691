"""Runs commands as a user does, in this process."""

import pytest

from flows.cli import main


class Tyle:
    """Runs a command in this process: exit code, stdout, stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        out, err = self.capsys.readouterr()
        return int(exit_.value.code or 0), out, err
