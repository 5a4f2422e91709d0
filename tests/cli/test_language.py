"""`ordskifte language`: one text, or one a line; null where unsure."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Cli

NYNORSK = "Dei har ikkje kome heim frå skulen enno, men me ventar."
BOKMAAL = "De har ikke kommet hjem fra skolen ennå, men vi venter."


def test_a_text_is_told_with_its_marks(bare: Cli) -> None:
    nynorsk, bokmaal = bare.row("language", stdin=NYNORSK), bare.row("language", stdin=BOKMAAL)
    assert (nynorsk["language"], bokmaal["language"]) == ("nn", "nb")
    assert set(nynorsk) == {"language", "score", "because"}
    assert isinstance(nynorsk["score"], float)
    assert "ikkje" in nynorsk["because"]


@pytest.mark.parametrize("text", ["", "\n", "17. mai", "https://www.fjordvik.example", "Hurra!", "The road is closed."])
def test_where_unsure_the_language_is_null(bare: Cli, text: str) -> None:
    assert bare.row("language", stdin=text)["language"] is None


def test_lines_get_one_object_a_line_each(bare: Cli) -> None:
    answer = bare("language", "--lines", stdin=f"{NYNORSK}\n\n{BOKMAAL}\r\n17. mai\n")
    told = [json.loads(line) for line in answer.out.splitlines()]
    assert [each["language"] for each in told] == ["nn", None, "nb", None]
    assert all(set(each) == {"language", "score", "because"} for each in told)
    assert (answer.status, answer.err) == (0, "")


def test_no_text_gets_no_line(bare: Cli) -> None:
    assert bare("language", "--lines", stdin="").out == ""


def test_a_last_line_without_an_end_counts(bare: Cli) -> None:
    assert len(bare("language", "--lines", stdin=f"{NYNORSK}\n{BOKMAAL}").out.splitlines()) == 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=60), min_size=1)
)
def test_there_are_as_many_answers_as_lines_whatever_stands_in_them(bare: Cli, lines: list[str]) -> None:
    answer = bare("language", "--lines", stdin="".join(f"{line}\n" for line in lines))
    assert len([json.loads(line) for line in answer.out.rstrip("\n").split("\n")]) == len(lines)


def test_it_needs_no_database_and_no_setting(bare: Cli) -> None:
    bare.set(database_url="nonsense")
    assert bare.row("language", stdin=NYNORSK)["language"] == "nn"
