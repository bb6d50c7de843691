"""The mutants of a module: Cosmic Ray's operators on Python, and ours on what polars expressions are made of."""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import Name, PythonLeaf

_CORE = (
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("BitOr_BitAnd", "BitAnd_BitOr", "Add_Sub", "Sub_Add", "Mul_Div")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Div_Mul", "FloorDiv_Div", "Mod_Mul")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_LtE", "Lt_Gt", "LtE_Lt", "LtE_Gt")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Gt_GtE", "Gt_Lt", "GtE_Gt", "GtE_Lt")),
    *(f"ReplaceUnaryOperator_{pair}" for pair in ("Delete_Invert", "Delete_Not", "USub_UAdd")),
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer"),
    *("RemoveDecorator", "ZeroIterationForLoop"),
)
_WORDS = {
    "any_horizontal": "all_horizontal",
    "all_horizontal": "any_horizontal",
    "max_horizontal": "min_horizontal",
    "any": "all",
    "first": "last",
    "last": "first",
    "is_null": "is_not_null",
    "is_not_null": "is_null",
    "ne_missing": "eq_missing",
    "median": "mean",
    "'critical'": "'warning'",
    "'warning'": "'info'",
    "'info'": "'warning'",
    "'left'": "'inner'",
}


class Word(Operator):
    """A word of polars, or a severity, replaced by its opposite."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if _word(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return type(node)(_WORDS[_word(node)], node.start_pos, prefix=node.prefix)

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class Spelling(Operator):
    """A text with something added to it."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if node.type in {"string", "fstring_string"}:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        end = len(node.value) if node.type == "fstring_string" else len(node.value.rstrip("'\""))
        changed = f"{node.value[:end]}XX{node.value[end:]}"
        return PythonLeaf(changed, node.start_pos, prefix=node.prefix)

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class NakedReceiver(Operator):
    """`frame.sort("x")` becomes `frame`: a call left out; not those of a module."""

    def __init__(self, modules: frozenset[str]) -> None:
        self.modules = modules

    def mutation_positions(self, node: Any) -> list[tuple[Any, Any]]:
        return [(node.children[place].start_pos, node.children[place + 1].end_pos) for place in self._calls(node)]

    def mutate(self, node: Any, index: int) -> Any:
        place = self._calls(node)[index]
        del node.children[place : place + 2]
        return node

    def _calls(self, node: Any) -> list[int]:
        if node.type not in {"atom_expr", "power"}:
            return []
        begins = [getattr(child, "children", [child])[0] for child in node.children]
        return [
            place
            for place in range(1, len(begins) - 1)
            if begins[place] == "." and begins[place + 1] == "(" and not (place == 1 and self._is_module(begins[0]))
        ]

    def _is_module(self, leaf: Any) -> bool:
        return isinstance(leaf, Name) and leaf.value in self.modules

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


@dataclass(frozen=True)
class Mutant:
    """A module's text with one change, and the change as one reads it."""

    module: str
    line: int
    before: str
    after: str
    code: str

    @property
    def change(self) -> str:
        """As in the list of harmless ones: without the line number, which would move."""
        return f"{self.before} → {self.after}"


def mutants(module: str) -> list[Mutant]:
    """All of a module's, in the order of its lines, each once."""
    source = Path(module).read_text(encoding="utf-8")
    tree = ast.parse(source)
    operators: list[Operator] = [get_operator(f"core/{name}")() for name in _CORE]
    operators += [Word(), Spelling(), NakedReceiver(_modules(tree))]
    left_out = list(_left_out(tree, source))
    found: dict[str, Mutant] = {}
    for operator in operators:
        positions = _Positions(operator)
        positions.walk(get_ast(source))
        for occurrence, start in enumerate(positions.found):
            if any(begin <= start < end for begin, end in left_out):
                continue
            code = mutate_code(source, operator, occurrence)
            if code is not None and code != source:
                found.setdefault(code, Mutant(module, *_difference(source, code), code))
    return sorted(found.values(), key=lambda mutant: (mutant.line, mutant.after))


class _Positions(Visitor):  # type: ignore[misc]
    """Where an operator finds something, in the order in which Cosmic Ray counts."""

    def __init__(self, operator: Operator) -> None:
        self.operator = operator
        self.found: list[tuple[int, int]] = []

    def visit(self, node: Any) -> Any:
        self.found += [start for start, _ in self.operator.mutation_positions(node)]
        return node


def _word(node: Any) -> str | None:
    if node.type == "name" and getattr(node.get_previous_leaf(), "value", "") == ".":
        return node.value if node.value in _WORDS else None
    if node.type == "string":
        quoted = f"'{node.value[1:-1]}'"
        return quoted if quoted in _WORDS else None
    return None


def _modules(tree: ast.Module) -> frozenset[str]:
    names = [name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    return frozenset(name.asname or name.name for name in names)


def _left_out(tree: ast.Module, source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Docstrings, types, the sentences of rules (wording), and names of columns, without which nothing runs."""
    lines = source.splitlines()

    def place(line: int, offset: int) -> tuple[int, int]:
        return line, len(lines[line - 1].encode()[:offset].decode())

    for node in ast.walk(tree):
        unread: list[ast.AST | None] = []
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                unread = [node]
            case ast.AnnAssign(annotation=annotation):
                unread = [annotation]
            case ast.FunctionDef(returns=returns, args=args):
                unread = [returns, *(one.annotation for one in (*args.args, *args.kwonlyargs, args.vararg) if one)]
            case ast.Call(func=ast.Name(id="Text")) | ast.Subscript(value=ast.Name(id="Literal")):
                unread = [node]
            case ast.Call(func=ast.Name(id="_fault"), args=[_, *sentences]):
                unread = [one for one in sentences if isinstance(one, ast.Constant)]
            case ast.Call(func=ast.Attribute(attr="col"), args=names):
                unread = [name for name in names if isinstance(name, ast.Constant)]
        for one in unread:
            if one is not None:
                yield place(one.lineno, one.col_offset), place(one.end_lineno, one.end_col_offset)  # type: ignore[attr-defined]


def _difference(source: str, code: str) -> tuple[int, str, str]:
    """The first changed line, its number, and what it became."""
    old, new = source.splitlines(), code.splitlines()
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            return i1 + 1, _joined(old[i1:i2]), _joined(new[j1:j2])
    raise ValueError("no difference")


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)
