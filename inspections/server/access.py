"""Who may do what: roles with their rights and pages (`access.toml`), the person behind a sign-in, how long it lasts.

Everything here is handed its facts (claims, settings, the time): pages fetch them, tests make them up.
"""

from __future__ import annotations

import hashlib
import json
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from inspections.store.whole_files import built_beside, move_into_place
from inspections.words.errors import InspectionsError

Mode = Literal["single", "server"]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A shorter secret can be guessed, and with it anybody's cookie be made.
SHORTEST_SECRET = 32
EXAMPLE_SECRET = "CHANGE-ME"  # noqa: S105 - the example's placeholder, refused as a secret
LONGEST_NAME = 200


@dataclass(frozen=True)
class Person:
    """Whoever uses the dashboard: name, roles, the rights these bring, the provider's own name of them (`sub`)."""

    name: str
    roles: tuple[str, ...]
    rights: frozenset[str]
    subject: str = ""

    def may(self, right: str) -> bool:
        """Whether one of the roles brings `right`. Raises KeyError for a right that there is not."""
        if right not in all_rights():
            raise KeyError(right)
        return right in self.rights

    def reads(self, page: str) -> bool:
        """Whether one of the roles reads a page, named "section/page"."""
        return any(fnmatchcase(page, pattern) for pattern in pages_of(self))

    @property
    def without(self) -> frozenset[str]:
        """The rights this person lacks: what answers are kept free of."""
        return all_rights() - self.rights


@cache
def rules() -> dict[str, dict[str, list[str]]]:
    """`access.toml`: rights by role, pages by role."""
    return tomllib.loads(resources.files("inspections.server").joinpath("access.toml").read_text("utf-8"))


@cache
def all_rights() -> frozenset[str]:
    """Every right there is."""
    return frozenset(right for rights in rules()["rights"].values() for right in rights)


def pages_of(person: Person) -> tuple[str, ...]:
    """The pages of a person's roles, as patterns of "section/page"."""
    return tuple(dict.fromkeys(page for role in person.roles for page in rules()["pages"][role]))


def _with_roles(name: str, roles: tuple[str, ...]) -> Person:
    return Person(name, roles, frozenset(right for role in roles for right in rules()["rights"][role]))


def everything(name: str) -> Person:
    """The one person of the single mode, who may do all there is."""
    return Person(name, ("supervisor",), all_rights())


def who_only_reads(person: Person) -> Person:
    """The same person with the rights that an auditor has, too: those that change nothing."""
    return replace(person, rights=person.rights & frozenset(rules()["rights"]["auditor"]))


def nobody() -> Person:
    """Whoever has not signed in, or no longer is."""
    return Person("", (), frozenset())


# ---------------------------------------------------------------------------------------------------- settings
@dataclass(frozen=True)
class Settings:
    """Section `access` of the secrets file.

    `roles_claim` names the claim with the roles, a dotted path where it lies deeper (`realm_access.roles`);
    `role_names` says which of its values is which role (empty: they are the roles' own names). `users` gives roles to
    people by e-mail address or subject. `provider` is the section of `auth` to sign in with where there are several.
    """

    roles_claim: str = "roles"
    role_names: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    idle_minutes: float = 30
    session_hours: float = 10
    contact: str = ""
    provider: str = ""


def read_settings(table: Mapping[str, Any]) -> Settings:
    """The settings from section `access` as read; what is left out has its default.

    Raises InspectionsError `access_key_unknown`, `access_value_wrong` (with the key) and `access_role_unknown` (with
    the role and those there are): a misspelt role would silently be none.
    """
    known = Settings.__dataclass_fields__
    for key in table:
        if key not in known:
            raise InspectionsError("access_key_unknown", key=key, known=", ".join(known))
    values: dict[str, Any] = {}
    for key in ("roles_claim", "contact", "provider"):
        if not isinstance(table.get(key, ""), str):
            raise InspectionsError("access_value_wrong", key=key)
        values |= {key: table[key]} if key in table else {}
    for key in ("idle_minutes", "session_hours"):
        number = table.get(key, 1)
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < 10_000:
            raise InspectionsError("access_value_wrong", key=key)
        values |= {key: number} if key in table else {}
    for key in ("role_names", "users"):
        if not isinstance(table.get(key, {}), Mapping):
            raise InspectionsError("access_value_wrong", key=key)
    values["role_names"] = {str(value): _role(role) for value, role in table.get("role_names", {}).items()}
    values["users"] = {
        str(user).strip().lower(): tuple(_role(role) for role in ([roles] if isinstance(roles, str) else roles))
        for user, roles in table.get("users", {}).items()
    }
    return Settings(**values)


def _role(name: object) -> str:
    if name not in rules()["rights"]:
        raise InspectionsError("access_role_unknown", role=name, known=", ".join(rules()["rights"]))
    return str(name)


def mode(asked: str | None, auth: Mapping[str, Any], provider: str = "") -> Mode:
    """How the dashboard is used: `asked` is the value of INSPECTIONS_ACCESS, `auth` the section of the secrets file.

    Single has to be asked for; server mode needs OpenID Connect. Raises InspectionsError `access_mode_unknown`,
    `access_not_set` (neither asked for nor set up), and of server mode `access_no_login` (with the keys that are
    missing), `access_secret_weak` and `access_redirect_open` (cookies would travel without TLS).
    """
    if asked == "single":
        return "single"
    if asked and asked != "server":
        raise InspectionsError("access_mode_unknown", mode=asked)
    if not asked and not auth:
        raise InspectionsError("access_not_set")
    of_provider = auth.get(provider, {}) if provider else auth
    missing = [key for key in ("redirect_uri", "cookie_secret") if not auth.get(key)]
    missing += [key for key in ("client_id", "client_secret", "server_metadata_url") if not of_provider.get(key)]
    if missing:
        raise InspectionsError("access_no_login", missing=", ".join(missing))
    secret = str(auth["cookie_secret"])
    if len(secret) < SHORTEST_SECRET or EXAMPLE_SECRET in secret:
        raise InspectionsError("access_secret_weak", least=SHORTEST_SECRET)
    address = urlsplit(str(auth["redirect_uri"]))
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise InspectionsError("access_redirect_open", address=auth["redirect_uri"])
    return "server"


# ---------------------------------------------------------------------------------------------------- people
def person_of(claims: Mapping[str, Any], settings: Settings) -> Person:
    """The person behind the claims of a sign-in. Unknown values bring no role, and who has no role sees no data.

    An e-mail address counts unless the provider says that it is not verified.
    """
    found = _claim(claims, settings.roles_claim)
    values = [found] if isinstance(found, str) else found if isinstance(found, list | tuple) else []
    names = settings.role_names or {role: role for role in rules()["rights"]}
    held = {names[value] for value in values if isinstance(value, str) and value in names}
    keys = [claims.get("sub"), claims.get("email") if claims.get("email_verified") is True else None]
    for key in keys:
        if isinstance(key, str):
            held |= set(settings.users.get(key.strip().lower(), ()))
    found = _with_roles(_name(claims), tuple(role for role in rules()["rights"] if role in held))
    return replace(found, subject=_printable(claims.get("sub")))


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of that very name (they may hold dots), else what lies at the dotted path; None where nothing does."""
    if path in claims:
        return claims[path]
    node: Any = claims
    for part in path.split("."):
        if not isinstance(node, Mapping) or part not in node:
            return None
        node = node[part]
    return node


def _name(claims: Mapping[str, Any]) -> str:
    for key in ("preferred_username", "email", "name", "sub"):
        value = _printable(claims.get(key))
        if value:
            return value
    return "?"


def _printable(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST_NAME]


# ---------------------------------------------------------------------------------------------------- sign-ins
State = Literal["alive", "idle", "expired", "ended"]


def sign_in_key(claims: Mapping[str, Any]) -> str:
    """What tells one sign-in from another: issuer, subject, time and nonce, as a hash that says nothing by itself."""
    told = [claims.get(name) for name in ("iss", "sub", "iat", "nonce")]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def person_key(claims: Mapping[str, Any]) -> str:
    """What tells one person from another: issuer and subject, as a hash that says nothing by itself."""
    told = [claims.get(name) for name in ("iss", "sub")]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class SignedIn:
    """Somebody whose sign-ins are alive: their key, who it is, when last used (seconds since 1970), how many."""

    key: str
    person: Person
    last: float
    count: int


class SignIns:
    """The sign-ins this process has seen, with when each was last used; times are seconds since 1970.

    The identity cookie lives for weeks and is good in every tab, so that it is this record which ends a sign-in: after
    a while without use, after some hours at all, and when the person signs out. A sign-in that the process has not seen
    counts as used when it was made: after a restart the older ones have to be made anew. Those that were ended are
    kept in a file, `kept()`, so that a restart does not bring them back.
    """

    def __init__(self, kept: Callable[[], Path] | None = None) -> None:
        self._used: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        # Whose sign-ins have all been ended, and when; who is behind a sign-in.
        self._sent_away: dict[str, float] = {}
        self._people: dict[str, tuple[str, Person]] = {}
        self._kept = kept
        self._read: Path | None = None
        self._lock = threading.Lock()

    def state(self, key: str, signed_in_at: float, now: float, settings: Settings, who: str = "") -> State:
        """Whether a sign-in of the person `who` (a `person_key`) is alive, or how it came to its end."""
        with self._lock:
            self._remember()
            if key in self._ended or signed_in_at <= self._sent_away.get(who, -1):
                return "ended"
            if now - signed_in_at >= settings.session_hours * 3600:
                return "expired"
            idle = now - self._used.get(key, signed_in_at) >= settings.idle_minutes * 60
            return "idle" if idle else "alive"

    def use(self, key: str, now: float, settings: Settings, who: str = "", person: Person | None = None) -> bool:
        """Note that somebody does something; whether it is the first time. Forgets what has expired anyway."""
        with self._lock:
            first = key not in self._used
            self._used[key] = now
            if person is not None:
                self._people[key] = who, person
            oldest = now - settings.session_hours * 3600
            for known in (self._used, self._ended, self._sent_away):
                for other in [other for other, last in known.items() if last < oldest]:
                    del known[other]
            self._people = {one: told for one, told in self._people.items() if one in self._used}
            return first

    def people(self, now: float, settings: Settings) -> list[SignedIn]:
        """Whose sign-ins this process has seen and are alive, who did something last first."""
        with self._lock:
            found: dict[str, SignedIn] = {}
            for key, (who, person) in self._people.items():
                last = self._used[key]
                gone = key in self._ended or last <= self._sent_away.get(who, -1)
                if gone or now - last >= settings.idle_minutes * 60:
                    continue
                before = found.get(who)
                latest = max(last, before.last if before else last)
                found[who] = SignedIn(who, person, latest, (before.count if before else 0) + 1)
            return sorted(found.values(), key=lambda one: -one.last)

    def end_all(self, who: str, now: float) -> None:
        """End every sign-in that a person has made until now, on whatever machine. Raises OSError if unwritten."""
        with self._lock:
            self._remember()
            self._sent_away[who] = now
            self._write()

    def end(self, key: str, now: float) -> None:
        """The person has signed out: a copy of the cookie is worth nothing any more. Raises OSError if unwritten."""
        with self._lock:
            self._remember()
            self._ended[key] = now
            self._write()

    def _write(self) -> None:
        if self._read:
            lines = [f"{ended:.0f} {one}\n" for one, ended in self._ended.items()]
            lines += [f"{ended:.0f} *{one}\n" for one, ended in self._sent_away.items()]
            with built_beside(self._read) as building:
                building.write_text("".join(lines), "ascii")
                move_into_place(building, self._read)

    def _remember(self) -> None:
        """What was ended before this process began, once for each file."""
        path = self._kept() if self._kept else None
        if path is None or path == self._read:
            return
        for said in path.read_text("ascii", "replace").splitlines() if path.is_file() else ():
            ended, _, key = said.partition(" ")
            if ended.isdigit() and key:
                known = self._sent_away if key.startswith("*") else self._ended
                known.setdefault(key.removeprefix("*"), float(ended))
        self._read = path
