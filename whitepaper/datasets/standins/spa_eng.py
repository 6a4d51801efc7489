"""Stand-in for the Spanish-English pairs: sentences of a small grammar that is written down for both languages at once.

Each Spanish sentence has exactly one English translation, so that a translation can be checked word for word. What makes
Spanish hard for an English speaker is there: gender and number, adjectives behind the noun, one word of negation for two,
questions without "do", and pronouns left out where the verb tells the person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Words = tuple[tuple[str, ...], ...]

# Spanish pronoun, its gender ("" where it may be either), English pronoun; by person and number.
_PRONOUNS: Words = (
    ("yo", "", "I"), ("tú", "", "you"), ("él", "m", "he"), ("ella", "f", "she"), ("nosotros", "m", "we"),
    ("nosotras", "f", "we"), ("ellos", "m", "they"), ("ellas", "f", "they"),
)  # fmt: skip
_PERSON = {"I": 0, "you": 1, "he": 2, "she": 2, "we": 3, "they": 4}
_DROPPED = ("I", "you", "we")  # the verb alone tells who; "compra" could be he or she
_AR = ("o", "as", "a", "amos", "an")
_SER = ("soy", "eres", "es", "somos", "son")
_BE = ("am", "are", "is", "are", "are")
# Stem, English verb, its third person.
_VERBS: Words = (
    ("compr", "buy", "buys"), ("mir", "watch", "watches"), ("llev", "carry", "carries"), ("necesit", "need", "needs"),
    ("pint", "paint", "paints"), ("lav", "wash", "washes"), ("dibuj", "draw", "draws"), ("prepar", "prepare", "prepares"),
)  # fmt: skip
_PEOPLE: Words = (("niño", "m", "boy"), ("niña", "f", "girl"), ("maestro", "m", "teacher"), ("vecina", "f", "neighbor"),
           ("gato", "m", "cat"), ("vaca", "f", "cow"))  # fmt: skip
_THINGS: Words = (
    ("casa", "f", "house"), ("libro", "m", "book"), ("mesa", "f", "table"), ("carro", "m", "car"), ("puerta", "f", "door"),
    ("vaso", "m", "glass"), ("silla", "f", "chair"), ("barco", "m", "ship"), ("manzana", "f", "apple"), ("plato", "m", "plate"),
)  # fmt: skip
_ADJECTIVES: Words = (
    ("blanco", "white"), ("negro", "black"), ("rojo", "red"), ("pequeño", "small"), ("viejo", "old"), ("nuevo", "new"),
    ("caro", "expensive"), ("grande", "big"), ("verde", "green"),
)  # fmt: skip
_TRAITS: Words = (("alto", "tall"), ("joven", "young"), ("fuerte", "strong"), ("rico", "rich"), ("viejo", "old"))


@dataclass(frozen=True)
class _Subject:
    """Both languages' words of who does it; `spanish` is empty for a pronoun that is left out."""

    spanish: str
    english: str
    person: int
    gender: str
    plural: bool
    thing: bool = False


def plural_of(word: str) -> str:
    """The plural of a Spanish noun or adjective: -s behind a vowel, -es behind a consonant; joven takes an accent."""
    if word == "joven":
        return "jóvenes"
    return word + ("s" if word[-1] in "aeo" else "es")


def agree(adjective: str, gender: str, plural: bool) -> str:
    """A Spanish adjective as its noun wants it: -o becomes -a for a feminine noun; -e and -n stay."""
    if gender == "f" and adjective.endswith("o"):
        adjective = adjective[:-1] + "a"
    return plural_of(adjective) if plural else adjective


def _english_plural(noun: str) -> str:
    return noun + ("es" if noun.endswith("s") else "s")


class _Writer:
    """Draws sentences, each in both languages."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def pick(self, words: Words) -> tuple[str, ...]:
        return words[int(self.rng.integers(len(words)))]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def noun(self, words: Words, adjective: float) -> tuple[str, str, str, bool]:
        """A noun with its article and perhaps an adjective: Spanish, English, gender, plural."""
        es, gender, en = self.pick(words)
        plural, definite = self.chance(0.4), self.chance(0.6)
        feminine = gender == "f"
        if definite:
            article = ("las" if feminine else "los") if plural else ("la" if feminine else "el")
        else:
            article = ("unas" if feminine else "unos") if plural else ("una" if feminine else "un")
        spanish, english = [plural_of(es) if plural else es], [_english_plural(en) if plural else en]
        if self.chance(adjective):
            quality, meaning = self.pick(_ADJECTIVES)
            spanish.append(agree(quality, gender, plural))
            english.insert(0, meaning)
        word = "the" if definite else "some" if plural else "an" if english[0][0] in "aeiou" else "a"
        return " ".join([article, *spanish]), " ".join([word, *english]), gender, plural

    def subject(self, thing: bool = False) -> _Subject:
        if thing:
            spanish, english, gender, plural = self.noun(_THINGS, 0.3)
            return _Subject(spanish, english, 4 if plural else 2, gender, plural, True)
        if self.chance(0.4):
            spanish, english, gender, plural = self.noun(_PEOPLE, 0.3)
            return _Subject(spanish, english, 4 if plural else 2, gender, plural)
        es, gender, en = self.pick(_PRONOUNS)
        dropped = en in _DROPPED and self.chance(0.6)
        gender = gender or ("f" if self.chance(0.5) else "m")
        return _Subject("" if dropped else es, en, _PERSON[en], gender, en in ("we", "they"))

    def pair(self) -> tuple[str, str]:
        negative, question = self.chance(0.3), self.chance(0.3)
        if self.chance(0.35):
            subject = self.subject(self.chance(0.4))
            quality, meaning = self.pick(_ADJECTIVES if subject.thing else _TRAITS)
            return _being(subject, quality, meaning, negative, question)
        return self._doing(self.subject(), negative, question)

    def _doing(self, subject: _Subject, negative: bool, question: bool) -> tuple[str, str]:
        stem, verb, third = self.pick(_VERBS)
        spanish_object, english_object, _, _ = self.noun(_THINGS, 0.5)
        spanish = [subject.spanish, "no" if negative else "", stem + _AR[subject.person], spanish_object]
        do = "does" if subject.person == 2 else "do"
        if question:
            english = [do, subject.english, "not" if negative else "", verb, english_object]
        elif negative:
            english = [subject.english, do, "not", verb, english_object]
        else:
            english = [subject.english, third if subject.person == 2 else verb, english_object]
        return _sentence(spanish, question, True), _sentence(english, question, False)


def _being(subject: _Subject, quality: str, meaning: str, negative: bool, question: bool) -> tuple[str, str]:
    quality = agree(quality, subject.gender, subject.plural)
    no, is_not = ("no", "not") if negative else ("", "")
    verb, be = _SER[subject.person], _BE[subject.person]
    if question:
        return (_sentence([no, verb, quality, subject.spanish], True, True),
                _sentence([be, subject.english, is_not, meaning], True, False))  # fmt: skip
    return (_sentence([subject.spanish, no, verb, quality], False, True),
            _sentence([subject.english, be, is_not, meaning], False, False))  # fmt: skip


def _sentence(words: list[str], question: bool, spanish: bool) -> str:
    text = " ".join(word for word in words if word)
    text = text[0].upper() + text[1:]
    return f"{'¿' if spanish else ''}{text}?" if question else f"{text}."


def pairs(seed: int, n: int) -> list[tuple[str, str]]:
    """n pairs (Spanish, English), the short English sentences first, as in the published file."""
    writer = _Writer(np.random.default_rng(seed))
    return sorted((writer.pair() for _ in range(n)), key=lambda pair: (len(pair[1]), pair[1]))
