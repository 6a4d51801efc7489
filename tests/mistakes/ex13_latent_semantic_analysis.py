"""Planted mistakes of exercise 13, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

PIPELINE = """
return Pipeline([
    ("{first}", {vectorizer}),
    {middle}
    ("forest", RandomForestClassifier({forest})),
])
"""
TFIDF = 'TfidfVectorizer(stop_words="english")'
SVD = '("svd", TruncatedSVD(topics, random_state=seed)),'
FOREST = "trees, random_state=seed"
FACTOR = """
self.matrix = self.vectorizer.fit_transform(texts){dense}
u, self.sigma, self.vt = randomized_svd(self.matrix, {topics}, n_iter=10, random_state=self.seed)
self.documents = {documents}
{more}
"""
SEARCH = 'model.searches["lsa"] = RandomizedSearchCV(model.pipelines["{pipeline}"], {space}, {tries}{folds}random_state={seed})'
FIT = """
texts = np.concatenate([{texts}])
labels = np.concatenate([{labels}])
for search in model.searches.values():
    search.fit({given})
"""
BOTH = {"texts": "data.train.x, data.validation.x", "labels": "data.train.y, data.validation.y"}
EVALUATE = """
found = {{f"{{name}}_accuracy": {score} for name, search in model.searches.items()}}
found["svd_difference"] = {difference}
return found
"""
SCORE = "search.score(data.test.x, data.test.y)"
DIFFERENCE = "np.abs(model.matrix @ model.vt.T - model.documents).max()"


def _pipeline(**changes):
    return PIPELINE.format(**{"first": "tfidf", "vectorizer": TFIDF, "middle": SVD, "forest": FOREST} | changes)


def _factor(**changes):
    return FACTOR.format(
        **{"dense": "", "topics": "self.topics", "documents": "u * self.sigma", "more": "pass"} | changes
    )


def _search(**changes):
    usual = {
        "pipeline": "lsa",
        "space": "lsa_space",
        "tries": "n_iter=tries, ",
        "folds": "cv=folds, ",
        "seed": "model.seed",
    }
    return SEARCH.format(**usual | changes)


def _fit(**changes):
    return FIT.format(**{**BOTH, "given": "texts, labels"} | changes)


def _evaluate(**changes):
    return EVALUATE.format(**{"score": SCORE, "difference": DIFFERENCE} | changes)


WORDS = "[len(text.split()) for text in texts]"

MISTAKES = [
    Mistake(
        "characters in place of words",
        1,
        "characters-counted",
        "median = np.median([len(text) for text in texts])\nreturn median, len(texts) / median",
    ),
    Mistake("the mean", 1, "mean-for-median", f"median = np.mean({WORDS})\nreturn median, len(texts) / median"),
    Mistake(
        "distinct words",
        1,
        "distinct-words",
        "median = np.median([len(set(text.split())) for text in texts])\nreturn median, len(texts) / median",
    ),
    Mistake(
        "words divided by texts", 1, "wrong-ratio", f"median = np.median({WORDS})\nreturn median, median / len(texts)"
    ),
    Mistake("the ratio alone", 1, "two-numbers", f"return len(texts) / np.median({WORDS})"),
    Mistake("no decomposition", 2, "svd-missing", _pipeline(middle="")),
    Mistake(
        "a dense matrix on the way",
        2,
        "dense-matrix",
        "from sklearn.preprocessing import FunctionTransformer\n"
        + _pipeline(middle='("dense", FunctionTransformer(lambda a: a.toarray())),\n    ' + SVD).strip(),
    ),
    Mistake(
        "PCA",
        2,
        "pca-for-svd",
        "from sklearn.decomposition import PCA\nfrom sklearn.preprocessing import FunctionTransformer\n"
        + _pipeline(
            middle='("dense", FunctionTransformer(lambda a: a.toarray())),\n    ("svd", PCA(2, random_state=seed)),'
        ).strip(),
    ),
    Mistake(
        "no random state in the decomposition",
        2,
        "random-state-missing",
        _pipeline(middle='("svd", TruncatedSVD(topics)),'),
    ),
    Mistake("no random state in the forest", 2, "random-state-missing", _pipeline(forest="trees")),
    Mistake(
        "two components, whatever is asked",
        2,
        "topics-ignored",
        _pipeline(middle='("svd", TruncatedSVD(random_state=seed)),'),
    ),
    Mistake("a hundred trees, whatever is asked", 2, "trees-ignored", _pipeline(forest="random_state=seed")),
    Mistake("another name", 2, "wrong-names", _pipeline(first="vectorizer")),
    Mistake(
        "counts without their weights",
        2,
        "wrong-steps",
        _pipeline(vectorizer='CountVectorizer(stop_words="english")'),
    ),
    Mistake("U for the places of postings", 3, "u-without-sigma", _factor(documents="u")),
    Mistake("a dense term matrix", 3, "dense-matrix", _factor(dense=".toarray()")),
    Mistake("Vᵀ transposed once more", 3, "vt-transposed", _factor(more="self.vt = self.vt.T")),
    Mistake("two topics", 3, "wrong-number-of-topics", _factor(topics="2")),
    Mistake("a vectorizer of one's own", 3, "wrong-terms", "self.vectorizer = TfidfVectorizer()\n" + _factor().strip()),
    Mistake("divided by Σ", 3, "wrong-places", _factor(documents="u / self.sigma")),
    Mistake("V kept to itself", 3, "factors-missing", _factor(more="del self.vt")),
    Mistake("no random state", 4, "random-state-missing", _search(seed="None")),
    Mistake("ten candidates, whatever is asked", 4, "tries-ignored", _search(tries="")),
    Mistake("folds of its own", 4, "folds-ignored", _search(folds="")),
    Mistake("the first pipeline searched", 4, "wrong-pipeline", _search(pipeline="random_forest")),
    Mistake("the forest's grid", 4, "wrong-space", _search(space="forest_grid")),
    Mistake(
        "a grid",
        4,
        "wrong-search",
        'model.searches["lsa"] = GridSearchCV(model.pipelines["lsa"], forest_grid, cv=folds)',
    ),
    Mistake(
        "kept to itself",
        4,
        "search-missing",
        'search = RandomizedSearchCV(model.pipelines["lsa"], lsa_space, n_iter=tries, cv=folds)',
    ),
    Mistake(
        "search on test rows",
        5,
        "test-data-in-fit",
        _fit(given="data.test.x, data.test.y"),
    ),
    Mistake(
        "vocabulary from test texts too",
        5,
        "test-data-in-fit",
        _fit().strip() + "\ntexts = np.concatenate([texts, data.test.x])",
    ),
    Mistake("training split alone", 5, "validation-left-out", _fit(texts="data.train.x", labels="data.train.y")),
    Mistake(
        "labels in another order",
        5,
        "other-rows",
        _fit(labels="data.validation.y, data.train.y"),
    ),
    Mistake(
        "searches on the validation rows",
        5,
        "other-rows",
        _fit(given="data.validation.x, data.validation.y"),
    ),
    Mistake(
        "accuracy of training", 6, "not-the-test-split", _evaluate(score="search.score(data.train.x, data.train.y)")
    ),
    Mistake("accuracy of the folds", 6, "not-the-test-split", _evaluate(score="search.best_score_")),
    Mistake(
        "error in place of accuracy",
        6,
        "wrong-value",
        _evaluate(score="1 - search.score(data.test.x, data.test.y)"),
    ),
    Mistake(
        "U Σ scaled again",
        6,
        "wrong-value",
        _evaluate(difference="np.abs(model.matrix @ model.vt.T - model.documents * model.sigma).max()"),
    ),
    Mistake(
        "difference forgotten",
        6,
        "metric-missing",
        'return {f"{name}_accuracy": search.score(data.test.x, data.test.y) for name, search in model.searches.items()}',
    ),
    Mistake(
        "vectorizer fitted on the new texts",
        7,
        "vectorizer-fitted-again",
        "return model.vectorizer.fit_transform(texts) @ model.vt.T",
    ),
    Mistake("Vᵀ in place of V", 7, "not-transposed", "return model.vectorizer.transform(texts) @ model.vt"),
    Mistake(
        "U in place of U Σ", 7, "u-without-sigma", "return model.vectorizer.transform(texts) @ model.vt.T / model.sigma"
    ),
    Mistake("topics by texts", 7, "wrong-shape", "return (model.vectorizer.transform(texts) @ model.vt.T).T"),
    Mistake("the training postings, whatever is asked", 7, "raises", "return model.documents[texts]"),
    Mistake(
        "columns in place of rows",
        8,
        "wrong-axis",
        "return [{str(place): float(row[place]) for place in np.argsort(-row)[:k]} for row in vt.T]",
    ),
    Mistake(
        "the lowest weights",
        8,
        "lowest-weights",
        "return [{str(terms[place]): float(row[place]) for place in np.argsort(row)[:k]} for row in vt]",
    ),
    Mistake(
        "highest last",
        8,
        "wrong-order",
        "return [{str(terms[place]): float(row[place]) for place in np.argsort(row)[-k:]} for row in vt]",
    ),
    Mistake(
        "largest without their sign",
        8,
        "absolute-weights",
        "return [{str(terms[place]): float(row[place]) for place in np.argsort(-np.abs(row))[:k]} for row in vt]",
    ),
    Mistake(
        "words without weights", 8, "not-dicts", "return [[str(terms[i]) for i in np.argsort(-row)[:k]] for row in vt]"
    ),
]

RIGHTS = [
    Right(
        "sorted by hand, loops, a matrix product",
        {
            1: """
            counts = sorted(len(text.split()) for text in texts)
            half = len(counts) // 2
            median = counts[half] if len(counts) % 2 else (counts[half - 1] + counts[half]) / 2
            return [float(median), float(len(counts) / median)]
            """,
            3: """
            self.matrix = self.vectorizer.fit(texts).transform(texts)
            u, s, vt = randomized_svd(self.matrix, n_components=self.topics, n_iter=12, random_state=self.seed)
            self.documents, self.sigma, self.vt = u @ np.diag(s), s, vt
            """,
            6: """
            found = {"svd_difference": float(abs(model.documents - model.matrix.dot(model.vt.T)).max())}
            for name in NAMES:
                answers = model.searches[name].predict(data.test.x)
                found[name + "_accuracy"] = float((answers == data.test.y).mean())
            return found
            """,
            7: "return np.asarray(model.vectorizer.transform(texts).dot(np.transpose(model.vt)))",
            8: """
            found = []
            for row in np.asarray(vt):
                pairs = sorted(zip(row.tolist(), terms), key=lambda pair: -pair[0])
                found.append({str(term): weight for weight, term in pairs[:k]})
            return found
            """,
        },
    ),
    Right(
        "the lengths of places set to one, folds and steps by name, truncated SVD for the factors",
        {
            2: """
            from sklearn.preprocessing import Normalizer
            forest = RandomForestClassifier(n_estimators=trees, random_state=seed)
            svd = TruncatedSVD(n_components=topics, algorithm="randomized", random_state=seed)
            return Pipeline(steps=[("tfidf", TfidfVectorizer()), ("svd", svd), ("one", Normalizer()), ("forest", forest)])
            """,
            3: """
            self.matrix = self.vectorizer.fit_transform(texts)
            svd = TruncatedSVD(self.topics, n_iter=10, random_state=self.seed)
            self.documents = svd.fit_transform(self.matrix)
            self.sigma, self.vt = svd.singular_values_, svd.components_
            """,
            4: """
            model.searches |= {"lsa": RandomizedSearchCV(estimator=model.pipelines["lsa"], param_distributions=lsa_space,
                                                         n_iter=tries, cv=folds, random_state=model.seed, refit=True)}
            """,
            5: """
            texts = np.array([*data.train.x, *data.validation.x], dtype=object)
            labels = np.append(data.train.y, data.validation.y)
            [model.searches[name].fit(texts, labels) for name in NAMES]
            """,
        },
    ),
]
