"""Every page says who may open it; no template runs a script or a style of its own; nothing is asked of another host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from scheduler.clock import Clock
from scheduler.domain.access import Deed
from scheduler.domain.municipalities import RESERVED_SLUGS
from scheduler.services.gate import Gate
from scheduler.settings import Secret, Settings
from scheduler.store.database import Database
from web import navigation
from web.app import create_app
from web.assets import wanted_icons
from web.doors import DOORS, Open

WEB = Path(__file__).parents[2] / "web"
#: Pages that somebody may open who has not signed in. A new one is thought over, and written here.
FOR_ANYBODY = {
    "about.accessibility",
    "calendarfeeds.feed",
    "machine.told",
    "practice_posts.account",
    "practice_posts.leads_on",
    "practice_posts.picture",
    "practice_posts.post",
    "signin.front",
    "signin.index",
    "start.index",
    "start.robots",
}


def templates() -> list[Path]:
    """Every template of every page, the demo's too."""
    return [*sorted(WEB.rglob("*.html")), *sorted((WEB.parent / "ordskifte").rglob("*.html"))]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> list[Rule]:
    """Every rule of the app."""
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.sqlite'}")
    settings, clock = Settings(secret_key=Secret("x" * 40)), Clock()
    app = create_app(settings, db=db, clock=clock, gate=Gate.of(settings, clock))
    db.close()
    return list(app.url_map.iter_rules())


@pytest.fixture(scope="module")
def endpoints(rules: list[Rule]) -> set[str]:
    """Every endpoint of the app."""
    return {rule.endpoint for rule in rules}


def test_no_municipality_can_take_an_address_of_the_installation(rules: list[Rule]) -> None:
    first = {rule.rule.strip("/").partition("/")[0] for rule in rules if not rule.rule.startswith("/<slug>")}
    assert first - {""} <= RESERVED_SLUGS


def test_every_page_says_who_may_open_it(endpoints: set[str]) -> None:
    assert sorted(endpoints - set(DOORS)) == []
    assert all(isinstance(may, Deed | Open) for may in DOORS.values())


def test_only_pages_that_were_thought_over_are_open_to_anybody(endpoints: set[str]) -> None:
    assert {name for name in endpoints if DOORS[name] is Open.ANYBODY} <= FOR_ANYBODY


def test_every_entry_of_the_navigation_has_its_page(endpoints: set[str]) -> None:
    assert {entry.endpoint for entry in navigation.ENTRIES} <= endpoints


def tags(text: str) -> list[str]:
    """The start tags of a template, with what jinja says inside them."""
    without = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    return re.findall(r"<[a-zA-Z](?:\{\{.*?\}\}|\{%.*?%\}|\"[^\"]*\"|'[^']*'|[^>\"'])*>", without, flags=re.DOTALL)


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.relative_to(WEB.parent).as_posix())
class TestTemplate:
    """What each template keeps."""

    def test_every_htmx_element_carries_the_nonce(self, template: Path) -> None:
        for tag in tags(template.read_text(encoding="utf-8")):
            if re.search(r"\shx-(?!nonce)[a-z:-]+", tag) and not tag.startswith("<hx-partial"):
                assert "hx-nonce=" in tag, tag

    def test_nothing_runs_inline(self, template: Path) -> None:
        text = template.read_text(encoding="utf-8")
        for tag in tags(text):
            assert not re.search(r"\sstyle\s*=", tag), tag
            assert not re.search(r"\son[a-z]+\s*=", tag), tag
            assert "hx-on" not in tag, tag
            assert "javascript:" not in tag.lower(), tag
            assert not re.search(r"[\"']js:", tag), tag
            assert not re.search(r"hx-trigger\s*=\s*\"[^\"]*\[", tag), tag
            if tag.startswith("<script"):
                assert "src=" in tag, tag
                assert "nonce=" in tag, tag
            assert not tag.startswith("<style"), tag

    def test_nothing_is_fetched_from_another_host(self, template: Path) -> None:
        for tag in tags(template.read_text(encoding="utf-8")):
            if tag.startswith(("<script", "<link", "<img", "<iframe", "<source", "<use", "<form", "<button", "<input")):
                assert not re.search(r"(src|href|action|formaction)\s*=\s*[\"'](https?:)?//", tag), tag

    def test_every_form_that_changes_something_carries_its_token(self, template: Path) -> None:
        if not template.is_relative_to(WEB):
            return  # the demo's website of the municipality is no page of ours: nobody signs in there
        text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        for form in re.findall(r"<form\b.*?</form>", text, flags=re.DOTALL):
            if re.search(r"method\s*=\s*\"post\"", form):
                assert re.search(r"csrf", form), form[:200]

    def test_every_icon_is_in_the_sprite(self, template: Path) -> None:
        text = template.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:icon\(|icon_name=)\"([a-z0-9-]+)\"", text))
        assert named <= set(wanted_icons()), sorted(named - set(wanted_icons()))
