"""The practice network remembers everything, and misbehaves exactly as it is told."""

from __future__ import annotations

import multiprocessing
import signal
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import Can, Complaint, ConnectorError, Remedy
from connectors.practice import LIMITS, Practice
from connectors.practice_shapes import Fault
from connectors.practice_store import PracticeNetwork
from tests.connectors.build import PNG, a_post, an_attempt, an_image

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


class Waits:
    """Stands in for waiting: keeps what was asked for and goes on at once."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


@pytest.fixture
def network(tmp_path: Path) -> PracticeNetwork:
    return PracticeNetwork(tmp_path / "practice.sqlite")


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def practice(network: PracticeNetwork, waits: Waits) -> Practice:
    return Practice(network, "fjordvik", now=lambda: NOW, public_url="http://127.0.0.1:8000/practice", wait=waits)


def remedy_of(deed: Callable[[], object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        deed()
    return raised.value


def test_what_was_published_is_remembered_whole(practice: Practice, network: PracticeNetwork) -> None:
    receipt = practice.publish(a_post("Ny gangveg.", an_image("Gangvegen sett frå lufta")), an_attempt(NOW))
    (standing,) = network.posts("fjordvik")
    assert (standing.remote_id, standing.text, standing.language, standing.published_at) == (
        receipt.remote_id,
        "Ny gangveg.",
        "nn",
        NOW,
    )
    assert receipt.url == f"http://127.0.0.1:8000/practice/{receipt.remote_id}"
    (picture,) = standing.pictures
    assert picture.alt_text == "Gangvegen sett frå lufta"
    whole = network.picture(picture.picture_id)
    assert whole is not None
    assert whole.content == PNG


def test_an_address_with_a_place_for_the_id_gets_it_there(network: PracticeNetwork) -> None:
    practice = Practice(network, "fjordvik", now=lambda: NOW, public_url="http://127.0.0.1/p/{remote_id}#post")
    assert practice.publish(a_post(), an_attempt(NOW)).url == "http://127.0.0.1/p/1#post"


def test_posts_are_listed_newest_first_and_page_by_page(practice: Practice, network: PracticeNetwork) -> None:
    for number in range(5):
        practice.publish(a_post(f"Melding {number}"), an_attempt(NOW))
    newest = network.posts("fjordvik", limit=2)
    assert [post.text for post in newest] == ["Melding 4", "Melding 3"]
    older = network.posts("fjordvik", limit=40, before=newest[-1].remote_id)
    assert [post.text for post in older] == ["Melding 2", "Melding 1", "Melding 0"]


def test_accounts_keep_their_posts_apart(network: PracticeNetwork) -> None:
    for name in ("fjordvik", "fjordvik-skule"):
        Practice(network, name, now=lambda: NOW).publish(a_post(f"Frå {name}"), an_attempt(NOW))
    assert [account.name for account in network.accounts()] == ["fjordvik", "fjordvik-skule"]
    assert [post.text for post in network.posts("fjordvik-skule")] == ["Frå fjordvik-skule"]


def test_no_account_can_touch_the_post_of_another(network: PracticeNetwork) -> None:
    receipt = Practice(network, "fjordvik", now=lambda: NOW).publish(a_post(), an_attempt(NOW))
    stranger = Practice(network, "fjordvik-skule", now=lambda: NOW)
    assert remedy_of(lambda: stranger.delete(receipt.remote_id)).remedy is Remedy.GONE


def test_a_corrected_post_keeps_its_earlier_words(practice: Practice, network: PracticeNetwork) -> None:
    receipt = practice.publish(a_post("Ope til 18."), an_attempt(NOW))
    practice.correct(receipt.remote_id, a_post("Ope til 19."), an_attempt(NOW))
    standing = network.post(receipt.remote_id)
    assert standing is not None
    assert standing.text == "Ope til 19."
    assert standing.edited_at == NOW
    assert [revision.text for revision in standing.revisions] == ["Ope til 18.", "Ope til 19."]


def test_a_deleted_post_is_remembered_as_deleted_and_found_no_more(
    practice: Practice, network: PracticeNetwork
) -> None:
    attempt = an_attempt(NOW)
    receipt = practice.publish(a_post(), attempt)
    practice.delete(receipt.remote_id)
    assert practice.find_published(a_post(), attempt) is None
    (standing,) = network.posts("fjordvik")
    assert standing.deleted_at == NOW
    assert remedy_of(lambda: practice.delete(receipt.remote_id)).remedy is Remedy.GONE
    assert remedy_of(lambda: practice.correct(receipt.remote_id, a_post(), attempt)).remedy is Remedy.GONE


@pytest.mark.parametrize("remote_id", ["", "no such", "-1", "99999999999999999999999", "²"])
def test_an_id_that_is_none_is_a_post_that_is_gone(practice: Practice, remote_id: str) -> None:
    assert remedy_of(lambda: practice.delete(remote_id)).remedy is Remedy.GONE


def test_the_same_key_doubles_where_keys_are_not_honoured(practice: Practice, network: PracticeNetwork) -> None:
    attempt = an_attempt(NOW)
    practice.publish(a_post(), attempt)
    practice.publish(a_post(), attempt)
    assert len(network.posts("fjordvik")) == 2
    assert Can.KEY not in practice.account().can


def test_the_same_key_gives_the_same_post_where_keys_are_honoured(practice: Practice, network: PracticeNetwork) -> None:
    network.set_honours_key("fjordvik", honours=True)
    attempt = an_attempt(NOW)
    assert practice.publish(a_post(), attempt) == practice.publish(a_post(), attempt)
    assert len(network.posts("fjordvik")) == 1
    assert Can.KEY in practice.account().can


def test_every_call_is_written_down_with_its_key_and_what_came_of_it(
    practice: Practice, network: PracticeNetwork
) -> None:
    attempt = an_attempt(NOW)
    network.set_fault("fjordvik", Fault.REFUSE, times=1)
    remedy_of(lambda: practice.publish(a_post(), attempt))
    practice.publish(a_post(), attempt)
    assert [(call.deed, call.key, call.called_at, call.outcome) for call in network.calls("fjordvik")] == [
        ("publish", attempt.key, NOW, "refused"),
        ("publish", attempt.key, NOW, "answered"),
    ]


@pytest.mark.parametrize(
    ("fault", "remedy", "code", "stands"),
    [
        (Fault.TIME_OUT_AFTER_ACCEPTING, Remedy.CHECK, "timed_out", 1),
        (Fault.TIME_OUT_BEFORE_ACCEPTING, Remedy.CHECK, "timed_out", 0),
        (Fault.REFUSE, Remedy.REWRITE, "refused", 0),
        (Fault.RATE_LIMIT, Remedy.WAIT, "rate_limited", 0),
        (Fault.DOWN, Remedy.WAIT, "server_error", 0),
        (Fault.TOKEN_DEAD, Remedy.RECONNECT, "token_dead", 0),
    ],
)
def test_a_fault_feels_as_on_a_real_platform(
    practice: Practice, network: PracticeNetwork, fault: Fault, remedy: Remedy, code: str, stands: int
) -> None:
    network.set_fault("fjordvik", fault, times=1)
    error = remedy_of(lambda: practice.publish(a_post(), an_attempt(NOW)))
    assert (error.remedy, error.code) == (remedy, code)
    assert len(network.posts("fjordvik")) == stands


def test_a_rate_limit_says_when_to_come_back(practice: Practice, network: PracticeNetwork) -> None:
    network.set_fault("fjordvik", Fault.RATE_LIMIT, seconds=90)
    assert remedy_of(practice.account).retry_at == NOW + timedelta(seconds=90)


def test_a_fault_lasts_as_many_calls_as_it_was_given(practice: Practice, network: PracticeNetwork) -> None:
    network.set_fault("fjordvik", Fault.DOWN, times=2)
    for _ in range(2):
        remedy_of(lambda: practice.publish(a_post(), an_attempt(NOW)))
    practice.publish(a_post(), an_attempt(NOW))
    assert network.faults("fjordvik").fault is Fault.NONE


def test_a_fault_without_a_number_lasts_until_it_is_taken_away(practice: Practice, network: PracticeNetwork) -> None:
    network.set_fault("fjordvik", Fault.DOWN)
    for _ in range(3):
        remedy_of(lambda: practice.publish(a_post(), an_attempt(NOW)))
    network.set_fault("fjordvik", Fault.NONE)
    practice.publish(a_post(), an_attempt(NOW))


def test_a_fault_of_writing_is_not_used_up_by_reading(practice: Practice, network: PracticeNetwork) -> None:
    network.set_fault("fjordvik", Fault.TIME_OUT_AFTER_ACCEPTING, times=1)
    practice.account()
    assert practice.find_published(a_post(), an_attempt(NOW)) is None
    assert network.faults("fjordvik").times_left == 1


def test_a_slow_network_answers_late_but_answers(practice: Practice, network: PracticeNetwork, waits: Waits) -> None:
    for fault in (Fault.SLOW_BEFORE_ACCEPTING, Fault.SLOW_AFTER_ACCEPTING):
        network.set_fault("fjordvik", fault, times=1, seconds=7)
        practice.publish(a_post(), an_attempt(NOW))
    assert waits.asked == [7, 7]
    assert len(network.posts("fjordvik")) == 2


@pytest.mark.parametrize(("fault", "stands"), [(Fault.SLOW_BEFORE_ACCEPTING, 0), (Fault.SLOW_AFTER_ACCEPTING, 1)])
def test_nobody_waits_longer_than_their_patience(
    practice: Practice, network: PracticeNetwork, waits: Waits, fault: Fault, stands: int
) -> None:
    network.set_fault("fjordvik", fault, seconds=3_600)
    assert remedy_of(lambda: practice.publish(a_post(), an_attempt(NOW))).remedy is Remedy.CHECK
    assert waits.asked == [25]
    assert len(network.posts("fjordvik")) == stands


def test_the_network_holds_its_own_limits(practice: Practice, network: PracticeNetwork) -> None:
    error = remedy_of(lambda: practice.publish(a_post("å" * 501), an_attempt(NOW)))
    assert (error.remedy, error.code) == (Remedy.REWRITE, "too_long")
    assert practice.complaints(a_post("å" * 501), LIMITS) == {Complaint.TOO_LONG}
    assert network.posts("fjordvik") == ()


def test_a_file_that_cannot_be_opened_is_certainly_no_post(tmp_path: Path) -> None:
    practice = Practice(PracticeNetwork(tmp_path / "no such folder" / "p.sqlite"), "fjordvik", now=lambda: NOW)
    assert remedy_of(lambda: practice.publish(a_post(), an_attempt(NOW))).remedy is Remedy.WAIT


def test_a_file_that_fails_after_the_call_came_in_leaves_doubt(tmp_path: Path, network: PracticeNetwork) -> None:
    def break_the_file(_: float) -> None:
        with sqlite3.connect(tmp_path / "practice.sqlite") as db:
            db.execute("ALTER TABLE call RENAME TO no_call")

    network.set_fault("fjordvik", Fault.SLOW_AFTER_ACCEPTING)
    practice = Practice(network, "fjordvik", now=lambda: NOW, wait=break_the_file)
    assert remedy_of(lambda: practice.publish(a_post(), an_attempt(NOW))).remedy is Remedy.CHECK


def _publish_many(file: Path, number: int) -> None:
    practice = Practice(PracticeNetwork(file), "fjordvik", now=lambda: NOW)
    for each in range(20):
        practice.publish(a_post(f"Prosess {number}, melding {each}"), an_attempt(NOW))


def test_processes_share_the_file_and_lose_nothing(tmp_path: Path) -> None:
    """The file does not exist when they begin: they make it together."""
    file = tmp_path / "shared.sqlite"
    start = multiprocessing.get_context("spawn")
    processes = [start.Process(target=_publish_many, args=(file, number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    posts = PracticeNetwork(file).posts("fjordvik", limit=100)
    assert len({post.text for post in posts}) == len(posts) == 60


def test_a_fault_with_a_number_meets_that_many_even_when_they_come_at_once(network: PracticeNetwork) -> None:
    network.set_fault("fjordvik", Fault.DOWN, times=3)
    outcomes: list[str] = []

    def call() -> None:
        try:
            Practice(network, "fjordvik", now=lambda: NOW).publish(a_post(), an_attempt(NOW))
            outcomes.append("answered")
        except ConnectorError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["answered"] * 5 + ["server_error"] * 3


def _publish_one(file: Path) -> None:
    Practice(PracticeNetwork(file), "fjordvik", now=lambda: NOW).publish(a_post(), an_attempt(NOW))


@pytest.mark.parametrize(("fault", "stands"), [(Fault.SLOW_BEFORE_ACCEPTING, 0), (Fault.SLOW_AFTER_ACCEPTING, 1)])
def test_who_is_killed_in_the_middle_leaves_what_was_accepted(tmp_path: Path, fault: Fault, stands: int) -> None:
    network = PracticeNetwork(tmp_path / "practice.sqlite")
    network.set_fault("fjordvik", fault, seconds=20)
    process = multiprocessing.get_context("spawn").Process(target=_publish_one, args=(tmp_path / "practice.sqlite",))
    process.start()
    pause = threading.Event()
    for _ in range(600):
        if network.calls("fjordvik") and len(network.posts("fjordvik")) == stands:
            break
        pause.wait(0.05)
    process.kill()
    process.join(10)
    assert process.exitcode == -signal.SIGKILL
    assert [call.outcome for call in network.calls("fjordvik")] == ["arrived"]
    assert len(network.posts("fjordvik")) == stands
