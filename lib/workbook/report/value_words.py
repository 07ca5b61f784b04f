"""Readers' words for purchase models and forecasts without one, and sentences put in a row."""

from .language import N_

__all__ = ["FEWEST", "FIT_MESSAGES", "LEAST_HEADROOM", "METHODS", "in_a_row", "unavailable"]

#: Customers below which a share of the top says nothing, and headroom that is none (share).
FEWEST, LEAST_HEADROOM = 20, 0.001

#: Purchase models by the name of their fit, and the forecasts that need none.
METHODS = {
    "BG/NBD": N_("BG/NBD model"),
    "modified BG/NBD": N_("modified BG/NBD model"),
    "Pareto/NBD": N_("Pareto/NBD model"),
    "nothing_changes": N_("nothing changes"),
    "past_rate": N_("own past rate"),
    "rfm_cell": N_("mean of the RFM cell"),
    "past_spend": N_("past spend"),
}

#: What a fit says about itself (`analysis.likelihood.MESSAGES`), to be found by the catalog.
FIT_MESSAGES = (
    N_("There is no customer to fit the model to."),
    N_("One customer is not enough to fit a model of how customers differ."),
    N_("All customers are so new that no time has passed to observe them."),
    N_("No customer bought a second time, so there is no rhythm to estimate."),
    N_("Nothing was bought or ended in the period, so there is nothing to estimate."),
    N_("Every customer did the same at every opportunity; the model has nothing to fit."),
    N_("Customers buy at nearly the same rate; how they differ cannot be estimated."),
    N_("No sign that customers stop buying; the dropout part cannot be estimated."),
    N_("Customers stop with nearly the same chance; how they differ cannot be estimated."),
    N_("Customers spend nearly alike; how they differ cannot be estimated."),
    N_("A customer's amounts hardly vary from one purchase to the next."),
    N_("The spend per purchase varies so much that its average cannot be estimated."),
    N_("The data do not settle all parameters; some could take any large or small value."),
    N_("The search for the best parameters did not settle."),
)


def in_a_row(report, *sentences):
    """Finished sentences as one text, with a space between them where the language has one."""
    gap = "" if report.language.code == "zh" else " "
    return gap.join(sentence for sentence in sentences if sentence)


def unavailable(report, fits):
    """Why no value can be computed, in a sentence or two, from the fits of the purchase models."""
    if any(fit.converged for fit in fits.values()):
        return report.t("All amounts are zero, so no money can be expected.")
    said = next((fit.message for fit in fits.values() if fit.message), "")
    first = report.t("No future value can be computed from these purchases.")
    return in_a_row(report, first, report.t(said) if said else "")
