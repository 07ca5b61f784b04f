"""What the monitoring report says about its method and limits, and the numbers it records."""

__all__ = ["assumptions", "definitions", "recorded"]


def definitions(report):
    """Rows of the table of definitions."""
    t = report.t
    year = t("365 days to the reporting date")
    return [
        (t("Difference of an action"), t("outcome per treated customer, from the start to the end of the window"),
         t("the same per customer of the control group, or of matched others"),
         t("the action's own window"), t("actions, orders, contracts, tickets")),
        (t("Interval hit"), t("forecasts whose interval held what came"),
         t("forecasts whose time is over"), t("all earlier runs"), t("forecasts.json of earlier runs")),
        (t("Brier score"), t("squared difference between the chance given and what came (1 or 0)"),
         t("customers with a chance"), t("the time the chance was given for"), t("chances of earlier runs")),
        (t("Revenue of a year"), t("positive amounts of orders that are no returns"), t("none"), year, t("orders")),
        (t("Late data and corrections"), t("the earlier year as read today"), t("less the same year as the last run read it"),
         t("365 days to the last run's reporting date"), t("snapshot of the last run")),
        (t("Population stability index"), t("share now less share before, times the logarithm of their ratio, summed over groups"),
         t("customers with the trait in either year"), t("the last 365 days and the 365 before"),
         t("orders, surveys, tickets, customers")),
        (t("Control limits"), t("the change on the same month of the year before"),
         t("mean and moving ranges of the first year of changes"), t("complete months"),
         t("orders, surveys, tickets, contracts")),
    ]  # fmt: skip


def assumptions(report, verdicts, change, runs):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = [
        t("Everybody assigned to an arm counts, reached or not; metric and window are those set before."),
        t("An action is judged once, when its window is over; fewer than 30 customers in an arm are not judged."),
        t("A control group counts as drawn by lot where the actions table says so, or where this workbook drew it."),
        t("Matched comparisons compare customers of equal purchases in the year before and equal silence. Customers picked after a bad month come back by themselves: such an action looks better than it is."),
    ]  # fmt: skip
    if runs:
        said.append(
            report.tn(
                "{n} earlier run of this client was read, of {dates}.",
                "{n} earlier runs of this client were read, the last of {dates}.",
                len(runs),
                dates=fmt.date(runs[0].as_of),
            )
        )
    else:
        said.append(t("No earlier run of this client lies in the folder of outputs."))
    if change is not None and change.parts is not None:
        said.append(
            t(
                "The split of the change in revenue is arithmetic in the order shown: other orders give "
                "other parts, and none says why customers acted."
            )
        )
    said.append(
        t(
            "Drift: both years of each customer change places at random to show what chance does. Above "
            "50,000 customers a part drawn by hash stands for all."
        )
    )
    return said


def recorded(verdicts, rate, scores, change, drift, control):
    """The numbers that tests and later runs read."""
    from workbook.analysis.control_limits import outside_months

    judged = verdicts.judged
    done = scores[scores["state"] == "judged"]
    parts = None if change is None or change.parts is None else change.parts.set_index("part")
    limits = outside_months(control)
    return {
        "forecasts_scored": rate["scored"],
        "intervals_hit": rate["hits"],
        "forecasts_apart": rate["apart"],
        "actions": len(verdicts.table),
        "actions_judged": len(judged),
        "actions_better": int((judged["state"] == "better").sum()),
        "actions_worse": int((judged["state"] == "worse").sum()),
        "scores_judged": len(done),
        "brier": float(done["brier"].iloc[-1]) if len(done) else None,
        "brier_baseline": float(done["baseline"].iloc[-1]) if len(done) else None,
        "revenue_change": None if parts is None else float(parts["revenue"].sum()),
        "revenue_known_late": None
        if parts is None
        else float(parts.loc[["late", "data"], "revenue"].sum()),
        "traits": len(drift),
        "traits_drifted": int(drift["drifted"].sum()) if len(drift) else 0,
        "months_judged": int(limits["judged"].sum()) if len(limits) else 0,
        "months_outside": int(limits["outside"].sum()) if len(limits) else 0,
    }
