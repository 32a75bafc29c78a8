"""Meeting slides made up for the tests of those who draw them: an ordinary deck and one at every limit."""

from __future__ import annotations

from dataclasses import replace

from inspections.papers.slides.deck import Bar, Chart, Deck, Figure, Slide, Table

LONG_NAME = "晋城市阳城县自然资源和规划综合行政执法监督管理服务中心城关镇中心自然资源管理所一队"[:32]
UNITS = ("矿产资源监督管理局", "测绘地理信息管理股", "耕地保护监督股", "国土空间用途管制股", "执法大队", "生态修复股")


def _zh() -> tuple[Slide, ...]:
    return (
        Slide(
            "year",
            "全年抽查 294 户次，完成率 94.9%，发现问题全部跟踪",
            (
                Figure("94.9%", "检查完成率（279 / 294 户次）"),
                Figure("68.3%", "全年覆盖率"),
                Figure("12", "发现问题（件）"),
            ),
            points=(
                "计划任务 17 项，按期启动 16 项；联合抽查 5 项，占 29.4%。",
                "检查结果按时公示 271 户次，8 户次超过 20 个工作日。",
                "发现问题 12 件，已闭环 9 件，其余 3 件正在整改，最晚应于 2024 年 1 月 31 日前办结。",
            ),
            notes="今年抽查 294 户次，完成 279 户次。来源：检查结果表，截至 2023-12-31。",
        ),
        Slide(
            "coverage",
            "高风险、较高风险矿山全部抽到，低风险矿山仍有 15 户全年未见面",
            (
                Figure("68.3%", "全年覆盖率（41 / 60 户）"),
                Figure("100%", "C、D 类覆盖率（6 / 6 户）"),
                Figure("31.6%", "四季独立抽取时，单户整年抽不到的概率"),
            ),
            chart=Chart(
                (
                    Bar("A 低风险", 24 / 39, 1, "61.5%（24 / 39 户）", "A", 0.5),
                    Bar("B 一般风险", 11 / 15, 1, "73.3%（11 / 15 户）", "B", 0.6),
                    Bar("C 较高风险", 1, 1, "100%（5 / 5 户）", "C", 0.9),
                    Bar("D 高风险", 1, 1, "100%（1 / 1 户）", "D", 1),
                ),
                "各风险等级的覆盖率和计划比例",
                "计划比例",
            ),
            remark="分母为年初对象库中在营的矿山企业。",
            notes="高风险的都去过了。\n来源：抽取记录与年初对象库。",
        ),
        Slide(
            "completion",
            "六个科室中四个按时完成，执法大队还差 9 户次",
            chart=Chart(
                tuple(
                    Bar(name, done, 60 - 6 * i, f"{done} / {60 - 6 * i} 户次")
                    for i, (name, done) in enumerate(zip(UNITS, (60, 54, 48, 40, 27, 0), strict=True))
                ),
                "各科室完成的检查户次",
            ),
            notes="差在第四季度。",
        ),
        Slide(
            "joint",
            "联合抽查占 29.4%，一次进门查多件事",
            (Figure("5", "联合抽查任务（项）"), Figure("29.4%", "占全部任务")),
            table=Table(
                ("牵头单位", "配合部门", "抽取", "完成", "完成率"),
                tuple((name, "3", "24", "22", "91.7%") for name in UNITS[:4]),
            ),
            notes="联合抽查由四个科室牵头。",
        ),
        Slide(
            "findings",
            "发现问题 12 件，9 件已经闭环",
            chart=Chart(
                (Bar("发现", 12, 12, "12 件"), Bar("已处置", 11, 12, "11 件"), Bar("已闭环", 9, 12, "9 件")),
                "发现问题的处置",
            ),
            points=("最早一件发现于 3 月 5 日，已 301 天。", "两件移送执法。"),
            notes="还有三件。",
        ),
        Slide(
            "evaluation",
            "两个单位评为优，一个单位为差",
            chart=Chart(
                (
                    Bar("矿产资源监督管理局", 93.5, 100, "优 93.5", "excellent"),
                    Bar("测绘地理信息管理股", 84, 100, "良 84.0", "good"),
                    Bar("耕地保护监督股", 71.2, 100, "中 71.2", "fair"),
                    Bar("执法大队", 41, 100, "差 41.0", "poor"),
                ),
                "各单位得分和等次",
            ),
            notes="规则按 2023 年第一版。",
        ),
        Slide(
            "proposal",
            "明年建议 A 类 10%，B 类 25%，C、D 类全查",
            table=Table(
                ("等级", "对象（户）", "今年比例", "明年比例", "预计抽查（户）"),
                (
                    ("A 低风险", "39", "5%", "10%", "4"),
                    ("B 一般风险", "15", "20%", "25%", "4"),
                    ("C 较高风险", "5", "50%", "100%", "5"),
                    ("D 高风险", "1", "100%", "100%", "1"),
                ),
            ),
            notes="建议来自比例测算。",
        ),
        Slide(
            "risks",
            "三件事需要局领导拍板",
            points=("8 户次公示超期。", "15 户低风险矿山全年未见面。", "2 个科室全年没有任务。"),
            notes="请会议研究。",
        ),
    )


def made_up() -> Deck:
    """Eight ordinary slides in Chinese, synthetic."""
    return Deck(
        subject="阳城县自然资源局 · 2023 年度“双随机、一公开”抽查",
        source="数据截至 2023-12-31 · 双随机监管看板",
        synthetic="演示数据",
        slides=_zh(),
    )


def made_up_english() -> Deck:
    """Four slides in English, real data."""
    return Deck(
        subject="Yangcheng County Natural Resources Bureau · double-random inspections 2023",
        source="Data as of 2023-12-31 · inspection dashboard",
        synthetic=None,
        slides=(
            Slide(
                "coverage",
                "All high and elevated risk mines were drawn; 15 low-risk mines were not visited at all this year",
                (
                    Figure("68.3%", "covered in the year (41 of 60 firms)"),
                    Figure("100%", "of classes C and D covered (6 of 6 firms)"),
                    Figure("31.6%", "firms missed in four independent draws"),
                ),
                chart=Chart(
                    (
                        Bar("A low risk", 24 / 39, 1, "61.5% (24 of 39 firms)", "A", 0.5),
                        Bar("B moderate risk", 11 / 15, 1, "73.3% (11 of 15 firms)", "B", 0.6),
                        Bar("C elevated risk", 1, 1, "100% (5 of 5 firms)", "C", 0.9),
                        Bar("No class recorded", 0, 1, "0.0% (0 of 4 firms)", "none", 0.25),
                    ),
                    "Coverage by risk class against the plan",
                    "planned share",
                ),
                remark="Of the mining firms in operation at the beginning of the year.",
                notes="Everybody with a high risk was visited.",
            ),
            Slide(
                "joint",
                "Joint inspections are 29.4% of all tasks",
                table=Table(
                    ("Lead unit", "Partner departments", "Drawn", "Inspected", "Completion rate", "Published on time"),
                    tuple(
                        (f"Mineral Resources Supervision Bureau {i}", "3", "24", "22", "91.7%", "95.5%")
                        for i in range(6)
                    ),
                ),
                notes="Four units lead.",
            ),
            Slide(
                "findings", "12 problems found, 9 of them closed", (Figure("12", "problems"),), notes="Three remain."
            ),
            Slide(
                "risks",
                "Three decisions are asked of the meeting",
                points=(
                    "Eight results were published late: <who> & why?",
                    "15 low-risk mines were not visited.",
                    "Two units had no task.",
                ),
                notes="Please decide.",
            ),
        ),
    )


def at_the_limits() -> Deck:
    """As much as a slide may hold: 32-character names, 8 bars, 6 rows, titles of 50 characters, markup as data."""
    bars = tuple(
        Bar(f"{LONG_NAME[:-1]}{i}", 100 - 9 * i, 100, f"{100 - 9 * i}.0%（{1000 - 90 * i:,} / 1,000 户次）", "C", 88)
        for i in range(8)
    )
    title = (
        "全年抽查任务总体按期完成但仍有部分科室在第四季度集中检查导致公示超期需要在明年计划中提前安排并逐月通报督办"[
            :50
        ]
    )
    figures = (
        Figure("1,234,567", "全年应检查户次（含联合抽查和专项整治）"),
        Figure("<0.1%", "问题发现率（3 / 1,234,567 户次）"),
        Figure("99.9%", "按时公示率（20 个工作日内公示的）"),
    )
    points = tuple(
        f"第 {i} 点：{LONG_NAME}尚有 {i} 户次未在规定期限内公示检查结果，请于月底前补录并说明原因。"
        for i in range(1, 5)
    )
    rows = tuple((f"{LONG_NAME[:-1]}{i}", "1,234", "1,234", "100.0%", "99.9%", "优 100.00") for i in range(6))
    headings = ("单位", "应检查户次", "已检查户次", "检查完成率", "按时公示率", "得分与等次")
    shorter = tuple(replace(bar, label=bar.label[:16]) for bar in bars)
    return Deck(
        subject=f"{LONG_NAME} · 2023 年度“双随机、一公开”抽查检查工作情况",
        source="数据截至 2023-12-31",
        synthetic="演示数据",
        slides=(
            Slide(
                "bars",
                title,
                chart=Chart(shorter, "八个单位", "计划完成率"),
                remark="说明" * 20,
                notes="八条。",
            ),
            Slide("bars_below", title, figures[:2], Chart(bars[:6], "六个单位"), notes="六条。"),
            Slide("rows", title, table=Table(headings, rows), remark="注：按规则第 1 版计算。", notes="六行。"),
            Slide(
                "rows_below",
                title,
                figures,
                table=Table(headings[:4], tuple(row[:4] for row in rows[:4])),
                notes="四行。",
            ),
            Slide("points", title, figures, points=points, notes="四点。"),
            Slide("markup", "<script>alert(1)</script> & “引号”", points=("<b>不是标记</b>", "=1+1"), notes="<i>x</i>"),
            Slide("one", "只有一个单位", chart=Chart((Bar("甲", 0, 0, "不适用", "none"),), "一条"), notes=""),
        ),
    )
