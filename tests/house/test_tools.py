"""The tests' own tools: databases on both engines, a browser that shows our letters, and a network that ends here."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import text

import migrations
from scheduler.store import schema
from scheduler.store.database import Database
from tests import build, keeper
from tests.databases import Lent
from tests.pages import PHONE, OpenPage
from tests.support import wait_until


def test_each_test_gets_a_migrated_database_of_its_own(db: Database) -> None:
    with db.across() as session:
        assert schema.current(session) == migrations.head()


def test_what_a_test_leaves_on_postgresql_the_next_one_does_not_find(lent: Lent) -> None:
    for _ in range(2):
        opened = Database(lent.take())
        municipality_id = build.municipality(opened)
        assert municipality_id == 1
        with opened.begin(municipality_id) as session:
            assert build.unit(session).pk == 1
        lent.give_back()  # though we are still connected
        opened.close()


def test_a_postgresql_database_that_cannot_be_made_new_is_replaced(lent: Lent) -> None:
    first = lent.take()
    opened = Database(first)
    with opened.operate() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    lent.give_back()
    assert lent.take() != first
    with closing(Database(lent.take())) as another, another.across() as session:
        assert schema.current(session) == migrations.head()
    lent.give_back()


def test_an_empty_database_has_no_schema(empty_database_url: str) -> None:
    opened = Database(empty_database_url)
    with opened.across() as session:
        assert schema.current(session) is None
    opened.close()


def test_a_page_is_as_wide_and_dark_as_asked_and_shows_norwegian_letters(open_page: OpenPage) -> None:
    page = open_page(size=PHONE, scheme="dark", language="nn-NO")
    page.set_content("<h1>Kvæfjord, Å, Østre Toten</h1>")
    assert page.inner_text("h1") == "Kvæfjord, Å, Østre Toten"
    assert page.evaluate("innerWidth") == PHONE[0]
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert page.evaluate("document.querySelector('h1').getBoundingClientRect().height") > 0


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80))


def test_no_test_asks_for_the_name_of_another_machine() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("fjordvik.example", 80)


def test_what_a_killed_starter_kept_is_ended_too(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    write = "import os, pathlib, signal; pathlib.Path('pid').write_text(str(os.getpid())); signal.pause()"
    starter = (
        "import sys, signal, pathlib; from tests import keeper; folder = pathlib.Path(sys.argv[1]);"
        "keeper.start(folder, '', [sys.executable, '-c', sys.argv[2]], folder / 'log'); signal.pause()"
    )
    started = subprocess.Popen([sys.executable, "-c", starter, str(folder), write], cwd=keeper.HERE.parent)
    wait_until((folder / "pid").exists, within=20)
    started.kill()
    started.wait()
    wait_until(lambda: not folder.exists(), within=20)
