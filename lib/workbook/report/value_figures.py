"""Expected value and its spread over customers, as figures of the customer-value report.

Each function takes the report and finished results, and shows one chart or table with its answer,
or says in a sentence why there is none.
"""

from functools import partial

import pandas as pd

from . import charts
from .segment_words import SEGMENTS
from .value_words import FEWEST

__all__ = ["show_concentration", "show_examples", "show_losses", "show_segments", "show_split"]


def show_segments(report, table, *, basis_word, horizon_months):
    """Expected value by RFM segment; `table` from `value_groups.value_by_group`."""
    t, fmt = report.t, report.fmt
    table = table.assign(name=[t(SEGMENTS[code]) for code in table["group"]])
    first = table.iloc[0]
    report.figure(
        charts.plot_bars(
            table,
            label="name",
            value="clv",
            low="low",
            high="high",
            title=t(
                "{segment}: {share} of the expected {basis}",
                segment=first["name"],
                share=fmt.percent(first["share"]),
                basis=basis_word,
            ),
            alt=t("Expected value of each RFM segment, with its interval."),
            highlight=[first["name"]],
            form=fmt.money,
        ),
        subtitle=t(
            "Expected {basis} over {months}, discounted, by RFM segment; n = {n} customers",
            basis=basis_word,
            months=fmt.months(horizon_months),
            n=fmt.count(table["customers"].sum()),
        ),
        note=t(
            "Segments are those of today (recency, frequency, money; high or low). The line is "
            "the interval of the segment's total; it can't be added up over segments."
        ),
        numbers=table,
        columns={
            "name": t("Segment"),
            "customers": (t("Customers"), fmt.count),
            "clv": (t("Expected value"), fmt.money),
            "low": (t("Interval from"), fmt.money),
            "high": (t("to"), fmt.money),
            "share": (t("Share"), fmt.percent),
            "mean_clv": (t("Per customer"), fmt.money),
        },
    )


def show_examples(report, table, *, basis_word, level):
    """Single customers at given ranks with the interval of their own outcome."""
    t, fmt = report.t, report.fmt
    names = [t("Customer at the top {share}", share=fmt.percent(top, 0)) for top in table["top"]]
    table = table.assign(name=names)
    first = table.iloc[0]
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="clv",
            low="low",
            high="high",
            title=t(
                "{customer}: worth {clv} on average, but anything from {low} to {high}",
                customer=first["name"],
                clv=fmt.money(first["clv"]),
                low=fmt.money(first["low"]),
                high=fmt.money(first["high"]),
            ),
            alt=t("Expected value of five single customers with the range of what they may bring."),
            form=fmt.money,
            xlabel=t("expected {basis}", basis=basis_word),
        ),
        subtitle=t("Five single customers by rank; {level} interval of the outcome", level=level),
        note=t(
            "A value is a mean over many customers alike. What one of them will really spend is "
            "far less certain: use single values to rank and to set limits, never as a promise."
        ),
        numbers=table,
        columns={
            "name": t("Customer"),
            "expected_purchases": (t("Expected purchases"), fmt.number),
            "buys": (t("Buys at all"), fmt.percent),
            "clv": (t("Expected value"), fmt.money),
            "low": (t("Interval from"), fmt.money),
            "high": (t("to"), fmt.money),
        },
    )


def show_concentration(report, curve, shares, lasting, *, level, span):
    """Lorenz curve of past revenue; shares with interval and the part that is chance."""
    t, fmt = report.t, report.fmt
    if shares.empty:
        report.text(t("All amounts are zero: there is no revenue to be concentrated."))
        return
    if shares["customers"].max() < FEWEST:
        report.text(t("There are too few customers to speak of concentration."))
        return
    known = shares[shares["top"].notna()].copy()
    luck = lasting.set_index("top") if len(lasting) else pd.DataFrame(columns=["luck"])
    known["luck"] = known["top"].map(luck["luck"])
    known["name"] = [t("top {share}", share=fmt.percent(top, 0)) for top in known["top"]]
    fifth = known[known["top"] == 0.20].iloc[0]
    gini = shares[shares["top"].isna()].iloc[0]
    report.figure(
        charts.plot_curve(
            curve,
            x="customer_share",
            y="value_share",
            title=t(
                "The top fifth of customers holds {share} of past revenue",
                share=fmt.percent(fifth["share"]),
            ),
            alt=t("Cumulative share of revenue, customers from the most to the least valuable."),
            mark=(0.20, fifth["share"]),
            mark_label=t("top {share}", share=fmt.percent(0.20, 0)),
            diagonal_label=t("if all were equal"),
            xform=partial(fmt.percent, digits=0),
            yform=partial(fmt.percent, digits=0),
            xlabel=t("customers, from the most to the least valuable"),
            ylabel=t("share of revenue"),
        ),
        subtitle=t(
            "Revenue before returns, {n} customers, {span}; {level} interval by resampling "
            "customers. Gini coefficient {gini} ({range})",
            n=fmt.count(gini["customers"]),
            span=span,
            level=level,
            gini=fmt.number(gini["share"], 3),
            range=fmt.interval(gini["low"], gini["high"], partial(fmt.number, digits=3)),
        ),
        note=t(
            "Part of the bend is chance: among customers alike, some happen to buy more in any "
            "period. The last column takes it from the fitted population of customers; it is the "
            "part that can't be expected to last."
        ),
        numbers=known,
        columns={
            "name": t("Customers"),
            "customers": (t("Number"), fmt.count),
            "share": (t("Share of revenue"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "luck": (t("Of which chance"), fmt.points),
        },
    )


def show_losses(report, lost, *, basis_word):
    """What goes with the k most valuable customers; `lost` from `concentration.loss_of_top`."""
    t, fmt = report.t, report.fmt
    named = [report.tn("{n} customer", "{n} customers", int(k)) for k in lost["customers"]]
    table = lost.assign(name=named)
    row = table[table["customers"] <= 100].iloc[-1]
    report.figure(
        charts.plot_pairs(
            table,
            label="name",
            values={
                "past_share": t("of past revenue"),
                "clv_share": t("of expected {basis}", basis=basis_word),
            },
            title=report.tn(
                "Losing the most valuable customer takes {share} of the expected {basis}",
                "Losing the {n} most valuable customers takes {share} of the expected {basis}",
                int(row["customers"]),
                share=fmt.percent(row["clv_share"]),
                basis=basis_word,
            ),
            alt=t("Share of past revenue and of expected value held by the most valuable."),
            form=partial(fmt.percent, digits=0),
        ),
        subtitle=t("The most valuable customers by expected {basis}", basis=basis_word),
        note=t(
            "A stress test, not a forecast: nothing here says that they will leave together. "
            "Where the second point lies to the right, the future hangs on them more than the "
            "past did."
        ),
        numbers=table,
        columns={
            "name": t("Lost"),
            "clv": (t("Expected value"), fmt.money),
            "clv_share": (t("Share of all"), fmt.percent),
            "past_share": (t("Share of past revenue"), fmt.percent),
            "average_customers": (t("As many average customers"), fmt.count),
        },
    )


def show_split(report, split, *, basis_word):
    """High-value customers against the others: frequency times money per purchase."""
    t, fmt = report.t, report.fmt
    names = {"high": t("high-value"), "low": t("others")}
    number = partial(fmt.number, digits=2)
    report.table(
        split.assign(name=split["group"].map(names)),
        columns={
            "name": t("Customers"),
            "customers": (t("Number"), fmt.count),
            "past_share": (t("Share of past revenue"), fmt.percent),
            "clv_share": (t("Share of expected {basis}", basis=basis_word), fmt.percent),
            "mean_clv": (t("Expected value per customer"), fmt.money),
            "purchases": (t("Expected purchases per customer"), number),
            "value_per_purchase": (t("Money per purchase"), fmt.money),
        },
        caption=t("High-value customers and the others"),
    )
