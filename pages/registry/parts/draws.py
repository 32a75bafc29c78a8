"""The parts of the draws page: verdicts, one draw with its packages, trial draws, the check of a package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from inspections.draws import freezing, packages, recording, verifier
from inspections.draws.matching import MOST_OBJECTS, PER_OBJECT
from inspections.draws.sealed import PackageError
from inspections.draws.terms import Quotas
from inspections.words.classes import NONE
from inspections.words.plain import markdown
from inspections.words.rates import rate
from inspections.words.wording import say
from pages.frame.access import may
from pages.frame.address import kept, one_of
from pages.frame.data import ask, connection, verdict
from pages.frame.saving import hand_over, saving
from pages.frame.shown import KeyFigure, heading, note, plain_figure, table
from pages.frame.view import View, is_synthetic

MOST_BARS = 30
# What a list of those drawn says only where somebody stands in for another.
OF_SUBSTITUTES = frozenset({"drawn_as", "substitute_for", "reason"})
# Objects in all frames of a page that are re-run without being asked to: about two seconds.
MOST_RERUN = 100_000
LARGEST_UPLOAD_MB = 200
BASES = ("plan", "class_rates", "class_counts", "overall", "rising")


# The record


def with_verdicts(view: View, draws: pd.DataFrame) -> pd.DataFrame:
    """`draws` with `label` (for the chart and the choice) and `rerun`: what came out when it was re-run."""
    asked = st.session_state.get("rerun_asked", set())
    small = int(draws["pool"].sum()) <= MOST_RERUN
    states = []
    for row in draws.to_dict("records"):
        if row["drawn"] == 0:
            states.append("open")
        elif not row["can_rerun"]:
            states.append("impossible")
        elif small or row["draw_id"] in asked:
            states.append("differs" if _verdict(view, row) else "agrees")
        else:
            states.append("not_run")
    labels = [
        say(
            "draws.label_trial" if kind == "trial" else "draws.label",
            day=day,
            task=name,
            ordinal=ordinal,
        )
        for kind, day, name, ordinal in zip(
            draws["draw_kind"].astype(str), draws["drawn_on"], draws["task"], draws["ordinal"], strict=True
        )
    ]
    return draws.assign(rerun=states, label=labels)


def _verdict(view: View, row: Mapping[Any, Any]) -> tuple[verifier.Difference, ...]:
    return verdict(view.bureau_id, view.year, int(row["draw_id"]))


def finding_sentences(view: View, draws: pd.DataFrame) -> list[str]:
    """How many draws stand, how many of them random, whether they come out the same; what was drawn again; trials."""
    official = draws[draws["draw_kind"].astype(str) == "official"]
    # Those that stand are what every other page counts.
    standing = official[~official["is_replaced"]]
    basis = standing["basis"].astype(str)
    sentences = [
        view.say("finding" if len(standing) else "finding_none", year=view.year, count=len(standing),
                 random=int((basis == "random").sum()), full=int((basis == "full").sum()))
    ]  # fmt: skip
    run = official[official["rerun"].isin(["agrees", "differs"])]
    bad = int((run["rerun"] == "differs").sum())
    if len(run):
        sentences.append(view.say("finding_differs" if bad else "finding_agrees", count=len(run), bad=bad))
    replaced = int(official["is_replaced"].sum())
    if replaced:
        sentences.append(view.say("finding_redraws", count=replaced))
        # They may name a firm: not every reader gets them.
        if draws["reason"].notna().any():
            sentences.append(view.say("reasons_below"))
    return sentences


def key_figures(view: View, draws: pd.DataFrame) -> list[KeyFigure]:
    """Draws, re-run and the same, re-draws and substitutes, trials."""
    kinds = draws["draw_kind"].astype(str)
    official = draws[kinds == "official"]
    run = official["rerun"].isin(["agrees", "differs"])
    agree = int((official["rerun"] == "agrees").sum())
    whole = official[~official["is_replaced"]]
    return [
        plain_figure(view, "draws", view.say("times", count=len(whole)),
                     view.say("details.draws", drawn=int(whole["drawn"].sum()))),
        plain_figure(view, "agree", say("frame.rate", share=rate(agree, int(run.sum()))),
                     view.say("details.agree" if run.any() else "details.agree_none", agree=agree, run=int(run.sum()))),
        plain_figure(view, "redraws", view.say("times", count=int(official["replaces_ordinal"].notna().sum())),
                     view.say("details.redraws", substitutes=int(official["substitutes"].sum()))),
        plain_figure(view, "trials", view.say("times", count=int((kinds == "trial").sum())),
                     view.say("details.trials", waiting=int((draws["rerun"] == "open").sum()))),
    ]  # fmt: skip


def choose(view: View, draws: pd.DataFrame) -> dict[str, Any]:
    """The draw the reader looks at."""
    rows = {int(row["draw_id"]): row for row in draws.to_dict("records")}
    ids = list(rows)
    # A draw that was just frozen is the one to look at; a widget's value can only be set before it is drawn.
    wanted = st.session_state.pop("next_draw", None)
    key = kept("recorded_draw", one_of(ids), ids[0])
    if wanted in ids:
        st.session_state[key] = wanted
    draw_id = st.selectbox(
        view.say("choose"),
        ids,
        format_func=lambda one: rows[one]["label"],
        key=key,
        label_visibility="collapsed",
    )
    return {str(key): value for key, value in rows[int(draw_id or ids[0])].items()}


def commitments(view: View, chosen: dict[str, Any]) -> None:
    """What was written down before the draw, to be copied whole; the verdict."""
    facts = ask("draw_facts", draw_id=int(chosen["draw_id"])).iloc[0]
    state = str(chosen["rerun"])
    if state == "differs":
        st.error(view.say("rerun.differs", count=len(_verdict(view, chosen))), icon=":material/error:")
        # They tell tickets, seeds and classes.
        for difference in _verdict(view, chosen)[:5] if may("seeds") else ():
            note(packages.difference_in_words(difference))
    elif state == "agrees":
        st.success(
            view.say("rerun.agrees", drawn=int(chosen["drawn"]), pool=int(chosen["pool"])), icon=":material/verified:"
        )
    else:
        st.info(view.say(f"rerun.{state}"), icon=":material/info:")
    if state == "not_run" and st.button(view.say("run_now"), icon=":material/replay:"):
        st.session_state["rerun_asked"] = {*st.session_state.get("rerun_asked", set()), int(chosen["draw_id"])}
        st.rerun()
    if facts["seed_commitment"]:
        frozen = None if pd.isna(facts["frozen_at"]) else facts["frozen_at"].strftime("%Y-%m-%d %H:%M")
        drawn = None if state == "open" else facts["drawn_at"].strftime("%Y-%m-%d %H:%M")
        note(view.say("committed" if drawn else "committed_open", frozen=frozen, drawn=drawn))
        # The terms quote the other two; what an older release froze has none.
        for name in ("terms",) if pd.notna(facts["terms_commitment"]) else ("seed", "frame"):
            note(view.say(f"{name}_commitment"))
            st.code(facts[f"{name}_commitment"], language=None, wrap_lines=True)
    quotas = ask("draw_quotas", draw_id=int(chosen["draw_id"]))
    parts = [
        view.say("quota_all" if pd.isna(code) else "quota_class",
                 name=None if pd.isna(code) else view.class_name(str(code)), quota=int(quota), pool=int(pool))
        for code, pool, quota in quotas.itertuples(index=False)
    ]  # fmt: skip
    note(say("frame.list_comma").join(parts))


def packages_of(view: View, chosen: dict[str, Any]) -> None:
    """The two packages. Nothing is made before the click; each hand-over is logged."""
    if chosen["rerun"] == "open":
        return
    draw_id = int(chosen["draw_id"])

    def package(sealed: bool) -> Callable[[str], bytes]:
        return lambda taker: packages.export_package(
            connection(),
            draw_id,
            sealed=sealed,
            as_of=view.as_of,
            actor=taker,
        )

    mark = view.say("file_trial") if str(chosen["draw_kind"]) == "trial" else ""
    rights = {True: "seeds", False: "classes"}
    with st.container(horizontal=True):
        for sealed in (True, False):
            right = rights[sealed]
            if (sealed and not chosen["can_rerun"]) or not may(right):
                continue
            kind = "sealed" if sealed else "public"
            hand_over(
                view.say(f"download_{kind}"),
                package(sealed),
                right=right,
                file_name=view.say(f"file_{kind}", mark=mark, draw_id=draw_id, day=f"{chosen['drawn_on']:%Y%m%d}"),
                mime="application/zip",
                icon=":material/lock:" if sealed else ":material/public:",
                help=view.say(f"help_{kind}"),
                key=f"draws-{kind}",
            )
    if is_synthetic(view.settings):
        note(say("frame.synthetic_note"))


def drawn_list(view: View, chosen: dict[str, Any]) -> None:
    """Who was drawn, in ticket order, with substitutes and inspectors."""
    if chosen["rerun"] == "open":
        return
    if not may("classes"):
        note(say("frame.names_withheld"))
        return
    drawn = ask("draw_list", draw_id=int(chosen["draw_id"]))
    team = ask("draw_team", draw_id=int(chosen["draw_id"]))
    comma = say("frame.list_comma")
    names = team.groupby("object_id")["inspector"].agg(comma.join) if len(team) else pd.Series(dtype="str")
    drawn = drawn.assign(inspectors=drawn["object_id"].map(names))
    columns = ["class", "place", "object_id", "object", "drawn_as", "substitute_for", "reason", "inspectors"]
    # Who goes there is not to be looked for behind columns of dashes.
    if drawn["substitute_for"].isna().all():
        columns = [name for name in columns if name not in OF_SUBSTITUTES]
    table(drawn, columns, view, "drawn", view.say("drawn_title", count=len(drawn)))


def _bound(view: View) -> int:
    return int(view.settings.get("most_objects_per_inspector", MOST_OBJECTS))


def trial(view: View, tasks: pd.DataFrame, draws: pd.DataFrame) -> None:
    """Two steps: freeze and commit, then draw. What is frozen has to be drawn before anything else of its task."""
    heading(view.say("trial_title"))
    note(view.say("trial_note"))
    for row in draws[draws["rerun"] == "open"].to_dict("records"):
        _waiting(view, row)
    labels = {
        int(task_id): say("frame.joint_label" if str(kind) == "joint" else "frame.task_label", seq=seq, name=name)
        for kind, seq, name, task_id in tasks[["plan_kind", "seq", "name", "task_id"]].itertuples(index=False)
    }
    task_id = st.selectbox(view.say("trial_task"), list(labels), format_func=labels.__getitem__, key="trial_task")
    if task_id is None:
        return
    earlier = draws[
        (draws["task_id"] == task_id)
        & (draws["draw_kind"].astype(str) == "trial")
        & ~draws["is_replaced"]
        & (draws["drawn"] > 0)
    ]
    numbers = dict(zip(earlier["draw_id"], earlier["ordinal"], strict=True))
    replaces = reason = None
    if numbers:
        replaces = st.selectbox(
            view.say("trial_replaces"), list(numbers), index=None, placeholder=view.say("trial_anew"),
            key=f"trial_replaces_{task_id}",
            format_func=lambda one: view.say("trial_number", ordinal=int(numbers[one])),
        )  # fmt: skip
        if replaces is not None:
            reason = st.text_input(view.say("reason"), key=f"trial_reason_{task_id}", help=view.say("reason_help"))
    basis = st.segmented_control(
        view.say("trial_basis"), BASES, default=BASES[0], required=True, key="trial_basis",
        format_func=lambda code: view.say(f"bases.{code}"),
    )  # fmt: skip
    wanted = _wanted(view, str(basis))
    rotation = st.toggle(view.say("rotation"), key="trial_rotation", help=view.say("rotation_help"))
    match = st.toggle(view.say("match"), value=True, key="trial_match", help=view.say("match_help"))
    bound = st.number_input(
        view.say("most_objects"), 1, 10_000, _bound(view), key="trial_most", disabled=not match,
        help=view.say("most_objects_help"),
    )  # fmt: skip
    if st.button(view.say("freeze"), type="primary", icon=":material/lock_clock:"):
        replaced = None if replaces is None else int(replaces)
        with saving("plan", view.say("done.freeze")) as actor:
            st.session_state["next_draw"] = freezing.freeze(
                connection(), int(task_id), wanted, rising=basis == "rising", rotation=rotation, replaces=replaced,
                reason=reason, per_object=PER_OBJECT if match else 0, most_objects=int(bound), actor=actor(),
            )  # fmt: skip


def _wanted(view: View, basis: str) -> freezing.Wanted | None:
    if basis == "plan":
        note(view.say("plan_note"))
        return None
    if basis in {"overall", "rising"}:
        note(view.say(f"{basis}_note"))
        percent = st.number_input(view.say("percent"), 0.0, 100.0, 25.0, 0.5, format="%.2f", key=f"trial_{basis}")
        return Fraction(f"{percent:.2f}") / 100, "="
    wanted: dict[str, freezing.Asked] = {}
    codes = [*view.classes, NONE]
    for cell, code in zip(st.columns(len(codes)), codes, strict=True):
        name = view.class_name(code)
        if basis == "class_counts":
            count = int(cell.number_input(markdown(name), 0, 10**7, 0, key=f"trial_count_{code}"))
            if count:
                wanted[code] = count
        else:
            percent = cell.number_input(markdown(name), 0.0, 100.0, 0.0, 0.5, format="%.2f", key=f"trial_rate_{code}")
            wanted[code] = (Fraction(f"{percent:.2f}") / 100, "=")
    return wanted


def _waiting(view: View, row: dict[Any, Any]) -> None:
    """A frozen draw: its commitments are out, now it can be drawn."""
    with st.container(border=True):
        st.markdown(f"**{view.say('waiting', ordinal=int(row['ordinal']))}**")
        note(
            view.say("waiting_of", task=row["task"], pool=int(row["pool"]), frozen=f"{row['frozen_at']:%Y-%m-%d %H:%M}")
        )
        # What an older release froze has no terms.
        written = [row["terms_commitment"]]
        if pd.isna(row["terms_commitment"]):
            written = [row["seed_commitment"], row["frame_commitment"]]
        st.code("\n".join(written), language=None, wrap_lines=True)
        draw_id = int(row["draw_id"])
        # The match may be impossible with the bound of the terms: a wider one is told in the package.
        bound = st.number_input(
            view.say("most_objects"), 1, 10_000, value=None, key=f"most_{draw_id}",
            placeholder=view.say("most_objects_settled"), help=view.say("most_objects_later_help"),
        )  # fmt: skip
        if st.button(view.say("draw_now"), type="primary", key=f"draw_{draw_id}", icon=":material/casino:"):
            with saving("plan", view.say("done.draw_frozen")) as actor:
                most_objects = None if bound is None else int(bound)
                recording.draw_frozen(connection(), draw_id, most_objects=most_objects, actor=actor())
                st.session_state["next_draw"] = draw_id


def amend(view: View, chosen: dict[str, Any]) -> None:
    """Substitute and top-up of a trial that stands."""
    if not (may("plan") and may("classes")):
        return
    if str(chosen["draw_kind"]) != "trial" or chosen["is_replaced"] or chosen["rerun"] == "open":
        return
    draw_id = int(chosen["draw_id"])
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        heading(view.say("substitute_title"))
        note(view.say("substitute_note"))
        drawn = ask("draw_list", draw_id=draw_id)
        standing = drawn[drawn["drawn_as"] != "replaced"]
        names = dict(zip(standing["object_id"], standing["object"], strict=True))
        object_id = st.selectbox(
            view.say("substitute_who"), list(names), format_func=names.__getitem__, key=f"out_{draw_id}"
        )
        reason = st.text_input(view.say("reason"), key=f"out_reason_{draw_id}", help=view.say("reason_help"))
        if st.button(view.say("substitute"), icon=":material/swap_horiz:") and object_id:
            with saving("plan", view.say("done.call_substitute")) as actor:
                recording.call_substitute(connection(), draw_id, str(object_id), reason=reason, actor=actor())
    with right.container(border=True, height="stretch"):
        heading(view.say("top_up_title"))
        note(view.say("top_up_note"))
        quotas = ask("draw_quotas", draw_id=draw_id)
        more: dict[str, int] = {}
        for cell, (code, pool, quota) in zip(st.columns(len(quotas)), quotas.itertuples(index=False), strict=True):
            whole = bool(pd.isna(code))
            name = view.say("whole_pool") if whole else view.class_name(str(code))
            more["" if whole else str(code)] = int(
                cell.number_input(
                    markdown(name), int(quota), int(pool), int(quota), key=f"more_{draw_id}_{code}_{quota}"
                )
            )
        reason = st.text_input(view.say("reason"), key=f"more_reason_{draw_id}", help=view.say("reason_help"))
        if st.button(view.say("top_up"), icon=":material/add:"):
            wanted: Quotas = more.get("", more)
            with saving("plan", view.say("done.top_up")) as actor:
                recording.top_up(connection(), draw_id, wanted, reason=reason, actor=actor())


# Packages from elsewhere


def check_package(view: View) -> None:
    """Re-run a package that somebody hands in; nothing of it is kept."""
    heading(view.say("check_title"))
    note(view.say("check_note"))
    given = st.file_uploader(
        markdown(view.say("check_file", limit=LARGEST_UPLOAD_MB)),
        type=["zip"],
        key="package",
        max_upload_size=LARGEST_UPLOAD_MB,
    )
    # Streamlit speaks English here, and says the limit a second time.
    st.html(f'<style>:root {{ --upload: "{view.say("check_choose")}"; }}</style>')
    if given is None:
        return
    try:
        outcome = verifier.verify(given)
    except PackageError as error:
        what = say(f"commands.verify.troubles.{error.code}", detail=error.detail)
        st.error(markdown(say("commands.verify.trouble", package=given.name, what=what)))
        return
    # What the database knows of a draw tells lists and classes.
    known = packages.looked_up(connection(), given, outcome) if may("seeds") else None
    differences = [*outcome.differences, *(known.differences if known else ())]
    missing = known is not None and known.state == "missing"
    if differences or missing:
        count = len(differences) or 1
        st.error(markdown(say("commands.verify.differs", package=given.name, count=count)))
    else:
        facts = outcome.draw
        words = {"task": facts["task"].get("name"), "ordinal": facts["ordinal"]}
        words |= {"pool": outcome.pool, "drawn": outcome.drawn}
        st.success(markdown(say("commands.verify.agrees", package=given.name, **words)), icon=":material/verified:")
    for sentence in packages.told(outcome, known):
        note(sentence)
    if differences:
        shown = pd.DataFrame(differences).rename(columns={"row": "where", "field": "entry"})
        table(
            shown, ["file", "where", "entry", "expected", "found"], view, "differences", view.say("differences_title")
        )
