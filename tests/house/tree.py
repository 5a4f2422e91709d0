"""The project's own files, as git knows them: what the tests about the code look at."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

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


def product() -> dict[Path, ast.Module]:
    """The Python files of the product itself."""
    return {file: tree for file, tree in modules().items() if file.parts[0] in PRODUCT}
