"""The page of languages: its one clear line, the alarm with what to do, the breaks, and the report that a spreadsheet opens right."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from scheduler.domain.calendar import day_of
from scheduler.domain.excuses import Excuse
from scheduler.domain.publication import State
from scheduler.store.tables.posts import PostKind, SlotKind
from tests import build
from tests.questions import questions
from tests.web.conftest import START, Town
from web import reports

PAGE = "/fjordvik/languages/"


def out(session: Session, channel_id: int, days_ago: int, language: str, **values: Any) -> int:
    """A post that came out so many days ago; its post's id."""
    at = START - timedelta(days=days_ago)
    notice = values.pop("notice", False)
    post = build.post(
        session,
        title=values.pop("title", f"Innlegg {days_ago}"),
        kind=PostKind.SERVICE_NOTICE if notice else PostKind.ORDINARY,
    )
    filled = {"state": State.PUBLISHED, "language": language, "published_at": at, **values}
    row = build.publication(session, post_id=post.pk, channel_id=channel_id, **filled)
    urgent = {"kind": SlotKind.URGENT, "ordinal": None} if notice else {}
    build.slot(session, row, starts_at=at, day=day_of(at), language=language, **urgent)
    return post.pk


def fill(town: Town, languages: str, **channel: Any) -> int:
    """A channel with a post a day, up to yesterday, "n" in nynorsk and "b" in bokmål; its id."""
    with town.db.begin(town.municipality_id) as session:
        channel_id = build.channel(session, **{"name": "Facebook-sida", **channel}).pk
        for number, letter in enumerate(languages):
            out(session, channel_id, len(languages) - number, "nn" if letter == "n" else "nb")
        return channel_id


def shown(town: Town, query: str = "", *, who: str = "kari") -> str:
    """The page as somebody sees it, in bokmål."""
    page = town.browser_of(who).get(f"{PAGE}?{query}")
    assert page.status_code == 200
    return " ".join(page.get_data(as_text=True).split())


def report(town: Town, query: str = "") -> list[list[str]]:
    """The report's lines, as a spreadsheet in Norway takes them."""
    answer = town.browser_of("rita").get(f"{PAGE}report.csv?{query}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_the_first_line_says_how_many_and_what_share(town: Town) -> None:
    fill(town, "nbnbnb" * 2 + "b")
    page = shown(town)
    assert "Så langt i 2026: 6 innlegg på nynorsk, 7 innlegg på bokmål. Nynorsk har 46 %." in page
    assert "under grensen" not in page


def test_the_alarm_says_where_and_how_many_posts_bring_it_back(town: Town) -> None:
    channel = fill(town, "n" + "b" * 11)
    page = shown(town)
    assert "Nynorsk har 8 %, under grensen på 25 %." in page
    assert "3 innlegg til på nynorsk er nok til å komme opp igjen." in page
    assert f'href="{PAGE}?year=2026&amp;channel={channel}"' in page
    assert "/fjordvik/posts/new" in page
    assert "/fjordvik/posts/new" not in shown(town, who="rita").split('id="headline"')[0].split('class="ds-alert"')[1]


def test_a_few_posts_raise_no_alarm_and_the_page_says_why(town: Town) -> None:
    fill(town, "bbbbbbbbb")
    page = shown(town)
    assert "Det er for få innlegg til å si noe om grensen ennå." in page
    assert "under grensen" not in page


def test_each_break_is_told_with_its_reason_and_a_way_to_the_post(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        channel = build.channel(session).pk
        out(session, channel, 5, "nn")
        waited = [{"code": "turn_broken", "params": {"language": "nn", "days": "2"}}]
        post = out(session, channel, 4, "nn", title="<b>Ny</b> gangveg", because=waited)
        excused = [{"code": "excused", "params": {"rule": "turn", "reason": Excuse.HAPPENS_NOW.value}}]
        out(session, channel, 3, "nn", because=excused)
        at = START - timedelta(days=2)
        text = "Festivalen er i gang"
        build.thread(
            session, channel_id=channel, language="nn", text=text, written_at=at, seen_at=at, active_at=at,
            url="https://www.facebook.com/example/1",
        )  # fmt: skip
    page = shown(town)
    assert f'href="/fjordvik/posts/{post}">&lt;b&gt;Ny&lt;/b&gt; gangveg</a>' in page
    for told in (
        'Det hadde ventet lenge nok på tur <span class="subtle">(2 dager)</span>',
        "Noen ga en grunn: Det skjer nå",
        'href="https://www.facebook.com/example/1" rel="noreferrer">Festivalen er i gang',
        "Lagt ut på selve plattformen",
        "3 innlegg står ved siden av et annet i samme målform.",
    ):
        assert told in page


def test_breaks_are_paged_and_a_page_too_far_leads_back(town: Town) -> None:
    fill(town, "n" * 28)
    first, second, beyond = shown(town), shown(town, "page=2"), shown(town, "page=3")
    assert (first.count("Ingen grunn er lagret"), second.count("Ingen grunn er lagret")) == (25, 2)
    assert f'rel="next" href="{PAGE}?year=2026&amp;page=2#breaks"' in first
    assert 'rel="next"' not in second
    assert "Det er ikke flere." in beyond


def test_one_channel_alone_can_be_looked_at(town: Town) -> None:
    fill(town, "nb" * 6, name="Jamn")
    skewed = fill(town, "b" * 12, name="Skeiv")
    page = shown(town, f"channel={skewed}")
    assert "Så langt i 2026: 0 innlegg på nynorsk, 12 innlegg på bokmål." in page
    assert "Nynorsk har 0 %, under grensen på 25 %." in page
    assert "Jamn" not in page


def test_a_channel_with_a_language_of_its_own_is_shown_and_breaks_nothing(town: Town) -> None:
    school = fill(town, "n" * 12, name="Skulen", unit_id=town.unit_id, language="nn")
    page = shown(town)
    assert "Alltid nynorsk" in page
    assert "Bytter ikke på" in page
    assert "der er det 12 innlegg på nynorsk og 0 på bokmål" in page
    assert "Så langt i 2026 er det ingen innlegg på nynorsk eller bokmål." in page
    assert "Nynorsk og bokmål bytter ikke på i denne kanalen" in shown(town, f"channel={school}")


def test_the_balance_is_drawn_and_stands_as_figures_too(town: Town) -> None:
    fill(town, "nnb")
    page = shown(town)
    assert 'role="img" aria-label="Ved utgangen av uke 48: nynorsk leder med 1."' in page
    assert "<title>Uke 47: nynorsk leder med 2</title>" in page
    assert "Tallene uke for uke" in page


def test_an_empty_house_says_what_to_do(town: Town) -> None:
    page = shown(town)
    assert 'class="empty"' in page
    assert "/fjordvik/channels/" in page


def test_a_year_or_channel_there_is_nothing_of_is_said_plainly(town: Town) -> None:
    fill(town, "nb")
    client = town.browser_of("rita")
    for query in ("year=1999", "year=x", "year=" + "9" * 40, "channel=99999", "channel=x", "channel=0", "year=2027"):
        page = client.get(f"{PAGE}?{query}").get_data(as_text=True)
        assert "Det finnes ingenting fra året eller kanalen i adressen." in page, query
        assert "Så langt i 2026" in page, query


def test_a_page_number_that_makes_no_sense_still_shows_a_list(town: Town) -> None:
    fill(town, "nn")
    client = town.browser_of("rita")
    for number in ("x", "-1", "0", "9" * 30):
        assert client.get(f"{PAGE}?page={number}").status_code == 200, number


def test_the_year_before_is_a_press_away(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        channel = build.channel(session).pk
        out(session, channel, 400, "nn")
        out(session, channel, 2, "nb")
    assert f'href="{PAGE}?year=2025"' in shown(town)
    page = shown(town, "year=2025")
    assert "I 2025: 1 innlegg på nynorsk, 0 innlegg på bokmål. Nynorsk hadde 100 %." in page


def test_the_report_has_a_line_a_channel_and_month(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        channel = build.channel(session, name="Ørsta æøå").pk
        out(session, channel, 30, "nn")
        out(
            session,
            channel,
            3,
            "nn",
            because=[{"code": "excused", "params": {"rule": "turn", "reason": "cannot_wait"}}],
        )
        out(session, channel, 2, "both")
        out(session, channel, 1, "nb", notice=True)
    headings, *lines = report(town)
    assert [line[2] for line in lines] == [str(month) for month in range(1, 12)]
    november = dict(zip(headings, lines[10], strict=True))
    assert november["Kanal"] == "Ørsta æøå"
    assert (november["Nynorsk"], november["Bokmål"], november["Begge"], november["Driftsmeldinger"]) == (
        "1",
        "0",
        "1",
        "1",
    )
    assert november["Brudd på turen"] == november["Noen ga en grunn: Det kan ikke vente"] == "1"
    assert all(each.isdecimal() for line in lines for each in line[6:])


def test_the_report_of_a_year_gone_by_has_all_its_months(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        out(session, build.channel(session).pk, 400, "nn")
    assert len(report(town, "year=2025")) == 13


def test_the_report_comes_as_a_file_with_a_plain_name(town: Town) -> None:
    fill(town, "nb")
    answer = town.browser_of("kari").get(f"{PAGE}report.csv?year=2026")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="fjordvik-nynorsk-bokmal-2026.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert b"\r\n" in answer.data


@pytest.mark.parametrize("name", ["=1+1", "+47 99", "-5", "@SUM(A1)", "\t=1"])
def test_no_cell_is_taken_for_a_formula(name: str) -> None:
    assert reports.harmless(name) == f"'{name}"
    assert reports.harmless(f"Kanal {name}") == f"Kanal {name}"


def test_a_channel_named_like_a_formula_does_nothing_in_the_report(town: Town) -> None:
    fill(town, "n", name='=HYPERLINK("x")')
    assert report(town)[1][3] == '\'=HYPERLINK("x")'


def test_nobody_who_has_not_signed_in_sees_it(town: Town) -> None:
    for path in (PAGE, f"{PAGE}report.csv"):
        assert town.browser().get(path).status_code == 303


def test_a_units_leader_sees_every_figure_but_no_post_of_others(town: Town) -> None:
    with town.db.begin(town.municipality_id) as session:
        channel = build.channel(session, name="Open").pk
        out(session, channel, 5, "nn")
        out(session, channel, 4, "nn", title="Hemmeleg")
    page = shown(town, who="lars")
    assert "Open" in page
    assert "Hemmeleg" not in page
    assert "Et innlegg som du ikke har tilgang til" in page


def test_the_front_pages_line_is_one_question_and_only_for_those_concerned(town: Town) -> None:
    fill(town, "n" + "b" * 11)
    with town.app.test_request_context():
        line = town.app.jinja_env.get_template("ledger/_alarm.html")
    assert line is not None
    client = town.browser_of("kari")
    with client:
        client.get(PAGE)
        with questions() as asked:
            told = line.render()
        assert "Nynorsk har 8 %, under grensen på 25 %. 3 innlegg til" in " ".join(told.split())
        assert len(asked) == 1
    reader = town.browser_of("rita")
    with reader:
        reader.get(PAGE)
        with questions() as asked:
            assert not line.render().strip()
        assert asked == []
