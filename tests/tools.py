"""What is made once for a whole run of the tests: the PostgreSQL server, the migrated databases to copy, the browser.

Made when first asked for; with several test processes, made by the one that steers and handed to the others.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import migrations
from tests import browser, postgres

IN_MEMORY = Path("/dev/shm")
ROOM = 2**31


class Tools:
    """Makes each thing at most once; `close` ends and removes all of them."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def memory(self) -> str | None:
        """A folder that lies in memory, for the files of the tests: SQLite waits for the disk some ten times in a test. Else None.

        Gone with the run; whoever wants to look at the files gives pytest a `--basetemp`.
        """
        if not os.access(IN_MEMORY, os.W_OK) or shutil.disk_usage(IN_MEMORY).free < ROOM:
            return None
        made = tempfile.mkdtemp(prefix="ordskifte-tests-", dir=IN_MEMORY)
        self._stack.callback(shutil.rmtree, made, ignore_errors=True)
        return made

    @cached_property
    def folder(self) -> Path:
        """A folder for the whole run."""
        made = Path(tempfile.mkdtemp(prefix="ordskifte-tests-"))
        self._stack.callback(shutil.rmtree, made, ignore_errors=True)
        return made

    @cached_property
    def postgres(self) -> str:
        """The address of the server's own database, from which others can be made."""
        return self._stack.enter_context(postgres.running())

    @cached_property
    def sqlite_template(self) -> str:
        """A migrated SQLite file, to be copied."""
        made = self.folder / "template.sqlite"
        migrations.upgrade(f"sqlite:///{made}")
        return str(made)

    @cached_property
    def postgres_template(self) -> str:
        """The name of a migrated database, to be copied."""
        made = postgres.create(self.postgres)
        self._stack.callback(postgres.drop, self.postgres, made)
        migrations.upgrade(made)
        return postgres.name_of(made)

    @cached_property
    def chromium(self) -> browser.Chromium:
        """The browser's place and how it is started."""
        return browser.find()

    def make_all(self) -> None:
        """Make everything now; the browser, which may have to be fetched and unpacked, beside the rest."""
        with ThreadPoolExecutor(1) as beside:
            browser_found = beside.submit(lambda: self.chromium)
            for name in HANDED_OVER:
                getattr(self, name)
            browser_found.result()

    def hand_over(self) -> dict[str, str]:
        """What another test process needs to use the same things."""
        return {name: getattr(self, name) for name in HANDED_OVER}

    def take_over(self, handed: dict[str, str]) -> None:
        """Use what the steering process has made; it also ends it."""
        self.__dict__.update(handed)

    def close(self) -> None:
        """End the servers and remove the files."""
        self._stack.close()


HANDED_OVER = ("postgres", "sqlite_template", "postgres_template")
ABSENT = (browser.NoBrowser, postgres.NoPostgres)
