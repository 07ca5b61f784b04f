"""Definitions of the canonical tables about contacts, answers, service, market and actions.

Read by `workbook.intake.contract`, which says how a line is written.
"""

__all__ = ["DEFINITIONS"]

DEFINITIONS = (
    (
        "events",
        "One row per thing a customer or visitor did, or that was done with one: a page seen, "
        "a call, a message. With staff, it counts as a contact.",
        "lifecycle churn behavior service acquisition prediction grading",
        """
        occurred_at!^ time: when it happened
        kind! text: view, search, call, e-mail, chat ...
        customer_id id>customers: the customer, where known
        visitor_id id: the visitor, before a customer is known -> paths from first visit to purchase
        session_id id: the visit to the site or app -> sessions as the site counts them
        page text: page or screen -> pages most seen, paths
        product text: product -> interest against purchase
        channel text: web, app, telephone, shop ... -> contact by channel
        campaign text: campaign that led to it
        order_id id>orders: the order it belongs to -> visits that end in an order
        value money: value of it, where it has one
        staff text: member of staff who took part -> care and contact by staff
        recorded_at time: when the row became known
        """,
    ),
    (
        "visits",
        "One row per contact by a member of staff.",
        "lifecycle churn grading prediction behavior",
        """
        customer_id! id>customers: who was contacted
        at!^ time: when
        staff text: who did it -> contacts by employee
        kind text: visit, call, e-mail ...; visit if not given
        recorded_at time: when the row became known
        """,
    ),
    (
        "tickets",
        "One row per enquiry, complaint or case.",
        "service satisfaction churn problem_identification grading prediction monitoring",
        """
        ticket_id!# id: the ticket
        opened_at!^ time: when it was opened
        customer_id id>customers: whose it is -> complaints against value and churn
        order_id id>orders: the order it is about
        product text: product -> causes by product
        channel text: telephone, chat, e-mail, shop ... -> replies by channel
        kind text{enquiry|complaint|after_sales|return|repair}: what it is -> complaints told from enquiries
        category text: class in the client's own system
        cause text: cause found -> causes ranked by customers' value
        priority text: priority
        agent text: member of staff -> agents on a funnel plot
        due_at time: when a reply or solution is due -> attainment of the service level
        first_reply_at time: when first answered -> time to first reply
        closed_at time: when closed; empty while open -> time to resolution
        reopened flag: was opened again -> tickets that came back
        satisfied flag: the customer says the matter is settled -> satisfaction with the outcome
        improvement_id id: the improvement it led to -> recurrence after an improvement
        text text: what the customer wrote -> topics in the customers' own words
        recorded_at time: when the row became known
        """,
    ),
    (
        "ticket_steps",
        "One row per step of a ticket.",
        "service",
        """
        ticket_id! id>tickets: the ticket
        at!^ time: when
        step! text: what was done
        agent text: who did it
        recorded_at time: when the row became known
        """,
    ),
    (
        "surveys",
        "One row per answer sheet. What the ends of a scale are, the params say.",
        "satisfaction churn service loyalty problem_identification grading prediction monitoring",
        """
        response_id!# id: the answer sheet
        answered_on!^ time: when it was answered
        customer_id id>customers: the customer, where known -> answers against later purchases
        invite_id id>survey_invites: the invitation it answers -> response rate and bounds for those who did not answer
        wave text: round of the survey -> waves compared
        mode text: e-mail, telephone, app ...
        touchpoint text: what it was about -> touchpoints compared
        csat number points: satisfaction -> satisfaction score
        nps number points: likelihood to recommend, 0 to 10 -> net promoter score
        ces number points: effort -> effort score
        item_* number points: satisfaction with a part of the service -> key factors of satisfaction
        comment text: in the customer's own words -> topics and sentiment
        weight number: weight of the answer
        followed_up_on date: day somebody came back to the customer -> follow-up rate
        closed_on date: day the matter was closed -> closed-loop rate
        recorded_at time: when the row became known
        """,
    ),
    (
        "survey_invites",
        "One row per invitation to a survey.",
        "satisfaction",
        """
        invite_id# id: the invitation
        customer_id id>customers: who was asked
        invited_on!^ date: day it was sent
        wave text: round of the survey
        touchpoint text: what it was about
        recorded_at time: when the row became known
        """,
    ),
    (
        "feedback",
        "One row per review, post, interview or focus-group note.",
        "satisfaction",
        """
        given_on!^ date: day it was given
        source! text{review|social|interview|focus_group}: where it comes from
        customer_id id>customers: the customer, where known
        product text: product
        rating number points: rating given with it
        text text: what was said -> topics and sentiment
        closed_on date: day the matter was closed -> closed-loop rate
        recorded_at time: when the row became known
        """,
    ),
    (
        "staff_feedback",
        "One row per remark or answer of front-line staff.",
        "problem_identification",
        """
        given_on!^ date: day it was given
        department! text: department
        topic! text: what it is about
        staff_id id>staff: who gave it
        score number points: score given
        item_* number points: answer to one question
        text text: in the employee's own words
        customer_id id>customers: the customer it is about
        recorded_at time: when the row became known
        """,
    ),
    (
        "contacts",
        "One row per person at a business customer.",
        "grading",
        """
        contact_id!# id: the person
        customer_id! id>customers: the business customer
        role text: role -> who is known at the customer
        decision_maker flag: decides on purchases -> decision makers known
        recorded_at time: when the row became known
        """,
    ),
    (
        "staff",
        "One row per member of staff.",
        "service",
        """
        staff_id!# id: the member of staff, as in agent, staff and owner
        team text: team -> teams compared
        trained_on date: day of the last training -> quality before and after training
        recorded_at time: when the row became known
        """,
    ),
    (
        "needs",
        "One row per customer and need, from interviews or a questionnaire.",
        "grading",
        """
        customer_id! id>customers: the customer
        need! text: the need
        kano_functional integer: answer if the need is met, 1 to 5 -> core and additional needs
        kano_dysfunctional integer: answer if the need is not met, 1 to 5
        importance number points: how important the customer finds it
        recorded_at time: when the row became known
        """,
    ),
    (
        "market",
        "One row per figure about the market: sales of the client and its competitors.",
        "market",
        """
        period! date: first day of the period
        entity! text: firm, brand or country it is about
        measure! text: what is measured: sales, units, population ...
        value! number: the figure
        segment text: part of the market
        country text: country
        unit text: unit of the figure
        source text: where it comes from
        recorded_at time: when the row became known
        """,
    ),
    (
        "panel",
        "One row per purchase of a household in a consumer panel.",
        "market",
        """
        household! id: the household
        at!^ time: when
        brand! text: brand bought
        recorded_at time: when the row became known
        """,
    ),
    (
        "fx",
        "Exchange rates, one row per currency and period.",
        "market data_quality",
        """
        currency! text: three-letter code
        period! date: first day from which the rate holds
        rate! number: units of the client's currency for one of this currency
        ppp number: the same by purchasing power
        recorded_at time: when the row became known
        """,
    ),
    (
        "targets",
        "One row per target.",
        "problem_identification",
        """
        period! date: first day of the period
        measure! text: what it is a target for: revenue, new_customers, nps ...
        value! number: the target
        scope text: part of the firm; empty: the whole
        recorded_at time: when the row became known
        """,
    ),
    (
        "calendar",
        "One row per day that stands out: holidays, promotions (Spring Festival, 618 ...).",
        "behavior",
        """
        date! date: the day
        event! text: what it is
        recorded_at time: when the row became known
        """,
    ),
    (
        "actions",
        "One row per action and customer, or per action and segment.",
        "monitoring service loyalty churn prediction",
        """
        action_id! id: the action
        kind! text: what is done
        finding_id text: the finding it answers
        customer_id id>customers: to whom
        segment text: to which segment (column=value of the tables), where no customer is named
        arm text{treatment|control}: gets it, or is kept back to compare -> effect measured against a control group
        randomised flag: the arm was drawn by lot -> effect worded as caused
        assigned_on date: day the arm was set
        owner text: who is responsible
        department text: department responsible
        planned_on date: day planned
        started_on date: day begun
        due_on date: day by which it is to be done
        metric text: what it is judged by
        window_days integer days: how long after the start
        expected number: effect expected
        cost money: what it costs
        status text: proposed, accepted, running, done, dropped
        recorded_at time: when the row became known
        """,
    ),
)
