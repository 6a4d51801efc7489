# %% [markdown]
# # Exercise 11: From reviews to a vocabulary
#
# - Section: NLP 2-1, Text preprocessing
# - Data: amazon_reviews
# - Claim: shrinks_at_every_step ≥ 1 on real data with PRESET=full; recorded before: 232 words left after trimming
# - Measured: 4 850 words, 236 after trimming, 203 stems, 197 lemmas on a sample of 5 000 reviews, with any seed; 24 % of the tokens left; 3 s
# - In plain scikit-learn: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=11`
#
# ## What you will learn
#
# To turn raw text into words that can be counted, and to see at each step what it costs: cutting text into tokens, leaving
# out words that say little, leaving out words that hardly occur, and taking the forms of a word together. And to read
# what is special of some reviews (those of e-readers) out of counts.
#
# ## The idea
#
# A program sees characters. The first cut makes tokens of them; a regular expression says what a token is, and what it does
# not name is lost, silently: apostrophes (don't → don, t), numbers (7.5 → 7, 5).
#
# Few words make up most of a text. Sorted by frequency, the word of rank r occurs about 1 / r times as often as the first
# (Zipf 1949): a hundred stop words (the, and, it) are half of all tokens and say little about a text; at the other end half
# of all words occur once. Between them lies the vocabulary worth having:
#
#     all words → without stop words → in at least 1 % of the reviews → stems (Porter 1980) or lemmas
#
# A stem is what is left when endings are cut off by rule (batteries → batteri); a lemma is the form that a dictionary lists
# (batteries → battery). The table of a word has: its count, rank, share of all tokens, the shares added up so far, and the
# share of reviews that it occurs in.
#
# ## The five steps
#
# load (one spelling of each brand), define (an empty vocabulary), compile (how rare is too rare), fit (the vocabulary of the
# training reviews, step by step), evaluate (how much is left, and how much of new reviews it covers).

# %%
import math
import re
from collections import Counter

import numpy as np
from nltk.stem import PorterStemmer

from whitepaper import datasets, plots
from whitepaper.errors import NotAttempted
from whitepaper.lessons import Preset, language

STEPS = ("all words", "without stop words", "without more stop words", "trimmed", "stems", "lemmas")
# Words that every review of a product may have, whatever the product, and contractions that spaCy's list has in two parts.
MORE_STOP_WORDS = (
    "amazon", "product", "buy", "bought", "purchase", "purchased", "one", "two", "get", "got", "use", "used", "using",
    "it's", "i'm", "i've", "i'd", "i'll", "don't", "doesn't", "didn't", "can't", "isn't", "wasn't", "won't", "couldn't",
    "you're", "that's", "there's", "he's", "she's", "they're",
)  # fmt: skip
PRESETS = {
    "smoke": Preset(examples=150),
    "quick": Preset(examples=2000),
    "full": Preset(),
}

# %% [markdown]
# ## 1. Load
#
# A review is a row: text, product, brand. Brands are typed by hand: "Amazon Digital Services, Inc" is Amazon too.


# %%
def unified(brand, name):
    # TODO 1: return the brand in one spelling: "Amazon" for all that begin with amazon, in small or capital
    #   letters (amazon.com, AmazonBasics, Amazon Digital Services, Inc); other brands with a capital first letter
    #   and small ones behind it; without blanks around it. Where the brand is empty, take the first word of the
    #   product's name.
    raise NotAttempted(1)  # your code goes here, in place of this line


def load(preset):
    data = datasets.load_amazon_reviews(examples=preset.examples)

    def clean(x, y):
        brands = np.array([unified(brand, name) for _, name, brand in x], dtype=object)
        return np.column_stack([x[:, 0], x[:, 1], brands]), y

    return data.map(clean)


# %% [markdown]
# ## 2. Define
#
# The functions first, one a step.


# %%
def tokens_of(text):
    # TODO 2: return the list of tokens of a text, in small letters: words of letters with apostrophes inside
    #   (don't, amazon's), and numbers with a decimal point inside (7, 49.99). A curly apostrophe ’ counts as a
    #   straight one. All else separates.
    raise NotAttempted(2)  # your code goes here, in place of this line


def without(documents, words):
    # TODO 3: documents is a list of lists of tokens. Return it without the tokens that are in `words`; the inner
    #   lists stay, in order, even if nothing is left of them.
    raise NotAttempted(3)  # your code goes here, in place of this line


def word_table(documents):
    """Count, rank and shares of each word, the most frequent first; equal counts in the order of the alphabet."""
    # TODO 4: return a list of dicts with "word", "count", "rank" (from 1), "share" (of all tokens), "cumulative"
    #   (the shares up to here), "documents" (how many contain it) and "document_share".
    raise NotAttempted(4)  # your code goes here, in place of this line


def frequent(documents, least):
    # TODO 5: return the set of the words that occur in at least the share `least` of the documents.
    raise NotAttempted(5)  # your code goes here, in place of this line


def stemmed(documents):
    # TODO 6: return the documents with each token replaced by its Porter stem.
    raise NotAttempted(6)  # your code goes here, in place of this line


# %% [markdown]
# Lemmas come from spaCy: from an installed pipeline where there is one (`make exercise N=11 SPACY=…` names another), else by
# rules. `nlp.pipe` takes many texts at once.


# %%
class Vocabulary:
    """The words that were kept, step by step.

    Attributes:
        least: share of documents that a word must occur in.
        words: step → set of words. tokens: step → number of tokens left.
        tables: step → `word_table` of the training reviews.
    """

    def __init__(self):
        self.least = 0.01
        self.words, self.tokens, self.tables = {}, {}, {}
        self.lemmas = {}

    def note(self, step, documents):
        self.tables[step] = word_table(documents)
        self.words[step] = {row["word"] for row in self.tables[step]}
        self.tokens[step] = sum(map(len, documents))

    def lemma_of(self, nlp, words):
        """The lemma of each word, once each."""
        fresh = sorted(words - self.lemmas.keys())
        pipes = [name for name in ("parser", "ner") if name in nlp.pipe_names]
        with nlp.select_pipes(disable=pipes):
            for word, doc in zip(fresh, nlp.pipe(fresh), strict=True):
                self.lemmas[word] = doc[0].lemma_.lower() or word
        return self.lemmas


def define(data, hp):
    return Vocabulary()


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    model.least = hp.Float("least", 0.001, 0.05, sampling="log", default=0.01)


# %% [markdown]
# ## 4. Fit
#
# Every step takes what the one before has left.


# %%
def fit(model, data, preset, callbacks):
    nlp = language.pipeline()
    print(f"English: {language.named(nlp)}")
    documents = [tokens_of(text) for text in data.train.x[:, 0]]
    model.note("all words", documents)
    # TODO 7: take spaCy's stop words, nlp.Defaults.stop_words, out of the documents and note it as "without stop
    #   words"; then MORE_STOP_WORDS, noted as "without more stop words"; then keep only the words that `frequent`
    #   finds in what is left, with the share model.least, noted as "trimmed".
    raise NotAttempted(7)  # your code goes here, in place of this line
    model.note("stems", stemmed(documents))
    lemmas = model.lemma_of(nlp, model.words["trimmed"])
    model.note("lemmas", [[lemmas[token] for token in document] for document in documents])
    print(f"{'step':<26}{'words':>8}{'tokens':>9}  left of all tokens")
    for step in STEPS:
        share = model.tokens[step] / model.tokens["all words"]
        print(f"{step:<26}{len(model.words[step]):>8}{model.tokens[step]:>9}  {share:.1%}")
    return {"words": [len(model.words[step]) for step in STEPS], "tokens": [model.tokens[step] for step in STEPS]}


# %% [markdown]
# ## 5. Evaluate
#
# Which words are Kindle's? Of a word that a share p of the Kindle reviews and a share q of the others contain, log₂ (p / q)
# tells how many times twice as often it occurs; half a review is added to both, so that nothing is divided by 0.


# %%
def log_ratio(inside, outside):
    # TODO 8: inside and outside are lists of documents (lists of tokens). Return a dict, word → log₂ of (share of
    #   inside documents with the word) / (share of outside documents with it), for all words of both; each share
    #   is (number of documents with the word + 0.5) / (number of documents + 1).
    raise NotAttempted(8)  # your code goes here, in place of this line


def kindle_words(model, split, count=8):
    """The words of the trimmed vocabulary that most set reviews of Kindles apart, and those of all others."""
    kept = model.words["trimmed"]
    documents = [[token for token in tokens_of(text) if token in kept] for text in split.x[:, 0]]
    kindle = np.array(["kindle" in name.lower() for name in split.x[:, 1]])
    inside = [document for document, chosen in zip(documents, kindle, strict=True) if chosen]
    outside = [document for document, chosen in zip(documents, kindle, strict=True) if not chosen]
    ratio = log_ratio(inside, outside)
    order = sorted(ratio, key=lambda word: (ratio[word], word))
    return {word: ratio[word] for word in [*order[:count], *order[-count:]]}


def evaluate(model, data):
    sizes = [len(model.words[step]) for step in STEPS]
    documents = [tokens_of(text) for text in data.test.x[:, 0]]
    seen = sum(token in model.words["all words"] for document in documents for token in document)
    # Stems and lemmas are two ends of the same road: both are held against the trimmed words.
    smaller = [after < before for before, after in zip(sizes[:4], sizes[1:4], strict=False)]
    return {
        "words": sizes[0],
        "trimmed_words": sizes[3],
        "stems": sizes[4],
        "lemmas": sizes[5],
        "tokens_left": model.tokens["trimmed"] / model.tokens["all words"],
        "test_tokens_known": seen / sum(map(len, documents)),
        "shrinks_at_every_step": float(all(smaller) and max(sizes[4:]) < sizes[3]),
    }


# %% [markdown]
# ## Figures
#
# How fast the shares add up; the words before and after; what is Kindle's; the head of the table.


# %%
def figures(model, data, history):
    curves = {
        step: [row["cumulative"] for row in model.tables[step]]
        for step in ("all words", "without more stop words", "trimmed")
    }
    trees = {
        step: {row["word"]: row["count"] for row in model.tables[step][:40]}
        for step in ("all words", "without stop words", "lemmas")
    }
    head = [
        [
            row["rank"],
            row["word"],
            row["count"],
            f"{row['share']:.2%}",
            f"{row['cumulative']:.1%}",
            f"{row['document_share']:.1%}",
        ]
        for row in model.tables["without more stop words"][:15]
    ]
    names = ["rank", "word", "count", "share", "cumulative", "in reviews"]
    return {
        "cumulative": plots.comparison(curves, "share of all tokens", "words, the most frequent first"),
        "words": plots.treemaps(trees),
        "vocabulary": plots.bars(dict(zip(STEPS, history["words"], strict=True)), "", "words"),
        "kindle": plots.signed_bars(
            kindle_words(model, data.train), "log₂ (share in Kindle reviews / share in others)"
        ),
        "table": plots.table(names, head),
    }


# %% [markdown]
# ## Try it
#
# - `HP="least=0.001"`, `HP="least=0.05"`: how many words are left, and what share of all tokens?
# - Leave the apostrophe out of the expression: which new "words" does the table show?
# - Do stems or lemmas leave fewer words? Find two words that share a stem and not a meaning.
#
# ## Common mistakes
#
# - `\w+` as token: don't becomes don and t, 49.99 becomes 49 and 99.
# - Trimming by count in place of reviews: one long review can repeat a word fifty times.
# - Stop words taken out after stemming: "thi" is not in the list.
# - Word tables of all reviews, the test reviews among them: what is new there would never be seen.

# %%
# The same steps by hand, for a notebook; `make exercise N=11` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
