"""Who is still a customer, when the next purchase comes, what depends on the definition.

Each function takes the report and finished results of `analysis.silence_study`, and shows a chart
or table with its answer, or says in one sentence why there is none.
"""

import numpy as np

from . import charts
from .silence_charts import plot_strip
from .silence_words import (
    CLASSES,
    KINDS,
    NEEDS_ORDERS,
    QUESTIONS,
    VERDICTS,
    definition_name,
)

__all__ = ["show_alive", "show_next_purchase", "show_strip", "too_short"]

FEWEST = 30


def show_alive(report, alive):
    """Expected customers, and why this model; `alive` from `still_customers.expected_alive`."""
    t, fmt = report.t, report.fmt
    if alive is None:
        report.text(t(NEEDS_ORDERS))
        return
    if alive["expected"] is None:
        report.text(
            t(
                "Still customers: not enough data. Of {n} customers, too few bought again for a "
                "model to tell who is still one.",
                n=fmt.count(alive["customers"]),
            )
        )
        return
    said = [
        t(
            "{expected} of {n} customers ({share}) are expected to be customers still; with the "
            "uncertainty of the model and of chance, {interval}.",
            expected=fmt.count(alive["expected"]),
            n=fmt.count(alive["customers"]),
            share=fmt.percent(alive["share"]),
            interval=fmt.interval(alive["low"], alive["high"], fmt.count),
        )
    ]
    if alive["once"]:
        said.append(
            t(
                "BG/NBD, the usual model, lets nobody stop before the second purchase: it would "
                "call all {n} who bought once customers for certain, so none of its probabilities "
                "is shown for them. The modified BG/NBD lets a customer stop right after the first "
                "purchase; under it {share} of those who bought once are still customers.",
                n=fmt.count(alive["once"]),
                share=fmt.percent(alive["once_share"]),
            )
        )
    report.text("\n\n".join(said))


def show_next_purchase(report, times):
    """Time to the next purchase; `times` from `next_purchase.purchase_times`."""
    t, fmt = report.t, report.fmt
    if times is None:
        report.text(t(NEEDS_ORDERS))
        return
    names = {"1": t("after the first purchase"), "2": t("after the second"), "3+": t("later")}
    enough = times.table[times.table["gaps"] >= FEWEST]
    shown = times.shares[times.shares["number"].isin(enough["number"])]
    if shown.empty:
        report.text(t("Time to the next purchase: not enough data, fewer than 30 were followed."))
        return
    first = shown[shown["number"] == enough["number"].iloc[0]].iloc[-1]
    table = shown.merge(times.table, on="number").assign(
        name=lambda rows: [names[number] for number in rows["number"]],
        half=lambda rows: [
            fmt.days(median) if np.isfinite(median) else t("not reached")
            for median in rows["median"]
        ],
    )
    curves = times.curves[times.curves["days"] <= 365]
    ax = charts.plot_lines(
        curves,
        x="days",
        series={number: names[number] for number in enough["number"]},
        title=t(
            "{share} buy again within {days} of the first purchase",
            share=fmt.percent(first["share"]),
            days=fmt.days(first["days"]),
        ),
        alt=t("Lines by day: share of customers who have bought again, by number of purchases."),
        yform=lambda share: fmt.percent(share, 0),
        xlabel=t("days since the purchase"),
    )
    ax.set_ylim(0, 1)
    report.figure(
        ax,
        subtitle=t("Share that has bought again, by Kaplan-Meier; who still waits is censored"),
        note=t(
            "A customer has one first and one second purchase but may have many later ones: the "
            "interval of these leaves out groups of customers in turn. Frequent buyers fill the "
            "curve of later purchases. Median: the day by which half have bought again."
        ),
        numbers=table,
        columns={
            "name": t("Purchase"),
            "days": (t("Within"), fmt.days),
            "share": (t("Bought again"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "followed": (t("n"), fmt.count),
            "half": t("Median"),
        },
    )


def show_strip(report, strip, verdicts, *, back_days):
    """The share churned under many definitions; from `analysis.inactivity`."""
    t, fmt = report.t, report.fmt
    if strip is None:
        report.text(t(NEEDS_ORDERS))
        return
    if not len(strip) or strip["customers"].iloc[0] < FEWEST:
        report.text(t("Definitions of churned: not enough data, fewer than 30 customers."))
        return
    table = strip.assign(
        name=[
            definition_name(report, kind, limit)
            for kind, limit in zip(strip["kind"], strip["limit"], strict=True)
        ],
        verdict_word=[t(VERDICTS[verdict]) for verdict in strip["verdict"]],
        interval=[
            fmt.interval(low, high, fmt.percent)
            for low, high in zip(strip["low"], strip["high"], strict=True)
        ],
        back=[
            fmt.percent(share) if n >= FEWEST else "–"
            for share, n in zip(strip["came_back"], strip["churned_then"], strict=True)
        ],
    )
    report.figure(
        plot_strip(
            table,
            kinds={kind: t(word) for kind, word in KINDS.items()},
            stable=t(VERDICTS["stable"]),
            fragile=t(VERDICTS["fragile"]),
            title=t(
                "Between {low} and {high} have churned, as {n} definitions have it",
                low=fmt.percent(strip["share"].min(), 0),
                high=fmt.percent(strip["share"].max(), 0),
                n=fmt.count(len(strip)),
            ),
            alt=t("Strips of points: share churned under each definition, by kind of definition."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t(
            "Share of {n} customers who count as churned on {date}",
            n=fmt.count(strip["customers"].iloc[0]),
            date=fmt.date(report.tables.as_of),
        ),
        note=t(
            "One point is one definition. Fragile: a limit a quarter lower or higher moves the "
            "share by more than 5 points. Returned since: of those who counted as churned {days} before, "
            "how many bought within that time.",
            days=fmt.days(back_days),
        ),
        numbers=table,
        columns={
            "name": t("Churned when silent for"),
            "share": (t("Churned"), fmt.percent),
            "interval": t("Interval"),
            "back": t("Returned since"),
            "change": (t("Change"), fmt.points),
            "verdict_word": t("Verdict"),
        },
    )
    report.text("\n\n".join(_verdict(report, row, back_days) for row in verdicts.itertuples()))


def _verdict(report, row, back_days):
    """One question, whether its answer depends on the definition, and how."""
    t, fmt = report.t, report.fmt
    question, verdict = t(QUESTIONS[row.question]), t(VERDICTS[row.verdict])
    if row.question == "size":
        return t(
            "{question} The answer is {verdict}: between {low} and {high}.",
            question=question,
            verdict=verdict,
            low=fmt.percent(row.low),
            high=fmt.percent(row.high),
        )
    days = fmt.days(back_days)
    answers = {
        "up": t("a larger share than {days} before", days=days),
        "down": t("a smaller share than {days} before", days=days),
        "flat": t("the same share as {days} before", days=days),
    } | {name: t(word) for name, word in CLASSES.items()}
    return t(
        "{question} The answer is {verdict}: {agree} of {of} definitions say {answer}.",
        question=question,
        verdict=verdict,
        agree=fmt.count(row.agree),
        of=fmt.count(row.definitions),
        answer=answers[row.answer],
    )


def too_short(report, silent_days):
    """One sentence for data that do not reach three windows back."""
    return report.t(
        "Not possible yet: the orders must reach back {days} from the reporting date, three times "
        "the days of silence.",
        days=report.fmt.days(3 * silent_days),
    )
