"""How well comments were told apart, as a figure of the satisfaction report."""

import pandas as pd

from .language import LANGUAGES, N_
from .voice_words import named

__all__ = ["show_sentiment"]

#: What the models of workbook.analysis.sentiment were judged on.
JUDGED_ON = {
    "shopping comments on hotels, books and computers": N_(
        "shopping comments on hotels, books and computers"
    ),
    "reviews of airline seats": N_("reviews of airline seats"),
}


def show_sentiment(report, languages, share, errors):
    """How well comments were told apart; all from `topics`."""
    t, fmt = report.t, report.fmt
    if not len(languages):
        report.text(t("No comment was scored."))
        return
    rows = [
        (LANGUAGES[row.language], row.comments, _judged(report, row), _here(report, row))
        for row in languages.itertuples()
    ]
    report.table(
        pd.DataFrame(rows, columns=["language", "comments", "judged", "here"]),
        columns={
            "language": t("Language"),
            "comments": (t("Comments"), fmt.count),
            "judged": t("Right on comments it had not seen"),
            "here": t("Here: told satisfied from dissatisfied customers"),
        },
    )
    if share["n"]:
        report.text(
            t(
                "{called} of the comments are called negative; corrected for how often the classifier errs, "
                "{share} ({interval}) are (Forman 2008).",
                called=fmt.percent(share["called"]),
                share=fmt.percent(share["share"]),
                interval=fmt.interval(share["low"], share["high"], fmt.percent),
            )
        )
        own = all(where == "client" for _, where in errors.values())
        report.text(
            t(
                "Its errors were counted on this client's comments: those that came with a score in the worst two "
                "steps are taken as negative, those with another score as not."
            )
            if own
            else t(
                "Its errors are those on the comments it was judged on, which were on other goods: take the "
                "corrected share as rough."
            )
        )


def _judged(report, row):
    t, fmt = report.t, report.fmt
    return t(
        "{share} ({interval}), {n} {source}",
        share=fmt.percent(row.accuracy),
        interval=fmt.interval(row.low, row.high, fmt.percent),
        n=fmt.count(row.judged),
        source=named(report, JUDGED_ON, row.source),
    )


def _here(report, row):
    if row.separation != row.separation:
        return report.t("not known: too few comments with a score")

    def two(value):
        return report.fmt.number(value, 2)

    interval = report.fmt.interval(row.separation_low, row.separation_high, two)
    words = {"auc": two(row.separation), "interval": interval}
    if row.separation_low <= 0.6:
        return report.t("{auc} ({interval}; 1 is perfect, 0.5 chance): do not rely on it", **words)
    return report.t("{auc} ({interval}; 1 is perfect, 0.5 chance)", **words)
