"""Finds and reads the deployment file. Imports no Prefect and asks no server."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from flows.scheduled.environment import OrchestrationError

NAME = "prefect.yaml"


SHIPPED = Path(str(files("flows.scheduled") / NAME))


def deployment_file(folder: Path) -> Path:
    """The deployment file of the folder, or else the one that comes with tyle."""
    own = folder / NAME
    return own if own.is_file() else SHIPPED


def entries(file: Path, kind: str) -> list[dict[str, Any]]:
    """The `deployments` or `automations` of a file. Raises OrchestrationError, one line."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise OrchestrationError(f"{file}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise OrchestrationError(f"{file}: {' '.join(str(error).split())}") from error
    found = content.get(kind) if isinstance(content, dict) else None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise OrchestrationError(f"{file}: không có danh sách {kind}")
    return found
