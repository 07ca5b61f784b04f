"""Which traits go with leaving, what was refused, and how the model holds, as figures."""

import pandas as pd

from . import charts
from .contract_figures import p_value
from .contract_words import MESSAGES, REFUSED, VERDICTS, missing, term_name, trait_name

__all__ = ["show_odds", "show_shapes", "show_traits"]

TERMS_SHOWN = 14


def show_traits(report, study, traits):
    """Cox's hazard ratios, what was refused and what changes with age.

    `traits` from `leaving_traits.leaving_traits`; None where durations are unknown.
    """
    t, fmt = report.t, report.fmt
    if study.design == "outcome_window":
        return  # show_odds has its say
    why = missing(report, study)
    if why or traits is None:
        report.text(why)
        return
    if traits.fit.message:
        report.text(t(MESSAGES[traits.fit.message]))
    if len(traits.effects):
        _show_effects(
            report,
            traits.effects,
            title=_title(report, traits.effects, t("times the pace of leaving")),
            subtitle=t(
                "Hazard ratio, {n} followed, {ended} ended (Cox, all traits together)",
                n=fmt.count(traits.fit.n),
                ended=fmt.count(traits.fit.ended),
            ),
            note=t(
                "Right of 1: such customers leave sooner, everything else in the model being equal. A "
                "trait that goes with leaving need not be what makes the difference; nothing here "
                "says what happens if it is changed."
            ),
            ratio=t("Hazard ratio"),
        )
    _show_refused(report, traits.design)
    _show_changes(report, traits)


def _title(report, effects, unit):
    t, fmt = report.t, report.fmt
    clear = effects[effects["p_holm"] < 0.05]
    if not len(clear):
        return t("No trait clearly goes with leaving sooner or later")
    first = clear.loc[clear["p_holm"].idxmin()]
    return t(
        "{term}: {ratio} {unit}",
        term=term_name(report, first),
        ratio=fmt.number(first["ratio"], 2),
        unit=unit,
    )


def _show_effects(report, effects, *, title, subtitle, note, ratio, more=None):
    t, fmt = report.t, report.fmt
    rows = effects.assign(name=[term_name(report, row) for _, row in effects.iterrows()])
    shown = rows.sort_values("p_holm", kind="stable").head(TERMS_SHOWN)
    # A limit far outside would hide all the others; the table has it.
    top = max(3.0, 1.5 * float(shown["ratio"].max()))
    report.figure(
        charts.plot_intervals(
            shown.assign(high=shown["high"].clip(upper=top)),
            label="name",
            value="ratio",
            low="low",
            high="high",
            reference=1.0,
            title=title,
            alt=t("Ratio per trait with its interval, beside a line at one: no difference."),
            form=lambda value: fmt.number(value, 1),
        ),
        subtitle=subtitle,
        note=note,
        numbers=rows,
        columns={
            "name": t("Trait"),
            "ratio": (ratio, lambda value: fmt.number(value, 2)),
            "low": (t("Interval from"), lambda value: fmt.number(value, 2)),
            "high": (t("to"), lambda value: fmt.number(value, 2)),
            "p_holm": (t("p (Holm)"), lambda p: p_value(report, p)),
        }
        | (more or {}),
    )


def _show_refused(report, design):
    t = report.t
    if not len(design.notes):
        return
    notes = design.notes[design.notes["rule"] != "no_term"]
    if not len(notes):
        return
    said = [
        t(
            REFUSED[rule],
            detail=trait_name(report, detail) if rule == "collinear" else detail,
        )
        for rule, detail in zip(notes["rule"], notes["detail"], strict=True)
    ]
    report.table(
        pd.DataFrame({"name": [trait_name(report, c) for c in notes["column"]], "said": said}),
        columns={"name": t("Trait"), "said": t("What was found before the model was fitted")},
    )


def _show_changes(report, traits):
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


def show_odds(report, study, odds):
    """A yes or no after a feature window; `odds` from `leaving_traits.outcome_odds`.

    Writes nothing for other designs: their traits are told by `show_traits`.
    """
    t, fmt = report.t, report.fmt
    if odds is None:
        return
    if odds.fit.message:
        report.text(t(MESSAGES[odds.fit.message]))
    if len(odds.effects):
        _show_effects(
            report,
            odds.effects,
            title=_title(report, odds.effects, t("times the odds of leaving")),
            subtitle=t(
                "Odds ratio, {n} customers, {ended} left (logistic, all traits together)",
                n=fmt.count(odds.fit.n),
                ended=fmt.count(odds.fit.ended),
            ),
            note=t(
                "Right of 1: such customers leave more often, everything else in the model being "
                "equal. A trait that goes with leaving need not be what makes the difference."
            ),
            ratio=t("Odds ratio"),
            more={"points": (t("Change of the chance"), lambda value: fmt.points(value))},
        )
    _show_refused(report, odds.design)
    if len(odds.groups):
        report.table(
            odds.groups,
            columns={
                "group": (t("Tenth by predicted chance"), fmt.count),
                "n": (t("Customers"), fmt.count),
                "predicted": (t("Predicted"), fmt.percent),
                "observed": (t("Left"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
            },
            caption=t(
                "Chance predicted by a model that had not seen the customer, and what happened. One "
                "period only: how it holds over time is unknown."
            ),
        )
