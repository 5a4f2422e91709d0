"""The practice network's letter box keeps each letter once, newest first, and shows them only to those they are for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import ConnectorError, Letter, Remedy
from connectors.practice_mail import PracticeMail, letters

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "practice"


def a_letter(number: int, *, to: str = "kari@fjordvik.example") -> Letter:
    return Letter(
        to=to, subject=f"Påminning {number}", text=f"Hei!\n{number}\n", message_id=f"{number}@fjordvik.example"
    )


def test_letters_lie_there_newest_first_a_page_at_a_time(file: Path) -> None:
    moments = iter([NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2)])
    box = PracticeMail(file, now=lambda: next(moments), sender="Fjordvik kommune <some@fjordvik.example>")
    for number in range(3):
        box.send(a_letter(number))
    first = letters(file, recipients=["kari@fjordvik.example"], limit=2)
    assert [each.subject for each in first] == ["Påminning 2", "Påminning 1"]
    (last,) = letters(file, recipients=["kari@fjordvik.example"], limit=2, before=first[-1].letter_id)
    assert (last.text, last.sender, last.kept_at) == ("Hei!\n0\n", "Fjordvik kommune <some@fjordvik.example>", NOW)


def test_the_same_letter_again_lies_there_once(file: Path) -> None:
    for _ in range(3):
        PracticeMail(file, now=lambda: NOW).send(a_letter(1))
    assert len(letters(file, recipients=["kari@fjordvik.example"])) == 1


def test_letters_are_shown_to_none_but_those_they_are_for(file: Path) -> None:
    box = PracticeMail(file, now=lambda: NOW)
    box.send(a_letter(1, to=" Kari@Fjordvik.example "))
    box.send(a_letter(2, to="anna@solvik.example"))
    assert [each.message_id for each in letters(file, recipients=["KARI@fjordvik.example"])] == ["1@fjordvik.example"]
    assert letters(file, recipients=[]) == ()


def test_what_is_no_address_is_refused(file: Path) -> None:
    with pytest.raises(ConnectorError) as raised:
        PracticeMail(file, now=lambda: NOW).send(a_letter(1, to="kari"))
    assert (raised.value.remedy, raised.value.code) == (Remedy.REWRITE, "mail_address_invalid")


def test_a_file_that_cannot_be_used_waits(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError) as raised:
        PracticeMail(tmp_path, now=lambda: NOW).send(a_letter(1))
    assert (raised.value.remedy, raised.value.code) == (Remedy.WAIT, "practice_file")
