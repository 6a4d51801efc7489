"""Checks of exercise 13."""

import numpy as np

from whitepaper import datasets
from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close, describe
from whitepaper.checking.failures import StepFailed

TEXTS = ["a b c d e f g h i j k l", "no no no", "Nine", "the law and the press", ""]
# Twenty short texts of two kinds for the parts of a pipeline.
WORDS = (["circuit", "battery", "wire", "noise"], ["law", "tax", "press", "vote"])
SENTENCES = [f"{words[i % 4]} {words[(i + 1) % 4]} number{i % 3}" for i in range(10) for words in WORDS]
LABELS = [0, 1] * 10
# The smoke preset's.
TREES, TOPICS, FOLDS, TRIES, SEED = 8, 6, 3, 2, 7


@check(blank=1, step="load")
def samples_and_words(student):
    """The median number of words in a text, and how many texts come on it."""
    found = student.call("size_rule", TEXTS, step="load")
    if not isinstance(found, list) or len(found) != 2:
        raise Wrong("two-numbers", "two numbers: median, ratio", describe(found), "return median, ratio", "1. Load")
    median, ratio = (float(value) for value in found)
    words = [len(text.split()) for text in TEXTS]
    right = float(np.median(words))
    if abs(median - right) > 1e-9:
        known = {
            "characters-counted": (np.median([len(text) for text in TEXTS]), "len(text) counts characters."),
            "mean-for-median": (np.mean(words), "A few very long postings pull the mean up; the median stays."),
            "distinct-words": (
                np.median([len(set(text.split())) for text in TEXTS]),
                "A word that comes twice is two.",
            ),
        }
        for name, (value, cause) in known.items():
            if abs(median - value) < 1e-9:
                raise Wrong(name, f"the median of words, {right:g}", f"{median:g}", cause, "The idea")
        raise Wrong("wrong-median", f"{right:g}", f"{median:g}", "len(text.split()) counts words.", "1. Load")
    if abs(ratio - len(TEXTS) / right) > 1e-9:
        cause = "Texts divided by words, not the other way round." if abs(ratio - right / len(TEXTS)) < 1e-9 else ""
        raise Wrong("wrong-ratio", f"{len(TEXTS)} texts / {right:g}", f"{ratio:g}", cause, "The idea")


def _parts(student):
    return student.model_call("parts", "lsa", SENTENCES, LABELS, step="define")


@check(blank=2, step="define")
def vectorizer_svd_forest(student):
    """The second pipeline goes from texts to TF-IDF, to topics, to a forest, and its vectorizer's matrix stays sparse."""
    found = _parts(student)
    classes = [part["class"] for part in found]
    got = " → ".join(f"{part['name']} ({part['class']})" for part in found)
    if any(name in ("PCA", "IncrementalPCA", "SparsePCA", "KernelPCA") for name in classes):
        raise Wrong(
            "pca-for-svd",
            "TruncatedSVD",
            got,
            "PCA takes the mean off each column, which makes all zeros non-zero.",
            "2. Define",
        )
    if "TruncatedSVD" not in classes:
        raise Wrong(
            "svd-missing",
            "a step of the class TruncatedSVD",
            got,
            "Without it this is the first pipeline again.",
            "2. Define",
        )
    svd = classes.index("TruncatedSVD")
    dense = [part["name"] for part in found[:svd] if not part["sparse"]]
    if dense:
        raise Wrong("dense-matrix", "a sparse matrix until TruncatedSVD", f"a dense one after {dense[0]}",
                    "TruncatedSVD takes a sparse matrix as it is: leave toarray() out.", "Common mistakes")  # fmt: skip
    if classes[0] != "TfidfVectorizer" or classes[-1] != "RandomForestClassifier":
        raise Wrong("wrong-steps", "TfidfVectorizer first, RandomForestClassifier last", got, "", "2. Define")
    names = [part["name"] for part in found]
    if [names[0], names[svd], names[-1]] != ["tfidf", "svd", "forest"]:
        raise Wrong(
            "wrong-names",
            "the names tfidf, svd, forest",
            ", ".join(names),
            "The search writes svd__n_components and the like.",
            "2. Define",
        )
    if found[svd].n_components != TOPICS:
        raise Wrong("topics-ignored", f"topics = {TOPICS} components", f"{found[svd].n_components}", "", "2. Define")
    if found[-1].n_estimators != TREES:
        raise Wrong("trees-ignored", f"trees = {TREES} trees", f"{found[-1].n_estimators}", "", "2. Define")


@check(blank=2, step="define")
def random_numbers_from_the_seed(student):
    """The decomposition and the forest draw their random numbers from the seed."""
    for part in _parts(student):
        if part["class"] in ("TruncatedSVD", "RandomForestClassifier") and part.random_state != 0:
            raise Wrong("random-state-missing", f"random_state = seed in the step {part['name']}", f"{part.random_state}",
                        "Else two runs differ, and nobody can tell why.", "Common mistakes")  # fmt: skip


@check(blank=4, step="compile")
def a_random_search_of_the_second_pipeline(student):
    """The search for the second model draws `tries` candidates from lsa_space, on the same folds, from the seed."""
    try:
        found = student.model_call("plan", "lsa", step="compile", compiled=True)
    except StepFailed as failure:
        if "KeyError" in failure.kind:
            raise Wrong("search-missing", 'a search under model.searches["lsa"]', "none", "", "3. Compile") from failure
        raise
    if found["class"] != "RandomizedSearchCV":
        raise Wrong(
            "wrong-search",
            "RandomizedSearchCV",
            found["class"],
            "A grid tries every combination; it cannot draw from randint.",
            "3. Compile",
        )
    if "svd" not in found.steps:
        raise Wrong("wrong-pipeline", 'model.pipelines["lsa"]', ", ".join(found.steps), "", "3. Compile")
    right = student.course.model_call("plan", "lsa", step="compile", compiled=True)
    if found.space != right.space:
        raise Wrong("wrong-space", f"lsa_space: {', '.join(right.space)}", ", ".join(found.space), "", "3. Compile")
    if found.tries != TRIES:
        raise Wrong(
            "tries-ignored", f"n_iter = tries = {TRIES}", f"{found.tries}", "Without n_iter it draws ten.", "3. Compile"
        )
    if found.folds != FOLDS:
        raise Wrong(
            "folds-ignored",
            f"cv = folds: {FOLDS} folds",
            f"{found.folds} folds",
            "Without cv it makes five, of neighbors.",
            "3. Compile",
        )
    if found.random_state != right.random_state:
        raise Wrong(
            "random-state-missing",
            "random_state = model.seed",
            f"{found.random_state}",
            "Else each run tries other candidates.",
            "Common mistakes",
        )


def _stand_in(rows=120):
    data = datasets.load_newsgroups(examples=rows, data="stand-in")
    return data, [str(text) for text in data.train.x] + [str(text) for text in data.validation.x]


def _factored(handle, texts):
    return handle.object("Study", {}, 4, SEED, method="factor", given=[texts], step="fit").attributes


@check(blank=3, step="fit")
def the_matrix_stays_sparse(student):
    """The term matrix is kept as it comes from the vectorizer: sparse."""
    found = _factored(student, SENTENCES)
    # A sparse matrix is no plain evidence, so it is not among these; a dense one would be.
    if "matrix" in found:
        raise Wrong("dense-matrix", "a sparse self.matrix", describe(found["matrix"]),
                    "Leave toarray() out: randomized_svd takes the sparse matrix.", "Common mistakes")  # fmt: skip


@check(blank=3, step="fit")
def factors_of_the_matrix(student):
    """Σ falls, the rows of Vᵀ are orthonormal topics, and the postings lie at U Σ."""
    _, texts = _stand_in()
    found, right = _factored(student, texts), _factored(student.course, texts)
    for name in ("documents", "sigma", "vt"):
        if name not in found:
            raise Wrong("factors-missing", f"self.{name}", "no such array", "Keep documents, sigma and vt.", "4. Fit")
    if found.sigma.ndim != 1 or found.sigma.shape != right.sigma.shape:
        raise Wrong(
            "wrong-number-of-topics",
            f"self.topics = {len(right.sigma)} singular values",
            describe(found.sigma),
            "",
            "4. Fit",
        )
    if found.vt.shape == right.vt.T.shape:
        raise Wrong(
            "vt-transposed",
            f"Vᵀ of shape {right.vt.shape}",
            f"{found.vt.shape}",
            "Keep Vᵀ as randomized_svd gives it: a row a topic.",
            "The idea",
        )
    if found.vt.shape != right.vt.shape:
        raise Wrong(
            "wrong-terms",
            f"Vᵀ of shape {right.vt.shape}",
            f"{found.vt.shape}",
            "Use self.vectorizer, on the texts that are given.",
            "4. Fit",
        )
    if found.documents.shape != right.documents.shape:
        raise Wrong(
            "wrong-places",
            f"U Σ of shape {right.documents.shape}",
            f"{found.documents.shape}",
            "A row a posting.",
            "The idea",
        )
    if not arrays_close(found.sigma, right.sigma, 1e-4):
        raise Wrong(
            "wrong-sigma",
            describe(right.sigma),
            describe(found.sigma),
            "Is the matrix that of self.vectorizer?",
            "The idea",
        )
    lengths = np.linalg.norm(found.documents, axis=0)
    if arrays_close(lengths, np.ones_like(lengths), 1e-4):
        raise Wrong("u-without-sigma", f"columns of U Σ with the lengths {describe(right.sigma)}", "columns of length 1",
                    "That is U: multiply each column by its singular value.", "The idea")  # fmt: skip
    if not arrays_close(lengths, right.sigma, 1e-4):
        raise Wrong(
            "wrong-places",
            f"columns of U Σ with the lengths {describe(right.sigma)}",
            describe(lengths),
            "u * sigma",
            "The idea",
        )
    if not arrays_close(np.abs(found.documents), np.abs(right.documents), 1e-3):
        raise Wrong("wrong-places", "U Σ of the texts, in their order", "other places", "u * sigma", "The idea")


@check(blank=5, step="fit")
def searches_on_all_training_postings(student):
    """Every search is fitted on the training and validation postings, and on nothing else."""
    fitted = student.fitted()
    if "test" in fitted.seen:
        raise Wrong("test-data-in-fit", "training and validation postings", f"{', '.join(fitted.seen)} used",
                    "The test postings are for evaluate alone: not for a search, not for a vocabulary.", "4. Fit")  # fmt: skip
    if "validation" not in fitted.seen:
        raise Wrong("validation-left-out", "training and validation postings joined", f"{', '.join(fitted.seen)} used",
                    "The folds do the validation: all 1 056 postings serve.", "4. Fit")  # fmt: skip
    if "train" not in fitted.seen:
        raise Wrong(
            "wrong-split", "training and validation postings joined", f"{', '.join(fitted.seen)} used", "", "4. Fit"
        )
    right = student.course.fitted().history
    for name, scores in right.items():
        if name not in fitted.history:
            raise Wrong("search-missing", f"a curve {name}", ", ".join(fitted.history), "Fit every search.", "4. Fit")
        # Of the others only the number: a decomposition may differ in its last digits, and a forest on it in a posting.
        same = arrays_close(fitted.history[name], scores, 1e-6 if name == "random_forest" else 1.0)
        if not same:
            raise Wrong("other-rows", f"{name}: {describe([round(score, 3) for score in scores])}",
                        describe([round(score, 3) for score in fitted.history[name]]),
                        "Training postings first, then validation, each with its own label.", "4. Fit")  # fmt: skip
    documents, expected = student.attributes(fitted=True).documents, student.course.attributes(fitted=True).documents
    if documents.shape != expected.shape:
        raise Wrong(
            "other-rows",
            f"{len(expected)} texts for the factors",
            f"{len(documents)}",
            "Is `texts` all of them?",
            "4. Fit",
        )


@check(blank=6, step="evaluate")
def three_accuracies_and_the_difference(student):
    """The accuracies of the three winners on the test postings, and max |A V − U Σ|."""
    found, right = student.evaluated(), student.course.evaluated().metrics
    for name in right:
        if name not in found.metrics:
            raise Wrong("metric-missing", f"the keys {', '.join(right)}", ", ".join(found.metrics), "", "5. Evaluate")
    if "test" not in found.seen:
        raise Wrong("not-the-test-split", "accuracies of data.test", f"{', '.join(found.seen) or 'no split'} used",
                    "The score of a search on its own folds helped to choose it.", "5. Evaluate")  # fmt: skip
    for name in right:
        value = found.metrics[name]
        if not abs(value - right[name]) <= 1e-6:
            cause = (
                "model.documents is U Σ already."
                if name == "svd_difference"
                else "Score on data.test.x and data.test.y."
            )
            raise Wrong("wrong-value", f"{name} {right[name]:.3g}", f"{value:.3g}", cause, "5. Evaluate")


def _places(student, texts, name, cause):
    try:
        return student.model_call("places", texts, step="figures", fitted=True)
    except StepFailed as failure:
        if failure.by != "student" or failure.kind != "ValueError":
            raise
        raise Wrong(name, "texts times topics", failure.message, cause, "Figures") from failure


@check(blank=7, step="figures")
def places_of_any_texts(student):
    """A V puts any texts, known or new, among the topics of training."""
    data, known = _stand_in()
    right = student.course.model_call("places", known, step="figures", fitted=True)
    found = _places(student, known, "not-transposed", "model.vt is (topics, terms): V is its transpose.")
    if np.shape(found) != right.shape:
        raise Wrong("wrong-shape", f"{right.shape}, a row a text", f"{np.shape(found)}", "", "The idea")
    sigma = np.linalg.norm(right, axis=0)
    if arrays_close(found, right / sigma, 1e-5):
        raise Wrong("u-without-sigma", "A V = U Σ", "U", "Do not divide by the singular values.", "The idea")
    if not arrays_close(found, right, 1e-5):
        raise Wrong(
            "wrong-places", "A V, which is U Σ for the training postings", describe(np.asarray(found)), "", "The idea"
        )
    new = [str(text) for text in data.test.x[:30]]
    again = "fit_transform learns other words from these texts: use transform."
    found = _places(student, new, "vectorizer-fitted-again", again)
    expected = student.course.model_call("places", new, step="figures", fitted=True)
    if not arrays_close(found, expected, 1e-5):
        raise Wrong("vectorizer-fitted-again", "weights learned in training", "other weights", again, "Common mistakes")


VT = np.array([[0.1, 0.7, -0.9, 0.4, 0.3], [0.6, -0.2, 0.5, -0.8, 0.0]])
TERMS = ["amp", "bill", "court", "diode", "east"]


@check(blank=8, step="figures")
def words_of_each_topic(student):
    """For each topic the terms with the highest weights, highest first, with their weights."""
    found = student.call("topic_words", VT, np.array(TERMS).tolist(), 2, step="figures")
    right = [{"bill": 0.7, "diode": 0.4}, {"amp": 0.6, "court": 0.5}]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Wrong("not-dicts", "a list of dicts, term → weight", describe(found), "", "Figures")
    if len(found) != len(right):
        cause = "A topic is a row of vt; a column belongs to a term." if len(found) == VT.shape[1] else ""
        raise Wrong("wrong-axis", f"{len(right)} topics", f"{len(found)}", cause, "Common mistakes")
    for one, expected in zip(found, right, strict=True):
        if one == expected and list(one) == list(expected):
            continue
        shown = (describe(dict(expected)), describe(dict(one)))
        if set(one) == set(expected) and list(one) != list(expected):
            raise Wrong("wrong-order", *shown, "The highest weight comes first.", "Figures")
        if len(one) != 2:
            raise Wrong("wrong-length", *shown, "k terms a topic.", "Figures")
        weights = list(one.values())
        row = VT[right.index(expected)]
        if arrays_close(sorted(weights), np.sort(row)[:2], 1e-9):
            raise Wrong("lowest-weights", *shown, "np.argsort puts the lowest first.", "Figures")
        if arrays_close(sorted(map(abs, weights)), np.sort(np.abs(row))[-2:], 1e-9):
            raise Wrong(
                "absolute-weights", *shown, "A word with a negative weight speaks against the topic.", "Figures"
            )
        raise Wrong("wrong-words", *shown, "terms[place] and row[place] of the same place.", "Figures")
