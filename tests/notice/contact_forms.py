"""The forms in which a notice writes who is to be asked: every name and number in them is personal data."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = ("张某某", "李四", "王小明", "欧阳某某", "张××", "赵某", "阿依古丽·买买提")
MOBILE, LOCAL, AREA = "13800000000", "3320000", "0356-3320000"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def spellings(number: str) -> tuple[str, ...]:
    """A number as people type it: plain, full-width, in groups, digit by digit."""
    plain = number.replace("-", "")
    groups = {12: (4, 8), 11: (3, 7) if plain.startswith("1") else (4, 7), 10: (3, 6), 7: (3,), 8: (4,)}[len(plain)]
    parts, start = [], 0
    for end in (*groups, len(plain)):
        parts.append(plain[start:end])
        start = end
    return (
        number,
        number.translate(_WIDE),
        " ".join(parts),
        "-".join(parts),
        " ".join(plain),
        f"+86 {plain}" if plain.startswith("1") else number,
    )


# {n} is a name, {t} a number.
FORMS = (
    "（联系人{n}，{t}）",
    "(联系人：{n}，电话：{t})",
    "联系人{n} {t}",
    "联系人：{n} 电话{t}",
    "联系人、电话：{n}、{t}",
    "联系人/电话：{n}/{t}",
    "联系人及电话 {n} {t}",
    "联系人{n}，联系电话{t}",
    "电话{t}",
    "电话：{t}",
    "电话（{t}）",
    "联系电话 {t}",
    "（电话：{t}）",
    "咨询：{t}",
    "咨询电话：{t}（{n}）",
    "咨询：{n} {t}",
    "（{n}，{t}）",
    "（{n}{t}）",
    "（{t}）",
    "{t}（{n}）",
    "：{n} {t}",
    " {n}{t}",
    " {n} {t}",
    " {n}、{t}",
    "，{n}：{t}",
    "传真{t}",
    "手机：{t}",
    "Tel:{t}",
    "TEL {t}",
    "经办人：{n}，{t}",
    "负责人：{n}（{t}）",
    "填报人：{n} 联系方式：{t}",
    "短号{t}",
)
NAME_ONLY = (
    "（联系人{n}）",
    "联系人{n}",
    " 联系人：{n}",
    "，联系人:{n}；",
    "经办人：{n}",
    " 责任人：{n}",
    "（负责人：{n}）",
    "填表人{n}",
    "联络员：{n}、李某某",
)
OTHER = (
    ("zhangmm@163.com", "邮箱zhangmm@163.com"),
    ("zhangmm@163.com", "（zhangmm@163.com）"),
    ("zhang.mm@agri.example.gov.cn", " E-mail：zhang.mm@agri.example.gov.cn"),
    ("zhangmm", "邮箱：zhangmm\uff20163.com"),
    ("zhang_mm88", "微信zhang_mm88"),
    ("zhang_mm88", "（微信号：zhang_mm88）"),
    ("123456789", "QQ：123456789"),
    ("123456789", "QQ群123456789"),
    ("123456789", "，qq群：123456789"),
    ("13800000000", "微信同号13800000000"),
)


@st.composite
def contacts(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """(the words of a contact, what of them must not be kept: names, and digits without signs between them)."""
    if draw(st.integers(0, 9)) == 0:
        secret, text = draw(st.sampled_from(OTHER))
        return text, (secret,)
    name = draw(st.sampled_from(NAMES))
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(NAME_ONLY)).format(n=name), (name,)
    number = draw(st.sampled_from((MOBILE, LOCAL, AREA, "87654321", "0378-26654321", "400-800-1234")))
    form = draw(st.sampled_from(FORMS))
    spelled = draw(st.sampled_from(spellings(number)))
    secrets = (number.replace("-", ""),) + ((name,) if "{n}" in form else ())
    return form.format(n=name, t=spelled), secrets
