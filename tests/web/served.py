"""The pages in a real browser: the app of a test, served on loopback for as long as the test lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.web.conftest import PASSWORD


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the app, "http://127.0.0.1:PORT"."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def let_in(page: Page, address: str, name: str) -> None:
    """Sign in as one of the town's people."""
    page.goto(f"{address}/fjordvik/sign-in")
    page.locator("#email").fill(f"{name}@fjordvik.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
