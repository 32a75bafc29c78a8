"""一单两库: the directories a draw rests on. Search, one object's card, what is missing, edits with log."""

from pages.frame.head import open_page
from pages.registry.parts.inspectors import inspectors
from pages.registry.parts.items import items
from pages.registry.parts.objects import objects
from pages.registry.parts.registers import choose_part

view = open_page("registers")
part = choose_part(view)
{"objects": objects, "inspectors": inspectors, "items": items}[part](view)
