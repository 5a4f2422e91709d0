"""Words about platforms: their names where they have none of their own, what they ask for, and what an account can do there.

By the plain names of the connectors' table.
"""

from __future__ import annotations

from collections.abc import Mapping

from web.texts import later as _l

#: Platforms that have no name of their own.
NAMES: Mapping[str, str] = {
    "practice": _l("Practice network"),
    "manual": _l("By hand"),
}

#: What each is for, where one chooses.
ABOUT: Mapping[str, str] = {
    "mastodon": _l("Posts go out by themselves to an account on Mastodon, or on another server that speaks the same language."),
    "practice": _l("A network of our own that nobody outside can see. Made for training, and for trying everything out first."),
    "manual": _l(
        "For Facebook, Instagram, LinkedIn and groups, where we have no access of our own: when it is time, text and picture lie ready, "
        "and the one on duty copies them across."
    ),
}  # fmt: skip

#: What is asked for: (platform, field) → label and description.
FIELDS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("mastodon", "server"): (_l("The server's address"), _l("For example https://mastodon.example")),
    ("mastodon", "access_token"): (
        _l("Access token"),
        _l(
            "Made on the server under Preferences, Development, New application. Allow reading and writing. It is kept encrypted and never shown again."
        ),
    ),
    ("manual", "network"): (
        _l("Which network"),
        _l("For example Facebook, or the name of the group. It decides how long a text may be."),
    ),
}

#: What an account can do, by the abilities' names.
ABILITIES: Mapping[str, str] = {
    "publish": _l("Publish by itself"),
    "images": _l("Pictures"),
    "alt_text": _l("Descriptions of pictures"),
    "edit": _l("Correct a post that is out"),
    "delete_own": _l("Delete a post that is out"),
    "look_up": _l("Look up whether a post came out"),
    "key": _l("Recognise a post that is sent twice"),
    "read": _l("Read what people write"),
    "reply": _l("Answer comments"),
    "hide": _l("Hide comments, and show them again"),
}


def platform_name(name: str, label: str | None = None) -> str:
    """What to call a platform."""
    return label or str(NAMES.get(name) or name.title())
