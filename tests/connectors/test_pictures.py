"""Bytes are a picture or are refused; what goes on carries nothing but what is seen, and fits."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from connectors.pictures import MOST_BYTES, Picture, PictureError, fit, verify

SECRET = b"Kari Fjordheim 62.5N"


def bytes_of(image: Image.Image, name: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def a_photo(width: int = 640, height: int = 400) -> Image.Image:
    noise = Image.effect_noise((width, height), 80)
    return Image.merge("RGB", (noise, noise.rotate(90, resample=Image.Resampling.BICUBIC), noise))


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


def code_of(content: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        verify(content)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
def test_a_picture_of_a_known_kind_is_encoded_anew(name: str, content_type: str) -> None:
    picture = verify(bytes_of(a_photo(), name))
    assert (picture.content_type, picture.width, picture.height) == (content_type, 640, 400)
    assert opened(picture).format == name


def test_nothing_but_what_is_seen_goes_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x8825] = {1: "N", 2: (62.0, 30.0, 0.0)}
    for content in (
        bytes_of(a_photo(), exif=exif, comment=SECRET),
        bytes_of(a_photo(), "PNG", exif=exif),
        bytes_of(a_photo(), "WEBP", exif=exif, xmp=SECRET),
    ):
        assert SECRET in content
        picture = verify(content + SECRET)
        assert SECRET not in picture.content
        assert not opened(picture).getexif()


def test_a_picture_taken_sideways_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = verify(bytes_of(a_photo(), exif=exif))
    assert (picture.width, picture.height) == (400, 640)


def test_how_colours_are_meant_is_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert opened(verify(bytes_of(a_photo(), icc_profile=profile))).info.get("icc_profile") == profile
    assert "icc_profile" not in opened(verify(bytes_of(a_photo().convert("CMYK"), icc_profile=profile))).info


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    assert verify(bytes_of(Image.new(mode, (70, 70)), "PNG")).width == 70


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hei",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        bytes_of(Image.new("RGB", (8, 8)), "BMP"),
        bytes_of(Image.new("RGB", (8, 8)), "TIFF"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(content: bytes) -> None:
    assert code_of(content) == "not_a_picture"


def test_a_picture_broken_off_is_refused() -> None:
    content = bytes_of(a_photo())
    assert code_of(content[: len(content) // 2]) == "broken"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [6_400, 9_600, 14_000])
def test_a_picture_too_large_to_unpack_is_not_unpacked(side: int) -> None:
    assert code_of(bytes_of(Image.new("1", (side, side)), "PNG")) == "too_many_pixels"


def test_too_many_bytes_are_not_looked_at() -> None:
    assert code_of(b"\xff\xd8" + b"x" * MOST_BYTES) == "too_large"


def test_what_fits_goes_as_it_is() -> None:
    picture = verify(bytes_of(a_photo()))
    assert fit(picture, max_bytes=len(picture.content), types=("image/jpeg",)) is picture


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("limit", [200_000, 60_000, 12_000])
def test_what_does_not_fit_is_made_to(name: str, limit: int) -> None:
    picture = fit(verify(bytes_of(a_photo(), name)), max_bytes=limit, types=("image/jpeg", "image/png"))
    assert len(picture.content) <= limit
    assert picture.content_type in ("image/jpeg", "image/png")
    assert opened(picture).size == (picture.width, picture.height)
    assert abs(picture.width / picture.height - 1.6) < 0.05


def test_what_is_seen_through_stays_so_where_it_may_and_stands_on_white_where_not() -> None:
    picture = verify(bytes_of(Image.new("RGBA", (100, 100), (255, 0, 0, 0)), "PNG"))
    assert fit(picture, max_bytes=9_000, types=("image/webp", "image/jpeg")).content_type == "image/webp"
    ground = opened(fit(picture, max_bytes=9_000, types=("image/jpeg",))).getpixel((50, 50))
    assert ground == (255, 255, 255)


def test_what_can_never_fit_says_so() -> None:
    picture = verify(bytes_of(a_photo()))
    for limit, types in ((100, ("image/jpeg",)), (1_000_000, ("video/mp4",))):
        with pytest.raises(PictureError) as caught:
            fit(picture, max_bytes=limit, types=types)
        assert caught.value.code == "cannot_fit"


_SMALL = {name: bytes_of(a_photo(40, 30), name) for name in ("JPEG", "PNG", "WEBP", "GIF")}


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(sorted(_SMALL)),
    st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_picture_is_read_or_refused(name: str, damage: list[tuple[int, int]]) -> None:
    content = bytearray(_SMALL[name])
    for place, value in damage:
        content[place % len(content)] = value
    try:
        assert verify(bytes(content)).width > 0
    except PictureError:
        return
