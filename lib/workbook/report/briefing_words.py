"""The summary's words: departments of roles, directions of a strategy, key figures of the themes."""

from dataclasses import dataclass

from .language import N_
from .problem_lines import measure_family

__all__ = ["COMPANY", "DEPARTMENTS", "DIRECTIONS", "KPIS", "Kpi", "department_of", "direction_of"]

#: Role as findings name it, and its department.
DEPARTMENTS = {
    N_("Head of accounting"): N_("Finance department"),
    N_("Head of credit control"): N_("Finance department"),
    N_("Head of customer analysis"): N_("Customer analysis department"),
    N_("Head of customer experience"): N_("Customer management department"),
    N_("Head of customer management"): N_("Customer management department"),
    N_("Head of customer service"): N_("Customer service department"),
    N_("Team leads of customer service"): N_("Customer service department"),
    N_("Head of digital channels"): N_("Digital channels department"),
    N_("Head of finance"): N_("Finance department"),
    N_("Head of key accounts"): N_("Key accounts department"),
    N_("Head of logistics"): N_("Logistics department"),
    N_("Head of market research"): N_("Marketing department"),
    N_("Head of marketing"): N_("Marketing department"),
    N_("Head of product and service"): N_("Product department"),
    N_("Head of product range"): N_("Product range department"),
    N_("Head of quality"): N_("Quality department"),
    N_("Head of sales"): N_("Sales department"),
    N_("Head of the loyalty programme"): N_("Membership department"),
    N_("Owner of the source system"): N_("Information systems department"),
}
#: What a strategy can aim at.
DIRECTIONS = {
    "acquire": N_("Win the right new customers"),
    "activate": N_("Raise purchase frequency and spending"),
    "retain": N_("Keep customers"),
    "win_back": N_("Win lost and dormant customers back"),
    "serve": N_("Serve better"),
    "value": N_("Serve key customers according to their value"),
    "cash": N_("Get paid on time"),
    "position": N_("Improve the position in the market"),
    "know": N_("Know customers better"),
}
_BY_FAMILY = {
    "returns": "serve",
    "complaints": "serve",
    "reply": "serve",
    "delivery": "serve",
    "satisfaction": "serve",
    "contracts": "retain",
    "silence": "retain",
    "payment": "cash",
    "acquisition_cost": "acquire",
    "sales": "activate",
}
_BY_THEME = {
    "data_quality": "know",
    "segmentation": "value",
    "lifecycle": "activate",
    "churn": "retain",
    "clv": "value",
    "satisfaction": "serve",
    "behavior": "activate",
    "service": "serve",
    "loyalty": "retain",
    "acquisition": "acquire",
    "grading": "value",
    "prediction": "activate",
    "market": "position",
    "monitoring": "know",
}
_WON_BACK = {"back", "dormant", "win"}


def direction_of(finding):
    """What a strategy that follows from a finding aims at: a key of DIRECTIONS.

    It goes by what the finding measures, and where that says little, by its theme.
    """
    if _WON_BACK & set(finding.metric.split("_")):
        return "win_back"
    family = _BY_FAMILY.get(measure_family(finding.metric))
    if family in (None, "activate"):  # what sales speak for, the theme knows better
        return _BY_THEME.get(finding.theme) or family or "know"
    return family


def department_of(report, owner):
    """The department of a role as a finding names it; None for a role that no list knows."""
    known = {str(report.t(role)): name for role, name in DEPARTMENTS.items()}
    return report.t(known[owner]) if owner in known else None


@dataclass(frozen=True)
class Kpi:
    """A key figure that a theme records.

    `form` is count, percent, number, money, months, days or hours; `better` says whether more or
    less of it is better, or "" where it is neither.
    """

    theme: str
    name: str
    label: str
    form: str
    better: str = "more"
    metric: str = ""


#: Key figures of the company that problem_identification compares with the year before: label, form.
COMPANY = {
    "revenue": (N_("Revenue before returns"), "money"),
    "buyers": (N_("Buying customers"), "count"),
    "frequency": (N_("Purchase days per buyer"), "ratio"),
    "purchase_value": (N_("Revenue per purchase day"), "money"),
    "new_customers": (N_("New customers"), "count"),
    "kept_buyers": (N_("Buyers who bought again the year after"), "percent"),
    "contract_ends": (N_("Contracts that ended within the year"), "percent"),
    "cac": (N_("Cost of a new customer"), "money"),
    "csat": (N_("Satisfaction, mean"), "ratio"),
    "nps": (N_("Net promoter score"), "number"),
    "complaints": (N_("Complaints per 100 purchase days"), "ratio"),
    "returns": (N_("Lines returned per line sold"), "percent"),
    "delivery_days": (N_("Days to delivery, mean"), "ratio"),
    "reply_share": (N_("Tickets replied to within 24 hours"), "percent"),
    "days_late": (N_("Days paid after the due date, mean"), "ratio"),
}
KPIS = (
    Kpi("segmentation", "customers", N_("Customers with a purchase"), "count"),
    Kpi(
        "lifecycle", "active_share", N_("Active customers"), "percent", metric="active_stage_share"
    ),
    Kpi("lifecycle", "lost_in_year", N_("Customers lost in 12 months"), "count", "less"),
    Kpi("churn", "km_12", N_("Contract customers still there after 12 months"), "percent"),
    Kpi("churn", "renewal_rate", N_("Contracts renewed, by number"), "percent"),
    Kpi("loyalty", "repurchase_rate", N_("Repurchase rate in 12 months"), "percent"),
    Kpi("loyalty", "recommendation_rate", N_("Recommendation rate (promoters)"), "percent"),
    Kpi("loyalty", "referral_rate", N_("New customers who came by referral"), "percent"),
    Kpi("clv", "clv_total", N_("Expected value of the present customers"), "money"),
    Kpi("satisfaction", "csat_top2", N_("Satisfied customers (top two answers)"), "percent"),
    Kpi("satisfaction", "nps", N_("Net promoter score (NPS)"), "number"),
    Kpi("service", "sla_share", N_("Attainment of the service level"), "percent"),
    Kpi("service", "complaints_again", N_("Complaints that come again"), "percent", "less"),
    Kpi("service", "median_first_reply_hours", N_("First reply time, median"), "hours", "less"),
    Kpi("acquisition", "cac", N_("Customer acquisition cost (CAC)"), "money", "less"),
    Kpi("acquisition", "payback_months", N_("Payback period"), "months", "less"),
    Kpi("grading", "strategic", N_("Strategic customers"), "count", ""),
    Kpi("grading", "dso_days", N_("Days until invoices are paid (DSO)"), "days", "less"),
    Kpi("market", "market_share", N_("Market share"), "percent"),
)
