"""The documents say what is there: every setting, every command, and no path that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ordskifte import cli
from scheduler import settings
from tests.house.tree import ROOT, files, texts

OF_THE_TESTS = {"ORDSKIFTE_CHROMIUM", "ORDSKIFTE_TEST_POSTGRES"}
SETTINGS = {*settings.names(), *OF_THE_TESTS}
LISTS = ("docs/operations.md", ".env.example")
DOCUMENTS = sorted(str(file) for file in files() if file.suffix == ".md")


def _read(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def _settings_in(text: str) -> set[str]:
    return {name.removesuffix("_FILE") if name.removesuffix("_FILE") in SETTINGS else name for name in _named(text)}


def _named(text: str) -> set[str]:
    return set(re.findall(r"\bORDSKIFTE_[A-Z][A-Z_]*[A-Z]\b", text))


@pytest.mark.parametrize("document", LISTS)
def test_every_setting_is_listed_and_nothing_else(document: str) -> None:
    assert _settings_in(_read(document)) == SETTINGS


def test_the_code_names_no_setting_that_does_not_exist() -> None:
    strange = {
        f"{file}: {name}"
        for file, text in texts().items()
        if file.suffix in {".py", ".yml", ".md", ".html"} and file != Path("tests/house/test_docs.py")
        for name in _settings_in(text) - SETTINGS
    }
    assert strange == set()


@pytest.mark.parametrize("setting", sorted(settings.names()))
def test_the_example_shows_the_default_of(setting: str) -> None:
    field = setting.removeprefix("ORDSKIFTE_").lower()
    default = getattr(settings.read({}), field)
    shown = re.search(rf"^#{setting}=(.*)$", _read(".env.example"), re.MULTILINE)
    assert shown
    match default:
        case bool():
            assert shown[1] == str(int(default))
        case settings.Secret() | None:
            assert shown[1] == ""
        case _:
            assert shown[1] == str(default)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_in_the_documents_is_understood(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = []
    for line in re.findall(r"^(?:\$ )?(?:uv run )?ordskifte ([a-z][^\n`#|]*)", _blocks(_read(document)), re.MULTILINE):
        words = [word for word in line.split() if re.fullmatch(r"[a-z][a-z-]*", word)][:2]
        if not any(_is_understood(words[:length]) for length in range(len(words), 0, -1)):
            unknown.append(line)
    capsys.readouterr()
    assert unknown == []


def _blocks(text: str) -> str:
    return "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def _is_understood(words: list[str]) -> bool:
    try:
        cli.main([*words, "--help"])
    except SystemExit as ended:
        return ended.code in {0, None}
    return True


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_link_in_the_documents_leads_nowhere(document: str) -> None:
    here = (ROOT / document).parent
    targets = re.findall(r"\]\((?!https?://|mailto:|#)([^)#\s]+)", _read(document))
    assert [target for target in targets if not (here / target).exists()] == []


def test_the_readme_begins_with_the_two_commands() -> None:
    first = re.findall(r"^python3 run\.py(?: test)?(?=\s)", _blocks(_read("README.md")), re.MULTILINE)
    assert first[:2] == ["python3 run.py", "python3 run.py test"]
