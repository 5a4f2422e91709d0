"""Draws the pictures of the sample website: fjords, hills and houses, a different one for each number. Nobody's photograph is used."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import sin

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 675
_SKIES = (
    ((155, 196, 226), (244, 226, 205)),
    ((126, 166, 205), (247, 214, 188)),
    ((182, 208, 224), (238, 238, 226)),
    ((112, 150, 190), (231, 198, 184)),
    ((164, 202, 214), (250, 236, 210)),
)
_HILLS = ((71, 98, 104), (56, 84, 86), (44, 72, 70))
_WALLS = ((168, 54, 46), (232, 226, 214), (214, 160, 62), (74, 104, 132))


@lru_cache(maxsize=32)
def picture(number: int) -> bytes:
    """A JPEG drawing, the same for the same number."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    top, low = _SKIES[number % len(_SKIES)]
    shore = 430 + (number * 37) % 60
    for y in range(shore):
        share = y / shore
        draw.line([(0, y), (WIDTH, y)], fill=_between(top, low, share))
    draw.ellipse(_round(200 + number * 173 % 800, 130, 46), fill=(255, 244, 214))
    for layer, colour in enumerate(_HILLS):
        draw.polygon(_ridge(number, layer, shore), fill=colour)
    for y in range(shore, HEIGHT):
        share = (y - shore) / (HEIGHT - shore)
        draw.line([(0, y), (WIDTH, y)], fill=_between((92, 132, 150), (34, 66, 88), share))
    for place in range(number % 4 + 2):
        _house(draw, 120 + place * 190 + number * 41 % 90, shore, _WALLS[(place + number) % len(_WALLS)])
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _between(first: tuple[int, int, int], last: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, last, strict=True))
    return red, green, blue


def _round(x: int, y: int, radius: int) -> tuple[int, int, int, int]:
    return x - radius, y - radius, x + radius, y + radius


def _ridge(number: int, layer: int, shore: int) -> list[tuple[int, int]]:
    height = 250 - layer * 70
    tops = [
        (x, shore - round(abs(sin(x / (170 + layer * 60) + number * 1.7 + layer)) * height) - 12)
        for x in range(0, WIDTH + 20, 20)
    ]
    return [(0, shore), *tops, (WIDTH, shore)]


def _house(draw: ImageDraw.ImageDraw, x: int, shore: int, colour: tuple[int, int, int]) -> None:
    draw.rectangle((x, shore - 62, x + 92, shore), fill=colour)
    draw.polygon([(x - 8, shore - 62), (x + 46, shore - 104), (x + 100, shore - 62)], fill=(58, 52, 52))
    for window in (16, 58):
        draw.rectangle((x + window, shore - 44, x + window + 20, shore - 20), fill=(250, 232, 178))
