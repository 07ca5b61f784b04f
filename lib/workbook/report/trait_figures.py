"""Which traits go with leaving, what was refused, and how the model holds, as figures."""

import pandas as pd

from . import charts
from .contract_words import MESSAGES, REFUSED, missing, term_name, trait_name
from .leaving_figures import p_value
from .shape_figures import show_changes

__all__ = ["show_odds", "show_traits"]

TERMS_SHOWN = 14
# Labels of an axis of ratios, from close to far apart.
TICKS = (
    (0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5),
    (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4),
    (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20),
    (0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000),
)


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
    if traits.fit.message and not traits.strata:
        report.text(t(MESSAGES[traits.fit.message]))
    if len(traits.effects):
        _show_effects(
            report,
            traits.effects,
            title=_title(report, traits.effects, t("times the pace of leaving"), traits.strata),
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
    show_changes(report, traits)


def _title(report, effects, unit, strata=()):
    t, fmt = report.t, report.fmt
    clear = effects[effects["p_holm"] < 0.05]
    if strata and not len(clear):
        return t(
            "{trait}: the link with leaving changes with age", trait=trait_name(report, strata[0])
        )
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
    ax = charts.plot_intervals(
        shown,
        label="name",
        value="ratio",
        low="low",
        high="high",
        reference=1.0,
        title=title,
        alt=t("Ratio per trait with its interval, beside a line at one: no difference."),
    )
    _as_ratios(ax, shown)
    report.figure(
        ax,
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


def _as_ratios(ax, rows):
    """An axis on which twice and half lie as far from one, with at most six labels."""
    ax.set_xscale("log")
    low, high = min(rows["low"].min(), 0.9), max(rows["high"].max(), 1.1)
    ax.set_xlim(low / 1.05, high * 1.05)
    for labels in TICKS:
        ticks = [tick for tick in labels if low / 1.05 <= tick <= high * 1.05]
        if len(ticks) <= 6:
            break
    ax.set_xticks(ticks, [f"{tick:,g}" for tick in ticks])
    ax.minorticks_off()


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


def show_odds(report, study, odds):
    """A yes or no after a feature window; `odds` from `outcome_odds.outcome_odds`.

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
    if odds.scores["area"] == odds.scores["area"]:
        report.text(
            t(
                "A leaver had the higher chance than one who stayed in {area} of all pairs ({interval}); "
                "0.5 would be no better than chance. The tenth with the highest chance held {share} of "
                "those who left.",
                area=fmt.number(odds.scores["area"], 3),
                interval=fmt.interval(
                    odds.scores["low"], odds.scores["high"], lambda value: fmt.number(value, 3)
                ),
                share=fmt.percent(odds.scores["top_decile"]),
            )
        )
