"""Of which encoding a text is: told by its bytes."""

from __future__ import annotations

import codecs

import charset_normalizer

from inspections.words.errors import InspectionsError


def looks_like_text(content: bytes) -> bool:
    """Whether bytes are text in some encoding: control characters are rare once the NULs of UTF-16 are set aside."""
    sample = content[:20_000]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if _wide_encoding(sample) is not None:
        return True
    control = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\x00\x1a")
    return control * 50 <= len(sample)


def decoded(content: bytes) -> str:
    """Text of unknown encoding, NULs dropped. Raises InspectionsError `encoding_unknown`."""
    return content.decode(encoding_of(content), errors="replace").replace("\x00", "")


def encoding_of(content: bytes) -> str:
    """UTF-8 and UTF-16 with or without a mark, GB18030, then what the bytes look like; to be decoded with "replace".

    Raises InspectionsError `encoding_unknown`.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    wide = _wide_encoding(content)
    if wide is not None:
        return wide
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(content, encoding):
            return encoding
    # One damaged byte must not cost the whole file, nor have it taken for Korean.
    for encoding in ("utf-8-sig", "gb18030"):
        text = content.decode(encoding, errors="replace")
        if text.count("\ufffd") * 100 < len(text):
            return encoding
    guess = charset_normalizer.from_bytes(content[:200_000]).best()
    if guess is None:
        raise InspectionsError("encoding_unknown")
    return guess.encoding


def _decodes(content: bytes, encoding: str) -> bool:
    """Whether all bytes are valid in an encoding; block by block, so that a large file is not held twice."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(content[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide_encoding(content: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, or None when bytes are something else."""
    sample = content[:20_000]
    sample = sample[: len(sample) // 2 * 2]
    if b"\x00" not in sample:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="replace")
        if "\x00" not in text and "\ufffd" not in text[:-1] and _is_familiar(text):
            return encoding
    return None


def _is_familiar(text: str) -> bool:
    """Whether most letters are ASCII or everyday Chinese (a wrong byte order gives rare ones)."""
    letters = [c for c in text if not c.isspace()]
    usual = sum(
        c.isascii() or "\u4e00" <= c <= "\u9fa5" or c in "，。、；：？！“”‘’（）《》〔〕【】—－…％～①②③④⑤"
        for c in letters
    )
    return usual > 0.8 * len(letters)
