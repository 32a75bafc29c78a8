"""Days without a year, where nothing in the file tells the year: asked once for the whole file."""

from __future__ import annotations

from inspections.intake.days import DAY_YEAR, YEAR_MISSING
from inspections.intake.decisions import WAITS, Decision
from inspections.intake.staging import Stage
from inspections.words.wording import FIRST, say_in


def ask_for_year(stage: Stage) -> None:
    """`day_year`: whose rows wait until somebody has decided. It holds for this file alone: the next is of another year."""
    count = stage.incoming.days_asked
    if not count:
        return
    known = stage.rows("select distinct year from plan where bureau_id = $bureau_id order by year desc",
                       bureau_id=stage.bureau_id)  # fmt: skip
    years = [str(year) for (year,) in known]
    value = stage.decide(
        Decision(
            DAY_YEAR[0],
            DAY_YEAR[1],
            {year: year for year in years},
            years[0] if years else None,
            "grounds_plan" if len(years) == 1 else "grounds_latest" if years else "grounds_none",
            count,
            free=True,
        )
    )
    if value is None:
        # One group, whatever the days are.
        stage.run(
            "update issue set code = $waits, parameters = cast(to_json({text: $text}) as varchar) where code = $missing",
            waits=WAITS,
            missing=YEAR_MISSING,
            text=say_in(FIRST, "intake.fields.results.year"),
        )


def only_waits(stage: Stage) -> None:
    """A day that waits for its year is not missing."""
    stage.run(
        """delete from issue where code = 'inspected_missing' and "row" in (
            select "row" from issue where field = 'inspected_on' and code = $waits
        )""",
        waits=WAITS,
    )
