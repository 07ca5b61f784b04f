"""The loyalty programme as figures: the effect, the trap, and how far the result holds."""

import numpy as np
import pandas as pd

from . import charts
from .loyalty_words import there
from .programme_charts import plot_around_joining

__all__ = ["show_around_joining", "show_robust", "show_trap"]

FEWEST = 30
WIDEST = 3.0  # relative difference; an interval that reaches beyond says nothing


def few_sentence(report, study):
    """Why no comparison is made."""
    t, fmt = report.t, report.fmt
    return t(
        "What joining goes with can't be told: it takes {n} members who had been customers for half "
        "a year before joining and were followed after it, with as many others like them; there are "
        "{compared}.",
        n=fmt.count(FEWEST),
        compared=fmt.count(study.reasons["compared"]),
    )


def show_around_joining(report, part):
    """Members against those who had not joined, window by window."""
    t, fmt = report.t, report.fmt
    if not there(part):
        return
    study = part[0]
    found = study.spending
    if found is None:
        report.text(few_sentence(report, study))
        return
    table = found.windows
    report.figure(
        plot_around_joining(
            table,
            title=around_title(report, study),
            alt=t(
                "Points with intervals before and after joining: how much more members spend than "
                "the comparison lets expect."
            ),
            before=t("before joining"),
            after=t("after joining"),
            form=lambda share: fmt.percent(share, 0),
            xlabel=t(
                "windows of {days} around joining", days=fmt.days(report.params["window_days"])
            ),
        ),
        subtitle=t(
            "Spending against what the comparison lets expect; {n} members, {others} days of "
            "customers who had not joined",
            n=fmt.count(found.compared),
            others=fmt.count(found.others),
        ),
        note=t(
            "Before joining all points should lie on the line, for nothing had happened yet. The "
            "joining purchase is left out, and so is the window before it, which decides who is "
            "compared with whom. Points after joining mean something only if both sides would "
            "have gone on alike without the programme."
        ),
        numbers=table.assign(name=[_window_name(report, w) for w in table["window"]]),
        columns={
            "name": t("Window"),
            "effect": (t("Difference"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "joinings": (t("Members followed"), fmt.count),
        },
    )
    if study.frequency is not None:
        many = study.frequency
        report.text(
            t(
                "In purchase days instead of money the difference is {effect} ({interval}).",
                effect=fmt.percent(many.effect),
                interval=fmt.interval(many.low, many.high, fmt.percent),
            )
        )
    if study.how == "other":
        report.text(
            t(
                "Members joined on days without a purchase. Only the window before tells who was "
                "still a customer then, so the comparison may be off either way, and no verdict "
                "rests on it."
            )
        )


def _window_name(report, window):
    t, fmt = report.t, report.fmt
    if window < 0:
        return t("{n} before", n=fmt.count(-window))
    return t("{n} after", n=fmt.count(window + 1))


def around_title(report, study):
    """The answer of the comparison in a sentence."""
    t, fmt = report.t, report.fmt
    found = study.spending
    said = {
        "effect": fmt.percent(found.effect),
        "interval": fmt.interval(found.low, found.high, fmt.percent),
    }
    if study.verdict == "wide":
        return t(
            "Do members spend more since joining? The {n} compared are too few to tell ({interval})",
            n=fmt.count(found.compared),
            **said,
        )
    if study.verdict == "trends_differ":
        return t("Members and others already parted before joining: no verdict on the programme")
    if study.verdict == "more":
        return t("After joining, members spend {effect} more than expected ({interval})", **said)
    if study.verdict == "less":
        said["effect"] = fmt.percent(-found.effect)
        return t("After joining, members spend {effect} less than expected ({interval})", **said)
    return t("No difference after joining is established ({interval})", **said)


def show_trap(report, part):
    """The naive comparisons beside the one with a comparison group."""
    t, fmt = report.t, report.fmt
    if not there(part):
        return
    study, found = part[0], part[0].spending
    rows = []
    against = study.against
    if against["ratio"] is not None and np.isfinite(against["ratio"]):
        rows.append((t("Members against other customers"),
                     *(against[c] - 1 for c in ("ratio", "low", "high")), t("naive")))  # fmt: skip
    if found is not None:
        for name, value in (
            (t("After against before, joining purchase counted"), found.before_after),
            (t("After against before, without it"), found.without_purchase),
        ):
            if np.isfinite(value):
                rows.append((name, value, np.nan, np.nan, t("naive")))
        name = t("Against customers who had not joined yet")
        rows.append((name, found.effect, found.low, found.high, t("with comparison")))
    if not rows:
        report.text(t("Too few members or other customers for a comparison of any kind."))
        return
    table = pd.DataFrame(rows, columns=["name", "value", "low", "high", "kind"])
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="value",
            low="low",
            high="high",
            highlight=table.loc[table["kind"] == t("naive"), "name"].tolist(),
            reference=0,
            title=_trap_title(report, study),
            alt=t("Four differences in spending by four ways of comparing, three of them naive."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t("Difference in spending by way of comparing"),
        note=t(
            "Members were better customers before they joined, and many join on a purchase or in a "
            "good month: whatever is compared with that falls back to the usual by itself. "
            "Customers who leave pull the other way. Only the last line compares with customers to "
            "whom the same happened."
        ),
        numbers=table,
        columns={
            "name": t("Compared"),
            "value": (t("Difference"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "kind": t("Kind"),
        },
    )


def _trap_title(report, study):
    t, fmt = report.t, report.fmt
    found, ratio = study.spending, study.against["ratio"]
    known = ratio is not None and np.isfinite(ratio)
    if found is None or (known and study.verdict == "wide"):
        return t(
            "Members spend {ratio} of what other customers do; that is no effect",
            ratio=fmt.percent(ratio, 0),
        )
    if not known:
        return t(
            "After against before says {naive}, the comparison {effect}",
            naive=fmt.percent(found.before_after),
            effect=fmt.percent(found.effect),
        )
    return t(
        "Comparing members with others says {naive}, a fair comparison {effect}",
        naive=fmt.percent(ratio - 1),
        effect=fmt.percent(found.effect),
    )


def show_robust(report, part):
    """How far trends may part before the result falls."""
    t, fmt = report.t, report.fmt
    if not there(part) or part[0].spending is None:
        return
    found = part[0].spending
    if found.robust.empty:
        report.text(
            t(
                "How far trends might part can't be told: too few members were known for long enough "
                "before joining."
            )
        )
        return
    told = found.robust[(found.robust["high"] < WIDEST) | (found.robust["allowed"] == 0)]
    table = told.assign(
        name=[
            t("not at all") if m == 0 else t("{n} times", n=fmt.number(m, 2))
            for m in told["allowed"]
        ]
    )
    if found.survives is None:
        title = t("Even with equal trends the result may be nil")
    else:
        title = t(
            "The result stands as long as trends part by at most {n} times the largest step before",
            n=fmt.number(found.survives, 2),
        )
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="effect",
            low="low",
            high="high",
            reference=0,
            title=title,
            alt=t("Intervals of the difference that widen as trends are allowed to part faster."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t(
            "Interval of the difference if trends part by so many times the largest step seen "
            "between windows before joining"
        ),
        note=t(
            "Measured against the last window before joining alone, so the first line is wider than "
            "above. Further steps are left out where the interval reaches {most} or more: so wide a "
            "one tells nothing.",
            most=fmt.percent(WIDEST, 0),
        ),
        numbers=table,
        columns={
            "name": t("Trends part by"),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
