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

TERMS = "return [{word} for t in tokens if {chosen}]"
WORDS = "t.isalpha() and t not in stop_words"
NORM = """
rows = counts * idf
length = {length}
return rows / np.where(length == 0, 1, length)
"""
LENGTH = "np.linalg.norm(rows, axis=1, keepdims=True)"


def vectorizer(**changed: str) -> str:
    """The answer to blank 4 with other parts."""
    return VECTORIZER.format(**TUNED | changed)


def index(**changed: str) -> str:
    """The answer to blank 5 with other parts."""
    return FIT.format(**INDEX | changed)


def found(**changed: str) -> str:
    """The answer to blank 6 with other parts."""
    return SEARCH.format(**NEAREST | changed)


MISTAKES = [
    Mistake("tokens for lemmas", 1, "other-result", TERMS.format(word="t", chosen=WORDS),
            "The words are returned as they are. Return their lemmas: lemmas[token]."),
    Mistake("stop words kept", 1, "other-result", TERMS.format(word="lemmas[t]", chosen="t.isalpha()"),
            "The stop words are kept. Leave out every token that is in stop_words."),
    Mistake("numbers kept", 1, "other-result", TERMS.format(word="lemmas[t]", chosen="t not in stop_words"),
            "Tokens that are not made of letters are kept. token.isalpha() is False for them."),
    Mistake("stop words alone", 1, "other-result", TERMS.format(word="lemmas[t]", chosen="t.isalpha() and t in stop_words"),
            "Only the stop words are kept. They are the ones to leave out: not in stop_words."),
    Mistake("lemma looked up among the stop words", 1, "other-result",
            TERMS.format(word="lemmas[t]", chosen="t.isalpha() and t not in stop_words and lemmas[t] not in stop_words"),
            "Words whose lemma is a stop word are left out. The text asks whether the token is one."),
    Mistake("lemma tested for letters", 1, "other-result",
            TERMS.format(word="lemmas[t]", chosen="t not in stop_words and t in lemmas and lemmas[t].isalpha()"),
            "isalpha() is asked of the lemma. The text asks it of the token."),
    Mistake("or for and", 1, "other-result",
            'return [lemmas.get(t, t) for t in tokens if t.isalpha() or t not in stop_words]',
            "The two conditions are joined by `or`. Both must hold: use `and`."),
    Mistake("letters and digits", 1, "other-result", TERMS.format(word="lemmas[t]", chosen="t.isalnum() and t not in stop_words"),
            "isalnum() is True for digits too. isalpha() is True for letters alone."),
    Mistake("digits left out only", 1, "other-result",
            TERMS.format(word="lemmas[t]", chosen="not t.isdigit() and t not in stop_words"),
            "Only tokens of digits are left out; signs such as % stay. token.isalpha() is True for letters alone."),
    Mistake("lemma looked up of every token", 1, "raises", """
        found = []
        for token in tokens:
            lemma = lemmas[token]
            if token.isalpha() and token not in stop_words:
                found.append(lemma)
        return found[:] if len(found) < 99 else []
        """, "The lemma of every token is looked up, but numbers and stop words have none."),
    Mistake("a set", 1, "other-result", "return sorted({lemmas[t] for t in tokens if " + WORDS + "})",
            "Each lemma is kept once and the order is lost. How often a word occurs is counted later: return a list with repeats."),
    Mistake("sorted", 1, "other-result", "return sorted(lemmas[t] for t in tokens if " + WORDS + ")",
            "The lemmas are sorted. Keep the order of the text: pairs of neighboring words are counted later."),
    Mistake("first of each", 1, "other-result", "return list(dict.fromkeys(lemmas[t] for t in tokens if " + WORDS + "))",
            "Repeats are dropped. How often a word occurs is counted later."),
    Mistake("one text", 1, "wrong-kind", 'return " ".join(lemmas[t] for t in tokens if ' + WORDS + ")",
            "The lemmas are joined to one string. Return a list; the lesson joins them."),
    Mistake("idf not smoothed", 2, "other-result", "return np.log(len(counts) / (counts > 0).sum(axis=0)) + 1",
            "The idf is not smoothed: 1 must be added to n and to df, as if one more document contained every term."),
    Mistake("only df smoothed", 2, "other-result", "return np.log(len(counts) / (1 + (counts > 0).sum(axis=0))) + 1",
            "1 is added to df only. It must be added to n too."),
    Mistake("plain idf", 2, "other-result", "return np.log(len(counts) / (counts > 0).sum(axis=0))",
            "This is ln(n / df). The idf here adds 1 to n, to df and to the logarithm."),
    Mistake("1 not added", 2, "other-result", f"return {SMOOTH[:-4]}",
            "The + 1 behind the logarithm is missing: a term of all documents would weigh 0."),
    Mistake("1 added inside the logarithm", 2, "other-result", f"return {SMOOTH[:-5]} + 1)",
            "The last 1 is inside the logarithm. It is added to the logarithm."),
    Mistake("occurrences counted", 2, "other-result", "return np.log((1 + len(counts)) / (1 + counts.sum(axis=0))) + 1",
            "All occurrences are added up. df is the number of documents that contain the term: (counts > 0).sum(axis=0)."),
    Mistake("logarithm to base 10", 2, "other-result", f"return {SMOOTH.replace('np.log', 'np.log10')}",
            "The logarithm is to base 10. The natural logarithm is np.log."),
    Mistake("logarithm to base 2", 2, "other-result", f"return {SMOOTH.replace('np.log', 'np.log2')}",
            "The logarithm is to base 2. The natural logarithm is np.log."),
    Mistake("more than one occurrence", 2, "other-result", f"return {SMOOTH.replace('counts > 0', 'counts > 1')}",
            "Only documents with two or more occurrences are counted. df counts each document that contains the term: counts > 0."),
    Mistake("one df for all terms", 2, "other-result", f"return {SMOOTH.replace('axis=0', '')}",
            "All cells are counted together, so there is one df for all terms. Count each column: axis=0."),
    Mistake("1 added behind the division", 2, "other-result", "return np.log(1 + len(counts) / (1 + (counts > 0).sum(axis=0))) + 1",
            "Python divides before it adds: put 1 + n in brackets."),
    Mistake("no logarithm", 2, "other-result", f"return {SMOOTH.replace('np.log', '')}",
            "The logarithm is missing: ln((1 + n) / (1 + df)) + 1."),
    Mistake("turned round", 2, "other-result", "return np.log((1 + (counts > 0).sum(axis=0)) / (1 + len(counts))) + 1",
            "The fraction is upside down: n is above and df below, so that rare terms weigh more."),
    Mistake("terms for documents", 2, "other-result", f"return {SMOOTH.replace('len(counts)', 'counts.shape[1]')}",
            "n is the number of terms here. It is the number of documents, the rows of counts."),
    Mistake("terms of each document", 2, "other-result", f"return {SMOOTH.replace('axis=0', 'axis=1')}",
            "The terms of each document are counted (axis=1). Documents are rows: count them along axis=0."),
    Mistake("all occurrences of the table for n", 2, "other-result", f"return {SMOOTH.replace('len(counts)', 'counts.sum()')}",
            "n is the sum of all counts here. It is the number of documents, len(counts)."),
    Mistake("brackets of the denominator left out", 2, "other-result", "return np.log((1 + len(counts)) / 1 + (counts > 0).sum(axis=0)) + 1",
            "Python divides before it adds: put 1 + df in brackets."),
    Mistake("log1p of the quotient", 2, "other-result", "return np.log1p(len(counts) / (counts > 0).sum(axis=0)) + 1",
            "log1p(n / df) is ln(1 + n / df). The 1 is added to n and to df, not to the quotient."),
    Mistake("counts changed", 2, "argument-changed", """
        before = np.array(counts)
        counts[counts > 0] = 1
        return np.log((1 + len(before)) / (1 + (before > 0).sum(axis=0))) + 1
        """),
    Mistake("no norm", 3, "other-result", "return counts * idf",
            "The rows are not normalized. Divide each row by its length."),
    Mistake("idf squared", 3, "other-result", NORM.format(length=LENGTH).replace("counts * idf", "counts * idf**2"),
            "The idf is applied twice. Multiply the counts by it once."),
    Mistake("idf added", 3, "other-result", NORM.format(length=LENGTH).replace("counts * idf", "counts + idf"),
            "The idf is added to the counts. Multiply them."),
    Mistake("idf missing", 3, "other-result", NORM.format(length=LENGTH).replace("counts * idf", "1.0 * counts"),
            "The idf is missing: multiply the counts by it before the norm is taken."),
    Mistake("divided by idf", 3, "other-result", NORM.format(length=LENGTH).replace("counts * idf", "counts / idf"),
            "The counts are divided by the idf. Multiply them."),
    Mistake("counts read as present or not", 3, "other-result", NORM.format(length=LENGTH).replace("counts * idf", "(counts > 0) * idf"),
            "Whether a term occurs is weighted in place of how often. Use the counts."),
    Mistake("divided by the sum", 3, "other-result", NORM.format(length="rows.sum(axis=1, keepdims=True)"),
            "Each row is divided by its sum. Its length is the root of the sum of squares (L2 norm)."),
    Mistake("root forgotten", 3, "other-result", NORM.format(length="(rows**2).sum(axis=1, keepdims=True)"),
            "Each row is divided by the sum of squares. The root is missing."),
    Mistake("mean of the squares", 3, "other-result", NORM.format(length="np.sqrt((rows**2).mean(axis=1, keepdims=True))"),
            "The mean of the squares is used. The length is the root of their sum."),
    Mistake("divided by the largest", 3, "other-result", NORM.format(length="rows.max(axis=1, keepdims=True)"),
            "Each row is divided by its largest value. Divide it by its length (L2 norm)."),
    Mistake("length of the whole table", 3, "other-result", NORM.format(length="np.linalg.norm(rows)"),
            "All rows are divided by the length of the whole table. Each row has a length of its own: axis=1."),
    Mistake("length of the counts", 3, "other-result", NORM.format(length="np.linalg.norm(counts, axis=1, keepdims=True)"),
            "The length is that of the counts. It must be that of the rows count · idf."),
    Mistake("zeros divided by zero", 3, "other-result", "rows = counts * idf\nreturn rows / " + LENGTH,
            "A row of zeros has the length 0, and 0 / 0 gives NaN. Divide by 1 there."),
    Mistake("a small number added", 3, "other-result", "rows = counts * idf\nreturn rows / (" + LENGTH + " + 1e-3)",
            "A small number is added to every length, so no row has the length 1. Replace only a length of 0."),
    Mistake("1 added to every length", 3, "other-result", "rows = counts * idf\nreturn rows / (" + LENGTH + " + 1)",
            "1 is added to every length, so no row has the length 1. Replace only a length of 0."),
    Mistake("idf after the norm", 3, "other-result", """
        length = np.linalg.norm(counts, axis=1, keepdims=True)
        return counts / np.where(length == 0, 1, length) * idf
        """, "The idf is applied after the norm, which changes the length again. Multiply first, then divide."),
    Mistake("columns of length 1", 3, "other-result", NORM.format(length="np.linalg.norm(rows, axis=0, keepdims=True)"),
            "The columns are normalized (axis=0). A document is a row: axis=1."),
    Mistake("axis not kept", 3, "raises", NORM.format(length="np.linalg.norm(rows, axis=1)"),
            "The lengths have the shape (documents,), which does not fit to rows. keepdims=True makes it (documents, 1)."),
    Mistake("counts changed", 3, "argument-changed",
            "lengths = np.linalg.norm(counts * idf, axis=1, keepdims=True)\nresult = counts * idf / np.where(lengths == 0, 1, lengths)\n"
            "counts[:] = 0\nreturn result"),
    Mistake("bounds swapped", 4, "other-settings", vectorizer(most="least", least="most"),
            "The bounds are swapped: max_df is the upper bound (most), min_df the lower (least)."),
    Mistake("single words", 4, "other-settings", vectorizer(ngrams="(1, 1)"),
            "Only single words are terms. Pairs need ngram_range=(1, 2)."),
    Mistake("pairs alone", 4, "other-settings", vectorizer(ngrams="(2, 2)"),
            "Only pairs are terms. Single words and pairs need ngram_range=(1, 2)."),
    Mistake("a number for the range", 4, "other-settings", vectorizer(ngrams="2"),
            "ngram_range takes a pair (least, largest): (1, 2)."),
    Mistake("three words", 4, "other-settings", vectorizer(ngrams="(1, 3)"),
            "Triples of words are terms too. 1- and 2-grams are ngram_range=(1, 2)."),
    Mistake("bounds as numbers", 4, "other-settings", vectorizer(most="0.7", least="3"),
            "The bounds are written as numbers, so hp cannot change them. Use most and least."),
    Mistake("lower bound left out", 4, "other-settings", vectorizer(least="1"),
            "min_df is left out, so a single document is enough. Hand on min_df=least."),
    Mistake("upper bound left out", 4, "other-settings", vectorizer(most="1.0"),
            "max_df is left out, so a term of all documents counts. Hand on max_df=most."),
    Mistake("one bound for both", 4, "other-settings", vectorizer(least="most"),
            "min_df got the upper bound. Hand on min_df=least."),
    Mistake("upper bound as a number", 4, "other-settings", vectorizer(most="0.7"),
            "max_df is written as a number, so hp cannot change it. Use most."),
    Mistake("lower bound as a number", 4, "other-settings", vectorizer(least="3"),
            "min_df is written as a number, so hp cannot change it. Use least."),
    Mistake("no norm", 4, "other-settings", vectorizer(more=", sublinear_tf=True, norm=None"),
            "norm=None leaves the rows as long as they are. Without the norm a dot product is no cosine."),
    Mistake("another norm", 4, "other-settings", vectorizer(more=', sublinear_tf=True, norm="l1"'),
            "norm='l1' divides by the sum. Rows of length 1 need the L2 norm, which is set already."),
    Mistake("idf left out", 4, "other-settings", vectorizer(more=", sublinear_tf=True, use_idf=False"),
            "use_idf=False leaves the idf out."),
    Mistake("idf not smoothed", 4, "other-settings", vectorizer(more=", sublinear_tf=True, smooth_idf=False"),
            "smooth_idf=False is another idf than that of this lesson."),
    Mistake("counts", 4, "not-tfidf", vectorizer(kind="CountVectorizer", more=""),
            "CountVectorizer gives plain counts. TfidfVectorizer weights them."),
    Mistake("counts as they are", 4, "other-settings", vectorizer(more=""),
            "sublinear_tf is not set: a word that comes ten times would weigh ten times as much."),
    Mistake("pattern left out", 4, "other-settings", vectorizer(pattern='r"(?u)\\b\\w\\w+\\b"'),
            "The token pattern is scikit-learn's own, which drops words of one letter. Set token_pattern=r'\\S+'."),
    Mistake("bounds forgotten", 4, "other-settings", vectorizer(most="1.0", least="1"),
            "The bounds are left out: hand on max_df=most and min_df=least."),
    Mistake("binary", 4, "other-weights", vectorizer(more=", sublinear_tf=True, binary=True"),
            "binary=True counts each word once in a document."),
    Mistake("characters", 4, "other-terms", vectorizer(more=', sublinear_tf=True, analyzer="char"'),
            "analyzer='char' makes terms of characters. Terms are words here."),
    Mistake("only the most frequent", 4, "other-terms", vectorizer(more=", sublinear_tf=True, max_features=2"),
            "max_features keeps only the most frequent terms. The text asks for no such bound."),
    Mistake("English stop words", 4, "other-terms", vectorizer(more=', sublinear_tf=True, stop_words="english"'),
            "stop_words drops words once more. The text does not ask for it: load has dropped them."),
    Mistake("vectorizer kept to itself", 4, "vectorizer-missing",
            "vectorizer = TfidfVectorizer(ngram_range=(1, 2), max_df=most, min_df=least)"),
    Mistake("raw texts", 5, "wrong-rows", index(texts="data.train.x[:, TEXT]"),
            "The raw texts are vectorized. Use their lemmas, data.train.x[:, LEMMAS]."),
    Mistake("made dense", 5, "dense", index(dense=".toarray()"),
            "toarray() fills the memory with zeros. Keep the matrix sparse."),
    Mistake("another vectorizer", 5, "wrong-rows",
            index().replace("model.vectorizer.fit_transform", "TfidfVectorizer().fit_transform"),
            "Another vectorizer is fitted. Use model.vectorizer, which compile has set."),
    Mistake("plain counts", 5, "wrong-rows",
            index(texts="data.train.x[:, LEMMAS]", dense="\nmodel.matrix = CountVectorizer().fit_transform(data.train.x[:, LEMMAS])"),
            "The plain counts are kept as model.matrix. Keep the rows of model.vectorizer."),
    Mistake("turned round", 5, "other-order", index(dense="[::-1]"),
            "The rows are in the reverse order: row i must belong to training article i."),
    Mistake("sorted articles", 5, "other-order", index(texts="sorted(data.train.x[:, LEMMAS])"),
            "The articles are sorted, so the rows no longer belong to the topics data.train.y."),
    Mistake("shuffled articles", 5, "other-order",
            index(texts="np.random.default_rng(0).permutation(data.train.x[:, LEMMAS])"),
            "The articles are shuffled, so the rows no longer belong to the topics data.train.y."),
    Mistake("neighbors of other rows", 5, "other-neighbors", index(fitted=".fit(counts)"),
            "model.neighbors is fitted on the plain counts. Fit it on model.matrix."),
    Mistake("part of the articles", 5, "wrong-rows", index(texts="data.train.x[:100, LEMMAS]"),
            "Only a part of the training articles is in the index. Use all of them."),
    Mistake("test articles in the index", 5, "test-data-in-fit",
            index(texts="np.concatenate([data.train.x, data.test.x])[:, LEMMAS]"),
            "The test articles are in the index. They are the queries of evaluate: index data.train alone."),
    Mistake("distance of points", 5, "wrong-metric", index(metric='"euclidean"'),
            "The metric is the Euclidean distance. The text asks for metric='cosine'."),
    Mistake("tree", 5, "wrong-algorithm", index().replace('"brute"', '"auto"'),
            "algorithm is left to scikit-learn. The text asks for algorithm='brute'."),
    Mistake("neighbors not fitted", 5, "neighbors-not-fitted", index(fitted=""),
            "model.neighbors is made and not fitted: call .fit(model.matrix)."),
    Mistake("fit_transform on the queries", 6, "fitted-on-queries",
            found(cosines=NEAREST["cosines"].replace("transform", "fit_transform")),
            "fit_transform learns new terms from the queries. transform uses the terms that the index knows."),
    Mistake("least similar first", 6, "least-similar", found(by="cosines"),
            "The smallest cosines are taken: argsort sorts up. Sort −cosines."),
    Mistake("distances sorted down", 6, "distance-for-similarity", found(cosines=f"1 - {NEAREST['cosines']}"),
            "1 − cosine is a distance, and the largest distances are taken. Return cosines, the largest first."),
    Mistake("distances given back", 6, "distance-for-similarity",
            found(cosines=f"1 - {NEAREST['cosines']}", by="cosines"),
            "The distances 1 − cosine are returned. Return the cosines."),
    Mistake("best last", 6, "best-last", found(by="cosines", cut="[:, -count:]"),
            "The most similar come last: turn the order round."),
    Mistake("all of them", 6, "wrong-shape", found(cut=""),
            "All articles are returned. Keep the first `count` of each row."),
    Mistake("always five", 6, "wrong-shape", found(cut="[:, :HITS]"),
            "The number of hits is HITS. Use the argument count."),
    Mistake("sorted along the queries", 6, "wrong-cosines",
            "cosines = (model.vectorizer.transform(lemmas) @ model.matrix.T).toarray()\n"
            "places = np.argsort(-cosines, axis=0, kind='stable')[:, :count]\n"
            "return places, np.take_along_axis(cosines, places, axis=1)",
            "The queries are sorted against one another (axis=0). Sort the articles of each query: axis=1."),
    Mistake("first articles", 6, "wrong-cosines", found(by="np.zeros_like(cosines)"),
            "Nothing is sorted: these are the first articles. Sort by −cosines."),
    Mistake("first hit left out", 6, "wrong-cosines", found(cut="[:, 1 : count + 1]"),
            "The first hit is left out. A query is no article of the index, so its best hit counts."),
    Mistake("places sorted", 6, "wrong-cosines",
            found(cut="[:, :count]\nplaces = np.sort(places, axis=1)"),
            "The places are sorted by number. Keep the order of the cosines."),
    Mistake("places and cosines do not belong together", 6, "wrong-places",
            found() .replace("return places,", "return np.sort(places, axis=1),"),
            "The places are sorted by number, and the cosines are not."),
    Mistake("places as floats", 6, "places-no-integers", found().replace("return places,", "return places.astype(float),")),
    Mistake("swapped results", 6, "results-swapped",
            found().replace("return places, np.take_along_axis(cosines, places, axis=1)",
                            "return np.take_along_axis(cosines, places, axis=1), places"),
            "The results are in the wrong order: places first, then cosines."),
    Mistake("cosines of all articles", 6, "wrong-shape",
            found().replace("np.take_along_axis(cosines, places, axis=1)", "cosines"),
            "The cosines of all articles are returned. Return those of the places: np.take_along_axis."),
    Mistake("places alone", 6, "wrong-kind", found().replace("return places, np.take_along_axis(cosines, places, axis=1)", "return places"),
            "Only the places are returned. Return places and cosines."),
    Mistake("places for topics", 7, "other-result", "return (places == query_topics[:, None]).mean(axis=1)",
            "The places themselves are compared with the topics. topics[places] are the topics of the hits."),
    Mistake("mean of all", 7, "other-result", "return (topics[places] == query_topics[:, None]).mean()",
            "This is one mean over all queries. Return one share for each query: axis=1."),
    Mistake("mean over the queries", 7, "other-result", "return (topics[places] == query_topics[:, None]).mean(axis=0)",
            "The mean is taken over the queries (axis=0). Hits are columns: axis=1."),
    Mistake("any hit", 7, "other-result", "return (topics[places] == query_topics[:, None]).any(axis=1).astype(float)",
            "Whether there is a right hit is returned. Return the share of right hits: the mean."),
    Mistake("all hits", 7, "other-result", "return (topics[places] == query_topics[:, None]).all(axis=1).astype(float)",
            "Whether all hits are right is returned. Return the share of right hits: the mean."),
    Mistake("first hit only", 7, "other-result", "return (topics[places[:, 0]] == query_topics).astype(float)",
            "Only the first hit is looked at. All hits count."),
    Mistake("counted, not divided", 7, "other-result", "return (topics[places] == query_topics[:, None]).sum(axis=1)",
            "The right hits are counted. Divide by the number of hits."),
    Mistake("divided by the queries", 7, "other-result", "return (topics[places] == query_topics[:, None]).sum(axis=1) / len(places)",
            "The count is divided by the number of queries. Divide by the number of hits, places.shape[1]."),
    Mistake("topics of the first articles", 7, "other-result",
            "return np.array([np.mean(topics[row] == own) for row, own in zip(places, topics)])",
            "The hits are compared with the topics of the training articles. Compare them with query_topics."),
    Mistake("divided by five", 7, "other-result", "return (topics[places] == query_topics[:, None]).sum(axis=1) / HITS",
            "The count is divided by HITS. Divide by the number of hits that places has: the mean."),
    Mistake("wrong hits", 7, "other-result", "return (topics[places] != query_topics[:, None]).mean(axis=1)",
            "This is the share of wrong hits. Compare with == ."),
    Mistake("percent", 7, "other-result", "return 100 * (topics[places] == query_topics[:, None]).mean(axis=1)",
            "The share is in percent. Return it from 0 to 1."),
    Mistake("axis not added", 7, "raises", "return (topics[places] == query_topics).mean(axis=1)",
            "query_topics has the shape (queries,), which is set against the hits. query_topics[:, None] sets it against the rows."),
    Mistake("recall", 7, "other-result",
            "right = (topics[places] == query_topics[:, None]).sum(axis=1)\n"
            "return right / np.maximum(1, (topics == query_topics[:, None]).sum(axis=1))",
            "This is recall: right hits over all articles of the topic. Precision divides by the number of hits."),
    Mistake("topics of the queries looked up", 7, "other-result",
            "return (topics[places] == topics[query_topics][:, None]).mean(axis=1)",
            "topics is asked for the queries' topics too. query_topics are topics already."),
    Mistake("each article finds itself", 8, "wrong-pairs", PAIRS.format(chosen="np.triu(cosines) > least"),
            "Every article has the cosine 1 with itself. Leave the diagonal out: k=1."),
    Mistake("all cells", 8, "wrong-pairs", PAIRS.format(chosen="cosines > least"),
            "Every cell of the table is taken: each article with itself, and each pair twice. Keep i < j."),
    Mistake("each pair twice", 8, "wrong-pairs", PAIRS.format(chosen="cosines - np.diag(np.diag(cosines)) > least"),
            "Each pair is named twice, as (i, j) and (j, i). Keep i < j."),
    Mistake("at least in place of above", 8, "wrong-pairs", PAIRS.format(chosen="np.triu(cosines, k=1) >= least"),
            "A cosine equal to the bound counts here. Above is >."),
    Mistake("below the bound", 8, "wrong-pairs", PAIRS.format(chosen="(np.triu(cosines, k=1) < least) & (np.triu(np.ones_like(cosines), 1) > 0)"),
            "Pairs below the bound are returned. Copies are above it: >."),
    Mistake("below the diagonal", 8, "wrong-pairs", PAIRS.format(chosen="np.tril(cosines, k=-1) > least"),
            "The pairs are below the diagonal, so i > j. np.triu keeps what is above it."),
    Mistake("neighbors of the diagonal left out", 8, "wrong-pairs", PAIRS.format(chosen="np.triu(cosines, k=2) > least"),
            "k=2 leaves out the pairs (i, i + 1). Use k=1."),
    Mistake("bound of its own", 8, "wrong-pairs", PAIRS.format(chosen="np.triu(cosines, k=1) > NEAR_COPY"),
            "The bound is NEAR_COPY. Use the argument least."),
    Mistake("absolute cosines", 8, "wrong-pairs", PAIRS.format(chosen="np.triu(np.abs(cosines), k=1) > least"),
            "The absolute value is taken. A cosine of −0.95 is no copy."),
    Mistake("the best of each row", 8, "wrong-pairs", """
        found = []
        for i in range(len(cosines) - 1):
            j = i + 1 + int(np.argmax(cosines[i, i + 1 :]))
            if cosines[i, j] > least:
                found.append((i, j))
        return found
        """, "Only the best partner of each article is named. Name every pair above the bound."),
    Mistake("last article left out", 8, "wrong-pairs",
            "n = len(cosines) - 1\nreturn [(i, j) for i in range(n) for j in range(i + 1, n) if cosines[i, j] > least]",
            "The last article is left out: the ranges end one too early."),
    Mistake("return inside of the loop", 8, "wrong-pairs", """
        found = []
        for i in range(len(cosines)):
            for j in range(i + 1, len(cosines)):
                if cosines[i, j] > least:
                    found.append((i, j))
            return found
        """, "The function returns inside of the loop, after the first article. Move `return` behind the loop."),
    Mistake("each article once", 8, "wrong-pairs", """
        found, used = [], set()
        for i in range(len(cosines)):
            for j in range(i + 1, len(cosines)):
                if cosines[i, j] > least and not {i, j} & used:
                    found.append((i, j))
                    used |= {i, j}
        return found
        """, "An article that is in one pair is left out of all others. Name every pair above the bound."),
    Mistake("two arrays", 8, "wrong-kind", "return [index.tolist() for index in np.nonzero(np.triu(cosines, k=1) > least)]",
            "np.nonzero gives all i and then all j. zip(*…) makes pairs of them."),
    Mistake("the number of pairs", 8, "wrong-kind", "return int((np.triu(cosines, k=1) > least).sum())",
            "The number of pairs is returned. Return the pairs."),
    Mistake("triples with the cosine", 8, "wrong-kind",
            "n = len(cosines)\nreturn [(i, j, cosines[i, j]) for i in range(n) for j in range(i + 1, n) if cosines[i, j] > least]",
            "Each entry also has the cosine. A pair is (i, j)."),
    Mistake("floats", 8, "places-no-integers",
            "return np.argwhere(np.triu(cosines, k=1) > least).astype(float)"),
    Mistake("table changed", 8, "argument-changed",
            "np.fill_diagonal(cosines, 0)\nreturn [tuple(map(int, pair)) for pair in np.argwhere(np.triu(cosines) > least)]"),
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
    Right(
        "lists for arrays",
        {
            2: """
            n = len(counts)
            df = [sum(1 for row in counts if row[term] > 0) for term in range(counts.shape[1])]
            return [float(np.log((n + 1) / (d + 1)) + 1) for d in df]
            """,
            3: """
            result = []
            for row in counts * np.asarray(idf):
                length = sum(value**2 for value in row) ** 0.5
                result.append([value / length if length else 0.0 for value in row])
            return result
            """,
            5: """
            lemmas: list[str] = data.train.x[:, LEMMAS].tolist()
            model.vectorizer.fit(lemmas)
            model.matrix = model.vectorizer.transform(lemmas)
            model.neighbors = NearestNeighbors(algorithm="brute", metric="cosine").fit(model.matrix)
            """,
            6: """
            cosines = (model.vectorizer.transform(lemmas) @ model.matrix.T).toarray()
            places = [sorted(range(len(row)), key=lambda place: -row[place])[:count] for row in cosines]
            return places, [[row[place] for place in best] for row, best in zip(cosines, places)]
            """,
            7: """
            return [sum(topics[place] == own for place in row) / len(row) for row, own in zip(places, query_topics)]
            """,
            8: "return np.argwhere(np.triu(cosines, k=1) > least)",
        },
    ),
    Right(
        "helper functions, filters, sklearn's cosines",
        {
            1: """
            def kept(token: str) -> bool:
                return token.isalpha() and token not in stop_words

            return [*map(lemmas.get, filter(kept, tokens))]
            """,
            2: "present = np.where(np.asarray(counts) > 0, 1.0, 0.0)\nreturn 1 + np.log(1 + len(present)) - np.log(1 + present.sum(0))",
            3: """
            rows = np.multiply(counts, idf)
            lengths = np.sqrt(np.square(rows).sum(axis=1))
            lengths[lengths == 0] = 1
            return rows / lengths[:, np.newaxis]
            """,
            4: """
            options = {"ngram_range": (1, 2), "max_df": most, "min_df": least, "sublinear_tf": True}
            model.vectorizer = TfidfVectorizer(token_pattern=r"\\S+", norm="l2", lowercase=False, **options)
            """,
            6: """
            from sklearn.metrics.pairwise import cosine_similarity

            cosines = cosine_similarity(model.vectorizer.transform(lemmas), model.matrix)
            places = np.flip(np.argsort(cosines, axis=1), axis=1)[:, :count]
            return places, np.array([row[best] for row, best in zip(cosines, places)])
            """,
            7: "return np.mean(np.equal(topics[places], query_topics.reshape(-1, 1)), axis=-1)",
            8: """
            import itertools

            return [[i, j] for i, j in itertools.combinations(range(len(cosines)), 2) if cosines[i][j] > least]
            """,
        },
    ),
]
