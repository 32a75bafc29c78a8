"""Whose notice it is, and what heads it: document number, day of issue, the title, kind and year of its plans."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

from inspections.files.characters import folded, squeezed
from inspections.files.content import Document, Table
from inspections.notice import units as unit_names
from inspections.notice.contacts import without_contacts
from inspections.notice.plan import Issue
from inspections.notice.task_rows import Record
from inspections.notice.units import Bureau
from inspections.notice.vocabulary import vocabulary
from inspections.notice.windows import single_date, year_of
from inspections.words.errors import InspectionsError

_LONGEST_TITLE = 80


def title_of(table: Table) -> str | None:
    """The title of the plan that a table holds, from the lines above it or the name of its sheet; None without one."""
    near = [title for title in table.titles[-6:] if len(title) <= _LONGEST_TITLE]
    words = vocabulary()["titles"]["plan"]
    for title in reversed(near):
        if any(word in title for word in words) and not re.search("^附件：|^[（(].*[)）]|[。：:；，]$", title):
            bare = re.sub(r"^(?:附件\d*[：:]?|(?:标题|名称)[：:]|[（(]?[一二三四五六七八九十][、）)])\s*", "", title)
            return " ".join(without_contacts(_quoted_plan(bare))[0].split())
    if table.sheet and (any(word in table.sheet for word in words) or _kind_word(table.sheet)):
        return " ".join(without_contacts(table.sheet)[0].split()) or None
    return None


def _quoted_plan(title: str) -> str:
    """The plan that a heading issues ("关于印发《…抽查计划》的通知"), else the heading itself without its number."""
    title = _number_beside(title)[0]
    found = re.search(r"关于.*?《(?P<plan>[^《》]*计划[^《》]*)》", title)
    return found["plan"] if found else title


def default_title(document: Document, bureau: Bureau, year: int) -> str:
    """The title of a plan whose table has none: the notice's own, or one made of bureau and year."""
    for paragraph in document.paragraphs[:40]:
        if re.search("通知|公告|计划|方案", paragraph.text) and len(paragraph.text) <= _LONGEST_TITLE:
            return " ".join(without_contacts(_quoted_plan(paragraph.text))[0].split())
    return f"{bureau.name}{year}年度双随机抽查计划"


def _kind_word(text: str) -> str | None:
    if re.search("内部(?:各?[股科处]室)?联合", text):
        return "internal"
    for kind, words in vocabulary()["plan_kind"].items():
        if any(word in text for word in words):
            return str(kind)
    return None


def kind_of(record: Record, owner: Bureau) -> str:
    """Joint or internal: by a column that says it, by the table's title, by whether there are partners."""
    own = squeezed(record.get("plan_type"))
    if re.match(r"[是否](?:[（(]|$)", own):
        return "joint" if own.startswith("是") else "internal"
    title = title_of(record.table) or ""
    near = "".join(t for t in record.table.titles[-2:] if len(t) <= _LONGEST_TITLE)
    for text in (own, record.get("draw_type"), title, near, record.table.sheet or ""):
        kind = _kind_word(text)
        if kind:
            return kind
    helpers = unit_names.names_in(record.get("partners"))
    if helpers and any(unit_names.is_bureau(name, owner) for name in helpers):
        # The bureau helps: who leads is the other department.
        helpers += unit_names.names_in(record.get("lead_unit")) + unit_names.names_in(record.get("initiating_unit"))
    if _are_sections(record):
        # Under 协办科室 stand sections, whatever they are called (项目办).
        helpers = tuple(name for name in helpers if not unit_names.unit_called(name, owner, internal=True).own)
    return "joint" if any(_of_another_department(name, owner) for name in helpers) else "internal"


def _are_sections(record: Record) -> bool:
    """Whether the heading of the helpers says that they are sections of the bureau."""
    headings = [record.header.headings[i] for i, code in record.header.columns.items() if code in _WHO_TAKES_PART]
    helping = [one for one in headings if re.search("配合|协|参与|联合", one)]
    return any(re.search("[股科处]室", one) and not re.search("部门|单位", one) for one in helping)


_WHO_TAKES_PART = {"partners", "lead_unit", "initiating_unit"}


def _of_another_department(name: str, owner: Bureau) -> bool:
    """Whether a helper is no section of the bureau (配合股室) and no office of its own trade (各市场监管所)."""
    bare = re.sub(r"[（(].*?(?:[)）]|$)", "", name)
    if any(word in bare for word in vocabulary()["units"]["outside"]):
        return True
    if not (unit_names.is_unit_name(bare) or unit_names.is_generic(bare)) or re.search(
        "[股科室处站]$|(?<!派出)所$", bare
    ):
        return False
    return not unit_names.unit_called(bare, owner, internal=False).own and not unit_names.of_its_trade(bare, owner)


def plan_year(
    title: str | None, document: Document, number: str | None, records: Sequence[Record], default: int | None
) -> int:
    """The year of a plan: named by its title, number or column, else by its windows, the file, the day of issue.

    Raises InspectionsError `year_unknown`.
    """
    heading = [p.text for p in document.paragraphs[:40] if "关于" in p.text and len(p.text) <= _LONGEST_TITLE]
    first = [title or "", *heading[:1]]
    # A number's 〔2023〕 and a column 年度 that holds 2023 alone are years without the word.
    first += [year + "年" for year in re.findall(r"〔(\d{4})〕", number or "")]
    first += [record.get("year").removesuffix("年") + "年" for record in records]
    first += [record.get("plan_name") for record in records]
    named = next(filter(None, map(year_of, first)), None)
    if named:
        return named
    said = [
        year
        for record in records
        for code in ("period", "period_start", "period_end")
        for year in map(int, re.findall(r"(?<!\d)(20\d{2})(?=[年./-])", folded(record.get(code))))
    ]
    if said:
        return min(said)
    issued = issued_on(document)
    nearby = [Path(document.name).stem, *(paragraph.text for paragraph in document.paragraphs[:5])]
    last = next(filter(None, map(year_of, nearby)), None) or default or (issued.year if issued else None)
    if last is None:
        raise InspectionsError("year_unknown", file=document.name)
    return last


_ORGAN_END = (
    r"(?:局|宣传部|统战部|网信办|委员会|厅|委|办公室|署|管委会|政府|海关|总队|支队|大队|中心|领导小组|联席会议)"
)
_ORGAN_BEFORE = re.compile(
    rf"^(?P<organ>[\u4e00-\u9fffA-Za-z×（）()、]{{2,40}}{_ORGAN_END})"
    r"(?=(?:20\d\d|二[\u3007○零]|关于|年度|内部|部门|本部门|双随机|跨部门|联合|抽查|随机|[“\"《 ]|的|$"
    # Whatever kind of plan it is.
    r"|（[^（）]{1,8}(?:局|办|委|公司)）|涉企|行政检查|行政执法|执法|检查|监督|专项|日常|重点|全面|开展|实施|制定|印发|发布|监管|计划|工作|上半年|下半年|第))"
)


# Whatever follows: "某县统计局统计执法…计划" names the place and its bureau, and no branch of it.
_BUREAU_OF_A_PLACE = re.compile(
    r"(?P<organ>[\u4e00-\u9fff×]{1,12}?[省市县区旗州盟](?!场|政(?!府))[\u4e00-\u9fff、]{2,20}?局)(?!.{0,8}(?:局|厅|委员会|大队|支队|所))(?=.*(?:计划|方案|安排))"
)


_BUREAU_AND_TRADE = re.compile(
    r"(?P<organ>[\u4e00-\u9fff×]{1,12}?[省市县区旗州盟](?!场|政(?!府))[\u4e00-\u9fff、]{2,20}?局)[\u4e00-\u9fff、]{2,20}$"
)


_TWO_ORGANS = re.compile(
    rf"(?P<first>[\u4e00-\u9fff]{{2,30}}{_ORGAN_END})(?:[\s、]+[\u4e00-\u9fff]{{2,30}}{_ORGAN_END})+(?=\s*(?:关于|$))"
)


def _organ_at_start(text: str) -> str | None:
    # Of two organs that write together the first is the one whose notice it is; a seal is no part of its name.
    two = _TWO_ORGANS.match(folded(text).strip())
    words = squeezed(two["first"] if two else folded(text)).replace("(", "（").replace(")", "）")
    # The record card of a page calls its title by a word of its own.
    words = re.sub(r"^(?:(?:附件|附表|附)\d*[:：]?|(?:标题|名称|文件名称|信息名称)[:：])", "", words)
    words = re.sub("（(?:代章|盖章|公章|印章|章)）$", "", words)
    words = re.sub(r"^20\d\d年度?(?=[\u4e00-\u9fff])", "", words)
    before = words.split("关于")[0]
    if re.fullmatch(r"[\u4e00-\u9fff“”\"、]{6,50}(?:领导小组|联席会议)(?:办公室)?", before):
        return before
    # The organ is what stands before the year; longest first, so that "…局建安区分局" is not cut at the first 局.
    head = re.split(r"20\d\d|二[\u3007○零]二", before)[0] or before
    found = _ORGAN_BEFORE.match(head + (" " if head != words else "")) or _BUREAU_OF_A_PLACE.match(head)
    if not found and head != words and re.search("计划|方案|安排", before):
        # "某市市场监督管理局药品医疗器械2025年度…计划": its trade stands behind the bureau.
        found = _BUREAU_AND_TRADE.match(head)
    if not found or len(found["organ"]) > 40:
        return None
    # A bureau's own office writes for the bureau.
    return re.sub("(?<=[局厅])办公室$", "", found["organ"])


# "填报单位：某县应急管理局", "发布机构 某市城市管理局".
_WHOSE = re.compile(
    # Who launches a task may stand in a cell before the department; a colon says that it is of the whole.
    r"(?:填报|制表|填表|发文|发布|编制|公开|印发|制发|制定|报送|上报|(?:发起|主办)(?=.{2}[:：]))(?:单位|机关|机构|部门)"
    r"\s*[（(]?(?:[盖公印签代]?章)?[)）]?\s*[:： \]】]\s*"
    rf"(?P<organ>[\u4e00-\u9fff×（）()]{{2,40}}?{_ORGAN_END})(?=[\s,，;；。(（)）\[【]|$|填报|制表|发布|日期)"
)


def _edges(document: Document) -> list[str]:
    """The lines above and below the tables, and their first and last rows as lines."""
    lines = [paragraph.text for paragraph in document.paragraphs[:60]]
    for table in document.tables:
        lines += [*table.titles, *("  ".join(dict.fromkeys(row.cells)) for row in (*table.rows[:3], *table.rows[-3:]))]
    return [line for line in lines if len(line) <= 200]


def _named_as_theirs(document: Document) -> list[str]:
    """The organs that lines above, below or inside a table name as those who made it."""
    return [found["organ"] for line in _edges(document) for found in _WHOSE.finditer(line)]


def _place_at_start(text: str) -> str | None:
    """Whose plan a title without a bureau is: a place ("某县2024年度部门联合…"), or a bureau called 系统."""
    words = re.sub(r"^(?:附件|附表|附)\d*[:：]?", "", squeezed(folded(text)))
    system = re.match(
        r"([\u4e00-\u9fff×]{2,8}?[省市县区旗州盟](?!场)[\u4e00-\u9fff]{2,12}?)系统(?=20\d\d|[“\"]|部门|双随机)", words
    )
    if system:
        return system[1] + "局"
    place = re.match(
        r"([\u4e00-\u9fff×]{1,8}?[省市县区旗州盟])(?=20\d\d|市场监管领域|[“\"]?双随机|部门联合|跨部门|本级)", words
    )
    return place[1] if place and len(place[1]) > 1 else None


def bureau_of(document: Document, records: Sequence[Record], given: str | None, issues: list[Issue]) -> Bureau:
    """The bureau whose notice it is: the one given, else the organ that heads, signs or names the file.

    A place alone is taken for its government, with an issue. Raises InspectionsError `bureau_unknown`.
    """
    if given and given.strip():
        return unit_names.bureau_named(given)
    lines = [paragraph.text for paragraph in document.paragraphs]
    candidates: list[str | None] = []
    for line in lines[:15]:
        words = squeezed(line)
        if words.endswith("文件") and len(words) <= _LONGEST_TITLE:
            head = words.removesuffix("文件")
            candidates.append(_organ_at_start(head))
    candidates += [_organ_at_start(line) for line in lines[:30] if "关于" in line and len(line) <= _LONGEST_TITLE]
    candidates += [_organ_at_start(title) for record in records for title in (title_of(record.table),) if title]
    candidates += _named_as_theirs(document)
    candidates += [
        _organ_at_start(lines[i - 1])
        for i, line in enumerate(lines)
        if i and single_date(line) and len(lines[i - 1]) <= 60
    ]
    candidates += [_organ_at_start(line) for line in lines[:10] if len(line) <= _LONGEST_TITLE]
    candidates.append(_organ_at_start(Path(document.name).stem))
    titles = [title for record in records if (title := title_of(record.table))]
    of_place = [place for title in titles if re.search("联合|跨部门", title) and (place := _place_at_start(title))]
    # A bare table whose every row is checked by the same named department is that department's.
    candidates += [_organ_at_start(name) for name in sorted({record.get("plan_name") for record in records}) if name]
    for column in ("checking_body", "lead_unit", "initiating_unit"):
        bodies = {squeezed(record.get(column)) for record in records}
        body = min(bodies, default="")
        # Several joint tasks that one department of the place launches alone are its own plan.
        theirs = len(records) > 1 and bool(body) and all(body.startswith(place) for place in of_place)
        if len(bodies) == 1 and (not of_place or theirs):
            named = unit_names.is_unit_name(body) and unit_names.bureau_named(body).region
            candidates.append(body if named else None)
    organs = [unit_names.bureau_named(organ) for organ in candidates if organ and len(organ) >= 4]
    if organs:
        # Of its short and its full name, the full one (某市住建局, 某市住房和城乡建设局).
        first = organs[0]
        fuller = [one for one in organs if first.region in (one.region, None) and unit_names.is_bureau(first.name, one)]
        return max([first, *fuller], key=lambda one: len(one.name))
    for text in (*titles, *(line for line in lines[:15] if len(line) <= _LONGEST_TITLE), Path(document.name).stem):
        place = _place_at_start(text)
        if place:
            issues.append(Issue(None, None, "bureau_assumed", "warning", {"used": place}))
            return unit_names.bureau_named(place)
    raise InspectionsError("bureau_unknown", file=document.name)


def _side_by_side(line: str) -> list[str]:
    """What a short line says side by side ("文号：某字〔2025〕2号　　日期：2025年3月14日"), else the line as one."""
    return re.split(r"\s{2,}|\||(?<=号)\s+(?=\d{4}年)", line) if len(line) <= _LONGEST_TITLE else []


def number_of(document: Document) -> str | None:
    """The document number (文号) that stands on a line of its own, else one in the name of the file."""
    for paragraph in document.paragraphs[:60]:
        for part in _side_by_side(paragraph.text):
            if number := document_number(part):
                return number
    for text in (
        *(paragraph.text for paragraph in document.paragraphs[:60]),
        *(title for table in document.tables for title in table.titles[-6:]),
    ):
        number = document_number(_number_beside(text)[1]) if len(text) <= 2 * _LONGEST_TITLE else None
        if number:
            return number
    return document_number(Path(document.name).stem, alone=False)


_FILLED_IN_ON = re.compile(
    r"(?:填报|填表|制表|填写|报送|上报|编制|制定|印发|发布|发文|成文|公开|公布)(?:日期|时间)[:：\s\]】]{0,4}"
    r"(?P<day>[\d〇○零一二三四五六七八九十]{2,4}\s{0,3}[年./-]\s{0,3}[\d一二三四五六七八九十]{1,3}\s{0,3}[月./-]"
    r"\s{0,3}[\d一二三四五六七八九十]{1,3}\s{0,3}[日号]?)(?!\d)"
)


# Who signs and when, on one line.
_SIGNED = re.compile(
    rf"[\u4e00-\u9fff、]{{4,40}}{_ORGAN_END}\s+(?P<day>[\d〇○零一二三四五六七八九十]{{4}}\s?年[^，。；：]{{3,12}}日)(?:印发)?$"
)


def issued_on(document: Document) -> datetime.date | None:
    """The first line that is a day and nothing else, else the day on which a line or a row says it was filled in."""
    for paragraph in document.paragraphs:
        signed = _SIGNED.match(paragraph.text.strip())
        for part in (paragraph.text, *_side_by_side(paragraph.text), *([signed["day"]] if signed else [])):
            if len(part) <= 80 and (found := single_date(part)):
                return found
    days = (found["day"] for line in _edges(document) for found in _FILLED_IN_ON.finditer(line))
    return next(filter(None, map(single_date, days)), None)


_NUMBER = re.compile(
    r"(?P<word>[\u4e00-\u9fffA-Za-z×]{2,20})[〔\[【({\uff3b〖](?P<year>20\d{2})[〕\]】)}\uff3d〗](?:第)?(?P<number>\d{1,5})号"
)


_OPEN, _CLOSE = r"[〔\[【({（［〖﹝]", r"[〕\]】)}）］〗﹞]"
_BESIDE = rf"[\u4e00-\u9fffA-Za-z×]{{2,20}}\s*{_OPEN}\s*20\d{{2}}\s*{_CLOSE}\s*第?\s*\d{{1,5}}\s*号"


def _number_beside(title: str) -> tuple[str, str]:
    """(a title, its document number): the number in brackets or behind a blank, at the title's end or its beginning.

    The number is "" where there is none, or where the line only quotes another document's.
    """
    if not re.search("计划|通知|方案|公告|安排|清单|一览表", title) or re.search(
        "根据|按照|依据|依照|转发|落实|[。；]", title
    ):
        return title, ""
    found = re.search(rf"(?:[\s　]|{_OPEN})\s*(?:文号[:：]?)?(?P<number>{_BESIDE})\s*{_CLOSE}?\s*$", title) or re.match(
        rf"\s*{_OPEN}?(?P<number>{_BESIDE})\s*{_CLOSE}?\s*(?=\S)", title
    )
    if not found:
        return title, ""
    return (title[: found.start()] + title[found.end() :]).strip(), found["number"]


def document_number(text: str, *, alone: bool = True) -> str | None:
    """The document number (文号) a line is, written with 〔〕 and without blanks; None when there is none.

    `alone`: the line must be nothing else (a notice quotes other documents' numbers in its sentences).
    """
    words = "".join(folded(text).split())[:400].replace("〔", "[").replace("〕", "]")
    if alone:
        words = re.sub(r"^(?:发文字号|文号|文件编号|发文号)[::]?|签发人.*$", "", words)
        words = re.sub(r"^[((](.*)[))]$", r"\1", words)
        found = _NUMBER.fullmatch(words)
    else:
        found = _NUMBER.search(words)
    return f"{found['word']}〔{found['year']}〕{int(found['number'])}号" if found else None
