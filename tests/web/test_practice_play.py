"""Playing on the practice network's pages: what a citizen sees under a post, who can be played, and sentences for all that is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from connectors.contract import Letter
from connectors.practice_mail import PracticeMail
from connectors.practice_shapes import PracticeComment
from connectors.practice_store import PracticeNetwork
from scheduler.services import playing
from tests.web.conftest import START, Town, sign_in
from tests.web.test_practice import channel, parsed, put_up, text

Send = Callable[..., Any]


@pytest.fixture
def post_id(town: Town) -> str:
    return put_up(town, channel(town), "Vegen er stengt.")


def network(town: Town) -> PracticeNetwork:
    return PracticeNetwork(town.settings.practice_file)


def says(town: Town, post_id: str, words: str = "Kor lenge?", **values: Any) -> str:
    """A comment that stands there; its id."""
    given: dict[str, Any] = {"author_id": "solveig-haugland", "author_name": "Solveig Haugland", "at": START}
    account = network(town).accounts()[0].name
    return network(town).talk.write(account, post_id, text=words, **{**given, **values}).remote_id


def standing(town: Town, comment_id: str) -> PracticeComment:
    found = network(town).talk.comment(comment_id)
    assert found is not None
    return found


def address(post_id: str, rest: str = "") -> str:
    return f"/fjordvik/practice/posts/{post_id}{rest}"


def say(send: Send, client: FlaskClient, post_id: str, words: str = "Kor lenge?", **form: str) -> Any:
    given = {"by": "solveig-haugland", "hours": "0", "words": words}
    return send(client, address(post_id, "/comments"), page=address(post_id), **{**given, **form})


def test_a_comment_stands_under_the_post_as_soon_as_it_is_said(town: Town, post: Send, post_id: str) -> None:
    client = town.browser_of("rita")
    answer = say(post, client, post_id, "Kvifor er vegen stengt?", hours="20")
    assert answer.status_code == 303
    page = text(client, answer.location)
    (comment,) = parsed(page).xpath("//li[@class='ncomment']")
    assert "Solveig Haugland" in comment.text_content()
    assert "Kvifor er vegen stengt?" in comment.text_content()
    assert answer.location.endswith(f"#{comment.get('id')}")
    assert standing(town, comment.get("id")).written_at == town.clock() - timedelta(hours=20)
    assert "1 kommentar" in text(client, "/fjordvik/practice/")


def test_an_answer_is_written_where_it_will_stand(town: Town, post: Send, post_id: str) -> None:
    comment_id = says(town, post_id)
    client = town.browser_of("rita")
    page = parsed(text(client, address(post_id, f"?to={comment_id}")))
    (form,) = page.xpath(f"//li[@id='{comment_id}']//form[@id='write']")
    assert form.xpath(".//input[@name='parent']/@value") == [comment_id]
    answer = say(post, client, post_id, "Til fredag.", by="municipality", parent=comment_id)
    shown = parsed(text(client, answer.location)).xpath("//li[@class='ncomment']")
    assert [each.get("data-depth") for each in shown] == ["0", "1"]
    ours = standing(town, shown[1].get("id"))
    assert (ours.own, ours.parent_id) == (True, comment_id)


def test_a_comment_is_edited_and_its_earlier_words_are_kept(town: Town, post: Send, post_id: str) -> None:
    comment_id = says(town, post_id)
    client = town.browser_of("rita")
    page = parsed(text(client, address(post_id, f"?edit={comment_id}")))
    assert page.xpath("//textarea[@name='words']")[0].text.strip() == "Kor lenge?"
    answer = post(client, address(post_id, f"/comments/{comment_id}"), page=address(post_id), words="Kor lenge då?")
    assert answer.status_code == 303
    shown = text(client, answer.location)
    assert "1 tidligere versjon" in shown
    assert shown.index("Kor lenge då?") < shown.index("Kor lenge?")


def test_an_edit_that_cannot_be_made_is_told_in_a_sentence_and_what_was_typed_is_kept(
    town: Town, post: Send, post_id: str
) -> None:
    comment_id = says(town, post_id)
    client = town.browser_of("rita")

    def refused(words: str) -> str:
        answer = post(client, address(post_id, f"/comments/{comment_id}"), page=address(post_id), words=words)
        assert answer.status_code == 422
        return str(answer.get_data(as_text=True))

    assert "Skriv noe først." in refused(" ")
    network(town).talk.take_away(standing(town, comment_id).account, comment_id, at=START)
    page = refused("Kor lenge då?")
    assert "Kommentaren er ikke der lenger. Ingenting ble endret." in page
    assert parsed(page).xpath("//textarea[@name='words']")[0].text.strip() == "Kor lenge då?"


def test_a_deleted_comment_leaves_its_place_to_those_who_answered_it(town: Town, post: Send, post_id: str) -> None:
    comment_id = says(town, post_id, "Dette angrer jeg på")
    says(town, post_id, "Hvorfor det?", parent_id=comment_id)
    client = town.browser_of("rita")
    form = {"page": address(post_id), "words": "", "delete": "y"}
    assert post(client, address(post_id, f"/comments/{comment_id}"), **form).status_code == 303
    shown = text(client, address(post_id))
    assert "Dette angrer jeg på" not in shown
    assert "Denne kommentaren er slettet." in shown
    assert "Hvorfor det?" in shown


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"words": "  "}, "Skriv noe først."),
        ({"words": "å" * (playing.LONGEST_COMMENT + 1)}, "høyst 60000 tegn"),
        ({"by": "own_name", "name": ""}, "Skriv navnet på den som skriver."),
        ({"by": "own_name", "name": "å" * 81}, "Navnet er for langt"),
        ({"hours": "-1"}, "Velg et tidspunkt fra nå til 30 dager tilbake."),
        ({"hours": "99999999999999999999"}, "Velg et tidspunkt fra nå til 30 dager tilbake."),
        ({"hours": "to"}, "Skriv et helt tall."),
        ({"by": "the king"}, "Velg én fra listen."),
        ({"parent": "c99"}, "Kommentaren er ikke der lenger."),
    ],
)
def test_what_cannot_be_said_is_told_in_a_sentence_and_what_was_typed_is_kept(
    town: Town, post: Send, post_id: str, form: dict[str, str], sentence: str
) -> None:
    client = town.browser_of("rita")
    answer = say(post, client, post_id, **{"words": "Dette har jeg skrevet", **form})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in " ".join(parsed(page).text_content().replace("\xa0", " ").split())
    if "words" not in form:
        assert parsed(page).xpath("//textarea[@name='words']")[0].text.strip() == "Dette har jeg skrevet"
    assert network(town).talk.counts([post_id]) == {post_id: 0}


def test_an_answer_to_what_was_deleted_meanwhile_is_not_lost(town: Town, post: Send, post_id: str) -> None:
    comment_id = says(town, post_id)
    network(town).talk.take_away(standing(town, comment_id).account, comment_id, at=START)
    answer = say(post, town.browser_of("rita"), post_id, "Til fredag.", parent=comment_id)
    page = parsed(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert page.xpath("//textarea[@name='words']")[0].text.strip() == "Til fredag."
    assert page.xpath("//form[@id='write']//input[@name='parent']/@value") == [""]


def test_under_a_post_that_is_gone_nothing_can_be_said(town: Town, post: Send, post_id: str) -> None:
    client = town.browser_of("rita")
    network(town).take_away(network(town).accounts()[0].name, post_id, at=START)
    given = {"by": "solveig-haugland", "hours": "0", "words": "Kor lenge?"}
    answer = post(client, address(post_id, "/comments"), page="/fjordvik/practice/", **given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Innlegget er ikke der lenger" in page
    assert "Kor lenge?" in page


@pytest.mark.parametrize(
    "written",
    ["<script>alert(1)</script>", '<img src=x onerror="x">', "متى تفتح المكتبة اليوم؟", "😡😡😡", "\u202eltr\u202c", "a\n\n\nb"],
)  # fmt: skip
def test_whatever_stands_in_a_comment_or_a_name_is_only_text(town: Town, post_id: str, written: str) -> None:
    comment_id = says(town, post_id, written, author_name=written)
    (comment,) = parsed(text(town.browser_of("rita"), address(post_id))).xpath(f"//li[@id='{comment_id}']")
    (said,) = comment.xpath(".//*[@class='ntext']")
    assert said.get("dir") == "auto"
    assert said.text_content() == written.replace("\n", "")
    (name,) = comment.xpath(".//h3/bdi")
    assert (name.text_content(), len(name)) == (written, 0)


def test_the_longest_comment_is_folded(town: Town, post_id: str) -> None:
    comment_id = says(town, post_id, "ord " * 15_000)
    (comment,) = parsed(text(town.browser_of("rita"), address(post_id))).xpath(f"//li[@id='{comment_id}']")
    (whole,) = comment.xpath(".//details//*[@class='ntext']")
    assert len(whole.text_content()) == 60_000
    assert len(comment.xpath(".//*[contains(@class, 'nexcerpt')]")[0].text_content()) < 1_100


def test_a_hidden_comment_is_marked_as_hidden(town: Town, post_id: str) -> None:
    comment_id = says(town, post_id)
    network(town).talk.set_hidden(standing(town, comment_id).account, comment_id, at=START)
    page = text(town.browser_of("rita"), address(post_id))
    assert "Skjult av kommunen: bare den som skrev den, ser den" in page


def test_somebody_whose_name_is_kept_back_is_shown_as_that(town: Town, post: Send, post_id: str) -> None:
    client = town.browser_of("rita")
    answer = say(post, client, post_id, by="nameless")
    assert "Navnet vises ikke" in text(client, answer.location)


def test_whoever_spoke_last_goes_on(town: Town, post: Send, post_id: str) -> None:
    client = town.browser_of("rita")
    form = parsed(text(client, say(post, client, post_id, by="own_name", name="Åse Berg").location))
    assert form.xpath("//select[@name='by']/option[@selected]/@value") == ["own_name"]
    assert form.xpath("//input[@name='name']/@value") == ["Åse Berg"]


def test_thousands_of_comments_are_turned_page_by_page_and_found_by_their_address(town: Town, post_id: str) -> None:
    said = [says(town, post_id, f"Kommentar nummer {number:02}.") for number in range(playing.PAGE + 1)]
    client = town.browser_of("rita")
    first = parsed(text(client, address(post_id)))
    assert len(first.xpath("//li[@class='ncomment']")) == playing.PAGE
    (more,) = first.xpath("//a[@rel='next']")
    assert f"Kommentar nummer {playing.PAGE}." in text(client, more.get("href"))
    answer = client.get(f"/practice/posts/{post_id}?at={said[-1]}")
    assert f"Kommentar nummer {playing.PAGE}." in text(client, answer.location)


def test_the_municipality_can_post_past_us(town: Town, post: Send) -> None:
    channel_id = channel(town)
    client = town.browser_of("rita")
    place = f"/fjordvik/practice/?channel={channel_id}"
    answer = post(client, place, page=place, words="Rett fra telefonen", hours="2")
    assert answer.status_code == 303
    assert "skrevet på selve nettverket" in text(client, answer.location)
    (native,) = network(town).posts(network(town).accounts()[0].name)
    assert (native.text, native.key) == ("Rett fra telefonen", "")
    empty = post(client, place, page=place, words=" ", hours="0")
    assert empty.status_code == 422
    assert "Skriv noe først." in empty.get_data(as_text=True)


def test_nobody_plays_under_the_posts_of_another_municipality(town: Town, post: Send, post_id: str) -> None:
    comment_id = says(town, post_id)
    client = town.browser()
    sign_in(client, "ola@utvik.example", town="utvik")
    for rest, form in (("/comments", {"by": "nameless", "hours": "0"}), (f"/comments/{comment_id}", {})):
        answer = post(client, f"/utvik/practice/posts/{post_id}{rest}", page="/utvik/me/", words="Tull", **form)
        assert answer.status_code == 422
    assert standing(town, comment_id).text == "Kor lenge?"
    assert network(town).talk.counts([post_id]) == {post_id: 1}


@pytest.mark.parametrize("rest", ["?edit=c99", "?edit=x"])
def test_what_is_not_there_cannot_be_edited(town: Town, post_id: str, rest: str) -> None:
    assert town.browser_of("rita").get(address(post_id, rest)).status_code == 404


def letter(town: Town, to: str, subject: str) -> None:
    box = PracticeMail(town.settings.practice_file, now=lambda: START)
    box.send(Letter(to=to, subject=subject, text=f"Hei!\n\nhttps://fjordvik.example/{subject}", message_id=subject))


def test_letters_are_shown_to_whoever_reads_the_whole_municipality_and_of_no_other(town: Town) -> None:
    for to, subject in (("kari@fjordvik.example", "Til Kari"), ("ola@utvik.example", "Til Ola")):
        letter(town, to, subject)
    shown = text(town.browser_of("kari"), "/fjordvik/practice/mail")
    assert "Til Kari" in shown
    assert "Til Ola" not in shown


def test_an_empty_letter_box_says_what_will_lie_there(town: Town) -> None:
    assert "Ingen brev ligger her" in text(town.browser_of("kari"), "/fjordvik/practice/mail")
