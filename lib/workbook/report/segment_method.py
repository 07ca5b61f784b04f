"""What the segmentation's method block says: definitions and assumptions."""

from workbook.analysis.customers import FITTED

from .value_method import fitted_part

__all__ = ["again_definition", "assumptions", "expected_definition"]


def again_definition(report, check):
    """Definition of the share that bought again after the cut."""
    t, fmt = report.t, report.fmt
    window = "–"
    if check is not None:
        window = t("{period} after {cut}", period=fmt.months(check.months), cut=fmt.date(check.cut))
    return (
        t("Bought again"),
        t("customers of the segment who bought in the window"),
        t("customers in the segment on its first day"),
        window,
        t("orders"),
    )


def expected_definition(report, check):
    """Definition of the money expected per year."""
    t, fmt = report.t, report.fmt
    window = "–"
    if check is not None:
        window = t("{period} after {cut}, as a year", period=fmt.months(check.months), cut=fmt.date(check.cut))  # fmt: skip
    return (
        t("Expected per year"),
        t("mean revenue after the cut x customers today x correction"),
        t("none (an amount)"),
        window,
        t("orders"),
    )


def assumptions(report, grouping, check):
    """Assumptions and limits, with the correction of the forecast in numbers."""
    t, fmt = report.t, report.fmt
    lines = [
        t("A purchase is a day with at least one line that is not a return; zero amounts count."),
        t(
            "Scores are customer quantiles over all purchases up to the reporting date; money is "
            "the sum over all of them. Equal customers are never parted."
        ),
        t("Intervals are 95 % unless marked; they draw customers, not orders, again."),
        t("Segments describe what customers did. No number here is the result of an action."),
    ]
    if check is not None:
        lines.append(
            t(
                "Expected revenue per year assumes that members buy as those of the same segment "
                "did after {cut}. The same forecast made on {earlier} met {ratio} of its amount; "
                "the expectation is corrected by that, and its 80 % interval is at least as wide "
                "as the correction.",
                cut=fmt.date(check.cut),
                earlier=fmt.date(check.earlier),
                ratio=fmt.percent(check.past_ratio),
            )
        )
    if grouping.sampled < len(grouping.labels):
        lines.append(
            t(
                "Natural groups were sought on a random sample of {n} customers; all were placed.",
                n=fmt.count(grouping.sampled),
            )
        )
    if len(grouping.labels) > FITTED:
        lines.append(fitted_part(report, FITTED))
    return lines
