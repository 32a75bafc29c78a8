"""A visitor who speaks Streamlit's own protocol, without a browser: what the server does for one, and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

# Longer than a person would wait: then the run counts as failed.
PATIENCE = 120
# Alerts in this format are errors (streamlit/proto/Alert.proto).
ERROR = 1


@dataclass
class Screen:
    """What stood on the page when its run was over: place -> element; `seconds` from the click to then."""

    page: str
    elements: dict[tuple[int, ...], Element] = field(default_factory=dict)
    seconds: float = 0.0

    def errors(self) -> list[str]:
        """What no page should show."""
        found = []
        for element in self.elements.values():
            if element.WhichOneof("type") == "exception":
                found.append(f"{self.page}: {element.exception.type}")
            elif element.WhichOneof("type") == "alert" and element.alert.format == ERROR:
                found.append(f"{self.page}: {element.alert.body}")
        return found

    def figures(self) -> dict[str, str]:
        """Findings, metrics, tables and charts, each as kind and place -> its text or fingerprint."""
        found = {}
        for place, element in sorted(self.elements.items()):
            kind = element.WhichOneof("type")
            if kind == "metric":
                told = f"{element.metric.label} {element.metric.body} {element.metric.delta}"
            elif kind == "html" and 'class="finding"' in element.html.body:
                told = re.sub(r"<[^>]+>", "", element.html.body)
            elif kind in {"dataframe", "plotly_chart"}:
                shown = getattr(element, kind)
                if kind == "dataframe" and shown.HasField("lazy_data"):
                    shown.lazy_data.ClearField("source_id")
                if kind == "dataframe":
                    # A choice and the number of an editor are no figures.
                    shown.ClearField("selection_state")
                    shown.ClearField("id")
                told = hashlib.sha256(shown.SerializeToString(deterministic=True)).hexdigest()[:16]
            else:
                continue
            found[f"{kind} {'.'.join(map(str, place))}"] = told
        return found

    def widget(self, kind: str, key: str) -> str:
        """The id of the widget of a kind whose key holds `key`. Raises LookupError."""
        for element in self.elements.values():
            if element.WhichOneof("type") == kind and key in getattr(element, kind).id:
                return str(getattr(element, kind).id)
        raise LookupError(f"{self.page} has no {kind} {key}")


class Visitor:
    """One session. `query` is the part of the address behind "?"; widgets that were set stay so."""

    def __init__(self, url: str, query: str = "") -> None:
        self._url, self._query = url, query
        self._pages: dict[str, str] = {}
        self._widgets: dict[str, WidgetState] = {}
        self._session = ""

    async def __aenter__(self) -> Self:
        """Connect as the frontend does."""
        address = self._url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket: ClientConnection = await connect(address, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Close the tab."""
        await self._socket.close()

    async def show(self, page: str, press: str = "") -> Screen:
        """Go to a page, or run it again, pressing a button there. Raises TimeoutError and LookupError."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self._query
        if self._pages:
            state.page_script_hash = self._pages[page]
        else:
            state.page_name = "" if page == "overview" else page
        state.widget_states.widgets.extend(self._widgets.values())
        if press:
            state.widget_states.widgets.append(WidgetState(id=press, trigger_value=True))
        start = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        screen = await asyncio.wait_for(self._run(page), PATIENCE)
        screen.seconds = time.perf_counter() - start
        return screen

    async def _run(self, page: str) -> Screen:
        screen = Screen(page)
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self._socket.recv())  # type: ignore[arg-type]
            kind = message.WhichOneof("type")
            if kind == "new_session":
                screen.elements.clear()
                self._session = message.new_session.initialize.session_id or self._session
            elif kind == "navigation":
                self._pages = {
                    "overview" if one.is_default else one.url_pathname: one.page_script_hash
                    for one in message.navigation.app_pages
                }
            elif kind == "page_not_found":
                raise LookupError(page)
            elif kind == "delta":
                place = tuple(message.metadata.delta_path)
                if message.delta.WhichOneof("type") == "new_element":
                    screen.elements[place] = message.delta.new_element
                elif message.delta.WhichOneof("type") == "add_block":
                    screen.elements.pop(place, None)
            elif kind == "script_finished" and message.script_finished in {
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            }:
                return screen

    async def upload(self, uploader: str, name: str, content: bytes) -> None:
        """Give a file to an uploader, as the frontend does; the next run has it."""
        message = BackMsg()
        message.file_urls_request.request_id = secrets.token_hex(8)
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self._session
        await self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await self._socket.recv())  # type: ignore[arg-type]
            if answer.WhichOneof("type") == "file_urls_response":
                break
        urls = answer.file_urls_response.file_urls[0]
        await asyncio.to_thread(self._put, urls, name, content)
        state = WidgetState(id=uploader)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = urls.file_id, name, len(content)
        info.file_urls.CopyFrom(urls)
        self._widgets[uploader] = state

    def _put(self, urls: FileURLs, name: str, content: bytes) -> None:
        host = urlsplit(self._url).netloc
        asked = http.client.HTTPConnection(host, timeout=60)
        asked.request("GET", "/_stcore/health")
        health = asked.getresponse()
        health.read()
        token = (health.headers.get("set-cookie") or "").split(";")[0].partition("=")
        border = secrets.token_hex(16)
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        headers: Mapping[str, Any] = {
            "Content-Type": f"multipart/form-data; boundary={border}",
            "Cookie": f"{token[0]}={token[2]}",
            "X-Xsrftoken": token[2].strip('"'),
        }
        asked.request("PUT", urls.upload_url, head.encode() + content + f"\r\n--{border}--\r\n".encode(), headers)
        status = asked.getresponse().status
        asked.close()
        if status >= 300:
            raise OSError(f"upload refused: {status}")
