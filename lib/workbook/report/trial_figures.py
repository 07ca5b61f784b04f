"""The plan of a trial of an action whose effect is unknown, as figures."""

__all__ = ["show_learning", "show_plan"]


def show_plan(report, plan, *, window_days):
    """How many customers, how long, and how many left alone."""
    t, fmt = report.t, report.fmt
    if plan is None:
        report.text(t("Not possible: planning a trial needs orders."))
        return
    report.text(
        t(
            "Of {n} known customers, and {new} new ones a month: how many in each arm are needed to find "
            "a rise of {rise} in the share who buy, with a power of 80 %, if half are left alone.",
            n=fmt.count(plan.customers),
            new=fmt.count(plan.new_per_month),
            rise=fmt.points(plan.assumed),
        )
    )
    report.table(
        plan.windows,
        columns={
            "window_days": (t("Window"), fmt.days),
            "base": (t("Buy without it"), fmt.percent),
            "needed": (t("Customers per arm"), fmt.count),
            "months": (t("Until it can be judged"), lambda v: fmt.months(v, 1)),
        },
    )
    report.table(
        plan.shares,
        columns={
            "control_share": (t("Left alone"), lambda v: fmt.percent(v, 0)),
            "control": (t("Control group"), fmt.count),
            "contacted": (t("Contacted"), fmt.count),
            "detectable": (t("Smallest rise that is found"), fmt.points),
            "power": (
                t("Chance to find {rise}", rise=fmt.points(plan.assumed)),
                lambda v: fmt.percent(v, 0),
            ),
        },
        caption=t(
            "With all known customers in it, judged after {days}.", days=fmt.days(window_days)
        ),
    )


def show_learning(report, plan, *, spread):
    """How many to try on when nobody knows the effect, and all others then get the better."""
    t, fmt = report.t, report.fmt
    if plan is None or plan.learn["n"] is None:
        return
    learn = plan.learn
    report.text(
        t(
            "Where nobody knows whether an action helps at all, and effects of such actions differ by "
            "about {spread} (standard deviation of each arm's share): try it on {n} customers, leave "
            "{n} others alone, then do for the remaining {left} what did better. A larger trial learns "
            "more and leaves fewer to gain from it. Expected: {gain} more buyers than without a trial.",
            spread=fmt.points(spread),
            n=fmt.count(learn["n"]),
            left=fmt.count(learn["left"]),
            gain=fmt.count(learn["gain"] * plan.customers),
        )
    )
