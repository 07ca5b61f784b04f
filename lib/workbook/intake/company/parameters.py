"""What is true of the simulated company: every rate, delay, weight and effect in one place.

Money is in CNY, times in days unless a name says otherwise. Purchases are BG/NBD with Gamma-Gamma
order values (Fader, Hardie, Lee 2005): rates Gamma(r, alpha in weeks), chance to stop after each
repeat purchase Beta(a, b), order value Gamma(p, v) with v ~ Gamma(q, gamma).
"""

from __future__ import annotations

from datetime import date

__all__ = ["AS_OF", "DAYS", "FIRST", "PARAMETERS", "plan_ratios"]

#: First and last day of the company's books, both whole.
FIRST, AS_OF = date(2023, 1, 1), date(2025, 12, 31)
DAYS = (AS_OF - FIRST).days + 1

PARAMETERS = {
    "types": {"consumer": 0.90, "business": 0.08, "dealer": 0.02},
    # customers who signed up and have not bought
    "without_order": 0.06,
    "purchases": {
        "consumer": {"r": 0.6, "alpha": 30.0, "a": 0.8, "b": 3.2},
        "business": {"r": 1.2, "alpha": 15.0, "a": 0.7, "b": 7.0},
        "dealer": {"r": 2.5, "alpha": 10.0, "a": 0.5, "b": 20.0},
    },
    "order_values": {
        "consumer": {"p": 4.0, "q": 4.0, "gamma": 600.0},
        "business": {"p": 3.0, "q": 3.5, "gamma": 10000.0},
        "dealer": {"p": 5.0, "q": 5.0, "gamma": 25000.0},
    },
    # a customer's own order channel is used in this share of orders; the rest are spread evenly
    "own_channel_share": 0.8,
    "gross_margin": 0.42,
    "delivery": {"handling": 1.0, "shape": 3.0, "scale": 0.7, "promised": 5},
    "returns": {"rate": 0.05},
    # what an experience adds to the chance to stop, as a factor on it; the mean over a company
    # without problems is 1, so that purchases stay BG/NBD
    "stopping": {"late": 1.5, "recurring_complaint": 2.0, "per_csat_point": 0.35},
    "complaints": {"per_order": 0.06, "recurs": 0.15, "cost_per_ticket": 120.0},
    "tickets": {
        "per_order": {"enquiry": 0.10, "after_sales": 0.05, "repair": 0.03},
        "reply_hours": {"median": 4.0, "sigma": 1.0},
        "resolution_days": {"enquiry": 1.0, "complaint": 4.0, "after_sales": 5.0, "return": 3.0,
                            "repair": 8.0},
        "resolution_shape": 0.9,
        "no_reply": 0.03,
        "reopened": 0.08,
        "causes": {"quality": 0.34, "delivery": 0.24, "installation": 0.18, "price": 0.10,
                   "staff": 0.09, "app": 0.05},
        "improvement": {"id": "IMP-01", "cause": "installation", "start": "2025-03-01",
                        "factor": 0.6},
    },
    "contracts": {
        "attached": {"consumer": 0.30, "business": 0.55, "dealer": 0.10},
        "hazard_per_month": {"price": 0.010, "service": 0.008, "moved": 0.006},
        "log_hazard_ratio": {"product": {"basic": 0.0, "plus": -0.35, "premium": -0.7},
                             "trait_payment": {"yearly": 0.0, "monthly": 0.45}},
        "plans": {"basic": 0.5, "plus": 0.32, "premium": 0.18},
        "value_per_term": {"basic": 199.0, "plus": 399.0, "premium": 799.0},
        "monthly_payment": 0.4,
        "renewal_increase": [0.0, 0.03, 0.05],
        "term_months": 12,
    },
    "survey": {
        "invited_per_wave": 0.35, "response": 0.30, "mean": 3.75, "sd": 0.85, "item_correlation": 0.4,
        "weights": {"quality": 0.34, "service": 0.26, "delivery": 0.20, "price": 0.13, "app": 0.07},
        "noise": 0.45, "customer_share": 0.3, "nps_at_mean": 7.6, "nps_per_point": 1.7,
        "ces_at_mean": 3.1, "ces_per_point": -1.1, "comment_share": 0.45,
    },
    # acquisition: money per new customer; leads that become customers; days from lead to customer
    "channels": {
        "search_ads": {"share": 0.20, "cac": 180.0, "conversion": 0.30, "delay": 9.0, "tilt": -0.5},
        "short_video": {"share": 0.24, "cac": 140.0, "conversion": 0.22, "delay": 6.0, "tilt": -1.0},
        "marketplace": {"share": 0.22, "cac": 110.0, "conversion": 0.35, "delay": 4.0, "tilt": 0.0},
        "shop": {"share": 0.18, "cac": 95.0, "conversion": 0.50, "delay": 3.0, "tilt": 0.6},
        "referral": {"share": 0.10, "cac": 40.0, "conversion": 0.55, "delay": 7.0, "tilt": 1.2},
        "exhibition": {"share": 0.06, "cac": 260.0, "conversion": 0.25, "delay": 21.0, "tilt": 0.3},
    },
    "programme": {"start": "2024-01-01", "rate_factor": 1.15, "joins": 0.30, "tilt": 1.5,
                  "yuan_per_point": 10.0, "point_value": 0.05, "redeemed": 0.55, "expired": 0.2},
    # falling a tier in a sound company changes the label only; each fall beyond it costs this
    # share of the customer's later order values
    "tiers": {"falls_per_year": 0.06, "value_lost": 0.4},
    "actions": {
        "recall": {"kind": "reactivation", "share": 0.05, "treated": 0.5, "start": "2025-02-10",
                   "window_days": 60, "extra_buyers": 0.08, "cost": 12.0},
        "service_call": {"kind": "service_call", "share": 0.04, "treated": 0.5,
                         "start": "2025-05-12", "window_days": 90, "extra_buyers": 0.05,
                         "cost": 25.0},
        "voucher": {"kind": "voucher", "share": 0.06, "treated": 0.7, "start": "2025-09-01",
                    "window_days": 60, "extra_buyers": 0.0, "cost": 30.0},
    },
    "deals": {"per_order": 0.4, "won": 0.35, "days_per_stage": 14.0},
    "payment": {"terms": {"business": 30, "dealer": 60}, "delay_shape": 2.0, "delay_scale": 6.0,
                "never": 0.01, "interest_per_year": 0.08},
    "sessions": {"per_order": 2.0, "without_customer": 0.4,
                 "goes_on": {"list": 0.70, "product": 0.65, "cart": 0.35, "checkout": 0.60,
                             "paid": 0.72}},
    "panel": {"households_per_customer": 0.15, "rate_per_year": 1.4, "shape": 0.9, "strength": 1.2,
              "shares": {"own": 0.18, "northwind": 0.34, "bluesky": 0.26, "redleaf": 0.22}},
}  # fmt: skip


def plan_ratios(even: bool) -> dict[str, dict[str, float]]:
    """Log hazard ratios of service plans; all zero in a company where no group leaves sooner."""
    given = PARAMETERS["contracts"]["log_hazard_ratio"]
    if not even:
        return given
    return {trait: dict.fromkeys(ratios, 0.0) for trait, ratios in given.items()}
