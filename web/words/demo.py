"""What the demo proposes to try: three tasks for each role."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.domain.access import Role
from web.texts import later as _l

TASKS: Mapping[Role, tuple[str, str, str]] = {
    Role.CHIEF: (
        _l(
            "Go to News, make a post from a news item, and press Schedule. See when each channel gets it, and why just then."
        ),
        _l(
            "Open the calendar and move a post to a day that has two already. You are told why not, and get the nearest lawful times."
        ),
        _l("Wind the clock to the next sending, and look at the post as a citizen sees it."),
    ),
    Role.AUTHOR: (
        _l("Write a post of your own in both written standards, and let the planner choose which of them goes out."),
        _l(
            "Correct a news item on the municipality's website, press Read it now under News, Feeds, and see what happens to its post."
        ),
        _l("Take a scheduled post off its time, change the text, and schedule it again."),
    ),
    Role.LEADER: (
        _l("Find what waits for you in the queue, read the post as it will look, and approve it."),
        _l("Send a post back to its author, with a comment that says what should be changed."),
        _l("Wind the clock until the school's post is out, and withdraw it afterwards."),
    ),
    Role.SERVICE_DESK: (
        _l("Wind the clock until a post is to be put out by hand, copy the text, and press “I have posted it”."),
        _l("Do it once more, but answer that it was not posted, and see where the post waits."),
        _l("Find out on the Health page whether anything needs somebody."),
    ),
    Role.ADMINISTRATOR: (
        _l(
            "Let the practice network time out after it has accepted a post, wind the clock, and see that the post went out once only."
        ),
        _l("Add a person with a role in the library, and sign in as that person."),
        _l(
            "Add a feed by the address of any municipality's website, and look at its five newest items before you add it."
        ),
    ),
}
