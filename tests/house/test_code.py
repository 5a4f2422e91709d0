"""The house style, as far as a machine can see it. What everyone must remember, a test remembers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import modules, product

CLOCK = Path("scheduler/clock.py")
OUTERMOST_RING = Path("scheduler/worker")
TRANSACTIONS = Path("scheduler/store/database.py")
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
VAGUE_NAMES = {"data", "info", "utils", "helpers", "manager"}
VAGUE_STARTS = ("handle_", "process_")


def _calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every call to something with a dotted name, and its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def _where(found: Iterator[tuple[Path, int, str]]) -> list[str]:
    return [f"{file}:{line}: {what}" for file, line, what in found]


def test_only_the_clock_reads_the_time() -> None:
    readers = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime")
    assert (
        _where(
            (file, line, call)
            for file, tree in product().items()
            if file != CLOCK
            for line, call in _calls(tree)
            if call.endswith(readers)
        )
        == []
    )


def test_sql_never_asks_the_database_what_time_it_is() -> None:
    asked = {"func.now", "func.current_timestamp", "sa.func.now", "sa.func.current_timestamp"}
    assert (
        _where((file, line, call) for file, tree in product().items() for line, call in _calls(tree) if call in asked)
        == []
    )


def test_nobody_sleeps() -> None:
    assert (
        _where(
            (file, line, call)
            for file, tree in modules().items()
            for line, call in _calls(tree)
            if call in {"time.sleep", "sleep", "asyncio.sleep"}
        )
        == []
    )


def test_only_the_workers_outermost_ring_catches_whatever_comes() -> None:
    assert (
        _where(
            (file, node.lineno, "except " + (ast.unparse(node.type) if node.type else ""))
            for file, tree in product().items()
            if not file.is_relative_to(OUTERMOST_RING)
            for node in ast.walk(tree)
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        )
        == []
    )


def test_the_store_never_commits() -> None:
    assert (
        _where(
            (file, line, call)
            for file, tree in product().items()
            if file.is_relative_to("scheduler/store") and file != TRANSACTIONS
            for line, call in _calls(tree)
            if call.endswith((".commit", ".rollback"))
        )
        == []
    )


def test_every_module_opens_with_what_it_decides() -> None:
    assert [str(file) for file, tree in modules().items() if tree.body and not ast.get_docstring(tree)] == []


def test_tables_are_declared_without_postponed_annotations() -> None:
    postponed = [
        str(file)
        for file, tree in product().items()
        if file.is_relative_to("scheduler/store/tables")
        and any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    ]
    assert postponed == []


def test_modules_functions_and_arguments_say_what_they_are() -> None:
    vague = [str(file) for file in product() if {*file.parts[:-1], file.stem} & VAGUE_MODULES]
    for file, tree in product().items():
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if (
                    name.startswith(VAGUE_STARTS) or name.lower() in VAGUE_NAMES
                ):
                    vague.append(f"{file}:{node.lineno}: {name}")
                case ast.arg(arg=name) if name in VAGUE_NAMES:
                    vague.append(f"{file}:{node.lineno}: {name}")
    assert vague == []


def test_the_name_of_a_test_is_a_rule() -> None:
    short = [
        f"{file}:{node.lineno}: {node.name}"
        for file, tree in modules().items()
        if file.parts[0] == "tests"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert short == []
