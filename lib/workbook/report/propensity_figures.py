"""How good chances were on the past, what they lean on, and what acting on them was worth."""

from workbook.analysis.propensity import BASELINES

from . import charts
from .prediction_words import family_name, method_name, verdict_sentence

__all__ = ["show_decisions", "show_importance", "show_levels", "show_propensity"]


def show_propensity(report, check, *, what, why=""):
    """Verdict, calibration chart and the table of methods.

    Parameters
    ----------
    check : propensity_check.PropensityCheck or None
    what : str
        What is forecast, in the reader's words, for titles.
    why : str
        Said when there is no check.
    """
    t, fmt = report.t, report.fmt
    if check is None:
        report.text(why)
        return
    report.text(verdict_sentence(report, check))
    top = check.calibration.iloc[-1]
    report.figure(
        charts.plot_pairs(
            check.calibration.assign(name=check.calibration["group"].astype(str)),
            label="name",
            values={"predicted": t("forecast"), "observed": t("came true")},
            title=t(
                "{what}: {predicted} forecast for the likeliest tenth, {observed} came true",
                what=what,
                predicted=fmt.percent(top["predicted"]),
                observed=fmt.percent(top["observed"]),
            ),
            alt=t("Mean chance and share that came true, by tenths of the chance."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t(
            "Tenths of {n} past forecasts by their chance, unlikeliest on top; {events} came true",
            n=fmt.count(check.n),
            events=fmt.count(check.events),
        ),
        note=t(
            "Slope of the calibration {slope} ({interval}; 1 is right, below 1 too bold). Each forecast "
            "knew only what was known on its day.",
            slope=fmt.number(check.slope, 2),
            interval=fmt.interval(
                check.slope_low, check.slope_high, lambda value: fmt.number(value, 2)
            ),
        ),
        numbers=check.calibration,
        columns={
            "group": (t("Tenth"), fmt.count),
            "n": (t("Forecasts"), fmt.count),
            "predicted": (t("Forecast chance"), fmt.percent),
            "observed": (t("Came true"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
    _methods(report, check)


def _methods(report, check):
    t, fmt = report.t, report.fmt
    order = ["chance", *(name for name in check.methods["method"] if name != "chance")]
    table = check.methods.set_index("method").loc[order].reset_index()
    table["name"] = [method_name(report, name) for name in table["method"]]
    table["role"] = [
        t("forecast made")
        if name == "chance"
        else t("simple method")
        if name in BASELINES
        else t("candidate")
        for name in table["method"]
    ]
    report.table(
        table,
        columns={
            "name": t("Method"),
            "role": t("Role"),
            "auc": (t("Area under the curve"), lambda value: fmt.number(value, 3)),
            "auc_low": (t("from"), lambda value: fmt.number(value, 3)),
            "auc_high": (t("to"), lambda value: fmt.number(value, 3)),
            "brier": (t("Brier score"), lambda value: fmt.number(value, 4)),
            "captured": (t("Held by the top tenth"), fmt.percent),
            "captured_low": (t("from"), fmt.percent),
            "captured_high": (t("to"), fmt.percent),
        },
        caption=t(
            "All methods on the same past forecasts. Small Brier scores and large areas are good; a "
            "coin has an area of one half."
        ),
    )


def show_levels(report, scores):
    """Customers by level of their chance, today; `scores` of `prediction_scores.customer_scores`."""
    t, fmt = report.t, report.fmt
    if scores is None or not scores["chance"].notna().any():
        return
    from workbook.analysis.prediction_scores import LEVELS as CODES

    from .prediction_words import LEVELS

    grouped = scores.groupby("level").agg(
        customers=("chance", "size"), chance=("chance", "mean"), buyers=("chance", "sum"),
        purchases=("purchases", "sum"), revenue=("revenue", "sum"),
    )  # fmt: skip
    table = grouped.reindex([code for code in CODES if code in grouped.index]).reset_index()
    table["name"] = [t(LEVELS[code]) for code in table["level"]]
    whole = float(table["buyers"].sum())
    first = table.iloc[0]
    share = first["customers"] / table["customers"].sum()
    report.figure(
        charts.plot_bars(
            table,
            label="name",
            value="buyers",
            title=t(
                "{share} of customers hold {part} of the buyers expected",
                share=fmt.percent(share),
                part=fmt.percent(first["buyers"] / whole if whole else 0.0),
            ),
            alt=t("Expected buyers by level of the chance."),
            form=fmt.count,
        ),
        subtitle=t(
            "Expected buyers by willingness to buy, {n} customers", n=fmt.count(len(scores))
        ),
        note=t("High: at least twice the mean chance; low: less than half of it."),
        numbers=table,
        columns={
            "name": t("Willingness to buy"),
            "customers": (t("Customers"), fmt.count),
            "chance": (t("Mean chance"), fmt.percent),
            "buyers": (t("Buyers expected"), fmt.count),
            "purchases": (t("Purchases expected"), fmt.count),
            "revenue": (t("Revenue expected"), fmt.money),
        },
    )


def show_importance(report, importance):
    """What the forecast leans on; `importance` of `feature_importance.feature_importance`."""
    t, fmt = report.t, report.fmt
    if importance is None or not len(importance):
        return
    shown = importance[importance["loss"] > 0].head(8)
    if not len(shown):
        report.text(t("No family of figures makes the forecast worse when it is shuffled."))
        return
    table = shown.assign(name=[family_name(report, code) for code in shown["family"]])
    clear = table[table["matters"]]
    names = t(", ").join(clear["name"].head(3))
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="loss",
            low="low",
            high="high",
            reference=0,
            title=t("The forecast leans on: {names}", names=names)
            if names
            else t("No single family of figures carries the forecast beyond chance"),
            alt=t("Rise of the Brier score when a family of figures is shuffled, with intervals."),
            form=lambda value: fmt.number(value, 4),
        ),
        subtitle=t("Rise of the Brier score when the figures are shuffled between customers"),
        note=t(
            "Shuffled together, in the newest past forecast. What the forecast leans on goes with "
            "buying; that it moves customers is not shown."
        ),
        numbers=table,
        columns={
            "name": t("Figures"),
            "figures": (t("How many"), fmt.count),
            "loss": (t("Rise of the Brier score"), lambda value: fmt.number(value, 5)),
            "low": (t("Interval from"), lambda value: fmt.number(value, 5)),
            "high": (t("to"), lambda value: fmt.number(value, 5)),
            "area_lost": (t("Area under the curve lost"), lambda value: fmt.number(value, 3)),
        },
    )


def show_decisions(report, curve, check):
    """Net benefit of acting on the chances; `curve` of `propensity_check.decision_curve`."""
    t, fmt = report.t, report.fmt
    if check is None or not len(curve):
        return
    best = curve[["rival", "everybody"]].max(axis=1).clip(lower=0)
    ahead = curve["threshold"][curve["forecast"] > best + 1e-9]
    title = (
        t(
            "Worth more than simple rules where an action costs {low} to {high} of what it brings",
            low=fmt.percent(ahead.min(), 0),
            high=fmt.percent(ahead.max(), 0),
        )
        if len(ahead)
        else t("Acting on the chances was at no cost worth more than simple rules")
    )
    shown = curve.assign(**{name: curve[name].clip(lower=-0.02) for name in ("forecast", "rival", "everybody")})  # fmt: skip
    report.figure(
        charts.plot_lines(
            shown,
            x="threshold",
            series={
                "forecast": t("the forecast"),
                "rival": method_name(report, check.rival),
                "everybody": t("everybody"),
            },
            title=title,
            alt=t("Net benefit of acting above a threshold, for the forecast and simple rules."),
            xform=lambda share: fmt.percent(share, 0),
            yform=lambda value: fmt.number(value, 2),
            xlabel=t("cost of an action, as a share of what it brings where it is needed"),
        ),
        subtitle=t("Net benefit per customer, in units of what an action brings (decision curve)"),
        note=t(
            "An action pays when the chance is above its cost; nobody contacted is zero. Lines that end "
            "below are cut off."
        ),
        numbers=curve,
        columns={
            "threshold": (t("Threshold"), lambda value: fmt.percent(value, 1)),
            "forecast": (t("The forecast"), lambda value: fmt.number(value, 4)),
            "rival": (method_name(report, check.rival), lambda value: fmt.number(value, 4)),
            "everybody": (t("Everybody"), lambda value: fmt.number(value, 4)),
        },
    )
