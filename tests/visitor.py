"""Somebody with roles who opens pages on the server side, and everything that this sends to a browser."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from streamlit.proto.DownloadButton_pb2 import DownloadButton
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from tests.served import at_address

ROOT = Path(__file__).resolve().parents[1]
AUTH = {
    "redirect_uri": "http://127.0.0.1/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "dashboard",
    "client_secret": "secret",
    "server_metadata_url": "http://127.0.0.1/.well-known/openid-configuration",
}


def claims(*roles: str, name: str = "visitor", made: float | None = None) -> dict[str, Any]:
    """What a provider says of somebody who has signed in now, or at `made`."""
    at = int(time.time() if made is None else made)
    return {"is_logged_in": True, "iss": "i", "sub": name, "preferred_username": name, "iat": at, "roles": list(roles)}


@dataclass(frozen=True)
class Seen:
    """What came of one run: the page, every message to the browser, every file that a button would have written."""

    app: AppTest
    messages: list[tuple[str, bytes]]
    files: dict[str, bytes]

    def everything(self) -> bytes:
        """All of it as one heap to search in, archives unpacked."""
        heap = [content for _, content in self.messages] + [name.encode() for name in self.files]
        heap += [part for content in self.files.values() for _, part in parts(content)]
        heap.append(repr(self.app.query_params).encode())
        return b"\n".join(heap)


def parts(content: bytes, name: str = "") -> Iterator[tuple[str, bytes]]:
    """A file's members, archives in archives too; without the times at which Office files say they were made."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield name, content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in sorted(archive.namelist()):
            if member != "docProps/core.xml":
                yield from parts(archive.read(member), f"{name}/{member}")


class Visitor:
    """Somebody who has signed in, in server mode, and goes from page to page. `state` is what is chosen beforehand."""

    def __init__(self, user: dict[str, Any], **state: object) -> None:
        self.app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        self.app.secrets = {"auth": AUTH, "access": {}}
        self.app.user = user
        for key, value in state.items():
            self.app.session_state[key] = value
        self.offered: dict[str, Callable[[], bytes]] = {}
        self._page: str | None = None

    def open(self, page: str, *, skip: tuple[str, ...] = (".pdf",)) -> Seen:
        """A page, named "section/page". Files whose names end in `skip` are not written."""
        if self._page is None:
            at_address(self.app, page)
        else:
            self.app.switch_page(f"pages/{page}.py")
        with files_offered() as offered:
            self.app.run()
        self._page, self.offered = page, offered
        written = {name: write() for name, write in offered.items() if not name.endswith(skip)}
        return Seen(self.app, list(_messages(self.app)), written)


@contextlib.contextmanager
def files_offered() -> Iterator[dict[str, Callable[[], bytes]]]:
    """What writes the files that a run offers, by file name."""
    offered: dict[str, Callable[[], bytes]] = {}
    add = MediaFileManager.add_deferred

    def noted(self: MediaFileManager, write: Any, mimetype: Any, place: str, **more: Any) -> str:
        offered[str(more["file_name"])] = write
        return add(self, write, mimetype, place, **more)

    with mock.patch.object(MediaFileManager, "add_deferred", noted):
        yield offered


def _messages(app: AppTest) -> Iterator[tuple[str, bytes]]:
    for block in (app.main, app.sidebar):
        for element in block:
            proto = getattr(element, "proto", None)
            if proto is None:
                continue
            if isinstance(proto, DownloadButton):
                # The number of a file that is not written yet is random.
                kept = DownloadButton()
                kept.CopyFrom(proto)
                kept.ClearField("url")
                kept.ClearField("deferred_file_id")
                proto = kept
            yield type(element).__name__, proto.SerializeToString(deterministic=True)
