"""Who may come in, and what they may send: ASGI middleware that stands before Streamlit.

In the single mode, without a sign-in, only this very computer may come in, and nobody on its behalf: pages, files,
health and WebSocket alike. A reverse proxy put in front by accident is refused by what proxies do: they keep the Host
of the visitor, or say whom they forward for, or the visitor's browser says in Origin where its page came from. In
either mode the WebSocket takes only what a page sends of itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

from inspections.words.wording import LANGUAGES, say_in

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Headers that only come from something which forwards for somebody else.
FORWARDING = {
    "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip",
    "x-original-host", "x-original-url", "x-proxyuser-ip", "x-envoy-external-address",
}  # fmt: skip
# Kinds of messages that the page sends of itself; the others are for who develops an application.
BROWSERS_OWN = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}
# Messages of one page at once and, for longer, a second; bytes of one, which may hold a notice pasted as text.
AT_ONCE, PER_SECOND, LARGEST_MESSAGE = 300, 30, 16_000_000
# The same of bytes. What a page sends of itself is a few thousand; files come another way.
BYTES_AT_ONCE, BYTES_PER_SECOND = 32_000_000, 1_000_000
# Connections of one address, behind which a whole office may sit, and of all together.
MOST_OF_ONE, MOST_OF_ALL = 200, 600


def refusal(scope: Scope, address: str | None) -> str | None:
    """Why a request of an ASGI scope must not come in: a key of `access.refused`; None where it may.

    `address` is what the server is bound to (None: everything).
    """
    headers: list[tuple[str, str]] = [
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope.get("headers", ())
    ]
    if not _is_loopback(address):
        return "bound"
    if any(name in FORWARDING or name.startswith("x-forwarded") for name, _ in headers):
        return "forwarded"
    client = scope.get("client")
    if not client or not _is_loopback(str(client[0])):
        return "client"
    hosts = [value for name, value in headers if name == "host"]
    if len(hosts) != 1 or not _names_loopback(f"//{hosts[0]}"):
        return "host"
    # "null" is what a browser says of a page that is nobody's: not of ours.
    if any(not _names_loopback(value) for name, value in headers if name == "origin"):
        return "origin"
    return None


def _is_loopback(address: str | None) -> bool:
    if address == "localhost":
        return True
    try:
        return bool(address) and ip_address(str(address).strip("[]")).is_loopback
    except ValueError:
        return False


def _names_loopback(address: str) -> bool:
    """Whether the host of an address is exactly a name of this computer, with any port (it may be tunnelled)."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = parts.netloc.removesuffix(f":{port}") if port is not None else parts.netloc
    bare = not (parts.path or parts.query or parts.fragment)
    return bare and plain.lower() in {"127.0.0.1", "localhost", "[::1]"}


class Gate:
    """Refuses with 403 and one sentence while `closed()` says so; `address()` tells what the server is bound to."""

    def __init__(self, app: Application, closed: Callable[[], bool], address: Callable[[], str | None]) -> None:
        self._app, self._closed, self._address = app, closed, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on, or refuse it."""
        reason = None
        if scope["type"] in {"http", "websocket"} and self._closed():
            reason = refusal(scope, self._address())
        if reason is None:
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, reason)


class _Budget:
    """So much at once and, for longer, so much a second."""

    def __init__(self, at_once: float, per_second: float) -> None:
        self._at_once, self._per_second = at_once, per_second
        self._left, self._looked = at_once, time.monotonic()

    def covers(self, amount: float) -> bool:
        """Take `amount` off what is left; whether it was there."""
        now = time.monotonic()
        self._left = min(self._at_once, self._left + self._per_second * (now - self._looked)) - amount
        self._looked = now
        return self._left >= 0


def address_of(scope: Scope) -> str:
    """Who asks: the address, or what the proxy on this very computer says it is."""
    client = str((scope.get("client") or ("?",))[0])
    if not _is_loopback(client):
        return client
    told = [value for name, value in scope.get("headers", ()) if name.lower() == b"x-forwarded-for"]
    return told[-1].decode("latin-1").rpartition(",")[2].strip() if told else client


class Stream:
    """Lets through what a browser sends on the WebSocket, and no more of it than a person causes.

    Streamlit does for anybody on its WebSocket, signed in or not, what its toolbar can do: empty all caches, for one.
    `kind_of` names the kind of a message's bytes (ValueError: unreadable); what is of no kind in `BROWSERS_OWN` is left
    out and told to `left_out`. Who sends more, or faster for longer, than these bounds is cut off, and an address that
    holds `MOST_OF_ONE` connections gets no further one.
    """

    def __init__(self, app: Application, kind_of: Callable[[bytes], str], left_out: Callable[[str], None]) -> None:
        self._app, self._kind_of, self._left_out = app, kind_of, left_out
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on; a WebSocket with what it receives looked through."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        address = address_of(scope)
        if self._open[address] >= MOST_OF_ONE or self._open.total() >= MOST_OF_ALL:
            self._left_out("connection")
            await _refuse(scope, receive, send, "connections")
            return
        self._open[address] += 1
        try:
            await self._app(scope, self._looked_through(receive, send), send)
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forgets who has none

    def _looked_through(self, receive: Receive, send: Send) -> Receive:
        messages, sent = _Budget(AT_ONCE, PER_SECOND), _Budget(BYTES_AT_ONCE, BYTES_PER_SECOND)

        async def received() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                said = message.get("bytes") or (message.get("text") or "").encode()
                few, small = messages.covers(1), sent.covers(len(said)) and len(said) <= LARGEST_MESSAGE
                if not (few and small):
                    self._left_out("too_large" if few else "too_many")
                    await send({"type": "websocket.close", "code": 1008})
                    return {"type": "websocket.disconnect", "code": 1008}
                try:
                    kind = self._kind_of(said)
                except ValueError:
                    kind = "unreadable"
                if kind in BROWSERS_OWN:
                    return message
                self._left_out(kind)

        return received


class Files:
    """Hands a file that was written for somebody to nobody else, and takes none from who has not signed in.

    `may_have` is told the file's number and the browser's cookies, `may_send` the cookies. A link that was passed on is
    answered as one that there is not. Streamlit itself takes files from whoever has opened its WebSocket.
    """

    def __init__(
        self,
        app: Application,
        may_have: Callable[[str, dict[str, str]], bool],
        may_send: Callable[[dict[str, str]], bool],
    ) -> None:
        self._app, self._may_have, self._may_send = app, may_have, may_send

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on, or answer that there is no such file."""
        path = str(scope.get("path", ""))
        status = 0
        if scope["type"] == "http" and path.startswith("/media/"):
            number = path.removeprefix("/media/").partition(".")[0]
            status = 0 if self._may_have(number, HTTPConnection(scope).cookies) else 404
        elif scope["type"] == "http" and path.startswith("/_stcore/upload_file/") and scope["method"] != "OPTIONS":
            status = 0 if self._may_send(HTTPConnection(scope).cookies) else 403
        await (PlainTextResponse("", status) if status else self._app)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, reason: str) -> None:
    body = "".join(f"{say_in(language, f'access.refused.{reason}')}\n" for language in LANGUAGES).encode()
    if scope["type"] == "websocket":
        await receive()
        # Closing what was not accepted yet is answered with 403.
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else body})
