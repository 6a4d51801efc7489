# %% [markdown]
# # Exercise 12: Search in news by TF-IDF
#
# - Section: NLP 2-2, Vectorization
# - Data: bbc_news
# - Claim: reduced_precision_at_5 ≥ 0.95 (± 0.005); trees_agree ≥ 1 on real data with PRESET=full; recorded before: none
# - Measured: reduced_precision_at_5 0.9631 (50 numbers an article), precision_at_5 0.9398 (all terms; 0.8962 without sublinear_tf, which was chosen on the validation articles) with seed 0; trees_agree 1.0; 90 pairs of near copies in the index, kept; 30 s on 2 CPU cores
# - In plain scikit-learn: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=12`
#
# ## What you will learn
#
# To find articles that speak of the same thing: turn each text into a sparse vector of weighted words, write the weights by
# hand once, measure how near two texts are by their angle, and judge a search by what it finds.
#
# ## The idea
#
# A text is counted: one column a term, one row a document. Few of the columns of a row are not 0; a sparse matrix keeps only
# these. A term that all documents contain says little. It is weighted by its inverse document frequency (Spärck Jones 1972):
# of n documents df contain it, and as if one more document contained every term,
#
#     idf = ln((1 + n) / (1 + df)) + 1,   tf-idf = count · idf,   each row divided by its length (L2 norm)
#
# Of two rows u, v of length 1 the cosine of the angle is the dot product u · v: 1 for the same words in the same shares, 0
# for no common term. Their distance is |u − v|² = 2 − 2 u · v: the nearest by distance is the most similar by cosine. So trees
# that search by distance (kd_tree, ball_tree) find what a brute comparison of all angles finds.
#
# ## The five steps
#
# load (articles, and their lemmas), define (an empty search, TF-IDF by hand), compile (which terms count), fit (the index of
# the training articles), evaluate (search for the topic of each test article, and report near copies).

# %%
import numpy as np
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from whitepaper import datasets, plots
from whitepaper.lessons import Preset, language

TEXT, LEMMAS = 0, 1
HITS = 5
NEAR_COPY = 0.9
NEW_ARTICLE = """Phone makers fight a new virus
Security firms have warned users of mobile phones of a virus that spreads by wireless Bluetooth links. The program hides in a
downloaded game, copies itself to handsets near by and runs the battery down. Makers of anti-virus software said that users
should switch Bluetooth off and should not open files that they did not ask for."""
PRESETS = {
    "smoke": Preset(examples=200),
    "quick": Preset(examples=600),
    "full": Preset(),
}

# %% [markdown]
# ## 1. Load
#
# spaCy cuts texts into tokens. Its parser is not needed, and each word gets its lemma once, not once in every text.


# %%
def terms(tokens, lemmas, stop_words):
    # BLANK 1 (load): tokens are the words of one text in small letters, lemmas a dict, word → lemma. Return the list of the
    # lemmas of those tokens that are made of letters alone and are no stop words, in order, repeats too. Other tokens need
    # not be in lemmas.
    # hint: token.isalpha() is False for "76", "%" and "\n".
    # hint: [lemmas[token] for token in tokens if … and …]
    return [lemmas[token] for token in tokens if token.isalpha() and token not in stop_words]
    # END


def lemmas_of(texts, nlp=None):
    """The lemmas of each text, with blanks between them."""
    nlp = nlp or language.pipeline()
    stop_words = nlp.Defaults.stop_words
    documents = [[token.lower_ for token in nlp.make_doc(text)] for text in texts]
    words = sorted({token for document in documents for token in document if token.isalpha()} - stop_words)
    pipes = [name for name in ("parser", "ner") if name in nlp.pipe_names]
    with nlp.select_pipes(disable=pipes):
        lemmas = {word: doc[0].lemma_.lower() or word for word, doc in zip(words, nlp.pipe(words), strict=True)}
    return [" ".join(terms(document, lemmas, stop_words)) for document in documents]


def load(preset):
    data = datasets.load_bbc_news(examples=preset.examples)
    nlp = language.pipeline()
    print(f"English: {language.named(nlp)}")

    def with_lemmas(x, y):
        return np.column_stack([x, np.array(lemmas_of(x, nlp), dtype=object)]), y

    return data.map(with_lemmas)


# %% [markdown]
# ## 2. Define
#
# TF-IDF by hand, for a few documents: a small table of counts may be dense.


# %%
def count_table(documents):
    """The terms in the order of the alphabet, and how often each document (row) has each (column)."""
    vocabulary = sorted({term for document in documents for term in document.split()})
    counts = [[document.split().count(term) for term in vocabulary] for document in documents]
    return vocabulary, np.array(counts, dtype=float)


def inverse_document_frequency(counts):
    # BLANK 2 (define): counts has a row for each document and a column for each term. Return the idf of each term, shape
    # (terms,): ln((1 + n) / (1 + df)) + 1. The table counts must not change.
    # hint: df is the number of documents that contain the term, however often: (counts > 0).sum(axis=0).
    # hint: np.log is the natural logarithm; n is len(counts).
    return np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))) + 1
    # END


def weighted(counts, idf):
    # BLANK 3 (define): return count · idf, with each row divided by its length (L2 norm). A row of zeros stays zero.
    # The table counts must not change.
    # hint: np.linalg.norm(rows, axis=1, keepdims=True) is the length of each row.
    # hint: divide by np.where(length == 0, 1, length).
    rows = counts * idf
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length == 0, 1, length)
    # END


class Search:
    """A search in articles.

    Attributes:
        vectorizer: turns lemmas into rows of TF-IDF. matrix: sparse (articles, terms), a row of length 1 an article.
        neighbors: the same search by scikit-learn.
    """

    def __init__(self):
        self.vectorizer = self.matrix = self.neighbors = None


def define(data, hp):
    return Search()


# %% [markdown]
# ## 3. Compile
#
# A term in most documents tells none apart; one in a single document or two finds nothing else. Pairs of words (prime
# minister) are terms of their own. And a word that comes ten times does not say ten times as much: with sublinear_tf the count
# c weighs 1 + ln c. It was chosen on the validation articles: the precision there is 0.961 with it and 0.927 without.


# %%
def compile(model, hp):
    most = hp.Float("max_df", 0.3, 1.0, default=0.7)
    least = hp.Int("min_df", 1, 10, default=3)
    # BLANK 4: set model.vectorizer to a TfidfVectorizer of single words and pairs of words (1- and 2-grams), with the terms in
    # at most the share `most` and at least `least` documents, with sublinear_tf, and with token_pattern=r"\S+": the lemmas
    # are cut at blanks already.
    # hint: ngram_range=(1, 2); max_df is the upper bound, min_df the lower.
    # hint: its own settings smooth the idf and make rows of length 1: leave them; sublinear_tf=True.
    model.vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), max_df=most, min_df=least, sublinear_tf=True, token_pattern=r"\S+"
    )
    # END


def settings(model):
    """The settings of the vectorizer that are plain."""
    chosen = ("ngram_range", "max_df", "min_df", "token_pattern", "norm", "use_idf", "smooth_idf", "sublinear_tf")
    return {"class": type(model.vectorizer).__name__, **{k: getattr(model.vectorizer, k, None) for k in chosen}}


def rows_of(model, documents):
    """The terms of a few documents, and their rows, by a copy of the vectorizer."""
    vectorizer = clone(model.vectorizer)
    rows = vectorizer.fit_transform(documents).toarray()
    return list(vectorizer.get_feature_names_out()), rows


# %% [markdown]
# ## 4. Fit
#
# First plain counts of the raw texts, to see how empty the matrix is; then the index.


# %%
def fit(model, data, preset, callbacks):
    counts = CountVectorizer().fit_transform(data.train.x[:, TEXT])
    density = counts.nnz / np.prod(counts.shape, dtype=float)
    print(f"counts: {counts.shape[0]} articles, {counts.shape[1]} words; {density:.2%} of the cells are not 0")
    # BLANK 5: fit model.vectorizer on the lemmas of the training articles and keep their rows, sparse and in the order of the
    # articles, as model.matrix; set
    # model.neighbors to a NearestNeighbors by cosine, brute, fitted on model.matrix.
    # hint: data.train.x[:, LEMMAS] are the lemmas; fit_transform learns the terms and gives back the rows.
    # hint: NearestNeighbors(n_neighbors=HITS, metric="cosine", algorithm="brute").fit(model.matrix)
    model.matrix = model.vectorizer.fit_transform(data.train.x[:, LEMMAS])
    model.neighbors = NearestNeighbors(n_neighbors=HITS, metric="cosine", algorithm="brute").fit(model.matrix)
    # END
    return {"terms": [counts.shape[1], model.matrix.shape[1]], "density": [density, index_of(model)["density"]]}


def index_of(model):
    """What the index is: plain numbers of it."""
    matrix, neighbors = model.matrix, model.neighbors
    sparse = hasattr(matrix, "nnz")
    return {
        "sparse": sparse,
        "shape": list(matrix.shape),
        "density": (matrix.nnz if sparse else np.count_nonzero(matrix)) / np.prod(matrix.shape, dtype=float),
        "sum": float(matrix.sum()),
        "metric": getattr(neighbors, "metric", None),
        "algorithm": getattr(neighbors, "algorithm", None),
        "rows": getattr(neighbors, "n_samples_fit_", 0),
    }


def order_of(model):
    """A number for each article that its row makes, and the distances of the first articles to their neighbors."""
    numbers = np.asarray(model.matrix @ np.linspace(1, 2, model.matrix.shape[1])).ravel()
    same = model.neighbors.n_features_in_ == model.matrix.shape[1]
    return {"rows": numbers, "distances": model.neighbors.kneighbors(model.matrix[:8], HITS)[0] if same else None}


# %% [markdown]
# ## 5. Evaluate
#
# Each test article is a query. A hit of the query's topic counts as right. The same search is done once more in 50 numbers an
# article in place of thousands of terms (exercise 13 says how they come about): trees need short rows, and words that occur
# together count as alike there, so an article is found that says the same in other words.


# %%
def search(model, lemmas, count):
    """The places of the nearest training articles of each query, the most similar first, and their cosines."""
    # BLANK 6 (evaluate): turn the queries into rows by the terms that the index knows, take the cosine of each with all rows
    # of model.matrix, and return two arrays (queries, count): the places (whole numbers) of the most similar, best first, and
    # their cosines.
    # hint: transform, not fit_transform: a query does not change the index.
    # hint: all rows have length 1, so (rows @ model.matrix.T).toarray() are the cosines.
    # hint: np.argsort(-cosines, axis=1)[:, :count]; np.take_along_axis(cosines, places, axis=1).
    cosines = (model.vectorizer.transform(lemmas) @ model.matrix.T).toarray()
    places = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    return places, np.take_along_axis(cosines, places, axis=1)
    # END


def precision(places, query_topics, topics):
    # BLANK 7 (evaluate): places (queries, hits) are places in `topics`, the topics of the training articles. Return for each
    # query the share of its hits that have its own topic, shape (queries,).
    # hint: topics[places] has the shape of places: the topic of each hit.
    # hint: query_topics[:, None] sets one topic against a row of hits; take the mean along axis 1.
    return (topics[places] == query_topics[:, None]).mean(axis=1)
    # END


def near_copies(cosines, least):
    # BLANK 8 (evaluate): cosines (n, n) holds the cosine of each article with each. Return the list of pairs (i, j) of whole
    # numbers, i < j, whose cosine is above `least`: each pair once, and no article with itself. The table cosines must not
    # change.
    # hint: np.triu(cosines, k=1) keeps what is above the diagonal, all else is 0.
    # hint: zip(*np.nonzero(… > least)) gives the pairs.
    return [(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(cosines, k=1) > least), strict=True)]
    # END


def by_trees(model, lemmas, dimensions=50):
    """The same search in few dimensions: the places of the five nearest by kd_tree, and the share on which all agree.

    Trees take no sparse rows: all are reduced to a few numbers, and made of length 1 again. Hits count as the same if they are
    the same articles or, where copies lie equally near, have the same cosines.
    """
    reduce = TruncatedSVD(min(dimensions, *(size - 1 for size in model.matrix.shape)), random_state=0)
    index = normalize(reduce.fit_transform(model.matrix))
    queries = normalize(reduce.transform(model.vectorizer.transform(lemmas)))
    right = 1 - NearestNeighbors(metric="cosine", algorithm="brute").fit(index).kneighbors(queries, HITS)[0]
    agree = np.ones(len(queries), dtype=bool)
    places = {}
    for algorithm in ("kd_tree", "ball_tree"):
        distance, places[algorithm] = NearestNeighbors(algorithm=algorithm).fit(index).kneighbors(queries, HITS)
        agree &= (np.abs(1 - distance**2 / 2 - right) < 1e-9).all(axis=1)
    return places["kd_tree"], float(agree.mean())


def by_hand_difference(documents):
    """The largest difference between TF-IDF by hand and scikit-learn's."""
    vocabulary, counts = count_table(documents)
    library = TfidfVectorizer(token_pattern=r"\S+", vocabulary=vocabulary).fit_transform(documents)
    idf = np.asarray(inverse_document_frequency(counts))
    return float(np.abs(np.asarray(weighted(counts, idf)) - library.toarray()).max())


def title(text):
    return text.strip().split("\n")[0]


def evaluate(model, data):
    # Lists will do as well as arrays.
    places, cosines = map(np.asarray, search(model, data.test.x[:, LEMMAS], HITS))
    share = np.asarray(precision(places, data.test.y, data.train.y))
    reduced, agree = by_trees(model, data.test.x[:, LEMMAS])
    pairs = near_copies((model.matrix @ model.matrix.T).toarray(), NEAR_COPY)
    copied = cosines[:, 0] > NEAR_COPY
    print(f"near copies: {len(pairs)} pairs of training articles with a cosine above {NEAR_COPY}; none is left out")
    for i, j in pairs:
        print(f"  {title(data.train.x[i, TEXT])} | {title(data.train.x[j, TEXT])}")
    return {
        "precision_at_5": share.mean(),
        "precision_without_copies": share[~copied].mean() if not copied.all() else 0.0,
        "near_copies": len(pairs),
        "queries_with_a_copy": int(copied.sum()),
        "reduced_precision_at_5": np.mean(precision(reduced, data.test.y, data.train.y)),
        "trees_agree": agree,
        "by_hand_difference": by_hand_difference(list(data.train.x[:5, LEMMAS])),
        "terms": model.matrix.shape[1],
    }


# %% [markdown]
# ## Figures
#
# How long the articles are; the weightiest terms of one; what a new article finds; how right the search is, topic by topic.


# %%
def figures(model, data, history):
    lengths = [len(text.split()) for text in data.train.x[:, TEXT]]
    names = model.vectorizer.get_feature_names_out()
    chosen = int(np.flatnonzero(data.train.y == data.class_names.index("tech"))[0])
    row = model.matrix[[chosen]].toarray()[0]
    top = np.argsort(row)[-12:]
    places, cosines = search(model, lemmas_of([NEW_ARTICLE]), HITS)
    found = [
        [title(data.train.x[place, TEXT])[:60], data.class_names[data.train.y[place]], f"{cosine:.3f}"]
        for place, cosine in zip(places[0], cosines[0], strict=True)
    ]
    hits, _ = search(model, data.test.x[:, LEMMAS], HITS)
    share = np.asarray(precision(np.asarray(hits), data.test.y, data.train.y))
    topics = {name: share[data.test.y == number].mean() for number, name in enumerate(data.class_names)}
    return {
        "lengths": plots.histograms({"training articles": np.array(lengths)}, "words of an article"),
        "terms": plots.signed_bars(
            {names[place]: row[place] for place in top}, "TF-IDF", title(data.train.x[chosen, TEXT])
        ),
        "search": plots.table(
            ["article", "topic", "cosine"], found, f"New: {title(NEW_ARTICLE)}", widths=(4, 1.2, 0.8)
        ),
        "precision": plots.bars(topics, "topic of the query", "precision of the first five"),
    }


# %% [markdown]
# ## Try it
#
# - `make exercise N=12 HP="min_df=1"`: how many terms are there now, and is the search better for it?
# - Leave sublinear_tf out: which topic loses most?
# - Write your own NEW_ARTICLE. What is found if it has no word that the index knows?
# - Leave the copies out of the index. What is the precision then?
#
# ## Common mistakes
#
# - fit_transform on the queries: their columns are then other terms than those of the index.
# - The smallest cosine taken for the nearest: a distance sorts up, a similarity down.
# - An article searched in an index that holds it: the first hit is always itself.
# - A sparse matrix made dense: nearly all of the memory holds zeros.

# %%
# The same steps by hand, for a notebook; `make exercise N=12` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
