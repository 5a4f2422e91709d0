"""The table of nouns is what its modules add, and a command brings in its own module alone."""

from __future__ import annotations

import argparse
import importlib

import pytest

from ordskifte.cli import NOUNS, wanted


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_adds_the_commands_that_the_table_says(noun: str) -> None:
    commands = argparse.ArgumentParser().add_subparsers()
    importlib.import_module(f"ordskifte.cli.{noun}").add_to(commands)
    assert tuple(commands.choices) == NOUNS[noun]


def test_a_command_asks_for_its_own_module_alone() -> None:
    for noun, commands in NOUNS.items():
        for command in commands:
            assert list(wanted([command, "--json"])) == [noun]


@pytest.mark.parametrize("words", [[], ["--help"], ["nonsense"]])
def test_what_names_no_command_asks_for_all_of_them(words: list[str]) -> None:
    assert list(wanted(words)) == list(NOUNS)


def test_the_version_is_told_without_any_module() -> None:
    assert list(wanted(["--version"])) == []
