"""What the browser is told not to do, and which requests are not ours.

Strict Content-Security-Policy with one nonce a response (htmx elements carry it as hx-nonce), no inline script or style, CSRF
token on every unsafe request and, apart from it, the browser's own word on where the request came from.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from itertools import chain

from flask import Flask, Response, abort, g, request, session
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from scheduler.settings import Settings

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: What a request may weigh.
LARGEST_REQUEST = 2 * 1024 * 1024
#: The same where somebody who has signed in sends a picture. It is more than a picture may be: one that is too large is then answered for
#: on the page it came from, with all that was typed. What is beyond 500 kB lies on the disk, not in memory.
LARGEST_WITH_PICTURE = 64 * 1024 * 1024
TAKES_PICTURES = frozenset({"posts.save", "posts.create"})
SIGNED_IN_FOR = timedelta(hours=12)

csrf = CSRFProtect()


def protect(app: Flask, settings: Settings) -> None:
    """Set the cookie's flags, the limits and the guards."""
    secure = settings.over_https
    app.config.update(
        SECRET_KEY=settings.secret_key.reveal(),
        SESSION_COOKIE_NAME="__Host-ordskifte" if secure else "ordskifte",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=1000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # how WSGI middleware is put on
    app.before_request(_refuse_foreign_requests)
    app.before_request(_let_pictures_in)
    app.before_request(_refuse_what_is_no_text)
    csrf.init_app(app)
    app.after_request(_say_what_is_forbidden)


def nonce() -> str:
    """This response's nonce."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    told: str = g.nonce
    return told


def _refuse_foreign_requests() -> None:
    if request.method in UNSAFE and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        abort(403)


def _let_pictures_in() -> None:
    if request.endpoint in TAKES_PICTURES and "_user_id" in session:
        request.max_content_length = LARGEST_WITH_PICTURE


def _refuse_what_is_no_text() -> None:
    """The sign NUL stands in no text that a person writes, and PostgreSQL keeps none."""
    given = chain([request.path], *request.args.listvalues(), *request.form.listvalues())
    if any("\x00" in text for text in given):
        abort(400)


def policy() -> str:
    """The Content-Security-Policy of this response."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _say_what_is_forbidden(response: Response) -> Response:
    told = response.headers
    told.setdefault("Content-Security-Policy", policy())
    told.setdefault("X-Content-Type-Options", "nosniff")
    told.setdefault("Referrer-Policy", "same-origin")
    told.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    told.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    told.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    told.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        told.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
