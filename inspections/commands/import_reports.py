"""What became of a file that the command imported, as text and as JSON: a table, or a notice with its plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from inspections.files.ledger import Ledger
from inspections.intake.decisions import Decision
from inspections.intake.door import NOTICE
from inspections.intake.kinds import kind_title
from inspections.intake.ledger import column_sentences, line
from inspections.intake.revising import Brought
from inspections.intake.shown import SEVERITIES, waiting_sentences
from inspections.intake.storing import Report, ledger_of_table
from inspections.intake.storing import sentence as table_sentence
from inspections.notice.plan import Plan, Task
from inspections.notice.storing import ImportReport, issue_sentence, ledger_of_notice
from inspections.words.plain import terminal
from inspections.words.wording import ABSENT, say

# Issues told on a terminal; --json has them all.
MOST_SHOWN = 200


@dataclass(frozen=True)
class TableReport:
    """A register, a draw or a result, told."""

    report: Report

    @property
    def import_id(self) -> int | None:
        """The import, None where nothing was written."""
        return self.report.import_id

    @property
    def bureau(self) -> str:
        """The bureau's name."""
        return self.report.preview.incoming.bureau

    @property
    def name(self) -> str:
        """The file's name, with the worksheet's where it has several."""
        return self.report.preview.incoming.name

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What the file leaves open, and what was decided."""
        return self.report.preview.decisions

    def as_json(self) -> dict[str, Any]:
        """One file of the JSON on stdout."""
        looked, counts = self.report.preview, self.report.preview.counts
        sheet = looked.incoming.sheet
        kept = 0 if self.report.status == "rejected" else len(looked.rows) - counts["rejected"] - counts["waiting"]
        return {
            "file": sheet.name,
            **({"worksheet": sheet.worksheet} if sheet.several else {}),
            "sha256": sheet.sha256,
            "format": sheet.format,
            "kind": looked.incoming.kind,
            "status": self.report.status,
            "bureau": looked.incoming.bureau,
            "complete": self.report.complete,
            "rows_read": len(looked.rows),
            "rows_kept": kept,
            **{f"rows_{state}": number for state, number in counts.items()},
            "import_id": self.report.import_id,
            "columns": {field: sheet.headers[index] for field, index in looked.incoming.mapping.items()},
            "decisions": _decisions_as_json(looked.decisions),
            "ledger": ledger_of_table(looked).as_json(),
            "issues": [
                {
                    "row": issue["row"],
                    "field": issue["field"] or None,
                    "code": issue["code"],
                    "severity": issue["severity"],
                    "message": table_sentence(looked.incoming.kind, issue),
                }
                for issue in looked.issues[looked.issues["severity"] != "waiting"].to_dict("records")
            ],
            "waiting": [
                {
                    "row": issue["row"],
                    "field": issue["field"] or None,
                    "message": table_sentence(looked.incoming.kind, issue),
                }
                for issue in looked.issues[looked.issues["severity"] == "waiting"].to_dict("records")
            ],
        }

    def show(self) -> None:
        """The issues, worst first."""
        looked = self.report.preview
        console = Console(markup=False, emoji=False, highlight=False)
        faults = looked.issues[looked.issues["severity"] != "waiting"].to_dict("records")
        ranked = sorted(faults, key=lambda issue: (SEVERITIES.index(issue["severity"]), issue["row"]))
        for issue in ranked[:MOST_SHOWN]:
            severity = say(f"severities.{issue['severity']}")
            words = terminal(table_sentence(looked.incoming.kind, issue))
            console.print(f"{severity}  {words}", markup=False, soft_wrap=True)
        if len(ranked) > MOST_SHOWN:
            console.print(say("commands.import.more_issues", count=len(ranked) - MOST_SHOWN))
        for told_so in waiting_sentences(looked):
            console.print(terminal(told_so), markup=False, soft_wrap=True)
        _print_decisions(console, looked.decisions)
        _print_ledger(console, ledger_of_table(looked))

    def closing(self) -> str:
        """The sentence at the end."""
        looked, status = self.report.preview, self.report.status
        if self.report.dry_run:
            key = "table_checked"
        elif status == "imported":
            key = "table_imported"
        else:
            key = f"table_{status}"
        told = {
            "file": looked.incoming.name,
            "kind": kind_title(looked.incoming.kind),
            "read": len(looked.rows),
            "wrong": len(looked.blocked),
            **looked.counts,
        }
        more = say("commands.import.table_also_waiting", **told) if looked.waiting and key != "table_waiting" else ""
        return say(f"commands.import.{key}", **told) + more


@dataclass(frozen=True)
class NoticeReport:
    """A notice, told."""

    brought: Brought

    @property
    def import_id(self) -> int | None:
        """The import, None where nothing was written."""
        return self.brought.report.import_id

    @property
    def bureau(self) -> str:
        """The bureau's name."""
        return self.brought.report.bureau

    @property
    def name(self) -> str:
        """The file's name."""
        return self.brought.report.file

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What a revision leaves open, and what was decided."""
        return self.brought.decisions

    def as_json(self) -> dict[str, Any]:
        """One file of the JSON on stdout."""
        return {**_as_json(self.brought.report), "decisions": _decisions_as_json(self.decisions)}

    def show(self) -> None:
        """Every plan's tasks or what changes of them, then the issues and what is to be decided."""
        _print(self.brought.report)
        console = Console(markup=False, emoji=False, highlight=False)
        _print_decisions(console, self.decisions)
        console.print(terminal(line(ledger_of_notice(self.brought.report))), markup=False, soft_wrap=True)

    def closing(self) -> str:
        """The sentence at the end."""
        return _closing(self.brought.report)


def _decisions_as_json(decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "subject": one.subject,
            "options": dict(one.options),
            "proposal": one.proposal,
            "value": one.value,
            "by": one.by,
            "rows": one.rows,
            **{part: one.said(part) for part in ("question", "grounds", "effect")},
        }
        for one in decisions
    ]


def _print_decisions(console: Console, decisions: Sequence[Decision]) -> None:
    """What is to be decided, and what was."""
    for one in decisions:
        told = {part: one.said(part) for part in ("question", "grounds", "effect")}
        value = one.options.get(one.value or one.proposal or "", ABSENT)
        words = say(f"decisions.by_{one.by}", **told, value=value)
        console.print(terminal(words), markup=False, soft_wrap=True)


def _as_json(report: ImportReport) -> dict[str, Any]:
    """One file of the JSON on stdout; proportions are numbers in [0, 1], dates are ISO."""
    ledger = ledger_of_notice(report)
    return {
        "file": report.file,
        "sha256": report.sha256,
        "format": report.format,
        "kind": NOTICE,
        "status": report.status,
        "complete": report.complete,
        "bureau": report.bureau,
        "doc_no": report.doc_no,
        "issued_on": report.issued_on.isoformat() if report.issued_on else None,
        "in_force_on": report.in_force_on.isoformat() if report.in_force_on else None,
        "rows_read": report.rows_read,
        "rows_kept": report.rows_kept,
        "rows_waiting": ledger.rows["waiting"],
        "ledger": ledger.as_json(),
        "plans": [
            {
                "kind": entry.plan.kind,
                "year": entry.plan.year,
                "title": entry.plan.title,
                "doc_no": report.doc_no,
                "issued_on": report.issued_on.isoformat() if report.issued_on else None,
                "status": entry.status,
                "changes": [
                    {
                        "kind": one.kind,
                        "name": one.name,
                        "values": [{"field": code, "before": old, "after": new} for code, old, new in one.values],
                        "messages": list(one.said()),
                    }
                    for one in entry.changes
                ],
                "tasks": [_task_as_json(task) for task in entry.plan.tasks],
            }
            for entry in report.plans
        ],
        "issues": [
            {
                "row": issue.row,
                "field": issue.field,
                "code": issue.code,
                "severity": issue.severity,
                "message": issue_sentence(issue),
            }
            for issue in report.issues
        ],
    }


def _task_as_json(task: Task) -> dict[str, Any]:
    return {
        "row": task.row,
        "seq": task.seq,
        "name": task.name,
        "field": task.field,
        "draw_type": task.draw_type,
        "item_class": task.item_class,
        "scope": task.scope,
        "rate": float(task.rate) if task.rate is not None else None,
        "rate_op": task.rate_op,
        "rate_max": float(task.rate_max) if task.rate_max is not None else None,
        "rate_text": task.rate_text,
        "quota": task.quota,
        "times_per_year": task.times_per_year,
        "class_rates": {
            risk_class: {
                "rate": float(planned.rate) if planned.rate is not None else None,
                "rate_op": planned.rate_op,
                "quota": planned.quota,
                "times_per_year": planned.times_per_year,
            }
            for risk_class, planned in task.class_rates.items()
        },
        "starts_on": task.starts_on.isoformat() if task.starts_on else None,
        "ends_on": task.ends_on.isoformat() if task.ends_on else None,
        "period_text": task.period_text,
        "initiating_unit": task.initiating_unit.name,
        "lead_unit": task.lead_unit.name,
        "partners": [unit.name for unit in task.partners],
        "items": [{"name": item.name, "unit": item.unit.name} for item in task.items],
    }


def _closing(report: ImportReport) -> str:
    changes = [one.kind for entry in report.plans for one in entry.changes]
    state = report.status if report.status == "waiting" else "checked" if report.dry_run else report.status
    key = f"revision_{state}" if changes and state in ("checked", "imported") else f"file_{state}"
    return say(
        f"commands.import.{key}",
        file=report.file,
        bureau=report.bureau,
        plans=len(report.plans),
        tasks=sum(len(entry.plan.tasks) for entry in report.plans),
        read=report.rows_read,
        kept=report.rows_kept,
        day=report.in_force_on,
        **{kind: changes.count(kind) for kind in ("changed", "added", "withdrawn")},
    )


def _print(report: ImportReport) -> None:
    """The human table on stdout: every plan's tasks, of a revised one what changes; then the issues."""
    console = Console(markup=False, emoji=False, highlight=False)
    for entry in report.plans:
        status = say(f"commands.import.status_{entry.status}")
        if not entry.changes:
            console.print(_plan_table(entry.plan, status))
            continue
        title = say("commands.import.heading_plan", title=entry.plan.title, status=status)
        console.print(terminal(title), soft_wrap=True)
        for sentence in (sentence for one in entry.changes for sentence in one.said()):
            console.print(f"  {terminal(sentence)}", markup=False, soft_wrap=True)
    for issue in report.issues:
        severity = say(f"severities.{issue.severity}")
        console.print(f"{severity}  {issue_sentence(issue)}", markup=False, soft_wrap=True)


def _print_ledger(console: Console, ledger: Ledger) -> None:
    """What became of the columns that need a look, and the account in one line."""
    for sentence in (*column_sentences(ledger), line(ledger)):
        console.print(terminal(sentence), markup=False, soft_wrap=True)


def _plan_table(plan: Plan, status: str) -> Table:
    table = Table(title=say("commands.import.heading_plan", title=plan.title, status=status), title_justify="left")
    for column in ("seq", "name", "scope", "rate", "window", "lead", "partners"):
        table.add_column(say(f"commands.import.{column}"), overflow="fold")
    for task in plan.tasks:
        window = f"{task.starts_on or ABSENT} / {task.ends_on or ABSENT}"
        table.add_row(
            str(task.seq),
            terminal(task.name),
            terminal(task.scope or ABSENT),
            _rate(task),
            window,
            terminal(task.lead_unit.name),
            terminal("、".join(unit.name for unit in task.partners)) or ABSENT,
        )
    return table


def _rate(task: Task) -> str:
    """A task's proportion as read ("> 35%", "5%–10%", "20"), else a dash."""
    sign = {"=": "", ">=": "≥ ", ">": "> "}
    if task.rate is not None:
        upper = f"–{task.rate_max:.6%}" if task.rate_max is not None else ""
        shown = f"{sign[task.rate_op or '=']}{task.rate:.6%}{upper}"
        return shown.replace(".000000%", "%")
    if task.class_rates:
        return " ".join(
            f"{risk_class} {float(planned.rate) * 100:g}%"
            if planned.rate is not None
            else f"{risk_class} {planned.quota}"
            for risk_class, planned in sorted(task.class_rates.items())
        )
    return str(task.quota) if task.quota is not None else ABSENT
