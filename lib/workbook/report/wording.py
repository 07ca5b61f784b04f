"""Words that claim a cause, and the rungs of evidence that may not use them."""

import re

__all__ = ["WordingError", "causal_words", "check_wording"]

# 带来 and 影响 stand here on purpose: readers take both for a proven effect
_CHINESE = re.compile(
    "导致|造成|引起|引发|致使|使得|促使|促成|带来|驱动|推动|拉动|拖累|影响|归因于|源于|由于|因为|因此|从而"
    "|得益于|有助于|起到.{0,8}作用|提升了|降低了|的原因|根因|(?<!算术拆解中)贡献了"
)
_ENGLISH = re.compile(
    r"\b(because|due to|owing to|thanks to|caus(?:e|es|ed|ing)|driv(?:es?|en by|ing)|drove"
    r"|leads? to|led to|leading to|results? in|resulted in|resulting in|as a result|therefore|hence"
    r"|thereby|impact(?:s|ed)?|affect(?:s|ed)?|influence[sd]?|effects? of|boost(?:s|ed)?"
    r"|trigger(?:s|ed)?|attributable to|explains? why|the reasons? (?:for|why)|makes? (?:customers|them))\b",
    re.IGNORECASE,
)


class WordingError(ValueError):
    """A text claims a cause that its evidence does not carry."""


def causal_words(text):
    """The causal words of an English or Chinese text, in the order they stand."""
    found = [match for pattern in (_ENGLISH, _CHINESE) for match in pattern.finditer(text)]
    return [match.group(0) for match in sorted(found, key=lambda match: match.start())]


def check_wording(text, rung, where):
    """Raise `WordingError` when a text below the causal rung uses causal words.

    Parameters
    ----------
    text : str
    rung : str
        "descriptive", "diagnostic", "predictive" or "causal".
    where : str
        What the text is, for the error.
    """
    # a translated message is judged by its own words: a product may be called "Because"
    words = causal_words(getattr(text, "wording", text)) if rung != "causal" else []
    if words:
        raise WordingError(
            f"{where} stands on the {rung} rung and may not claim a cause: "
            f"reword {', '.join(repr(word) for word in words)} in {text!r}"
        )
