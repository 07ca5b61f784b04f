"""What the grading report finds about care, resources, migration and prospects."""

from .findings import finding
from .grading_words import basis_word, missing, share_range, tier_name

__all__ = ["account_findings"]


def account_findings(report, study, care, resources, fit, *, review_on):
    """Findings on how customers are cared for and what became of them; None where not possible.

    `study` from `grading_parts.parts_of`, `care` and `resources` its own, `fit` from
    `prospect_fit.open_fit`.
    """
    grading = study.grading
    if missing(report, grading):
        return []
    return [
        _care(report, care, review_on),
        _resources(report, grading, resources, review_on),
        _moves(report, study.rates, review_on),
        _fit(report, fit, review_on),
    ]


def _care(report, care, review_on):
    t, fmt = report.t, report.fmt
    if care is None or not care.overdue:
        return None
    late = care.accounts[care.accounts["overdue"]]
    n = len(care.accounts)
    return finding(
        metric="contact_overdue",
        statement=report.tn(
            "{k} of {n} key account has not been contacted within the agreed days; it brought {money} in "
            "12 months.",
            "{k} of {n} key accounts have not been contacted within the agreed days; they brought {money} in "
            "12 months.",
            n,
            k=fmt.count(len(late)),
            money=fmt.money(late["contribution"].sum()),
        ),
        rung="descriptive",
        value=len(late) / n,
        n=n,
        action=t("Work through the list of overdue contacts, those with the most contribution first."),
        owner=t("Head of key accounts"),
        review_on=review_on,
    )  # fmt: skip


def _resources(report, grading, resources, review_on):
    t, fmt = report.t, report.fmt
    if resources is None:
        return None
    row = resources[resources["tier"] == "ordinary"].iloc[0]
    name = "visits" if "visits_share" in resources else "tickets"
    if f"{name}_share" not in resources or not row[f"{name}_low"] > 1:
        return None
    share = fmt.percent(row[f"{name}_share"], 0)
    said = {"share": share, "part": fmt.percent(row["contribution_share"], 0),
            "basis": basis_word(report, grading.basis)}  # fmt: skip
    return finding(
        metric=f"{name}_index",
        place={"tier": "ordinary"},
        statement=t("Ordinary customers get {share} of the visits and make {part} of the {basis} of 12 months.", **said)
        if name == "visits"
        else t("Ordinary customers bring {share} of the tickets and make {part} of the {basis} of 12 months.", **said),
        rung="descriptive",
        value=row[f"{name}_index"],
        low=row[f"{name}_low"],
        high=row[f"{name}_high"],
        n=int(row["customers"]),
        action=t("Move visits from ordinary to strategic customers whose contact is overdue; serve ordinary ones by telephone and online."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _moves(report, rates, review_on):
    t, fmt = report.t, report.fmt
    if rates is None or not len(rates):
        return None
    rows = rates[(rates["level"] != "ordinary") & (rates["customers"] >= 10)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    return finding(
        metric="fell_from_tier",
        place={"tier": row["level"]},
        statement=t(
            "Of the {n} {tier} of a year before, {fell} ({interval}) stand lower now.",
            n=fmt.count(row["customers"]),
            tier=tier_name(report, row["level"]),
            fell=fmt.percent(row["fell"], 0),
            interval=share_range(report, row, "fell_low", "fell_high"),
        ),
        rung="descriptive",
        value=row["fell"],
        low=row["fell_low"],
        high=row["fell_high"],
        n=int(row["customers"]),
        action=t("Go through those who fell with the staff in charge: what they need now, and what they buy elsewhere."),
        owner=t("Head of key accounts"),
        review_on=review_on,
    )  # fmt: skip


def _fit(report, fit, review_on):
    t, fmt = report.t, report.fmt
    if fit is None or fit.verdict != "usable" or fit.prospects.empty:
        return None
    return finding(
        metric="prospect_fit",
        statement=t(
            "{n} customers signed up and have not bought; ranked by fit, a good later customer stood before "
            "another one in {auc} of pairs ({interval}; chance: 50 %).",
            n=fmt.count(len(fit.prospects)),
            auc=fmt.percent(fit.auc, 0),
            interval=fmt.interval(fit.low, fit.high, fmt.percent),
        ),
        rung="predictive",
        value=fit.auc,
        low=fit.low,
        high=fit.high,
        n=fit.tested,
        action=t("Call the tenth ranked highest first, and half of the others drawn at random to compare."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip
