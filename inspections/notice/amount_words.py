"""The words of an amount in one spelling: every share a percentage, every numeral in digits, one sign for a dash."""

from __future__ import annotations

import re
from decimal import Decimal

from inspections.files.characters import DASHES, DIGITS, NUMERAL, chinese_number, folded, number, with_digits
from inspections.files.counts import COUNTED
from inspections.notice.remarks import LONGEST_VALUE

FIGURE = r"(?:\d{1,12}(?:\.\d{1,9})?|\.\d{1,9})"
ALL = "全覆盖|全面覆盖|全部|全数|全面检查|全面抽查|全量|逐户|逐一"


# "1:10", "按十比一的比例抽取": one of so many. Beside other words it may be a ratio to anything (to the staff).
_IN_A_RATIO = re.compile(
    rf"(?:按照?|以)?(?:总数|总量|对象|企业|户数)?的?(?P<one>\d{{1,4}}|{NUMERAL}{{1,4}})[:比](?P<other>\d{{1,4}}|{NUMERAL}{{1,4}})"
    r"(?:的?比例)?(?:随机)?(?:抽取|抽查|检查|抽检|确定)?"
)


def rewritten(text: str) -> str:
    """A proportion text with every way of saying a share turned into a percentage and every numeral into digits."""
    text = "".join(folded(text).split())[:LONGEST_VALUE]
    text = re.sub(rf"[{DASHES}~〜]+|-{{2,}}", "-", text)

    def spoken(found: re.Match[str]) -> str:
        parts, whole, decimals = found["parts"], found["whole"], found["decimals"] or ""
        value: Decimal | int | None = Decimal(whole) if re.fullmatch(FIGURE, whole) else chinese_number(whole)
        if value is None:
            return found[0]
        value = Decimal(value)
        if decimals and all(c in DIGITS for c in decimals):
            value += Decimal("0." + "".join(str(DIGITS[c]) for c in decimals))
        return f"{value}{'%' if parts == '百' else '‰'}"

    def fraction(found: re.Match[str]) -> str:
        above, below = number(found["above"]), number(found["below"])
        if not below or above is None or above > below:
            return found[0]
        return f"{Decimal(above) * 100 / Decimal(below):.4f}%"

    text = re.sub(
        rf"(?P<parts>[百千])分之(?P<whole>{FIGURE}|{NUMERAL}{{1,9}})(?:点(?P<decimals>{NUMERAL}{{1,6}}))?",
        spoken,
        text,
    )
    text = re.sub(rf"(?P<below>\d{{1,4}}|{NUMERAL}{{1,5}})分之(?P<above>\d{{1,4}}|{NUMERAL}{{1,5}})", fraction, text)
    text = re.sub(r"(?<![\d./])(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\d./年月%])", fraction, text)
    if ratio := _IN_A_RATIO.fullmatch(text):
        one, other = number(ratio["one"]), number(ratio["other"])
        if one and other and 1 in {one, other}:
            text = f"{Decimal(100 * min(one, other)) / Decimal(max(one, other)):.4f}%"
    text = re.sub(r"(?<!分)一半|半数", "50%", text)
    text = re.sub(r"(\d|[一二两三四五六七八九])成(?![果立员为本])", lambda m: f"{number(m[1])}0%", text)
    text = re.sub(r"百分百", "100%", text)
    return with_digits(text, rf"次|年|{COUNTED}")
