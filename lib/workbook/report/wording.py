"""Words that claim a cause, and the rungs of evidence that may not use them.

A text is judged as a reader takes it in: full-width and look-alike letters, invisible characters,
letters set apart and traditional Chinese characters count as the plain words they show.
"""

import re
import unicodedata

__all__ = ["WordingError", "causal_words", "check_wording", "plain_words"]

_ADVERB = r"(?:\w+ly |in turn |straight |back |in part )?"
_MEASURED = (
    r"(?:the |their |its |our |customers?'? |more |fewer |less |higher |lower )?"
    r"(?:repurchase|repeat|revenue|sales|satisfaction|churn|retention|loyalty|nps|csat|spending|"
    r"margins?|orders|purchases|complaints|returns|renewals?|turnover)\b"
)
_ENGLISH = re.compile(
    r"\b(because|due(?: only| mainly| largely| partly)? to|owing to|thanks to|on account of|by virtue of"
    r"|consequen(?:ce of|tly)|as a (?:\w+ )?(?:result|consequence)|(?:is|are|was|were) the result of|results? from|resulting from"
    r"|caus(?:e|es|ed|ing|ation)"
    r"|driv(?:es?|en (?:by|up|down)|ing)|drove|drivers? (?:of|behind|for)"
    rf"|(?:leads?|led|leading) {_ADVERB}to\b|result(?:s|ed|ing)? {_ADVERB}in\b"
    r"|therefore|hence|thereby|thus|which is why|that is why|explains? why|(?:is|are|was|were) explained by"
    r"|the reasons? (?:for|why|behind|is|was|are|were)|impact(?:s|ed|ing)?|affect(?:s|ed|ing)?"
    r"|influenc(?:e|es|ed|ing)|effects? (?:of|on)|boost(?:s|ed|ing)?|trigger(?:s|ed|ing)?|spur(?:s|red|ring)"
    r"|fuel(?:s|l?ed|l?ing)|induc(?:e|es|ed|ing)|provok(?:e|es|ed|ing)|prompt(?:s|ed|ing)"
    r"|(?:bring|brings|bringing|brought) (?:\w+ )?(?:about|on)\b|(?:give|gives|gave|given|giving) rise to"
    r"|responsible for (?:the|this|a|an|most|half|much)|attribut(?:able|ed?|es|ing) to|blamed? (?:for|on)"
    r"|stem(?:s|med|ming)? from|(?:arise|arises|arose|arising|originat(?:e|es|ed|ing)) (?:from|in)"
    r"|contribut(?:e|es|ed|ing) to|(?:push|pull|drag)(?:es|s|ed|ged|ing|ging)? (?:\w+ )?(?:up|down)\b"
    r"|weigh(?:s|ed|ing)? (?:\w+ )?on|harm(?:s|ed|ing)|foster(?:s|ed|ing)?|(?:dis|en)courag(?:es?|ed|ing)"
    r"|ma(?:kes?|de|king) (?:customers|buyers|people|members|them)|(?:gets?|got|getting) (?:customers|buyers|them) to"
    r"|help(?:s|ed|ing)? (?:to )?(?:raise|lift|increase|reduce|keep|retain|win|improve|lower|cut)"
    rf"|(?:raises|increases|reduces|lowers|improves|lifts|cuts|depresses|raised|lowered|depressed) {_MEASURED})",
    re.IGNORECASE,
)
# 带来 and 影响 stand here on purpose: readers take both for a proven effect
_CLAUSE = "[^，。；：、,.;:!?]"  # what stands between two stops
_SUBJECT_ACTS = (
    "(?<!预计)(?<!可能)(?<!预期)"
    "(?:提升|降低|提高|增加|减少|改善|拉升|增强|削减)了?"
    rf"(?=(?![的\d]){_CLAUSE}{{0,6}}(?:率|额|收入|销量|满意度|忠诚度|流失|复购|续约|客单价|投诉))"
)
_DONE = "流失|离开|购买|复购|回购|回来|满意|不满|停止|更|多|少|不再"
_CHANGED = "上升|下降|增|减|流失|离开|改善|恶化|提高|降低|不再|购买|停止|满意|不满|变"
_CHINESE = re.compile(
    "导致|造成|引起|引发|引致|诱发|触发(?!预警|信号)|招致|酿成|致使|使得|促使|促成|促进|促发|催生|催化|助长|助推|带来|带动|驱动|驱使"
    "|推动|推高|推升|拉动|拉低|拉高|压低|拖累|影响|归因|归咎|归功|归结[为于]|源于|源自|缘于|缘自|起因|成因|诱因|主因|根因|根源"
    "|由于|因为|因而(?!没有|未)|因此|是因(?!果)|皆因|只因|从而|故而|以致|所致|得益|受益于|有助于|有利于|不利于|有损|损害|削弱|加剧"
    "|起到.{0,8}作用|决定了|提升了|降低了|的原因|原因在于|"
    rf"因{_CLAUSE}{{1,12}}而(?:{_CHANGED})|[令让](?:客户|顾客|会员|用户|他们)(?:{_DONE})|(?<![即假倘大天行])使(?:客户|顾客|会员|用户|他们)(?:{_DONE})|{_SUBJECT_ACTS}"
    "|(?<!算术拆解中)贡献了"
)
_TRADITIONAL = str.maketrans(
    "導動驅帶來響發於為爲從歸緣誘觸釀長進劇壓貢獻結損術這說讓價係產減強銷額滿復購續約費員戶顧務質會會因",
    "导动驱带来响发于为为从归缘诱触酿长进剧压贡献结损术这说让价系产减强销额满复购续约费员户顾务质会会因",
)
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнΑΒΕΗΙΚΜΝΟΡΤΥΧαοιυνρτκАЕОРСУХІЈЅКМТВН",
    "aeopcyxijsdhkmtbhABEHIKMNOPTYXaoiuvptkAEOPCYXIJSKMTBH",
)
_DIGITS = str.maketrans("013457", "oleast")
_HAN = "\u3400-\u9fff"
_APART_HAN = re.compile(rf"(?<=[{_HAN}])[\s·•・‧.\-_*/~|]+(?=[{_HAN}])")
_APART = re.compile(r"\b(?:[A-Za-z][ .\-_*/|]+){2,}[A-Za-z]\b")
_IN_WORD = re.compile(r"(?<=[A-Za-z])[-_*~'`’·.|/]+(?=[A-Za-z])")
_MIXED = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*\d)\w{4,}\b")


class WordingError(ValueError):
    """A text claims a cause that its evidence does not carry."""


def plain_words(text):
    """A text as its reader takes it in: compatible letters, nothing invisible, simplified Chinese."""
    text = unicodedata.normalize("NFKD", str(text))
    seen = (c for c in text if unicodedata.category(c) not in ("Cf", "Mn", "Me", "Co", "Cn"))
    text = unicodedata.normalize("NFKC", "".join(seen))
    text = text.translate(_LOOKALIKES).translate(_TRADITIONAL)
    return re.sub(r"\s+", " ", text)


def causal_words(text):
    """The causal words of an English or Chinese text, in the order they stand."""
    plain = plain_words(text)
    found = _words_in(plain)
    if found:
        return found
    # the same with what stands between letters or characters taken out
    joined = _APART.sub(lambda run: re.sub(r"[^A-Za-z]", "", run.group()), plain)
    for reading in (
        _APART_HAN.sub("", plain),
        joined,
        _IN_WORD.sub("", plain),
        _IN_WORD.sub(" ", plain),
        _MIXED.sub(lambda word: word.group().translate(_DIGITS), plain),
    ):
        if reading != plain and (found := _words_in(reading)):
            return found
    return []


def _words_in(text):
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
