"""The form for a service notice: what, where, until when and a link; in which standard, and in which channels."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from uuid import UUID, uuid4

from flask_babel import gettext as _
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField, URLField
from wtforms.validators import ValidationError

from scheduler.domain.notices import LONGEST_PLACE, LONGEST_UNTIL, LONGEST_WHAT, WRITTEN_IN, Notice
from scheduler.queries.notices import Where
from scheduler.services import notices
from scheduler.services.editing import PostRefusal
from scheduler.services.notices import NoticeRefusal
from web import session
from web.forms.base import Form, NotBlank, at_most, needed
from web.languages import WRITTEN
from web.texts import later as _l

#: Where a refusal is shown.
AT: dict[Enum, str] = {
    NoticeRefusal.WHAT_MISSING: "what",
    NoticeRefusal.WHAT_TOO_LONG: "what",
    NoticeRefusal.PLACE_TOO_LONG: "place",
    NoticeRefusal.UNTIL_TOO_LONG: "until",
    NoticeRefusal.LANGUAGE_UNKNOWN: "language",
    NoticeRefusal.NO_CHANNEL: "channel",
    NoticeRefusal.CHANNELS_PAUSED: "channel",
    NoticeRefusal.HELD: "channel",
    PostRefusal.CHANNEL_NOT_ACTIVE: "channel",
    PostRefusal.LINK_MALFORMED: "link",
}


class NoticeForm(Form):
    """Four fields to fill in; the rest is chosen already. `key`: sent twice, the form is one notice."""

    what = TextAreaField(
        _l("What has happened"),
        [NotBlank(_l("Write what has happened.")), at_most(LONGEST_WHAT)],
        description=_l("In your own words, such as “The water is gone”."),
    )
    place = StringField(_l("Where"), [at_most(LONGEST_PLACE)], description=_l("Such as “in Strandgata”."))
    until = StringField(_l("Until when"), [at_most(LONGEST_UNTIL)], description=_l("Such as “about 16:00”."))
    link = URLField(_l("Link"), description=_l("Where people can read more."))
    language = RadioField(
        _l("Written in"),
        [needed(_l("Choose bokmål or nynorsk."))],
        choices=[(code, WRITTEN[code]) for code in WRITTEN_IN],
    )
    channel = SelectMultipleField(
        _l("Goes out in"), [needed(_l("Choose at least one channel."))], coerce=int, validate_choice=False
    )
    key = HiddenField()

    @classmethod
    def blank(cls, offered: Sequence[Where]) -> NoticeForm:
        """The form as it is opened: all channels that are open, in the standard they keep to or else the municipality's own."""
        keeps_to = {each.language for each in offered if each.open}
        own = session.municipality().language
        fixed = keeps_to.pop() if len(keeps_to) == 1 else None
        form = cls(
            formdata=None,
            language=fixed or (own if own in WRITTEN_IN else WRITTEN_IN[0]),
            channel=[each.id for each in offered if each.open],
            key=str(uuid4()),
        )
        form.offer(offered)
        return form

    def offer(self, offered: Sequence[Where]) -> None:
        """Fill the list."""
        self.offered = {each.id for each in offered}
        self.channel.choices = [(each.id, each.channel) for each in offered]

    def validate_channel(self, field: SelectMultipleField) -> None:
        """One of those that are offered; WTForms says this in a language of its own."""
        if not set(field.data or []) <= self.offered:
            raise ValidationError(_("Choose from the list."))

    def notice(self) -> Notice:
        """What was typed, as far as it goes."""
        return notices.tidied(
            what=self.text("what"),
            place=self.text("place"),
            until=self.text("until"),
            link=self.text("link"),
            language=self.text("language") or WRITTEN_IN[0],
        )

    def sent_as(self) -> str | None:
        """The form's key; None for one that no page of ours has given."""
        try:
            return str(UUID(self.text("key")))
        except ValueError:
            return None

    def channel_ids(self) -> list[int]:
        """The channels that are chosen."""
        return list(self.channel.data or [])


class OverForm(Form):
    """How it is now, for whoever wants to say more than that it is over."""

    words = TextAreaField(
        _l("How is it now?"),
        [at_most(LONGEST_WHAT)],
        description=_l("Such as “The water is back”. It stands first, with the time."),
    )
