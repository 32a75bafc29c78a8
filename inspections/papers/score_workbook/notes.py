"""Where the numbers of the workbook come from and how they are counted, as a sheet."""

from __future__ import annotations

from inspections.evaluation.rubric import default_rubric
from inspections.evaluation.statements import rubric_line
from inspections.papers.score_workbook.sheets import SHEETS, WIDTHS, Made
from inspections.words.look import LIGHT
from inspections.words.wording import say


def notes(made: Made) -> None:
    """Where the numbers come from and how they are counted."""
    page, facts = made.sheets["notes"], made.facts
    title_key = "workbook.title_running" if facts.running else "workbook.title"
    page.merge_range(
        0, 0, 0, 1, say(title_key, bureau=facts.bureau, year=facts.year),
        made.format(bold=True, font_size=15, font_color=LIGHT.ink),
    )  # fmt: skip
    page.set_row(0, 28)
    page.set_column(0, 0, WIDTHS["heading"])
    page.set_column(1, 1, WIDTHS["text"])
    days = facts.publication_days
    publication = (
        say("workbook.notes.counting_publication_days", days=days)
        if days
        else say("workbook.notes.counting_publication")
    )
    sheets = {sheet: say(f"workbook.sheets.{sheet}") for sheet in SHEETS}
    lines = [
        ("source", say("frame.source", bureau=facts.bureau, year=facts.year, day=facts.as_of)),
        ("running", say("statements.running", day=facts.as_of) if facts.running else ""),
        ("synthetic", say("frame.synthetic_note") if facts.synthetic else ""),
        ("rubric", rubric_line(facts.rubric)),
        ("rubric", say("workbook.notes.assumption") if facts.rubric == default_rubric() else ""),
        ("missing", say(f"codes.missing.{facts.rubric.missing}")),
        ("sheets", say("workbook.notes.sheets_league", sheet=sheets["league"])),
        ("sheets", say("workbook.notes.sheets_details", sheet=sheets["details"])),
        ("sheets", say("workbook.notes.sheets_rubric", sheet=sheets["rubric"])),
        ("sheets", say("workbook.notes.sheets_records", sheet=sheets["records"])),
        ("counting", say("workbook.notes.counting_visits")),
        ("counting", say("workbook.notes.counting_done")),
        ("counting", publication),
        ("counting", say("workbook.notes.counting_launch")),
        ("counting", say("workbook.notes.counting_problems")),
        ("score", say("workbook.notes.score_rule")),
        ("grades", say("workbook.notes.grade_rule")),
        ("secrecy", say("workbook.notes.secrecy_rule")),
    ]
    row, before = 1, ""
    for heading, text in lines:
        if not text:
            continue
        row += 1
        said = "" if heading == before else say(f"workbook.notes.{heading}")
        page.write_string(row, 0, said, made.body(bold=True, valign="top", text_wrap=True))
        made.write(page, row, 1, text)
        made.fit("notes", row, ("heading", "text"), {"heading": said, "text": text})
        before = heading
    made.printed("notes", say("frame.synthetic_note") if facts.synthetic else "")
    page.freeze_panes(2, 0)
    page.repeat_rows(0)
    page.print_area(0, 0, row, 1)
