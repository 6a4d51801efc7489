"""Planted mistakes of exercise 11, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def tokens(pattern: str, before: str = 'text.lower().replace("’", "\'")') -> str:
    """The answer to blank 2 with this expression."""
    return f'return re.findall(r"{pattern}", {before})'


TABLE = """
counts = Counter(token for document in documents for token in document)
containing = Counter(token for document in documents for token in {each})
total, so_far, table = sum(counts.values()), 0, []
for rank, word in enumerate({order}, {first}):
    so_far += counts[word]
    table.append({{"word": word, "count": counts[word], "rank": rank, "share": counts[word] / total,
                  "cumulative": {cumulative}, "documents": containing[word],
                  "document_share": containing[word] / {whole}}})
return table
"""
ROWS = {
    "each": "set(document)",
    "order": "sorted(counts, key=lambda word: (-counts[word], word))",
    "first": "1",
    "cumulative": "so_far / total",
    "whole": "len(documents)",
}
FIT = """
documents = without(documents, {stop})
model.note("without stop words", documents)
documents = without({left}, MORE_STOP_WORDS)
model.note("without more stop words", documents)
kept = frequent(documents, {least})
documents = {trimmed}
model.note("trimmed", documents)
"""
USUAL = {
    "stop": "nlp.Defaults.stop_words",
    "left": "documents",
    "least": "model.least",
    "trimmed": "[[token for token in document if token in kept] for document in documents]",
}
RATIO = """
counts = [Counter(token for document in side for token in {each}) for side in (inside, outside)]
return {{word: {value} for word in {words}}}
"""
LOG = "math.log2((counts[0][word] + 0.5) / (len(inside) + 1)) - math.log2((counts[1][word] + 0.5) / (len(outside) + 1))"
LOGS = {"each": "set(document)", "value": LOG, "words": "counts[0].keys() | counts[1].keys()"}

MISTAKES = [
    Mistake("capitals compared", 1, "amazon-not-unified",
            'text = brand.strip() or name.split()[0]\nreturn "Amazon" if text.startswith("Amazon") else text.capitalize()'),
    Mistake("only the exact name", 1, "amazon-not-unified",
            'text = brand.strip() or name.split()[0]\nreturn "Amazon" if text.lower() == "amazon" else text.capitalize()'),
    Mistake("spelling of others left", 1, "wrong-spelling",
            'text = brand.strip() or name.split()[0]\nreturn "Amazon" if text.lower().startswith("amazon") else text'),
    Mistake("empty brand left", 1, "empty-brand",
            'text = brand.strip()\nreturn "Amazon" if text.lower().startswith("amazon") else text.capitalize()'),
    Mistake("words of \\w", 2, "apostrophe-lost", tokens(r"\w+")),
    Mistake("letters only", 2, "number-lost", tokens(r"[a-z]+(?:'[a-z]+)*")),
    Mistake("whole numbers only", 2, "number-lost", tokens(r"[a-z]+(?:'[a-z]+)*|\d+")),
    Mistake("groups that catch", 2, "groups-for-tokens", tokens(r"([a-z]+('[a-z]+)*|\d+(\.\d+)?)")),
    Mistake("capitals kept", 2, "capitals-kept", tokens(r"[A-Za-z]+(?:'[A-Za-z]+)*|\d+(?:\.\d+)?", 'text.replace("’", "\'")')),
    Mistake("curly apostrophes forgotten", 2, "curly-apostrophe-lost", tokens(r"[a-z]+(?:'[a-z]+)*|\d+(?:\.\d+)?", "text.lower()")),
    Mistake("cut at blanks", 2, "apostrophe-lost",
            "return text.lower().replace('’', \"'\").replace('.', ' ').replace(\"'\", ' ').split()"),
    Mistake("quotes taken for apostrophes", 2, "quotes-kept", tokens(r"[a-z']+|\d+(?:\.\d+)?")),
    Mistake("empty reviews dropped", 3, "document-lost",
            "kept = [[t for t in document if t not in words] for document in documents]\nreturn [each for each in kept if each]"),
    Mistake("the wrong ones kept", 3, "kept-in-place-of-left-out",
            "return [[token for token in document if token in words] for document in documents]"),
    Mistake("removed from the lists that were given", 3, "argument-changed",
            "for document in documents:\n    document[:] = [token for token in document if token not in words]\nreturn documents"),
    Mistake("sets of words", 3, "repeats-lost", "return [sorted(set(document) - set(words)) for document in documents]"),
    Mistake("one list for all", 3, "wrong-words",
            "flat = [token for document in documents for token in document if token not in words]\nreturn [flat] * len(documents)"),
    Mistake("tokens for documents", 4, "wrong-documents", TABLE.format(**ROWS | {"each": "document"})),
    Mistake("ranks from 0", 4, "wrong-rank", TABLE.format(**ROWS | {"first": "0"})),
    Mistake("in order of appearance", 4, "wrong-order", TABLE.format(**ROWS | {"order": "counts"})),
    Mistake("least frequent first", 4, "wrong-order",
            TABLE.format(**ROWS | {"order": "sorted(counts, key=lambda word: (counts[word], word))"})),
    Mistake("share in place of their sum", 4, "wrong-cumulative", TABLE.format(**ROWS | {"cumulative": "counts[word] / total"})),
    Mistake("empty reviews not counted", 4, "wrong-document-share",
            TABLE.format(**ROWS | {"whole": "len([each for each in documents if each])"})),
    Mistake("above in place of at least", 5, "border-left-out",
            'return {row["word"] for row in word_table(documents) if row["document_share"] > least}'),
    Mistake("share of tokens", 5, "by-count", """
        counts = Counter(token for document in documents for token in document)
        return {word for word, count in counts.items() if count / len(documents) >= least}
        """),
    Mistake("all words", 5, "wrong-words", 'return {row["word"] for row in word_table(documents)}'),
    Mistake("tokens as they are", 6, "not-stemmed", "return documents"),
    Mistake("last letter cut off", 6, "wrong-stems", "return [[token[:-1] for token in document] for document in documents]"),
    Mistake("another stemmer", 6, "wrong-stems", """
        from nltk.stem import LancasterStemmer

        return [[LancasterStemmer().stem(token) for token in document] for document in documents]
        """),
    Mistake("empty reviews lost", 6, "document-lost", """
        stemmer = PorterStemmer()
        return [[stemmer.stem(token) for token in document] for document in documents if document]
        """),
    Mistake("own words only", 7, "wrong-without-stop-words", FIT.format(**USUAL | {"stop": "MORE_STOP_WORDS"})),
    Mistake("from the first documents again", 7, "wrong-without-more-stop-words",
            "first = documents\n" + FIT.format(**USUAL | {"left": "first"})),
    Mistake("half of the share", 7, "wrong-trimmed", FIT.format(**USUAL | {"least": "model.least * 3"})),
    Mistake("frequent words left out", 7, "wrong-trimmed", FIT.format(**USUAL | {"trimmed": "without(documents, kept)"})),
    Mistake("noted, not handed on", 7, "raises",
            FIT.format(**USUAL).replace("documents = [[token", "trimmed = [[token").replace('"trimmed", documents', '"trimmed", trimmed')),
    Mistake("test reviews counted too", 7, "test-data-in-fit",
            FIT.format(**USUAL).replace("documents = without", "_ = data.test.x\ndocuments = without", 1)),
    Mistake("natural logarithm", 8, "wrong-logarithm", RATIO.format(**LOGS | {"value": LOG.replace("log2", "log")})),
    Mistake("ratio the other way round", 8, "ratio-turned-round", RATIO.format(**LOGS | {"value": f"-({LOG})"})),
    Mistake("repeats counted", 8, "tokens-counted", RATIO.format(**LOGS | {"each": "document"})),
    Mistake("counts for shares", 8, "counts-for-shares",
            RATIO.format(**LOGS | {"value": "math.log2((counts[0][word] + 0.5) / (counts[1][word] + 0.5))"})),
    Mistake("words of one side", 8, "word-missing", RATIO.format(**LOGS | {"words": "counts[0]"})),
    Mistake("no logarithm", 8, "ratio-without-logarithm", RATIO.format(**LOGS | {"value": f"2 ** ({LOG})"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "loops and other tools",
        {
            1: """
            first = brand.split() or name.split()
            if "".join(first).casefold()[:6] == "amazon":
                return "Amazon"
            text = " ".join(first) if brand.strip() else first[0]
            return text[:1].upper() + text[1:].lower()
            """,
            2: """
            plain = text.casefold().replace("\\u2019", "'")
            return [match.group() for match in re.finditer(r"\\d+\\.\\d+|\\d+|[a-z]+(?:'[a-z]+)*", plain)]
            """,
            3: """
            kept = []
            for document in documents:
                kept.append([])
                for token in document:
                    if token not in set(words):
                        kept[-1].append(token)
            return kept
            """,
            4: """
            words = sorted({token for document in documents for token in document})
            counts = {word: sum(document.count(word) for document in documents) for word in words}
            words.sort(key=counts.get, reverse=True)
            total = sum(counts.values())
            sums = np.cumsum([counts[word] for word in words]) / total
            found = []
            for place, word in enumerate(words):
                within = sum(word in document for document in documents)
                found.append(dict(word=word, count=counts[word], rank=place + 1, share=counts[word] / total,
                                  cumulative=float(sums[place]), documents=within, document_share=within / len(documents)))
            return found
            """,
            8: """
            def share(side, word):
                return (sum(word in document for document in side) + 0.5) / (len(side) + 1)

            words = {token for document in [*inside, *outside] for token in document}
            return {word: float(np.log2(share(inside, word) / share(outside, word))) for word in words}
            """,
        },
    ),
    Right(
        "counts in place of tables, stems in a loop",
        {
            5: """
            found = []
            for word in {token for document in documents for token in document}:
                if sum(word in document for document in documents) >= least * len(documents):
                    found.append(word)
            return set(found)
            """,
            6: """
            stem = PorterStemmer().stem
            return [list(map(stem, document)) for document in documents]
            """,
            7: """
            documents = without(documents, list(nlp.Defaults.stop_words))
            model.note("without stop words", documents)
            documents = without(documents, set(MORE_STOP_WORDS))
            model.note("without more stop words", documents)
            rare = {token for document in documents for token in document} - set(frequent(documents, model.least))
            documents = without(documents, rare)
            model.note("trimmed", documents)
            """,
        },
    ),
]
