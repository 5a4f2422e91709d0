"""The practice network as a citizen sees it: the posts of one account, and each post by itself.

A post's address in the world is /practice/posts/ID, without a municipality; it leads on to the page of the municipality that the
one who asks has signed in to, which knows only its own posts.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from scheduler.domain.access import Deed
from scheduler.errors import Missing
from scheduler.queries import municipalities
from scheduler.services import practising
from web import session
from web.doors import Open, page
from web.house import house
from web.linking import linked
from web.words.practice import FAULTS

pages = Blueprint("practice", __name__, url_prefix="/practice")
outside = Blueprint("practice_posts", __name__)

#: A picture is shown as one of these and as nothing else.
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})

pages.add_app_template_filter(linked, "linked")


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """The posts of one account, the newest first."""
    ours = practising.channels(session.reading(), house=house().gate.house)
    chosen = next(iter(ours), None)
    if "channel" in request.args:
        wanted = request.args.get("channel", type=int)
        chosen = next((each for each in ours if each.channel_id == wanted), None)
        if chosen is None:
            raise Missing("practice channel", wanted)
    found = None
    if chosen is not None:
        found = practising.timeline(
            session.reading(),
            channel_id=chosen.channel_id,
            house=house().gate.house,
            before=request.args.get("before"),
        )
    return render_template(
        "pages/practice.html",
        ours=ours,
        chosen=chosen,
        found=found,
        beginning="before" not in request.args,
        faults=FAULTS,
    )


@page(pages, "/posts/<remote_id>", may=Deed.READ)
def post(remote_id: str) -> Any:
    """One post."""
    channel, found = practising.post(session.reading(), remote_id=remote_id, house=house().gate.house)
    return render_template("pages/practice_post.html", chosen=channel, post=found)


@page(pages, "/posts/<remote_id>/pictures/<int(max=9223372036854775807):picture_id>", may=Deed.READ)
def picture(remote_id: str, picture_id: int) -> Any:
    """A picture of a post: bytes that came from outside, so that nothing in them may run."""
    content, content_type = practising.picture(
        session.reading(), remote_id=remote_id, picture_id=picture_id, house=house().gate.house
    )
    told = Response(content, mimetype=content_type if content_type in _PICTURES else "application/octet-stream")
    told.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    told.headers["Content-Disposition"] = "inline"
    told.headers["Cache-Control"] = "private, max-age=3600"
    return told


@page(outside, "/practice/posts/<remote_id>", may=Open.ANYBODY)
def leads_on(remote_id: str) -> Any:
    """To the post among the posts of the municipality one has signed in to; it tells whether there is such a post.

    Whoever has not signed in is asked to, in the municipality whose host name this is, or the only one, or chooses it.
    """
    with house().db.across() as found:
        here = session.remembered_municipality(found) or municipalities.by_host(found, session.host())
        every = (here,) if here else municipalities.every(found)
    if len(every) == 1:
        return redirect(url_for("practice.post", slug=every[0].slug, remote_id=remote_id), 303)
    then = {each.slug: url_for("practice.post", slug=each.slug, remote_id=remote_id) for each in every}
    return render_template("pages/start.html", municipalities=every, then=then)
