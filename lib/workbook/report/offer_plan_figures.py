"""What customers may buy, and the plan of personal offers, in the prediction report."""

from . import charts
from .prediction_words import method_name

__all__ = ["show_categories", "show_experiments", "show_offers", "show_products"]


def show_categories(report, found):
    """The chance of each category; `found` of `category_propensity.category_propensity`."""
    t, fmt = report.t, report.fmt
    if found is None:
        report.text(
            t(
                "Which category: not possible, needs the column category of orders and 30 customers who "
                "bought it in each window."
            )
        )
        return
    import pandas as pd

    rows = [
        (name, check.n, check.events, check.score("auc"), check.score("auc_low"),
         check.score("auc_high"), check.score("brier"), check.score("brier", check.rival),
         t("use") if check.verdict == "use"
         else t("do not use; {rival} instead", rival=method_name(report, check.rival)))
        for name, check in found.checks.items()
    ]  # fmt: skip
    columns = ["category", "n", "events", "auc", "low", "high", "brier", "rival", "verdict"]
    table = pd.DataFrame(rows, columns=columns)
    usable = int((table["verdict"] == t("use")).sum())
    report.figure(
        charts.plot_intervals(
            table,
            label="category",
            value="auc",
            low="low",
            high="high",
            reference=0.5,
            reference_label=t("coin"),
            title=t(
                "The category bought next: {n} of {all} forecasts beat the simple ones",
                n=fmt.count(usable),
                all=fmt.count(len(table)),
            ),
            alt=t("Area under the curve of each category's forecast, with intervals."),
            form=lambda value: fmt.number(value, 2),
        ),
        subtitle=t("Area under the curve, newest past window"),
        numbers=table,
        columns={
            "category": t("Category"),
            "events": (t("Bought it"), fmt.count),
            "auc": (t("Area under the curve"), lambda value: fmt.number(value, 3)),
            "low": (t("from"), lambda value: fmt.number(value, 3)),
            "high": (t("to"), lambda value: fmt.number(value, 3)),
            "brier": (t("Brier score"), lambda value: fmt.number(value, 4)),
            "rival": (t("best simple one"), lambda value: fmt.number(value, 4)),
            "verdict": t("Verdict"),
        },
    )


def show_products(report, found):
    """The next product, in a sentence; `found` of `next_products.next_products`."""
    t, fmt = report.t, report.fmt
    if found is None:
        report.text(t("Which product: not possible, needs the column product of orders."))
        return
    if found.trial is None:
        report.text(t("Which product: too few customers went on to buy another one."))
        return
    trial = found.trial
    said = {
        "n": fmt.count(trial["customers"]),
        "shown": fmt.count(trial["shown"]),
        "hit": fmt.percent(trial["hit"]),
        "base": fmt.percent(trial["base_hit"]),
    }
    if trial["beats"]:
        report.text(
            t(
                "Which product: of {n} customers who bought a new one in the last window, {shown} "
                "suggestions held it for {hit}; the best sellers they did not have, for {base}.",
                **said,
            )
        )
    else:
        report.text(
            t(
                "Which product: suggestions by past purchase do no better than the best sellers that a "
                "customer does not have ({hit} against {base} of {n} customers, {shown} shown): the "
                "score file names no product.",
                **said,
            )
        )


def show_experiments(report, experiments):
    """Past actions with a control group by lot; `experiments` of `past_experiments`."""
    t, fmt = report.t, report.fmt
    if not len(experiments):
        report.text(
            t(
                "What an offer brings was never measured here: the table actions holds no action with a "
                "control group by lot whose window is over."
            )
        )
        return
    table = experiments.assign(kind=experiments["kind"].fillna(experiments["action_id"]))
    report.table(
        table,
        columns={
            "kind": t("Past action with a control group by lot"),
            "treated": (t("Treated"), fmt.count),
            "control": (t("Control"), fmt.count),
            "treated_share": (t("Bought, treated"), fmt.percent),
            "control_share": (t("Bought, control"), fmt.percent),
            "difference": (t("Difference"), fmt.points),
            "low": (t("Interval from"), fmt.points),
            "high": (t("to"), fmt.points),
        },
        caption=t("Customers as they were assigned, whether or not the action reached them."),
    )


def show_offers(report, plan, *, gross_margin_known):
    """The plan of offers; `plan` of `offer_plan.offer_plan`, None without a forecast."""
    t, fmt = report.t, report.fmt
    if plan is None:
        report.text(t("Without a forecast of buying no offers are planned."))
        return
    if plan.code == "no_value":
        report.text(t("Without amounts of orders no offers are planned."))
        return
    if plan.code:
        report.text(
            t(
                "Fewer than 20 customers are left for offers after leaving out those who refused, who "
                "have an open complaint or got an offer lately."
            )
        )
        return
    report.text(
        t(
            "{offered} customers get an offer, {control} are kept back by lot to see what the offer "
            "brings. Left out: {refused} without consent, {complaint} with an open complaint, {recent} "
            "with an offer in the last 30 days.",
            offered=fmt.count(plan.offered),
            control=fmt.count(plan.control),
            refused=fmt.count(plan.left_out["no_consent"]),
            complaint=fmt.count(plan.left_out["open_complaint"]),
            recent=fmt.count(plan.left_out["recent_offer"]),
        )
    )
    said = {
        "uplift": fmt.points(plan.uplift),
        "net": fmt.money(plan.net),
        "cost": fmt.money(plan.cost),
        "revenue": fmt.money(plan.revenue),
    }
    if plan.measured:
        report.text(
            t(
                "If it raises the share that buys as past actions did ({uplift}, 80 % interval "
                "{interval}), the round brings {revenue} more revenue at a cost of {cost}: {net} after "
                "cost ({net_interval}).",
                interval=fmt.interval(plan.uplift_low, plan.uplift_high, fmt.points),
                net_interval=fmt.interval(plan.net_low, plan.net_high, fmt.money),
                **said,
            )
        )
    else:
        report.text(
            t(
                "If it raised the share that buys by {uplift}, which is an assumption, the round would "
                "bring {revenue} more revenue at a cost of {cost}: {net} after cost.",
                **said,
            )
        )
    if not gross_margin_known:
        report.text(t("No cost of goods is known: the sums count revenue, not margin."))
    lines = []
    if plan.break_even == plan.break_even:
        lines.append(t("It pays from a rise of {n} on.", n=fmt.points(plan.break_even)))
    if plan.detectable == plan.detectable:
        lines.append(
            t(
                "The control group finds a rise of {n} or more with a chance of 80 %.",
                n=fmt.points(plan.detectable),
            )
        )
    if plan.needed is not None and plan.needed > plan.control:
        lines.append(
            t(
                "To find the expected rise, each group would need {n} customers: repeat the round with "
                "the same rule and add the results up.",
                n=fmt.count(plan.needed),
            )
        )
    gap = "" if report.language.code == "zh" else " "
    report.text(gap.join(lines))
