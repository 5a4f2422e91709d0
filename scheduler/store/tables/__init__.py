"""The tables, by noun. They only store; what comes here is already checked.

Importing this module makes the metadata whole: migrations and tests compare against it.
"""

from scheduler.store.tables.base import METADATA, Row
from scheduler.store.tables.channels import Channel, Hold, OwnDays, PostingRulesRow
from scheduler.store.tables.deliveries import Delivery, DeliveryContent
from scheduler.store.tables.feeds import Feed, FeedItem, FeedItemVersion
from scheduler.store.tables.history import AuditEvent, Heartbeat
from scheduler.store.tables.municipalities import Municipality, Unit
from scheduler.store.tables.people import GrantRow, Person, SignInFailure
from scheduler.store.tables.planning import CalendarFeed, MovedPost, ServiceNotice
from scheduler.store.tables.posts import (
    Approval,
    Campaign,
    Media,
    Post,
    PostMedia,
    PostText,
    Publication,
    PublicationText,
    Slot,
)
from scheduler.store.tables.talk import Comment, CommentVersion, Enquiry, Listening, Reminder, Reply, Thread

__all__ = [
    "METADATA",
    "Approval",
    "AuditEvent",
    "CalendarFeed",
    "Campaign",
    "Channel",
    "Comment",
    "CommentVersion",
    "Delivery",
    "DeliveryContent",
    "Enquiry",
    "Feed",
    "FeedItem",
    "FeedItemVersion",
    "GrantRow",
    "Heartbeat",
    "Hold",
    "Listening",
    "Media",
    "MovedPost",
    "Municipality",
    "OwnDays",
    "Person",
    "Post",
    "PostMedia",
    "PostText",
    "PostingRulesRow",
    "Publication",
    "PublicationText",
    "Reminder",
    "Reply",
    "Row",
    "ServiceNotice",
    "SignInFailure",
    "Slot",
    "Thread",
    "Unit",
]
