"""The files that browsers fetch: served by WhiteNoise under a path that changes when any of them changes, and so kept for a year.

Knows web/static. Knows nothing of pages.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

STATIC = Path(__file__).parent / "static"
_A_YEAR = 365 * 24 * 3600


def set_up(app: Flask) -> None:
    """Serve the files, and give templates `asset(name)` and `icon_url`."""
    version = _version()
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # how WSGI middleware is put on
        app.wsgi_app,
        root=str(STATIC),
        prefix=f"static/{version}/",
        max_age=_A_YEAR,
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
        add_headers_function=_say_what_it_is,
    )

    def asset(name: str) -> str:
        """The address of a file in web/static."""
        return f"/static/{version}/{name}"

    app.add_template_global(asset, "asset")


def _say_what_it_is(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _version() -> str:
    """A fingerprint of all the files."""
    digest = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(file.relative_to(STATIC).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
