"""What the churn report says about its method and its limits where contracts are concerned."""

from workbook.analysis.leaving_traits import CHECK_ROWS

from .contract_words import CHECKS, DESIGNS, RENEWAL_CHECKS

__all__ = ["contract_assumptions", "contract_definitions", "contract_record"]


def contract_definitions(report, study, rates):
    """Rows of the table of definitions; none without contracts."""
    t, fmt = report.t, report.fmt
    if study.design == "nothing":
        return []
    contracts = t("contracts")
    rows = []
    if study.timed:
        who = t("customers") if study.unit == "customer" else t("contracts")
        rows.append(
            (t("Still there after 12 months"), t("survival at 12 months (Kaplan-Meier)"),
             t("{who} followed at each age", who=who), t("all data up to the reporting date"),
             contracts)
        )  # fmt: skip
    if study.design == "dates":
        year = t("12 months to the reporting date")
        rows.append(
            (t("Customers kept"), t("of those, customers who still have one"),
             t("customers with a running contract 12 months before"), year, contracts)
        )  # fmt: skip
        if len(rates):
            rows += [
                (t("Renewal rate, by number"), t("contracts renewed"),
                 t("contracts whose term ended"), year, contracts),
                (t("Gross revenue retention (GRR)"),
                 t("value after renewal, no contract above its old value"),
                 t("value of contracts whose term ended"), year, contracts),
                (t("Net revenue retention (NRR)"), t("value after renewal"),
                 t("value of contracts whose term ended"), year, contracts),
            ]  # fmt: skip
    if study.design == "outcome_window":
        window = fmt.months(report.params.get("feature_window_months", 0))
        rows.append(
            (t("Left"), t("customers marked as left"), t("customers of the file"),
             t("after the {months} of the traits", months=window), contracts)
        )  # fmt: skip
    return rows


def contract_assumptions(report, study, renewal_checks, traits):
    """Every check in plain words, then assumptions, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    if study.design == "nothing":
        return []
    window = "feature_window_months" if study.design == "outcome_window" else None
    months = report.params.get(window or "window_months", 0)
    said = [t(DESIGNS[study.design], months=fmt.months(months))]
    said += [_check(report, row) for row in study.checks.to_dict("records")]
    said += [
        t("{rule} ({n}).", rule=t(RENEWAL_CHECKS[row.rule]), n=fmt.count(row.rows))
        for row in renewal_checks.itertuples()
    ]
    if study.design == "dates" and study.unit == "customer":
        said.append(
            t(
                "Customers are followed over all their contracts; a gap of up to 30 days is none. The "
                "first unbroken spell counts."
            )
        )
    elif study.design == "dates":
        said.append(
            t("Single contracts are followed; intervals take those of one customer as independent.")
        )
    if study.design == "snapshot":
        said.append(
            t(
                "When in the window a leaver left is not in the file: each one is taken to have been "
                "followed as long as somebody is on average who leaves on any day of it alike."
            )
        )
    if study.traits and study.design != "outcome_window":
        said.append(t("Traits are taken to be known at the start of the contract."))
    if "auto_renew" in study.contracts:
        said.append(
            t(
                "Automatic renewal is not used as a trait: whoever cancels switches it off, so it is "
                "leaving in other words."
            )
        )
    if (
        traits is not None
        and len(traits.durations)
        and traits.durations["n"].iloc[0] < traits.fit.n
    ):
        said.append(
            t(
                "Models of the duration were fitted to a random sample of {n}.",
                n=fmt.count(traits.durations["n"].iloc[0]),
            )
        )
    if traits is not None and traits.fit.n > CHECK_ROWS:
        said.append(
            t(
                "Whether links change with age or bend was looked at in a random sample of {n}; the "
                "model of traits takes all.",
                n=fmt.count(CHECK_ROWS),
            )
        )
    said.append(
        t("What goes with leaving is told as it is; no figure shows what an action would do.")
    )
    return said


def _check(report, row):
    t, fmt = report.t, report.fmt
    words, n = CHECKS[row["rule"]], row["rows"]
    text = t(words, date=fmt.date(row["detail"])) if row["detail"] else t(words)
    return t("{rule} ({n}).", rule=text, n=fmt.count(n)) if n else t("{rule}.", rule=text)


def contract_record(study, lasted, rates, judged, odds=None):
    """Numbers for the record; nothing without contracts, null where nothing can be told."""
    if not len(study.contracts.columns):
        return {}
    share, low, high = lasted.at(12)
    count = rates[(rates["measure"] == "count") & (rates["due"] > 0)]["rate"]
    score = odds.scores["area"] if odds is not None else judged.score["concordance"]
    mean = lasted.mean
    return {
        "km_12": share,
        "km_12_low": low,
        "km_12_high": high,
        "median_months": lasted.median,
        "restricted_mean_months": None if mean != mean else float(mean),
        "concordance": None if score != score else float(score),
        "renewal_rate": float(count.iloc[0]) if len(count) else None,
    }
