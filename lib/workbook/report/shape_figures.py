"""How links with leaving change with age or along a number, and models of the duration, as figures."""

from . import charts
from .contract_words import VERDICTS, missing, term_name, trait_name
from .leaving_figures import p_value

__all__ = ["show_changes", "show_shapes"]


def show_changes(report, traits):
    """Schoenfeld's check, and what followed from it."""
    t, fmt = report.t, report.fmt
    if not len(traits.checks):
        return
    terms = traits.effects.set_index("term")
    names = [
        term_name(report, terms.loc[term]) if term in terms.index else _plain(report, term)
        for term in traits.checks["term"]
    ]
    report.table(
        traits.checks.assign(name=names, said=[t(VERDICTS[v]) for v in traits.checks["verdict"]]),
        columns={
            "name": t("Trait"),
            "p_holm": (t("p (Schoenfeld, Holm)"), lambda p: p_value(report, p)),
            "factor": (t("Ratio late by early"), lambda value: fmt.number(value, 2)),
            "low": (t("Interval from"), lambda value: fmt.number(value, 2)),
            "high": (t("to"), lambda value: fmt.number(value, 2)),
            "said": t("Strength of the link"),
        },
        caption=t("Does the link change with age? Judged by its size, not by the p-value."),
    )
    if traits.strata:
        report.text(
            t(
                "Each value of {traits} has a course of its own in the model (strata), as one number "
                "would mislead.",
                traits=t(", ").join(trait_name(report, column) for column in traits.strata),
            )
        )
    if len(traits.by_period):
        report.table(
            traits.by_period.assign(
                name=[_plain(report, term) for term in traits.by_period["term"]],
                ratio=traits.by_period["hazard_ratio"] ** traits.by_period["step"],
                low=traits.by_period["low"] ** traits.by_period["step"],
                high=traits.by_period["high"] ** traits.by_period["step"],
            ),
            columns={
                "name": t("Trait"),
                "from_month": (t("from month"), fmt.number),
                "to_month": (t("to month"), fmt.number),
                "ended": (t("Ended"), fmt.count),
                "ratio": (t("Hazard ratio"), lambda value: fmt.number(value, 2)),
                "low": (t("Interval from"), lambda value: fmt.number(value, 2)),
                "high": (t("to"), lambda value: fmt.number(value, 2)),
            },
            caption=t("Links that change with age, period by period."),
        )


def _plain(report, term):
    column, _, level = term.partition(": ")
    name = trait_name(report, column)
    return f"{name}: {level}" if level else name


def show_shapes(report, study, traits):
    """Curved links and models of the duration itself; nothing where `show_traits` says why."""
    t, fmt = report.t, report.fmt
    if missing(report, study) or traits is None:
        return
    if len(traits.curve):
        name = trait_name(report, traits.curve["term"].iloc[0])
        report.figure(
            charts.plot_lines(
                traits.curve,
                x="value",
                series={"hazard_ratio": ""},
                low="low",
                high="high",
                title=t("{trait}: the link with leaving is not a straight line", trait=name),
                alt=t("Curve of the hazard ratio along the trait's values, with its interval."),
                yform=lambda value: fmt.number(value, 1),
                xlabel=name,
            ),
            subtitle=t("Hazard ratio against the middle value (restricted cubic spline)"),
            note=t("The table of traits tells the average slope; here it is followed along."),
            numbers=traits.curve,
            columns={
                "value": (name, lambda value: fmt.number(value, 1)),
                "hazard_ratio": (t("Hazard ratio"), lambda value: fmt.number(value, 2)),
                "low": (t("Interval from"), lambda value: fmt.number(value, 2)),
                "high": (t("to"), lambda value: fmt.number(value, 2)),
            },
        )
    if not len(traits.durations):
        report.text(t("Models of the duration: too few contracts have ended, or on too few days."))
        return
    report.table(
        traits.durations,
        columns={
            "model": t("Model of the duration"),
            "aic": (t("AIC, lower is better"), fmt.number),
            "n": (t("Followed"), fmt.count),
            "ended": (t("Ended"), fmt.count),
        },
    )
    if len(traits.ratios):
        rows = traits.ratios.assign(name=[_plain(report, term) for term in traits.ratios["term"]])
        report.table(
            rows,
            columns={
                "name": t("Trait"),
                "time_ratio": (t("Stays times as long"), lambda value: fmt.number(value, 2)),
                "low": (t("Interval from"), lambda value: fmt.number(value, 2)),
                "high": (t("to"), lambda value: fmt.number(value, 2)),
            },
            caption=t(
                "Ratios of the time stayed by the best of these models ({model}), per unit of a number.",
                model=traits.durations["model"].iloc[0],
            ),
        )
