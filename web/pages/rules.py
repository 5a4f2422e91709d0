"""Posting rules: what holds now, in plain words, and changing it for all channels or for one; days taken out, and campaigns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.access import Deed, may
from scheduler.domain.outlook import example_week
from scheduler.domain.people import tidy_name
from scheduler.domain.posting_rules import PostingRules, kept_in
from scheduler.errors import Refused
from scheduler.queries import rules as shown
from scheduler.queries.rules import Whose
from scheduler.services import campaigns, rules, taking_back
from scheduler.services.rules import Changed, RulesRefusal
from web import filters, plain_rules, session, wording
from web.doors import page
from web.forms.rules import CampaignForm, OwnDaysForm, RulesForm
from web.ids import row_id_or_none
from web.pages import undoing
from web.pages.undoing import Undo
from web.words.rules import INVENTED, TURNS

pages = Blueprint("rules", __name__, url_prefix="/rules")

pages.add_app_template_global(plain_rules.span, "span_of_days")

_ID = "<int(max=2147483647):{}>"
#: Where what was done is told. Named, since a browser else keeps the place that the form was sent to, and that lies further down.
TOP = "top"


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """What holds now, for all channels and for each."""
    return _index()


@page(pages, "/edit", may=Deed.MANAGE_RULES, methods=("GET", "POST"))
def edit() -> Any:
    """The municipality's rules."""
    return _edit(None)


@page(pages, f"/channels/{_ID.format('channel_id')}", may=Deed.MANAGE_RULES, methods=("GET", "POST"))
def channel(channel_id: int) -> Any:
    """One channel's own rules."""
    found = next((each for each in shown.whose(session.reading()) if each.id == channel_id), None)
    return _edit(found) if found is not None else abort(404)


@page(pages, f"/channels/{_ID.format('channel_id')}/drop", may=Deed.MANAGE_RULES, methods=("POST",))
def drop(channel_id: int) -> Any:
    """Let the channel keep the municipality's rules again."""
    with session.writing() as writing:
        changed = rules.drop_channel_rules(
            writing, session.actor(), channel_id, now=session.now(), all_the_same=_pressed_again()
        )
    return _done(_("The channel keeps the rules for all channels now."), changed)


@page(pages, "/own-days", may=Deed.MANAGE_RULES, methods=("POST",))
def add_own_days() -> Any:
    """Take days out."""
    form = _own_days_form()
    period = form.period()
    name, today = tidy_name(form.text("days_name")), filters.today()
    first, last = period or (today, today)
    form.tell(
        rules.own_days_faults(name, first, last, today=today),
        limit=rules.LONGEST_NAME,
        most=rules.MOST_OWN_DAYS,
        years=rules.FARTHEST_YEARS,
    )
    if form.errors or period is None:
        return _index(own_days_form=form)
    try:
        with session.writing() as writing:
            changed = rules.add_own_days(
                writing,
                session.actor(),
                channel_id=row_id_or_none(form.text("for_channel")),
                name=name,
                first_day=first,
                last_day=last,
                now=session.now(),
                all_the_same=_pressed_again(),
            )
    except Refused as refused:
        return _index(own_days_form=form, refused=_not_denied(refused))
    return _done(_("Nothing is placed by itself then: %(days)s.", days=plain_rules.span(first, last)), changed)


@page(pages, f"/own-days/{_ID.format('own_days_id')}/remove", may=Deed.MANAGE_RULES, methods=("POST",))
def remove_own_days(own_days_id: int) -> Any:
    """Let posts be placed on them again."""
    with session.writing() as writing:
        changed = rules.remove_own_days(writing, session.actor(), own_days_id, now=session.now())
    return _done(_("Posts may be placed on these days again."), changed)


@page(pages, "/campaigns", may=Deed.MANAGE_RULES, methods=("POST",))
def add_campaign() -> Any:
    """A new campaign."""
    form = CampaignForm()
    days = form.days()
    form.tell(campaigns.faults(session.reading(), form.text("campaign_name"), days), **_campaign_limits())
    if form.errors or days is None:
        return _index(campaign_form=form)
    with session.writing() as writing:
        campaigns.add_campaign(
            writing, session.actor(), name=form.text("campaign_name"), apart_days=days, now=session.now()
        )
    flash(_("“%(name)s” has been added.", name=tidy_name(form.text("campaign_name"))), "success")
    return redirect(url_for(".index", _anchor=TOP), 303)


@page(pages, f"/campaigns/{_ID.format('campaign_id')}", may=Deed.MANAGE_RULES, methods=("GET", "POST"))
def campaign(campaign_id: int) -> Any:
    """Another name or distance."""
    found = shown.campaign(session.reading(), campaign_id)
    form = CampaignForm.of(found)
    if request.method == "POST":
        days, name = form.days(), form.text("campaign_name")
        form.tell(campaigns.faults(session.reading(), name, days, but=campaign_id), **_campaign_limits())
        if not form.errors and days is not None:
            return _change_campaign(campaign_id, name=name, apart_days=days, active=found.active)
    return render_template(
        "pages/rules_campaign.html", campaign=found, form=form
    ), 422 if request.method == "POST" else 200


@page(
    pages, f"/campaigns/{_ID.format('campaign_id')}/<any(end, begin):which>", may=Deed.MANAGE_RULES, methods=("POST",)
)
def turn_campaign(campaign_id: int, which: str) -> Any:
    """End it, or begin it again."""
    found = shown.campaign(session.reading(), campaign_id)
    return _change_campaign(campaign_id, name=found.name, apart_days=found.apart_days, active=which == "begin")


@page(pages, f"/take-back/{_ID.format('event_id')}", may=Deed.MANAGE_RULES, methods=("POST",))
def take_back(event_id: int) -> Any:
    """Undo a change that was just made."""
    with session.writing() as writing:
        changed = taking_back.take_back(writing, session.actor(), event_id, now=session.now())
    return _done(_("It is as it was before."), changed)


def _index(
    *,
    own_days_form: OwnDaysForm | None = None,
    campaign_form: CampaignForm | None = None,
    refused: Refused | None = None,
) -> Any:
    reading = session.reading()
    whole = shown.set_for(reading, None)
    days_out = shown.days_out(reading, now=session.now())
    every = shown.campaigns(reading)
    channels = shown.whose(reading)
    text = render_template(
        "pages/rules.html",
        whole=whole,
        sentences=plain_rules.sentences(whole.rules),
        channels=channels,
        own_sentences={each: plain_rules.sentences(held) for each, held in shown.of_own(reading).items()},
        days_out=days_out,
        campaigns=every,
        campaign_sentence=plain_rules.campaign,
        own_days_form=own_days_form or _own_days_form(formdata=None),
        campaign_form=campaign_form or CampaignForm(formdata=None, apart_days=2),
        refused=wording.reasons(refused) if refused else (),
        may_change=_may(None),
        changeable={each.id for each in channels if _may(each.unit_id)} | ({None} if _may(None) else set()),
    )
    return text, 422 if request.method == "POST" else 200


def _edit(whose: Whose | None) -> Any:
    """The form for one channel or (None) for all; with an example of what was typed, and what saving it would move."""
    if not _may(whose.unit_id if whose else None):
        abort(403)
    channel_id = whose.id if whose else None
    standing = shown.set_for(session.reading(), channel_id)
    form = RulesForm.of(standing.rules, fixed=whose is not None and whose.language is not None)
    typed = form.rules(standing.rules) if request.method == "POST" else standing.rules
    refused: Refused | None = None
    would_move: int | None = None
    if request.method == "POST" and typed is not None:
        if request.form.get("do") != "example":
            try:
                with session.writing() as writing:
                    changed = rules.save_rules(
                        writing,
                        session.actor(),
                        channel_id=channel_id,
                        rules=typed,
                        now=session.now(),
                        all_the_same=_pressed_again(),
                    )
            except Refused as problem:
                refused = _not_denied(problem)
            else:
                name = whose.name if whose else None
                return _done(
                    _("The rules for %(name)s are saved.", name=name) if name else _("The rules are saved."), changed
                )
        with session.writing() as writing:
            would_move = rules.rehearse_rules(
                writing, session.actor(), channel_id=channel_id, rules=typed, now=session.now()
            )
    channels = shown.whose(session.reading())
    text = render_template(
        "pages/rules_edit.html",
        whose=whose,
        standing=standing,
        form=form,
        turns=TURNS,
        refused_sentences=wording.reasons(refused) if refused else (),
        again=refused is not None and RulesRefusal.NO_PLACE_LEFT in refused.codes,
        would_move=would_move,
        channels=channels,
        **_example(typed or standing.rules, whose, channels),
    )
    return text, 422 if request.method == "POST" and (typed is None or refused) else 200


def _example(typed: PostingRules, whose: Whose | None, channels: tuple[Whose, ...]) -> dict[str, Any]:
    """Next week in the channel, or in the first that keeps the rules for all."""
    among = whose or next((each for each in channels if not each.own and each.language is None), None)
    today = filters.today()
    week = example_week(
        kept_in(typed, among.language if among else None),
        monday=today + timedelta(days=7 - today.weekday()),
        channel_id=among.id if among else 0,
        language=among.language if among else None,
    )
    days_out = [
        each
        for each in shown.days_out(session.reading(), now=session.now())
        if each.channel_id in {None, among.id if among else None}
    ]
    return {
        "week": week,
        "titles": INVENTED,
        "example_in": among.name if among else None,
        "days_named": {
            each.first_day + timedelta(days=number): each.name
            for each in days_out
            for number in range((each.last_day - each.first_day).days + 1)
        },
        "would_hold": plain_rules.sentences(
            kept_in(typed, whose.language if whose else None),
            days_out=[each for each in days_out if whose or each.channel_id is None],
            campaigns=shown.campaigns(session.reading()),
        ),
    }


def _change_campaign(campaign_id: int, *, name: str, apart_days: int, active: bool) -> Any:
    with session.writing() as writing:
        changed = campaigns.change_campaign(
            writing,
            session.actor(),
            campaign_id,
            name=name,
            apart_days=apart_days,
            active=active,
            now=session.now(),
        )
    return _done(_("“%(name)s” is changed.", name=tidy_name(name)), changed)


def _done(text: str, changed: Changed) -> Any:
    """Tell what was done and what it moved, and offer to take it back."""
    address = url_for(".take_back", event_id=changed.event_id)
    undoing.offer(Undo(text=_told(text, changed), address=address))
    return redirect(url_for(".index", _anchor=TOP), 303)


def _told(text: str, changed: Changed) -> str:
    if not changed.moved:
        return text
    moved = ngettext(
        "%(num)s post had to give up its time for it; see where it stands now in the calendar.",
        "%(num)s posts had to give up their times for it; see where they stand now in the calendar.",
        changed.moved,
    )
    return f"{text} {moved}"


def _own_days_form(**more: Any) -> OwnDaysForm:
    form = OwnDaysForm(**more)
    form.offer([each for each in shown.whose(session.reading()) if _may(each.unit_id)], whole=_may(None))
    return form


def _campaign_limits() -> dict[str, object]:
    return {"limit": campaigns.LONGEST_NAME, "most": campaigns.MOST_DAYS_APART}


def _pressed_again() -> bool:
    """Whether the person has been told that nothing could be placed then, and means it."""
    return request.form.get("all_the_same") == "yes"


def _not_denied(refused: Refused) -> Refused:
    """The refusal, to be shown in the form; a missing permission is no matter for the form."""
    if wording.is_denial(refused):
        raise refused
    return refused


def _may(unit_id: int | None) -> bool:
    return may(session.actor(), Deed.MANAGE_RULES, municipality_id=session.municipality().id, unit_id=unit_id)
