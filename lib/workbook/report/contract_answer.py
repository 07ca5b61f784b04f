"""The answer about contracts in a sentence, and its key figures."""

from .contract_figures import still_there
from .contract_words import missing

__all__ = ["contract_answer", "contract_key_figures"]


def contract_answer(report, study, lasted, odds=None):
    """One sentence about contracts; empty without a contracts table."""
    t, fmt = report.t, report.fmt
    if study.design == "nothing":
        return missing(report, study) if len(study.contracts.columns) else ""
    if odds is not None and odds.fit.n:
        return t(
            "Of {n} customers, {share} left in the months after the traits were measured.",
            n=fmt.count(odds.fit.n),
            share=fmt.percent(odds.fit.ended / odds.fit.n),
        )
    bounds = lasted.bounds[lasted.bounds["month"] == 12].dropna(subset="survival")
    if len(bounds):
        return t(
            "Between {low} and {high} of customers with a contract are still there after 12 months, "
            "depending on how long leavers stay in the file; nothing narrower can be said.",
            low=fmt.percent(bounds["survival"].min()),
            high=fmt.percent(bounds["survival"].max()),
        )
    told = still_there(report, lasted)
    if told is None:
        return missing(report, study) or t("Nobody has been followed for a month yet.")
    month, share, low, high = told
    return t(
        "Of customers with a contract, {share} ({interval}) are still there after {months}.",
        share=fmt.percent(share),
        interval=fmt.interval(low, high, fmt.percent),
        months=fmt.months(month),
    )


def contract_key_figures(report, study, lasted, rates):
    """Key figures: stays after a year, median, renewal; without contracts none."""
    t, fmt = report.t, report.fmt
    told = still_there(report, lasted)
    if told is None:
        return []
    month, share, low, high = told
    figures = [
        (
            t("Still there after {months}", months=fmt.months(month)),
            fmt.percent(share),
            fmt.interval(low, high, fmt.percent),
        ),
        (
            t("Half have left after"),
            fmt.months(lasted.median, 1) if lasted.median is not None else "–",
            t("mean {mean} of the first {horizon}", mean=fmt.number(lasted.mean),
              horizon=fmt.months(lasted.horizon)),
        ),
    ]  # fmt: skip
    count = rates[(rates["measure"] == "count") & (rates["due"] > 0)]
    if len(count):
        row = count.iloc[0]
        figures.append(
            (
                t("Renewed, by number"),
                fmt.percent(row["rate"]),
                fmt.interval(row["low"], row["high"], fmt.percent),
            )
        )
    return figures
