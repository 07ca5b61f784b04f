"""Readers' words and forms for numbers that themes record, as far as they are compared over time."""

from .language import N_

__all__ = ["RECORDED", "recorded_form", "recorded_name"]

#: (theme, name in record.json): words and form (share, count, money, number)
RECORDED = {
    ("lifecycle", "active_share"): (N_("active customers"), "share"),
    ("lifecycle", "repurchase_rate"): (N_("repurchase rate"), "share"),
    ("lifecycle", "lost_in_year"): (N_("customers lost in the year"), "count"),
    ("churn", "expected_alive"): (N_("customers expected to be customers still"), "count"),
    ("churn", "expected_loss"): (N_("expected loss"), "money"),
    ("clv", "clv_total"): (N_("value of the known customers"), "money"),
    ("clv", "gini"): (N_("Gini coefficient of revenue"), "number"),
    ("satisfaction", "nps"): (N_("NPS"), "number"),
    ("satisfaction", "csat_top2"): (N_("share of satisfied answers"), "share"),
    ("service", "median_first_reply_hours"): (N_("hours to the first reply, median"), "number"),
    ("service", "median_resolution_hours"): (N_("hours to the solution, median"), "number"),
    ("service", "sla_share"): (N_("tickets done when due"), "share"),
    ("service", "complaints_again"): (N_("complaints that come again"), "share"),
    ("loyalty", "referral_rate"): (N_("referral rate"), "share"),
    ("acquisition", "cac"): (N_("cost of a new customer"), "money"),
    ("acquisition", "payback_months"): (N_("months until that is paid back"), "number"),
    ("grading", "strategic"): (N_("strategic customers"), "count"),
    ("grading", "important"): (N_("important customers"), "count"),
    ("grading", "dso_days"): (N_("days sales outstanding"), "number"),
    ("prediction", "auc"): (N_("AUC of the chances"), "number"),
    ("prediction", "brier"): (N_("Brier score of the chances"), "number"),
    ("market", "market_share"): (N_("market share"), "share"),
    ("problem_identification", "problems"): (N_("problems found"), "count"),
    ("problem_identification", "money_at_stake"): (N_("money at stake per year"), "money"),
}


def recorded_name(report, theme, name):
    """The reader's word for a recorded number."""
    return report.t(RECORDED[theme, name][0])


def recorded_form(report, theme, name, value):
    """A recorded number as readers see it."""
    fmt, form = report.fmt, RECORDED[theme, name][1]
    forms = {"share": fmt.percent, "count": fmt.count, "money": fmt.money}
    return forms[form](value) if form in forms else fmt.number(value, 2)
