"""A news item is known again, its changes are seen, and it is taken for withdrawn only when the website says so twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.feed_shapes import NewsItem
from scheduler.domain.feeditems import (
    GONE_APART,
    KEY_LENGTH,
    Absence,
    Change,
    Content,
    Identity,
    Standing,
    changes,
    content_hash,
    judge_absence,
    key,
    missing_between,
    whole_feed_renamed,
)

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
LINK = "https://fjordvik.example/aktuelt/ny-skule"


def test_the_guid_goes_before_the_link_and_the_link_before_the_words() -> None:
    assert key("1", LINK, "Ny skule", NOON) == "guid:1"
    assert key(None, LINK, "Ny skule", NOON) == f"link:{LINK}"
    assert key(" ", None, "Ny skule", NOON).startswith("text:")


def test_a_guid_that_looks_like_a_link_is_not_that_link() -> None:
    assert key(LINK, None, None, None) != key(None, LINK, None, None)


def test_the_same_title_on_another_day_is_another_item() -> None:
    assert key(None, None, "Møte", NOON) != key(None, None, "Møte", NOON + timedelta(days=1))
    assert key(None, None, "Møte", NOON) != key(None, None, "Møte", None)


def test_the_same_moment_in_another_zone_is_the_same_item() -> None:
    assert key(None, None, "Møte", NOON) == key(None, None, "Møte", NOON.astimezone(ZoneInfo("Europe/Oslo")))


def test_an_item_with_nothing_to_know_it_by_has_no_key() -> None:
    with pytest.raises(ValueError, match="no identity"):
        key(None, "", " ", NOON)


def test_the_connector_and_the_domain_know_an_item_by_the_same_key() -> None:
    for guid in ("1", None):
        item = NewsItem(title="Ny skule", link=LINK, canonical_link=LINK, guid=guid)
        assert item.key == key(item.guid, item.canonical_link, item.title, item.published_at)


texts = st.none() | st.text(max_size=40) | st.text(min_size=KEY_LENGTH, max_size=KEY_LENGTH + 50)


@given(texts, texts, texts, st.none() | st.datetimes(timezones=st.just(UTC)))
def test_a_key_is_bounded_and_stable(
    guid: str | None, link: str | None, title: str | None, at: datetime | None
) -> None:
    assume(any(" ".join((part or "").replace("\x00", " ").split()) for part in (guid, link, title)))
    known_by = key(guid, link, title, at)
    assert known_by == key(guid, link, title, at)
    assert known_by.startswith(("guid:", "link:", "text:"))
    assert len(known_by) <= KEY_LENGTH
    assert "\x00" not in known_by


@given(st.text(min_size=KEY_LENGTH, max_size=KEY_LENGTH + 20), st.text(min_size=KEY_LENGTH, max_size=KEY_LENGTH + 20))
def test_two_long_guids_stay_two(one: str, other: str) -> None:
    assume(one.replace("\x00", " ").split() != other.replace("\x00", " ").split())
    assume(one.split() and other.split())
    assert key(one, None, "a", None) != key(other, None, "a", None)


SKULE = Content(
    title="Ny skule", summary="Bygginga startar.", link=LINK, image_url="https://fjordvik.example/skule.jpg"
)


def test_a_change_names_the_parts_that_changed() -> None:
    after = Content(title="Ny barneskule", summary=SKULE.summary, link=SKULE.link, image_url=None)
    assert changes(SKULE, after) == {Change.TITLE, Change.IMAGE}


def test_blanks_are_no_change() -> None:
    assert (
        changes(SKULE, Content(title="Ny  skule ", summary="Bygginga\nstartar.", link=LINK, image_url=SKULE.image_url))
        == frozenset()
    )


contents = st.builds(
    Content,
    title=st.text(st.sampled_from("ab \n"), max_size=4),
    summary=st.text(st.sampled_from("ab \ud800"), max_size=4),
    link=st.none() | st.just(LINK),
    image_url=st.none() | st.just("") | st.just(LINK),
)


def hash_of(content: Content) -> str:
    return content_hash(content.title, content.summary, content.link, content.image_url)


@given(contents, contents)
def test_the_hash_differs_exactly_when_something_changed(before: Content, after: Content) -> None:
    assert bool(changes(before, after)) == (hash_of(before) != hash_of(after))


def test_only_what_lies_between_listed_items_is_missing() -> None:
    assert missing_between(["a", "b", "c", "d"], ["new", "a", "c"]) == {"b"}


def test_what_falls_off_an_end_is_not_missing() -> None:
    assert missing_between(["a", "b", "c", "d"], ["new", "a", "b"]) == frozenset()
    assert missing_between(["a", "b", "c", "d"], ["c", "d"]) == frozenset()


def test_an_empty_or_wholly_new_listing_misses_nothing() -> None:
    assert missing_between(["a", "b"], []) == frozenset()
    assert missing_between(["a", "b"], ["x", "y"]) == frozenset()
    assert missing_between([], ["x"]) == frozenset()


@given(st.lists(st.integers(0, 30).map(str), unique=True), st.lists(st.integers(0, 30).map(str), unique=True))
def test_the_first_and_the_last_listed_bound_what_is_missing(known: list[str], listed: list[str]) -> None:
    missing = missing_between(known, listed)
    assert not missing & set(listed)
    for one in missing:
        place = known.index(one)
        assert set(known[:place]) & set(listed)
        assert set(known[place:]) & set(listed)


def judged(page_status: int | None, *, missing: bool = True, first_gone_at: datetime | None = None) -> Absence:
    return judge_absence(missing=missing, page_status=page_status, first_gone_at=first_gone_at, now=NOON)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_gone_once_is_asked_again_in_an_hour(status: int) -> None:
    assert judged(status) == Absence(Standing.WATCHED, NOON, NOON + GONE_APART)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_gone_twice_an_hour_apart_is_withdrawn(status: int) -> None:
    assert judged(status, first_gone_at=NOON - GONE_APART).standing is Standing.WITHDRAWN


def test_twice_within_the_hour_is_not_enough() -> None:
    first = NOON - GONE_APART + timedelta(seconds=1)
    assert judged(404, first_gone_at=first) == Absence(Standing.WATCHED, first, first + GONE_APART)


def test_an_item_that_is_listed_again_is_there_whatever_its_page_says() -> None:
    assert judged(404, missing=False, first_gone_at=NOON - GONE_APART * 2) == Absence(Standing.THERE)


@pytest.mark.parametrize("status", [200, 301, 401, 403])
def test_a_page_that_answers_begins_the_count_anew(status: int) -> None:
    assert judged(status, first_gone_at=NOON - GONE_APART * 2) == Absence(Standing.THERE)


@pytest.mark.parametrize("status", [None, 429, 500, 503])
def test_silence_and_server_errors_say_nothing(status: int | None) -> None:
    first = NOON - GONE_APART * 2
    assert judged(status, first_gone_at=first) == Absence(Standing.WATCHED, first, NOON + GONE_APART)


def test_a_clock_set_back_withdraws_nothing_early() -> None:
    assert judged(404, first_gone_at=NOON + timedelta(days=1)) == Absence(Standing.WATCHED, NOON, NOON + GONE_APART)


@given(st.lists(st.tuples(st.sampled_from([404, 410, 200, 500, None]), st.integers(1, 120)), max_size=12))
def test_an_item_is_withdrawn_only_after_two_such_answers_an_hour_apart(asked: list[tuple[int | None, int]]) -> None:
    now, first_gone_at, gone_at = NOON, None, list[datetime]()
    for status, minutes in asked:
        now += timedelta(minutes=minutes)
        found = judge_absence(missing=True, page_status=status, first_gone_at=first_gone_at, now=now)
        gone_at = [] if status == 200 else gone_at + [now] * (status in {404, 410})
        assert (found.standing is Standing.WITHDRAWN) == (
            status in {404, 410} and len(gone_at) > 1 and gone_at[-1] - gone_at[0] >= GONE_APART
        )
        first_gone_at = found.first_gone_at


def feed(kind: str, count: int, *, link: str = "https://fjordvik.example/{}") -> list[Identity]:
    return [
        Identity(key=f"guid:{kind}{n}", link=link.format(n), title=f"Sak {n}", published_at=NOON - timedelta(days=n))
        for n in range(count)
    ]


def test_a_feed_with_new_guids_and_old_links_is_the_old_news() -> None:
    assert whole_feed_renamed(feed("old", 5), feed("new", 5)) == {f"guid:new{n}": f"guid:old{n}" for n in range(5)}


def test_a_feed_with_new_guids_and_new_links_is_known_by_titles_and_dates() -> None:
    moved = feed("new", 5, link="https://ny.fjordvik.example/{}")
    assert whole_feed_renamed(feed("old", 5), moved) == {f"guid:new{n}": f"guid:old{n}" for n in range(5)}


def test_a_new_item_among_the_renamed_stays_new() -> None:
    new = Identity(key="guid:brandnew", link="https://fjordvik.example/brandnew")
    assert "guid:brandnew" not in whole_feed_renamed(feed("old", 5), [new, *feed("new", 5)])


def test_one_known_key_shows_that_the_feed_was_not_renamed() -> None:
    assert whole_feed_renamed(feed("old", 5), [*feed("old", 1), *feed("new", 5)[1:]]) == {}


def test_items_that_all_link_to_one_page_are_not_taken_for_each_other() -> None:
    known = [Identity(key=f"guid:old{n}", link=LINK) for n in range(3)]
    listed = [Identity(key=f"guid:new{n}", link=LINK) for n in range(3)]
    assert whole_feed_renamed(known, listed) == {}


def test_a_single_new_item_on_an_old_page_is_new() -> None:
    assert whole_feed_renamed([Identity(key="guid:a", link=LINK)], [Identity(key="guid:b", link=LINK)]) == {}


def test_nothing_known_or_nothing_listed_matches_nothing() -> None:
    assert whole_feed_renamed([], feed("new", 3)) == {}
    assert whole_feed_renamed(feed("old", 3), []) == {}


identities = st.lists(
    st.builds(
        Identity,
        key=st.integers(0, 12).map(str),
        link=st.none() | st.integers(0, 5).map(str),
        title=st.sampled_from(["", "a", "b"]),
        published_at=st.none() | st.just(NOON) | st.just(NOON - timedelta(days=14)),
    ),
    max_size=8,
    unique_by=lambda one: one.key,
)


@given(identities, identities)
def test_no_old_item_is_taken_twice_and_no_known_key_renamed(known: list[Identity], listed: list[Identity]) -> None:
    renamed = whole_feed_renamed(known, listed)
    assert len(set(renamed.values())) == len(renamed)
    assert set(renamed.values()) <= {one.key for one in known}
    assert not set(renamed) & {one.key for one in known}
