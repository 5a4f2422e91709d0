"""A page is believed about its title, language, picture, alternative text and photographer in the right order."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pageparts import ItemPage, parts

URL = "https://www.fjordvik.example/aktuelt/ny-bru"
PICTURE = "https://www.fjordvik.example/bilete/bru.jpg"


def a_page(body: str = "", head: str = "", *, image_url: str | None = None) -> ItemPage:
    return parts(
        f'<!doctype html><html lang="nn-NO"><head>{head}</head><body>{body}</body></html>', url=URL, image_url=image_url
    )


def test_a_page_says_what_it_is() -> None:
    item = a_page(
        "<header><nav><a href='/'>Heim</a></nav><h1>Fjordvik kommune</h1></header><main><article><h1>Ny bru</h1>"
        '<p class="ingress">Brua opnar måndag.</p><p>Ho er 90 meter.</p><script>x()</script><aside>Les òg</aside></article></main>',
        '<title>Ny bru | Fjordvik</title><link rel="canonical" href="/aktuelt/ny-bru?id=1#topp"><meta property="og:image" '
        f'content="{PICTURE}"><meta name="description" content="Meta">',
    )
    assert (item.title, item.lead, item.language) == ("Ny bru", "Brua opnar måndag.", "nn-NO")
    assert item.canonical_url == URL + "?id=1"
    assert item.text == "Ny bru\nBrua opnar måndag.\nHo er 90 meter."
    assert (item.image_url, item.image_alt, item.photographer) == (PICTURE, None, None)


def test_the_open_graph_serves_where_the_page_is_bare() -> None:
    head = '<meta property="og:title" content="Ny bru"><meta property="og:description" content="Ho opnar."><meta property="og:locale" content="nb_NO">'
    item = parts(f"<html><head>{head}</head><body><p>x</p></body></html>", url=URL)
    assert (item.title, item.lead, item.language) == ("Ny bru", "Ho opnar.", "nb-NO")


def test_another_site_is_never_this_pages_own_address() -> None:
    assert a_page(head='<link rel="canonical" href="https://other.example/">').canonical_url == URL


@pytest.mark.parametrize(
    "image",
    [
        f'<img src="{PICTURE}" alt="Brua i sol">',
        '<img src="/bilete/bru.jpg?width=800" alt="Brua i sol">',
        '<img src="/cache/bru-1024x683.jpg" alt="Brua i sol">',
        '<img src="data:image/gif;base64,x" data-src="/bilete/bru.jpg" alt="Brua i sol">',
        '<img srcset="/bilete/liten.jpg 300w, /bilete/bru.jpg 900w" alt="Brua i sol">',
    ],
)
def test_the_pages_own_words_for_the_picture_are_found_in_whatever_size_it_is_shown(image: str) -> None:
    logo = '<img src="/logo.png" alt="Fjordvik kommune">'
    item = a_page(f"{logo}<main><p>Tekst</p>{image}</main>", f'<meta property="og:image" content="{PICTURE}">')
    assert (item.image_url, item.image_alt) == (PICTURE, "Brua i sol")


def test_the_picture_the_feed_gave_is_the_one_asked_about() -> None:
    body = f'<main><img src="/anna.jpg" alt="Anna"><img src="{PICTURE}" alt="Brua"></main>'
    item = a_page(body, '<meta property="og:image" content="/anna.jpg">', image_url=PICTURE)
    assert (item.image_url, item.image_alt) == (PICTURE, "Brua")


def test_a_picture_without_words_is_told_from_one_that_is_decoration() -> None:
    assert a_page(f'<main>x<img src="{PICTURE}"></main>').image_alt is None
    assert a_page(f'<main>x<img src="{PICTURE}" alt=""></main>').image_alt == ""


def test_without_a_chosen_picture_the_first_in_the_text_is_taken() -> None:
    body = '<header><img src="/logo.png"></header><main><img src="/ikon.svg"><img src="/a.gif" width="1"><p>x</p><img src="/bilete/bru.jpg"></main>'
    assert a_page(body).image_url == PICTURE


def test_files_with_a_name_that_says_nothing_are_not_taken_for_one_another() -> None:
    item = a_page(
        '<main>x<img src="/handlers/bv.ashx?id=2" alt="Feil"></main>',
        image_url="https://www.fjordvik.example/h/bv.ashx/1",
    )
    assert item.image_alt is None


@pytest.mark.parametrize(
    "body",
    [
        '<figure><img src="{p}"><figcaption>Brua sett frå sør. Foto: Ida Fjordheim</figcaption></figure>',
        '<figure><img src="{p}"><figcaption>Brua (Foto: Ida Fjordheim).</figcaption></figure>',
        '<figure><img src="{p}"><figcaption>Brua. Arkivfoto: Ida Fjordheim. Teksten held fram.</figcaption></figure>',
        '<figure><img src="{p}"><figcaption>Brua. Foto Ida Fjordheim</figcaption></figure>',
        '<figure><img src="{p}"><figcaption>Brua. Fotograf: Ida Fjordheim</figcaption></figure>',
        '<figure><img src="{p}"><figcaption>Brua <span class="credit">Ida Fjordheim</span></figcaption></figure>',
        '<figure data-credit="Ida Fjordheim"><img src="{p}"></figure>',
        '<div><img src="{p}" data-photographer="Foto: Ida Fjordheim"></div>',
        '<div><img src="{p}"><div class="image-caption">Brua. Foto av Ida Fjordheim</div></div>',
        '<p><img src="{p}" title="Foto: Ida Fjordheim"></p>',
        '<p><img src="{p}"></p><p><em>Foto: Ida Fjordheim</em></p>',
    ],
)
def test_whoever_took_the_picture_is_named(body: str) -> None:
    assert a_page(f"<main><p>Tekst</p>{body.format(p=PICTURE)}</main>").photographer == "Ida Fjordheim"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Ola%20og%20Kari.%20Foto%20Ida%20Bj%C3%B8rkheim.jpg", "Ida Bjørkheim"),
        ("brua_Foto_Ida_Bjørkheim.jpg", "Ida Bjørkheim"),
        ("brua-Foto-Ida-Bjørkheim.jpg", "Ida Bjørkheim"),
        ("Foto Fjordvik kommune.jpg", "Fjordvik kommune"),
        ("foto1.jpg", None),
        ("IMG_0001.jpg", None),
        ("fotokonkurranse.jpg", None),
    ],
)
def test_a_name_in_the_files_name_counts(file: str, name: str | None) -> None:
    assert a_page("<main>x</main>", image_url=f"https://www.fjordvik.example/{file}").photographer == name


def test_an_initial_does_not_end_a_name() -> None:
    figure = f'<figure><img src="{PICTURE}"><figcaption>Foto: A. B. Fjordheim / Fjordvik kommune. Meir.</figcaption></figure>'
    assert a_page(f"<main>{figure}</main>").photographer == "A. B. Fjordheim / Fjordvik kommune"


@pytest.mark.parametrize(
    "markup", ["", " ", "\x00", "<!-- -->", "<html>", "hei", "<?xml version='1.0' encoding='x'?><html/>", "<img>"]
)
def test_hardly_a_page_is_still_answered(markup: str) -> None:
    assert parts(markup, url=URL).canonical_url == URL


@pytest.mark.parametrize(
    "piece", ["<div>", "<article>x", "<img src=a>", "<!--", "<a ", "<figure><img src=a>", "<p>foto ", "<table><tr>"]
)
def test_a_page_made_to_be_slow_is_not(piece: str) -> None:
    began = time.process_time()
    parts(piece * (200_000 // len(piece)), url=URL)
    assert time.process_time() - began < 10


@given(st.lists(st.sampled_from(["<article>", "</article>", "<main>", "<img src=/a.jpg alt=x>", "<figure>", "</figure>", "<h1>", "Foto: Ida",
                                 "<figcaption>", "<p class=lead>", "<link rel=canonical href='http://['>", "<!--", "æ", "<base href=x>"]),
                max_size=20))  # fmt: skip
def test_no_page_breaks_the_reading(pieces: list[str]) -> None:
    assert parts("".join(pieces), url=URL).status == 200
