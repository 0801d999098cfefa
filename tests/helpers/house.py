"""The source as the tests of the house read it: its files, who imports whom, and where a kind of data is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.helpers.places import TESTS

ROOT = TESTS.parent / "anomalyst"
PACKAGE = ROOT.name
KINDS = tuple(sorted(file.parent.name for file in (ROOT / "modalities").glob("*/modality.py")))
OF_A_KIND = (*(f"modalities/{kind}/" for kind in KINDS), "datasets/")  # where a kind may be called by its name
Edge = tuple[str, str]


@dataclass(frozen=True)
class Import:
    """`target`: the module that is imported; `typing`: for the type checker only; `top`: as soon as the file is."""

    target: str
    line: int
    typing: bool
    top: bool


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the package by its path within it, read."""
    files = sorted(ROOT.rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


# --- who imports whom ---


@cache
def imports() -> dict[str, tuple[Import, ...]]:
    """What each file imports, in functions too: modules of ours by their path, others by their name."""
    return {path: tuple(_imports(tree)) for path, tree in sources().items()}


def edges(typing: bool) -> dict[Edge, int]:
    """(file, file it imports) and the line; `typing`: those for the type checker too."""
    ours = sources()
    return {
        (path, one.target): one.line
        for path, found in imports().items()
        for one in found
        if one.target in ours and one.target != path and (typing or not one.typing)
    }


def _imports(tree: ast.Module) -> Iterator[Import]:
    typed = {id(inner) for node in ast.walk(tree) if _for_types(node) for inner in ast.walk(node)}
    lazy = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [_module(node.module, alias.name) for alias in node.names]
        else:
            continue
        for name in dict.fromkeys(names):
            yield Import(_file(name) or name, node.lineno, id(node) in typed, id(node) not in lazy)


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _module(module: str, name: str) -> str:
    """What `from module import name` imports: a module of that name, if there is one in it."""
    return inner if _file(inner := f"{module}.{name}") else module


def _file(module: str) -> str | None:
    """The path of a module of ours."""
    first, *rest = module.split(".")
    if first != PACKAGE:
        return None
    inner = ROOT.joinpath(*rest)
    for file in (inner.with_suffix(".py") if rest else inner / "__init__.py", inner / "__init__.py"):
        if file.is_file():
            return file.relative_to(ROOT).as_posix()
    return None


def circles(pairs: Iterable[Edge]) -> list[tuple[str, ...]]:
    """Every set of nodes that reach each other along the edges, sorted."""
    after: dict[str, list[str]] = {}
    for source, target in pairs:
        after.setdefault(source, []).append(target)
        after.setdefault(target, [])
    reach = {node: _reached(node, after) for node in after}
    found = {tuple(sorted(n for n in reach[node] if node in reach[n])) for node in after if node in reach[node]}
    return sorted(found)


def _reached(start: str, after: Mapping[str, list[str]]) -> set[str]:
    """The nodes to which a way of at least one edge leads from `start`."""
    seen: set[str] = set()
    waiting = list(after[start])
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += after[node]
    return seen


def folder_edges() -> dict[str, set[Edge]]:
    """Of each folder, which of its entries imports which other one, for itself or by what lies in it."""
    found: dict[str, set[Edge]] = {}
    for source, target in edges(typing=False):
        one, other = Path(source).parts, Path(target).parts
        depth = next(i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
        if (one[depth], other[depth]) != ("__init__.py", "__init__.py"):
            found.setdefault("/".join(one[:depth]) or ".", set()).add((one[depth], other[depth]))
    return found


# --- where a kind of data is asked for ---

OF_ALL = ("name", "modality", "normals", "detector_ready", "budget_seconds")  # what every input's profile has


def in_a_kind(path: str) -> bool:
    """Whether a file lies where a kind may be called by its name."""
    return path.startswith(OF_A_KIND)


def imports_of_kinds() -> list[str]:
    """Where a file outside of the kinds' folders imports what lies in one of them."""
    folders = tuple(f"modalities/{kind}/" for kind in KINDS)
    return [
        f"{path}:{one.line} imports {one.target}"
        for path, found in imports().items()
        if not in_a_kind(path)
        for one in found
        if one.target.startswith(folders)
    ]


def switches() -> list[str]:
    """Where a file outside of the kinds' folders asks which kind of data something is, and how."""
    found = []
    for path, tree in sources().items():
        if not in_a_kind(path):
            lines = sorted(set(Switches(path, tree).found()))
            found += [f"{path}:{line} {said}" for line, said in lines]
    return found


class Switches:
    """The questions "which kind?" of one file."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.above = path.startswith(("agent/", "tools/", "evidence/"))
        self.tree = tree
        self.of_kinds = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith(tuple(f"{PACKAGE}.modalities.{kind}" for kind in KINDS))
            for alias in node.names
        }

    def found(self) -> Iterator[tuple[int, str]]:
        """Lines, and what is asked there."""
        for node in ast.walk(self.tree):
            said, line = "", getattr(node, "lineno", 0)
            if isinstance(node, ast.Call):
                said = self._of_call(node)
            elif isinstance(node, ast.Compare):
                said = self._of_compare(node)
            elif isinstance(node, ast.Dict) and any(key is not None and _is_kind(key) for key in node.keys):
                said = "a dictionary keyed by kinds"
            elif isinstance(node, ast.match_case):
                said, line = self._of_case(node), node.pattern.lineno
            if said:
                yield line, said

    def _of_call(self, node: ast.Call) -> str:
        """isinstance(…, ImageSample), getattr(region, "channels"), name.startswith("image"), name.partition("-")."""
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first, *others = [*node.args, ast.Constant(None)]
        if called in ("isinstance", "issubclass") and others:
            names = {n.id for other in others for n in ast.walk(other) if isinstance(n, ast.Name)} & self.of_kinds
            return f"{called} of {', '.join(sorted(names))}" if names else ""
        if called in ("hasattr", "getattr"):
            asked = ast.unparse(first).rpartition(".")[2]
            return f"{called} of a {asked}" if asked in ("sample", "region", "detail") else ""
        if called in ("startswith", "removeprefix"):
            begins = [n.value for n in ast.walk(first) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            return f"{called} of a kind" if any(text.rstrip("-") in KINDS for text in begins) else ""
        if called in ("partition", "split") and ast.unparse(first) == "'-'":
            return f"{called}('-') of a name"
        return ""

    def _of_compare(self, node: ast.Compare) -> str:
        """x == "series", x in ("image", "pair"), "rows" in profile, mask.ndim == 1, type(sample) is ImageSample."""
        sides = [node.left, *node.comparators]
        if any(_is_kind(side) for side in sides):
            return "a comparison with the name of a kind"
        if any(isinstance(side, ast.Name) and side.id in self.of_kinds and not side.id.isupper() for side in sides):
            return "a comparison with a class of a kind"
        if isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(node.left, ast.Constant):
            of_a_profile = "profile" in ast.unparse(node.comparators[0]).lower() and node.left.value not in OF_ALL
            return ast.unparse(node) if of_a_profile or node.left.value == "rows" else ""
        if self.above and any(isinstance(side, ast.Attribute) and side.attr == "ndim" for side in sides):
            return "a comparison of numbers of axes"
        return ""

    def _of_case(self, node: ast.match_case) -> str:
        """case ImageSample(): or case "series":"""
        for inner in ast.walk(node.pattern):
            if isinstance(inner, ast.MatchClass) and ast.unparse(inner.cls) in self.of_kinds:
                return f"a case of {ast.unparse(inner.cls)}"
            if isinstance(inner, ast.MatchValue) and _is_kind(inner.value):
                return "a case of the name of a kind"
        return ""


def _is_kind(node: ast.expr) -> bool:
    """A kind's name, or a tuple, list or set with one."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_kind(inner) for inner in node.elts)
    return isinstance(node, ast.Constant) and node.value in KINDS
