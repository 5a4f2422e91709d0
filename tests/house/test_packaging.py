"""What is installed: pinned by the locks, held by one distribution, with all that the browser needs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import PRODUCT, ROOT, texts
from web import assets

LOCKS = ("requirements.lock", "requirements-test.lock")


def _pinned(lock: str) -> dict[str, list[str]]:
    """Name to versions (one for each kind of system or Python that differs)."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([\w.\[\]-]+)==([\w.+!-]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name.partition("[")[0]), []).append(version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--find-links|--index-url|--extra-index-url|^-i |^-f | @ ", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_in_a_lock_has_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_locks_pin_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = [*project["dependencies"], *project["optional-dependencies"]["server"]]
    for lock, asked in ((LOCKS[0], runtime), (LOCKS[1], [*runtime, *project["optional-dependencies"]["test"]])):
        pinned = _pinned(lock)
        for requirement in map(Requirement, asked):
            versions = pinned.get(canonicalize_name(requirement.name))
            assert versions, f"{lock} lacks {requirement.name}: compile it anew (CONTRIBUTING.md)"
            assert all(requirement.specifier.contains(version) for version in versions), f"{lock}: {requirement}"


def test_the_tests_run_on_what_the_product_runs_on() -> None:
    runtime, testing = map(_pinned, LOCKS)
    assert {name: versions for name, versions in runtime.items() if testing.get(name) != versions} == {}


def test_the_browsers_packages_are_pinned_exactly_and_name_no_address() -> None:
    for file, text in texts().items():
        if file.name == "package.json":
            wanted = json.loads(text)["dependencies"]
            assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
        if file.name == "package-lock.json":
            assert '"resolved"' not in text


def test_the_icons_are_listed_once_each_in_order() -> None:
    listed = assets.wanted_icons()
    assert listed == sorted(set(listed))


def test_the_browsers_files_are_all_here_with_their_licences() -> None:
    assert assets.missing() is None
    manifest = json.loads((assets.VENDOR / assets.MANIFEST).read_text(encoding="utf-8"))
    assert [entry["package"] for entry in manifest["packages"] if not (assets.VENDOR / entry["text"]).is_file()] == []
    assert {entry["license"] for entry in manifest["packages"]} <= {"MIT", "ISC", "BSD-0-Clause", "OFL-1.1"}


def test_no_other_distribution_owns_our_import_names() -> None:
    owners = packages_distributions()
    assert {name: owners[name] for name in PRODUCT if set(owners.get(name, ())) - {"ordskifte"}} == {}


def test_the_licence_is_the_whole_eupl() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert [number for number in range(1, 16) if f"\n{number}." not in licence] == []
    assert "Appendix" in licence


def test_an_old_python_can_read_run_py_and_say_what_is_missing() -> None:
    text = (ROOT / "run.py").read_text(encoding="ascii")
    assert not re.search(r"\bf[\"']|\bnonlocal\b|:=|\) ->|\bmatch \w+:", text)
    only_standard = re.findall(r"^\s*import (\w+)", text, re.MULTILINE)
    assert set(only_standard) <= set(sys.stdlib_module_names)


def test_the_worker_runs_without_the_web_framework() -> None:
    program = (
        "import pkgutil, importlib, sys, scheduler\n"
        "for found in pkgutil.walk_packages(scheduler.__path__, 'scheduler.'): importlib.import_module(found.name)\n"
        "sys.exit(', '.join(sorted({'flask', 'werkzeug', 'jinja2', 'web'} & set(sys.modules))) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
