"""The next product for each customer, as shown in the behaviour report."""

__all__ = ["show_next_products"]


def show_next_products(report, found, *, customers_to_list):
    """What customers buy next, how well the rule did, and the list."""
    t, fmt = report.t, report.fmt
    if found is None:
        report.text(t("The next product: not possible, needs orders with product."))
        return
    if found.code == "no_repeat" or found.trial is None:
        report.text(
            t(
                "Too few customers have gone on to buy another product: no suggestion is made for the next one."
            )
        )
        return
    trial = found.trial
    said = {
        "n": fmt.count(trial["customers"]),
        "shown": fmt.count(trial["shown"]),
        "hit": fmt.percent(trial["hit"]),
        "base": fmt.percent(trial["base_hit"]),
        "difference": fmt.points(trial["difference"]),
        "interval": fmt.interval(trial["diff_low"], trial["diff_high"], fmt.points),
    }
    if not trial["beats"]:
        report.text(
            t(
                "Do not use suggestions by past purchase here: of {n} customers who bought a new product in the last "
                "window, {shown} suggestions held it for {hit}, the plain list of best sellers for {base} "
                "(difference {difference}, {interval}). Show everybody the best sellers they have not bought.",
                **said,
            )
        )
        return
    report.text(
        t(
            "Tried on the last window with rules from the one before: of {n} customers who bought a new product, "
            "{shown} suggestions held it for {hit}, the plain list of best sellers for {base} (difference "
            "{difference}, {interval}).",
            **said,
        )
    )
    if len(found.rules):
        report.table(
            found.rules.head(12),
            columns={
                "bought": t("Has bought"),
                "following": t("next buys"),
                "support": (t("Support, customers"), fmt.count),
                "share": (t("Share"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
                "usual": (t("usual"), fmt.percent),
                "lift": (t("Ratio to the usual"), lambda lift: fmt.number(lift, 1)),
            },
        )
    if len(found.suggestions):
        report.customer_list(
            "next_product",
            found.suggestions.head(customers_to_list),
            columns={
                "customer_id": t("Customer"),
                "product": t("Suggested product"),
                "after": t("Has bought"),
                "support": t("Support, customers"),
                "share": t("Expected share"),
            },
        )
