"""A made-up report with everything in it, planted markup included, written without a kernel."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import nbformat
import pandas as pd

matplotlib.use("agg")

from workbook.report import charts, finding
from workbook.report.document import Report
from workbook.report.session import Run

PLANTED = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
REVIEW = "1998-09-30"
ANSWERS = {
    "en": "Few carry the business: the top fifth of customers brought 67.8 % of revenue, and half "
    "never came back after the first day.",
    "zh": "少数客户支撑业务\uff1a前 20% 的客户贡献占比为 67.8%\uff0c半数客户首购后未再购买。",
}


def client_of(language="en", **changes):
    client = {
        "folder": "acme",
        "name": "Acme & Söhne <b>",
        "language": language,
        "currency": "USD" if language == "en" else "CNY",
        "as_of": dt.date(1998, 6, 30),
        "edition": "internal edition" if language == "en" else "内部版",
        "simulated": True,
        "brand": {},
    }
    return SimpleNamespace(**client | changes)


def tables_of():
    ledger = pd.DataFrame(
        [
            ("orders", "no_customer", 135_080, 0, 1_447_682.43, ""),
            ("orders", "possible_duplicates_kept", 255, 164, 4_333.20, ""),
            ("orders", "encoding_converted", 8, None, None, "GB18030"),
        ],
        columns=["table", "rule", "rows", "customers", "money", "detail"],
    )
    return SimpleNamespace(
        rows_read=69_659,
        span=(dt.date(1997, 1, 1), dt.date(1998, 6, 30)),
        as_of=dt.date(1998, 6, 30),
        as_of_guessed=False,
        hash="0123456789abcdef" * 4,
        ledger=ledger,
    )


class Notebook:
    """Collects what a report shows, cell by cell, as an executed notebook would hold it."""

    def __init__(self):
        self.cells = []

    def show(self, kind, html, **data):
        output = nbformat.v4.new_output(
            "display_data",
            {"text/html": str(html)},
            metadata={"workbook": {"kind": kind, **data}},
        )
        self.cells.append(nbformat.v4.new_code_cell("secret_code()", outputs=[output]))

    def say(self, text, tags=()):
        self.cells.append(nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)}))

    def node(self):
        return nbformat.v4.new_notebook(cells=self.cells)


def begin(tmp_path, language="en", *, hide=None, staging=None, show=None, **changes):
    """A report whose client and tables are made up."""
    (Path(tmp_path) / "params/acme").mkdir(parents=True, exist_ok=True)
    params = {"client": "acme", "language": language, "as_of": "1998-06-30", "note": PLANTED}
    run = Run(Path(tmp_path), Path(tmp_path) / "params", Path(tmp_path) / "data", staging)
    client = client_of(language, **changes)
    report = Report("clv", client, params, run, hide=hide, show=show or (lambda *a, **k: None))
    report.__dict__["tables"] = tables_of()
    charts.set_style()
    return report


def sample_findings(report):
    zh, fmt = report.language.code == "zh", report.fmt
    return [
        finding(
            metric="top_tenth_share",
            kind="problem",
            rung="predictive",
            statement=f"前 10% 的客户占收入的 {fmt.percent(0.509)}\uff1b其中十分之一流失\uff0c预计减少收入 {fmt.money(190_000)}。"
            if zh
            else f"The most valuable tenth brings {fmt.percent(0.509)} of revenue; losing one in ten "
            f"of them is expected to cost {fmt.money(190_000)} a year.",
            value=0.509,
            low=0.49,
            high=0.52,
            n=2357,
            money_per_year=190_000,
            money_low=120_000,
            money_high=260_000,
            money_basis="revenue",
            money_kind="expected_loss",
            action="为前 200 位客户逐一指定负责人。"
            if zh
            else "Name an owner for each of the first 200.",
            owner="重点客户经理" if zh else "Key-account manager",
            review_on=REVIEW,
        ),
        finding(
            metric="second_purchase",
            kind="opportunity",
            rung="descriptive",
            statement="半数客户首购后未再购买。"
            if zh
            else "Half of the customers never came back after the first day.",
            value=0.511,
            n=23_570,
            money_per_year=95_000,
            money_low=31_000,
            money_high=140_000,
            money_basis="gross_margin",
            money_kind="opportunity",
            action="首购后 30 天内联系新客。"
            if zh
            else "Write to first-time buyers within 30 days.",
            owner="客户管理负责人" if zh else "Head of customer management",
            review_on=REVIEW,
        ),
        finding(
            metric="best_product",
            place={"product": PLANTED},
            rung="descriptive",
            statement=f"{PLANTED} 是购买最多的产品。" if zh else f"{PLANTED} is bought most often.",
            n=412,
        ),
    ]


def write_sample(tmp_path, language="en", **options):
    """The whole sample: (notebook node, report)."""
    notebook = Notebook()
    report = begin(tmp_path, language, show=notebook.show, **options)
    fmt, zh = report.fmt, language == "zh"
    notebook.say(
        "# What does this theme answer?\n\nThe question in one sentence, and the decision that it serves."
    )
    report.head()
    report.answer(ANSWERS[language])
    report.key_figures(
        [
            (
                "客户数" if zh else "Customers",
                fmt.count(23_570),
                fmt.period("1997-01-01", "1997-03-31"),
            ),
            (
                "收入" if zh else "Revenue",
                fmt.money(2_500_315.63),
                "18 个月\uff0c未扣退货" if zh else "18 months, gross",
            ),
            (
                "仅单日购买" if zh else "Bought on one day only",
                fmt.percent(0.511),
                fmt.interval(0.505, 0.518, fmt.percent),
            ),
            (
                "前 20% 占比" if zh else "Top 20 % bring",
                fmt.percent(0.678),
                fmt.interval(0.67, 0.685, fmt.percent),
            ),
        ]
    )
    notebook.say("## Findings")
    report.findings(sample_findings(report))
    notebook.say("For the analyst alone.", tags=["analyst"])
    notebook.say("## Who brings the revenue?")
    _figures(report)
    notebook.say("## What to do")
    report.actions()
    notebook.say("## Data and method")
    report.definitions(
        [
            ("客户集中度" if zh else "Concentration", "前 20% 客户的收入" if zh else "revenue of the top fifth",
             "全部客户的收入" if zh else "revenue of all customers", fmt.period("1997-01-01", "1998-06-30"),
             "订单表" if zh else "orders table"),
        ]
    )  # fmt: skip
    report.data_and_method([PLANTED])
    report.customer_list("risk", pd.DataFrame({"customer_id": ["0001", "1234567890123456789"]}))
    report.record(customers=23_570)
    report.footer()
    return notebook.node(), report


def _figures(report):
    fmt, zh = report.fmt, report.language.code == "zh"
    x = pd.Series(range(101)) / 100
    curve = pd.DataFrame({"customers": x, "revenue": 1 - (1 - x) ** 3.2})
    customers, revenue = (
        ("客户占比", "收入占比") if zh else ("share of customers", "share of revenue")
    )
    ax = charts.plot_curve(
        curve, x="customers", y="revenue", mark=(0.2, 0.51), xform=fmt.percent, yform=fmt.percent,
        mark_label="前 20% 的客户占 51%" if zh else "top 20 % of customers, 51 % of revenue",
        diagonal_label="若人人相等" if zh else "if all were equal", xlabel=customers, ylabel=revenue,
        title="前 20% 的客户占收入的 51%" if zh else "The top fifth of customers brings 51 % of revenue",
        alt="曲线位于对角线上方。" if zh else "A curve that rises steeply above its diagonal.",
    )  # fmt: skip
    numbers = pd.DataFrame(
        {
            "group": ["top 1 %", "top 10 %", PLANTED],
            "share": [0.09, 0.29, 0.51],
            "money": [1e5, 1e6, 2e8],
        }
    )
    report.figure(
        ax,
        subtitle=f"{revenue}, n = {fmt.count(23_570)}, {fmt.period('1997-01-01', '1998-06-30')}",
        note="曲线越弯\uff0c收入越集中。" if zh else "The further the curve bends from the diagonal, the fewer customers carry the business. Part of the bend is luck.",
        numbers=numbers,
        columns={"group": customers, "share": (revenue, fmt.percent), "money": ("金额" if zh else "Money", fmt.money)},
    )  # fmt: skip
    bars = pd.DataFrame({"product": ["A", "B & C", PLANTED[:24]], "value": [900.0, 500.0, 120.0], "low": [800, 420, 80], "high": [1000, 600, 170]})  # fmt: skip
    ax = charts.plot_bars(
        bars, label="product", value="value", low="low", high="high", highlight=["A"], form=fmt.money,
        title=f"{PLANTED}", alt=f"{PLANTED}",
    )  # fmt: skip
    report.figure(ax, subtitle=PLANTED, note=PLANTED)
    wide = pd.DataFrame({f"column {i}": [1_234_567.891, 2.0] for i in range(12)})
    report.table(wide, columns={c: (c.title(), fmt.money_exact) for c in wide}, caption=PLANTED)
    report.text("One paragraph.\n\nAnother one." if not zh else "第一段。\n\n第二段。")
