"""The pages, as a table: each module's blueprint is called `pages` there. A new module is a line or two here.

A blueprint is named as its navigation entry (see web/navigation.py), its front view is `index`, its `url_prefix` what stands after
/<slug>, and its views are made with `web.doors.page`.
"""

from __future__ import annotations

from flask import Blueprint

from web.pages.about import pages as about
from web.pages.calendar import pages as calendar
from web.pages.calendarfeeds import pages as calendarfeeds
from web.pages.channels import pages as channels
from web.pages.enquiry import pages as enquiry
from web.pages.enquirydeeds import pages as enquirydeeds
from web.pages.feeds import pages as feeds
from web.pages.health import machine
from web.pages.health import pages as health
from web.pages.holding import pages as holding
from web.pages.inbox import pages as inbox
from web.pages.ledger import pages as ledger
from web.pages.media import pages as media
from web.pages.moving import pages as moving
from web.pages.news import pages as news
from web.pages.notices import pages as notices
from web.pages.own import pages as own
from web.pages.people import pages as people
from web.pages.postdeeds import pages as postdeeds
from web.pages.posts import pages as posts
from web.pages.practice import outside as practice_posts
from web.pages.practice import pages as practice
from web.pages.queue import pages as queue
from web.pages.rules import pages as rules
from web.pages.signin import pages as signin
from web.pages.start import pages as start

#: Pages of the installation itself, without a municipality.
OF_THE_INSTALLATION: tuple[Blueprint, ...] = (start, machine, practice_posts)

#: Pages under /<slug>/.
IN_A_MUNICIPALITY: tuple[Blueprint, ...] = (
    signin,
    queue,
    inbox,
    enquiry,
    enquirydeeds,
    calendar,
    calendarfeeds,
    moving,
    posts,
    postdeeds,
    media,
    news,
    feeds,
    ledger,
    notices,
    own,
    people,
    health,
    channels,
    rules,
    holding,
    practice,
    about,
)
