"""Words about posts: what is wrong with one as it is written, why it cannot be answered for, corrected or sent."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from scheduler.services.composing import Complaint
from scheduler.services.editing import PostRefusal
from scheduler.services.handing_over import HandRefusal
from scheduler.services.holding import HoldRefusal
from scheduler.services.minting import MintRefusal
from scheduler.services.pictures_by_hand import PictureRefusal
from scheduler.services.review import ReviewRefusal
from web.texts import later as _l

WORDS: Mapping[type[Enum], Mapping[Enum, str]] = {
    Complaint: {
        Complaint.NO_TEXT: _l("The post has no text for this channel. Write one."),
        Complaint.TEXT_TOO_LONG: _l("The text is too long for this channel. Shorten it, or give the channel a text of its own."),
        Complaint.NO_ALT_TEXT: _l("Describe the picture for those who cannot see it, or say that it is only decoration."),
        Complaint.ALT_TEXT_TOO_LONG: _l("The description of the picture is too long for this channel. Shorten it."),
        Complaint.PICTURE_TOO_LARGE: _l("The picture is too large for this channel. Use a smaller one."),
        Complaint.PICTURE_TYPE: _l("This channel does not take pictures of this kind. Use a JPEG or PNG picture."),
        Complaint.SOURCE_WITHDRAWN: _l("The news item behind the post is gone from the website. Decide what to do about that first."),
    },
    PostRefusal: {
        PostRefusal.TITLE_EMPTY: _l("Write a title. Only those who work here see it."),
        PostRefusal.TITLE_TOO_LONG: _l("The title is too long: write at most %(limit)s characters."),
        PostRefusal.POST_TEXT_EMPTY: _l("Write the text of the post."),
        PostRefusal.POST_TEXT_TOO_LONG: _l("The text is too long: write at most %(limit)s characters."),
        PostRefusal.POST_LANGUAGE_MALFORMED: _l("Choose one of the languages in the list."),
        PostRefusal.TOO_MANY_LANGUAGES: _l("The post has more languages than it can hold. Take one away first."),
        PostRefusal.LINK_MALFORMED: _l("The link must be a whole address that begins with https://."),
        PostRefusal.ALT_TEXT_TOO_LONG: _l("The description of the picture is too long: write at most %(limit)s characters."),
        PostRefusal.PHOTOGRAPHER_TOO_LONG: _l("The photographer's name is too long: write at most %(limit)s characters."),
        PostRefusal.UNKNOWN_PICTURE: _l("The picture is no longer with this post. Load the page again."),
        PostRefusal.LATEST_BEFORE_EARLIEST: _l("The latest time comes before the earliest. Change one of them."),
        PostRefusal.LATEST_IS_PAST: _l("The latest time has passed already. Choose a later one."),
        PostRefusal.NO_CHANNEL: _l("Choose at least one channel."),
        PostRefusal.CHANNEL_NOT_ACTIVE: _l("One of the channels is closed. Choose another."),
        PostRefusal.CHANNEL_CANCELLED: _l("The post was dropped in one of these channels, and cannot be taken up there again."),
        PostRefusal.CAMPAIGN_OVER: _l("The campaign is over. Choose another, or none."),
        PostRefusal.OWN_TEXT_TOO_LONG: _l("The channel's own text is too long: write at most %(limit)s characters."),
        PostRefusal.OWN_TEXT_WITHOUT_LANGUAGE: _l("The channel's own text is in a language that the post has not. Add the language first."),
        PostRefusal.OWN_TEXT_WITHOUT_CHANNEL: _l("There is a text for a channel that the post does not go to. Choose the channel, or take the text away."),
    },
    PictureRefusal: {
        PictureRefusal.NO_FILE: _l("Choose the file with the picture first."),
        PictureRefusal.NOT_A_PICTURE: _l("The file is not a picture we can use. Choose a JPEG, PNG, WebP or GIF picture."),
        PictureRefusal.BROKEN: _l("The picture's file is damaged. Choose another, or save the picture anew and try again."),
        PictureRefusal.TOO_LARGE: _l("The picture's file is too large: it may have at most %(megabytes)s MB. Make the picture smaller first."),
        PictureRefusal.TOO_MANY_PIXELS: _l("The picture has too many points: at most %(megapixels)s million. Make it smaller first."),
        PictureRefusal.CANNOT_FIT: _l("The picture cannot be made small enough for the channels. Choose another."),
        PictureRefusal.TOO_MANY_PICTURES: _l("The post has %(most)s pictures already, and can hold no more. Leave one out first."),
        PictureRefusal.ALREADY_THERE: _l("The post has this picture already."),
    },
    ReviewRefusal: {
        ReviewRefusal.NOTHING_TO_SCHEDULE: _l("There is nothing here to schedule. Choose at least one channel."),
        ReviewRefusal.IS_A_NOTICE: _l("A service notice gets no time: it goes out at once. Press Send now at the channel."),
        ReviewRefusal.COMMENT_MISSING: _l("Write what should be changed, so that the author knows."),
    },
    MintRefusal: {
        MintRefusal.CANNOT_CORRECT: _l("This platform does not let us correct what is out. Correct it there by hand."),
        MintRefusal.CANNOT_DELETE: _l("This platform does not let us delete what is out. Delete it there by hand."),
        MintRefusal.NOT_OUT: _l("The post is not out, so there is nothing to correct or delete there."),
        MintRefusal.ALREADY_UNDER_WAY: _l("A correction or deletion of this post is under way. Wait until it is done."),
    },
    HandRefusal: {
        HandRefusal.NOT_ASKED: _l("This post waits for no answer from you. Load the page again to see where it stands."),
        HandRefusal.ADDRESS_INVALID: _l("Paste the whole address of the post as it stands there, beginning with https://."),
    },
    HoldRefusal: {
        HoldRefusal.REASON_MISSING: _l("Write why, so that the others know."),
        HoldRefusal.HELD_ALREADY: _l("It is held back already."),
        HoldRefusal.NOT_HELD: _l("It is not held back any longer."),
    },
}  # fmt: skip
