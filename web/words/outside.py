"""Words for the plain codes that connectors and pulls report: what happened out there, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from web.texts import later as _l

WORDS: Mapping[str, str] = {
    "unknown": _l("Something failed that we have no words for. Tell those who run the service, and name the time."),
    # What any connector may meet
    "address_invalid": _l(
        "The address is not one that can be fetched. Check that it is whole and begins with https://."
    ),
    "broken_answer": _l("The answer from there could not be read. We try again."),
    "gone": _l("What we looked for is no longer there."),
    "http_error": _l("The server answered with an error. We try again; if it goes on, tell those who run that server."),
    "private_address": _l("The address leads into a closed network, and is not fetched. Use the public address."),
    "rate_limited": _l("The platform asks us to wait before we send more. We go on when it lets us."),
    "refused": _l("The platform did not accept this post. Look at what it said, change the text, and try again."),
    "request_invalid": _l("The account's key holds signs that cannot be sent. Connect the account again."),
    "server_error": _l("The platform has trouble of its own. We try again."),
    "timed_out": _l("There was no answer in time."),
    "token_dead": _l("The platform no longer accepts our access. Connect the account again."),
    "too_large": _l("The answer was larger than we accept."),
    "too_many_redirects": _l("The address sends us on in a ring. Use the address where the page really is."),
    "unreachable": _l("The server could not be reached. We try again."),
    "not_allowed": _l("The account may not do this there. Look at its settings on the platform."),
    # Single connectors
    "by_hand": _l("This channel is served by hand: a person posts, and tells us."),
    "cannot_tell": _l("We cannot look this up there. A person must say whether the post is out."),
    "not_mastodon": _l("This server does not answer like Mastodon. Check the address."),
    "picture_used": _l("The platform had already used the picture for another post. We send it again."),
    "practice_file": _l("The practice network's file cannot be used. Tell those who run the service."),
}
