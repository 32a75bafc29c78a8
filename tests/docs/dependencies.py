"""What the product is built on: every package with its version, hashes, licence and known vulnerabilities.

    python -m tests.docs.dependencies --refresh
    python -m tests.docs.dependencies --advisories FILE

The first asks the package index and writes requirements.lock and docs/dependencies.md; the second holds the lock
against a copy of the advisories, without a network. FILE is OSV's archive of the ecosystem PyPI (all.zip, one JSON file
an advisory; https://osv.dev says where it lies), carried to wherever there is no network. Exit code 1: an advisory
speaks of a version in the lock.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from tests.docs.picture import ROOT

LOCK = ROOT / "requirements.lock"
PAGE = ROOT / "docs" / "dependencies.md"
INDEX = "https://pypi.org"
# What the product may run on: packages that only some of these need are locked, too.
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Licences that let an office use, change and hand on what it is built on, without opening anything of its own.
LICENCES = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software|MPL|Mozilla|Unlicense|0BSD|Zlib|HPND|LGPL", re.IGNORECASE
)
HEAD = (
    "# Made by `python -m tests.docs.dependencies --refresh` from requirements.txt: every package, with its hashes.\n"
)


WORDS = """# What the product is built on

`requirements.txt` names what the product imports; `requirements.lock` names all of it with the hashes of its files, and
is what `make run` and `make install-offline` install: a file that is not one of those recorded is refused. The package
index, asked on {day}, told of these versions ("not told": it speaks of the newest version only):

{table}

To repeat it with a network: `python -m tests.docs.dependencies --refresh` writes the lock and this page anew. Without
one: carry OSV's archive of advisories for PyPI (`all.zip`) to the machine; `python -m tests.docs.dependencies
--advisories all.zip` names every advisory that speaks of a version in the lock.
"""


@dataclass(frozen=True)
class Package:
    """A package of the lock."""

    name: str
    version: str
    hashes: tuple[str, ...]


def named() -> dict[str, str]:
    """The packages that requirements.txt names, with their versions."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): next(iter(one.specifier)).version for one in wanted}


def needed() -> dict[str, str | None]:
    """Those and what they need on any system and Python; the version is None where it is not installed here."""
    found: dict[str, str | None] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(name, frozenset()) for name in named()]
    while waiting:
        name, extras = waiting.pop()
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            found.setdefault(name, None)
            continue
        if name in found and not extras:
            continue
        found[name] = installed.version
        for text in installed.requires or ():
            requirement = Requirement(text)
            if _applies(requirement, extras):
                waiting.append((canonicalize_name(requirement.name), frozenset(requirement.extras)))
    return dict(sorted(found.items()))


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    if requirement.marker is None:
        return True
    here = {key: str(value) for key, value in default_environment().items()}
    return any(
        requirement.marker.evaluate(
            here
            | {"sys_platform": system, "platform_system": name, "python_version": python, "extra": extra}
            | {"python_full_version": f"{python}.0", "os_name": "nt" if system == "win32" else "posix"}
        )
        for system, name in SYSTEMS.items()
        for python in PYTHONS
        for extra in ("", *extras)
    )


def locked() -> list[Package]:
    """The packages of requirements.lock."""
    blocks = re.findall(
        r"^([\w.-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", LOCK.read_text("utf-8"), re.MULTILINE
    )
    return [Package(name, version, tuple(re.findall(r"[0-9a-f]{64}", hashes))) for name, version, hashes in blocks]


def licence_of(name: str) -> str:
    """The licence that an installed package states, in its shortest form."""
    told = metadata.metadata(name)
    kinds = [one.split(" :: ")[-1] for one in told.get_all("Classifier") or () if one.startswith("License :: ")]
    stated = told.get("License-Expression") or ", ".join(kinds) or (told.get("License") or "?").splitlines()[0]
    return " ".join(stated.split())[:60]


def told_by(advisories: Path, packages: list[Package]) -> Iterator[tuple[str, str, str]]:
    """Advisories of the archive that speak of a package's very version: package, version, name of the advisory."""
    versions = {package.name: package.version for package in packages}
    with zipfile.ZipFile(advisories) as archive:
        for entry in archive.namelist():
            advisory = json.loads(archive.read(entry))
            if advisory.get("withdrawn"):
                continue
            for part in advisory.get("affected", ()):
                name = canonicalize_name(part.get("package", {}).get("name", ""))
                if name in versions and _affected(versions[name], part):
                    yield name, versions[name], advisory["id"]


def _affected(version: str, part: dict[str, Any]) -> bool:
    if version in part.get("versions", ()):
        return True
    for given in part.get("ranges", ()):
        inside = False
        for event in given.get("events", ()) if given.get("type") == "ECOSYSTEM" else ():
            if "introduced" in event and Version(version) >= Version(event["introduced"]):
                inside = True
            if "fixed" in event and Version(version) >= Version(event["fixed"]):
                inside = False
            if "last_affected" in event and Version(version) > Version(event["last_affected"]):
                inside = False
        if inside:
            return True
    return False


def _version_of(file: str) -> Version | None:
    """The version that a file's name tells; None for what is neither wheel nor source."""
    try:
        return parse_wheel_filename(file)[1] if file.endswith(".whl") else parse_sdist_filename(file)[1]
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None


def _asked(path: str) -> dict[str, Any]:
    accepted = {"Accept": "application/vnd.pypi.simple.v1+json, application/json;q=0.9"}
    with urllib.request.urlopen(urllib.request.Request(f"{INDEX}/{path}", headers=accepted), timeout=60) as answer:  # noqa: S310 - https, said above
        told: dict[str, Any] = json.load(answer)
    return told


def _told_of(name: str, version: str) -> dict[str, Any] | None:
    """What the index tells of one version; not every index does."""
    try:
        return _asked(f"pypi/{name}/{version}/json")
    except urllib.error.HTTPError:
        return None


def refresh() -> None:
    """Ask the index, write the lock and the page. Raises OSError where it cannot be reached."""
    rows, blocks = [], []
    for name, installed in needed().items():
        files = _asked(f"simple/{name}/")["files"]
        about = _asked(f"pypi/{name}/json")
        version = installed or about["info"]["version"]
        hashes = sorted({one["hashes"]["sha256"] for one in files if _version_of(one["filename"]) == Version(version)})
        if not hashes:
            sys.exit(f"{name} {version}: the index has no file of this version.")
        blocks.append(f"{name}=={version}" + "".join(f" \\\n    --hash=sha256:{one}" for one in hashes) + "\n")
        if about["info"]["version"] != version:
            about = _told_of(name, version) or about
        known = [one["id"] for one in about["vulnerabilities"]] if about["info"]["version"] == version else None
        stated = about["info"].get("license_expression") or about["info"].get("license") or "?"
        licence = licence_of(name) if installed else stated
        rows.append((name, version, licence, "not told" if known is None else ", ".join(known) or "none"))
    LOCK.write_text(HEAD + "".join(blocks), "utf-8")
    _write_page(rows)


def _write_page(rows: list[tuple[str, str, str, str]]) -> None:
    table = ["| package | version | licence | known vulnerabilities |", "| --- | --- | --- | --- |"]
    table += [f"| {' | '.join(row)} |" for row in rows]
    day = datetime.date.today().isoformat()
    PAGE.write_text(WORDS.format(day=day, table="\n".join(table)), "utf-8")


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description="What the product is built on.")
    parser.add_argument("--refresh", action="store_true")
    parser.add_argument("--advisories", type=Path)
    wanted = parser.parse_args()
    if wanted.refresh:
        refresh()
    if wanted.advisories:
        found = sorted(set(told_by(wanted.advisories, locked())))
        for name, version, advisory in found:
            sys.stdout.write(f"{name} {version}: {advisory}\n")
        sys.stdout.write(f"{len(locked())} packages, {len(found)} advisories.\n")
        sys.exit(bool(found))


if __name__ == "__main__":
    main()
