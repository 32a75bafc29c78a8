"""What the words of one header say: the column they mean, or how much they speak for each."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from inspections.files.columns import ALIKE, PART, WHOLE, alike
from inspections.notice.vocabulary import vocabulary

# A header is a few words; longer cells are content, whatever words they contain.
LONGEST_HEADER = 40


# Between the upper and the lower line of a header in two rows: no cell holds it.
OVER = "\x1f"


def normalised(header: str) -> str:
    """A header without blanks and signs, full-width forms folded, brackets kept."""
    folded = unicodedata.normalize("NFKC", header)
    return re.sub(r"[\s:*#、,，.。/\\_\-—–'\"“”‘’]|[\x00-\x1f]", "", folded)


def without_brackets(header: str) -> str:
    """A normalised header without brackets and what stands in them."""
    return re.sub(r"[(\[【〔{<《].*?(?:[)\]】〕}>》]|$)", "", header).replace("%", "")


def too_long(header: str) -> bool:
    """Whether words are no header for their length; what stands in brackets only says more about it."""
    header = "".join(header.split())
    return len(header) > LONGEST_HEADER and (
        len(header) > 2 * LONGEST_HEADER or len(without_brackets(normalised(header))) > LONGEST_HEADER // 2
    )


@cache
def exact_codes() -> dict[str, str]:
    """The whole headers of `headers.toml`, normalised, with the column that each means."""
    return {normalised(word): code for code, words in vocabulary()["exact"].items() for word in words}


@cache
def _rank() -> dict[str, int]:
    """The place of a word among those of its column: the first says most, where two headers name one column."""
    return {normalised(word): rank for words in vocabulary()["exact"].values() for rank, word in enumerate(words)}


@cache
def column_code(header: str) -> str | None:
    """The column a header means (`rate`, `class:A`, …), or None. Blanks, brackets, full-width forms do not matter."""
    if too_long(header):
        return None
    full = normalised(header)
    bare = _PERSON_AND_UNIT.sub(r"\g<unit>", _UNIT_AND_PERSON.sub(r"\g<unit>", without_brackets(full)))
    for form in (full, bare):
        if form in exact_codes():
            return exact_codes()[form]
    if vocabulary()["under"].get(full) in {"period_start", "period_end"}:
        # "起" and "止" may stand without a group above them.
        return str(vocabulary()["under"][full])
    risk_class = _class_column(full)
    if risk_class:
        return f"class:{risk_class}"
    if not bare or re.search(r"\d{2}|[;%。]", bare):
        return None
    return next(iter(_parts(bare)), "quota" if _COUNTED_IN.search(full) else None)


# A heading that names the unit of what it counts: 抽取（户）, 计划检查（家）.
_COUNTED_IN = re.compile(r"[(\[](?:单位:?)?(?:户次?|家次?|个|件|批次?|台|辆|人|所|宗)[)\]]$")


# A number under which the objects themselves may stand too ("取水户10家" under 抽查对象数量).
NUMBER_OF_OBJECTS = re.compile("对象(?:名称|范围|类型)?(?:[及和与、]?(?:数量|户数|家数)|[及和与、](?:抽查)?比例)$")
OBJECTS_AND_NUMBER = re.compile("对象(?:名称|范围|类型)?[及和与、](?:数量|户数|家数|(?:抽查)?比例)$")


# A column of items that says behind each who checks it.
ITEMS_AND_WHO = re.compile("(?:事项|内容|项目)[及和与](?:责任|检查|实施|对应|负责|执法)?(?:部门|单位|科室|股室)$")
_ITEMS_AND_BASIS = re.compile("(?:事项|内容|项目)[及和与](?:法律|法规|检查|抽查|执法|政策|监管)*依据$")
# A column of departments that has somebody's name behind each (责任股室及负责人).
_UNIT_AND_PERSON = re.compile(
    "(?P<unit>.*(?:单位|部门|机构|主体|科室|股室|处室))[及和与](?:其|具体|业务)?(?:负责人|联系人|责任人|经办人|联络员|联系电话|联系方式|电话)$"
)
_PERSON_AND_UNIT = re.compile("^(?:责任|负责|联系|经办)人员?[及和与]?(?:所在)?(?P<unit>科室|股室|处室|部门|单位)$")
_WHOSE_ITEMS = re.compile(
    "(?:(?P<helps>配合|参与|联合|协同|协助|协办|会同)|发起|牵头|主办|责任)(?:部门|单位|机构|主体|科室|股室|处室)的?"
    "(?:抽查|检查|监管|执法)?(?:事项|内容|项目)"
)


def _parts(bare: str) -> list[str]:
    """The columns that words in a header speak for, the strongest first."""
    found = [str(code) for word, code in vocabulary()["containing"]["words"] if word in bare]
    if ITEMS_AND_WHO.search(bare):
        return ["items"]
    if _ITEMS_AND_BASIS.search(bare):
        # What comes first in such a cell names it.
        found.insert(0, "items" if "事项" in bare else "content")
    if re.search("^(?:辖区内?|全[省市县区州旗]|在册|现有|在库|登记)(?!.*(?:抽|查)).{0,6}(?:数|数量)$", bare):
        # How many there are of what may be inspected (辖区单位数).
        found.insert(0, "pool")
    if bare.endswith(("比例", "比率", "比重")) and found and found[0] in {"risk_rule", "scope"}:
        # 差异化抽查比例 holds shares, whatever they go by.
        found.insert(0, "rate")
    # "联合单位抽查事项", "发起部门检查内容": whose items they are.
    if whose := _WHOSE_ITEMS.fullmatch(bare):
        found.insert(0, "partner_items" if whose["helps"] else "items")
        return list(dict.fromkeys(found))
    # Who does something together with somebody helps, whatever it is they do (联合检查单位, 会同部门, 参检单位).
    if re.match("(?:联合|联查|会同|协|共同|参)(?!.*(?:发起|牵头)).*(?:单位|部门|机构|主体|[股科处]室)$", bare):
        found = ["partners", *(code for code in found if code != "lead_unit")]
    if re.search("(?:方式|方法|类型)[及和与](?:抽[查取])?(?:比例|数量|户数|家数)$", bare):
        # How it is drawn and how many in one cell.
        found.insert(0, "rate")
    if re.search("范围[及和与、](?:抽查)?(?:数量|户数|家数|比例)$", bare):
        # How many of what there is in the place.
        found.insert(0, "rate")
    if OBJECTS_AND_NUMBER.search(bare):
        found.insert(0, "scope")
    # Kinds of those who are inspected (抽查单位类别, 污染源类型) are no departments.
    if re.search("(?:单位|企业|主体|机构|场所|污染源|对象|项目)(?:类别|类型|种类|分类|性质|名录库?)(?:名称)?$", bare):
        found.insert(0, "scope")
    # "抽取日期起", "抽取日期至": one end each.
    end = re.search("(?:时间|日期|期限)(?:(?P<first>起|始|自|从)|(?P<last>至|止|迄))$", bare)
    if end:
        found.insert(0, "period_start" if end["first"] else "period_end")
    if re.search("(?:抽查|抽取|抽检|检查|查|受检)(?:单位|企业|主体|项目)?[户家]?数$", bare):
        found.append("quota")
    return list(dict.fromkeys(found))


_FOR_A_PART = re.compile("月均|季均|日均|平均|每月|每季|每日")
# What is drawn is not what it is drawn of.
_DRAWN = re.compile("(?:抽查|抽取|抽检|检查)(?:单位|企业|对象|主体|项目)?(?:户|家)?数|拟|计划")


def _said_by_parts(full: str, bare: str, whole: str | None) -> dict[str, float]:
    """What parts of a normalised header say for other columns than the one that it means as a whole."""
    found = {code: PART - 0.1 * place for place, code in reversed([*enumerate(_parts(bare))]) if code != whole}
    if "quota" in found and _FOR_A_PART.search(bare):
        # What is planned for a month gives way to what is planned for the year.
        found["quota"] -= 0.3
    if not whole and OBJECTS_AND_NUMBER.search(bare):
        found["scope"] = WHOLE
    if re.search("(?:(?<!联合)(?:检查|抽查|抽检|监管|监督)|^)(?:单位|机构|主体|场所)(?:名称)?$", bare):
        # "检查单位": who inspects, or who is inspected; the cells tell which.
        found["scope"] = max(found.get("scope", 0.0), PART)
    if re.search("(?:比例|数量|户数|家数)[及和与、]?(?:抽查|检查)?(?:频次|频率|次数)$", bare):
        # How much stands first in such a cell, how often behind it.
        found["rate"] = WHOLE
    if re.search("对象(?:类别|类型|种类|分类)$", bare):
        # Beside a column of the objects themselves their kinds are what the tasks are called by.
        found["field"] = ALIKE
    if not (found or whole):
        # What is last in a heading says what it is: 监督专业, 重点监管领域.
        ends = [(len(word), code) for word, code in exact_codes().items() if len(word) > 1 and bare.endswith(word)]
        found |= {max(ends)[1]: PART} if ends else {}
        # "主体" alone may be any of the words that end so; the cells tell which.
        found |= {code: ALIKE for word, code in exact_codes().items() if len(bare) > 1 and word.endswith(bare)}
    if not (found or whole) and _COUNTED_IN.search(full):
        found["quota"] = PART
    return found


@cache
def said_by(header: str) -> dict[str, float]:
    """What a header says for each column: whole words most, then parts of it, then what it has in common with words."""
    if too_long(header):
        return {}
    known = column_code(header)
    if known == "contact":
        return {known: WHOLE}
    full = normalised(header)
    bare = without_brackets(full)
    whole = exact_codes().get(full) or exact_codes().get(bare)
    if whole is None and known and (known.startswith("class:") or full in vocabulary()["under"]):
        whole = known
    rank = _rank().get(full, _rank().get(bare, 0))
    found = ({whole: WHOLE - 0.001 * rank} if whole else {}) | _said_by_parts(full, bare, whole)
    # A header that is known needs no likeness; what goes unread is only what is known to.
    for code, words in vocabulary()["exact"].items() if not whole else ():
        if code != "note":
            found[code] = max(found.get(code, 0.0), alike(bare, words))
    for code, words in vocabulary()["weak"].items():
        if any(word in bare for word in words):
            found[code] = max(found.get(code, 0.0), ALIKE)
    for code, others in vocabulary()["also"].items():
        for other in others if found.get(code, 0.0) >= PART else ():
            found[other] = max(found.get(other, 0.0), found[code] / 2)
    drawn = not whole and _DRAWN.search(bare) is not None
    return {code: value for code, value in found.items() if value and not (code == "pool" and drawn)}


def _class_column(header: str) -> str | None:
    """The risk class that a header such as "A类抽查比例" or "高风险企业" stands for."""
    letter = re.fullmatch(
        r"(?:抽查|抽取)?(?:比例)?\(?(?:(?:信用)?(?:风险)?(?:等级|类别|级别))?([A-E])(?:类|级)?(?:信用)?(?:风险)?(?:企业|主体|对象)?\)?"
        r"(?:抽查|抽取)?(?:比例)?\(?%?\)?",
        header,
    )
    if letter:
        return letter[1]
    classes = vocabulary()["classes"]
    words = sorted((word for word in classes if "风险" in word or classes[word] == "none"), key=len, reverse=True)
    for word in words:
        if re.fullmatch(
            rf"(?:抽查|抽取)?(?:比例)?{word}(?:\([A-E]类?\))?(?:企业|主体|对象)?(?:抽查|抽取)?(?:比例)?\(?%?\)?", header
        ):
            return str(vocabulary()["classes"][word])
    return None


_NUMBERS = {"quota", "pool", "rate", "frequency"}


def two_numbers(header: str) -> tuple[str, str] | None:
    """The columns of two numbers that a header parts with a slash (抽取户数/总户数), in their order; else None."""
    said = [column_code(part) for part in re.split("[/／]", header.rpartition(OVER)[2])]
    if len(said) != 2 or said[0] == said[1] or not set(said) <= _NUMBERS:
        return None
    return str(said[0]), str(said[1])
