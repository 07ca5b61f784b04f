"""Care of customers and what stages go on to spend, as figures of the lifecycle report."""

import pandas as pd

from . import charts
from .language import N_
from .stage_figures import FEWEST
from .stage_words import STAGES, named

__all__ = ["show_care", "show_kept"]

CHANNELS = {
    "visit": N_("visit"),
    "call": N_("call"),
    "e-mail": N_("e-mail"),
    "email": N_("e-mail"),
    "chat": N_("chat"),
    "message": N_("message"),
    "letter": N_("letter"),
}


def show_kept(report, kept, *, valued=True):
    """What stages of a year ago went on to spend; `kept` from `stage_spending.spending_kept`.

    `valued`: the orders hold amounts.
    """
    t, fmt = report.t, report.fmt
    if not valued:
        report.text(t("What stages go on to spend can't be shown: the orders hold no amounts."))
        return
    if kept.empty:
        report.text(
            t(
                "What stages go on to spend can't be shown: it takes 12 months after a stage is known."
            )
        )
        return
    report.table(
        named(report, kept),
        columns={
            "name": t("Stage 12 months ago"),
            "customers": (t("Customers"), fmt.count),
            "before": (t("Money in the year up to their last purchase"), fmt.money),
            "after": (t("Money in the 12 months since"), fmt.money),
            "kept": (t("As a share of that year"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
        caption=t(
            "New customers have but one purchase behind them, so a share above 100 % is usual there."
        ),
    )


def show_care(report, care):
    """Contacts by stage, value and kind, and who goes without; `care` from `care.care_of`."""
    t, fmt = report.t, report.fmt
    if care is None:
        report.text(
            t("Care coverage: not possible, needs the table visits, or events with staff and kind.")
        )
        return
    _show_coverage(report, care)
    if len(care.channels):
        report.table(
            care.channels.assign(name=[_channel(report, how) for how in care.channels["how"]]),
            columns={
                "name": t("Contact by"),
                "customers": (t("Customers"), fmt.count),
                "share": (t("Share of customers"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
                "contacts": (t("Contacts"), fmt.count),
                "last_on": (t("Last one"), fmt.date),
            },
            caption=t(
                "Contacts in the last {days}; a customer counts once per kind.",
                days=fmt.days(care.within_days),
            ),
        )
    if len(care.gaps):
        report.customer_list(
            "not_contacted",
            care.gaps.assign(stage=[t(STAGES[stage]) for stage in care.gaps["stage"]]),
            columns={
                "customer_id": t("Customer"),
                "stage": t("Stage"),
                "amount": t("Spent in all"),
                "last_on": t("Last purchase"),
                "last_contact_on": t("Last contact"),
            },
        )


def _channel(report, how):
    if pd.isna(how):
        return report.t("not said")
    known = CHANNELS.get(str(how).lower())
    return report.t(known) if known else str(how)


def _show_coverage(report, care):
    t, fmt = report.t, report.fmt
    coverage = care.coverage
    values = {"upper": t("upper half by value"), "lower": t("lower half by value")}
    order = {stage: place for place, stage in enumerate(STAGES)}
    table = coverage.assign(
        place=coverage["stage"].map(order),
        name=[
            t("{stage}, {half}", stage=t(STAGES[stage]), half=values[half])
            for stage, half in zip(coverage["stage"], coverage["value"], strict=True)
        ],
    ).sort_values(["place", "value"], ascending=[True, False])
    large = table[table["customers"] >= FEWEST]
    if large.empty:
        report.text(t("Too few customers in every stage for shares contacted to be shown."))
        return
    least = large.nsmallest(1, "share").iloc[0]
    title = t(
        "Least cared for: {group}, {share} contacted",
        group=least["name"],
        share=fmt.percent(least["share"]),
    )
    if not care.differs:
        title = t(
            "{share} of the customers were contacted; groups differ by no more than chance",
            share=fmt.percent(coverage["contacted"].sum() / coverage["customers"].sum()),
        )
    report.figure(
        charts.plot_intervals(
            large,
            label="name",
            value="share",
            low="low",
            high="high",
            title=title,
            alt=t("Share of customers contacted, by stage and half of value, with intervals."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t("Contacted in the last {days}", days=fmt.days(care.within_days)),
        note=t(
            "Who was contacted is as recorded: a contact that nobody wrote down is missing here. "
            "Groups of fewer than {n} customers are left out.",
            n=fmt.count(FEWEST),
        ),
        numbers=large,
        columns={
            "name": t("Group"),
            "customers": (t("Customers"), fmt.count),
            "contacted": (t("Contacted"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
