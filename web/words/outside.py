"""Words for the plain codes that connectors and pulls report: what happened out there, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from web.texts import later as _l

WORDS: Mapping[str, str] = {
    "unknown": _l("Something failed that we have no words for. Tell those who run the service, and name the time."),
    # What any connector may meet
    "address_invalid": _l("The address is not one that can be fetched. Check that it is whole and begins with https://."),
    "address_private": _l("The address leads into a closed network, and is not fetched. Use the public address."),
    "broken_answer": _l("The answer from there could not be read. We try again."),
    "broken_off": _l("The answer was broken off before it was whole."),
    "credential_malformed": _l("One of the values does not have the form it should. Copy it again."),
    "credential_missing": _l("Something is missing to connect the account. Fill in every field."),
    "gone": _l("What we looked for is no longer there."),
    "http_error": _l("The server answered with an error. We try again; if it goes on, tell those who run that server."),
    "no_answer": _l("There was no answer. We look there before anything is sent again."),
    "not_allowed": _l("The account may not do this there. Look at its settings on the platform."),
    "rate_limited": _l("The platform asks us to wait before we send more. We go on when it lets us."),
    "refused": _l("The platform did not accept this post. Look at what it said, change the text, and try again."),
    "request_invalid": _l("The account's key holds signs that cannot be sent. Connect the account again."),
    "cannot_listen": _l("Comments cannot be collected from this channel."),
    "server_error": _l("The platform has trouble of its own. We try again."),
    "timed_out": _l("There was no answer in time."),
    "tls_failed": _l("The server's certificate is not in order. Tell those who run that server."),
    "token_dead": _l("The platform no longer accepts our access. Connect the account again."),
    "too_large": _l("The answer was larger than we accept."),
    "too_many_redirects": _l("The address sends us on in a ring. Use the address where the page really is."),
    "unknown_platform": _l("We do not know this platform. Choose one from the list."),
    "unreachable": _l("The server could not be reached. We try again."),
    # The engine
    "cannot_hide": _l("The account can no longer hide comments there. Look at the channel's page."),
    "cannot_reply": _l("The account can no longer answer there. Look at the channel's page."),
    "mail_off": _l("Mail is turned off. Tell those who run the service; reminders stand on the pages."),
    "answered_there": _l("It was not sent, since somebody had answered on the platform meanwhile."),
    "nobody_answered": _l("Nobody said whether the post came out, so it counts as failed."),
    "worker_lost": _l("The program stopped while it was sending. We look there before anything is sent again."),
    # Why a post cannot go out as it is
    "alt_too_long": _l("The description of the picture is too long for this channel. Shorten it."),
    "empty": _l("There is nothing in it."),
    "image_too_large": _l("The picture is too large for this channel. Use a smaller one."),
    "image_type": _l("This channel does not take pictures of this kind. Use a JPEG or PNG picture."),
    "too_long": _l("The text is too long for this channel. Shorten it."),
    "too_many_images": _l("There are more pictures than this channel takes. Take some away."),
    # Pictures
    "broken": _l("The picture's file is damaged. Use another."),
    "cannot_fit": _l("The picture cannot be made small enough for this channel. Use another."),
    "not_a_picture": _l("This is not a picture we can use. Use a JPEG, PNG, WebP or GIF picture."),
    "too_many_pixels": _l("The picture has more points than we accept. Make it smaller first."),
    # Feeds, and what was wrong with single items
    "doctype": _l("The feed holds a declaration that can do harm, and was not read. Ask those who run the website to take it out."),
    "not_a_feed": _l("There is a page here, but no feed of news. Try the address of the page that lists the news."),
    "too_complex": _l("The feed is built so that reading it could do harm, and was not read. Ask those who run the website."),
    "unreadable": _l("The feed is damaged and could not be read. Ask those who run the website."),
    "date_unreadable": _l("Its date could not be read. We use the time when we first saw it."),
    "duplicate": _l("It stands in the feed twice. The newest was kept."),
    "guid_shared": _l("It has the same mark as another item. The address tells them apart."),
    "link_not_web": _l("It leads to no page on the web, and was left out."),
    "no_link": _l("It has no link, and was left out."),
    "no_title": _l("It has neither title nor text, and was left out."),
    "summary_cut": _l("Its introduction was very long, and was cut."),
    "title_cut": _l("Its title was very long, and was cut."),
    "title_from_text": _l("It had no title. We took one from its text."),
    "too_many": _l("The feed has more items than we read. The oldest were left out."),
    # Single connectors
    "by_hand": _l("This channel is served by hand: a person posts, and tells us."),
    "cannot_tell": _l("We cannot look this up there. A person must say whether the post is out."),
    "not_mastodon": _l("This server does not answer like Mastodon. Check the address."),
    "account_disabled": _l("The account is closed on the platform. Look at it there."),
    "picture_not_ready": _l("The platform was not done with the picture. We try again."),
    "picture_used": _l("The platform had already used the picture for another post. We send it again."),
    "scope_missing": _l("The account's access does not cover posting. Connect the account again, and allow posting."),
    # Mail
    "mail_address_invalid": _l("This is not an e-mail address that can be written to. Correct it on the person's page."),
    "mail_busy": _l("The mail server asks us to wait. We try again."),
    "mail_login_refused": _l("The mail server does not accept our name and password. Tell those who run the service; the letter waits."),
    "mail_not_safe": _l("The mail server offers no safe way to sign in. Tell those who run the service; the letter waits."),
    "mail_refused": _l("The mail server does not take this letter. Check the person's e-mail address."),
    "mail_sender_refused": _l("The mail server takes no letters from us. Tell those who run the service; the letter waits."),
    "practice_file": _l("The practice network's file cannot be used. Tell those who run the service."),
}  # fmt: skip
