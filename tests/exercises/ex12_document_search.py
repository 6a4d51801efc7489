"""Checks of exercise 12."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close, describe
from whitepaper.checking.failures import StepFailed

COUNTS = np.array([[3.0, 0, 1, 0], [1, 2, 0, 0], [2, 0, 0, 4]])
DF = np.array([3, 1, 1, 1])
IDF = np.log(4 / (1 + DF)) + 1
TEXT = ["the", "banks", "raised", "76", "%", "banks", "shares", ".", "us", "\n\n", "1.13bn"]
LEMMAS = {"banks": "bank", "raised": "raise", "shares": "share"}
STOP_WORDS = {"the", "us"}
QUERIES = ["software virus user mobile phone", "prime minister bill parliament tax", "captain match penalty coach"]


@check(blank=1, step="load")
def lemmas_of_content_words(student):
    """The lemmas of the words that are no stop words, in order."""
    lemmas = {**{token: token for token in TEXT}, **LEMMAS}
    found = student.call("terms", TEXT, lemmas, STOP_WORDS, step="load")
    right = ["bank", "raise", "bank", "share"]
    if not isinstance(found, list):
        raise Wrong("wrong-kind", f"the list {right}", describe(found), "Return a list of words.", "1. Load")
    if found == right:
        return
    if found == ["banks", "raised", "banks", "shares"]:
        raise Wrong("not-lemmas", f"{right}", f"{found}", "lemmas[token] in place of token.", "1. Load")
    if sorted(found) == sorted(set(right)):
        raise Wrong("repeats-lost", f"{right}", f"{found}", "How often a word occurs is counted later.", "1. Load")
    if set(found) & STOP_WORDS:
        raise Wrong("stop-words-kept", f"{right}", f"{found}", "token not in stop_words.", "1. Load")
    if not all(isinstance(token, str) and token.isalpha() for token in found):
        raise Wrong("no-words-kept", f"{right}", f"{found}", "token.isalpha() tells words from all else.", "1. Load")
    raise Wrong("wrong-terms", f"{right}", f"{found}", "", "1. Load")


@check(blank=2, step="define")
def smoothed_idf(student):
    """ln((1 + n) / (1 + df)) + 1 for each term."""
    found = student.call("inverse_document_frequency", COUNTS, step="define")
    if arrays_close(found, IDF, 1e-9):
        return
    total, n = COUNTS.sum(axis=0), len(COUNTS)
    others = {
        "idf-not-smoothed": (np.log(n / DF) + 1, "1 is added to n and to df, as if one more document had every term."),
        "one-not-added": (np.log((1 + n) / (1 + DF)), "Without + 1 a term of all documents would weigh 0."),
        "occurrences-counted": (np.log((1 + n) / (1 + total)) + 1, "df counts documents: (counts > 0).sum(axis=0)."),
        "wrong-logarithm": (np.log2((1 + n) / (1 + DF)) + 1, "ln is np.log."),
        "turned-round": (np.log((1 + DF) / (1 + n)) + 1, "Rare terms weigh more: n above, df below."),
    }
    for other in (np.log10((1 + n) / (1 + DF)) + 1,):
        if arrays_close(found, other, 1e-9):
            raise Wrong("wrong-logarithm", describe(IDF), describe(found), "ln is np.log.", "The idea")
    if arrays_close(found, np.log(n / DF), 1e-9):
        raise Wrong("idf-not-smoothed", describe(IDF), describe(found), "Add 1 in three places.", "The idea")
    for name, (other, cause) in others.items():
        if arrays_close(found, other, 1e-9):
            raise Wrong(name, describe(IDF), describe(found), cause, "The idea")
    if np.shape(found) != (4,):
        raise Wrong("wrong-shape", "one number a term, shape (4,)", f"shape {np.shape(found)}",
                    "Documents are rows: count them along axis 0.", "The idea")  # fmt: skip
    raise Wrong("wrong-idf", describe(IDF), describe(found), "", "The idea")


@check(blank=3, step="define")
def rows_of_length_one(student):
    """count · idf, each row divided by its length; zeros stay zeros."""
    counts = np.vstack([COUNTS, np.zeros(4)])
    rows = counts * IDF
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    right = rows / np.where(length == 0, 1, length)
    found = student.call("weighted", counts, IDF, step="define")
    if arrays_close(found, right, 1e-9):
        return
    if np.shape(found) != right.shape:
        raise Wrong("wrong-shape", f"shape {right.shape}", f"shape {np.shape(found)}", "", "The idea")
    if not np.isfinite(found).all():
        raise Wrong("divided-by-zero", "zeros for a text without a term", "NaN",
                    "Divide by 1 where the length is 0.", "2. Define")  # fmt: skip
    plain, sums = counts / np.where(length == 0, 1, np.linalg.norm(counts, axis=1, keepdims=True)), rows.sum(1)[:, None]
    columns = np.linalg.norm(rows, axis=0, keepdims=True)
    others = {
        "not-normalized": (rows, "Divide each row by its length."),
        "idf-missing": (plain, "Multiply by the idf before."),
        "idf-after-norm": (plain * IDF, "Multiply first, then divide: the idf changes the length."),
        "sum-in-place-of-length": (rows / np.where(sums == 0, 1, sums), "L2 is the root of the sum of squares."),
        "columns-normalized": (rows / columns, "A document is a row: axis=1, keepdims=True."),
    }
    for name, (other, cause) in others.items():
        if arrays_close(found, other, 1e-9):
            raise Wrong(name, "rows count · idf of length 1", f"first row {np.round(found[0], 3)}", cause, "The idea")
    raise Wrong("wrong-weights", f"{np.round(right[0], 3)}", f"{np.round(found[0], 3)}", "", "The idea")


@check(blank=4, step="compile")
def tuned_vectorizer(student):
    """TF-IDF of single words and pairs, in at most 70 % of the documents and in at least three."""
    found = student.model_call("settings", step="fit", compiled=True)
    if found["class"] == "NoneType":
        raise Wrong("vectorizer-missing", "model.vectorizer", "None", "Set it on the model.", "3. Compile")
    if found["class"] != "TfidfVectorizer":
        raise Wrong("not-tfidf", "a TfidfVectorizer", found["class"], "Counts alone are not weighted.", "3. Compile")
    if list(found.ngram_range) != [1, 2]:
        raise Wrong("wrong-ngrams", "ngram_range (1, 2)", f"{tuple(found.ngram_range)}",
                    "From one word to two.", "3. Compile")  # fmt: skip
    if found.max_df == 3 or found.min_df == 0.7:
        raise Wrong("bounds-swapped", "max_df 0.7, min_df 3", f"max_df {found.max_df}, min_df {found.min_df}",
                    "max_df is the upper bound, min_df the lower.", "3. Compile")  # fmt: skip
    if found.max_df != 0.7 or found.min_df != 3:
        raise Wrong("wrong-bounds", "max_df 0.7, min_df 3", f"max_df {found.max_df}, min_df {found.min_df}",
                    "Hand on most and least.", "3. Compile")  # fmt: skip
    if found.norm != "l2":
        raise Wrong("no-norm", "rows of length 1, norm 'l2'", f"norm {found.norm!r}",
                    "Without it a dot product is no cosine.", "The idea")  # fmt: skip
    if not found.sublinear_tf:
        raise Wrong("not-sublinear", "sublinear_tf=True", f"{found.sublinear_tf}",
                    "A word that comes ten times would weigh ten times as much.", "3. Compile")  # fmt: skip
    if not found.use_idf or not found.smooth_idf:
        raise Wrong("other-weights", "counts times smoothed idf", "use_idf or smooth_idf set otherwise",
                    "Leave what is set already.", "The idea")  # fmt: skip
    if found.token_pattern != r"\S+":
        raise Wrong("wrong-tokens", r"token_pattern \S+", f"{found.token_pattern}",
                    "The lemmas are cut at blanks already.", "3. Compile")  # fmt: skip


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


@check(blank=7, step="evaluate")
def share_of_the_own_topic(student):
    """For each query the share of its hits that have its topic."""
    places, topics = np.array([[0, 1, 2, 5], [4, 5, 3, 2], [1, 0, 4, 5]]), np.array([0, 0, 0, 1, 1, 2])
    queries = np.array([0, 1, 2])
    right = (topics[places] == queries[:, None]).mean(axis=1)
    found = student.call("precision", places, queries, topics, step="evaluate")
    if arrays_close(found, right, 1e-9):
        return
    if np.ndim(found) == 0:
        raise Wrong("one-number", describe(right), describe(found), "One share a query: axis=1.", "5. Evaluate")
    others = {
        "places-for-topics": ((places == queries[:, None]).mean(axis=1), "topics[places] are the topics of the hits."),
        "any-hit": ((topics[places] == queries[:, None]).any(axis=1), "The share, not whether there is one."),
        "first-hit-only": ((topics[places[:, 0]] == queries), "All hits count."),
        "counts-for-shares": ((topics[places] == queries[:, None]).sum(axis=1), "Divide by the number of hits."),
        "wrong-axis": ((topics[places] == queries[:, None]).mean(axis=0), "Hits are columns: axis=1."),
    }
    for name, (other, cause) in others.items():
        if arrays_close(found, other, 1e-9):
            raise Wrong(name, describe(right), describe(np.asarray(found)), cause, "5. Evaluate")
    raise Wrong("wrong-precision", describe(right), describe(np.asarray(found)), "", "5. Evaluate")


@check(blank=8, step="evaluate")
def each_pair_once(student):
    """Pairs i < j with a cosine above the bound, each once."""
    cosines = np.eye(5)
    for i, j, value in ((0, 3, 0.95), (1, 4, 0.91), (0, 1, 0.9), (2, 3, 0.5), (3, 4, 0.99)):
        cosines[i, j] = cosines[j, i] = value
    found = student.call("near_copies", cosines, 0.9, step="evaluate")
    right = {(0, 3), (1, 4), (3, 4)}
    try:
        pairs = [tuple(int(place) for place in pair) for pair in found]
    except (TypeError, ValueError):
        raise Wrong("wrong-kind", f"a list of pairs {sorted(right)}", describe(found), "", "5. Evaluate") from None
    if any(len(pair) != 2 for pair in pairs):
        raise Wrong("wrong-kind", f"a list of pairs {sorted(right)}", describe(found), "", "5. Evaluate")
    if any(i == j for i, j in pairs):
        raise Wrong("itself-among-the-hits", f"{sorted(right)}", f"{pairs}",
                    "Every article has the cosine 1 with itself: leave the diagonal out.", "Common mistakes")  # fmt: skip
    if len(pairs) > len({frozenset(pair) for pair in pairs}):
        raise Wrong("pairs-twice", f"{sorted(right)}", f"{pairs}", "i < j names each pair once.", "5. Evaluate")
    if set(pairs) == right | {(0, 1)}:
        raise Wrong("border", "above 0.9", "a pair with exactly 0.9", "Above is >.", "5. Evaluate")
    if {(j, i) for i, j in pairs} == right:
        raise Wrong("turned-round", "i < j", f"{pairs}", "np.triu keeps what is above the diagonal.", "5. Evaluate")
    if set(pairs) != right:
        raise Wrong("wrong-pairs", f"{sorted(right)}", f"{sorted(pairs)}", "", "5. Evaluate")
