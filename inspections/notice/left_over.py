"""What of a cell's words none of its grammars consumed: the reader says it, since it may mean what was not read.

The grammars of amounts, frequencies and periods look for what they know anywhere in a cell, so words beside it would
be passed over in silence. Here what they know is taken out, then the words that say nothing of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from inspections.files.characters import folded
from inspections.files.counts import COUNTED
from inspections.notice.remarks import Remark

# Words around an amount or a day that change nothing about it.
_IDLE = re.compile(
    "双随机|一公开|一次性|随机|抽查|抽取|抽检|检查|核查|监督|监管|执法|行政|联合|计划|拟|预计|预估|大约|约|左右|占?比例?|占|比率|数量|户数|家数"
    "|频次|频率|次数|基数|总数|总量|总体|整体|按照|按|以|的|为|是|对|于|在|从|并|且|即|其中|各类?|均|每年度?|全年度?|本?年度|年内|一年|当年|年"
    "|进行|开展|实施|实行|组织|执行|落实|安排|完成|办结|结束|原则上|一般|全面|全部|所有|任务|工作|时间|时限|期间|期限|起止|日期|时段"
    "|全[省市县区州旗]|辖区内?|根据|监管|实际|情况|需要|确定|不?[得应]?(?:低于|少于|小于|超过|高于|大于|多于)|至少|最[低少高多大]|至多|达到?|[上下]限|以[上下内]|之[内间]"
    "|市场主体|经营主体|被?(?:检查|抽查)?(?:对象|企业|单位|主体|机构|项目)|市场|主体|名录库|名录|总库|库|中|里|内|之|共|合计|总计|计|现?有|在册|应|需|要|由|该"
    "|分别|分|集中|统一|及|和|与|或|等|第?[一二三四五六七八九十两\\d]+(?:批次?|阶段|期|轮)|批次?|本|全|度|份|月|日|次|年底?|户|家|个|条|人"
)


def left_over(words: str, known: Iterable[re.Pattern[str]]) -> tuple[str, ...]:
    """The parts of `words` (folded, without blanks) in which something stays once `known` and idle words are gone."""
    for pattern in known:
        words = pattern.sub("\x00", words)
    parts = re.split(r"[\x00,，;；。:：、()（）\[\]【】《》/\-~+=≥≤<>\s]+", words)
    return tuple(part for part in parts if re.search(r"[\u4e00-\u9fffA-Za-z\d]", _IDLE.sub("", part)))


def unread(text: str, words: str, known: Iterable[re.Pattern[str]]) -> tuple[Remark, ...]:
    """A remark about what is left over of a cell's `text` (`words` in one spelling); none where nothing is."""
    parts = left_over(words, known)
    return (Remark("words_unread", "note", {"text": text.strip(), "part": "；".join(parts)}),) if parts else ()


_NUMBER = re.compile(rf"\d{{1,12}}(?:,\d{{3}})*(?:\.\d+)?万?[余多]?{COUNTED}?")


def unread_beside_number(text: str) -> tuple[Remark, ...]:
    """A remark about the words beside the one number of a cell; none where they say nothing."""
    return unread(text, "".join(folded(text).split()), (_NUMBER,))


def says_no_more(remark: Remark, others: str) -> bool:
    """Whether the words that a remark calls unread stand in `others` (without blanks) too."""
    parts = str(remark.parameters["part"]).split("；")
    return all(core in others for part in parts for core in _IDLE.sub("\x00", part).split("\x00"))
