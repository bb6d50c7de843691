"""Makes the files of the corpus: `python -m tests.corpus.make` writes them anew. Expects nothing of them."""

from pathlib import Path

from tests.corpus.recipes import RECIPES

FOLDER = Path(__file__).parent / "files"


def corpus() -> dict[str, bytes]:
    """`<folder>/<name>` → bytes of every file."""
    return {f"{folder}/{name}": content for folder, make in RECIPES.items() for name, content in make().items()}


def write() -> None:
    """Write every file under FOLDER, and remove what no recipe makes."""
    made = corpus()
    for name, content in made.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.relative_to(FOLDER).as_posix() not in made:
            path.unlink()


if __name__ == "__main__":
    write()
