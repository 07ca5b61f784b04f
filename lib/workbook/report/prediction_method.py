"""What the prediction report says about its method, and what it leaves behind: lists, forecasts."""

import pandas as pd

from workbook.analysis.customers import FITTED

from .prediction_words import missing, table_name
from .value_method import fitted_part

__all__ = [
    "assumptions", "definitions", "leave_forecasts", "numbers", "offers_file", "score_file",
]  # fmt: skip


def definitions(report, *, horizon_months, leaving_months):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    coming = t("{months} after the reporting date", months=fmt.months(horizon_months))
    later = t("{months} after the reporting date", months=fmt.months(leaving_months))
    past = t("past windows of that length, up to four")
    return [
        (t("Chance to buy"), t("customers expected to buy on one day at least"),
         t("customers with a purchase so far"), coming, t("orders and what else is known")),
        (t("Chance to fall silent"), t("customers expected to buy nothing"),
         t("customers who bought in the last 12 months"), later, t("orders and what else is known")),
        (t("Chance that the contract ends"), t("customers whose last running contract ends"),
         t("customers with a running contract"), later, t("contracts, orders")),
        (t("Area under the curve"),
         t("pairs in which the customer to whom it happened had the higher chance"),
         t("all pairs of one to whom it happened and one to whom it did not"), past, t("past forecasts")),
        (t("Brier score"), t("squared differences between chance and outcome (1 or 0), added up"),
         t("past forecasts"), past, t("past forecasts")),
        (t("Held by the top tenth"), t("buyers among the tenth of customers with the highest chance"),
         t("all buyers"), past, t("past forecasts")),
        (t("Expected order date"), t("day by which half of such customers have ordered"),
         t("customers with this history who still are customers"), t("from the reporting date on"),
         t("orders")),
    ]  # fmt: skip


def assumptions(report, study, buying=None):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    if missing(report, study, buying):
        return [t("Without enough orders nothing was calculated.")]
    said = [
        t("Each past forecast was made with what was known on its day, models and their calibration "
          "included; customers who were new by then are in it."),
        t("Chances are set right on the window before the forecast (Platt; isotonic from 1,000 events) "
          "and judged on the one after it."),
    ]  # fmt: skip
    if study.part is not None:
        said.append(
            t(
                "Models learned from and were judged on {n} of {all} customers, chosen by a hash of "
                "their ids; every customer is scored.",
                n=fmt.count(study.studied),
                all=fmt.count(study.customers),
            )
        )
    if study.customers > FITTED:
        said.append(fitted_part(report, FITTED))
    if not study.buying.seasonal:
        said.append(
            t(
                "No seasonal adjustment is possible: that takes 24 complete months, and windows that "
                "divide a year."
            )
        )
    said += [
        t("Status and tier of customers are left out: nobody can say since when they hold. Region, type "
          "and other lasting traits are taken as they stand today."),
        t("Contracts of a customer that follow each other within 30 days count as one."),
    ]  # fmt: skip
    if study.absent:
        said.append(
            t(
                "Not in the forecast, as the tables are missing: {names}.",
                names=t(", ").join(table_name(report, name) for name in study.absent),
            )
        )
    said.append(
        t("A chance says who is likely to buy, not who buys more when contacted: only the control group "
          "tells that.")
    )  # fmt: skip
    return said


def score_file(report, scores, *, most):
    """Deliver the score file for the CRM."""
    t = report.t
    if scores is None or not len(scores):
        return
    from .prediction_words import LEVELS

    listed = scores.head(most).copy()
    listed["level"] = listed["level"].map({code: t(word) for code, word in LEVELS.items()})
    for name in ("chance", "silent_chance", "contract_chance", "category_chance", "alive"):
        listed[name] = listed[name].astype(float).round(4)
    for name in ("purchases", "revenue", "value"):
        listed[name] = listed[name].astype(float).round(2)
    headings = {
        "customer_id": t("Customer"),
        "chance": t("Chance to buy"),
        "level": t("Willingness to buy"),
        "purchases": t("Purchases expected"),
        "revenue": t("Revenue expected"),
        "value": t("Money per purchase"),
        "order_on": t("Expected order date"),
        "early_on": t("Earliest (a tenth)"),
        "late_on": t("Latest (nine tenths)"),
        "alive": t("Chance of still being a customer"),
        "silent_chance": t("Chance to fall silent"),
        "contract_chance": t("Chance that the contract ends"),
        "category": t("Likeliest category"),
        "category_chance": t("Its chance"),
        "product": t("Suggested product"),
    }
    file = report.customer_list("scores", listed, columns=headings, say=False)
    report.text(
        report.tn(
            "The score file for the CRM holds {n} customer, as {file}.",
            "The score file for the CRM holds {n} customers, as {file}.",
            len(listed),
            file=file,
        )
    )
    if len(listed) < len(scores):
        report.text(
            t(
                "Those are the likeliest buyers (parameter customers_to_list); the chances of all "
                "{n} customers lie in the folder tables.",
                n=report.fmt.count(len(scores)),
            )
        )


def offers_file(report, plan):
    """Deliver the list of offers with its control group."""
    t = report.t
    if plan is None or not len(plan.table):
        return
    words = {"offer": t("gets the offer"), "control": t("kept back, no offer")}
    table = plan.table.assign(
        arm_word=[words[arm] for arm in plan.table["arm"]],
        chance=plan.table["chance"].round(4),
        value=plan.table["value"].round(2),
    )
    columns = {
        "customer_id": t("Customer"),
        "arm_word": t("Group"),
        "product": t("Suggested product"),
        "chance": t("Chance to buy"),
        "value": t("Money per purchase"),
    }
    report.customer_list("offers", table, columns=columns)


def leave_forecasts(report, study, totals, scores, silence_months):
    """Leave totals and chances that a later run judges."""
    if study is None or study.buying.now is None:
        return
    start = pd.Timestamp(study.as_of) + pd.Timedelta(days=1)

    def last(months):
        return (start + pd.DateOffset(months=months) - pd.Timedelta(days=1)).date()

    window = {"start": start.date(), "end": last(study.buying.months)}
    for measure, told in (totals or {}).items():
        report.forecast(
            name=measure, measure=measure, value=told["value"], low=told["low"], high=told["high"],
            level=0.9, **window,
        )  # fmt: skip
        report.forecast(
            name=f"{measure}_known", measure=measure, value=told["known"], low=told["known_low"],
            high=told["known_high"], level=0.9, customers="known", **window,
        )  # fmt: skip
    if scores is None:
        return

    def chances(column):
        known = scores[["customer_id", column]].dropna()
        return known.rename(columns={column: "probability"})

    report.scores(event="purchase", frame=chances("chance"), **window)
    report.scores(
        event="contract_end", frame=chances("contract_chance"), start=start.date(),
        end=last(silence_months),
    )  # fmt: skip


def numbers(check, totals, silence_check, contracts_check, plan):
    """What the record keeps; brier_baseline is that of the best simple method."""
    found = {"auc": None, "brier": None, "brier_baseline": None, "top_decile_capture": None}
    if check is not None:
        found = {
            "auc": check.score("auc"),
            "brier": check.score("brier"),
            "brier_baseline": check.score("brier", check.rival),
            "top_decile_capture": check.score("captured"),
        }
    for measure in ("buyers", "purchases", "revenue"):
        found[f"{measure}_expected"] = (totals or {}).get(measure, {}).get("known")
    return found | {
        "use": None if check is None else check.verdict == "use",
        "silence_auc": silence_check and silence_check.score("auc"),
        "contract_auc": contracts_check and contracts_check.score("auc"),
        "offers": plan and plan.offered,
    }
