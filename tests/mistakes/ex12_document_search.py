"""Planted mistakes of exercise 12, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

VECTORIZER = (
    "model.vectorizer = {kind}(ngram_range={ngrams}, max_df={most}, min_df={least}, token_pattern={pattern}{more})"
)
TUNED = {
    "kind": "TfidfVectorizer",
    "ngrams": "(1, 2)",
    "most": "most",
    "least": "least",
    "pattern": 'r"\\S+"',
    "more": ", sublinear_tf=True",
}
FIT = """
model.matrix = model.vectorizer.fit_transform({texts}){dense}
model.neighbors = NearestNeighbors(n_neighbors=HITS, metric={metric}, algorithm="brute"){fitted}
"""
INDEX = {"texts": "data.train.x[:, LEMMAS]", "dense": "", "metric": '"cosine"', "fitted": ".fit(model.matrix)"}
SEARCH = """
cosines = {cosines}
places = np.argsort({by}, axis=1, kind="stable"){cut}
return places, np.take_along_axis(cosines, places, axis=1)
"""
NEAREST = {
    "cosines": "(model.vectorizer.transform(lemmas) @ model.matrix.T).toarray()",
    "by": "-cosines",
    "cut": "[:, :count]",
}
SMOOTH = "np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))) + 1"
PAIRS = "return [(int(i), int(j)) for i, j in zip(*np.nonzero({chosen}))]"

MISTAKES = [
    Mistake("tokens for lemmas", 1, "not-lemmas", "return [t for t in tokens if t.isalpha() and t not in stop_words]"),
    Mistake("stop words kept", 1, "stop-words-kept", "return [lemmas[t] for t in tokens if t.isalpha()]"),
    Mistake("numbers kept", 1, "no-words-kept", "return [lemmas[t] for t in tokens if t not in stop_words]"),
    Mistake("a set", 1, "repeats-lost",
            "return sorted({lemmas[t] for t in tokens if t.isalpha() and t not in stop_words})"),
    Mistake("one text", 1, "wrong-kind",
            'return " ".join(lemmas[t] for t in tokens if t.isalpha() and t not in stop_words)'),
    Mistake("idf not smoothed", 2, "idf-not-smoothed", "return np.log(len(counts) / (counts > 0).sum(axis=0)) + 1"),
    Mistake("1 not added", 2, "one-not-added", f"return {SMOOTH[:-4]}"),
    Mistake("occurrences counted", 2, "occurrences-counted",
            "return np.log((1 + len(counts)) / (1 + counts.sum(axis=0))) + 1"),
    Mistake("logarithm to base 10", 2, "wrong-logarithm", f"return {SMOOTH.replace('np.log', 'np.log10')}"),
    Mistake("terms of each document", 2, "wrong-shape", f"return {SMOOTH.replace('axis=0', 'axis=1')}"),
    Mistake("no norm", 3, "not-normalized", "return counts * idf"),
    Mistake("divided by the sum", 3, "sum-in-place-of-length",
            "rows = counts * idf\nsums = rows.sum(axis=1, keepdims=True)\nreturn rows / np.where(sums == 0, 1, sums)"),
    Mistake("zeros divided by zero", 3, "divided-by-zero",
            "rows = counts * idf\nreturn rows / np.linalg.norm(rows, axis=1, keepdims=True)"),
    Mistake("idf after the norm", 3, "idf-after-norm", """
        length = np.linalg.norm(counts, axis=1, keepdims=True)
        return counts / np.where(length == 0, 1, length) * idf
        """),
    Mistake("columns of length 1", 3, "columns-normalized",
            "rows = counts * idf\nreturn rows / np.linalg.norm(rows, axis=0, keepdims=True)"),
    Mistake("bounds swapped", 4, "bounds-swapped", VECTORIZER.format(**TUNED | {"most": "least", "least": "most"})),
    Mistake("single words", 4, "wrong-ngrams", VECTORIZER.format(**TUNED | {"ngrams": "(1, 1)"})),
    Mistake("pairs alone", 4, "wrong-ngrams", VECTORIZER.format(**TUNED | {"ngrams": "(2, 2)"})),
    Mistake("no norm", 4, "no-norm", VECTORIZER.format(**TUNED | {"more": ", sublinear_tf=True, norm=None"})),
    Mistake("counts", 4, "not-tfidf", VECTORIZER.format(**TUNED | {"kind": "CountVectorizer", "more": ""})),
    Mistake("counts as they are", 4, "not-sublinear", VECTORIZER.format(**TUNED | {"more": ""})),
    Mistake("bounds forgotten", 4, "wrong-bounds", VECTORIZER.format(**TUNED | {"most": "1.0", "least": "1"})),
    Mistake("vectorizer kept to itself", 4, "vectorizer-missing",
            "vectorizer = TfidfVectorizer(ngram_range=(1, 2), max_df=most, min_df=least)"),
    Mistake("raw texts", 5, "wrong-rows", FIT.format(**INDEX | {"texts": "data.train.x[:, TEXT]"})),
    Mistake("made dense", 5, "dense", FIT.format(**INDEX | {"dense": ".toarray()"})),
    Mistake("test articles in the index", 5, "test-data-in-fit",
            FIT.format(**INDEX | {"texts": "np.concatenate([data.train.x, data.test.x])[:, LEMMAS]"})),
    Mistake("distance of points", 5, "wrong-metric", FIT.format(**INDEX | {"metric": '"euclidean"'})),
    Mistake("neighbors not fitted", 5, "neighbors-not-fitted", FIT.format(**INDEX | {"fitted": ""})),
    Mistake("fit_transform on the queries", 6, "fitted-on-queries",
            SEARCH.format(**NEAREST | {"cosines": NEAREST["cosines"].replace("transform", "fit_transform")})),
    Mistake("least similar first", 6, "least-similar", SEARCH.format(**NEAREST | {"by": "cosines"})),
    Mistake("distances sorted down", 6, "distance-for-similarity",
            SEARCH.format(**NEAREST | {"cosines": f"1 - {NEAREST['cosines']}"})),
    Mistake("distances given back", 6, "distance-for-similarity",
            SEARCH.format(**NEAREST | {"cosines": f"1 - {NEAREST['cosines']}", "by": "cosines"})),
    Mistake("best last", 6, "best-last", SEARCH.format(**NEAREST | {"by": "cosines", "cut": "[:, -count:]"})),
    Mistake("all of them", 6, "wrong-shape", SEARCH.format(**NEAREST | {"cut": ""})),
    Mistake("places for topics", 7, "places-for-topics", "return (places == query_topics[:, None]).mean(axis=1)"),
    Mistake("mean of all", 7, "one-number", "return (topics[places] == query_topics[:, None]).mean()"),
    Mistake("any hit", 7, "any-hit", "return (topics[places] == query_topics[:, None]).any(axis=1).astype(float)"),
    Mistake("counted, not divided", 7, "counts-for-shares",
            "return (topics[places] == query_topics[:, None]).sum(axis=1)"),
    Mistake("each article finds itself", 8, "itself-among-the-hits", PAIRS.format(chosen="np.triu(cosines) > least")),
    Mistake("each pair twice", 8, "pairs-twice",
            PAIRS.format(chosen="cosines - np.diag(np.diag(cosines)) > least")),
    Mistake("at least in place of above", 8, "border", PAIRS.format(chosen="np.triu(cosines, k=1) >= least")),
    Mistake("below the diagonal", 8, "turned-round", PAIRS.format(chosen="np.tril(cosines, k=-1) > least")),
]  # fmt: skip

RIGHTS = [
    Right(
        "loops and other tools",
        {
            1: """
            found = []
            for token in tokens:
                if token in stop_words or not token.isalpha():
                    continue
                found.append(lemmas[token])
            return found
            """,
            2: """
            df = np.count_nonzero(counts, axis=0)
            return 1 - np.log1p(df) + np.log1p(counts.shape[0])
            """,
            3: "return normalize(np.asarray(counts) * np.asarray(idf)[None, :])",
            4: """
            model.vectorizer = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\\S+")
            model.vectorizer.set_params(min_df=least, max_df=most, ngram_range=(1, 2))
            """,
            5: """
            texts = [lemmas for _, lemmas in data.train.x]
            model.matrix = model.vectorizer.fit(texts).transform(texts)
            model.neighbors = NearestNeighbors(metric="cosine", algorithm="brute")
            model.neighbors.fit(model.matrix)
            """,
            7: "return np.array([np.mean(topics[row] == own) for row, own in zip(places, query_topics)])",
            8: """
            n = len(cosines)
            return [(i, j) for i in range(n) for j in range(i + 1, n) if cosines[i, j] > least]
            """,
        },
    ),
    Right(
        "the neighbors of scikit-learn",
        {
            6: """
            distance, places = model.neighbors.kneighbors(model.vectorizer.transform(lemmas), count)
            return places, 1 - distance
            """,
            8: "i, j = np.nonzero(np.triu(cosines > least, 1))\nreturn list(zip(i.tolist(), j.tolist()))",
        },
    ),
]
