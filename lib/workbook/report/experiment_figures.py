"""Close and at-risk relationships, and the experiment to run on the list."""

from .silence_words import NEEDS_ORDERS

__all__ = ["show_closeness", "show_experiment"]


def show_closeness(report, losses):
    """Close against at-risk relationships; `losses` from `leaving_study.losses`."""
    t, fmt = report.t, report.fmt
    if losses is None or not len(losses.close):
        known = "orders" in report.tables
        few = t("Close and at-risk relationships: not enough data.")
        report.text(few if known else t(NEEDS_ORDERS))
        return
    words = {
        (True, False): t("close: 4 or more purchase days, likely to buy"),
        (True, True): t("close, now at risk"),
        (False, False): t("loose, likely to buy"),
        (False, True): t("loose, at risk"),
    }
    report.table(
        losses.close.assign(
            name=[
                words[bool(close), bool(risk)]
                for close, risk in zip(losses.close["close"], losses.close["at_risk"], strict=True)
            ]
        ),
        columns={
            "name": t("Relationship"),
            "customers": (t("Customers"), fmt.count),
            "last_year": (t("Spend of the last year"), fmt.money),
            "loss": (t("Expected loss"), fmt.money),
        },
        caption=t("Customers not lost. At risk: no purchase is as likely as not, or likelier."),
    )


def show_experiment(report, trial, *, silent_days):
    """What an experiment on the list could show; `trial` from `experiment.list_experiment`."""
    t, fmt = report.t, report.fmt
    if trial is None:
        known = "orders" in report.tables
        unlisted = t("An experiment cannot be planned: there is no list to run it on.")
        report.text(unlisted if known else t(NEEDS_ORDERS))
        return
    plan, needed = trial.plan, trial.needed
    half = plan[plan["control_share"] == 0.5].iloc[0]
    report.text(
        t(
            "Whether a call keeps anybody is not known, and no list can tell. An experiment can: "
            "draw at random who of the list is left alone, contact the others, and compare who "
            "buys within {days}. Without a contact {base} are expected to buy; the assumption "
            "would raise that to {raised}.",
            days=fmt.days(silent_days),
            base=fmt.percent(trial.base_share),
            raised=fmt.percent(trial.base_share + trial.assumed),
        )
    )
    report.table(
        plan,
        columns={
            "control_share": (t("Left alone"), lambda share: fmt.percent(share, 0)),
            "control": (t("Control group"), fmt.count),
            "contacted": (t("Contacted"), fmt.count),
            "detectable": (t("Smallest rise found (80 % power)"), fmt.points),
            "power": (t("Power for the assumed rise"), fmt.percent),
        },
        caption=t("Two shares compared, 5 % error, two-sided."),
    )
    enough = needed is not None and half["control"] >= needed
    if needed is None:
        return
    report.text(
        t("Half of the list left alone is enough to find the assumed rise.")
        if enough
        else t(
            "The list is too short to find the assumed rise: {n} customers in each of two groups "
            "would be needed. Run the experiment over several rounds, or look for a larger rise.",
            n=fmt.count(needed),
        )
    )
