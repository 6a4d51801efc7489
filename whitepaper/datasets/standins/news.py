"""Stand-ins for news: articles of five topics with near copies, and postings of two newsgroups with headers and quotes.

Both come from small grammars: topics share most of their words, so that a few words tell them apart, as in real news.
"""

from __future__ import annotations

import numpy as np

from whitepaper.files import texts

# What each topic speaks of; slots are filled from these and from the words that all share.
_TOPICS: tuple[dict[str, tuple[str, ...]], ...] = (
    {
        "who": ("the central bank", "a car maker", "the oil firm", "investors", "the airline", "shareholders"),
        "what": ("profits", "shares", "interest rates", "exports", "a takeover bid", "its debt", "the dollar", "inflation"),
        "did": ("cut", "raised", "bought", "sold", "forecast", "financed", "audited"),
        "where": ("on the stock market", "in the fourth quarter", "amid weak demand", "after strong sales", "in the retail sector"),
    },
    {
        "who": ("the singer", "a film director", "the actress", "the band", "the festival jury", "a playwright"),
        "what": ("the award", "a new album", "the film", "the leading role", "ticket sales", "an Oscar nomination", "the musical"),
        "did": ("won", "released", "filmed", "performed", "praised", "cast", "rehearsed"),
        "where": ("at the box office", "on stage", "in the charts", "at the film festival", "in a packed theatre"),
    },
    {
        "who": ("the prime minister", "a Labour MP", "the home secretary", "the opposition", "Tory leaders", "the commons"),
        "what": ("the bill", "an election pledge", "tax plans", "the immigration policy", "a referendum", "the manifesto", "asylum law"),
        "did": ("defended", "opposed", "voted on", "drafted", "attacked", "legislated", "campaigned for"),
        "where": ("in parliament", "before the general election", "at the party conference", "in Whitehall", "in a cabinet meeting"),
    },
    {
        "who": ("the captain", "the coach", "United", "the sprinter", "the tennis champion", "the rugby side"),
        "what": ("the match", "a penalty", "the title", "the final", "an injury", "the six nations game", "the transfer"),
        "did": ("won", "scored", "lost", "defended", "missed", "kicked", "trained for"),
        "where": ("in the second half", "at the stadium", "in extra time", "in the semi-final", "on the pitch"),
    },
    {
        "who": ("the software firm", "a security expert", "mobile users", "the search engine", "game makers", "the chip maker"),
        "what": ("a virus", "broadband", "the new handset", "spam e-mail", "music downloads", "the operating system", "a web browser"),
        "did": ("patched", "launched", "downloaded", "encrypted", "upgraded", "searched", "networked"),
        "where": ("over the net", "on home computers", "with wireless technology", "in online games", "on digital devices"),
    },
)  # fmt: skip
_TIMES = ("on Monday", "this week", "last year", "on Thursday", "in January", "for the first time", "yesterday")
_SAID = ("said a spokesman", "officials said", "analysts expect", "reports suggest", "a survey found", "critics say")
_MORE = ("the move surprised many people", "the decision could take months", "people across the country are watching",
         "the plan was first announced last year", "there was no further comment", "the number rose to {n}",
         "about {n} people were asked", "the figures are due next week", "it was the biggest change in {n} years")  # fmt: skip

# What any article may be about besides its topic: each has a few of these, and comes back to them again and again.
_NAMES = ("Smith", "Jones", "Brown", "Wilson", "Davies", "Taylor", "Evans", "Walker", "Hughes", "Clarke", "Murphy", "Kelly",
          "London", "Paris", "Berlin", "Tokyo", "Madrid", "Dublin", "Glasgow", "Leeds", "Cardiff", "Sydney", "Boston", "Rome",
          "Scotland", "Wales", "Germany", "France", "Spain", "Italy", "Japan", "India", "China", "Russia", "Canada", "Kenya")  # fmt: skip
_ASIDES = ("family", "school", "hospital", "letter", "weather", "train", "street", "brother", "lawyer", "garden", "dinner",
           "birthday", "holiday", "village", "station", "bridge", "doctor", "teacher", "kitchen", "newspaper", "photograph",
           "neighbour", "summer", "bus", "window", "dog", "church", "river")  # fmt: skip
_ASIDE = (
    "{name} said that it was not the first time that he had been there with the {aside}",
    "there is more to it than that, {name} told us, and the {aside} is only a part of the {aside} we have seen so far",
    "she had to be with her {aside} in {name} by then, and it was up to her and to no one else",
    "they were at the {aside} when they were told of it, and so were all of their friends in {name}",
    "it is what it is, and if you ask me about the {aside} you will see why {name} would do it all again",
    "of all of those in {name} who had a {aside} of their own, few of them had the {aside} that they have in {name}",
    "but for the {aside} he would not be in {name} at all, as he has said to me and to others before",
    "we do not know which of the {aside}s it was, or how {name} came to be on its own in the end",
)

# Chosen so that the steps of a search help about as much as on the published articles (precision of the first five hits):
# counts 0.67, TF-IDF 0.85, lemmas 0.88, sublinear pairs 0.94, reduced 0.96.
_ASIDE_SHARE, _OWN, _WORDS, _PLURALS, _FIRST = 0.28, 0.75, 2, 0.3, 0.9

_ELECTRONICS = {
    "who": ("the transistor", "your power supply", "the op amp", "a 555 timer", "the capacitor", "my oscilloscope",
                "the voltage regulator"),
    "what": ("the circuit", "a 12 volt battery", "the input signal", "the ground wire", "a resistor", "the output stage", "noise"),
    "did": ("drives", "needs", "heats", "shorts", "filters", "switches", "amplifies"),
    "where": ("on the board", "at 60 hertz", "behind the scope", "in the data sheet", "across the load"),
}  # fmt: skip
_POLITICS = {
    "who": ("the government", "the president", "a taxpayer", "Congress", "the press", "the administration", "a free society"),
    "what": ("the law", "taxes", "individual rights", "the war on drugs", "health care", "the constitution", "federal spending"),
    "did": ("supports", "pays for", "bans", "defends", "votes for", "opposes", "regulates"),
    "where": ("in this country", "in Washington", "at the polls", "under the bill of rights", "in the election"),
}  # fmt: skip
_OPINIONS = ("I think {s}.", "Can anyone explain why {s}?", "As far as I know, {s}.", "In my opinion {s}.",
             "You are wrong: {s}.", "Has anybody seen that {s}?", "Thanks in advance; {s}.")  # fmt: skip


def _pick(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]


def _clause(rng: np.random.Generator, words: dict[str, tuple[str, ...]]) -> str:
    return " ".join(_pick(rng, words[slot]) for slot in ("who", "did", "what", "where"))


def _sentence(rng: np.random.Generator, topic: int, words: dict[str, tuple[str, ...]] | None = None) -> str:
    # A little of every article speaks of something else.
    words = words or _TOPICS[topic]
    words = words if rng.random() < _OWN else _TOPICS[int(rng.integers(5))]
    words = {**words, "who": tuple(_plural(rng, one) for one in words["who"])}
    kind = rng.random()
    if kind < 0.5:
        text = f"{_clause(rng, words)} {_pick(rng, _TIMES)}"
    elif kind < 0.75:
        text = f"{_clause(rng, words)}, {_pick(rng, _SAID)}"
    else:
        text = _pick(rng, _MORE).format(n=int(rng.integers(2, 90)))
    return text[0].upper() + text[1:] + "."


def _plural(rng: np.random.Generator, phrase: str) -> str:
    """The phrase with its last word in the plural, now and then: only a lemma is the same in both forms."""
    return f"{phrase}s" if not phrase.endswith("s") and rng.random() < _PLURALS else phrase


def _some(rng: np.random.Generator, words: tuple[str, ...], n: int) -> tuple[str, ...]:
    return tuple(words[int(place)] for place in rng.permutation(len(words))[:n])


def _article(rng: np.random.Generator, topic: int) -> str:
    """An article has its own few words of the topic, and asides that come back to its own few names and things."""
    words = {slot: _some(rng, choices, _WORDS) for slot, choices in _TOPICS[topic].items()}
    title = f"{_pick(rng, words['who'])} {_pick(rng, words['did'])} {_pick(rng, words['what'])}".capitalize()
    names, asides, forms = (_some(rng, choices, 2) for choices in (_NAMES, _ASIDES, _ASIDE))

    def sentence() -> str:
        if rng.random() < _ASIDE_SHARE:
            # The first of the two most often: a word that is repeated says little more than one that comes once.
            first = 0 if rng.random() < _FIRST else 1
            text = _pick(rng, forms).format(name=names[first], aside=asides[first])
            return text[0].upper() + text[1:] + "."
        return _sentence(rng, topic, words)

    paragraphs = [" ".join(sentence() for _ in range(int(rng.integers(2, 5)))) for _ in range(int(rng.integers(3, 8)))]
    return "\n\n".join([title, *paragraphs]) + "\n"


def articles(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """News of five topics in equal shares; about one in twenty is a near copy of an earlier one, as agencies' texts are.

    Returns:
        text, text_ends: as `texts.pack` lays out; y: uint8 (n,) topic.
    """
    rng = np.random.default_rng(seed)
    n = n_train + n_test
    y = rng.permutation(np.arange(n) % 5).astype(np.uint8)
    found: list[str] = []
    for number, topic in enumerate(y):
        earlier = np.flatnonzero(y[:number] == topic)
        if len(earlier) > 3 and rng.random() < 0.05:
            sentences = found[int(rng.choice(earlier))].split(". ")
            sentences[int(rng.integers(len(sentences)))] = _sentence(rng, int(topic)).rstrip(".")
            found.append(". ".join(sentences))
        else:
            found.append(_article(rng, int(topic)))
    return {**texts.pack(found), "y": y}


def _posting(rng: np.random.Generator, words: dict[str, tuple[str, ...]], group: str) -> str:
    name = _pick(rng, ("jsmith", "mary", "kb7", "root", "hal9000", "steve"))
    site = _pick(rng, ("univ.edu", "netcom.com", "uunet.uu.net", "cs.college.edu"))
    subject = f"{_pick(rng, words['what'])} {_pick(rng, words['where'])}"
    header = "\n".join(
        [
            f"From: {name}@{site} ({name.title()})",
            f"Subject: Re: {subject}",
            f"Organization: {site}",
            f"Newsgroups: {group}",
            f"Lines: {rng.integers(5, 60)}\n",
        ]
    )

    def opinion() -> str:
        # Every third sentence is one of the other group's: postings wander.
        other = _POLITICS if words is _ELECTRONICS else _ELECTRONICS
        return _pick(rng, _OPINIONS).format(s=_clause(rng, words if rng.random() < 0.7 else other))

    quote = f"In article <{rng.integers(1000, 9999)}@{site}> somebody writes:\n> {opinion()}\n> {opinion()}\n\n"
    body = "\n".join(opinion() for _ in range(int(rng.integers(2, 7))))
    # A last block that a blank line or dashes set apart is taken for a signature: every posting has one.
    footer = f"\n\n-- \n{name.title()}   {site}\n" if rng.random() < 0.5 else f"\n\n{name.title()}\n"
    return header + "\n" + (quote if rng.random() < 0.6 else "") + body + footer


def postings(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """Postings of sci.electronics and talk.politics.misc with headers, quotes and signatures.

    Returns:
        text, text_ends: as `texts.pack` lays out; y: uint8 (n,) group among the twenty; test: uint8 (n,) 1 for the test split.
    """
    rng = np.random.default_rng(seed)
    n = n_train + n_test
    kind = rng.permutation(np.arange(n) % 2)
    groups = ((_ELECTRONICS, "sci.electronics"), (_POLITICS, "talk.politics.misc"))
    return {
        **texts.pack(_posting(rng, *groups[which]) for which in kind),
        "y": np.where(kind == 0, 12, 18).astype(np.uint8),
        "test": (np.arange(n) >= n_train).astype(np.uint8),
    }
