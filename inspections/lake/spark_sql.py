"""The questions of `queries/` as Spark says them: translated by SQLGlot, so that no SQL is written twice.

Nothing here needs Spark or Java. What SQLGlot leaves different between the two engines is mended on its syntax tree,
one small function each; what cannot be mended there is written in `queries/` so that both engines read it alike.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlglot import exp, parse_one
from sqlglot.errors import ErrorLevel

from inspections.store.rows import shapes

# Stands in the names of kept parts for the number of the call.
CALL = "__call__"


@dataclass(frozen=True)
class Part:
    """One statement of a translated question: the name its answer is kept under (None: the answer), its parameters."""

    name: str | None
    statement: str
    parameters: frozenset[str]


@cache
def translated(text: str, pool: str | None = None, as_of: datetime.date | None = None) -> tuple[Part, ...]:
    """A statement in DuckDB's words, in Spark's; parameters `$name` become `:name`.

    What is read more than once (a common table expression) is a part of its own, to be kept while the answer is
    worked out: Spark would write it out wherever it is read, and run it as often. `pool` is the relation in the place
    of `query_table($pool)`; `as_of` is what the views read as the variable of that name. Raises sqlglot's errors for
    what cannot be said in Spark: a question that does so is a mistake of ours, found by the tests of every question.
    """
    tree = parse_one(text, read="duckdb")
    # What is too large to keep says so to DuckDB as well.
    passing = {clause.alias for clause in tree.find_all(exp.CTE) if clause.args.get("materialized") is False}
    for mend in MENDED:
        tree = tree.transform(mend)
    tree = tree.transform(lambda node: _day(node, as_of))
    if pool:
        tree = tree.transform(lambda node: _named_pool(node, pool))
    clauses = tree.args.get("with_")
    parts: list[Part] = []
    inlined: list[exp.Expr] = []
    for clause in [] if clauses is None or clauses.recursive else list(clauses.expressions):
        # A clause that names its columns would lose the names.
        named = bool(clause.args["alias"].columns)
        if named or clause.alias in passing or len(_readers([tree], clause.alias)) < MOST_READ:
            inlined.append(clause)
            continue
        clause.pop()
        parts.append(_part(f"{clause.alias}{CALL}", clause.this.copy(), inlined))
        for table in _readers([tree, *(one.this for one in inlined)], clause.alias):
            alias = table.alias or clause.alias
            table.replace(exp.to_table(f"{clause.alias}{CALL}", alias=alias))
    if parts:
        tree.set("with_", None)
        return (*parts, _part(None, tree, inlined))
    return (_part(None, tree, []),)


# From this number of readers on, a part of a question is kept.
MOST_READ = 2


def _readers(trees: Sequence[exp.Expr], name: str) -> list[exp.Table]:
    return [table for tree in trees for table in tree.find_all(exp.Table) if table.name == name and not table.db]


def _part(name: str | None, tree: exp.Expr, clauses: Sequence[exp.Expr]) -> Part:
    """A statement with those of the clauses before it that it needs."""
    needed: list[exp.Expr] = []
    reading = [tree]
    for clause in reversed(clauses):
        if any(_readers([one], clause.alias) for one in reading):
            needed.insert(0, clause.copy())
            reading.append(clause.this)
    if needed:
        tree.set("with_", exp.With(expressions=needed))
    parameters = frozenset(node.name for node in tree.find_all(exp.Placeholder))
    statement = tree.sql("spark", identify=True, comments=False, unsupported_level=ErrorLevel.RAISE)
    return Part(name, statement, parameters)


@cache
def read_by(text: str) -> frozenset[str]:
    """The tables and views that a statement reads."""
    tree = parse_one(text, read="duckdb")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return frozenset(table.name for table in tree.find_all(exp.Table) if table.name not in own and table.name)


def _named_pool(node: exp.Expression, pool: str) -> exp.Expression:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Anonymous) and node.this.name == "query_table":
        return exp.to_table(pool, alias=node.alias or None)
    return node


def _day(node: exp.Expression, as_of: datetime.date | None) -> exp.Expression:
    """`getvariable('as_of')`: sessions there are shared, so the day is written into the views themselves."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "getvariable":
        return exp.Null() if as_of is None else exp.Literal.string(as_of.isoformat())
    return node


def _parameter(node: exp.Expression) -> exp.Expression:
    return exp.Placeholder(this=node.name) if isinstance(node, exp.Parameter) else node


def _enumeration(node: exp.Expression) -> exp.Expression:
    """Codes are texts there."""
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.USERDEFINED:
        return exp.DataType.build("text")
    return node


def _large_number(node: exp.Expression) -> exp.Expression:
    """The largest whole numbers that Spark has."""
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("decimal(38, 0)")
    return node


def _hint(node: exp.Expression) -> exp.Expression:
    """`materialized` is advice to DuckDB's planner."""
    if isinstance(node, exp.CTE):
        node.set("materialized", None)
    return node


def _hash(node: exp.Expression) -> exp.Expression:
    """Equal values have equal hashes, and no answer holds one: any good hash of 64 bits will do."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "hash":
        return exp.Anonymous(this="XXHASH64", expressions=node.expressions)
    return node


def _hexadecimal(node: exp.Expression) -> exp.Expression:
    """`cast('0x' || digits as bigint)`."""
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.DPipe) and node.this.this.name == "0x":
        digits = exp.Anonymous(this="CONV", expressions=[node.this.expression, *map(exp.Literal.number, (16, 10))])
        return exp.Cast(this=digits, to=node.to)
    return node


def _ordered_list(node: exp.Expression) -> exp.Expression:
    """`list(value order by keys)`: sorted as pairs of keys and value, of which the values are kept; no key is NULL."""
    if not (isinstance(node, exp.ArrayAgg) and isinstance(node.this, exp.Order)):
        return node
    parts = [*(ordered.this for ordered in node.this.expressions), node.this.this]
    pairs = exp.Struct(expressions=[exp.alias_(part.copy(), f"part{place}") for place, part in enumerate(parts)])
    listed = exp.Anonymous(this="SORT_ARRAY", expressions=[exp.Anonymous(this="COLLECT_LIST", expressions=[pairs])])
    last = exp.Dot(this=exp.to_identifier("one"), expression=exp.to_identifier(f"part{len(parts) - 1}"))
    kept = exp.Lambda(this=last, expressions=[exp.to_identifier("one")])
    return exp.Anonymous(this="TRANSFORM", expressions=[listed, kept])


def _distinct_texts(node: exp.Expression) -> exp.Expression:
    """`string_agg(distinct text, separator order by text)`: sorted as a set; NULL where there is none."""
    if not (isinstance(node, exp.GroupConcat) and isinstance(node.this, exp.Order)):
        return node
    distinct = node.this.this
    if not isinstance(distinct, exp.Distinct):
        return node
    collected = exp.Anonymous(this="COLLECT_SET", expressions=[distinct.expressions[0].copy()])
    ordered = exp.Anonymous(this="SORT_ARRAY", expressions=[collected])
    joined = exp.Anonymous(this="ARRAY_JOIN", expressions=[ordered, node.args["separator"].copy()])
    return exp.Anonymous(this="NULLIF", expressions=[joined, exp.Literal.string("")])


@cache
def codes() -> dict[str, tuple[str, ...]]:
    """Column -> its codes in the order of the enum, for names that mean one enum everywhere."""
    found: dict[str, set[str]] = {}
    for table in shapes().values():
        for column, kind in table.types.items():
            if kind.startswith("ENUM"):
                found.setdefault(column, set()).add(kind)
    return {
        column: tuple(re.findall("'([^']*)'", next(iter(kinds)))) for column, kinds in found.items() if len(kinds) == 1
    }


def _codes_in_order(node: exp.Expression) -> exp.Expression:
    """Rows come in the order of an enum, not of its words."""
    if not (isinstance(node, exp.Ordered) and isinstance(node.this, exp.Column)):
        return node
    known = codes().get(node.this.name, ())
    if list(known) != sorted(known):
        listed = exp.Array(expressions=[exp.Literal.string(code) for code in known])
        node.set("this", exp.Anonymous(this="ARRAY_POSITION", expressions=[listed, node.this]))
    return node


def _least_code(node: exp.Expression) -> exp.Expression:
    """The least and the greatest of codes, too, are those of the enum."""
    if not (isinstance(node, exp.Min | exp.Max) and isinstance(node.this, exp.Column)):
        return node
    known = codes().get(node.this.name, ())
    if list(known) == sorted(known):
        return node
    listed = exp.Array(expressions=[exp.Literal.string(code) for code in known])
    place = type(node)(this=exp.Anonymous(this="ARRAY_POSITION", expressions=[listed, node.this.copy()]))
    whole = exp.Cast(this=place, to=exp.DataType.build("int"))
    return exp.Anonymous(this="ELEMENT_AT", expressions=[listed.copy(), whole])


MENDED: tuple[Callable[[exp.Expression], exp.Expression], ...] = (
    _parameter,
    _enumeration,
    _large_number,
    _hint,
    _hash,
    _hexadecimal,
    _ordered_list,
    _distinct_texts,
    _codes_in_order,
    _least_code,
)
