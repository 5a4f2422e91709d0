"""Whether some bytes are a picture, and how it fits where it is going.

Decides by decoding, never by name or label. What leaves this module was encoded here: no place, camera, name or thumbnail from the
original comes along. Knows no platform and no network. An animated picture becomes its first frame.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 40_000_000
MOST_BYTES = 20_000_000
#: Pillow's name for a format, and the media type that goes with it. SVG is a program, not a picture.
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
_FORMATS = {media_type: name for name, media_type in TYPES.items()}
_QUALITIES = (88, 80, 70)
_SMALLEST_SIDE = 64
#: All that Pillow's readers have been seen to raise on broken files.
_BREAKAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    struct.error,
    zlib.error,
    MemoryError,
)


class PictureError(Exception):
    """No picture to use. Codes: not_a_picture, broken, too_large (bytes), too_many_pixels, cannot_fit."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that was decoded and encoded here; upright, without anything but what is seen."""

    content: bytes
    content_type: str
    width: int
    height: int


def verify(content: bytes) -> Picture:
    """The picture in these bytes, encoded anew in its own format. Raises PictureError."""
    if len(content) > MOST_BYTES:
        raise PictureError("too_large")
    try:
        with _opened(content) as look:
            look.verify()
        with _opened(content) as image:
            name = str(image.format)
            upright = ImageOps.exif_transpose(image)
            upright.load()
            return _encoded(upright, name, quality=90)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError("too_many_pixels") from None
    except UnidentifiedImageError:
        raise PictureError("not_a_picture") from None
    except _BREAKAGE:
        raise PictureError("broken") from None


def fit(picture: Picture, *, max_bytes: int, types: Sequence[str]) -> Picture:
    """The picture as it is where that will do, else in a format of `types` and so small that it takes at most `max_bytes`.

    Raises PictureError (`cannot_fit`) where no such picture can be made.
    """
    if picture.content_type in types and len(picture.content) <= max_bytes:
        return picture
    with _opened(picture.content) as image:
        image.load()
        name = _format_for(image, picture.content_type, types)
        scale = 1.0
        while min(image.width, image.height) * scale >= _SMALLEST_SIDE or scale == 1.0:
            size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
            smaller = image if scale == 1.0 else _plain_mode(image).resize(size, Image.Resampling.LANCZOS)
            for quality in _QUALITIES if name in ("JPEG", "WEBP") else _QUALITIES[:1]:
                made = _encoded(smaller, name, quality=quality)
                if len(made.content) <= max_bytes:
                    return made
            scale *= 0.75
    raise PictureError("cannot_fit")


def _opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=tuple(TYPES))
    # Opening reads the head alone: what is too large is refused before it is unpacked.
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise PictureError("too_many_pixels")
    return image


def _format_for(image: Image.Image, content_type: str, types: Sequence[str]) -> str:
    """Its own format where that is taken and can shrink; with transparency one that keeps it; else JPEG, else what there is."""
    see_through = _is_see_through(image)
    wanted = ["image/png", "image/webp", "image/jpeg"] if see_through else ["image/jpeg", "image/webp", "image/png"]
    if content_type in ("image/jpeg", "image/webp"):
        wanted.insert(0, content_type)
    for media_type in (*wanted, "image/gif"):
        if media_type in types:
            return _FORMATS[media_type]
    raise PictureError("cannot_fit")


def _is_see_through(image: Image.Image) -> bool:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return False
    lowest = image.convert("RGBA").getchannel("A").getextrema()[0]
    return isinstance(lowest, int | float) and lowest < 255


def _plain_mode(image: Image.Image) -> Image.Image:
    """Grey, colour, or colour with transparency: the modes that every format and every scaling understands."""
    if image.mode in ("L", "RGB", "RGBA"):
        return image
    return image.convert("RGBA" if _is_see_through(image) else "L" if image.mode in ("1", "I", "F", "I;16") else "RGB")


def _encoded(image: Image.Image, name: str, *, quality: int) -> Picture:
    # A colour profile says how the colours are meant, and nothing of where or by whom. It belongs to the mode it was made for.
    profile = image.info.get("icc_profile") if image.mode in ("L", "RGB", "RGBA") else None
    image = _plain_mode(image)
    if name == "JPEG" and image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    match name:
        case "JPEG":
            bare.save(out, name, quality=quality, optimize=True, progressive=True, icc_profile=profile)
        case "WEBP":
            bare.save(out, name, quality=quality, icc_profile=profile)
        case "PNG":
            bare.save(out, name, icc_profile=profile)
        case _:
            bare.save(out, name)
    return Picture(content=out.getvalue(), content_type=TYPES[name], width=image.width, height=image.height)
