"""What the monitoring report finds, from finished results."""

from . import terms
from .action_figures import action_name
from .findings import finding
from .monitoring_answer import effect_interval
from .monitoring_words import PARTS, amount_of, metric_name, trait_group, trait_name

__all__ = ["monitoring_findings"]

SURE = 0.002  # below it a harm or a broken forecast counts as a problem


def monitoring_findings(report, verdicts, rate, scores, change, drift, control, *, review_on):
    """Findings on actions, forecasts, change, drift and control; None where one can't be made."""
    return [
        *[_action(report, row, review_on) for row in verdicts.judged.to_dict("records")],
        _late_actions(report, verdicts, review_on),
        _forecasts(report, rate, review_on),
        _chances(report, scores, review_on),
        _change(report, change),
        _drift(report, drift, review_on),
        _control(report, control, review_on),
    ]


def _action(report, row, review_on):
    t = report.t
    drawn = row["design"] == "drawn"
    state, harm = row["state"], row["state"] == "worse"
    said = t(
        "{action}: {value} ({metric}) among {n} treated customers, {expected} expected by the control "
        "group drawn by lot; difference {interval}.",
        **_values(report, row),
    ) if drawn else t(
        "{action}: {value} ({metric}) among {n} treated customers, {expected} among matched others; "
        "difference {interval}. A matched comparison: what else set them apart stays open.",
        **_values(report, row),
    )  # fmt: skip
    actions = {
        "better": t("Go on with {action}, keeping a control group.", action=action_name(row)),
        "worse": t("Stop {action}.", action=action_name(row)),
        "less": t("Change or stop {action}: what was hoped for lies outside the interval.", action=action_name(row)),
        "unclear": t("Repeat {action} with more customers in both arms, or let it be.", action=action_name(row)),
    }  # fmt: skip
    money = row["revenue"] == row["revenue"] and state in ("better", "worse")
    sure = harm and row["p_holm"] < SURE
    return finding(
        metric="action_effect",
        place={"action_id": row["action_id"]},
        statement=said,
        rung="causal" if drawn else "diagnostic",
        kind="opportunity" if state == "better" else "problem" if sure else "fact",
        value=row["difference"],
        low=row["low"],
        high=row["high"],
        n=int(row["treated"] + row["controls"]),
        start=row["begins_on"],
        money_per_year=row["revenue"] if money else None,
        money_low=row["revenue_low80"] if money else None,
        money_high=row["revenue_high80"] if money else None,
        money_basis="revenue" if money else None,
        money_kind="opportunity" if money else None,
        action=actions[state],
        owner=row["owner"] or t("Head of customer management"),
        review_on=review_on,
    )


def _values(report, row):
    return {
        "action": action_name(row),
        "metric": metric_name(report, row["metric"]),
        "value": amount_of(report, row["metric"], row["value"]),
        "expected": amount_of(report, row["metric"], row["expected"]),
        "interval": effect_interval(report, row),
        "n": report.fmt.count(row["treated"]),
    }


def _late_actions(report, verdicts, review_on):
    t = report.t
    table, today = verdicts.table, report.tables.as_of
    late = [
        row
        for row in table.to_dict("records")
        if row["state"] == "planned" and row["begins_on"] is not None and row["begins_on"] < today
    ]
    if not late:
        return None
    return finding(
        metric="actions_late",
        statement=report.tn(
            "{n} action should have begun and has not.",
            "{n} actions should have begun and have not.",
            len(late),
        ),
        rung="descriptive",
        value=len(late),
        n=len(table),
        action=t("Begin or drop: {actions}.", actions=t(", ").join(action_name(row) for row in late[:3])),
        owner=t("Head of customer management"),
        review_on=review_on,
    )  # fmt: skip


def _forecasts(report, rate, review_on):
    t, fmt = report.t, report.fmt
    if not rate["scored"]:
        return None
    broken = rate["apart"] > 1 and rate["p"] is not None and rate["p"] < SURE
    return finding(
        metric="interval_hits",
        statement=t(
            "{hits} of {n} intervals of past forecasts held what came, {wanted} was claimed.",
            hits=fmt.count(rate["hits"]),
            n=fmt.count(rate["scored"]),
            wanted=fmt.percent(rate["wanted"], 0),
        ),
        rung="predictive",
        kind="problem" if broken else "fact",
        value=rate["share"],
        low=rate["low"],
        high=rate["high"],
        n=rate["scored"],
        action=t("Don't plan on these intervals; find out which forecast fails.")
        if broken
        else None,
        owner=t("Head of customer analysis") if broken else None,
        review_on=review_on if broken else None,
        start=None,
    )


def _chances(report, scores, review_on):
    t, fmt = report.t, report.fmt
    done = scores[scores["state"] == "judged"]
    if done.empty:
        return None
    row = done.iloc[-1]
    lost = row["high"] < 0
    return finding(
        metric="brier_gain",
        place={"event": row["event"]},
        statement=t(
            "The chances of {theme} made on {date} came to a Brier score of {brier}, one chance for all to "
            "{baseline} (gain {interval}).",
            theme=terms.term(report.language, terms.THEMES, row["theme"]),
            date=fmt.date(row["made_on"]),
            brier=fmt.number(row["brier"], 4),
            baseline=fmt.number(row["baseline"], 4),
            interval=fmt.interval(row["low"], row["high"], lambda v: fmt.number(v, 4)),
        ),
        rung="predictive",
        value=row["gain"],
        low=row["low"],
        high=row["high"],
        n=int(row["n"]),
        action=t("Don't use these chances: they lose to one chance for all.") if lost else None,
        owner=t("Head of customer analysis") if lost else None,
        review_on=review_on if lost else None,
    )


def _change(report, change):
    t, fmt = report.t, report.fmt
    if change is None or change.parts is None:
        return None
    then, now = change.revenue
    part = change.parts.loc[change.parts["revenue"].abs().idxmax()]
    largest = PARTS[part["part"]]
    return finding(
        metric="revenue_change",
        statement=t(
            "A year's revenue has gone from {then} to {now} since the run of {date}; in the exact split "
            "the largest part is: {part}, {amount}.",
            then=fmt.money(then),
            now=fmt.money(now),
            date=fmt.date(change.earlier.as_of),
            part=t(largest),
            amount=fmt.money(part["revenue"]),
        ),
        rung="descriptive",
        value=now - then,
        n=int(change.parts["customers"].sum()),
        start=change.earlier.as_of,
    )


def _drift(report, drift, review_on):
    t, fmt = report.t, report.fmt
    moved = drift[drift["drifted"]] if len(drift) else drift
    if not len(moved):
        return None
    row = moved.iloc[0]
    return finding(
        metric="drift",
        statement=report.tn(
            "{n} trait of customers has drifted against the year before; furthest: {trait}, {group} from "
            "{was} to {now}.",
            "{n} traits of customers have drifted against the year before; furthest: {trait}, {group} from "
            "{was} to {now}.",
            len(moved),
            trait=trait_name(report, row["trait"]),
            group=trait_group(report, row["trait"], row["group"]),
            was=fmt.percent(row["was"]),
            now=fmt.percent(row["is"]),
        ),
        rung="descriptive",
        value=len(moved),
        n=int(row["before"] + row["now"]),
        action=t("Ask whether the change was meant, and fit the models and limits anew if it was."),
        owner=t("Head of customer analysis"),
        review_on=review_on,
    )


def _control(report, control, review_on):
    from workbook.analysis.control_limits import outside_months

    t, fmt = report.t, report.fmt
    table = outside_months(control)
    out = table[table["outside"] > 0]
    if out.empty:
        return None
    return finding(
        metric="months_outside",
        statement=t(
            "{out} of {judged} months lie outside their control limits, over {figures} figures; by chance "
            "about {chance} would.",
            out=fmt.count(out["outside"].sum()),
            judged=fmt.count(table["judged"].sum()),
            figures=fmt.count(len(table)),
            chance=fmt.number(0.0027 * table["judged"].sum(), 1),
        ),
        rung="descriptive",
        value=int(out["outside"].sum()),
        n=int(table["judged"].sum()),
        start=out["first"].min().date(),
        action=t("Look up what happened in these months before acting on them."),
        owner=t("Head of customer analysis"),
        review_on=review_on,
    )
