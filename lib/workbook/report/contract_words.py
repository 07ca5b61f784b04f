"""The reader's words for what the studies of contracts hand over as codes."""

from .language import N_

__all__ = [
    "CHECKS",
    "DESIGNS",
    "MEASURES",
    "MESSAGES",
    "NOT_JUDGED",
    "REFUSED",
    "RENEWAL_CHECKS",
    "VERDICTS",
    "gap",
    "missing",
    "term_name",
    "trait_name",
]

#: Rules of contracts.RULES and of snapshot.RULES that concern rows.
CHECKS = {
    "repeated_contract": N_("Earlier rows of a contract that has a later one, removed"),
    "no_start": N_("Contracts without a readable start, set aside"),
    "starts_after_as_of": N_("Contracts that start after the reporting date, set aside"),
    "end_before_start": N_("Contracts that end before they start, set aside"),
    "ended_before_observation": N_("Contracts that ended before ends were recorded, set aside"),
    "end_after_as_of": N_("Contracts that end after the reporting date, counted as running"),
    "ended_on_first_day": N_("Contracts that ended on their first day, counted as half a day"),
    "overlapping": N_("Contracts that start while another one of the customer runs"),
    "returned": N_("Later spells of customers who came back after a gap, not counted here"),
    "watched_late": N_("Already running when ends began to be recorded: followed from that age"),
    "ends_missing_before": N_(
        "No end is recorded before {date}, although many are to be expected: contracts are followed "
        "from that day on; set ends_known_from if the true day is another"
    ),
    "none_ended": N_("No contract has ended: how long they last cannot be seen yet"),
    "all_ended": N_("Every contract has ended"),
    "many_ended_on_one_day": N_(
        "An unusual number of ends on {date}: a clean-up of the records, or an event worth knowing"
    ),
    "one_contract": N_("One contract is not enough to speak about contracts"),
    "no_contract": N_("No contract is left to look at"),
    "negative_tenure": N_("Rows with a negative tenure, set aside"),
    "no_tenure": N_("Rows without a readable tenure, set aside"),
    "no_flag": N_("Rows that do not say whether the customer has left, set aside"),
    "no_time_watched": N_("Rows with tenure zero: not followed for any time yet"),
}
DESIGNS = {
    "dates": N_("Start and end of each contract are known: durations are counted from the start."),
    "snapshot": N_(
        "The file tells tenure and a flag on one day. Customers who had left before its window are "
        "not in it, so each one enters at the tenure less the window of {months}."
    ),
    "snapshot_window_unknown": N_(
        "The file tells tenure and a flag on one day, and nobody says how long leavers stay in it: "
        "only bounds can be shown, no headline. Set window_months to get one."
    ),
    "outcome_window": N_(
        "Traits were measured over {months}, leaving came after them: a yes or no for each customer. "
        "Whoever had left before is not in the file, so no curve from the first day can be drawn; a "
        "logistic model with tenure as one of its traits is used in its place."
    ),
}
REFUSED = {
    "absent": N_("not in the table"),
    "empty": N_("no value is known"),
    "constant": N_("the same for everybody"),
    "too_many_levels": N_(
        "text with so many different values ({detail}) that none is common enough"
    ),
    "rare_levels_pooled": N_(
        "{detail} values too rare to be judged alone, put together as “other”"
    ),
    "no_event_in_level": N_(
        "nobody with the value {detail} has left: too good to be estimated, and no proof"
    ),
    "unknown_values": N_("unknown for {detail}: set to the middle value and marked"),
    "separating": N_(
        "orders those who left perfectly: likely measured after the fact, or leaving in other words"
    ),
    "collinear": N_("says the same as {detail}"),
    "too_few_events": N_("left out: fewer than ten who left per trait"),
    "no_term": N_("no trait is left that could be used"),
}
RENEWAL_CHECKS = {
    "no_term": N_("Contracts without the day their term ends: not counted"),
    "undecided": N_("Terms that have just ended and may still be renewed: left out"),
    "no_value": N_("Contracts without a value: counted by number only"),
    "ended_before_term": N_("Contracts that ended before their term did: counted as not renewed"),
}
VERDICTS = {
    "steady": N_("about the same at every age"),
    "fades": N_("weaker with age"),
    "grows": N_("stronger with age"),
    "reverses": N_("changes sides with age"),
    "unclear": N_("too few who left to tell"),
}
MESSAGES = {
    "no_event": N_("Nobody left while being followed, so nothing can be said about who leaves."),
    "all_events": N_("Everybody left, so nothing can be said about who stays."),
    "no_term": N_("No trait is left that a model could use."),
    "runs_away": N_("Some traits together tell leavers from others perfectly: they have no size."),
    "not_converged": N_("The search for the best estimates did not settle: none is shown."),
}
NOT_JUDGED = {
    "no_dates": N_("Forecasts cannot be judged: the days on which contracts ended are not known."),
    "few_before": N_(
        "Forecasts cannot be judged: too few contracts had ended a year before the reporting date."
    ),
    "few_after": N_(
        "Forecasts cannot be judged: too few contracts ended in the year before the reporting date."
    ),
}
MEASURES = {
    "count": N_("Renewal rate, by number of contracts"),
    "gross": N_("Gross revenue retention (GRR), by value"),
    "net": N_("Net revenue retention (NRR), by value"),
}
_TRAITS = {
    "product": N_("product"),
    "value": N_("value of the contract"),
    "tenure_months": N_("tenure in months"),
}


def gap(report):
    """What stands between two sentences."""
    return "" if report.language.code == "zh" else " "


def trait_name(report, column):
    """A trait's column as a reader's word: trait_plan is "plan"."""
    if column in _TRAITS:
        return report.t(_TRAITS[column])
    return column.removeprefix("trait_").removeprefix("measure_").replace("_", " ")


def term_name(report, row):
    """A model's term, a row with column, level, reference and step, as it is read."""
    name = trait_name(report, row["column"])
    if row["level"] is None or row["level"] != row["level"]:
        if row["step"] == 1.0:
            return report.t("{trait}: yes against no", trait=name)
        return report.t(
            "{trait}, higher by {step}", trait=name, step=report.fmt.number(row["step"], 1)
        )
    if row["reference"] is None or row["reference"] != row["reference"]:
        return report.t("{trait}: unknown", trait=name)
    return report.t(
        "{trait}: {level} against {reference}",
        trait=name,
        level=row["level"],
        reference=row["reference"],
    )


def missing(report, study):
    """One sentence: why durations can't be spoken about; empty when they can."""
    t = report.t
    if study.design == "nothing" and not len(study.contracts.columns):
        return t("Not possible: needs the table contracts.")
    if study.design == "nothing":
        return t(
            "Not possible: needs the columns started_on and ended_on of contracts, or tenure_months "
            "and churned."
        )
    if study.design == "snapshot_window_unknown":
        return t("Not possible without window_months: how long leavers stay in the file.")
    if study.design == "outcome_window":
        return t("Not possible: the file tells a yes or no for one period, no durations.")
    if not len(study.rows):
        return t("No usable contract is left.")
    if not study.timed:
        return report.tn(
            "Only {n} usable contract: too few to say anything.",
            "Only {n} usable contracts: too few to say anything.",
            len(study.rows),
        )
    return ""
