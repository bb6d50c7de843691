"""Checks prefect.yaml of a workspace, as far as tyle reads it. Asks no server and imports no Prefect."""

from typing import Any

from transforms.dictionary.problems import ConfigurationError, Problem, nearest, raise_if_any

DEPLOYMENTS = "prefect.yaml"
_KEYS = ("name", "prefect-version", "build", "push", "pull", "definitions", "deployments", "automations")
_LISTS = {"deployments": ("name", "entrypoint"), "automations": ("name", "trigger", "actions")}  # with what each needs


def check_deployments(text: str) -> None:
    """Raise ConfigurationError with all that is wrong in the deployment file; "" = there is none."""
    if not text:
        return
    import yaml  # noqa: PLC0415 - few workspaces have one

    try:
        root = yaml.compose(text, yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        why = f"không đọc được YAML ({error.problem})"
        raise ConfigurationError([Problem(DEPLOYMENTS, mark.line + 1 if mark else 1, why)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        why = " ".join(str(error).split())
        raise ConfigurationError([Problem(DEPLOYMENTS, line, f"không đọc được YAML ({why})")]) from error
    if not isinstance(content, dict):
        raise ConfigurationError([Problem(DEPLOYMENTS, 1, "phải gồm các khóa name, deployments, automations")])
    lines = {key.value: key.start_mark.line + 1 for key, _ in root.value}
    problems = [
        Problem(DEPLOYMENTS, lines.get(str(key), 1), "không có khóa này", str(key), nearest=nearest(str(key), _KEYS))
        for key in content
        if key not in _KEYS
    ]
    keys = [key.value for key, _ in root.value]
    twice = [(number, key) for number, key in enumerate(keys) if key in keys[:number]]
    problems += [
        Problem(DEPLOYMENTS, root.value[number][0].start_mark.line + 1, "khóa này có hai lần", str(key))
        for number, key in twice
    ]
    nodes = {key.value: value for key, value in root.value}
    for kind, needed in _LISTS.items():
        if kind not in content:
            continue  # whoever needs it says so: `tyle deploy`, `tyle automations`
        if not isinstance(content[kind], list):
            problems.append(Problem(DEPLOYMENTS, lines[kind], "phải là danh sách", kind))
        else:
            at = [node.start_mark.line + 1 for node in nodes[kind].value]
            problems += _wrong_entries(kind, content[kind], at, needed)
    raise_if_any(problems)


def _wrong_entries(kind: str, entries: list[Any], lines: list[int], needed: tuple[str, ...]) -> list[Problem]:
    problems: list[Problem] = []
    names: dict[object, int] = {}
    for number, (entry, line) in enumerate(zip(entries, lines, strict=True), start=1):
        where = f"{kind}[{number}]"
        if not isinstance(entry, dict):
            problems.append(Problem(DEPLOYMENTS, line, "phải là một mục có name", where))
            continue
        problems += [
            Problem(DEPLOYMENTS, line, "thiếu khóa này", f"{where}.{key}") for key in needed if key not in entry
        ]
        name = entry.get("name")
        if name is not None and not (isinstance(name, str) and name.strip()):
            problems.append(Problem(DEPLOYMENTS, line, "phải là chữ, không để trống", f"{where}.name", str(name)))
        elif name is not None and (first := names.setdefault(name, number)) != number:
            problems.append(Problem(DEPLOYMENTS, line, f"trùng với {kind}[{first}]", f"{where}.name", name))
    return problems
