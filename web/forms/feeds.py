"""The forms about feeds: a page to look behind, and the feed that was found there."""

from __future__ import annotations

from enum import Enum

from wtforms import HiddenField, SelectField, StringField, URLField
from wtforms.validators import ValidationError

from scheduler.queries.municipalities import UnitView
from scheduler.services.ingestion import LONGEST_TITLE, FeedRefusal, PullProblem
from web.forms.base import Form, NotBlank, at_most
from web.forms.people import unit_choices
from web.texts import later as _l
from web.wording import words

#: Where a refusal about a feed is shown. Whatever is wrong with the address is shown at the address.
AT: dict[Enum, str] = {
    FeedRefusal.FEED_ADDRESS_INVALID: "address",
    FeedRefusal.FEED_ADDRESS_TAKEN: "address",
    FeedRefusal.FEED_TITLE_EMPTY: "title",
    FeedRefusal.FEED_TITLE_TOO_LONG: "title",
    **dict.fromkeys(PullProblem, "address"),
}


class LookForm(Form):
    """The address of any page of the website."""

    address = URLField(
        _l("The address of your website, or of the page with the news"),
        [NotBlank(_l("Write the address of a page.")), at_most(2000)],
        description=_l("Any page will do. We look for the feeds behind it."),
    )

    def validate_address(self, field: URLField) -> None:
        """One address, not a sentence: nothing is looked up that cannot be a host."""
        if len((field.data or "").split()) > 1:
            raise ValidationError(words(FeedRefusal.FEED_ADDRESS_INVALID))


class AddForm(Form):
    """A feed that was found, with the name it shall have here."""

    address = HiddenField()
    site = HiddenField()
    title = StringField(_l("Name here"), [NotBlank(_l("Write a name for the feed.")), at_most(LONGEST_TITLE)])
    #: Not asked where there are no units.
    unit = SelectField(
        _l("Whose news is it?"), default="", description=_l("A unit's news goes to the unit's channels.")
    )

    def offer(self, units: tuple[UnitView, ...]) -> None:
        """Fill the list."""
        self.unit.choices = unit_choices(units)


class ChangeForm(Form):
    """Another name for a feed."""

    title = StringField(_l("Name here"), [NotBlank(_l("Write a name for the feed.")), at_most(LONGEST_TITLE)])
