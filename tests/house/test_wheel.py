"""The wheel works without the tree: built here, installed into a fresh environment, run from another folder."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import PRODUCT, ROOT
from tests.support import free_port, wait_until

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@dataclass(frozen=True)
class Installation:
    """A fresh environment that has the wheel, and a folder far from our tree to run it from."""

    programs: Path
    elsewhere: Path

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start one of its programs."""
        plain = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTHON", "ORDSKIFTE_"))
            or key == "PYTHONPYCACHEPREFIX"  # the borrowed are compiled there
        }
        return subprocess.Popen(
            [self.programs / command[0], *command[1:]],
            cwd=self.elsewhere,
            env=plain | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, **environment: str) -> str:
        """What one of its programs prints. Fails where the program does."""
        with self.start(*command, **environment) as started:
            printed, complained = started.communicate(timeout=120)
        assert started.returncode == 0, complained
        return printed


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in a fresh environment, which borrows the libraries of this one."""
    home = tmp_path_factory.mktemp("environment")
    has_pip = importlib.util.find_spec("pip") is not None  # uv's environments have none
    venv.create(home, with_pip=not has_pip)
    made = Installation(home / ("Scripts" if os.name == "nt" else "bin"), tmp_path_factory.mktemp("elsewhere"))
    pip = (
        (sys.executable, "-m", "pip", "--python", str(made.programs / "python")) if has_pip else ("python", "-m", "pip")
    )
    made.run(*pip, "install", "-qq", "--no-index", "--no-deps", str(wheel))
    own = Path(made.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # A folder named in a .pth file comes after the environment's own, and its own .pth files (our tree) are not read.
    borrowed = dict.fromkeys(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    (own / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return made


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


def test_the_five_names_belong_to_it_alone(installed: Installation) -> None:
    program = (
        "import sys, importlib.metadata as m; o = m.packages_distributions(); print(*[o[n] for n in sys.argv[1:]])"
    )
    assert installed.run("python", "-c", program, *PRODUCT).strip() == " ".join(["['ordskifte']"] * len(PRODUCT))


def test_it_is_the_installed_code_that_runs(installed: Installation) -> None:
    told = installed.run("python", "-c", "import web.assets as a; print(a.__file__); print(a.missing())")
    where, missing = told.splitlines()
    assert not Path(where).is_relative_to(ROOT)
    assert missing == "None"


def test_its_command_answers_from_any_folder(installed: Installation) -> None:
    assert "demo" in installed.run("ordskifte", "--help")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert installed.run("ordskifte", "--version").split() == ["ordskifte", version]


def test_it_makes_a_database_and_serves_its_pages(installed: Installation, tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "ORDSKIFTE_DATABASE_URL": f"sqlite:///{tmp_path / 'there.sqlite'}",
        "ORDSKIFTE_SECRET_KEY": "not-a-secret-only-a-test-not-a-secret-only-a-test",
        "ORDSKIFTE_PORT": str(port),
    }
    installed.run("ordskifte", "upgrade", **settings)
    installed.run("ordskifte", "municipality", "add", "--name", "Fjordvik kommune", **settings)
    assert "Fjordvik kommune" in installed.run("ordskifte", "municipality", "list", "--json", **settings)
    with installed.start("ordskifte", "web", **settings) as web:
        try:
            wait_until(lambda: web.poll() is not None or _health(port), within=60, every=0.2)
            assert _health(port)["database"]
        finally:
            web.terminate()
            web.communicate(timeout=30)


def _health(port: int) -> dict[str, Any]:
    """What /health says, whatever it thinks of itself; nothing where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as unwell:
        told = json.load(unwell)
    except OSError:
        told = {}
    return told
