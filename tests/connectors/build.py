"""Builders for what goes out: they fill in what does not matter to a test."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime

from connectors.contract import Attempt, OutgoingImage, OutgoingPost

#: A picture of one point.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def a_post(text: str = "Biblioteket held ope til klokka 19 i kveld.", *images: OutgoingImage) -> OutgoingPost:
    return OutgoingPost(text=text, language="nn", images=images)


def an_image(
    alt_text: str = "Biblioteket i kveldslys", *, content: bytes = PNG, content_type: str = "image/png"
) -> OutgoingImage:
    return OutgoingImage(content=content, content_type=content_type, alt_text=alt_text)


def an_attempt(first_tried_at: datetime) -> Attempt:
    return Attempt(key=str(uuid.uuid4()), first_tried_at=first_tried_at)
