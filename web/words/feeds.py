"""Words about news from the website: feeds that cannot be read, items that were left out, and what happened to an item after its post."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.domain.feeditems import Change, Standing
from scheduler.queries.feeds import Which
from scheduler.services.drafting import DraftRefusal, PictureNote
from scheduler.services.ingestion import FeedRefusal, PullProblem
from scheduler.services.sources import SourceRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum] | str, Mapping[Enum | str, str]] = {
    # A page touches no tables, so this enum is named rather than imported.
    "scheduler.store.tables.posts.SourceFlag": {
        "changed": _l("The news item has been changed on the website"),
        "withdrawn": _l("The news item is gone from the website"),
    },
    Change: {
        Change.TITLE: _l("the title"),
        Change.SUMMARY: _l("the introduction"),
        Change.LINK: _l("the address"),
        Change.IMAGE: _l("the picture"),
    },
    Standing: {
        Standing.THERE: _l("On the website"),
        Standing.WATCHED: _l("May be gone from the website: we look again"),
        Standing.WITHDRAWN: _l("Gone from the website"),
    },
    Which: {
        Which.NEW: _l("New"),
        Which.WITH_POST: _l("With a post"),
        Which.SET_ASIDE: _l("Set aside"),
        Which.WITHDRAWN: _l("Gone from the website"),
        Which.ALL: _l("All"),
    },
    DraftRefusal: {
        DraftRefusal.ITEM_WITHDRAWN: _l("The news item is gone from the website, so no post was made of it."),
    },
    PictureNote: {
        PictureNote.PAGE_UNREAD: _l("The news page could not be read, so the post has no picture yet."),
        PictureNote.NO_PICTURE: _l("The news item has no picture."),
        PictureNote.PICTURE_UNREAD: _l("The picture could not be fetched. Add one by hand if the post needs it."),
        PictureNote.PICTURE_UNUSABLE: _l("The file on the news page is not a picture we can use. Add one by hand."),
    },
    SourceRefusal: {
        SourceRefusal.NOTHING_TO_ANSWER: _l("There is nothing to answer here any longer. Load the page again."),
    },
    FeedRefusal: {
        FeedRefusal.FEED_ADDRESS_INVALID: _l("Write the whole address of a page on the website, such as https://www.fjordvik.example."),
        FeedRefusal.FEED_ADDRESS_TAKEN: _l("This feed is here already."),
        FeedRefusal.FEED_TITLE_EMPTY: _l("Write a name for the feed."),
        FeedRefusal.FEED_TITLE_TOO_LONG: _l("The name is too long: write at most %(limit)s characters."),
    },
    PullProblem: {
        PullProblem.ADDRESS_INVALID: _l("The address is not one that can be fetched. Check that it is whole and begins with https://."),
        PullProblem.ADDRESS_PRIVATE: _l("The address leads into a closed network, and is not fetched. Use the public address."),
        PullProblem.UNREACHABLE: _l("The website could not be reached. Check the address; we go on trying."),
        PullProblem.TLS_FAILED: _l("The website's certificate is not in order. Tell those who run the website."),
        PullProblem.TIMED_OUT: _l("The website did not answer in time. We try again."),
        PullProblem.BROKEN_OFF: _l("The website broke off its answer. We try again."),
        PullProblem.TOO_MANY_REDIRECTS: _l("The address sends us on in a ring. Use the address where the page really is."),
        PullProblem.TOO_LARGE: _l("The feed is larger than we accept. Ask those who run the website to shorten it."),
        PullProblem.BROKEN_ANSWER: _l("The answer from the website could not be read. We try again."),
        PullProblem.PAGE_GONE: _l("There is no longer a feed at this address. Find the new address, and add it."),
        PullProblem.PAGE_FORBIDDEN: _l("The website does not let us read the feed. Ask those who run the website to let us in."),
        PullProblem.HTTP_ERROR: _l("The website answered with an error. We try again."),
        PullProblem.EMPTY: _l("The answer was empty. If it stays so, ask those who run the website."),
        PullProblem.NOT_A_FEED: _l("There is a page here, but no feed of news. Try the address of the page that lists the news."),
        PullProblem.DOCTYPE: _l("The feed holds a declaration that can do harm, and was not read. Ask those who run the website to take it out."),
        PullProblem.TOO_COMPLEX: _l("The feed is built so that reading it could do harm, and was not read. Ask those who run the website."),
        PullProblem.UNREADABLE: _l("The feed is damaged and could not be read. Ask those who run the website."),
    },
}  # fmt: skip
