"""Re-runs a sealed package of a draw with nothing but Python's standard library; the package carries it as verify.py.

    python verify.py                in the unzipped folder
    python verify.py PACKAGE.zip    on the package as it is

Works with Python 3.8 and later, reads row by row (memory does not grow with the pool), writes nothing and reaches no
network. Exit code 0: everything agrees. 1: it differs; every difference is one line with file, row or object, field,
expected, found. 2: this is no sealed package, or it is damaged.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import heapq
import io
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, Callable, Iterator, NamedTuple  # noqa: UP035 - Python 3.8 has them here

FORMAT = "double-random-sealed-package"
PUBLIC_FORMAT = "double-random-public-package"
VERSION = 1
METHOD = "sha256_ticket"
NONE = "none"

REQUIRED = ("README.en.txt", "README.zh.txt", "SHA256SUMS", "draw.json", "drawn.csv", "frame.csv", "verify.py")
OPTIONAL = ("inspectors.csv",)
DRAWN_HEADING = ["place", "object_id", "class", "ticket", "substitute_for", "reason"]
INSPECTORS_HEADING = ["object_id", "certificate_no"]

# No honest package comes near these: they keep a damaged or hostile one from filling memory or disk.
LARGEST = {"frame.csv": 2**31, "drawn.csv": 2**30, "inspectors.csv": 2**30}
LARGEST_OTHER = 2**24
MOST_EXPANSION = 250
LONGEST_LINE = 2**16
MOST_DIFFERENCES = 200

TROUBLES = {
    "not_found": ("找不到文件或无法读取", "cannot be found or read"),
    "not_a_zip": ("不是 zip 文件，或已损坏", "is no zip file, or damaged"),
    "public": ("是公开包，没有种子和类别，无法复算", "is a public package: it has no seed and no classes to re-run"),
    "foreign": ("不是本系统的封存包", "is no sealed package of this product"),
    "version": ("封存包格式版本不受支持", "has a format version that this program does not know"),
    "missing": ("缺少成员", "lacks a member"),
    "duplicate": ("成员重复", "holds a member twice"),
    "unexpected": ("含有不应有的成员或路径", "holds a member or path that does not belong there"),
    "too_large": ("成员过大或压缩比异常", "holds a member that is too large or expands too far"),
    "encrypted": ("成员设有密码", "holds a member with a password"),
    "damaged": ("成员已损坏，无法读出", "holds a member that is damaged and cannot be read"),
    "encoding": ("成员不是 UTF-8 文本", "holds a member that is not UTF-8 text"),
    "format": ("成员的格式不符", "holds a member that is not in the form it should have"),
}  # fmt: skip


UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, RuntimeError)


class PackageError(Exception):
    """The file is no sealed package or cannot be read. `code` is a key of TROUBLES; `detail` names the member."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Difference(NamedTuple):
    """Where a package differs from what follows from its seed, frame and quotas. `row`: row, class or object, or ""."""

    file: str
    row: str
    field: str
    expected: str
    found: str


class Outcome(NamedTuple):
    """`draw`: the content of draw.json. `differences`: in the order found; `cut`: whether there were more."""

    draw: dict[str, Any]
    pool: int
    drawn: int
    differences: list[Difference]
    cut: bool


# What a stratum's smallest tickets are told by: passed over or not, ticket, object, class; in order.
Order = Any
Tell = Callable[..., None]


# What anyone can recompute


def ticket(seed: str, object_id: str) -> str:
    """SHA-256 of the UTF-8 text `<seed>,<object_id>`, lower-case hexadecimal."""
    return hashlib.sha256((seed + "," + object_id).encode("utf-8")).hexdigest()


def task_key(doc_no: str, plan_kind: str, seq: int) -> str:
    """The ten characters that stand for a task in its seeds."""
    digest = hashlib.sha256((doc_no + "," + plan_kind + "," + str(seq)).encode("utf-8")).digest()
    return base64.b32encode(digest).decode("ascii")[:10].lower()


# Opening


class Package:
    """A sealed package as a zip file or an unzipped folder: names checked, members read with a limit."""

    def __init__(self, source: Any) -> None:
        """`source`: a path, or a file opened for reading bytes. Raises PackageError."""
        self._folder: Path | None = None
        if isinstance(source, (str, Path)) and Path(source).is_dir():
            self._folder = Path(source)
            self._names = [name for name in (*REQUIRED, *OPTIONAL) if (self._folder / name).is_file()]
            self._check_names()
            return
        try:
            self._zip = zipfile.ZipFile(source)
            infos = self._zip.infolist()
        except OSError as error:
            raise PackageError("not_found") from error
        except UNREADABLE as error:
            raise PackageError("not_a_zip") from error
        self._names = [info.filename for info in infos]
        if any(name in ("draw.public.json", "public.json") for name in self._names):
            raise PackageError("public")
        if not any(name in self._names for name in ("draw.json", "frame.csv", "SHA256SUMS")):
            raise PackageError("foreign")
        self._check_names()
        for info in infos:
            if info.flag_bits & 1:
                raise PackageError("encrypted", info.filename)
            most = LARGEST.get(info.filename, LARGEST_OTHER)
            if info.file_size > most or info.file_size > MOST_EXPANSION * info.compress_size + LARGEST_OTHER:
                raise PackageError("too_large", info.filename)

    def _check_names(self) -> None:
        for name in sorted(set(self._names)):
            if name not in REQUIRED and name not in OPTIONAL:
                raise PackageError("unexpected", repr(name)[1:-1])
            if self._names.count(name) > 1:
                raise PackageError("duplicate", name)
        for name in REQUIRED:
            if name not in self._names:
                raise PackageError("missing", name)

    @property
    def names(self) -> list[str]:
        """The members that are there, in order of name."""
        return sorted(self._names)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, piece by piece."""
        left = LARGEST.get(name, LARGEST_OTHER)
        try:
            with self._open(name) as stream:
                while True:
                    piece = stream.read(2**20)
                    if not piece:
                        return
                    left -= len(piece)
                    if left < 0:
                        raise PackageError("too_large", name)
                    yield piece
        except UNREADABLE as error:
            raise PackageError("damaged", name) from error

    def _open(self, name: str) -> IO[bytes]:
        if self._folder is not None:
            return (self._folder / name).open("rb")
        return self._zip.open(name)

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a member without their line feeds."""
        rest = b""
        for piece in self.chunks(name):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield _decoded(line, name)
            if len(rest) > LONGEST_LINE:
                raise PackageError("format", name)
        if rest:
            yield _decoded(rest, name)

    def whole(self, name: str) -> bytes:
        """All of a small member."""
        return b"".join(self.chunks(name))


def _decoded(line: bytes, name: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackageError("encoding", name) from error


# Checking


def verify(source: Any) -> Outcome:
    """Re-run the sealed package at `source` (a path of a zip file or folder, or a file opened for reading bytes).

    Raises PackageError where it is no sealed package or cannot be read.
    """
    package = Package(source)
    draw = _read_draw(package)
    differences: list[Difference] = []
    cut = False

    def tell(file: str, row: Any, field: str, expected: Any, found: Any) -> None:
        nonlocal cut
        if len(differences) < MOST_DIFFERENCES:
            differences.append(Difference(file, str(row), field, _shown(expected), _shown(found)))
        else:
            cut = True

    _check_sums(package, tell)
    _check_seed(draw, tell)
    wanted = _wanted(draw)
    sizes, best, pool = _read_frame(package, draw, wanted, tell)
    _check_quotas(draw, sizes, pool, tell)
    drawn, replaced = _check_drawn(package, draw, wanted, best, tell)
    _check_inspectors(package, draw, drawn, replaced, tell)
    return Outcome(draw, pool, len(drawn), differences, cut)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(text: str) -> str:
    """Without what a terminal would obey: a package comes from somebody else."""
    return "".join(one if one.isprintable() or one == "\u3000" else "\ufffd" for one in text)


def _read_draw(package: Package) -> dict[str, Any]:
    try:
        draw = json.loads(_decoded(package.whole("draw.json"), "draw.json"))
    except (ValueError, RecursionError) as error:
        raise PackageError("format", "draw.json") from error
    if not isinstance(draw, dict) or draw.get("format") != FORMAT:
        raise PackageError("public" if isinstance(draw, dict) and draw.get("format") == PUBLIC_FORMAT else "foreign")
    if draw.get("version") != VERSION:
        raise PackageError("version", _shown(draw.get("version")))
    texts = ("seed", "seed_nonce", "frame_nonce", "seed_commitment", "frame_commitment", "method", "kind")
    right = all(isinstance(draw.get(name), str) for name in texts)
    right = right and all(isinstance(draw.get(name), bool) for name in ("stratified", "rotation"))
    right = right and all(_is_count(draw.get(name)) for name in ("ordinal", "frame_size"))
    right = right and isinstance(draw.get("task"), dict) and isinstance(draw.get("quotas"), dict)
    right = right and all(
        isinstance(part, dict) and _is_count(part.get("pool")) and _is_count(part.get("quota"))
        for part in draw["quotas"].values()
    )
    if not right or draw["method"] != METHOD or (not draw["stratified"] and list(draw["quotas"]) != ["*"]):
        raise PackageError("format", "draw.json")
    return draw


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_sums(package: Package, tell: Tell) -> None:
    listed: dict[str, str] = {}
    for number, line in enumerate(package.lines("SHA256SUMS"), start=1):
        digest, gap, name = line.partition("  ")
        if len(digest) != 64 or not gap or name in listed:
            tell("SHA256SUMS", number, "-", "<sha256>  <name>", line[:100])
            continue
        listed[name] = digest
    expected = [name for name in package.names if name != "SHA256SUMS"]
    for name in sorted(set(listed) | set(expected)):
        if name not in expected or name not in listed:
            tell("SHA256SUMS", name, "name", name if name in expected else None, name if name in listed else None)
            continue
        counted = hashlib.sha256()
        for piece in package.chunks(name):
            counted.update(piece)
        if counted.hexdigest() != listed[name]:
            tell(name, "", "sha256", listed[name], counted.hexdigest())


def _check_seed(draw: dict[str, Any], tell: Tell) -> None:
    seed = draw["seed"]
    if "," in seed or seed.splitlines() != [seed]:
        tell("draw.json", "", "seed", "text without comma and line break", seed)
    _compare(tell, "seed_commitment", ticket(draw["seed_nonce"], seed), draw["seed_commitment"])
    task = draw["task"]
    if isinstance(task.get("seq"), int) and task.get("key") is not None:
        key = task_key(str(task.get("doc_no") or ""), str(task.get("plan_kind") or ""), task["seq"])
        _compare(tell, "task.key", key, task["key"])
        _compare(tell, "seed", "<master>-" + key + "-" + str(draw["ordinal"]), _masked(seed), seed)
    replaced = draw.get("replaces")
    if not isinstance(replaced, dict):
        return
    if not str(draw.get("reason") or "").strip():
        tell("draw.json", "", "reason", "a reason for the re-draw", draw.get("reason"))
    if isinstance(replaced.get("seed"), str) and isinstance(replaced.get("seed_nonce"), str):
        opened = ticket(replaced["seed_nonce"], replaced["seed"])
        _compare(tell, "replaces.seed_commitment", opened, replaced.get("seed_commitment"))
        # The re-draw keeps the master seed of the first draw, so that nobody can try until the list pleases.
        _compare(tell, "replaces.seed", seed.rpartition("-")[0], replaced["seed"].rpartition("-")[0])


def _compare(tell: Tell, field: str, expected: Any, found: Any, shown: Any = None) -> None:
    if expected != found:
        tell("draw.json", "", field, expected, found if shown is None else shown)


def _masked(seed: str) -> str:
    """The seed with its master seed left out."""
    master, dash, rest = seed.partition("-")
    return "<master>-" + rest if master and dash else seed


def _wanted(draw: dict[str, Any]) -> dict[str, int]:
    return {name: part["quota"] for name, part in draw["quotas"].items()}


def _read_frame(
    package: Package, draw: dict[str, Any], wanted: dict[str, int], tell: Tell
) -> tuple[dict[str, int], dict[str, Order], int]:
    """Objects per stratum, and of each stratum as many of the smallest tickets as drawn.csv may need."""
    extra = max(sum(1 for _ in package.lines("drawn.csv")) - 1, 0)
    rotation, stratified, seed = draw["rotation"], draw["stratified"], draw["seed"]
    heading = "object_id,class,passed_over" if rotation else "object_id,class"
    commitment = hashlib.sha256((draw["frame_nonce"] + "\n").encode("utf-8"))
    sizes: dict[str, int] = {}
    best: dict[str, list[Any]] = {}
    lines = package.lines("frame.csv")
    found = next(lines, "")
    if found != heading:
        tell("frame.csv", 1, "heading", heading, found[:200])
    before, pool = "", 0
    for number, line in enumerate(lines, start=2):
        commitment.update((line + "\n").encode("utf-8"))
        over = False
        row = line
        if rotation:
            row, _, flag = line.rpartition(",")
            over = flag == "1"
            if flag not in ("0", "1"):
                tell("frame.csv", number, "passed_over", "0 / 1", flag[:100])
        object_id, comma, code = row.rpartition(",")
        if not comma or not object_id:
            tell("frame.csv", number, "object_id", heading, line[:200])
            continue
        if pool and not before < object_id:
            # Sorted, so that the same pool has one text only, and so that nobody stands in it twice.
            tell("frame.csv", number, "object_id", "> " + before, object_id)
        before, pool = object_id, pool + 1
        code = code or NONE
        stratum = code if stratified else "*"
        sizes[stratum] = sizes.get(stratum, 0) + 1
        most = max(wanted.get(stratum, 0), extra)
        if most:
            _keep(best.setdefault(stratum, []), most, (over, ticket(seed, object_id)), object_id, code)
    _compare(tell, "frame_commitment", commitment.hexdigest(), draw["frame_commitment"])
    ordered: dict[str, Order] = {
        stratum: sorted((kept.over, kept.ticket, kept.object_id, kept.code) for kept in heap)
        for stratum, heap in best.items()
    }
    return sizes, ordered, pool


class _Kept:
    """A candidate on a heap whose top is the candidate that comes last."""

    __slots__ = ("code", "object_id", "over", "ticket")

    def __init__(self, order: tuple[bool, str], object_id: str, code: str) -> None:
        self.over, self.ticket = order
        self.object_id = object_id
        self.code = code

    def __lt__(self, other: _Kept) -> bool:
        return (self.over, self.ticket) > (other.over, other.ticket)


def _keep(heap: list[_Kept], most: int, order: tuple[bool, str], object_id: str, code: str) -> None:
    if len(heap) < most:
        heapq.heappush(heap, _Kept(order, object_id, code))
    elif order < (heap[0].over, heap[0].ticket):
        heapq.heapreplace(heap, _Kept(order, object_id, code))


def _check_quotas(draw: dict[str, Any], sizes: dict[str, int], pool: int, tell: Tell) -> None:
    _compare(tell, "frame_size", pool, draw["frame_size"])
    for stratum, part in draw["quotas"].items():
        size = sizes.get(stratum, 0)
        _compare(tell, "quotas." + stratum + ".pool", size, part["pool"])
        if part["quota"] > size:
            tell("draw.json", "", "quotas." + stratum + ".quota", "<= " + str(size), part["quota"])


def _check_drawn(  # noqa: PLR0912 - one row, one look at each of its fields
    package: Package, draw: dict[str, Any], wanted: dict[str, int], best: dict[str, Order], tell: Tell
) -> tuple[dict[str, tuple[str, int]], set[str]]:
    """Compare every row of drawn.csv with what follows from seed, frame and quotas.

    Gives the objects with stratum and place, and those that a substitute stands in for.
    """
    drawn: dict[str, tuple[str, int]] = {}
    places: dict[str, dict[int, str]] = {}
    regular: dict[str, int] = {}
    replaced: set[str] = set()
    for number, (place, object_id, code, its_ticket, stands_in_for, reason) in _table(
        package, "drawn.csv", DRAWN_HEADING, tell
    ):
        stratum = (code or NONE) if draw["stratified"] else "*"
        at = int(place) if place.isascii() and place.isdigit() and len(place) < 12 else 0
        taken = places.setdefault(stratum, {})
        if object_id in drawn:
            tell("drawn.csv", number, "object_id", "once", object_id)
            continue
        drawn[object_id] = (stratum, at)
        if at < 1 or at in taken:
            tell("drawn.csv", object_id, "place", "a place of its own", place)
        taken[at] = object_id
        order = best.get(stratum, [])
        _, _, right_object, right_code = order[at - 1] if 1 <= at <= len(order) else (False, "", None, None)
        if object_id != right_object:
            tell("drawn.csv", number, "object_id", right_object, object_id)
        elif (code or NONE) != right_code:
            tell("drawn.csv", object_id, "class", "" if right_code == NONE else right_code, code)
        if its_ticket != ticket(draw["seed"], object_id):
            tell("drawn.csv", object_id, "ticket", ticket(draw["seed"], object_id), its_ticket)
        if not stands_in_for:
            regular[stratum] = regular.get(stratum, 0) + 1
            continue
        if stands_in_for in replaced:
            tell("drawn.csv", object_id, "substitute_for", "once", stands_in_for)
        replaced.add(stands_in_for)
        if not 0 < drawn.get(stands_in_for, ("", 0))[1] < at or drawn[stands_in_for][0] != stratum:
            tell("drawn.csv", object_id, "substitute_for", "drawn before it in its class", stands_in_for)
        if not reason.strip():
            tell("drawn.csv", object_id, "reason", "a reason for the substitute", reason)
    for stratum in sorted(set(wanted) | set(places)):
        if regular.get(stratum, 0) != wanted.get(stratum, 0):
            tell("drawn.csv", stratum, "quota", wanted.get(stratum, 0), regular.get(stratum, 0))
        taken = places.get(stratum, {})
        for at, one in enumerate(best.get(stratum, [])[: max(wanted.get(stratum, 0), len(taken))], start=1):
            if at not in taken:
                tell("drawn.csv", stratum, "place " + str(at), one[2], None)
    return drawn, replaced


def _check_inspectors(
    package: Package, draw: dict[str, Any], drawn: dict[str, Any], replaced: set[str], tell: Tell
) -> None:
    if "inspectors.csv" not in package.names:
        return
    teams: dict[str, list[str]] = {}
    for number, (object_id, certificate) in _table(package, "inspectors.csv", INSPECTORS_HEADING, tell):
        if object_id not in drawn:
            tell("inspectors.csv", number, "object_id", "in drawn.csv", object_id)
        if not certificate or certificate in teams.get(object_id, []):
            tell("inspectors.csv", number, "certificate_no", "another inspector", certificate)
        teams.setdefault(object_id, []).append(certificate)
    least: Any = draw.get("inspectors_per_object")
    if _is_count(least):
        for object_id in sorted(set(drawn) - replaced):
            if len(teams.get(object_id, [])) < least:
                tell("inspectors.csv", object_id, "certificate_no", ">= " + str(least), len(teams.get(object_id, [])))


def _table(package: Package, name: str, heading: list[str], tell: Tell) -> Iterator[tuple[int, list[str]]]:
    try:
        reader = csv.reader(package.lines(name), strict=True)
        for number, row in enumerate(reader, start=1):
            if number == 1:
                if row != heading:
                    tell(name, 1, "heading", ",".join(heading), ",".join(row)[:200])
            elif len(row) != len(heading):
                tell(name, number, "-", ",".join(heading), ",".join(row)[:200])
            else:
                yield number, row
    except csv.Error as error:
        raise PackageError("format", name) from error


# Telling


def report(source: Any, out: Any) -> int:
    """Verify and print the result in Chinese and English. Returns the exit code."""
    try:
        outcome = verify(source)
    except PackageError as error:
        zh, en = TROUBLES[error.code]
        detail = " (" + _plain(error.detail) + ")" if error.detail else ""
        print(str(source) + " " + zh + detail + "。 / " + str(source) + " " + en + detail + ".", file=out)
        return 2
    for one in outcome.differences:
        where = one.file + (" [" + one.row + "]" if one.row else "") + " " + one.field
        print(_plain(where + ": 应为 / expected " + one.expected + "; 实为 / found " + one.found), file=out)
    if outcome.cut:
        print("…… 仅列前 " + str(MOST_DIFFERENCES) + " 处 / only the first " + str(MOST_DIFFERENCES), file=out)
    task = outcome.draw["task"]
    name = _plain(str(task.get("name") or task.get("key") or "-"))
    trial = outcome.draw["kind"] != "official"
    print(name + " #" + str(outcome.draw["ordinal"]) + ("  试抽 / trial draw" if trial else ""), file=out)
    if outcome.differences:
        print("不一致 / differs: " + str(len(outcome.differences)), file=out)
        return 1
    print(
        "一致：" + str(outcome.pool) + " 个对象，抽取 " + str(outcome.drawn) + " 个，全部复算相同。 / "
        "Agrees: " + str(outcome.drawn) + " of " + str(outcome.pool) + " objects drawn, all as recomputed.",
        file=out,
    )
    commitments = outcome.draw["seed_commitment"] + " " + outcome.draw["frame_commitment"]
    print("承诺 / commitments: " + _plain(commitments), file=out)
    return 0


def main(arguments: list[str]) -> int:
    """`verify.py [PACKAGE]`; without a package, the folder in which verify.py lies."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if len(arguments) > 1 or arguments in (["-h"], ["--help"]):
        sys.stdout.write(str(__doc__))
        return 2
    return report(arguments[0] if arguments else Path(__file__).resolve().parent, sys.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
