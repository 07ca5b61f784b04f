"""Who answered and who did not, as figures of the satisfaction report."""

import pandas as pd

from . import charts
from .level_figures import measure_form
from .voice_words import CODES, CUTS, MEASURES, group_name, item_name, named

__all__ = ["codes_sentences", "show_bounds", "show_needed", "show_response", "show_weighted"]


def show_response(report, rates, tables):
    """Response rates; `rates` of all, `tables` {column: by it}, from `nonresponse.response_rates`."""
    t, fmt = report.t, report.fmt
    if not len(rates):
        report.text(
            t(
                "Response rate and bounds: not possible, needs the table survey_invites and invite_id (or "
                "customer and wave) on the answer sheets."
            )
        )
        return
    row = rates.iloc[0]
    parts = [part.assign(column=column) for column, part in tables.items() if len(part) > 1]
    groups = pd.concat(parts, ignore_index=True) if parts else rates.assign(column="")
    groups["name"] = [
        group_name(report, cut, group) if cut else t("all invitations")
        for cut, group in zip(groups["column"], groups["group"], strict=True)
    ]
    report.figure(
        charts.plot_intervals(
            groups,
            label="name",
            value="rate",
            low="low",
            high="high",
            form=fmt.percent,
            reference=row["rate"],
            reference_label=t("all: {value}", value=fmt.percent(row["rate"])),
            title=t("{share} of those invited answered", share=fmt.percent(row["rate"], 0)),
            alt=t("Share of invitations that were answered, by group, with intervals."),
        ),  # fmt: skip
        subtitle=t("n = {n} invitations of at least two weeks ago", n=fmt.count(row["invited"])),
        numbers=groups,
        columns={
            "name": t("Group"),
            "invited": (t("Invitations"), fmt.count),
            "answered": (t("Answers"), fmt.count),
            "rate": (t("Response rate"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )


def show_bounds(report, said):
    """What those who did not answer could change; `said` from `nonresponse.silent_verdict`."""
    t, fmt = report.t, report.fmt
    if said is None:
        return
    words = {
        "share": fmt.percent(said["share"]),
        "low": fmt.percent(said["bounds"][0], 0),
        "high": fmt.percent(said["bounds"][1], 0),
        "verdict": fmt.percent(said["verdict"], 0),
    }
    text = t(
        "Of those who answered {share} are satisfied. Of all who were invited it is between {low} (if "
        "nobody who kept silent is) and {high} (if all are).",
        **words,
    )
    if said["tipping"] is None:
        side = (
            t(" Whatever they think, more than {verdict} are satisfied.", **words)
            if said["above"]
            else t(" Whatever they think, fewer than {verdict} are satisfied.", **words)
        )
        report.text(text + side)
        return
    words |= {
        "tipping": fmt.percent(said["tipping"], 0),
        "bias": fmt.points(abs(said["share"] - said["tipping"]), 0),
    }
    flip = (
        t(" The verdict \"more than {verdict} satisfied\" would be wrong if of the silent ones fewer than "
          "{tipping} were: {bias} below those who answered.", **words)
        if said["above"]
        else t(" The verdict \"fewer than {verdict} satisfied\" would be wrong if of the silent ones more "
               "than {tipping} were: {bias} above those who answered.", **words)
    )  # fmt: skip
    report.text(text + flip)


def show_weighted(report, weighted):
    """Plain against weighted figures; `weighted` from `survey_weights.weighted_levels`."""
    t, fmt = report.t, report.fmt
    if weighted is None:
        report.text(
            t(
                "Weighting to the customer base: not possible, needs 50 answers of customers known from orders."
            )
        )
        return
    rows = [
        (t(MEASURES[r.measure]), form(r.plain), fmt.interval(r.plain_low, r.plain_high, form),
         form(r.weighted), fmt.interval(r.weighted_low, r.weighted_high, form))
        for r in weighted.table.itertuples()
        for form in [measure_form(report, r.measure)]
    ]  # fmt: skip
    names = ["measure", "plain", "plain_interval", "weighted", "weighted_interval"]
    heads = [t("Measure"), t("as answered"), t("Interval"), t("weighted"), t("Interval")]
    report.table(pd.DataFrame(rows, columns=names), columns=dict(zip(names, heads, strict=True)))
    off = weighted.levels.assign(gap=(weighted.levels["answered"] - weighted.levels["base"]).abs())
    row = off.loc[off["gap"].idxmax()]
    report.text(
        t(
            "Weighted to the {base} customers who bought in the last year, by {columns}. Furthest off: "
            "{column} {level}, {answered} of the answers and {share} of the customers. The weights leave "
            "the precision of {effective} answers.",
            base=fmt.count(weighted.base),
            columns=t(", ").join(
                named(report, CUTS, c) for c in weighted.levels["column"].unique()
            ),
            column=named(report, CUTS, row["column"]),
            level=_level(report, row["level"]),
            answered=fmt.percent(row["answered"], 0),
            share=fmt.percent(row["base"], 0),
            effective=fmt.count(weighted.effective),
        )
    )


def _level(report, level):
    thirds = {"low": report.t("lowest"), "middle": report.t("middle"), "high": report.t("highest")}
    return thirds.get(level, level or report.t("not known"))


def show_needed(report, needed, rate):
    """Answers a decision needs; `needed` is {measure: (margin, found, have)}."""
    t, fmt = report.t, report.fmt
    rows = []
    for measure, (margin, found, have) in needed.items():
        if found is None:
            continue
        width = fmt.points(margin, 1) if measure == "csat_top2" else fmt.number(margin, 1)
        more = max(found["for_level"] - have, 0)
        rows.append((t(MEASURES[measure]), width, have, found["for_level"], more,
                     None if rate is None else more / rate, found["for_change"]))  # fmt: skip
    if not rows:
        return
    names = ["measure", "margin", "have", "level", "more", "invites", "change"]
    columns = {
        "measure": t("Measure"),
        "margin": t("Wanted precision (half of the interval)"),
        "have": (t("Answers of the last year"), fmt.count),
        "level": (t("needed for the level"), fmt.count),
        "more": (t("still needed"), fmt.count),
        "invites": (t("invitations for them"), fmt.count),
        "change": (t("needed per wave to see a change that large"), fmt.count),
    }
    if rate is None:
        columns.pop("invites")
    report.table(pd.DataFrame(rows, columns=names), columns=columns)


def codes_sentences(report, answers):
    """What was left out as no answer, and which columns could not be read; a list of sentences."""
    t, fmt = report.t, report.fmt
    said = [
        t(
            "{column}: the value {value} was given {n} times and left out as no answer ({reason}).",
            column=item_name(report, row.column),
            value=fmt.number(row.value, 0 if row.value == int(row.value) else 2),
            n=fmt.count(row.answers),
            reason=named(report, CODES, row.reason),
        )
        for row in answers.set_aside.itertuples()
    ]
    said += [
        t(
            "{column}: not read, its scale is neither stated nor plain (params: scales).",
            column=item_name(report, name),
        )
        for name in answers.unread
    ]
    return said
