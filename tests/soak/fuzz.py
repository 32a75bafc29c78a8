"""Thousands of spoilt files for every reader, each watched (python -m tests.soak.fuzz --cases 20000).

A reader may read a file or refuse it with a sentence in both languages; it may not crash, hang over five seconds or
take more than 1 GiB. Prints cases, failures, the slowest case and the peak of memory; exit code 1 on any failure.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pandas as pd

from inspections.draws.verifier import PackageError, verify
from inspections.evaluation.rubric import read_rubric
from inspections.files.opening import read_document
from inspections.intake import cells
from inspections.intake.kinds import KINDS
from inspections.intake.recognising import looks_like_notice, recognise
from inspections.intake.sheet import read_sheet
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_error
from inspections.year.planning_file import read_scenario
from inspections.year.simulation_file import read_simulation_file
from tests.soak.mutation import READERS, SEEDS, case
from tests.spoken import spoken_in

SECONDS = 5
GIBIBYTE = 1 << 30
TYPES = tuple(dict.fromkeys(field.type for kind in KINDS.values() for field in kind.fields.values()))


def read(reader: str, path: Path) -> str:
    """Have one reader read one file. Comes back with "read" or the code of the refusal; anything else is raised."""
    try:
        match reader:
            case "sheet":
                _read_sheet(path)
            case "cells":
                text = path.read_bytes().decode("utf-8", "replace")
                for kind in TYPES:
                    cells.read(kind, pd.Series(text.replace('"', "").split(","), dtype="str"))
            case "notice":
                _nothing_from_elsewhere(repr(read_document(path)))
            case "package":
                verify(str(path))
            case "rubric":
                read_rubric(path.read_bytes().decode("utf-8", "replace"), path.name)
            case "simulation":
                read_simulation_file(path)
            case "planning":
                read_scenario(path)
    except PackageError as error:
        return error.code
    except InspectionsError as error:
        for language in LANGUAGES:
            sentence = spoken_in(language, say_error, error)
            if reader in {"sheet", "notice"} and ("{" in sentence or path.name not in sentence):
                raise AssertionError(sentence) from error
        return error.code
    return "read"


def _read_sheet(path: Path) -> None:
    sheet = read_sheet(path)
    if list(sheet.rows.columns) != list(range(len(sheet.headers))) or sheet.rows.isna().any(axis=None):
        raise AssertionError("columns and headings differ, or a cell is missing")
    if not sheet.rows.index.is_monotonic_increasing or not sheet.rows.index.is_unique:
        raise AssertionError("row numbers do not rise")
    _nothing_from_elsewhere(sheet.rows.to_csv())
    looks_like_notice(sheet.headers)
    found = recognise(sheet.headers)
    for field, column in found.mapping.items():
        cells.read(KINDS[found.kind or ""].fields[field].type, sheet.rows[column])


def _nothing_from_elsewhere(told: str) -> None:
    if "root:" in told or told.count("笑") >= 1_000_000:
        raise AssertionError("another file, or an entity of entities, was read")


@dataclass(frozen=True)
class Told:
    """What a worker says of one case; `problem` is empty where all is well."""

    name: str
    outcome: str
    problem: str
    seconds: float
    peak: int


def cases(count: int, first: int, readers: tuple[str, ...] = READERS) -> Iterator[tuple[str, str, int]]:
    """`count` cases that take turns through readers and seeds: sheets and notices, which have most, come most often."""
    seeds = [(reader, seed) for reader in readers for seed in SEEDS[reader]]
    for number in range(count):
        reader, seed = seeds[number % len(seeds)]
        yield reader, seed, first + number // len(seeds)


def grow_no_further() -> None:
    """Let this process take 1 GiB more than it has, so that a bomb that goes off is a failure and not the end."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = pages * resource.getpagesize() + GIBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def work(asked: Connection, folder: str) -> None:
    """A worker: reads cases until there are no more."""
    grow_no_further()
    while (told := asked.recv()) is not None:
        reader, seed, number = told
        name = f"{reader}/{seed}/{number}"
        path = Path(folder) / seed
        path.write_bytes(case(reader, seed, number))
        begun, problem, outcome = time.perf_counter(), "", "crash"
        try:
            outcome = read(reader, path)
        except BaseException as error:  # noqa: BLE001 - whatever comes out is the finding
            problem = f"{type(error).__name__}: {error}"[:300]
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        if seconds > SECONDS:
            problem = problem or f"{seconds:.1f} s"
        if peak > GIBIBYTE:
            problem = problem or f"{peak >> 20} MiB"
        asked.send(Told(name, outcome, problem, seconds, peak))


class Worker:
    """A process that reads cases, and is put down and replaced when it hangs or dies."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        self.asked, other = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=work, args=(other, self.folder), daemon=True)
        self.process.start()
        other.close()
        self.current: tuple[str, str, int] | None = None
        self.since = 0.0

    def give(self, told: tuple[str, str, int] | None) -> None:
        self.current, self.since = told, time.perf_counter()
        self.asked.send(told)

    def answer(self) -> Told | None:
        """What the worker says, or what became of it; None while it works."""
        name = "/".join(map(str, self.current or ()))
        try:
            if self.asked.poll(0.01):
                return self.asked.recv()
        except EOFError:
            return self._replaced(Told(name, "died", f"the process died ({self.process.exitcode})", 0, 0))
        # Twice the limit, so that a busy machine is not taken for a hanging reader.
        if time.perf_counter() - self.since > 2 * SECONDS:
            return self._replaced(Told(name, "hung", f"over {2 * SECONDS} s", 2 * SECONDS, 0))
        return None

    def _replaced(self, told: Told) -> Told:
        self.process.kill()
        self.process.join()
        self.start()
        return told


def run(count: int, first: int, workers: int, readers: tuple[str, ...] = READERS) -> list[Told]:
    """Have all cases read. Comes back with what was said of each."""
    for reader in readers:
        for seed in SEEDS[reader].values():
            seed()
    waiting, answers = cases(count, first, readers), []
    with tempfile.TemporaryDirectory() as folder:
        team = []
        for number in range(workers):
            (Path(folder) / str(number)).mkdir()
            team.append(Worker(f"{folder}/{number}"))
        busy = True
        while busy:
            busy = False
            for worker in team:
                if worker.current is None:
                    told = next(waiting, None)
                    if told is None:
                        continue
                    worker.give(told)
                busy = True
                answer = worker.answer()
                if answer is not None:
                    answers.append(answer)
                    worker.current = None
                    if answer.problem:
                        print(f"  {answer.name}: {answer.problem}", flush=True)
        for worker in team:
            worker.give(None)
            worker.process.join()
    return answers


def main() -> int:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case of every seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--readers", default=",".join(READERS))
    asked = parser.parse_args()
    begun = time.perf_counter()
    answers = run(asked.cases, asked.first, asked.workers, tuple(asked.readers.split(",")))
    slowest = max(answers, key=lambda answer: answer.seconds)
    failures = [answer for answer in answers if answer.problem]
    print(f"cases      {len(answers)} in {time.perf_counter() - begun:.0f} s")
    for reader in asked.readers.split(","):
        of_reader = [answer for answer in answers if answer.name.startswith(f"{reader}/")]
        common = Counter(answer.outcome for answer in of_reader).most_common(6)
        print(f"  {reader:10} {len(of_reader):6} {', '.join(f'{code} {count}' for code, count in common)}")
    print(f"failures   {len(failures)}")
    print(f"slowest    {slowest.seconds:.2f} s ({slowest.name})")
    print(f"peak       {max(answer.peak for answer in answers) >> 20} MiB")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
