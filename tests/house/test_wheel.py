"""The wheel works without the tree: built here, installed into a fresh environment, run from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.house.tree import PRODUCT, ROOT

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("wheel")]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def run_there(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command of a fresh environment, which has the wheel and borrows the libraries of this one, elsewhere."""
    home, elsewhere = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=True)
    programs = home / ("Scripts" if os.name == "nt" else "bin")

    def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "ORDSKIFTE_"))}
        return subprocess.run(
            [programs / command[0], *command[1:]],
            cwd=elsewhere,
            env=plain | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    installed = run("python", "-m", "pip", "install", "-qq", "--no-index", "--no-deps", str(wheel))
    assert installed.returncode == 0, installed.stderr
    own = Path(run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
    # A folder named in a .pth file comes after the environment's own, and its own .pth files (our tree) are not read.
    borrowed = dict.fromkeys(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    (own / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return run


def test_the_wheel_holds_the_five_packages_and_the_browsers_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == set(PRODUCT)
    assert {"web/static/vendor/manifest.json", "web/static/vendor/icons.svg"} <= set(names)
    catalogues = {
        path.relative_to(ROOT).with_suffix(".mo").as_posix() for path in ROOT.glob("web/translations/*/*/*.po")
    }
    assert catalogues <= set(names)
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_five_names_belong_to_it_alone(run_there: Run) -> None:
    program = (
        "import sys, importlib.metadata as m; o = m.packages_distributions(); print(*[o[n] for n in sys.argv[1:]])"
    )
    told = run_there("python", "-c", program, *PRODUCT)
    assert told.stdout.strip() == " ".join(["['ordskifte']"] * len(PRODUCT)), told.stderr


def test_it_is_the_installed_code_that_runs(run_there: Run) -> None:
    told = run_there("python", "-c", "import web.assets as a; print(a.__file__); print(a.missing())")
    where, missing = told.stdout.splitlines()
    assert not Path(where).is_relative_to(ROOT), told.stderr
    assert missing == "None"


def test_its_command_answers_from_any_folder(run_there: Run) -> None:
    helped = run_there("ordskifte", "--help")
    assert helped.returncode == 0, helped.stderr
    assert "demo" in helped.stdout
    assert run_there("ordskifte", "--version").stdout.split() == ["ordskifte", version("ordskifte")]


def test_it_makes_a_database_and_finds_it_well(run_there: Run, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'there.sqlite'}"
    secret = "not-a-secret-only-a-test-not-a-secret-only-a-test"
    told = ""
    for command in (
        ("upgrade",),
        ("municipality", "add", "--name", "Fjordvik kommune"),
        ("municipality", "list", "--json"),
    ):
        done = run_there("ordskifte", *command, ORDSKIFTE_DATABASE_URL=database, ORDSKIFTE_SECRET_KEY=secret)
        assert done.returncode == 0, done.stderr
        told = done.stdout
    assert "Fjordvik kommune" in told
