"""Every code that can reach a person has its words; every text stands in both Norwegian catalogues, whole."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import scheduler
from connectors.contract import Complaint
from connectors.feed_shapes import Oddity
from web.words import ALL, OUTSIDE, key_of

ROOT = Path(__file__).parents[2]
CATALOGUES = ("nb", "nn")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None}

#: Enums whose members no page ever shows, and why.
NEVER_SHOWN = {
    "scheduler.domain.access.Deed": "what a page asks permission for; people see roles",
    "scheduler.domain.enquiries.Action": "what is done to an enquiry; people see the history's own words",
    "scheduler.domain.replies.Action": "what is done to an answer; people see where it stands",
    "scheduler.domain.delivery.Action": "what the engine does; people see where a delivery stands",
    "scheduler.store.database.Process": "which database role asks",
    "scheduler.store.tables.posts.SlotKind": "whether a slot counts in the day; people see the reason",
}


def enums() -> Iterator[type[StrEnum]]:
    """Every StrEnum that the scheduler defines."""
    for module in pkgutil.walk_packages(scheduler.__path__, "scheduler."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == module.name:
                yield value


@pytest.mark.parametrize("enum", sorted(set(enums()), key=str), ids=str)
def test_every_code_has_its_words(enum: type[Enum]) -> None:
    if key_of(enum) in NEVER_SHOWN:
        assert key_of(enum) not in ALL, "it has words: take it out of NEVER_SHOWN"
        return
    assert {member.value for member in enum} == set(ALL.get(key_of(enum), {})), key_of(enum)


def test_there_are_words_for_no_enum_that_is_gone() -> None:
    assert set(ALL) <= {key_of(enum) for enum in enums()}
    assert set(NEVER_SHOWN) <= {key_of(enum) for enum in enums()}


def codes_in(path: Path) -> Iterator[str]:
    """The plain codes of a module: in the errors it raises, and beside a Remedy in its tables of meanings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
            given = node.args
        elif isinstance(node, ast.Tuple) and node.elts and ast.unparse(node.elts[0]).startswith("Remedy."):
            given = node.elts[1:2]
        elif isinstance(node, ast.keyword) and node.arg in {"code", "answer_code", "problem_code", "paused_code"}:
            given = [node.value]
        for part in given:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _is_code(part.value):
                yield part.value


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[a-z]+(_[a-z]+)*", text) is not None


def test_every_plain_code_has_its_words() -> None:
    looked_in = (*(ROOT / "connectors").glob("*.py"), *(ROOT / "scheduler" / "services").glob("*.py"))
    found = {code for path in looked_in for code in codes_in(path)}
    assert found, "the connectors' codes were not found: this test looks in the wrong place"
    assert sorted(found - set(OUTSIDE)) == []


@pytest.mark.parametrize("enum", [Complaint, Oddity])
def test_what_a_connector_remarks_has_its_words(enum: type[Enum]) -> None:
    assert sorted(each.value for each in enum if each.value not in OUTSIDE) == []


def texts() -> set[str | tuple[str, ...]]:
    """Every text in the source, plurals as pairs."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has no types here
    below = [(pattern.removeprefix("web/"), method) for pattern, method in methods]
    chosen = {pattern.removeprefix("web/"): values for pattern, values in options.items()}
    found = extract_from_dir(ROOT / "web", below, chosen, KEYWORDS)
    return {message for _name, _line, message, _comments, _context in found}


def catalogue(language: str) -> Catalog:
    """The texts as that language has them."""
    with (ROOT / "web" / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_catalogue_holds_what_the_source_says(language: str) -> None:
    kept = {message.id for message in catalogue(language) if message.id}
    asked = texts()
    assert sorted(map(str, asked - kept)) == [], "run pybabel as CONTRIBUTING.md says, and translate"
    assert sorted(map(str, kept - asked)) == [], "texts that no page has: run pybabel as CONTRIBUTING.md says"


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_text_is_translated_with_the_same_values(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        given = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        told = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        assert all(text.strip() for text in told), message.id
        for text in told:
            assert _values(text) <= _values(*given), message.id
        assert _values(*told) == _values(*given), message.id


def _values(*texts: str) -> set[str]:
    return {value for text in texts for value in re.findall(r"%\(\w+\)[sd]|%d", text)}
