"""数据导入: drop the notice and the platform's exports, see what would happen, confirm; what came in, and undo."""

from pages.shared.access import may
from pages.shared.frame import finding, note, open_page
from pages.shared.imported import finding_sentences, news, past, received, steps
from pages.shared.imports import drop

view = open_page("imports")
news()
history = received(view)
finding(view, *finding_sentences(view, history))
if may("import"):
    drop(view)
else:
    note(view.say("read_only"))
steps(view)
if not history.empty:
    past(view, history)
