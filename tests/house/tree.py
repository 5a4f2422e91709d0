"""The project's own files, as git knows them: what the tests about the code look at."""

from __future__ import annotations

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("ordskifte", "web", "scheduler", "connectors", "migrations")
NOT_TEXT = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico", ".woff2", ".bin", ".gz", ".mo"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is kept in git or about to be, by its path from the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return tuple(Path(name) for name in sorted(set(listed)) if name and (ROOT / name).is_file())


@cache
def texts() -> dict[Path, str]:
    """What stands in every file of text."""
    return {
        file: (ROOT / file).read_text(encoding="utf-8", errors="replace")
        for file in files()
        if file.suffix not in NOT_TEXT
    }


@cache
def modules() -> dict[Path, ast.Module]:
    """Every Python file, parsed."""
    return {file: ast.parse(text, str(file)) for file, text in texts().items() if file.suffix == ".py"}


def is_product(file: Path) -> bool:
    """Whether this is a file of the product itself."""
    return file.parts[0] in PRODUCT


def product() -> dict[Path, ast.Module]:
    """The Python files of the product itself."""
    return {file: tree for file, tree in modules().items() if is_product(file)}


Node = TypeVar("Node", bound=ast.AST)


def nodes(kind: type[Node]) -> Iterator[tuple[Path, Node]]:
    """Everything of this kind in all Python files."""
    for file, node in _nodes().get(kind, ()):
        assert isinstance(node, kind)
        yield file, node


@cache
def _nodes() -> dict[type[ast.AST], list[tuple[Path, ast.AST]]]:
    """All that the Python files are made of, by its kind: half a million things, gone through once."""
    found: dict[type[ast.AST], list[tuple[Path, ast.AST]]] = defaultdict(list)
    for file, tree in modules().items():
        for node in ast.walk(tree):
            found[type(node)].append((file, node))
    return found
