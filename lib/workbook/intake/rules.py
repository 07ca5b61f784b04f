"""The rules of cleaning by name: what each does to a row, and which a client may switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbook.intake.errors import InputError, nearest
from workbook.intake.values import as_flag, as_mapping

__all__ = ["RULES", "Rule", "switches"]


@dataclass(frozen=True)
class Rule:
    """One rule of cleaning.

    `effect` is aside (the row is set aside), changed (the row stays with another value), kept (the
    row stays as it is and is counted) or noted (nothing of it changes). `default` says whether it
    is on; None: it can't be switched, because without it a row could not be read or the law asks.
    """

    effect: str
    meaning: str
    default: bool | None = None


#: in the order in which they apply to a row: the first that sets a row aside is the one it counts in
RULES: dict[str, Rule] = {
    "encoding_converted": Rule("noted", "file read from another encoding than UTF-8"),
    "blank_row": Rule("aside", "row without any value: left out"),
    "totals_row": Rule("aside", "row of totals without a key or date of its own: left out"),
    "not_kept": Rule("aside", "row that the mapping leaves out (keep)"),
    "ambiguous_join": Rule(
        "noted", "key found on several differing rows of the joined file: first one taken"
    ),
    "unmatched_join": Rule("noted", "key not found in the joined file: its columns left empty"),
    "no_customer": Rule("aside", "row without a customer, set aside"),
    "no_date": Rule("aside", "row without a date, set aside"),
    "unreadable_date": Rule("aside", "row whose date can't be read, set aside"),
    "no_amount": Rule("aside", "row without an amount, set aside"),
    "unreadable_amount": Rule("aside", "row whose amount can't be read, set aside"),
    "infinite_amount": Rule("aside", "row with an infinite amount, set aside"),
    "date_out_of_range": Rule("aside", "row from before 1990, set aside", True),
    "unreadable_end": Rule("aside", "contract whose end is written but can't be read, set aside"),
    "end_before_start": Rule("aside", "row that ends before it starts, set aside", True),
    "test_account": Rule("aside", "row of a test account or of staff, set aside", True),
    "other_currency": Rule("aside", "amount in another currency without a rate, set aside", True),
    "exact_duplicates_removed": Rule(
        "aside", "row equal to another one, line id included: removed", True
    ),
    "repeated_key_removed": Rule(
        "aside", "earlier row with a key that a later row has too: removed", True
    ),
    "merged_row_removed": Rule("aside", "row of a customer merged into another one: removed"),
    "possible_duplicates_removed": Rule(
        "aside", "row equal to another one, without a line id: removed as asked", False
    ),
    "unknown_customer_removed": Rule(
        "aside", "row of a customer who is not in customers: removed as asked", False
    ),
    "possible_duplicates_kept": Rule("kept", "row equal to another one, without a line id: kept"),
    "repeated_line_kept": Rule("kept", "line id that stands on several different rows: kept"),
    "unknown_customer_kept": Rule("kept", "row of a customer who is not in customers: kept"),
    "negative_sale_kept": Rule("kept", "negative amount or quantity, said to be no return: kept"),
    "likely_duplicates": Rule(
        "noted", "two customers who are probably one: listed for review", True
    ),
    "merged_customers": Rule("changed", "row of a customer merged into another one", True),
    "return_made_negative": Rule("changed", "return with a positive amount: sign turned", True),
    "currency_converted": Rule("changed", "amount in another currency: converted", True),
    "impossible_value": Rule("changed", "value that can't be: left empty", True),
    "value_not_listed": Rule("kept", "value that the contract doesn't list: kept"),
    "unreadable_value": Rule(
        "changed", "value of an optional column that can't be read: left empty"
    ),
    "contact_masked": Rule("changed", "telephone number or e-mail address in a text: masked"),
    "id_digits_lost": Rule("noted", "id that lost its last digits before it reached us"),
    "after_as_of": Rule("aside", "row later than as_of, set aside"),
    "later_value_emptied": Rule("changed", "day later than as_of in a row from before: left empty"),
}


def switches(given: object, where: str) -> dict[str, bool]:
    """{rule: on or off} of every rule that can be switched; `given` is `cleaning:` of the params.

    Raises InputError for a rule that doesn't exist or can't be switched.
    """
    chosen = {name: rule.default for name, rule in RULES.items() if rule.default is not None}
    mapping: Mapping = as_mapping(given, where)
    for name, value in mapping.items():
        if name not in chosen:
            if name in RULES:
                raise InputError(f"{where}: '{name}' can't be switched: {RULES[name].meaning}")
            raise InputError(f"{where}: no rule '{name}'{nearest(name, chosen)}")
        chosen[name] = as_flag(value, f"{where}.{name}")
    return chosen
