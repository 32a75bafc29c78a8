"""What stands wrong on a page as it is laid out: cut, torn, over one another, outside of its drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import Visit

FINDER = Path(__file__).with_name("clipped.js").read_text("utf-8")
SIZES = {
    "a laptop of a counter": (960, 600),
    "a small laptop": (1280, 720),
    "a desk": (1440, 900),
    "a hall": (1920, 1080),
    "a hall's wall": (2560, 1440),
    # A page at 150 % has two thirds of the window's pixels.
    "a desk at 150 %": (853, 480),
    "a phone": (390, 844),
}
# What stands wrong for so many seconds is wrong.
PATIENCE = 15
# One of each kind: everything beside each other, the list of pages folded, columns below each other.
FEW = ("a hall", "a laptop of a counter", "a phone")


def clipped(page: Page) -> list[str]:
    """Each fault as "kind: words"; the page is measured and not changed."""
    found: list[str] = page.evaluate(FINDER)
    return found


def still_clipped(seen: Visit) -> list[str]:
    """What is wrong for good: a busy machine draws charts anew after a while."""
    for _ in range(PATIENCE):
        if not clipped(seen.settled().page):
            return []
        seen.page.wait_for_timeout(1000)
    return clipped(seen.page)


def through_sizes(seen: Visit, names: Sequence[str] = tuple(SIZES)) -> Iterator[tuple[str, list[str]]]:
    """A loaded page at one size after the other, and what is wrong at each."""
    for name in names:
        width, height = SIZES[name]
        seen.page.set_viewport_size({"width": width, "height": height})
        yield name, still_clipped(seen)
