"""A feed is read as it was meant, mended where it is wrong, and refused where it could harm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.newsfeed import TITLE_LENGTH, Feed, FeedError, NewsItem, Oddity, read
from tests.connectors.feeds import ADDRESS, SITE, an_item, atom, rss


def feed_of(*items: str) -> Feed:
    return read(rss(*items), "application/rss+xml", ADDRESS)


def only(feed: Feed) -> NewsItem:
    [item] = feed.items
    return item


def oddities(feed: Feed) -> list[Oddity]:
    return [remark.oddity for remark in feed.remarks]


def code_of(body: bytes) -> str:
    with pytest.raises(FeedError) as caught:
        read(body, "text/xml", ADDRESS)
    return caught.value.code


# The fourteen ways in which real municipal feeds are wrong, and the one right one.


def test_a_good_feed_is_read_whole() -> None:
    feed = feed_of(
        an_item(
            guid=SITE + "aktuelt/symjehallen",
            date="Tue, 04 Mar 2025 14:00:00 +0100",
            description="Hallen opnar &lt;b&gt;i morgon&lt;/b&gt;.",
            more="<category>Idrett og friluft</category>",
        )
    )
    item = only(feed)
    assert (feed.title, feed.site, feed.whole, feed.remarks) == ("Nytt frå Fjordvik kommune", SITE, True, ())
    assert (item.title, item.link, item.summary) == (
        "Symjehallen opnar att",
        SITE + "aktuelt/symjehallen",
        "Hallen opnar i morgon.",
    )
    assert item.published_at == datetime(2025, 3, 4, 13, tzinfo=UTC)
    assert (item.language, item.categories, item.key) == (
        "no",
        ("Idrett og friluft",),
        f"guid:{SITE}aktuelt/symjehallen",
    )


def test_bare_ampersands_are_meant_as_such() -> None:
    item = only(feed_of(an_item("Kultur & fritid", SITE + "?a=1&b=2")))
    assert (item.title, item.link) == ("Kultur & fritid", SITE + "?a=1&b=2")


def test_atom_brings_its_own_language_dates_and_relative_links() -> None:
    entry = (
        '<entry xml:lang="nn"><title type="html">Ny skule &amp;amp; barnehage</title><id>tag:fjordvik.example,2026:1</id>'
        f'<link rel="self" href="{SITE}self"/><link href="/1"/><published>2026-03-04T13:00:00Z</published>'
        "<updated>2026-03-05T13:00:00Z</updated><summary>Velkomen</summary></entry>"
    )
    item = only(read(atom(entry), "application/atom+xml", ADDRESS))
    assert (item.title, item.link, item.language) == ("Ny skule & barnehage", SITE + "1", "nn")
    assert item.guid == "tag:fjordvik.example,2026:1"
    assert item.published_at == datetime(2026, 3, 4, 13, tzinfo=UTC)
    assert item.updated_at == datetime(2026, 3, 5, 13, tzinfo=UTC)


def test_a_byte_order_mark_and_blank_lines_before_the_feed_do_no_harm() -> None:
    assert only(read(rss(an_item(), before="\ufeff\r\n\r\n"), "", ADDRESS)).title == "Symjehallen opnar att"


def test_a_document_type_is_refused_before_its_entities_are_opened() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>'
    assert code_of(bomb) == "doctype"
    assert code_of(bomb.decode().encode("utf-16")) == "doctype"
    assert code_of(b"<!-- <rss --><!doctype rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss/>") == "doctype"


def test_windows_letters_in_what_calls_itself_utf_8_are_read_as_meant() -> None:
    body = rss(an_item("Ågotnes – «ny skole»"), encoding="cp1252", declared="utf-8")
    assert only(read(body, "text/xml; charset=utf-8", ADDRESS)).title == "Ågotnes – «ny skole»"


def test_one_stray_windows_letter_spoils_no_other() -> None:
    body = rss(an_item("Ærlig talt: blåbær X på øya")).replace(b"X", "–".encode("cp1252"))
    assert only(read(body, "", ADDRESS)).title == "Ærlig talt: blåbær – på øya"


def test_control_characters_are_left_out() -> None:
    assert only(feed_of(an_item("Ope \x0bhus&#11; i\x00dag"))).title == "Ope hus idag"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tue, 04 Mar 2025 14:00:00 CET", datetime(2025, 3, 4, 13, tzinfo=UTC)),
        ("Fri, 4 Jul 2025 14:00:00 CEST", datetime(2025, 7, 4, 12, tzinfo=UTC)),
        ("2025-03-04T14:00:00", datetime(2025, 3, 4, 13, tzinfo=UTC)),
        ("04.03.2025 14:00", datetime(2025, 3, 4, 13, tzinfo=UTC)),
        ("tir, 06 mai 2025 14:00:00 +0200", datetime(2025, 5, 6, 12, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_norwegian_date_is_understood(written: str, meant: datetime | None) -> None:
    feed = feed_of(an_item(date=written))
    assert (only(feed).published_at, feed.remarks) == (meant, ())


def test_what_was_escaped_twice_is_opened_twice() -> None:
    feed = feed_of(an_item("Kunst &amp;amp; kultur p&amp;aring; Øya", description="&amp;amp;laquo;Ope&amp;amp;raquo;"))
    assert (only(feed).title, only(feed).summary) == ("Kunst & kultur på Øya", "«Ope»")


def test_names_of_letters_that_only_html_knows_are_understood() -> None:
    feed = feed_of(
        an_item(
            "Nye &aring;pningstider &nbsp;i h&oslash;st &bogus; &#150; A&B;", description="M&aring;ndag &ndash; fredag"
        )
    )
    assert only(feed).title == "Nye åpningstider i høst &bogus; – A&B;"
    assert (only(feed).summary, feed.whole) == ("Måndag – fredag", True)


def test_a_page_of_html_is_no_feed() -> None:
    assert (
        code_of(b"<!doctype html><html><head><title>Logg inn</title></head><body>Feil 500</body></html>")
        == "not_a_feed"
    )
    assert code_of(b"<html><body><rss version='2.0'></rss></body></html>") == "not_a_feed"
    assert code_of(b'{"version": "https://jsonfeed.org/version/1.1"}') == "not_a_feed"


def test_latin_1_that_says_so_is_read_as_such() -> None:
    body = rss(an_item('Ågot "ny skule"'), encoding="iso-8859-1", declared="iso-8859-1")
    assert only(read(body, "application/xml", ADDRESS)).title == 'Ågot "ny skule"'


def test_the_picture_comes_with_the_words_of_the_page() -> None:
    feed = feed_of(
        an_item(
            more=f'<enclosure url="{SITE}w1920.jpg" length="0" type="image/jpeg"/><media:content url="{SITE}i.jpg" medium="image">'
            "<media:title>båt.jpg</media:title><media:description>Ein båt</media:description><media:credit>Ola Fjord</media:credit>"
            '</media:content><content:encoded><![CDATA[<p>Hei <img src="/i.jpg" alt="Båt p&aring; fjorden"> du</p>]]></content:encoded>'
        )
    )
    item = only(feed)
    assert (item.title, item.summary, item.text) == ("Symjehallen opnar att", "Hei du", "Hei du")
    assert (item.image_url, item.image_alt, item.image_credit) == (SITE + "i.jpg", "Båt på fjorden", "Ola Fjord")


def test_a_photographer_named_by_the_pictures_file_is_named() -> None:
    more = f'<enclosure url="{SITE}Brua.%20Foto%20Ida%20Bj%C3%B8rkheim.jpg" length="0" type="image/jpeg"/>'
    assert only(feed_of(an_item(more=more))).image_credit == "Ida Bjørkheim"


def test_a_guid_twice_is_one_item_that_changed() -> None:
    feed = feed_of(
        an_item("A", "/aktuelt/a/", guid="1"),
        an_item("A oppdatert", "/aktuelt/a/", guid="1"),
        an_item("B", SITE + "b?utm_source=rss"),
    )
    first, second = feed.items
    assert (first.title, first.guid, first.link) == ("A oppdatert", "1", SITE + "aktuelt/a/")
    assert (second.guid, second.key) == (None, f"link:{SITE}b")
    assert oddities(feed) == [Oddity.DUPLICATE]


# Further rules of the house.


def test_of_two_of_one_kind_the_newer_by_its_own_date_stands() -> None:
    feed = feed_of(
        an_item("Ny", guid="1", date="2026-03-04T12:00:00Z"), an_item("Gammal", guid="1", date="2026-03-03T12:00:00Z")
    )
    assert only(feed).title == "Ny"


def test_one_guid_for_many_pages_tells_nothing_apart() -> None:
    feed = feed_of(an_item("A", "/a", guid=SITE), an_item("B", "/b", guid=SITE))
    assert [item.key for item in feed.items] == [f"link:{SITE}a", f"link:{SITE}b"]
    assert oddities(feed) == [Oddity.GUID_SHARED, Oddity.GUID_SHARED]


def test_a_guid_stays_as_it_was_written() -> None:
    assert only(feed_of(an_item(guid="1"))).guid == "1"
    assert only(feed_of(an_item(guid="  aktuelt/1 "))).guid == "aktuelt/1"


def test_a_guid_without_end_still_tells_apart() -> None:
    first, second = feed_of(an_item(guid="x" * 9000), an_item(guid="x" * 9001)).items
    assert first.key != second.key
    assert len(first.key) < 100


def test_one_bad_item_is_left_out_and_the_others_go_on() -> None:
    feed = feed_of(
        an_item("Ein"),
        an_item(None, "/utan-tittel"),
        an_item("Utan lenke", None, guid="7"),
        an_item("Farleg lenke", "javascript:alert(1)"),
        an_item(None, None),
        an_item("To", "/to"),
    )
    assert [item.title for item in feed.items] == ["Ein", "To"]
    assert [(remark.position, remark.oddity) for remark in feed.refused] == [
        (2, Oddity.NO_TITLE),
        (3, Oddity.NO_LINK),
        (4, Oddity.LINK_NOT_WEB),
        (5, Oddity.NO_TITLE),
    ]
    assert [remark.what for remark in feed.refused][1:3] == ["Utan lenke", "javascript:alert(1)"]


def test_a_guid_that_is_an_address_serves_as_link() -> None:
    assert only(feed_of(an_item("Ein", None, guid=SITE + "a"))).link == SITE + "a"


def test_an_item_without_a_title_takes_its_first_line() -> None:
    feed = feed_of(an_item(None, "/a", description="&lt;p&gt;Vegen er stengd.&lt;/p&gt;&lt;p&gt;Meir kjem.&lt;/p&gt;"))
    assert (only(feed).title, oddities(feed)) == ("Vegen er stengd.", [Oddity.TITLE_FROM_TEXT])


def test_a_title_of_ten_thousand_characters_is_cut_and_said_to_be() -> None:
    feed = feed_of(an_item("Ord " * 2500))
    assert len(only(feed).title) <= TITLE_LENGTH
    assert only(feed).title.endswith("Ord…")
    assert oddities(feed) == [Oddity.TITLE_CUT]


def test_a_script_in_a_title_stays_the_text_it_is() -> None:
    feed = feed_of(an_item("Slik &lt;b&gt;verkar&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;"))
    assert only(feed).title == "Slik verkar <script>alert(1)</script>"


def test_a_script_in_a_description_is_no_text() -> None:
    feed = feed_of(
        an_item(
            description="<![CDATA[<p>Ope</p><script>alert(1)</script><style>p{}</style><!-- x --><p>i dag &lt; 3 &amp; meir</p>]]>"
        )
    )
    assert only(feed).summary == "Ope\ni dag < 3 & meir"


def test_a_bare_angle_bracket_is_meant_as_such() -> None:
    feed = feed_of(an_item("Barn < 3 år"), an_item("To", "/to"))
    assert ([item.title for item in feed.items], feed.whole) == (["Barn < 3 år", "To"], True)


def test_a_feed_broken_off_keeps_what_came_but_is_not_whole() -> None:
    body = rss(an_item("Ein"), an_item("To", "/to"))
    feed = read(body[: body.index(b"To") + 2], "", ADDRESS)
    assert (feed.items[0].title, feed.whole) == ("Ein", False)


def test_an_unknown_prefix_costs_no_item() -> None:
    assert only(feed_of(an_item(more='<ukjend:ting a="1">x</ukjend:ting>'))).title == "Symjehallen opnar att"


def test_nothing_at_all_is_told_apart_from_nonsense() -> None:
    assert (code_of(b""), code_of(b" \n"), code_of(b"hei"), code_of(b"<svg/>")) == (
        "empty",
        "empty",
        "not_a_feed",
        "not_a_feed",
    )


def test_a_feed_without_news_is_a_feed() -> None:
    assert feed_of().items == ()
