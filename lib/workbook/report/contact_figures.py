"""Contacts without a person, and what support and training go with, as parts of the report."""

from .service_words import OUTCOMES, missing

__all__ = ["show_answers", "show_automation"]


def show_automation(report, service, share, outcomes, contacts, bought):
    """Share of tickets and contacts without a person and their outcomes.

    `share`, `outcomes` from `handled_by.automated_tickets`, `contacts`, `bought` from
    `handled_by.automated_contacts`.
    """
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why:
        report.text(why)
    elif share is None:
        report.text(t("Tickets without a person: not possible, needs the column agent of tickets."))
    elif not share["hits"]:
        report.text(
            t("No agent's name says that it is no person (parameter automated_names): {n} tickets, all staffed.", n=fmt.count(share["n"]))
        )  # fmt: skip
    else:
        report.text(
            t(
                "{share} of tickets ({interval}) were handled without a person; n = {n}.",
                share=fmt.percent(share["share"]),
                interval=fmt.interval(share["low"], share["high"], fmt.percent),
                n=fmt.count(share["n"]),
            )
        )
    if len(outcomes):
        report.table(
            outcomes.assign(
                name=[t(OUTCOMES[outcome]) for outcome in outcomes["outcome"]],
                gap=[fmt.points(d) for d in outcomes["difference"]],
                interval=[fmt.interval(a, b, fmt.points) for a, b in zip(outcomes["low"], outcomes["high"], strict=True)],
            ),
            columns={
                "name": t("Outcome"),
                "n": (t("Tickets without a person"), fmt.count),
                "value": (t("Share"), fmt.percent),
                "expected": (t("Staffed tickets alike"), fmt.percent),
                "gap": t("Difference"),
                "interval": t("Interval"),
            },
            caption=t("Alike: same kind, cause, channel, priority and quarter. Who is served by whom may follow from more than that."),
        )  # fmt: skip
    _show_contacts(report, service, contacts, bought)


def _show_contacts(report, service, contacts, bought):
    t, fmt = report.t, report.fmt
    if contacts is None:
        known = service.tables.has("events", "kind", "staff", "customer_id")
        report.text(
            t("Calls, mails and messages without staff: there are none in the last 12 months.")
            if known
            else t("Calls, mails and messages without staff: not possible, needs the table events with staff.")
        )  # fmt: skip
        return
    said = t(
        "{share} of calls, mails and messages of the last 12 months ({interval}) name no member of "
        "staff; n = {n}.",
        share=fmt.percent(contacts["share"]),
        interval=fmt.interval(contacts["low"], contacts["high"], fmt.percent),
        n=fmt.count(contacts["n"]),
    )
    if bought is not None:
        said += "\n\n" + t(
            "Within 30 days {share} of those customers bought, after staffed contacts to customers "
            "alike {other}: {gap} ({interval}).",
            share=fmt.percent(bought.value),
            other=fmt.percent(bought.expected),
            gap=fmt.points(bought.difference),
            interval=fmt.interval(bought.low, bought.high, fmt.points),
        )
    report.text(said)


def show_answers(report, service, answers):
    """Satisfaction after support and after training; `answers` from `service_study.Service.answers`."""
    t, fmt = report.t, report.fmt
    if not service.tables.has("surveys", "customer_id", "csat") or service.days is None:
        report.text(t("Satisfaction of customers who used support or training: not possible, needs the tables surveys with csat, and orders."))  # fmt: skip
        return
    texts = []
    support, training = answers["support"], answers["training"]
    for found, said, few in (
        (
            support,
            t("Customers who had asked support within 90 days before gave {value} points of satisfaction, others alike {other}: {gap} ({interval}), n = {n}. Who asks had a question, so a lower score is no fault of the support."),
            t("Satisfaction after support: not enough data, fewer than 30 answers after a ticket can be set beside those of customers alike."),
        ),
        (
            training,
            t("Customers trained within 12 months before gave {value} points of satisfaction, others alike {other}: {gap} ({interval}), n = {n}."),
            t("Satisfaction after training of customers: not possible, needs 30 answers after events of a kind named in the parameter training_kinds."),
        ),
    ):  # fmt: skip
        if found is None:
            texts.append(few)
            continue
        texts.append(
            said.format(
                value=fmt.number(found.value, 2),
                other=fmt.number(found.expected, 2),
                gap=fmt.number(found.difference, 2),
                interval=fmt.interval(found.low, found.high, lambda n: fmt.number(n, 2)),
                n=fmt.count(found.n),
            )
        )
    if answers["part"] < 1 and (support or training):
        texts.append(t("Answers of {share} of the customers were read, drawn at random.", share=fmt.percent(answers["part"])))  # fmt: skip
    report.text("\n\n".join(texts))
