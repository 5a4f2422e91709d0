"""Channels: which accounts we post to, how each fares, and everything one can do to one of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from scheduler.domain.access import Deed, may, reach
from scheduler.errors import Missing, Refused
from scheduler.queries import channels, holds, municipalities, rules
from scheduler.services import connecting, platforms, practising
from scheduler.services.connecting import Checked
from web import channel_looks, plain_rules, session, wording
from web.doors import page
from web.forms.channels import AT, ChangeForm, FaultForm, NewChannelForm, ReconnectForm, with_credentials
from web.forms.people import unit_chosen
from web.house import house
from web.words.platforms import ABILITIES, ABOUT, platform_name
from web.words.practice import FAULTS

pages = Blueprint("channels", __name__, url_prefix="/channels")

_ID = "<int(max=2147483647):channel_id>"

pages.add_app_template_global(platform_name, "platform_name")
pages.add_app_template_global(channel_looks.look, "channel_look")
pages.add_app_template_global(channel_looks.pause_reason, "pause_reason")


@page(pages, "/", may=Deed.READ)
def index() -> Any:
    """Every channel, and what holds them back."""
    found = channels.channels(session.reading(), now=session.now())
    return render_template(
        "pages/channels.html",
        channels=found,
        whole_hold=next((hold for hold in holds.open_holds(session.reading()) if hold.channel_id is None), None),
        may_hold_all=_may(Deed.HOLD, unit_id=None),
        labels=_labels(),
    )


@page(pages, "/new", may=Deed.MANAGE_CHANNELS)
def choose() -> Any:
    """Choose a platform for a new channel."""
    return render_template("pages/channel_choose.html", platforms=platforms.every(), about=ABOUT)


@page(pages, "/new/<platform_named>", may=Deed.MANAGE_CHANNELS, methods=("GET", "POST"))
def new(platform_named: str) -> Any:
    """Add a channel on that platform, and ask the platform at once who we are there."""
    platform = platforms.one(platform_named)
    form = with_credentials(NewChannelForm, platform)()
    within = reach(session.actor(), Deed.MANAGE_CHANNELS)
    units = municipalities.units(session.reading())
    form.offer([unit for unit in units if within.whole or unit.id in within.units], whole=within.whole)
    if form.accepts():
        try:
            with session.writing() as writing:
                added = connecting.add_channel(
                    writing,
                    session.actor(),
                    platform=platform.name,
                    name=form.text("name"),
                    credentials=form.credentials(),
                    house=house().gate.house,
                    now=session.now(),
                    unit_id=unit_chosen(form.text("unit")),
                    language=form.text("language") or None,
                    needs_approval=form.needs_approval.data,
                ).pk
        except Refused as refused:
            form.refuse_at_credentials(refused)
        else:
            flash(_("%(name)s has been added.", name=form.text("name").strip()), "success")
            _ask(added)
            return redirect(url_for(".show", channel_id=added), 303)
    shown = render_template("pages/channel_new.html", form=form, platform=platform, about=ABOUT)
    return shown, 422 if form.is_submitted() else 200


@page(pages, f"/{_ID}", may=Deed.READ)
def show(channel_id: int) -> Any:
    """One channel."""
    return shown(channel_id)


@page(pages, f"/{_ID}/check", may=Deed.MANAGE_CHANNELS, methods=("POST",))
def check(channel_id: int) -> Any:
    """Ask the platform now."""
    _ask(channel_id)
    return redirect(url_for(".show", channel_id=channel_id), 303)


@page(pages, f"/{_ID}/reconnect", may=Deed.MANAGE_CHANNELS, methods=("POST",))
def reconnect(channel_id: int) -> Any:
    """Other credentials, asked about at once."""
    channel = channels.channel(session.reading(), channel_id, now=session.now())
    form = with_credentials(ReconnectForm, platforms.one(channel.platform))()
    if not form.accepts():
        return shown(channel_id, reconnect_form=form)
    try:
        with session.writing() as writing:
            connecting.reconnect(
                writing,
                session.actor(),
                channel_id=channel_id,
                credentials=form.credentials(),
                house=house().gate.house,
                now=session.now(),
            )
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        form.refuse_at_credentials(refused)
        return shown(channel_id, reconnect_form=form)
    _ask(channel_id)
    return redirect(url_for(".show", channel_id=channel_id), 303)


@page(pages, f"/{_ID}/change", may=Deed.MANAGE_CHANNELS, methods=("POST",))
def change(channel_id: int) -> Any:
    """Another name, standard or rule."""
    form = ChangeForm()
    form.offer_languages()
    if not form.accepts():
        return shown(channel_id, change_form=form)
    try:
        with session.writing() as writing:
            connecting.change_channel(
                writing,
                session.actor(),
                channel_id=channel_id,
                name=form.text("name"),
                language=form.text("language") or None,
                needs_approval=bool(form.needs_approval.data),
                active=bool(form.active.data),
                now=session.now(),
            )
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        form.refuse(refused, AT)
        return shown(channel_id, change_form=form)
    flash(_("The channel has been changed."), "success")
    return redirect(url_for(".show", channel_id=channel_id), 303)


@page(pages, f"/{_ID}/pause", may=Deed.MANAGE_CHANNELS, methods=("POST",))
def pause(channel_id: int) -> Any:
    """Let it rest."""
    with session.writing() as writing:
        connecting.pause(writing, session.actor(), channel_id=channel_id, now=session.now())
    flash(_("The channel is paused. Nothing goes out there until you start it again."), "success")
    return redirect(url_for(".show", channel_id=channel_id), 303)


@page(pages, f"/{_ID}/resume", may=Deed.MANAGE_CHANNELS, methods=("POST",))
def resume(channel_id: int) -> Any:
    """Let it send again."""
    with session.writing() as writing:
        connecting.resume(writing, session.actor(), channel_id=channel_id, now=session.now())
    flash(_("The channel runs again."), "success")
    return redirect(url_for(".show", channel_id=channel_id), 303)


@page(pages, f"/{_ID}/fault", may=Deed.MANAGE_CHANNELS, methods=("POST",))
def misbehave(channel_id: int) -> Any:
    """For training: how the practice network meets the next calls."""
    form = FaultForm.of(_practice(channel_id).fault)
    if not form.accepts():
        return shown(channel_id, fault_form=form)
    try:
        with session.writing() as writing:
            practising.misbehave(
                writing,
                session.actor(),
                channel_id=channel_id,
                fault=form.chosen(),
                times=form.times.data,
                house=house().gate.house,
                now=session.now(),
            )
    except Refused as refused:
        if wording.is_denial(refused):
            raise
        form.refuse(refused, AT)
        return shown(channel_id, fault_form=form)
    flash(_("From now on: %(fault)s.", fault=_in_sentence(str(FAULTS[form.chosen()]))), "success")
    return redirect(url_for(".show", channel_id=channel_id), 303)


def shown(
    channel_id: int,
    *,
    reconnect_form: Any = None,
    change_form: ChangeForm | None = None,
    fault_form: FaultForm | None = None,
) -> Any:
    """The page of one channel, with the form that something was wrong in."""
    channel = channels.channel(session.reading(), channel_id, now=session.now())
    platform = platforms.one(channel.platform)
    practice = _practice_if_any(channel)
    kept = rules.of_channel(session.reading(), channel_id)
    blank = with_credentials(ReconnectForm, platform)
    text = render_template(
        "pages/channel.html",
        channel=channel,
        platform=platform,
        now=session.now(),
        abilities=platforms.abilities(session.reading(), channel_id),
        ability_names=ABILITIES,
        rules=plain_rules.sentences(
            kept.rules, days_out=rules.days_out(session.reading(), now=session.now(), channel_id=channel_id)
        ),
        own_rules=kept.own,
        hold=next((each for each in holds.open_holds(session.reading()) if each.channel_id == channel_id), None),
        whole_hold=next((each for each in holds.open_holds(session.reading()) if each.channel_id is None), None),
        manages=_may(Deed.MANAGE_CHANNELS, unit_id=channel.unit_id),
        may_hold=_may(Deed.HOLD, unit_id=channel.unit_id),
        may_change_rules=_may(Deed.MANAGE_RULES, unit_id=channel.unit_id),
        reconnect_form=reconnect_form or blank(formdata=None),
        change_form=change_form or ChangeForm.of(channel, formdata=None),
        practice=practice,
        fault_form=fault_form or (FaultForm.of(practice.fault, formdata=None) if practice else None),
        fault_names=FAULTS,
    )
    return text, 422 if request.method == "POST" else 200


def _practice(channel_id: int) -> practising.PracticeChannel:
    return practising.channel(session.reading(), channel_id=channel_id, house=house().gate.house)


def _practice_if_any(channel: channels.ChannelRow) -> practising.PracticeChannel | None:
    """Its account on the practice network; None where it has none, or where the network cannot be reached."""
    if channel.platform != "practice":
        return None
    try:
        return _practice(channel.id)
    except (Missing, Refused):
        return None


def _ask(channel_id: int) -> None:
    """Ask the platform, and tell what it answered."""
    session.stop_reading()
    gate = house().gate
    told = connecting.check(
        house().db,
        session.actor(),
        municipality_id=session.municipality().id,
        channel_id=channel_id,
        http=gate.http,
        clock=gate.clock,
        house=gate.house,
    )
    flash(*_answer(told))


def _answer(told: Checked) -> tuple[str, str]:
    if told.code is None:
        if told.remote_name:
            return _("Checked: it is connected as %(name)s.", name=told.remote_name), "success"
        return _("Checked: all is in order."), "success"
    sentence = channel_looks.pause_reason(told.code)
    if told.said:
        sentence = _("%(sentence)s The platform said: “%(said)s”", sentence=sentence, said=told.said)
    return _("The check did not succeed. %(reason)s", reason=sentence), "danger" if told.paused else "warning"


def _may(deed: Deed, *, unit_id: int | None) -> bool:
    return may(session.actor(), deed, municipality_id=session.municipality().id, unit_id=unit_id)


def _labels() -> dict[str, str]:
    return {each.name: platform_name(each.name, each.label) for each in platforms.every()}


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
