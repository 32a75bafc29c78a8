"""数据导入: drop the notice and the exports, see what would happen, confirm; enter one result; what came in, undo."""

from pages.frame.access import may
from pages.frame.head import open_page
from pages.frame.shown import finding, note
from pages.registry.parts.earlier_decisions import earlier_decisions
from pages.registry.parts.entering import enter
from pages.registry.parts.imported import finding_sentences, past, received, steps
from pages.registry.parts.imports import drop
from pages.registry.parts.ledger import missing_of_year

view = open_page("imports")
history = received(view)
finding(*finding_sentences(view, history))
if may("import"):
    drop(view)
    enter(view)
else:
    note(view.say("read_only"))
steps(view)
missing_of_year(view)
earlier_decisions(view)
if not history.empty:
    past(view, history)
