"""`draw`: a trial draw of a frame file of any size, reproducible by anyone with sha256sum and sort."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import click

from inspections.commands import progress_bar, watched
from inspections.draws.frame_files import open_frame, open_frame_on_cluster, workplace
from inspections.draws.quotas import Op, parse_rate_with_op, quota
from inspections.draws.ticket import check_quotas, check_seed, draw_in_database, draw_into_table
from inspections.lake.engine import on_spark, open_spark
from inspections.words.classes import EVERY, NONE, class_order
from inspections.words.errors import InspectionsError
from inspections.words.wording import say, say_error

# Four classes by default, five in Shandong and Hebei: these are known in a frame without being named as an option.
USUAL_CLASSES = (*EVERY, NONE)
EXIT_FILE_REJECTED = 2
EXIT_OTHER = 1


@click.command("draw", help=say("commands.draw.help"))
@click.option("--frame", type=click.Path(path_type=Path), required=True, help=say("commands.draw.frame"))
@click.option("--seed", required=True, help=say("commands.draw.seed"))
@click.option("--rates", help=say("commands.draw.rates"))
@click.option("--quotas", help=say("commands.draw.quotas"))
@click.option("--db", type=click.Path(path_type=Path), help=say("commands.draw.database"), expose_value=False)
@click.pass_context
def draw(context: click.Context, frame: Path, seed: str, rates: str | None, quotas: str | None) -> None:
    """Print the drawn objects as CSV on stdout; messages go to stderr."""
    try:
        with trial_draw(frame, seed, rates, quotas) as drawn, drawn.open("rb") as rows:
            # Bytes, so that the output is UTF-8 with line feeds on Windows too.
            shutil.copyfileobj(rows, sys.stdout.buffer)
    except InspectionsError as error:
        click.echo(say_error(error), err=True)
        context.exit(EXIT_FILE_REJECTED if error.code.startswith("frame_") else EXIT_OTHER)


@contextlib.contextmanager
def trial_draw(frame: Path, seed: str, rates: str | None, quotas: str | None) -> Iterator[Path]:
    """Draw from the frame file; the result is a CSV file that is gone afterwards.

    Raises InspectionsError: `frame_…` where the file is at fault, `draw_option_…`, `rate_…`, `seed_unusable` and
    `quota_exceeds_pool` where the options are.
    """
    check_seed(seed)
    if (rates is None) == (quotas is None):
        raise InspectionsError("draw_option_missing")
    wanted = _rates(rates) if rates is not None else _quotas(quotas or "")
    classes = (*USUAL_CLASSES, *(wanted if isinstance(wanted, dict) else ()))
    step = ""

    def read(go_on: Callable[[], None]) -> dict[str, int]:
        def tell(name: str) -> None:
            nonlocal step
            go_on()
            step = say(f"commands.draw.steps.{name}")

        return open_frame(connection, frame, classes, "pool", tell)

    with workplace() as (connection, folder):
        cluster = open_spark().of(None) if on_spark() else None
        sizes = open_frame_on_cluster(cluster, frame, classes) if cluster else None
        if sizes is None:
            cluster = None
            with progress_bar(say("commands.draw.working")) as shown:
                sizes = watched(connection, read, lambda share: shown(share, step))
        pool = sum(sizes.values())
        numbers: Mapping[str, int] | int
        if isinstance(wanted, dict):
            _tell_gaps(wanted, sizes, "--rates" if rates is not None else "--quotas")
            numbers = {name: _number(asked, sizes.get(name, 0)) for name, asked in wanted.items()}
            check_quotas(numbers, sizes)
        else:
            numbers = _number(wanted, pool)

        def draw_and_write(go_on: Callable[[], None]) -> int:
            nonlocal step
            step = say("commands.draw.steps.drawing")
            number = len(listed) if cluster else draw_into_table(connection, "drawn", "pool", numbers, seed)
            go_on()
            step = say("commands.draw.steps.writing")
            connection.execute(
                "copy (select place, object_id, nullif(class, 'none') as class, ticket from drawn) to $file (header)",
                {"file": str(folder / "drawn.csv")},
            )
            return number

        if cluster:
            listed = draw_in_database(cluster, "pool", numbers, seed)
            connection.register("drawn", listed)
        with progress_bar(say("commands.draw.working")) as shown:
            drawn = watched(connection, draw_and_write, lambda share: shown(share, step))
        click.echo(say("commands.draw.summary", drawn=drawn, pool=pool), err=True)
        yield folder / "drawn.csv"


Asked = int | tuple[Fraction, Op]


def _number(asked: Asked, pool: int) -> int:
    return asked if isinstance(asked, int) else quota(pool, *asked)


def _rates(text: str) -> dict[str, Asked] | Asked:
    pairs = _pairs(text, "--rates", "A=5%,B=10%")
    if isinstance(pairs, str):
        return parse_rate_with_op(pairs)
    return {name: parse_rate_with_op(rate) for name, rate in pairs.items()}


def _quotas(text: str) -> dict[str, Asked] | Asked:
    pairs = _pairs(text, "--quotas", "A=3,B=2")
    for number in [pairs] if isinstance(pairs, str) else pairs.values():
        if not re.fullmatch(r"[0-9]+", number):
            raise InspectionsError("draw_option_unreadable", option="--quotas", text=number, example="A=3,B=2")
    return int(pairs) if isinstance(pairs, str) else {name: int(number) for name, number in pairs.items()}


def _pairs(text: str, option: str, example: str) -> dict[str, str] | str:
    """`A=5%,B>=10%,C=>35%` as class and value; one value alone as it is (the whole pool, classes ignored)."""
    if re.fullmatch(r"\s*[>=≥]*\s*[0-9./%]+\s*", text):
        return text.strip().removeprefix("=")
    pairs: dict[str, str] = {}
    for part in re.split("[,，]", text):
        pair = re.fullmatch(r"\s*(?P<name>[^=>≥\s]+)\s*(?:=\s*)?(?P<value>[>≥=]*\s*[^=>≥\s]+)\s*", part)
        if pair is None or not re.search("[=>≥]", part):
            raise InspectionsError("draw_option_unreadable", option=option, text=part, example=example)
        if pair["name"] in pairs:
            raise InspectionsError("draw_option_repeated", option=option, stratum=pair["name"])
        pairs[pair["name"]] = pair["value"]
    return pairs


def _tell_gaps(wanted: Mapping[str, Asked], sizes: Mapping[str, int], option: str) -> None:
    """Say which classes the options and the pool do not share; refuse letters that are in neither."""
    for name in sorted(wanted, key=class_order):
        if name not in sizes and name not in USUAL_CLASSES:
            raise InspectionsError("draw_option_class_unknown", option=option, stratum=name)
        if name not in sizes and not isinstance(wanted[name], int):
            click.echo(say("commands.draw.absent", stratum=name), err=True)
    for name in sorted(sizes, key=class_order):
        if name not in wanted:
            click.echo(say("commands.draw.not_drawn", stratum=name, pool=sizes[name]), err=True)
