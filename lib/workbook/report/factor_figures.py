"""Key factors of satisfaction, as a figure of the report."""

from . import voice_charts
from .voice_words import QUADRANTS, item_name

__all__ = ["show_factors"]

SETTLED = 0.9  # share of draws from which a place is called settled


def show_factors(report, factors):
    """Importance and performance of the items; `factors` from `key_factors.key_factors`."""
    t, fmt = report.t, report.fmt
    if factors is None:
        report.text(
            t(
                "Key factors: not enough data; they need csat or nps, and two items or more answered "
                "together on 50 sheets (five sheets per item)."
            )
        )
        return
    table = factors.table.assign(name=[item_name(report, item) for item in factors.table["item"]])
    first = table.iloc[0]
    title = (
        t("{item} goes most with satisfaction: {share} of what the items tell",
          item=first["name"], share=fmt.percent(first["importance"], 0))
        if first["on_top"] >= SETTLED
        else t("{item} and {second} go most with satisfaction; which of them more is not settled",
               item=first["name"], second=table.iloc[1]["name"])
    )  # fmt: skip
    improve = table.loc[(table["quadrant"] == "improve") & (table["settled"] >= SETTLED), "name"]
    report.figure(
        voice_charts.plot_map(
            table,
            label="name",
            x="performance",
            y="importance",
            x_low="performance_low",
            x_high="performance_high",
            y_low="low",
            y_high="high",
            highlight=list(improve),
            corners={code: t(word) for code, word in QUADRANTS.items()},
            xform=fmt.percent,
            yform=lambda share: fmt.percent(share, 0),
            xlabel=t("mean answer, place on its scale"),
            ylabel=t("importance"),
            title=title,
            alt=t(
                "Importance of each item against how well it is rated, with intervals and the four fields."
            ),
        ),  # fmt: skip
        subtitle=t(
            "Importance-performance map, n = {n} complete sheets; the items tell {share} ({interval}) "
            "of the differences in satisfaction",
            n=fmt.count(factors.n),
            share=fmt.percent(factors.r_squared[0], 0),
            interval=fmt.interval(*factors.r_squared[1:], lambda share: fmt.percent(share, 0)),
        ),
        note=t(
            "An association, measured at one time: what changing an item would do, only a trial shows. "
            "Shares are averaged over all orders of the items, so that what two items tell together "
            "is not counted twice. A field holds where most draws agree; the dashed lines are the means."
        ),
        numbers=table.assign(
            field=[t(QUADRANTS[code]) for code in table["quadrant"]],
            sure=[_sure(report, share) for share in table["settled"]],
        ),
        columns={
            "name": t("Part of the service"),
            "importance": (t("Importance"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "johnson": (t("by Johnson's weights"), fmt.percent),
            "performance": (t("Place on the scale"), fmt.percent),
            "field": t("Field"),
            "sure": t("Settled?"),
        },
    )
    if factors.left_out:
        names = t(", ").join(item_name(report, item) for item in factors.left_out)
        report.text(
            t("Left out, answered on too few sheets or always alike: {items}.", items=names)
        )


def _sure(report, share):
    if share >= SETTLED:
        return report.t("yes")
    return report.t("no: in {share} of the draws", share=report.fmt.percent(share, 0))
