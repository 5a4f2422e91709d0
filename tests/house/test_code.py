"""The house style, as far as a machine can see it. What everyone must remember, a test remembers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.house.tree import is_product, modules, nodes, product

CLOCK = Path("scheduler/clock.py")
OUTERMOST_RING = Path("scheduler/worker")
STORE = Path("scheduler/store")
TRANSACTIONS = STORE / "database.py"
TIME_READERS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime")
DATABASE_CLOCKS = {"func.now", "func.current_timestamp", "sa.func.now", "sa.func.current_timestamp"}
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
VAGUE_NAMES = {"data", "info", "utils", "helpers", "manager"}
VAGUE_STARTS = ("handle_", "process_")
NAMED_BY_OTHERS = {
    "handle_request",
    "handle_starttag",
    "handle_endtag",
    "handle_data",
    "process_bind_param",
    "process_formdata",
    "process_result_value",
    "get_extra_info",
}
"""What a library's interface calls a method that we write."""


def nothing(found: Iterable[str]) -> None:
    """Fail with one line for each thing found."""
    listed = sorted(found)
    assert not listed, "\n" + "\n".join(listed)


def calls(
    wanted: Callable[[str], bool], *, within: Callable[[Path], bool] = is_product, but: Path | None = None
) -> Iterator[str]:
    """Where something with a wanted dotted name is called, outside one file or folder."""
    for file, node in nodes(ast.Call):
        if within(file) and not (but and file.is_relative_to(but)) and wanted(ast.unparse(node.func)):
            yield f"{file}:{node.lineno}: {ast.unparse(node.func)}"


def test_only_the_clock_reads_the_time() -> None:
    nothing(calls(lambda name: name.endswith(TIME_READERS), but=CLOCK))


def test_sql_never_asks_the_database_what_time_it_is() -> None:
    nothing(calls(DATABASE_CLOCKS.__contains__))


def test_nobody_sleeps() -> None:
    nothing(calls({"time.sleep", "sleep", "asyncio.sleep"}.__contains__, within=lambda _file: True))


def test_only_the_workers_outermost_ring_catches_whatever_comes() -> None:
    nothing(
        f"{file}:{node.lineno}: except {ast.unparse(node.type) if node.type else ''}"
        for file, node in nodes(ast.ExceptHandler)
        if is_product(file) and not file.is_relative_to(OUTERMOST_RING)
        if _catches_everything(node) and not _passes_it_on(node)
    )


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}


def _passes_it_on(handler: ast.ExceptHandler) -> bool:
    """Whether it only tidies up, and raises again what it caught."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_the_store_never_commits() -> None:
    ending = (".commit", ".rollback")
    nothing(calls(lambda name: name.endswith(ending), within=lambda file: file.is_relative_to(STORE), but=TRANSACTIONS))


def test_every_module_opens_with_what_it_decides() -> None:
    nothing(str(file) for file, tree in modules().items() if tree.body and not ast.get_docstring(tree))


def test_tables_are_declared_without_postponed_annotations() -> None:
    nothing(
        str(file)
        for file, tree in product().items()
        if file.is_relative_to(STORE / "tables")
        and any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    )


def test_modules_functions_and_arguments_say_what_they_are() -> None:
    nothing(str(file) for file in product() if {*file.parts[:-1], file.stem} & VAGUE_MODULES)
    nothing(
        f"{file}:{node.lineno}: {ast.unparse(node).splitlines()[0]}"
        for file, node in (*nodes(ast.FunctionDef), *nodes(ast.ClassDef))
        if is_product(file) and _is_vague(node)
    )


def _is_vague(node: ast.stmt) -> bool:
    match node:
        case ast.FunctionDef(name=name, args=arguments) if name not in NAMED_BY_OTHERS:
            named = {given.arg for given in (*arguments.args, *arguments.kwonlyargs)}
            return name.startswith(VAGUE_STARTS) or bool({name, *named} & VAGUE_NAMES)
        case ast.ClassDef(name=name):
            return name.lower() in VAGUE_NAMES
        case _:
            return False


def test_the_name_of_a_test_is_a_rule() -> None:
    nothing(
        f"{file}:{node.lineno}: {node.name}"
        for file, node in nodes(ast.FunctionDef)
        if file.parts[0] == "tests" and node.name.startswith("test_") and node.name.count("_") < 2
    )
