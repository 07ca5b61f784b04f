"""What the service report says about its method, its limits and its lists."""

from .service_words import missing

__all__ = ["assumptions", "definitions", "overdue_list"]


def definitions(report, *, due_event, again_days, follow_days):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    tickets, all_time = t("tickets"), t("all data up to the reporting date")
    year = t("12 months to the reporting date")
    done = (
        t("tickets answered by due_at") if due_event == "reply" else t("tickets closed by due_at")
    )
    return [
        (t("First reply time, median"), t("hours by which half of the tickets have a reply"),
         t("all tickets; closed without a reply counts as never"), all_time, tickets),
        (t("Resolution time, median"), t("hours by which half of the tickets are closed (Kaplan-Meier)"),
         t("all tickets, open ones up to the reporting date"), all_time, tickets),
        (t("Attainment of the service level"), done,
         t("tickets done, or due and not done; open and not yet due left out"), all_time, tickets),
        (t("Complaints that come again"),
         t("complaints followed by another of the customer within {days}", days=fmt.days(again_days)),
         t("complaints of known customers at least that old"), all_time, tickets),
        (t("Complaints per 1,000 purchases"), t("complaints of the month"),
         t("purchase days of this month and the one before, halved"), t("complete months"),
         t("tickets, orders")),
        (t("Stopped after a complaint"),
         t("customers without a purchase in the {days} after", days=fmt.days(follow_days)),
         t("complaints without another in the 180 days before"), t("two years, followed in full"),
         t("tickets, orders")),
        (t("Opened again"), t("tickets marked as opened again"), t("closed tickets that say so or not"),
         year, tickets),
    ]  # fmt: skip


def assumptions(report, service, promise, *, due_event):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    if missing(report, service):
        return [t("Without enough tickets nothing was calculated.")]
    tickets = service.tickets
    said = [
        t("Replies, closings and answers after the reporting date are not known in this report."),
        t("Intervals know that tickets of one customer, and of one week, hang together."),
        t("A due date is taken as that of the reply; closing a ticket answers it.")
        if due_event == "reply"
        else t("A due date is taken as that of the solution (parameter due_event)."),
    ]
    odd = int(tickets["impossible"].sum())
    if odd:
        said.append(
            report.tn(
                "{n} ticket was answered or closed before it was opened: that time is taken as unknown.",
                "{n} tickets were answered or closed before they were opened: those times are taken as unknown.",
                odd,
            )
        )  # fmt: skip
    nameless = int((tickets["customer"] < 0).sum())
    if nameless:
        said.append(
            t(
                "{n} tickets name no customer: they count in volumes and waits, not in repeats and what "
                "follows a complaint.",
                n=fmt.count(nameless),
            )
        )
    said += [
        t("A complaint is what the tickets call one; what customers never say is not in them."),
        t("What customers spent less after a complaint compares groups; without a random draw nothing proves that the complaint made the difference."),
        t("Improvements, training and automation are compared before and after, or with cases alike: association, unless chance decided who got them."),
    ]  # fmt: skip
    return said


def overdue_list(report, service, *, most):
    """Deliver the list of overdue tickets, the most valuable customers first."""
    t = report.t
    if missing(report, service):
        return
    rows = service.rows
    late = rows.filter((rows.due == "breached") & rows.closed_at.isnull())
    columns = ["ticket_id", "customer_id", "kind", "cause", "channel", "priority", "agent"]
    table = late.select(*columns, "opened_at", "due_at").to_pandas()
    if table.empty:
        report.text(t("No ticket is open and overdue: there is no list."))
        return
    headings = {
        "ticket_id": t("Ticket"),
        "customer_id": t("Customer"),
        "kind": t("Kind"),
        "cause": t("Cause"),
        "priority": t("Priority"),
        "agent": t("Agent"),
        "opened_at": t("Opened"),
        "due_at": t("Due"),
    }
    table["value"] = 0.0
    if service.days is not None:
        summary = report.customer_summary().set_index("customer_id")["net_amount"]
        table["value"] = table["customer_id"].map(summary).astype(float).fillna(0.0)
        headings["value"] = t("Spent in all")
    table = table.sort_values(["value", "due_at", "ticket_id"], ascending=[False, True, True])
    listed = table.head(most)
    file = report.customer_list("overdue", listed, columns=headings, say=False)
    report.text(
        report.tn(
            "A list of {n} overdue ticket is delivered apart, as {file}.",
            "A list of {n} overdue tickets is delivered apart, as {file}.",
            len(listed),
            file=file,
        )
    )
