"""What the acquisition report says about its definitions, its method and its limits."""

from .acquisition_words import basis_word

__all__ = ["assumptions", "definitions"]


def definitions(report, study, *, within_days):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    year = t("12 complete months of spend to the reporting date")
    basis = basis_word(report, study)
    by_lead = study.matched == "lead"
    month = t("by month of the lead") if by_lead else t("{n} later", n=fmt.months(study.lag))
    return [
        (t("Cost per new customer (CAC), blended"), t("all spend"),
         t("all new customers, {month}", month=month), year, t("spend, customers, orders")),
        (t("Cost per new customer (CAC), paid"), t("spend of the kind media"),
         t("new customers of channels with media spend, {month}", month=month), year, t("spend, customers, orders")),
        (t("Earned back (payback)"), t("months from the first purchase until {basis} per new customer reaches the cost", basis=basis),
         t("new customers followed so long"), t("all data up to the reporting date"), t("orders, spend")),
        (t("First year per new customer"), t("{basis} of 365 days from the first purchase", basis=basis),
         t("new customers followed for 365 days"), t("all data up to the reporting date"), t("orders")),
        (t("Leads that convert within {days}", days=fmt.days(within_days)), t("leads converted by then (Kaplan-Meier)"),
         t("all leads, open ones up to the reporting date"), t("all data up to the reporting date"), t("leads")),
        (t("Leads that ever convert"), t("share of the cure model, where the curve has come to rest"),
         t("all leads"), t("all data up to the reporting date"), t("leads")),
        (t("Win rate"), t("deals won"), t("deals won or lost"), t("closed in the 12 months to the reporting date"), t("deals")),
    ]  # fmt: skip


def assumptions(report, study, *, counted):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = [
        t("A customer is new on the day of its first purchase.")
        if counted == "first_purchase"
        else t("A customer is new on the day of joining."),
        t("Customers whose lead or joining lies before the first order of the data are old ones and never count as new."),
    ]  # fmt: skip
    if not study.panel.empty:
        said.append(
            t("Intervals of costs take spend as known and the number of customers as chance (Poisson, widened by how much months vary beyond it).")
        )  # fmt: skip
        nameless = study.panel.loc[study.panel["channel"].isna(), "customers"].sum()
        total = study.panel["customers"].sum()
        if total > 0 and nameless > 0:
            said.append(
                t(
                    "{share} of new customers name no channel: they count in the cost of all, and costs of single "
                    "channels are too high by what belongs to them.",
                    share=fmt.percent(nameless / total),
                )
            )  # fmt: skip
        if study.cost["media"].sum() >= study.cost["amount"].sum():
            said.append(t("Spend is of one kind only (column kind of spend): media cost and all cost are the same."))  # fmt: skip
    if study.tables.has("campaigns", "cost"):
        cost = float(study.tables["campaigns"].cost.sum().to_pandas() or 0.0)
        if cost > 0:
            said.append(t("Campaigns cost {money} besides (table campaigns); they serve old customers too and are not in the cost of a new one.", money=fmt.money(cost)))  # fmt: skip
    if study.spells is not None:
        odd = study.spells.attrs.get("odd", 0)
        if odd:
            said.append(
                report.tn(
                    "{n} lead was converted before it came in and is left out.",
                    "{n} leads were converted before they came in and are left out.",
                    odd,
                )
            )
        said.append(t("Leads that staff closed stay in the denominator: they are leads that did not convert."))  # fmt: skip
    said += [
        t("One channel stands for each customer, the one that the data name: nothing here parts a sale among several touches."),
        t("What channels bring compares groups; who a channel reaches, and whether its customers would have come anyway, only a test with regions or customers drawn at random can tell."),
        t("Problems are those that differ from the year before at 0.2 % for cost, leads and deals together (Holm), channels within by Benjamini and Hochberg."),
    ]  # fmt: skip
    return said
