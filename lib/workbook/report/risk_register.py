"""Staff beside customers, the risk register, and problems that other themes reported."""

import pandas as pd

from workbook.analysis.watch_reader import place_in_tables

from . import terms
from .language import N_
from .problem_findings import ACTIONS
from .problem_words import measure_name, place_text

__all__ = ["other_problems", "show_others", "show_risks", "show_staff"]

FIRST = {
    "staff": N_("staff first"),
    "customers": N_("customers first"),
    "both": N_("in the same half-year"),
    "none": N_("neither fell clearly"),
}
FEWEST_LOST = 0.25  # of the money: how far a risk's interval may reach to nothing


def other_problems(report, problems):
    """Problems of other themes, without those that stand here in the same place.

    Returns a list of (Finding, page or "", index of the same problem here or None).
    """
    results = getattr(report, "results", None)
    if results is None:
        return []
    found, places = [], [place_in_tables(problem.where) for problem in problems]
    for item in results.findings(kind="problem"):
        if item.theme == report.theme:
            continue
        same = next((i for i, place in enumerate(places) if place and place == item.where), None)
        found.append((item, results.page(item.theme) or "", same))
    return found


def show_others(report, others):
    """Problems of the other themes with the page that holds their evidence."""
    t, fmt = report.t, report.fmt
    if not others:
        report.text(t("No other theme of this run reports a problem, or none has run."))
        return
    rows = pd.DataFrame(
        [
            {
                "theme": terms.term(report.language, terms.THEMES, item.theme),
                "statement": item.statement,
                "money": item.money_per_year if item.money_per_year is not None else float("nan"),
                "page": page or "–",
                "same": t("the same place as problem no. {n}", n=same + 1) if same is not None else t("own"),
            }
            for item, page, same in others
        ]
    )  # fmt: skip
    report.table(
        rows,
        columns={
            "theme": t("Theme"),
            "statement": t("Problem"),
            "money": (t("Money a year"), fmt.money),
            "page": t("Page with the evidence"),
            "same": t("Here"),
        },
        caption=t(
            "What stands in the same place here and there is one problem; its money counts once."
        ),
    )


def show_staff(report, staff):
    """Staff's scores beside customers' by topic; from `staff_view.staff_and_customers`."""
    t, fmt = report.t, report.fmt
    if staff.empty:
        report.text(t("Staff beside customers: not possible. It needs staff_feedback (topic, score) and items of the same topics in surveys (item_delivery for delivery), both in the last 12 months."))  # fmt: skip
        return
    apart = staff[(staff["low"] > 0) | (staff["high"] < 0)]
    rows = staff.assign(
        span=[fmt.interval(r.low, r.high, lambda v: fmt.number(v, 2)) for r in staff.itertuples()],
        first_word=[t(FIRST[f]) for f in staff["first"]],
    )
    report.table(
        rows,
        columns={
            "topic": t("Topic"),
            "staff": (t("Staff"), lambda v: fmt.number(v, 2)),
            "customers": (t("Customers"), lambda v: fmt.number(v, 2)),
            "gap": (t("Staff less customers"), lambda v: fmt.number(v, 2)),
            "span": t("95 % interval"),
            "staff_n": (t("n staff"), fmt.count),
            "customers_n": (t("n customers"), fmt.count),
            "first_word": t("Who saw it fall first"),
        },
        caption=t("Mean scores of the last 12 months; both scales are taken as the same."),
    )
    if apart.empty:
        report.text(t("Staff and customers agree within chance on every topic."))
    else:
        report.text(t("Staff and customers differ on: {topics}.", topics=t(", ").join(str(x) for x in apart["topic"])))  # fmt: skip


def show_risks(report, problems, others, *, review_on):
    """The risk register: what threatens, how sure, how much, what is done, by whom, warned by what."""
    t, fmt = report.t, report.fmt
    rows = []
    for number, problem in enumerate(problems, start=1):
        money = problem.money
        safe = money is not None and money.low > FEWEST_LOST * money.value
        rows.append(
            {
                "risk": t("{measure}, {place}", measure=measure_name(report, problem.measure), place=place_text(report, problem.where)),
                "sure": t("established, money certain") if safe else t("established, money uncertain"),
                "money": money.value if money and money.value > 0 else float("nan"),
                "control": t("action of finding no. {n}", n=number),
                "owner": t(ACTIONS[problem.measure][1]),
                "warning": t("{measure} of the place worse for two months running", measure=measure_name(report, problem.measure)),
                "review": fmt.date(review_on),
                "from": t("this page"),
            }
        )  # fmt: skip
    for item, _page, same in others:
        if same is None:
            rows.append(
                {
                    "risk": item.statement,
                    "sure": t("established there"),
                    "money": item.money_per_year
                    if item.money_per_year is not None
                    else float("nan"),
                    "control": t("action on its page"),
                    "owner": item.owner or "–",
                    "warning": t("see its page"),
                    "review": fmt.date(item.review_on) if item.review_on else "–",
                    "from": terms.term(report.language, terms.THEMES, item.theme),
                }
            )
    if not rows:
        report.text(t("The risk register is empty: no problem is established. Watched all the same: complaints, contracts ending, late payment and delivery, each month."))  # fmt: skip
        return
    report.table(
        pd.DataFrame(rows),
        columns={
            "risk": t("Risk"),
            "sure": t("How sure"),
            "money": (t("Money a year"), fmt.money),
            "control": t("Control measure"),
            "owner": t("Owner"),
            "warning": t("Early warning"),
            "review": t("Review on"),
            "from": t("Source"),
        },
    )
