"""What a page of a municipality's site says of itself: title, lead, language, picture, alternative text, photographer, body.

Decides which of the many places that may hold each of these is believed. Works on markup that has been fetched; knows nothing of the
network or of feeds. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from connectors.links import absolute
from connectors.plaintext import one_line, plain, shortened

TITLE_LENGTH = 500
LEAD_LENGTH = 2_000
TEXT_LENGTH = 20_000
ALT_LENGTH = 1_000
CREDIT_LENGTH = 100

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_BESIDE = frozenset(
    {"script", "style", "nav", "header", "footer", "aside", "form", "noscript", "template", "button", "figure"}
)
_SIZE_MARK = re.compile(r"-(?:\d{2,5}x\d{2,5}|scaled)(?=\.[a-z]{3,4}$)")
_TELLS_NOTHING = re.compile(r".*\.(?:ashx|aspx|php)|image\.\w+|.{0,4}")
_CREDIT_CLASS = re.compile(r"credit|photograph|fotograf|byline|kreditering|opphav", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|bildetekst|bilettekst|image-text|photo|foto", re.IGNORECASE)
_CREDIT_ATTRIBUTES = ("data-photographer", "data-credit", "data-photo-credit", "data-byline", "data-copyright")
_CREDIT = re.compile(
    r"\b[a-zæøå]{0,20}(?:foto(?:graf)?|photo(?:grapher)?)\s{0,3}(?::|/|\bav\b|\bby\b)\s{0,3}:?\s{0,3}([^\n;|()]{2,100})",
    re.IGNORECASE,
)
_NAME = r"[A-ZÆØÅ][\w'’.-]{1,30}(?:\s(?:[A-ZÆØÅ][\w'’.-]{0,30}|av|de|van|von|og|kommune|fylkeskommune)){0,5}"
_CREDIT_BARE = re.compile(rf"\b[A-Za-zæøå]{{0,20}}[Ff]oto(?:graf)?\s({_NAME})")
_LEAD_CLASS = re.compile(r"(?:^|[\s_-])(?:ingress|lead|preamble|intro)(?:$|[\s_-])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    """A news page as it stands. `image_alt`: "" where the page says the picture is decorative, None where it says nothing."""

    status: int
    canonical_url: str
    title: str
    language: str | None
    lead: str
    image_url: str | None
    image_alt: str | None
    photographer: str | None
    text: str


def tree(markup: str) -> HtmlElement | None:
    """The page as a tree, or None where there is nothing to build one from."""
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        found = html.document_fromstring(markup.encode("utf-8", "ignore"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, TypeError):
        return None
    return found


def parts(markup: str, *, url: str, status: int = 200, image_url: str | None = None) -> ItemPage:
    """Everything a page says of itself. `url`: where it stands. `image_url`: the picture asked about, else the page's own choice."""
    page = tree(markup)
    if page is None:
        return ItemPage(
            status=status,
            canonical_url=url,
            title="",
            language=None,
            lead="",
            image_url=image_url,
            image_alt=None,
            photographer=None,
            text="",
        )
    metas = _metas(page)
    article = _article(page)
    asked = image_url or absolute(metas.get("og:image") or metas.get("twitter:image") or "", url)
    image = _image(page, asked, url) if asked else _first_image(article)
    shown = asked or (next(_addresses(image, url), None) if image is not None else None)
    alt = image.get("alt") if image is not None else None
    words = one_line(alt if alt is not None else metas.get("og:image:alt", ""))
    credit = _photographer(image, shown, article)
    lead = _lead(article, metas)
    return ItemPage(
        status=status,
        canonical_url=_canonical(page, metas, url),
        title=shortened(_title(page, article, metas), TITLE_LENGTH),
        language=_language(page, metas),
        lead=shortened(lead, LEAD_LENGTH),
        image_url=shown,
        image_alt=shortened(words, ALT_LENGTH) if alt is not None or words else None,
        photographer=credit,
        text=shortened(_text(article), TEXT_LENGTH),
    )


def _metas(page: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = str(meta.get("property") or meta.get("name") or meta.get("http-equiv") or "").lower()
        if name and meta.get("content"):
            found.setdefault(name, one_line(str(meta.get("content"))))
    return found


def _words(element: HtmlElement) -> str:
    return one_line(" ".join(str(piece) for piece in element.itertext() if isinstance(piece, str)))


def _article(page: HtmlElement) -> HtmlElement:
    """The part of the page that holds the news: the longest <article>, else <main>, else all of it."""
    for name in ("article", "main"):
        candidates = [element for element, _ in zip(page.iter(name), range(50), strict=False)]
        longest = max(candidates, key=lambda element: len(_words(element)), default=None)
        if longest is not None and _words(longest):
            return longest
    mains = (element for element in page.iter("div") if element.get("role") == "main")
    return next(mains, next(page.iter("body"), page))


def _title(page: HtmlElement, article: HtmlElement, metas: dict[str, str]) -> str:
    headings = (_words(heading) for root in (article, page) for heading in root.iter("h1"))
    titles = (_words(element) for element in page.iter("title"))
    return metas.get("og:title") or next(filter(None, headings), "") or next(filter(None, titles), "")


def _lead(article: HtmlElement, metas: dict[str, str]) -> str:
    for element in article.iter("p", "div", "section"):
        if _LEAD_CLASS.search(element.get("class") or "") and (words := _words(element)):
            return words
    return metas.get("og:description") or metas.get("description") or ""


def _language(page: HtmlElement, metas: dict[str, str]) -> str | None:
    root = next(page.iter("html"), page)
    for claim in (root.get("lang"), root.get("xml:lang"), metas.get("og:locale"), metas.get("content-language")):
        if claim and _LANGUAGE.fullmatch(str(claim).strip()):
            return str(claim).strip().replace("_", "-")
    return None


def _canonical(page: HtmlElement, metas: dict[str, str], url: str) -> str:
    said = [str(link.get("href")) for link in page.iter("link") if link.get("rel") == "canonical" and link.get("href")]
    for address in (*said, metas.get("og:url", "")):
        whole = absolute(address, url) if address else None
        # A page may name another of its own spellings, but not another site's page.
        if whole and urlsplit(whole).hostname == urlsplit(url).hostname:
            return whole.partition("#")[0]
    return url


def _addresses(image: HtmlElement, base: str) -> Iterator[str]:
    written = [str(image.get(name)) for name in ("src", "data-src", "data-original") if image.get(name)]
    for name in ("srcset", "data-srcset"):
        written += [part.split()[0] for part in str(image.get(name) or "").split(", ") if part.split()]
    for address in written:
        whole = absolute(address, base)
        if whole:
            yield whole


def _file_name(address: str) -> str:
    return unquote(urlsplit(address).path.rpartition("/")[2])


def _same_file(address: str) -> str:
    return _SIZE_MARK.sub("", _file_name(address).lower())


def _image(page: HtmlElement, asked: str, base: str) -> HtmlElement | None:
    """The <img> that shows a picture: the same address, else the same path, else the same file in another size."""
    images = [(image, list(_addresses(image, base))) for image in page.iter("img")][:500]
    for alike in (
        lambda address: address,
        lambda address: urlsplit(address)._replace(query="", fragment="").geturl(),
        _same_file,
    ):
        wanted = alike(asked)
        if alike is _same_file and _TELLS_NOTHING.fullmatch(wanted):
            break
        for image, addresses in images:
            if any(alike(address) == wanted for address in addresses):
                return image
    return None


def _first_image(article: HtmlElement) -> HtmlElement | None:
    for image in article.iter("img"):
        address = str(image.get("src") or "")
        width = str(image.get("width") or "")
        small = width.isascii() and width.isdigit() and int(width[:6]) < 100
        beside = any(ancestor.tag in ("nav", "header", "footer", "aside") for ancestor in image.iterancestors())
        if address and not small and not beside and not address.startswith("data:") and ".svg" not in address.lower():
            return image
    return None


def _photographer(image: HtmlElement | None, address: str | None, article: HtmlElement) -> str | None:
    """Whoever took the picture, in the order in which a page is to be believed about it."""
    if image is not None and (found := _credit_beside(image)):
        return _tidy(found)
    if address and (found := credit_in_address(address)):
        return found
    for element in article.iter("p", "span", "figcaption", "small", "em", "i") if image is not None else ():
        words = _words(element)
        if len(words) <= 300 and (match := _CREDIT.search(words)):
            return _tidy(match[1])
    return None


def _credit_beside(image: HtmlElement) -> str | None:
    """What the picture's own element, its figure and its caption say."""
    around = [image, *list(image.iterancestors())[:4]]
    figure = next((element for element in around if element.tag == "figure"), None)
    for element in around if figure is None else around[: around.index(figure) + 1]:
        said = next((str(element.get(name)) for name in _CREDIT_ATTRIBUTES if element.get(name)), None)
        if said:
            return _credit_in(said) or said
    near = figure if figure is not None else image.getparent()
    for element in near.iterdescendants() if near is not None else ():
        marks = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if _CREDIT_CLASS.search(marks) and (words := _words(element)):
            return _credit_in(words) or words
        if (element.tag == "figcaption" or _CAPTION_CLASS.search(marks)) and (found := _credit_in(_words(element))):
            return found
    return _credit_in(str(image.get("title") or "")) or _credit_in(str(image.get("alt") or ""))


def _credit_in(words: str) -> str | None:
    found = _CREDIT.search(words[:2_000]) or _CREDIT_BARE.search(words[:2_000])
    return found[1] if found else None


def credit_in_address(address: str) -> str | None:
    """The photographer's name where a picture's file is named for it ("Brua. Foto Ida Fjordheim.jpg"), else None."""
    stem = _file_name(address).rpartition(".")[0].replace("_", " ").replace("+", " ")
    found = _credit_in(one_line(stem if " " in stem else stem.replace("-", " ")))
    return _tidy(found) if found else None


def _tidy(name: str) -> str | None:
    # A full stop ends the name, but not after an initial.
    name = re.split(r"(?<=[a-zæøåé]{2})\.(?:\s|$)", one_line(name))[0].strip(" .,:/-–©")
    return shortened(name, CREDIT_LENGTH) or None


def _text(article: HtmlElement) -> str:
    beside = [element for element in article.iter(*_BESIDE) if element is not article]
    for element in beside:
        if element.getparent() is not None:
            element.drop_tree()
    return plain(str(html.tostring(article, encoding="unicode")))
