"""run.py says in a sentence what is missing, before it makes anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT


def _run(folder: Path, before: str) -> tuple[int, str]:
    """The status and the words of run.py in a folder of its own, after some Python that changes what it finds."""
    shutil.copy(ROOT / "run.py", folder)
    program = f"import sys, runpy; sys.argv = ['run.py']; {before}; runpy.run_path('run.py', run_name='__main__')"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert not (folder / ".venv").exists()
    return done.returncode, done.stderr


def test_an_old_python_is_told_which_one_is_needed_and_how_to_get_it(tmp_path: Path) -> None:
    status, words = _run(tmp_path, "sys.version_info = (3, 6, 15)")
    assert status == 1
    assert "needs Python 3.11 or newer, and this is Python 3.6" in words
    assert "Traceback" not in words


def test_a_python_without_venv_is_told_which_package_has_it(tmp_path: Path) -> None:
    status, words = _run(tmp_path, "sys.modules['ensurepip'] = None")
    assert status == 1
    assert f"apt install python3.{sys.version_info.minor}-venv" in words
    assert "Traceback" not in words
