"""The tools that read the code find nothing: style, types, and imports that run one way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

BESIDE_PYTHON = Path(sys.executable).parent
TOOLS = {
    "ruff": ["ruff", "check", "--no-cache", "."],
    "ruff-format": ["ruff", "format", "--check", "--no-cache", "."],
    "mypy": ["mypy"],
    "lint-imports": ["lint-imports", "--no-cache"],
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", TOOLS)
def test_the_code_is_clean_for(name: str) -> None:
    program, *arguments = TOOLS[name]
    done = subprocess.run([BESIDE_PYTHON / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
