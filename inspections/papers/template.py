"""Which file a paper or a slide show is made from: an office's own, else ours; and what such a file may not hold.

Ours lie in `templates/`. `report.zh.docx` and `report.en.docx` carry the page, its header (the place of a letterhead)
and its footer with the page number, and a style for every kind of line (`official_paper.Style`): the Chinese one as
GB/T 9704-2012 wants them, the other as readers of Latin papers expect them. `slides.pptx` carries the master: ground,
colours, fonts, the place of title and page number, and as its default style how tables look. They are changed in Word
and PowerPoint, as an office changes its own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from lxml import etree

from inspections.words.errors import InspectionsError

OURS = Path(__file__).parent / "templates"
# What a template takes, unpacked: pictures of a letterhead are small.
MAX_UNPACKED_BYTES = 100_000_000
# Relationships to what runs or is a document of its own, and fields that fetch something from elsewhere.
_ACTIVE = ("vbaProject", "wordVbaData", "control", "activeXControlBinary", "oleObject", "package", "aFChunk")
_FETCHING = re.compile(r"INCLUDE(PICTURE|TEXT)|DDE|IMPORT|LINK|DATABASE|MACROBUTTON|\bRD\b", re.IGNORECASE)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def chosen(name: str, own: Path | None) -> Path:
    """The file `name` in the office's `own` folder where it is there, else ours."""
    return own / name if own and (own / name).exists() else OURS / name


def opened(file: Path, open_file: Callable[[IO[bytes]], Any]) -> Any:
    """The template as `open_file` (of python-docx or python-pptx) opens it.

    Raises InspectionsError `template_unreadable` (not of its format, damaged, encrypted), `template_macros` (or another
    document or program inside) or `template_outside` (a picture, link or template elsewhere, with its address); each
    names the file.
    """
    try:
        content = file.read_bytes()
        _vet(content, file)
        return open_file(io.BytesIO(content))
    except InspectionsError:
        raise
    except Exception as error:  # the libraries raise whatever a damaged file makes them raise
        raise InspectionsError("template_unreadable", file=file, format=file.suffix[1:]) from error


def _vet(content: bytes, file: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise InspectionsError("template_unreadable", file=file, format=file.suffix[1:])
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                _vet_part(etree.fromstring(archive.read(name), _PARSER), file)


def _vet_part(tree: Any, file: Path) -> None:
    for relation in tree.iter("{*}Relationship"):
        if relation.get("Type", "").endswith(tuple(f"/{kind}" for kind in _ACTIVE)):
            raise InspectionsError("template_macros", file=file)
        if relation.get("TargetMode") == "External":
            raise InspectionsError("template_outside", file=file, target=relation.get("Target", ""))
    if any("macroEnabled" in part.get("ContentType", "") for part in tree.iter("{*}Override", "{*}Default")):
        raise InspectionsError("template_macros", file=file)
    # A field's text may be parted into several runs.
    fields = ["".join(part.text or "" for part in tree.iter("{*}instrText"))]
    fields += [value for part in tree.iter("{*}fldSimple") for value in part.attrib.values()]
    for field in fields:
        if _FETCHING.search(field):
            raise InspectionsError("template_outside", file=file, target=field.strip())
