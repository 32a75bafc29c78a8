"""A plan told in words: sentences of clauses, paragraphs of tasks, one task in sections -> headings with values.

What a sentence leaves open stays open: an amount, a period or a department is taken only from a clause that says one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from inspections.files.characters import chinese_number, folded
from inspections.files.content import Paragraph
from inspections.files.counts import COUNTED
from inspections.notice.header_words import column_code
from inspections.notice.windows import single_date

Card = tuple[int, list[tuple[str, str]]]
"""Where a card begins and its headings with their values, in order."""

NUMBERED = r"(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]\s*)"
# The headings under which what a paragraph says is put.
NAME, ITEMS, _SCOPE, _AMOUNT, _PERIOD = "任务名称", "抽查事项", "抽查对象", "抽查比例", "抽查时间"
LEAD, PARTNERS = "牵头单位", "配合单位"
_LONGESTNAME = 40
# What is said of one task is not longer.
_LONGEST_PARAGRAPH = 2_000

_CLAUSE = re.compile(
    r"(?P<heading>[\u4e00-\u9fff]{2,8}?)(?:分别)?(?:[：:]|为|是|(?=不低于|不少于|不超过))\s*(?P<value>\S.*)"
)
_BY = re.compile(r"由(?P<unit>[\u4e00-\u9fff]{2,20}?)(?:牵头|负责|承办|组织)(?:实施|组织|开展|落实)*")


def of_sentences(lines: Sequence[Paragraph]) -> list[Card]:
    """Numbered paragraphs that name a task and say in clauses what is planned ("抽查比例为3%，由食品股负责")."""
    cards: list[Card] = []
    for line in lines:
        numbered = re.match(NUMBERED, line.text)
        if numbered is None:
            continue
        name, *clauses = re.split(r"[，。；,;]|(?<=抽查)[：:]|(?<=检查)[：:]", line.text[numbered.end() :].strip())
        pairs = clauses_of(name, clauses)
        if len(pairs) > 3 and len(dict(pairs)) == len(pairs):
            cards.append((line.line, pairs))
    return cards


def clauses_of(name: str, clauses: Iterable[str]) -> list[tuple[str, str]]:
    """Headings with their values, as the clauses behind a task's name say them; others go on with the one before."""
    pairs = [(NAME, name.strip())]
    for clause in filter(None, map(str.strip, clauses)):
        said, by = _CLAUSE.fullmatch(clause), _BY.fullmatch(clause)
        if by:
            pairs.append(("责任单位", by["unit"]))
        elif said and column_code(said["heading"]):
            pairs.append((said["heading"], said["value"]))
        else:
            heading, value = pairs[-1]
            pairs[-1] = heading, f"{value}，{clause}"
    return pairs


# Sections that speak of how the work is done, not of what is planned.
OF_THE_WORK = re.compile(
    "要求|目标|原则|保障|流程|程序|公示|结果|依据|思想|意义|机制|平台|人员|纪律|宣传|总结|处理|方式|方法"
)
_NONAME = re.compile(
    "各|要|加强|严格|认真|强化|规范|建立|健全|完善|落实|提高|提升|制定|按照|根据|坚持|推进|积极|及时|做好|明确|统筹|做到|确保|对于|原则上"
)
_SHARE = re.compile(r"\d(?:\.\d+)?\s*[%‰]|[百千十]分之|全覆盖|全部|逐户|\d\s*[:：比]\s*\d|[一十]比[一十]")
_COUNT = re.compile(rf"[\d一二两三四五六七八九十百](?:{COUNTED})(?!次|月)")
_OF_PEOPLE = re.compile("(?<!导游)(?<!从业)人员|执法人|检查组|工作日|[2-3两二三]\\s*[人名](?!次)|专家")
_OFTEN = re.compile("(?:每个?(?:季度?|月|半年|学期|年)度?|一年|全年)[^，。；;]{0,8}[一二两三四五六七八九\\d]次")
_DAY = re.compile(r"\d{1,2}月|[一二三四五六七八九十]月|季度|[上下]半年|全年|年底|20\d\d年$")
_NO_PERIOD = re.compile("制定|报送|上报|总结|公示|录入|公布|印发|汇总|登记|取得|设立|以前|以来|截至|不重复")
# "每季度抽查比例不低于25%" says what the share is of, not when.
_EACH_PART = re.compile("每个?(?:季度?|半年|月|年)度?|全年")
_WHO_LEADS = re.compile(
    r"由?(?P<lead>[\u4e00-\u9fff、]{2,30}?)(?:牵头|负责|承办|主办|组织)(?:[、和并]?(?:负责|牵头|实施|组织|开展|落实|检查))*"
    r"(?:[，,、]?(?:会同|联合|配合单位为|配合部门为)?(?P<after>[\u4e00-\u9fff、]{2,60}?)(?:配合|参与|参加|协助|协同)?)?"
)
_WHO_HELPS = re.compile(
    r"(?:会同|联合|商)(?P<with>[\u4e00-\u9fff、]{2,60}?)(?:开展|实施|进行|检查|抽查|组织)*|(?P<unit>[\u4e00-\u9fff、]{2,60}?)(?:配合|参与|参加|协助|协同)(?:实施|开展|进行|做好|部门|联合|检查|抽查|执法|工作)*"
)
_OBJECTS = (
    re.compile(r"(?:抽查|检查|监管)?(?:对象|范围)(?:为|是|[:：])(?P<scope>[^，。；;]{2,60})"),
    re.compile(
        r"[从在](?P<scope>[^，。；;\d]{2,40}?)(?:检查对象)?(?:名录库|名录|名单|库)?(?:之)?[中里内](?:按|以|随机|抽取|抽查|选取|选择|，)"
    ),
    re.compile(rf"(?:现有|共有|在册)(?P<scope>[^，。；;\d]{{2,30}}?)\d+(?:{COUNTED})"),
    re.compile(r"按照?(?P<scope>[^，。；;\d]{2,30}?)(?:的)?(?:总数|总量|数量|户数|总户数)的?\s*\d"),
    re.compile(
        r"(?:^|[，。；;])对(?P<scope>[^，。；;\d]{2,40}?)[，,]?(?:按照?|进行|开展|实施|随机|抽取|抽查|全覆盖|全部|逐户|实行)"
    ),
    # "对采砂企业，A类每年一次": what goes by class or by level is said of them.
    re.compile(
        r"(?:^|[，。；;])对(?P<scope>[^，。；;\d]{2,40}?)[，,](?=(?:信用|风险|等级|其中)*(?:[A-E][类级]|[极较中]?[低高]|一般|重点))"
    ),
    re.compile(
        rf"(?:抽取|抽查|检查|选取)(?:不少于)?[\d一二两三四五六七八九十百]+(?:{COUNTED})(?P<scope>(?!进行|开展|实施|检查|抽查)[^，。；;\d]{{2,30}}?)(?=进行|开展|实施|[，。；;]|$)"
    ),
    re.compile(
        rf"(?:随机)?(?:抽取|抽查|选取)(?P<scope>(?!比例)[^，。；;\d不全各每共]{{2,30}}?)(?:不少于|至少)?\d+(?:{COUNTED}|[%％])"
    ),
)
_LOOKED_AT = re.compile(
    r"^(?:(?:主要|重点|对其|依法)?(?:检查|抽查|核查)(?!对象|范围|比例|数量|时间|频次|方式)(?:其)?(?:内容|事项|重点)?(?:包括|为|是|[:：])?)(?P<items>[^\d%，。；;]{4,120})$"
)


def of_paragraphs(lines: Sequence[Paragraph]) -> list[Card]:
    """Numbered paragraphs, each of one task, whose sentences hold an amount ("按5%抽取，4月至6月，由工业科牵头")."""
    found: list[tuple[str, Card]] = []
    section = days = who = ""
    # "3月至4月：抽查加油站8家，…", line by line, is a calendar.
    calendar = sum(_MONTHS_FIRST.match(line.text) is not None for line in lines) > 1
    for index, line in enumerate(lines):
        follows = lines[index + 1].text if index + 1 < len(lines) else ""
        if re.match(r"[一二三四五六七八九十]{1,3}、[^，；;%％]{2,40}$", line.text):
            section, days = line.text, days_alone(line.text)
            # "一、水土保持股" over what it inspects.
            bare = re.sub(f"^{NUMBERED}", "", section)
            who = bare if _SECTION_OR_BUREAU.fullmatch(bare) else ""
            if who:
                continue
            # A section that is itself a task says at once how many ("一、燃气企业检查" over "抽查比例50%，…").
            tells = _SHARE.search(folded(follows)) or _COUNT.search(folded(follows))
            if re.match(NUMBERED, follows) or not tells or not _names_a_task(line.text, follows):
                continue
            section = days = ""
        elif days_alone(line.text):
            # "第一季度" on a line of its own.
            days = days_alone(line.text)
            continue
        numbered = re.match(NUMBERED, line.text) or (_MONTHS_FIRST.match(line.text) if calendar else None)
        if (numbered is None and not who) or OF_THE_WORK.search(section):
            continue
        words = line.text[numbered.end() if numbered else 0 :].strip()
        if len(words) <= _LONGESTNAME and not re.search("[，。；;]", words) and not re.match(NUMBERED, follows):
            # The name alone on its line, what is planned on the next.
            words = f"{words}。{follows}"
        if pairs := _said_of_one_task(words[:_LONGEST_PARAGRAPH]):
            # "一、第一季度" over the tasks says when.
            over = {_PERIOD: days, LEAD: who}
            pairs = [(heading, value or over.get(heading, "")) for heading, value in pairs]
            if column_code(re.sub(f"^{NUMBERED}", "", section)) == "scope":
                # "一、抽查对象" over the tasks: what each is called by is who is inspected.
                pairs = [(heading, value or (pairs[0][1] if heading == _SCOPE else "")) for heading, value in pairs]
            found.append((section, (line.line, pairs)))
    # Where some name an amount, those beside them that name none are tasks all the same; alone they are none.
    of_tasks = {section for section, (_, pairs) in found if dict(pairs)[_AMOUNT]}
    cards = [card for section, card in found if section in of_tasks]
    pools = _pools(lines)
    return [(line, _with_pool(pairs, pools)) for line, pairs in cards]


def days_alone(heading: str) -> str:
    """The months or quarters that a section is called by, where it is called by nothing else."""
    bare = re.sub(f"^{NUMBERED}", "", heading)
    rest = re.sub(
        "[（()）、至\\-—－\\s]|抽查|检查|计划|任务|安排|工作|重点|开展|时间|第?[一二三四五六七八九十]?批次?",
        "",
        _DAYS.sub("", bare),
    )
    return bare if _DAYS.search(bare) and not rest else ""


def _pools(lines: Sequence[Paragraph]) -> dict[str, str]:
    """How many there are of each kind of object, where a section of its own lists that ("养老机构：22家")."""
    listed = [line.strip() for _, _, code, own in sections(lines) if code == "pool" for line in own]
    found = (
        re.fullmatch(rf"{NUMBERED}?(?P<kind>[^：:\d]{{2,30}})[：:]?共?(?P<count>\d+{COUNTED})[。；;]?", one)
        for one in listed
    )
    return {one["kind"].strip(): one["count"] for one in found if one}


def _with_pool(pairs: list[tuple[str, str]], pools: dict[str, str]) -> list[tuple[str, str]]:
    """A task's headings with the number of the objects that its words name, and these where nothing else names any."""
    words = "".join(value for _, value in pairs)
    kinds = [kind for kind in pools if kind in words]
    if len(kinds) != 1:
        return pairs
    return [
        *((heading, value or (kinds[0] if heading == _SCOPE else "")) for heading, value in pairs),
        ("抽查基数", pools[kinds[0]]),
    ]


def _names_a_task(heading: str, words: str) -> bool:
    """Whether a section is called as an inspection or its objects are, and as no column is; or its words plan one.

    Words that say how many also say when and who of a task ("一、旅行社" over "抽查30%，5月开展，由市场科牵头").
    """
    bare = re.sub(f"^{NUMBERED}", "", heading)
    if column_code(bare) is not None:
        return False
    planned = _DAY.search(folded(words)) and _BY_SOMEBODY.search(words) and not OF_THE_WORK.search(bare)
    return bool(planned) or re.search("(?:检查|抽查|督查|巡查|企业|单位|机构|场所)$", bare) is not None


_BY_SOMEBODY = re.compile("由[\u4e00-\u9fff]{2,20}(?:牵头|负责|承办|组织|实施)")


def _said_of_one_task(words: str) -> list[tuple[str, str]]:
    """What a paragraph says of one task under the headings above; empty where it says nothing of one."""
    words = _days_last(words)
    head, sign, rest = _headed(words)
    said: dict[str, list[str]] = {heading: [] for heading in (NAME, ITEMS, _SCOPE, _AMOUNT, _PERIOD, LEAD, PARTNERS)}
    if sign and _DEPARTMENT.fullmatch(head):
        # "县教育局：校外培训机构抽查，抽取10%": who does it stands first, then what.
        said[LEAD].append(head)
        head, sign, rest = _headed(rest)
        words = rest
    if together := re.match("(?:联合|会同)(?P<with>[\u4e00-\u9fff、]{2,40}?)(?:开展|实施|进行)(?P<name>.{2,})", head):
        said[PARTNERS].append(together["with"])
        head = together["name"]
    head = re.sub("^(?:组织)?(?:开展|实施|进行)(?=.{4,}[检抽核督]查$)", "", head)
    if _is_no_task(head):
        return []
    for clause in _clauses(rest if sign else words):
        of_amount = _SHARE.search(folded(clause)) or _COUNT.search(folded(clause)) or _OFTEN.search(folded(clause))
        if of_amount and not _OF_PEOPLE.search(clause):
            said[_AMOUNT].append(clause)
        # "每季度抽查一次" is how often, not when.
        days = _EACH_PART.sub("", _OFTEN.sub("", clause)) if of_amount else clause
        if _DAY.search(_OFTEN.sub("", folded(days))) and not _NO_PERIOD.search(clause):
            said[_PERIOD].append(_days_of(days))
        _add_who_or_what(clause, said)
    for pattern in _OBJECTS:
        if found := pattern.search(rest if sign else words):
            said[_SCOPE].append(re.sub("检查对象$", "", found["scope"]))
            break
    if head and not said[_SCOPE] and _CALLED_BY_OBJECTS.search(head):
        said[_SCOPE].append(head)
    tells = said[_AMOUNT] or (head and (said[_PERIOD] or said[LEAD]))
    if not tells or not (head or said[_SCOPE]):
        return []
    said[NAME].append(head or said[_SCOPE][0])
    joined = {ITEMS: "；", _AMOUNT: "，", _PERIOD: "；", LEAD: "、", PARTNERS: "、"}
    return [(heading, joined.get(heading, "").join(values)) for heading, values in said.items()]


# "普通货运企业：随机抽取8家" names the task by who is inspected.
_CALLED_BY_OBJECTS = re.compile("(?:企业|单位|机构|场所|经营者|经营户|工商户|学校|医院|公司|工程|工地|对象|项目)$")
# "由律师科在第二、三季度组织进行": the days stand between who and what.
_BY_WHOM_WITHIN = re.compile(
    r"由(?P<lead>[\u4e00-\u9fff]{2,30}?(?:局|委|厅|股|科|处|室|队|中心|部门))[在于].*(?:组织|实施|开展)"
)


def names_amount(words: str) -> bool:
    """Whether words (folded) name a share or a number of objects, not of people or days."""
    return any(
        (_SHARE.search(clause) or _COUNT.search(clause)) and not _OF_PEOPLE.search(clause) for clause in _clauses(words)
    )


def often(words: str) -> bool:
    """Whether words say how often something is inspected ("每半年抽查一次")."""
    return _OFTEN.search(folded(words)) is not None


def _add_who_or_what(clause: str, said: dict[str, list[str]]) -> None:
    """Add to `said` who leads and who helps by a clause, or what it says is looked at."""
    headed = _CLAUSE.fullmatch(clause)
    code = column_code(headed["heading"]) if headed else None
    if headed and code in {"lead_unit", "initiating_unit", "partners"}:
        said[PARTNERS if code == "partners" else LEAD].append(headed["value"])
        return
    if _WHO_DRAWS.fullmatch(clause):
        # Who draws the objects is not who leads.
        return
    within = _BY_WHOM_WITHIN.search(clause)
    by = within or re.search(r"由(?P<lead>[\u4e00-\u9fff、]{2,30}?)(?:组织|实施|开展|落实)+$", clause)
    leads, helps = _WHO_LEADS.fullmatch(_without_days(clause)), _WHO_HELPS.fullmatch(clause)
    if by and (within or not leads):
        said[LEAD].append(by["lead"])
    elif leads and not _NOBODY.fullmatch(leads["lead"]):
        said[LEAD].append(leads["lead"])
        said[PARTNERS] += filter(None, [leads["after"]])
    elif helps and not leads:
        said[PARTNERS] += filter(None, [helps["with"] or helps["unit"]])
    elif looked := _LOOKED_AT.match(clause):
        said[ITEMS].append(looked["items"])


_WHO_DRAWS = re.compile(
    r"(?:对象|名单|检查对象|抽查对象)?由?[\u4e00-\u9fff、]{2,20}?(?:统一|具体|牵头|负责|组织)*(?:通过[^，。；;]{2,20})?(?:随机|公开|统一)*"
    r"(?:抽取|抽选|选取|摇号|抽签|派发|选案)(?:检查|抽查|被查|对象|名单|企业|主体|任务|工作|产生|确定|派发|和|、)*"
)
# "…，牵头组织实施抽查": who does it stands in the clause before.
_NOBODY = re.compile("(?:牵头|负责|承办|主办|组织|统一|具体|共同|认真|协调|联合|做好|实施|开展)+")


_MONTHS_FIRST = re.compile(
    r"(?=(?:20\d\d年)?(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})月|第?[一二三四1-4]季度|[上下]半年)[^，。；;：:]{0,20}[：:，]\s*\S)"
)
_SECTION_OR_BUREAU = re.compile("[\u4e00-\u9fff]{1,16}(?:局|委员会|委|厅|股|科|处|[大支]队|办公室|股室|科室)")
_DEPARTMENT = re.compile("[\u4e00-\u9fff]{1,16}(?:局|委员会|委|厅|股|科)")


def _days_last(words: str) -> str:
    """A paragraph with the months that it begins with behind it ("3月至5月，对旅行社进行抽查，…")."""
    first = re.match(r"(?P<days>[^，。；;：:]{2,30})[，,：:](?P<rest>.+)", words, re.DOTALL)
    if first is None or re.sub(r"[前后内期间每年度计划拟\s]", "", _DAYS.sub("", first["days"])):
        return words
    return f"{first['rest'].rstrip('。；;')}，{first['days']}"


def _is_no_task(head: str) -> bool:
    """Whether what a paragraph begins with is a demand, a way of working or the heading of a value."""
    numbers = {"rate", "quota", "frequency", "period", "period_start", "period_end"}
    return bool(head) and (
        _NONAME.match(head) is not None
        or OF_THE_WORK.search(head[-4:]) is not None
        or len(head) > _LONGESTNAME
        or column_code(head) in numbers
    )


def _headed(words: str) -> tuple[str, str, str]:
    """(name, sign, rest) of a paragraph that names its task first: "旅行社：…", "对旅行社进行抽查，…"."""
    found = re.match(r"(?P<head>[^。：:；;]{2,60})(?P<sign>[。：:])(?P<rest>.+)", words, re.DOTALL)
    if found and not _is_said(found["head"]):
        return found["head"].strip(), found["sign"], found["rest"]
    found = re.match(r"(?P<head>[^。：:；;，,]{4,60})(?P<sign>[，,])(?P<rest>.+)", words, re.DOTALL)
    if found and not _is_said(found["head"]) and re.search("[检抽核督]查|监管|监察|巡查", found["head"]):
        return found["head"].strip(), "", found["rest"]
    return "", "", words


def _is_said(head: str) -> bool:
    """Whether the beginning of a paragraph says what is planned rather than what it is called."""
    text = folded(head)
    return bool(_SHARE.search(text) or _DAY.search(text) or re.search(rf"\d\s*(?:{COUNTED})", text) or "，" in head)


def _clauses(words: str) -> Iterator[str]:
    return filter(None, map(str.strip, re.split(r"[，。；;,\n]", words)))


_DAYS = re.compile(
    r"(?:(?:20)?\d{2}年)?(?:第?[一二三四1-4](?:[、至\-—－]第?[一二三四1-4])?季度?|上[、,和及]?下半年|[上下]半年|全年|年底)前?|"
    r"(?:(?:20)?\d{2}年)?(?:\d{1,2}\s*[至到\-—－~～、]\s*)*(?:\d{1,2}|[一二三四五六七八九十]{1,3})月份?(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]|[上中下]旬|底|初)?"
    r"(?:\s*[至到\-—－~～、]+\s*(?:(?:20)?\d{2}年)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})月份?(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]|[上中下]旬|底|初)?)*(?:之?前|底前)?"
)


def _days_of(clause: str) -> str:
    """The days that a clause names, without the other words around them."""
    if re.search("各[^，。；;]{0,4}次", clause):
        # "上、下半年各一次" says how often, too.
        return clause
    return "、".join(found[0] for found in _DAYS.finditer(clause)) or clause


def _without_days(clause: str) -> str:
    return re.sub(r"^(?:于|在|计划)?", "", _DAYS.sub("", clause)) if _DAYS.search(clause) else clause


def of_tasks(lines: Sequence[Paragraph]) -> list[Card]:
    """Sentences of clauses, or paragraphs, whichever tell more tasks: none of a plan is left out for its form."""
    sentences, paragraphs = of_sentences(lines), of_paragraphs(lines)
    cards = paragraphs if len(paragraphs) > len(sentences) else sentences
    return with_sections(cards, lines)


def with_sections(cards: Sequence[Card], lines: Sequence[Paragraph]) -> list[Card]:
    """`cards` with the period and the items that a section of its own says for all of them."""
    alone = {code: own[0] for _, _, code, own in sections(lines) if len(own) == 1 and not re.match(NUMBERED, own[0])}
    shared = {_PERIOD: alone.get("period"), ITEMS: alone.get("items") or alone.get("content")}
    shared[ITEMS] = shared[ITEMS] or _items_of_all(cards, lines)
    by_turns = _by_turns(shared[_PERIOD] or "")
    if not any(column_code(heading) == "lead_unit" and value for _, pairs in cards for heading, value in pairs):
        by_whom = "，".join(own for _, heading, _, lines_of in sections(lines) if "分工" in heading for own in lines_of)
        shared |= {heading: value for heading, value in told_in_clauses(by_whom) if heading != _PERIOD}
    return [
        (line, _with_shared(pairs, shared | ({_PERIOD: by_turns[place]} if place in by_turns else {})))
        for place, (line, pairs) in enumerate(cards)
    ]


def _by_turns(period: str) -> dict[int, str]:
    """The period of each task by its place, where one text says them in turn ("第一项于5月开展，第二项于7月开展")."""
    found = re.findall(
        r"第([一二三四五六七八九十]{1,3}|\d{1,2})(?:项|类)(?:任务|工作|检查)?(?:于|在|为|[:：])?([^第]+)", period
    )
    numbers = [chinese_number(number) for number, _ in found]
    if numbers != list(range(1, len(found) + 1)):
        return {}
    return {place: "、".join(days[0] for days in _DAYS.finditer(words)) for place, (_, words) in enumerate(found)}


def _items_of_all(cards: Sequence[Card], lines: Sequence[Paragraph]) -> str:
    """The numbered points that one section lists as what is looked at in every task; "" where they are the tasks."""
    listed = [own for _, _, code, own in sections(lines) if code in {"items", "content"} and own]
    said = "\n".join(listed[0]) if len(listed) == 1 else ""
    names = [value for _, pairs in cards for heading, value in pairs if heading == NAME]
    of_tasks = any(name in said for name in names if name) or _SHARE.search(folded(said)) or _COUNT.search(folded(said))
    return "" if of_tasks else said


def _with_shared(pairs: list[tuple[str, str]], shared: dict[str, str | None]) -> list[tuple[str, str]]:
    """A task's headings with what is said once for all tasks, where its own words say nothing of it."""
    filled = [(heading, value or shared.get(heading) or "") for heading, value in pairs]
    told = {column_code(heading) for heading, _ in filled}
    return filled + [
        (heading, value) for heading, value in shared.items() if value and column_code(heading) not in told
    ]


def told_in_clauses(words: str) -> list[tuple[str, str]]:
    """The period, who leads and who helps as the clauses of a text about one task say them, under their headings."""
    said: dict[str, list[str]] = {heading: [] for heading in (ITEMS, _PERIOD, LEAD, PARTNERS)}
    for clause in _clauses(words):
        # "全年抽查比例不低于6%" says what the share is of, not when.
        days = _OFTEN.sub("", re.sub("全年", "", clause) if _SHARE.search(folded(clause)) else clause)
        if _DAY.search(folded(days)) and not _NO_PERIOD.search(clause):
            said[_PERIOD].append(_days_of(days))
        _add_who_or_what(re.sub("^(?:抽查|检查)(?=由)", "", clause), said)
    return [(heading, "、".join(said[heading])) for heading in (_PERIOD, LEAD, PARTNERS) if said[heading]]


_SECTION = re.compile(
    r"[一二三四五六七八九十]{1,3}、\s*(?P<heading>[\u4e00-\u9fff（）()]{2,16})(?:[：:。]\s*(?P<value>.*))?"
)


def sections(lines: Sequence[Paragraph]) -> list[tuple[int, str, str, list[str]]]:
    """The numbered sections of a text: line, heading, the column that it means ("" for none), the lines below it."""
    found_so_far: list[tuple[int, str, str, list[str]]] = []
    # Who signs and the day below are of no section.
    last = next((i for i, line in enumerate(lines) if i and single_date(line.text)), len(lines) + 1)
    for line in lines[: last - 1]:
        found = _SECTION.fullmatch(line.text)
        if found:
            code = column_code(found["heading"]) or ""
            found_so_far.append((line.line, found["heading"], code, [found["value"]] if found["value"] else []))
        elif found_so_far:
            found_so_far[-1][3].append(line.text)
    return found_so_far


_TITLE = re.compile("计划|方案|安排|(?:抽查|检查)的?函$")


def subject(lines: Sequence[Paragraph]) -> str:
    """What the title says is inspected ("某局2025年取水许可“双随机”抽查方案"); "" where it says no more than that."""
    title = next((line.text for line in lines[:10] if _TITLE.search(line.text) and "年" in line.text), "")
    found = re.search(
        r"20\d\d\s*年度?(?P<subject>[^年]{4,60}?)(?:工作|实施)*的?(?:计划|方案|安排|函)(?:的通知)?$", title
    )
    subject = found["subject"].strip() if found else ""
    return subject if re.sub('[“”"、]|双随机|一公开|抽查|检查|监管|年度|部门|联合|监督|行政', "", subject) else ""
