"""Writing a file whole or not at all. Knows no result and no page."""

import os
from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Write `text` (UTF-8), whole also for a reader and beside another run. Raises OSError, and leaves nothing then."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
