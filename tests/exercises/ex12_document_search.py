"""Checks of exercise 12."""

import numpy as np
from hypothesis import strategies as st

from whitepaper.checking import Wrong, check
from whitepaper.checking.comparisons import first_difference
from whitepaper.checking.evidence import arrays_close, describe
from whitepaper.checking.failures import StepFailed
from whitepaper.checking.functions import arrays, leaves_its_arguments_alone, same_function

COUNTS = np.array([[3.0, 0, 1, 0], [1, 2, 0, 0], [2, 0, 0, 4]])
IDF = np.array([1.0, 1.7, 2.2, 1.4])
TOKENS = ["the", "banks", "raised", "76", "%", "banks", "others", ".", "us", "\n\n", "1.13bn", "phone2", "café", "well"]
# As in the lesson: words of letters alone that are no stop words. The lemma of "others" is a stop word, that of "well" no word.
LEMMAS = {"banks": "bank", "raised": "raise", "others": "other", "café": "café", "well": "well-"}
STOP_WORDS = {"the", "us", "other"}
QUERIES = ["software virus user mobile phone", "prime minister bill parliament tax", "captain match penalty coach"]
DOCUMENTS = [
    "prime minister tax tax tax Tax",
    "tax bill prime minister a",
    "a match coach coach tax",
    "coach tax prime minister 3.5",
    "tax",
]
SETTINGS = ("ngram_range", "max_df", "min_df", "sublinear_tf", "token_pattern", "norm", "use_idf", "smooth_idf")


@check(blank=1, step="load")
def lemmas_of_content_words(student):
    """The lemmas of the words of letters alone that are no stop words, in order."""
    known = {**{token: token for token in TOKENS}, **LEMMAS}
    edges = [
        (TOKENS, known, STOP_WORDS),
        (TOKENS, LEMMAS, STOP_WORDS),
        ([], LEMMAS, STOP_WORDS),
        (["banks"], LEMMAS, set()),
    ]
    found = student.call("terms", TOKENS, known, STOP_WORDS, step="load")
    if not isinstance(found, list):
        raise Wrong(
            "wrong-kind", f"a list of words from {TOKENS}", describe(found), "Return a list of words.", "1. Load"
        )
    tokens = st.lists(st.sampled_from(TOKENS), max_size=8)
    same_function(student, "terms", tokens, st.just(LEMMAS), st.just(STOP_WORDS), step="load", edges=edges, examples=25,
                  read="1. Load")  # fmt: skip
    leaves_its_arguments_alone(student, "terms", TOKENS, LEMMAS, STOP_WORDS, step="load", read="1. Load")


@check(blank=2, step="define")
def smoothed_idf(student):
    """ln((1 + n) / (1 + df)) + 1 for each term."""
    edges = [(COUNTS,), (np.array([[2, 0, 1], [3, 1, 0]]),), (np.zeros((3, 1)),), (np.ones((1, 2)),)]
    whole = arrays((1, 5), (1, 6), low=0, high=4).map(np.round)
    same_function(student, "inverse_document_frequency", whole, step="define", edges=edges, examples=20, tolerance=1e-9,
                  read="The idea")  # fmt: skip
    leaves_its_arguments_alone(student, "inverse_document_frequency", COUNTS, step="define", read="The idea")


@check(blank=3, step="define")
def rows_of_length_one(student):
    """count · idf, each row divided by its length; zeros stay zeros."""
    edges = [
        (COUNTS, IDF),
        (np.vstack([COUNTS, np.zeros(4)]), IDF),
        (np.array([[1, 0], [2, 2], [0, 0]]), np.array([1.0, 3.0])),
    ]
    whole = arrays((1, 5), 4, low=0, high=4).map(np.round)
    same_function(student, "weighted", whole, arrays(4, low=1, high=3), step="define", edges=edges, examples=20,
                  tolerance=1e-9, read="The idea")  # fmt: skip
    leaves_its_arguments_alone(student, "weighted", COUNTS, IDF, step="define", read="The idea")


@check(blank=4, step="compile")
def tuned_vectorizer(student):
    """TF-IDF of single words and pairs, with the bounds that hp gives."""
    for hp in ({}, {"max_df": 0.45, "min_df": 2}):
        found = student.model_call("settings", step="fit", compiled=True, hp=hp)
        right = student.course.model_call("settings", step="fit", compiled=True, hp=hp)
        if found["class"] == "NoneType":
            raise Wrong(
                "vectorizer-missing", "model.vectorizer", "None", "Set it on the model.", "3. Compile", shown=True
            )
        if found["class"] != "TfidfVectorizer":
            raise Wrong(
                "not-tfidf", "a TfidfVectorizer", found["class"], "Counts alone are not weighted.", "3. Compile"
            )
        others = [name for name in SETTINGS if first_difference(found[name], right[name])]
        if others:
            said = ", ".join(f"{name} {setting(right[name])}" for name in others)
            given = f" where hp gives {hp}" if hp else ""
            raise Wrong("other-settings", f"{said}{given}", ", ".join(f"{name} {setting(found[name])}" for name in others),
                        "", "3. Compile")  # fmt: skip
    hp = {"max_df": 0.9, "min_df": 2}
    terms, rows = student.course.model_call("rows_of", DOCUMENTS, step="fit", compiled=True, hp=hp)
    try:
        found_terms, found_rows = student.model_call("rows_of", DOCUMENTS, step="fit", compiled=True, hp=hp)
    except StepFailed as failure:
        raise Wrong("raises", "a vectorizer that can be fitted", failure.message, "", "3. Compile") from failure
    if found_terms != terms:
        raise Wrong("other-terms", f"the terms {terms}", f"{found_terms}", "", "3. Compile")
    if differs := first_difference(found_rows, rows):
        raise Wrong("other-weights", f"{describe(differs[2])} at {differs[0]} of the rows of {len(DOCUMENTS)} documents",
                    describe(differs[1]), "", "3. Compile")  # fmt: skip


def setting(value):
    return f"({', '.join(map(str, value))})" if isinstance(value, list) else repr(value)


@check(blank=5, step="fit")
def index_of_the_training_articles(student):
    """A sparse row for each training article, and neighbors by cosine."""
    seen = student.fitted().seen
    if "test" in seen or "validation" in seen:
        raise Wrong("test-data-in-fit", "training articles only", f"{', '.join(seen)} used",
                    "What is searched for must not be in the index.", "4. Fit")  # fmt: skip
    found = student.model_call("index_of", step="evaluate", fitted=True)
    right = student.course.model_call("index_of", step="evaluate", fitted=True)
    if not found.sparse:
        raise Wrong("dense", "a sparse matrix", "a dense array", "Leave toarray() out.", "Common mistakes")
    if found.shape != right.shape or abs(found["sum"] - right["sum"]) > 1e-6 * right["sum"]:
        raise Wrong("wrong-rows", f"rows {tuple(right.shape)} of the lemmas", f"{tuple(found.shape)}",
                    "data.train.x[:, LEMMAS] through model.vectorizer.", "4. Fit")  # fmt: skip
    if found.metric != "cosine":
        raise Wrong("wrong-metric", "metric 'cosine'", f"{found.metric!r}", "", "4. Fit")
    if found.algorithm != "brute":
        raise Wrong("wrong-algorithm", "algorithm 'brute'", f"{found.algorithm!r}",
                    "A tree takes no sparse rows.", "4. Fit")  # fmt: skip
    if found.rows != right.rows:
        raise Wrong("neighbors-not-fitted", f"{right.rows} rows", f"{found.rows}", ".fit(model.matrix).", "4. Fit")
    order = student.model_call("order_of", step="evaluate", fitted=True)
    right_order = student.course.model_call("order_of", step="evaluate", fitted=True)
    if differs := first_difference(order["rows"], right_order["rows"], 1e-6):
        raise Wrong("other-order", "row i of model.matrix for training article i", f"another row at {differs[0]}",
                    "The rows are in another order than the articles.", "4. Fit")  # fmt: skip
    if differs := first_difference(order["distances"], right_order["distances"], 1e-6):
        raise Wrong("other-neighbors", f"a distance of {describe(differs[2])} at {differs[0]} of model.neighbors",
                    describe(differs[1]), "", "4. Fit")  # fmt: skip


@check(blank=6, step="evaluate")
def most_similar_first(student):
    """The most similar training articles of each query, best first, with their cosines."""
    count = 4
    every, known = student.course.model_call("search", QUERIES, 10**6, step="evaluate", fitted=True)
    every, known = np.asarray(every).astype(int), np.asarray(known)
    cosine = np.empty_like(known)
    np.put_along_axis(cosine, every, known, axis=1)
    try:
        found = student.model_call("search", QUERIES, count, step="evaluate", fitted=True)
    except StepFailed as error:
        if any(word in error.message for word in ("mismatch", "inconsistent", "no terms remain", "pruning", "max_df")):
            raise Wrong("fitted-on-queries", "rows in the terms of the index", error.message,
                        "transform, not fit_transform.", "Common mistakes") from error  # fmt: skip
        raise
    if not isinstance(found, list) or len(found) != 2:
        raise Wrong("wrong-kind", "places and cosines", describe(found), "return places, cosines", "5. Evaluate")
    places, values = map(np.asarray, found)
    if places.shape != (3, count) or values.shape != (3, count):
        raise Wrong("wrong-shape", f"two arrays of shape (3, {count})", f"{places.shape} and {values.shape}",
                    "A row for each query, a column for each hit.", "5. Evaluate")  # fmt: skip
    if places.dtype.kind not in "iu" and arrays_close(places, known[:, :count], 1e-6):
        raise Wrong("results-swapped", "places, and then their cosines", "the cosines first", "", "5. Evaluate")
    if places.dtype.kind not in "iu":
        raise Wrong("places-no-integers", "places as whole numbers", f"places of type {places.dtype}",
                    "What picks rows of a table must be integers.", "5. Evaluate", shown=True)  # fmt: skip
    if arrays_close(values, 1 - known[:, :count], 1e-6) or arrays_close(values, 1 - known[:, ::-1][:, :count], 1e-6):
        raise Wrong("distance-for-similarity", "cosines, the largest first", f"{np.round(values[0], 3)}",
                    "A distance is 1 − cosine: small is near.", "Common mistakes")  # fmt: skip
    if arrays_close(values, known[:, ::-1][:, :count], 1e-6):
        raise Wrong("least-similar", f"cosines {np.round(known[0, :count], 3)}", f"{np.round(values[0], 3)}",
                    "argsort sorts up: sort −cosines.", "Common mistakes")  # fmt: skip
    if arrays_close(values, known[:, :count][:, ::-1], 1e-6):
        raise Wrong("best-last", "the most similar first", f"cosines {np.round(values[0], 3)}",
                    "Turn the order round.", "5. Evaluate")  # fmt: skip
    if not arrays_close(values, known[:, :count], 1e-6):
        raise Wrong("wrong-cosines", f"{np.round(known[0, :count], 3)}", f"{np.round(values[0], 3)}",
                    "The dot products of rows of length 1.", "The idea")  # fmt: skip
    inside = (places >= 0) & (places < cosine.shape[1])
    if not inside.all() or not arrays_close(np.take_along_axis(cosine, places.astype(int), 1), values, 1e-6):
        raise Wrong("wrong-places", "places of the articles with these cosines", f"{places[0].tolist()}",
                    "Places in model.matrix, in the order of the cosines.", "5. Evaluate")  # fmt: skip
    fewer = student.model_call("search", QUERIES[:2], 7, step="evaluate", fitted=True)
    if any(np.shape(one) != (2, 7) for one in fewer) or not arrays_close(fewer[1], known[:2, :7], 1e-6):
        raise Wrong("count-ignored", "two arrays of shape (2, 7) for two queries and count 7",
                    f"{np.shape(fewer[0])} and {np.shape(fewer[1])}", "Take `count` hits for each query.", "5. Evaluate")  # fmt: skip


@check(blank=7, step="evaluate")
def share_of_the_own_topic(student):
    """For each query the share of its hits that have its topic."""
    topics = np.array([0, 0, 2, 1, 1, 2])
    places, queries = np.array([[0, 1, 2, 5], [4, 5, 3, 2], [1, 0, 4, 5]]), np.array([2, 1, 0])
    one, none = np.array([[5]]), np.array([[0, 1], [3, 4]])
    edges = [(places, queries, topics), (one, np.array([2]), topics), (none, np.array([2, 2]), topics),
             (none, np.array([0, 1]), topics)]  # fmt: skip
    rng = np.random.default_rng(12)
    for count, hits in ((2, 5), (5, 2), (4, 4), (1, 3), (6, 1)):
        edges.append((rng.integers(0, 6, (count, hits)), rng.integers(0, 3, count), rng.permutation(topics)))
    same_function(student, "precision", step="evaluate", edges=edges, tolerance=1e-9, read="5. Evaluate")
    leaves_its_arguments_alone(student, "precision", *edges[0], step="evaluate", read="5. Evaluate")


def _tables():
    """Symmetric tables of cosines with a bound that some of them meet exactly; the first has a pair of each kind."""
    cosines = np.eye(5)
    for i, j, value in (
        (0, 3, 0.95),
        (1, 4, 0.91),
        (1, 2, 0.93),
        (0, 1, 0.9),
        (2, 3, 0.5),
        (3, 4, 0.99),
        (2, 4, -0.95),
    ):
        cosines[i, j] = cosines[j, i] = value
    yield cosines, 0.9
    yield cosines, 0.4
    yield np.eye(3), 0.9
    yield np.ones((1, 1)), 0.5
    yield np.ones((4, 4)), 0.9
    rng = np.random.default_rng(8)
    for size in (2, 6, 9):
        table = np.triu(np.round(rng.uniform(0, 1, (size, size)), 1), 1)
        yield table + table.T + np.eye(size), 0.7


@check(blank=8, step="evaluate")
def each_pair_once(student):
    """Pairs i < j with a cosine above the bound, each once."""
    for cosines, least in _tables():
        found = student.call("near_copies", cosines, least, step="evaluate")
        right = sorted((i, j) for i in range(len(cosines)) for j in range(i + 1, len(cosines)) if cosines[i, j] > least)
        items = list(found) if isinstance(found, list | np.ndarray) else None
        pairs = None if items is None else [tuple(pair) for pair in items if isinstance(pair, list | np.ndarray)]
        if pairs is None or len(pairs) != len(items) or any(len(pair) != 2 for pair in pairs):
            raise Wrong("wrong-kind", f"a list of pairs {right}", describe(found), "", "5. Evaluate")
        if any(not isinstance(place, int | np.integer) or isinstance(place, bool) for pair in pairs for place in pair):
            raise Wrong("places-no-integers", f"pairs of whole numbers {right}", f"{pairs}",
                        "What picks rows of a table must be integers.", "5. Evaluate", shown=True)  # fmt: skip
        pairs = sorted((int(i), int(j)) for i, j in pairs)
        if pairs != right:
            extra = [pair for pair in pairs if pair not in right or pairs.count(pair) > 1]
            missing = [pair for pair in right if pair not in pairs]
            i, j = (extra or missing)[0]
            said = (
                f"; the cosine of {i} and {j} is {cosines[i, j]:g}"
                if max(i, j) < len(cosines) and min(i, j) >= 0
                else ""
            )
            raise Wrong("wrong-pairs", f"{right[:8]} for {len(cosines)} articles and the bound {least}", f"{pairs[:8]}{said}",
                        "", "5. Evaluate")  # fmt: skip
    leaves_its_arguments_alone(student, "near_copies", cosines, least, step="evaluate", read="5. Evaluate")
