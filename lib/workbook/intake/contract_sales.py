"""Definitions of the canonical tables about customers and what they buy, owe and are offered.

Read by `workbook.intake.contract`, which says how a line is written.
"""

__all__ = ["DEFINITIONS"]

DEFINITIONS = (
    (
        "customers",
        "One row per customer: the account where the source has accounts, else the contact.",
        "segmentation lifecycle churn clv behavior service loyalty grading acquisition market "
        "prediction monitoring problem_identification satisfaction",
        """
        customer_id!# id: the customer, as in every other table
        name@ text: name of the person or company
        phone@ text: telephone number
        email@ text: e-mail address
        type text{consumer|business|dealer}: kind of customer -> business customers and consumers apart
        status text: state in the client's own system
        lead_on date: day the lead came in -> time from lead to first purchase
        first_contact_on date: day of the first contact
        joined_on date: day the customer signed up -> customers who have not bought yet, and cohorts by joining
        channel text: channel that brought the customer -> value and churn by acquisition channel
        campaign text: campaign that brought the customer -> value by campaign
        country text: country -> markets compared
        region text: region, such as the north or the south -> differences between regions
        province text: province or state -> differences between provinces
        city text: city -> differences between cities
        gender text: gender, as the source codes it -> demographic profile
        birth_year integer year: year of birth -> profile by age
        income_band text: income class -> profile by income
        education text: education class -> profile by education
        industry text: industry of a business customer -> industries compared
        company_size text: size class of a business customer -> company sizes compared
        interests text: interests named by the customer -> profile by interests
        attitude_* number points: answers to attitude questions on one Likert scale -> segments by attitude, with reliability
        client_tier text: tier the client has given -> tiers checked against value
        owner text: employee in charge -> results by employee in charge
        owner_department text: department in charge
        referred_by id>customers: customer_id of the customer who referred this one -> referral rate and referral trees
        estimated_wallet money per year: what the customer spends on the category anywhere -> share of wallet and headroom
        consent flag: may be contacted -> lists without those who may not be contacted
        recorded_at time: when the row became known
        """,
    ),
    (
        "orders",
        "One row per order line. A purchase is a day with at least one line that is no return.",
        "segmentation lifecycle churn clv behavior service loyalty prediction grading "
        "acquisition problem_identification market satisfaction monitoring",
        """
        customer_id! id>customers: who bought
        ordered_at!^ time: when it was ordered
        amount! money: value of the line; negative for a return; quantity x unit_price if not given
        order_id id: the order the line belongs to -> baskets, and orders told from lines
        line_id id: the line; identical rows that repeat it are duplicates for certain -> duplicates removed for certain
        cost money: cost of the goods of the line -> value as gross margin instead of revenue
        quantity number pieces: how many; negative for a return
        unit_price money per piece: price of one -> price and quantity told apart
        discount money: discount already taken off the amount -> buying at full price against discounts
        currency text: currency of the line; one per client -> amounts in other currencies converted
        product text: product -> best sellers, next products
        category text: product category -> category paths and mix
        brand text: brand -> brands compared
        channel text: where it was ordered: shop, web, app ... -> channels compared
        store text: shop -> shops compared
        promotion text: promotion that applied -> what promotions bring
        promised_on date: day promised for delivery -> deliveries on time
        shipped_on date: day shipped -> time to shipping
        delivered_on date: day delivered -> delivery time and its effect on the next purchase
        is_return flag: the line is itself a return; negative amount or quantity if not given
        return_of id: line or order that is returned -> returns per order
        return_reason text: why it was returned -> reasons for returns
        recorded_at time: when the row became known
        """,
    ),
    (
        "contracts",
        "One row per contract, or, with churned in the place of dates, one row per customer of "
        "a file that tells on one day who has left.",
        "churn clv lifecycle grading satisfaction prediction monitoring problem_identification",
        """
        contract_id!# id: the contract; not needed with churned
        customer_id! id>customers: who holds it
        started_on! date: first day; not needed with churned
        term_ends_on date: last day of the current term -> renewal rates and contracts due
        ended_on date: last day, really ended; empty while it runs -> how long contracts last
        value money per term: what the customer pays -> churn in money
        renewed_value money per term: what the customer pays after the renewal -> net renewal rate
        renewed flag: renewed at the end of the term -> renewal rate
        auto_renew flag: renews unless cancelled
        product text: product or plan -> plans compared
        end_reason text: why it ended, as the customer or the staff says -> churn by reason
        tenure_months number months: how long it had run on the day of the file
        churned flag: has left
        trait_* text: trait known at the start, or before churned was observed
        measure_* number: number known at the start, or before churned was observed
        recorded_at time: when the row became known
        """,
    ),
    (
        "leads",
        "One row per lead, before it is a customer or a deal.",
        "acquisition lifecycle",
        """
        lead_id!# id: the lead
        created_on!^ date: day it came in
        customer_id id>customers: the customer it became -> leads followed to purchases
        channel text: channel that brought it -> conversion by channel
        campaign text: campaign that brought it -> conversion by campaign
        status text: state of the lead
        converted_on date: day it was converted -> conversion with its delay
        recorded_at time: when the row became known
        """,
    ),
    (
        "deals",
        "One row per deal.",
        "acquisition grading behavior",
        """
        deal_id!# id: the deal
        opened_at!^ time: when it was opened
        stage! text: stage it is in
        customer_id id>customers: with whom
        closed_at time: when it was won or lost; empty while open -> time to close
        expected_close date: day on which it is expected to close
        amount money: value of the deal -> money won and lost
        won flag: won or lost; empty while open -> win rate
        lost_reason text: why it was lost -> reasons for losing
        source text: where it came from -> win rate by source
        product text: product -> sales cycle by product
        owner text: employee in charge -> win rate by employee, with shrinkage
        recorded_at time: when the row became known
        """,
    ),
    (
        "deal_stages",
        "One row per move of a deal into a stage.",
        "acquisition behavior",
        """
        deal_id! id>deals: the deal
        at!^ time: when it entered the stage
        stage! text: the stage
        recorded_at time: when the row became known
        """,
    ),
    (
        "campaigns",
        "One row per campaign.",
        "acquisition loyalty",
        """
        campaign_id!# id: the campaign
        name text: what it is called
        kind text: kind of campaign
        started_on date: first day
        ended_on date: last day
        cost money: what it cost in all -> cost per customer won
        recorded_at time: when the row became known
        """,
    ),
    (
        "offers",
        "One row per coupon, voucher or personal offer given to a customer.",
        "loyalty acquisition prediction",
        """
        offer_id!# id: the offer
        customer_id! id>customers: who got it
        issued_on!^ date: day it was given
        campaign_id id>campaigns: campaign it belongs to
        redeemed_on date: day it was used; empty when not -> redemption rate
        cost money: what it cost when used -> cost and return of offers
        recorded_at time: when the row became known
        """,
    ),
    (
        "spend",
        "Cost of winning customers, one row per month, channel and kind.",
        "acquisition clv churn problem_identification monitoring",
        """
        month!^ month: the month; a day falls into its month
        channel! text: channel
        amount! money: what was spent
        campaign text: campaign -> cost by campaign
        kind text{media|sales|people}: what the money went to -> paid and blended cost apart
        clicks integer: clicks
        leads integer: leads that came
        new_customers integer: new customers, as the platform counts them
        recorded_at time: when the row became known
        """,
    ),
    (
        "invoices",
        "One row per invoice.",
        "grading data_quality problem_identification",
        """
        invoice_id!# id: the invoice
        customer_id! id>customers: who owes it
        issued_on!^ date: day of the invoice
        amount! money: what is owed
        due_on date: day on which it is due -> late payment, ageing
        paid_on date: day on which it was paid in full; empty while open -> days sales outstanding
        recorded_at time: when the row became known
        """,
    ),
    (
        "payments",
        "One row per payment received.",
        "grading",
        """
        payment_id# id: the payment
        customer_id! id>customers: who paid
        paid_on!^ date: day it came in
        amount! money: how much
        invoice_id id>invoices: the invoice it pays -> payments matched to invoices
        recorded_at time: when the row became known
        """,
    ),
    (
        "credit",
        "One row per customer and day on which limit or rating were set.",
        "grading",
        """
        customer_id! id>customers: the customer
        as_of!^ date: day from which it holds
        limit money: credit limit -> use of the limit
        rating text: credit rating
        recorded_at time: when the row became known
        """,
    ),
    (
        "financials",
        "One row per figure of a business customer's statements.",
        "grading",
        """
        customer_id! id>customers: the customer
        period! date: last day of the period it covers
        item! text: revenue, ebit, equity, total_assets, current_assets, current_liabilities ...
        value! money: the figure
        recorded_at time: when the row became known
        """,
    ),
    (
        "memberships",
        "One row per member of the loyalty programme.",
        "loyalty prediction",
        """
        customer_id! id>customers: the member
        joined_on!^ date: day of joining
        tier text: tier in the programme -> tiers compared
        recorded_at time: when the row became known
        """,
    ),
    (
        "points",
        "One row per booking of points.",
        "loyalty",
        """
        customer_id! id>customers: the member
        at!^ time: when
        kind! text{earn|redeem|expire}: what happened
        points! number points: how many, without sign
        recorded_at time: when the row became known
        """,
    ),
)
