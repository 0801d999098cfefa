"""Words that claim what no run measures: what people say, certainty, every respect, what happens again and again.

Other readings leave small words out; a sentence with one of these would be proved by what stands beside it.
"""

from __future__ import annotations

import re

_SAYS = r"(?:says?|said|claims?|claimed|thinks?|believes?|insists?|swears?|suspects?)"
_PEOPLE = (
    r"(?:people|they|he|she|some|many|everybody|everyone|somebody|someone|experts?|"
    r"(?:the |our |an? )?(?:operator|engineer|technician|inspector|nurse|doctor|manager|customer|owner|crew|staff)s?)"
)
_UNMEASURED = re.compile(
    # what people say
    r"\b(?:reportedly|allegedly|supposedly|purportedly|rumou?rs?|rumou?red|by all accounts|word has it|"
    rf"{_PEOPLE} {_SAYS}|(?:i|we) (?:hear|heard|(?:was|were|are|am) told)|it is (?:said|believed|thought))\b|"
    # how sure, beyond any level of confidence
    r"\b(?:for (?:sure|certain)|definitely|certainly|surely|undoubtedly|undeniably|unquestionably|indisputably|"
    r"unambiguously|unmistakably|(?:no|without (?:a|any)|beyond (?:a|any|all)) doubt|it is (?:quite )?certain|"
    r"guaranteed)\b|"
    # in every respect
    r"\bin (?:every|all) respects?\b|\bby (?:any|every) (?:measure|standard)\b|"
    # again and again
    r"\b(?:every|each) (?:single )?(?:time|day|hour|night|week|month|morning|evening|year|monday|sunday)\b|"
    r"\b(?:repeatedly|time and again|as (?:always|ever|so often|per usual)|ever before|ever)\b(?! so\b)|"
    r"(?:^|, )(?:once |yet )?(?:again|once more|as usual)(?:,|\.?$)",
    re.IGNORECASE,
)


def claims_more(text: str) -> bool:
    """Whether a marked text, in which what stands in the data is a mark, claims what no run measures."""
    return _UNMEASURED.search(text.strip()) is not None
