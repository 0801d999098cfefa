"""What turns a sentence about, so that its clauses, each read by itself, would prove what it does not say."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.marks import mark
from anomalyst.agent.verifier.phrases.described import OF_SEVERAL
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key
from anomalyst.modalities.registry import modality

_TURNING = re.compile(
    r"\b(?:without|only (?:very )?high|before (?:the )?(?:healing|repair)|before .*(?:replac|repair|heal)(?:ed|ing)\b|"
    r"synthetic normals|against (?:this|the) choice|(?:inside|within)(?: of)? the range of its normals|"
    r"(?:in|at|near|into) (?:the|a|one) corner|(?:larg|great|high|bigg)(?:er|est) p-value|"
    r"(?:other|another|different) size|"
    r"(?:more|another|an?) (?:abnormal|anomalous) (?:recordings?|images?|pictures?|examples?|samples?)|"
    r"(?:nearly|almost|just|about|practically) (?:at )?the (?:alarm|significance) level|"
    r"would (?:have been|be) (?:anomalous|abnormal)|"
    r"not still|still not|"
    r"no longer|as a result|except|unless|hardly|barely|than (?:observed|measured|anomalous|abnormal)|"
    r"(?:observed|measured) (?:range|band)|with anomalous|times (?:lower|smaller|less)|"
    r"(?:above|below|over|under|than) (?:it|abnormal|anomalous|unusual)|"
    r"(?:abnormal|anomalous|unusual|odd) (?:stretches|values?|limits?|levels?|data|examples)|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:findings|anomalies|events|episodes|regions) (?:all )?"
    r"(?:last|began|begin|start|end|ran|run|lie|lay|show|reach|rose|fell|drop|climb)(?:ed|s)?)\b"
)
_ONLY = re.compile(r"\b(?:only|solely|just|none but)(?: the)? «[ct]\d+»|«[ct]\d+» (?:alone|only)\b", re.I)
# Which of two is more: clauses are read by the number of each name alone, and do not tell.
_FITTING = re.compile(r"\b(?:fit\w*|better|right|correct\w*|should|would|suit\w*|replac\w*|instead|like)\b", re.I)
_SIDE = re.compile(r"\b(?:before|after|until|till|since) (?:about |around |shortly |just )*\d{1,2}[:.]\d{2}", re.I)
_COMPARED = re.compile(
    r"\b(?:more|less|further|farther|fewer|\w+er)\b.* than\b(?! (?:normal|usual|expected|ordinary))[^;]*«[cr]\d+»", re.I
)
# Which channel of all is the most so, but for what the clauses read as such.
_MOST_SO = (
    r"(?<!score is )(?<!score was )(?<!scores )"
    r"\b(?:low|high|small|larg|bigg|dark|bright|weak|strong|long|short|earli|lat|great)est\b"
    r"(?! (?:p\b|p-value|«n|(?:anomaly |deviation )?"
    r"(?:scores?|share|part|deviation|anomaly|point|contribut\w+|area)\b))"
)
_MOST = re.compile(rf"{_MOST_SO}.*«c|«c.*{_MOST_SO}", re.I)
_SIZED = re.compile(r"\b(?:smaller|larger|bigger)\b(?! than \d)", re.I)  # of a place: no side of what is expected
_TRIED = re.compile(
    r"\b(?:auroc|synthetic|scor\w+|reach\w*|best|better|worse|ahead|behind|against|chosen|chose|prefer\w*)\b", re.I
)


def is_turned(sentence: str, evidence: Evidence) -> bool:
    """Whether a sentence says more than its clauses do: of which is more so, of only one, of what was not taken."""
    told = mark(sentence, evidence).text
    patterns = (
        _TURNING.search(sentence.lower()),
        *(one.search(told) for one in (_ONLY, _COMPARED, _MOST)),
        *(one.search(sentence) for one in (_SIDE, OF_SEVERAL)),
        _SIZED.search(sentence) if modality(evidence.modality).told.qualities else None,
        _names_an_option(sentence, evidence) and not _TRIED.search(sentence),
    )
    return any(patterns) or _quotes_a_pair(sentence, evidence)


def _names_an_option(sentence: str, evidence: Evidence) -> bool:
    """Whether an option is named that was tried and not taken: that says nothing of what the detector did then."""
    taken = {key(str(f.value)) for f in evidence.facts if f.kind == "detector_option"}
    options = {key(f.qualifier) for f in evidence.facts if f.kind == "synthetic_auroc"} - taken
    return any(key(name) in options for name in mark(sentence, evidence).names)


def _quotes_a_pair(sentence: str, evidence: Evidence) -> bool:
    """Whether a word that would fit is spoken of as if it were the one that is wrong."""
    for fact in evidence.facts:
        word = re.escape(str(fact.value)) if fact.kind == "fitting_words" else ""
        if word and re.search(rf"(?:place of|instead of|rather than) [\"']?{word}(?!\w)", sentence, re.I):
            return True
        if word and re.search(rf"(?<!\w){word}(?!\w)", sentence, re.I) and not _FITTING.search(sentence):
            return True
    return False
