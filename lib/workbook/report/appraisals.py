"""A one-page appraisal per key customer, printed from a file beside the lists, and the lists themselves."""

import numpy as np
import pandas as pd

from workbook.analysis.grading_points import FACTORS as FACTOR_ORDER
from workbook.analysis.grading_points import INDICATORS as BY_FACTOR

from .grading_words import (
    FACTORS,
    INDICATORS,
    SHORT,
    TIERS,
    fact_name,
    indicator_value,
    missing,
    slice_name,
)
from .templating import environment, stylesheet

__all__ = ["appraisals", "deliver_lists", "partner_candidates"]

#: Points of willingness and of need from which a strategic customer is proposed as a partner.
PARTNER = 70.0


def partner_candidates(table):
    """Strategic customers with much need and willingness, with whom something new might be tried.

    Parameters
    ----------
    table : DataFrame
        tier, need, willingness, sure.

    Returns
    -------
    numpy.ndarray of bool
    """
    good = (table["need"] >= PARTNER) & (table["willingness"] >= PARTNER)
    return (good & (table["tier"] == "strategic")).to_numpy()


def appraisals(report, grading, facts, abc, care, *, most):
    """Write lists/grading_appraisals.html, one A4 page per key customer, and say so.

    Parameters
    ----------
    grading : workbook.analysis.grading_study.Grading
    facts : DataFrame
        From `moving_facts.moving_facts`, in the order of ``grading.table``.
    abc : array_like of str
        Class of each customer, in the same order.
    care : workbook.analysis.account_care.AccountCare or None
    most : int
        Pages at most, the most points first.
    """
    t = report.t
    if missing(report, grading):
        return
    key = (grading.table["tier"] != "ordinary").to_numpy()
    if not key.any():
        report.text(t("No customer is strategic or important: there is no appraisal to write."))
        return
    table = pd.concat([grading.table[key], facts.set_axis(grading.table.index)[key]], axis=1)
    table = table.assign(abc=np.asarray(abc)[key])
    rows = _most(table, "points", most)
    agreed = {}
    if care is not None:
        accounts = care.accounts[care.accounts["customer_id"].isin(rows["customer_id"])]
        agreed = accounts.set_index("customer_id").to_dict("index")
    partner = set(rows.loc[partner_candidates(rows), "customer_id"])
    names = [c for part in BY_FACTOR.values() for c in part]
    means = {
        tier: {**{f: part[f].mean() for f in FACTOR_ORDER}, **{c: part[c].mean() for c in names}}
        for tier, part in table.groupby("tier")
    }
    pages = [
        _page(report, row, means[row["tier"]], agreed.get(row["customer_id"], {}), row["customer_id"] in partner)
        for row in rows.to_dict("records")
    ]  # fmt: skip
    if report.language.code == report.client.language:
        html = environment().get_template("appraisals.html.j2").render(
            title=t("Customer appraisals"), language=report.language.code, pages=pages,
            css=stylesheet("colours", "appraisals"), remarks=t("Remarks of the staff in charge, and what the customer says to it"),
        )  # fmt: skip
        report.run.write("lists/grading_appraisals.html", html.encode())
    file = "lists/grading_appraisals.html"
    report.parts["lists"].append({"name": "appraisals", "file": file, "rows": len(rows)})
    report.text(
        report.tn(
            "An appraisal of one page for {n} key customer is delivered apart, as {file}.",
            "Appraisals of one page each for {n} key customers are delivered apart, as {file}.",
            len(rows),
            file=file,
        )
    )


def _page(report, row, mean, care, partner):
    """Everything one page says, as texts."""
    t, fmt = report.t, report.fmt
    head = [
        (t("Tier of the customer"), t(SHORT[row["tier"]])),
        (t("Points"), fmt.number(row["points"], 0)),
        (t("Same tier under"), t("{share} of all weightings", share=fmt.percent(row["sure"], 0))),
        (t("ABC class"), str(row["abc"]) if row["abc"] in "ABC" else "–"),
    ]
    facts = [
        (t("Kind"), slice_name(report, "type", row["type"]) if _has(row, "type") else "–"),
        (t("In charge"), str(row["owner"]) if _has(row, "owner") else "–"),
        (t("Revenue, 12 months"), fmt.money(row["revenue"])),
        (t("12 months before"), fmt.money(row["revenue_before"])),
        (t("Contribution, 12 months"), fmt.money(row["contribution"])),
        (t("Expected, 36 months"), fmt.money(row["expected"])),
        (t("Open invoices"), fmt.money(row.get("open"))),
        (t("of them overdue"), fmt.money(row.get("overdue"))),
        (t("Open deals"), fmt.money(row.get("deal_amount"))),
        (t("Complaints, 12 months"), fmt.count(row.get("complaints"))),
        (t("Last contact"), fmt.date(row.get("contact_on")) if _has(row, "contact_on") else "–"),
        (t("Next contact due"), _next(report, row, care)),
    ]
    factors = []
    for factor in FACTOR_ORDER:
        names = [
            (t(INDICATORS[c]), indicator_value(report, c, row), fmt.number(row[c], 0), fmt.number(mean[c], 0))
            for c in BY_FACTOR[factor] if _has(row, c)
        ]  # fmt: skip
        known = bool(row[f"known_{factor}"])
        factors.append({
            "name": t(FACTORS[factor])[:1].upper() + t(FACTORS[factor])[1:],
            "points": fmt.number(row[factor], 0), "width": round(float(row[factor]), 1),
            "mean": fmt.number(mean[factor], 0), "rows": names,
            "note": "" if known else t("nothing but purchases is known") if names else t("nothing is known"),
        })  # fmt: skip
    return {
        "id": str(row["customer_id"]), "head": head, "facts": facts, "factors": factors,
        "heads": [t("Indicator"), t("Fact"), t("Points"), t("Mean of the tier")],
        "steps": _steps(report, row, care, partner), "steps_title": t("What to settle this year"),
    }  # fmt: skip


def _has(row, name):
    value = row.get(name)
    return value is not None and not pd.isna(value)


def _next(report, row, care):
    if not care:
        return "–"
    if not _has(row, "contact_on"):
        return report.t("at once")
    day = pd.Timestamp(row["contact_on"]) + pd.Timedelta(days=care["every_days"])
    return report.fmt.date(day.date())


def _steps(report, row, care, partner):
    """What follows for this customer, most urgent first."""
    t, fmt = report.t, report.fmt
    found = []
    if care.get("overdue"):
        found.append(t("Contact is overdue: agree a visit."))
    if _has(row, "overdue") and row["overdue"] > 0:
        found.append(t("{money} are overdue: settle payment before more is delivered on credit.", money=fmt.money(row["overdue"])))  # fmt: skip
    if not row["known_ability"]:
        found.append(t("Ability to pay is not known: get a rating or the last statements."))
    if "deciders" in row and not (_has(row, "deciders") and row["deciders"]):
        found.append(t("No decision maker is known here: ask for one."))
    if row.get("complaints") or 0:
        found.append(t("Talk through the complaints of the year."))
    if _has(row, "up"):
        found.append(_move(report, row, "up"))
    if _has(row, "down"):
        found.append(_move(report, row, "down"))
    if partner:
        found.append(t("Candidate for a joint development: much need, much willingness."))
    return found or [t("Nothing is pending; keep the cadence.")]


def _move(report, row, side):
    t, fmt = report.t, report.fmt
    name = fact_name(report, row[side])
    now, then = row[f"{side}_from"], row[f"{side}_to"]
    points = {"fact": name, "now": fmt.number(now, 0), "then": fmt.number(then, 0)}
    if side == "down":
        return t(
            "Would fall a tier if one fact fell to {then} points ({now} now): {fact}.", **points
        )
    if pd.isna(now):
        return t("Would rise a tier if one fact that is not known were worth {then} points: {fact}.", **points)  # fmt: skip
    return t("Would rise a tier if one fact reached {then} points ({now} now): {fact}.", **points)


def deliver_lists(report, study, care, fit, *, most):
    """Lists of graded customers, overdue customers, overdue contacts and prospects."""
    t, grading = report.t, study.grading
    if missing(report, grading):
        return
    wanted = ["customer_id", "tier", "points", "sure", *FACTOR_ORDER, "revenue", "contribution",
              "open", "overdue", "late_days", "due_invoices"]  # fmt: skip
    table = grading.table[[c for c in wanted if c in grading.table]]
    table = pd.concat([table, study.facts.reset_index(drop=True)], axis=1)
    table = table.assign(abc=study.classes, partner=partner_candidates(table))
    columns = {
        "customer_id": t("Customer"), "tier": t("Tier of the customer"), "points": t("Points"),
        "sure": t("Share of weightings with the same tier"), **{f: t(FACTORS[f]) for f in FACTOR_ORDER},
        "abc": t("ABC class"), "revenue": t("Revenue, 12 months"),
        "contribution": t("Contribution, 12 months"), "up": t("Would move it up"),
        "down": t("Would move it down"), "partner": t("Partner candidate"),
    }  # fmt: skip
    partners = int(table["partner"].sum())
    if partners:
        report.text(
            report.tn(
                "{n} strategic customer has much need and willingness (70 points and more each): a candidate for a joint development, marked in the list.",
                "{n} strategic customers have much need and willingness (70 points and more each): candidates for a joint development, marked in the list.",
                partners,
            )
        )  # fmt: skip
    listed = _worded(report, _most(table, "points", most))
    listed = listed.assign(up=[fact_name(report, c) for c in listed["up"]],
                           down=[fact_name(report, c) for c in listed["down"]])  # fmt: skip
    report.customer_list("tiers", listed.round({"points": 1, "sure": 3}), columns=columns)
    if "overdue" in table and (table["overdue"] > 0).any():
        late = _worded(report, _most(table[table["overdue"] > 0], "overdue", most))
        late["late"] = late["late_days"] / late["due_invoices"].where(late["due_invoices"] > 0)
        columns = {"customer_id": t("Customer"), "tier": t("Tier of the customer"), "open": t("Money open"),
                   "overdue": t("Overdue"), "late": t("Days late on average")}  # fmt: skip
        report.customer_list("overdue", late, columns=columns)
    if care is not None and care.overdue:
        rows = _worded(report, care.accounts[care.accounts["overdue"]].head(most))
        columns = {"customer_id": t("Customer"), "tier": t("Tier of the customer"), "owner": t("In charge"),
                   "contact_on": t("Last contact"), "silent_days": t("Days since"),
                   "every_days": t("Agreed days"), "contribution": t("Contribution, 12 months")}  # fmt: skip
        report.customer_list(
            "contacts", rows, columns={c: h for c, h in columns.items() if c in rows}
        )
    if fit is not None and fit.verdict == "usable" and len(fit.prospects):
        columns = {"rank": t("Rank"), "customer_id": t("Customer"), "score": t("Chance to be a good customer")}  # fmt: skip
        report.customer_list("prospects", fit.prospects.head(most), columns=columns)


def _most(table, column, most):
    """The rows with the most of a column, those of equal standing by their id."""
    least = table[column].nlargest(most).min()
    rows = table[table[column] >= least]
    return rows.sort_values([column, "customer_id"], ascending=[False, True]).head(most)


def _worded(report, rows):
    """The rows with their tiers in the reader's words."""
    return rows.assign(tier=[report.t(TIERS[tier]) for tier in rows["tier"]])
