"""What no file of the project may hold, and how large one may grow."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import texts

LONGEST = 400
CODE = {".py", ".html", ".css", ".js", ".toml", ".yml", ".yaml", ".sh", ".md", ".cfg", ".sql", ".j2", ".txt", ".mako"}
NOT_WRITTEN_BY_HAND = {"LICENSE", "package-lock.json", "requirements.lock", "requirements-test.lock"}

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = [
    "registry." + "npmjs",
    "registry." + "yarnpkg",
    "py" + "pi.org",
    "pypi." + "python.org",
    "files.python" + "hosted",
]
HOSTS += ["deb." + "debian.org", "npm" + "js.com", "npm" + "js.org", "unpkg" + ".com", "jsdelivr" + ".net"]
PLACES = [r"(?<![\w.])/" + "work/", r"(?<![\w.~])/" + "root/", r"/tmp" + "/w/", r"/home/" + r"(?!USER|you)\w+/"]
UNFINISHED = re.compile("|".join([r"\bTO" + "DO\b", r"\bFIX" + "ME\b", r"\bXX" + "X\b", r"\bHA" + "CK\b"]))
LEFT_OUT = re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b".replace("pytest", "py" + "test"))
IGNORED_TYPE = re.compile("# type: " + r"ignore(?!\[[\w, -]+\]  # \w)")


def _nowhere(pattern: str | re.Pattern[str], *, within: set[str] | None = None) -> None:
    sought = re.compile(pattern)
    found = [
        f"{file}:{number}: {line.strip()[:100]}"
        for file, text in texts().items()
        if (within is None or file.suffix in within) and file.name != "LICENSE"
        for number, line in enumerate(text.splitlines(), 1)
        if sought.search(line)
    ]
    assert not found, "\n" + "\n".join(found)


def test_no_file_is_longer_than_one_can_read() -> None:
    long = {
        str(file): len(text.splitlines())
        for file, text in texts().items()
        if file.suffix in CODE and file.name not in NOT_WRITTEN_BY_HAND and len(text.splitlines()) > LONGEST
    }
    assert long == {}


def test_no_file_names_the_host_of_a_package_registry() -> None:
    _nowhere("|".join(re.escape(host) for host in HOSTS))


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    _nowhere("|".join(PLACES))


def test_nothing_is_left_for_later_in_a_comment() -> None:
    _nowhere(UNFINISHED, within=CODE - {".txt"})


def test_no_test_is_left_out() -> None:
    _nowhere(LEFT_OUT, within={".py"})


def test_a_type_is_ignored_only_with_its_code_and_a_reason() -> None:
    _nowhere(IGNORED_TYPE, within={".py"})


def test_text_files_end_in_one_newline_and_carry_no_other_line_ends() -> None:
    wrong = [
        str(file)
        for file, text in texts().items()
        if file.suffix in CODE and text and (not text.endswith("\n") or text.endswith("\n\n") or "\r" in text)
    ]
    assert wrong == []


def test_nobodys_secrets_or_databases_are_kept() -> None:
    kept = [str(file) for file in texts() if file.name == ".env" or file.suffix in {".sqlite", ".db", ".pem", ".key"}]
    assert kept == []


def test_third_party_assets_are_not_kept() -> None:
    vendor = Path("web/static/vendor")
    assert [str(file) for file in texts() if file.is_relative_to(vendor) or ".min." in file.name] == []
