"""What the demo proposes to try: some tasks for each role."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.domain.access import Role
from web.texts import later as _l

TASKS: Mapping[Role, tuple[str, ...]] = {
    Role.CHIEF: (
        _l(
            "Go to News, make a post from a news item, and press Schedule. See when each channel gets it, and why just then."
        ),
        _l(
            "Open the calendar and move a post to a day that has two already. You are told why not, and get the nearest lawful times."
        ),
        _l("Open the inbox, and find what is overdue: why it was due just then, who was told, and who has it now."),
        _l(
            "Open Posting rules under More, and choose one post a day. Press Show an example week, read what would move, save, and undo it afterwards."
        ),
    ),
    Role.AUTHOR: (
        _l("Write a post of your own in both written standards, and let the planner choose which of them goes out."),
        _l(
            "Correct a news item on the municipality's website, press Read it now under News, Feeds, and see what happens to its post."
        ),
        _l(
            "Wind the clock to the next sending, look at the post as a citizen sees it, and ask something under it. Find it in the inbox."
        ),
    ),
    Role.LEADER: (
        _l(
            "Find what waits for you in the queue, and send it back to its author, with a comment that says what should be changed."
        ),
        _l(
            "Try as the author, change the text and send it for approval again. Then, as leader, read the post as it will look, and approve it."
        ),
        _l(
            "Open The mail, follow the letter that you were sent to the parent's question, and answer it in nynorsk. It is late, and stays late."
        ),
    ),
    Role.SERVICE_DESK: (
        _l(
            "The water is gone in Strandgata: press Service notices, tell it, and send. Then say that it is over, with one press."
        ),
        _l(
            "Answer the angry citizen in the inbox in nynorsk, and see the answer where the citizen sees it. “Sent” is said only when it stands there."
        ),
        _l(
            "Play a citizen who asks something under a post, leave it unanswered, and wind the clock to the next reminder, until a letter tells of it. Read the mail."
        ),
        _l(
            "Answer the question from Facebook by hand: copy the answer, and press “I have answered”. Put out the post that waits by hand likewise."
        ),
    ),
    Role.ADMINISTRATOR: (
        _l(
            "Let the practice network time out after it has accepted a post, wind the clock, and see that the post went out once only."
        ),
        _l(
            "Make somebody moderator at the school. From then on that person is reminded of the school's enquiries, in place of the service desk."
        ),
        _l(
            "Add a feed by the address of any municipality's website, and look at its five newest items before you add it."
        ),
    ),
}
