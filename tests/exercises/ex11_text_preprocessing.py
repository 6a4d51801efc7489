"""Checks of exercise 11."""

import math

from whitepaper.checking import Wrong, check
from whitepaper.checking.functions import leaves_its_arguments_alone

DOCUMENTS = [["a", "cat", "and", "a", "dog"], ["a", "bird"], [], ["cat", "cat"]]


@check(blank=1, step="load")
def one_spelling_of_a_brand(student):
    """Amazon in all its spellings is Amazon; others have a capital; an empty brand is the product's first word."""
    cases = (
        ("amazon.com", "Echo", "Amazon"), ("AMAZON", "Echo", "Amazon"), ("Amazon Digital Services, Inc", "Echo", "Amazon"),
        ("AmazonBasics", "Batteries", "Amazon"), (" Moshi ", "Sleeve", "Moshi"), ("MOSHI", "Sleeve", "Moshi"),
        ("", "amazonBasics Batteries", "Amazon"), ("", "Kindle Fire", "Kindle"), ("  ", "Moshi Sleeve", "Moshi"),
    )  # fmt: skip
    for brand, name, right in cases:
        found = student.call("unified", brand, name, step="load")
        if found == right:
            continue
        if not brand.strip() and not found:
            raise Wrong(
                "empty-brand",
                f"{right!r} for the brand {brand!r} of {name!r}",
                f"{found!r}",
                "Take the name's first word.",
                "1. Load",
            )
        if right == "Amazon":
            raise Wrong(
                "amazon-not-unified",
                f"'Amazon' for {brand or name!r}",
                f"{found!r}",
                "Compare in small letters.",
                "1. Load",
            )
        cause = "strip() takes blanks off, capitalize() sets the letters."
        raise Wrong("wrong-spelling", f"{right!r} for {brand or name!r}", f"{found!r}", cause, "1. Load")


@check(blank=2, step="define")
def nothing_is_lost_silently(student):
    """Words keep their apostrophes, numbers their points; everything is in small letters."""
    cases = (
        ("I DON'T know.", ["i", "don't", "know"], "apostrophe-lost", "An apostrophe inside a word belongs to it."),
        ("it’s Amazon’s", ["it's", "amazon's"], "curly-apostrophe-lost", "Replace ’ by ' before you search."),
        ("$49.99 for 2", ["49.99", "for", "2"], "number-lost", "A number is \\d+(?:\\.\\d+)?"),
        ("Great! 'Quoted' end.", ["great", "quoted", "end"], "quotes-kept", "An apostrophe counts inside a word only."),
        ("Wi-Fi, e-reader", ["wi", "fi", "e", "reader"], "wrong-tokens", "All else separates, hyphens too."),
        ("THE end", ["the", "end"], "capitals-kept", "text.lower() first."),
        ("", [], "wrong-tokens", "No text, no tokens."),
    )
    for text, right, name, cause in cases:
        found = student.call("tokens_of", text, step="define")
        if list(found) == right:
            continue
        if any(isinstance(token, tuple | list) for token in found):
            raise Wrong(
                "groups-for-tokens", f"{right}", f"{found!r:.80}", "Groups (…) catch parts: write (?:…).", "2. Define"
            )
        if [str(token).lower() for token in found] == right:
            raise Wrong("capitals-kept", f"{right}", f"{list(found)}", "text.lower() first.", "2. Define")
        raise Wrong(name, f"{right} for {text!r}", f"{list(found)!r:.80}", cause, "Common mistakes")


@check(blank=3, step="define")
def words_are_left_out(student):
    """The words go, the documents stay, and so does the order."""
    found = student.call("without", DOCUMENTS, ["a", "and"], step="define")
    right = [["cat", "dog"], ["bird"], [], ["cat", "cat"]]
    if found == right:
        leaves_its_arguments_alone(student, "without", DOCUMENTS, ["a", "and"], step="define", read="2. Define")
        return
    if isinstance(found, list) and len(found) != 4:
        raise Wrong(
            "document-lost",
            "four documents",
            f"{len(found)}",
            "An empty review is a review: shares count it.",
            "2. Define",
        )
    if found == [["a", "and", "a"], ["a"], [], []]:
        raise Wrong("kept-in-place-of-left-out", f"{right}", f"{found}", "not in.", "2. Define")
    if isinstance(found, list) and [sorted(set(each)) for each in found] == [sorted(set(each)) for each in right]:
        raise Wrong(
            "repeats-lost", f"{right}", f"{found}", "A list keeps order and repeats, a set does not.", "2. Define"
        )
    raise Wrong("wrong-words", f"{right}", f"{found!r:.80}", "", "2. Define")


@check(blank=4, step="define")
def the_table_of_words(student):
    """Count, rank, shares and documents of each word, the most frequent first."""
    found = student.call("word_table", DOCUMENTS, step="define")
    right = [
        ("a", 3, 1, 3 / 9, 2),
        ("cat", 3, 2, 6 / 9, 2),
        ("and", 1, 3, 7 / 9, 1),
        ("bird", 1, 4, 8 / 9, 1),
        ("dog", 1, 5, 1.0, 1),
    ]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Wrong("wrong-kind", "a list of dicts", f"{type(found).__name__}", "", "2. Define")
    if len(found) != 5:
        raise Wrong("wrong-number", "five words", f"{len(found)}", "", "2. Define")
    if missing := [
        name
        for name in ("word", "count", "rank", "share", "cumulative", "documents", "document_share")
        if name not in found[0]
    ]:
        raise Wrong(
            "entry-missing",
            "word, count, rank, share, cumulative, documents, document_share",
            f"no {', '.join(missing)}",
            "",
            "2. Define",
        )
    if [row["word"] for row in found] != [row[0] for row in right]:
        received = ", ".join(str(row["word"]) for row in found)
        raise Wrong(
            "wrong-order", "a, cat, and, bird, dog", received, "By count downwards, then by the alphabet.", "2. Define"
        )
    for row, (word, count, rank, cumulative, documents) in zip(found, right, strict=True):
        for name, value in (("count", count), ("rank", rank), ("share", count / 9), ("cumulative", cumulative),
                            ("documents", documents), ("document_share", documents / 4)):  # fmt: skip
            if abs(row[name] - value) < 1e-9:
                continue
            causes = {
                "rank": "Ranks count from 1.",
                "documents": "A word that comes twice in a review counts one review: set(document).",
                "document_share": "The empty review is one of the four.",
                "cumulative": "The shares of this word and of all above it.",
            }
            raise Wrong(f"wrong-{name.replace('_', '-')}", f"{name} {value:.3g} of {word!r}", f"{row[name]:.3g}",
                        causes.get(name, ""), "The idea")  # fmt: skip


@check(blank=5, step="define", after=(4,))
def words_in_enough_reviews(student):
    """Words in at least that share of the reviews, however often they occur in one."""
    documents = [["a", "b"], ["a", "c", "c", "c", "c"], ["a"], ["b"]]
    for least, right in ((0.75, {"a"}), (0.5, {"a", "b"}), (0.25, {"a", "b", "c"})):
        found = {str(word) for word in student.call("frequent", documents, least, step="define")}
        if found == right:
            continue
        if least == 0.75 and found == {"a", "c"}:
            raise Wrong(
                "by-count",
                "a alone, in three of four reviews",
                "a and c",
                "c is in one review, four times.",
                "Common mistakes",
            )
        if found < right:
            raise Wrong(
                "border-left-out", f"{sorted(right)} at {least}", f"{sorted(found)}", "At least: >=.", "2. Define"
            )
        raise Wrong(
            "wrong-words",
            f"{sorted(right)} at {least}",
            f"{sorted(found)}",
            "The share of reviews, not of tokens.",
            "2. Define",
        )


@check(blank=6, step="define")
def stems_by_porter(student):
    """Each token's Porter stem, in its place."""
    found = student.call("stemmed", [["batteries", "charging", "charged"], [], ["tablets", "easily"]], step="define")
    right = [["batteri", "charg", "charg"], [], ["tablet", "easili"]]
    if found == right:
        return
    if isinstance(found, list) and len(found) != 3:
        raise Wrong("document-lost", "three documents", f"{len(found)}", "", "2. Define")
    if found == [["batteries", "charging", "charged"], [], ["tablets", "easily"]]:
        raise Wrong("not-stemmed", f"{right}", f"{found}", "stemmer.stem(token).", "2. Define")
    raise Wrong("wrong-stems", f"{right}", f"{found!r:.90}", "PorterStemmer, one token at a time.", "2. Define")


@check(blank=7, step="fit", after=(2, 3, 4, 5, 6))
def steps_in_their_order(student):
    """Stop words, more stop words, trimming: each on what the one before has left."""
    found, right = student.fitted(), student.course.fitted()
    if "test" in found.seen:
        raise Wrong("test-data-in-fit", "training reviews only", "the test split was used", "", "4. Fit")
    names = ("all words", "without stop words", "without more stop words", "trimmed", "stems", "lemmas")
    for place, name in enumerate(names[:5]):
        words, expected = found.history["words"][place], right.history["words"][place]
        tokens, left = found.history["tokens"][place], right.history["tokens"][place]
        if (words, tokens) == (expected, left):
            continue
        cause = {
            "without stop words": "nlp.Defaults.stop_words go, all else stays.",
            "without more stop words": "MORE_STOP_WORDS go from what is left.",
            "trimmed": "Words of `frequent` at model.least stay, all others go.",
            "stems": "Hand on the documents that are left after trimming.",
        }.get(name, "")
        raise Wrong(f"wrong-{name.replace(' ', '-')}", f"{expected:.0f} words, {left:.0f} tokens {name}",
                    f"{words:.0f} and {tokens:.0f}", cause, "4. Fit")  # fmt: skip


@check(blank=8, step="evaluate")
def how_much_more_often(student):
    """log₂ of the ratio of shares, with half a review added."""
    inside, outside = (
        [["read", "book", "book"], ["read"], ["read", "fun"]],
        [["fun"], ["play"], ["fun", "play"], ["read"], []],
    )
    found = student.call("log_ratio", inside, outside, step="evaluate")
    counts = {"read": (3, 1), "book": (1, 0), "fun": (1, 2), "play": (0, 2)}
    right = {word: math.log2(((a + 0.5) / 4) / ((b + 0.5) / 6)) for word, (a, b) in counts.items()}
    if not isinstance(found, dict):
        raise Wrong("wrong-kind", "a dict, word → log₂ ratio", type(found).__name__, "", "5. Evaluate")
    if missing := sorted(set(right) - set(found)):
        raise Wrong(
            "word-missing", ", ".join(right), f"no {', '.join(missing)}", "The words of both sides.", "5. Evaluate"
        )
    for word, value in right.items():
        if abs(found[word] - value) < 1e-6:
            continue
        others = {
            "wrong-logarithm": (value * math.log(2), "log₂: math.log2."),
            "ratio-turned-round": (-value, "inside over outside."),
            "tokens-counted": (math.log2(((2 if word == "book" else counts[word][0]) + 0.5) / 4 / ((counts[word][1] + 0.5) / 6)),
                               "Documents with the word: set(document)."),
            "counts-for-shares": (math.log2((counts[word][0] + 0.5) / (counts[word][1] + 0.5)), "Divide by the documents of each side."),
            "ratio-without-logarithm": (2**value, "The logarithm of the ratio."),
        }  # fmt: skip
        for name, (wrong, cause) in others.items():
            if abs(found[word] - wrong) < 1e-6:
                raise Wrong(name, f"{value:.3f} for {word!r}", f"{found[word]:.3f}", cause, "5. Evaluate")
        raise Wrong(
            "wrong-ratio",
            f"{value:.3f} for {word!r}",
            f"{found[word]:.3f}",
            "(n + 0.5) / (documents + 1), on both sides.",
            "5. Evaluate",
        )
