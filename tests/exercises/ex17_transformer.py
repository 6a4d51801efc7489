"""Checks of exercise 17."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_two_classes,
)
from whitepaper.checking.shared.training import fit_follows_the_preset


def _softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _first(student, pairs, found, read, name, expected, tolerance=1e-4):
    """Raise the first named mistake whose result was found, else the general one."""
    for short, wrong, cause in pairs:
        if arrays_close(found, wrong, tolerance):
            raise Wrong(short, expected, "another result", cause, read)
    raise Wrong(name, expected, f"shape {np.shape(found)}, {np.asarray(found).ravel()[:4]!r:.80}", "", read)


def _pair(found):
    if not isinstance(found, list | tuple) or len(found) != 2:
        raise Wrong("not-a-pair", "the pair (results, weights)", type(found).__name__, "", "2. Define")
    return found


def _questions():
    """q (2, 4, 9), k (2, 5, 9), v (2, 5, 3) and which of the five keys may be looked at."""
    rng = np.random.default_rng(4)
    q, k, v = (rng.normal(size=shape).astype("float32") for shape in ((2, 4, 9), (2, 5, 9), (2, 5, 3)))
    allowed = np.array([[[True, True, False, True, False]], [[False, True, True, True, True]]])
    return q, k, v, allowed


@check(blank=1, step="define")
def softmax_of_scaled_scores(student):
    """Without a mask: the softmax over the keys of Q Kᵀ / √d_k, and the mean of the values that it makes."""
    q, k, v, _ = _questions()
    results, weights = _pair(student.call("scaled_dot_product_attention", q, k, v, step="define"))
    scores = q @ k.swapaxes(1, 2)
    right = _softmax(scores / 3)
    if not arrays_close(weights, right, 1e-4):
        _first(
            student,
            (
                ("not-scaled", _softmax(scores), "Divide by √d_k, the square root of the last axis."),
                ("scaled-by-d", _softmax(scores / 9), "The square root of d_k, not d_k."),
                (
                    "softmax-over-queries",
                    _softmax(scores / 3, axis=1),
                    "Over the last axis, the keys: rows add up to 1.",
                ),
                ("softmax-missing", scores / 3, "Weights are the softmax of the scores."),
                ("pair-turned-round", right @ v, "results first, then the weights."),
            ),
            weights,
            "The idea",
            "wrong-weights",
            "softmax(Q Kᵀ / √d_k)",
        )
    if not arrays_close(results, right @ v, 1e-4):
        raise Wrong(
            "wrong-results", "weights times values", f"shape {np.shape(results)}", "ops.matmul(weights, v).", "The idea"
        )


@check(blank=1, step="define")
def nothing_hidden_is_looked_at(student):
    """With a mask: hidden keys get the weight 0, and the others add up to 1."""
    q, k, v, allowed = _questions()
    _, weights = _pair(student.call("scaled_dot_product_attention", q, k, v, allowed, step="define"))
    scores = q @ k.swapaxes(1, 2)
    scores = scores / 3
    right = _softmax(np.where(allowed, scores, -1e9))
    if arrays_close(weights, right, 1e-4):
        return
    weights = np.asarray(weights, dtype=float)
    if weights.shape == right.shape:
        hidden = ~np.broadcast_to(allowed, right.shape)
        if not weights[~hidden].any() or arrays_close(weights.sum(axis=-1, where=hidden), np.ones((2, 4)), 1e-4):
            raise Wrong("mask-inverted", "weights on what is allowed", "weights on what is hidden",
                        "True means allowed.", "2. Define")  # fmt: skip
        if not weights[hidden].any() and not arrays_close(weights.sum(axis=-1), np.ones((2, 4)), 1e-4):
            raise Wrong("mask-after-softmax", "rows that add up to 1", f"a sum of {weights[0, 0].sum():.3f}",
                        "Mask the scores, then take the softmax.", "Common mistakes")  # fmt: skip
        if arrays_close(weights, _softmax(scores), 1e-4):
            raise Wrong("mask-not-used", "no weight on hidden keys", "the weights without a mask", "", "2. Define")
        if weights[hidden].any() and arrays_close(weights, _softmax(np.where(allowed, scores, 0)), 1e-4):
            raise Wrong("zero-for-hidden", "FAR_BELOW for hidden scores", "0",
                        "e⁰ = 1: a score of 0 is not no weight.", "The idea")  # fmt: skip
    if arrays_close(weights, _softmax(np.where(allowed, scores * 3, -1e9)), 1e-4):
        raise Wrong("not-scaled", "scores divided by √d_k", "scores as they are", "", "The idea")
    raise Wrong("wrong-masked-weights", "softmax of the allowed scores", f"shape {weights.shape}", "", "The idea")


@check(blank=2, step="define")
def each_head_has_its_part_of_every_word(student):
    """Head h has the numbers h · part … of each word's vector, in the order of the words."""
    x = np.arange(2 * 3 * 8, dtype="float32").reshape(2, 3, 8)
    found = student.call("split_heads", x, 2, step="define")
    parts = x.reshape(2, 3, 2, 4)
    right = parts.transpose(0, 2, 1, 3)
    if arrays_close(found, right, 0):
        return
    _first(
        student,
        (
            ("heads-by-reshape-alone", x.reshape(2, 2, 3, 4), "Split the last axis, then transpose (0, 2, 1, 3)."),
            ("not-transposed", parts, "The heads come before the words: transpose (0, 2, 1, 3)."),
            ("every-other-number", x.reshape(2, 3, 4, 2).transpose(0, 3, 1, 2), "The heads' axis before the parts'."),
            ("words-and-parts-exchanged", parts.transpose(0, 2, 3, 1), "(0, 2, 1, 3)."),
        ),
        found,
        "2. Define",
        "wrong-split",
        f"shape {right.shape}, head 0 of word 0: {right[0, 0, 0]}",
        0,
    )


@check(blank=3, step="define")
def words_may_be_looked_at(student):
    """The padding mask: true for words, in front or behind the gaps, (batch, 1, 1, n)."""
    numbers = np.array([[0, 0, 5, 2, 9], [7, 1, 1, 3, 4]], dtype="int32")
    found = student.call("attention_mask", numbers, step="define")
    right = (numbers != 0)[:, None, None, :]
    if arrays_close(found, right, 0):
        return
    _first(
        student,
        (
            ("mask-inverted", ~right, "True is allowed: numbers != 0."),
            ("queries-masked", right.swapaxes(2, 3), "The keys are the last axis: (batch, 1, 1, n)."),
            ("axes-missing", right[:, 0, 0], "An axis for the heads and one for the queries: (batch, 1, 1, n)."),
            ("axes-missing", right[:, 0], "An axis for the heads and one for the queries: (batch, 1, 1, n)."),
        ),
        np.asarray(found, dtype=float),
        "2. Define",
        "wrong-mask",
        "booleans (2, 1, 1, 5), true for words",
        0,
    )


@check(blank=3, step="define")
def nobody_looks_ahead(student):
    """With look_ahead=True also nothing later than the query: (batch, 1, n, n)."""
    numbers = np.array([[0, 0, 5, 2, 9], [7, 1, 1, 3, 4]], dtype="int32")
    found = student.call("attention_mask", numbers, True, step="define")
    words, before = (numbers != 0)[:, None, None, :], np.tril(np.ones((5, 5), bool))
    right = words & before
    if arrays_close(found, right, 0):
        return
    _first(
        student,
        (
            ("looks-ahead", words & before.T, "Rows are queries, columns keys: key ≤ query."),
            ("own-word-hidden", words & np.tril(before, -1), "A word may look at itself: ≤."),
            ("gaps-forgotten", np.broadcast_to(before, right.shape), "Gaps stay hidden: words and before."),
            ("gaps-forgotten", before[None, None], "Gaps stay hidden: words and before."),
            ("either-is-enough", words | before, "Both must be true: and."),
            ("look-ahead-missing", words, "look_ahead=True hides what comes later."),
            ("mask-inverted", ~right, "True is allowed."),
        ),
        np.asarray(found, dtype=float),
        "2. Define",
        "wrong-look-ahead",
        "booleans (2, 1, 5, 5), true where the key is a word and not later than the query",
        0,
    )


@check(blank=2, step="define", after=(1, 3))
def equal_to_keras(student):
    """Attention by hand gives what keras.layers.MultiHeadAttention gives with the same weights, under every mask."""
    numbers = np.array([[0, 0, 5, 2, 9], [7, 1, 1, 3, 4]], dtype="int32")
    apart = float(student.model_call("by_hand", numbers, step="define"))
    if not apart < 1e-5:
        raise Wrong("not-keras-attention", "a difference below 0.00001", f"{apart:.3g}", "", "5. Evaluate")


@check(blank=4, step="define")
def sines_and_cosines(student):
    """Sines in the even columns, cosines in the odd ones, with falling frequencies."""
    found = student.call("sinusoids", 12, 6, step="define")
    positions, pairs = np.arange(12)[:, None], np.arange(3)

    def table(angles):
        return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(12, 6)

    angles = positions / 10000 ** (2 * pairs / 6)
    right = table(angles)
    if arrays_close(found, right, 1e-4):
        return
    _first(
        student,
        (
            ("sin-and-cos-swapped", right.reshape(12, 3, 2)[:, :, ::-1].reshape(12, 6), "Sines in columns 0, 2, 4 …"),
            (
                "halves",
                np.concatenate([np.sin(angles), np.cos(angles)], axis=1),
                "Sine and cosine take turns: 0::2, 1::2.",
            ),
            (
                "wrong-exponent",
                table(positions / 10000 ** (pairs / 6)),
                "The exponent is 2i/d: np.arange(0, size, 2) / size.",
            ),
            ("wrong-exponent", table(positions / 10000 ** (4 * pairs / 6)), "The column number is 2i already."),
            ("frequency-rises", table(positions * 10000 ** (2 * pairs / 6)), "Divide by 10000^(2i/d)."),
            ("counted-from-one", table((positions + 1) / 10000 ** (2 * pairs / 6)), "The first position is 0."),
            ("turned-round", right.T, "A row for each position: (length, size)."),
        ),
        found,
        "The idea",
        "wrong-positions",
        f"row 1: {right[1].round(3)}",
    )


def _block(student, x, allowed, wide=8, dropout=0.0, training=False):
    """What a fresh block of vectors of 8, 2 heads, gives."""
    return np.asarray(student.call("try_block", x, allowed, 2, wide, dropout, training, step="define"), dtype=float)


@check(blank=5, step="define", after=(1, 2))
def added_and_normalized(student):
    """Attention and feed-forward are each added to what came in, and normalized."""
    x = np.random.default_rng(2).normal(size=(2, 5, 8)).astype("float32")
    all_of_it, one = (
        np.ones((2, 1, 1, 5), bool),
        np.arange(5)[None, None, None, :] == np.array([0, 1])[:, None, None, None],
    )
    found, right = _block(student, x, all_of_it), _block(student.course, x, all_of_it)
    if found.shape != right.shape:
        raise Wrong("wrong-shape", f"{right.shape}", f"{found.shape}", "", "2. Define")
    # All look at one word alone: without what came in, all get the same.
    if np.ptp(_block(student, x, one), axis=1).max() < 1e-4:
        raise Wrong("first-residual-missing", "x + attention", "the same result for all words of a review",
                    "self.norm1(x + …).", "The idea")  # fmt: skip
    if abs(found.mean(axis=-1)).max() > 1e-3 or abs(found.std(axis=-1) - 1).max() > 1e-2:
        raise Wrong("norm-missing", "each vector of mean 0 and spread 1", f"spreads up to {found.std(axis=-1).max():.3f}",
                    "norm is the last thing that happens: self.norm2(a + …).", "The idea")  # fmt: skip
    # A feed-forward part of one number can only stretch one vector: without a, hardly two results differ.
    rows = _block(student, x, all_of_it, wide=1).reshape(-1, 8)
    if len(np.unique(rows.round(1), axis=0)) <= 3:
        raise Wrong(
            "second-residual-missing", "a + feed_forward(a)", "feed_forward(a) alone", "self.norm2(a + …).", "The idea"
        )
    if not arrays_close(found, right, 1e-3):
        raise Wrong("wrong-block", "norm(a + feed_forward(a)) with a = norm(x + attention(x))", "another result",
                    "First attention, then feed-forward on a; both sums normalized.", "The idea")  # fmt: skip


@check(blank=5, step="define", after=(1, 2))
def gaps_change_nothing(student):
    """What stands in a gap changes nothing for the words."""
    x = np.random.default_rng(3).normal(size=(1, 5, 8)).astype("float32")
    allowed = np.array([False, True, True, True, True])[None, None, None]
    other = x.copy()
    other[:, 0] = 3
    if not arrays_close(_block(student, x, allowed)[:, 1:], _block(student, other, allowed)[:, 1:], 1e-3):
        raise Wrong("padding-attended-to", "words that do not see gaps", "other results when a gap changes",
                    "self.attention(x, x, allowed).", "2. Define")  # fmt: skip


@check(blank=5, step="define", after=(1, 2))
def dropout_while_training_only(student):
    """Dropout goes over both results while training, and over none of them else."""
    x = np.random.default_rng(2).normal(size=(1, 4, 8)).astype("float32")
    allowed = np.ones((1, 1, 1, 4), bool)
    quiet, still = _block(student, x, allowed, dropout=0.5), _block(student, x, allowed)
    if not arrays_close(quiet, still, 1e-3):
        raise Wrong(
            "dropout-always",
            "no dropout outside training",
            "other results with dropout",
            "Hand training on.",
            "2. Define",
        )
    loud = _block(student, x, allowed, dropout=0.5, training=True)
    if arrays_close(loud, still, 1e-3):
        raise Wrong("dropout-missing", "dropout while training", "the same results", "self.dropout1(…, training=training).",
                    "2. Define")  # fmt: skip


@check(blank=6, step="define")
def gaps_take_no_part_in_the_mean(student):
    """The mean over the words alone; a review of gaps alone gives no nan."""
    x = np.random.default_rng(1).normal(size=(3, 4, 2)).astype("float32")
    numbers = np.array([[0, 0, 5, 2], [7, 1, 1, 3], [0, 0, 0, 6]], dtype="int32")
    there = (numbers != 0)[:, :, None]
    found = student.call("mean_over_words", x, numbers, step="define")
    sums, right = (x * there).sum(axis=1), (x * there).sum(axis=1) / there.sum(axis=1)
    if not arrays_close(found, right, 1e-4):
        _first(
            student,
            (
                ("gaps-in-the-mean", x.mean(axis=1), "Multiply by 0 where the number is 0."),
                ("gaps-counted", sums / 4, "Divide by the number of words, not by n."),
                ("sum-for-mean", sums, "Divide by the number of words."),
                (
                    "mean-of-gaps",
                    (x * ~there).sum(axis=1) / np.maximum((~there).sum(axis=1), 1),
                    "1 for words, 0 for gaps.",
                ),
                ("last-word-only", x[:, -1], "The mean of all words."),
            ),
            found,
            "2. Define",
            "wrong-mean",
            f"first {right[0].round(3)}",
        )
    empty = student.call("mean_over_words", x[:1], np.zeros((1, 4), "int32"), step="define")
    if not np.isfinite(np.asarray(empty, dtype=float)).all():
        raise Wrong("zero-divided", "0 for a review of gaps", "nan", "ops.maximum(count, 1).", "2. Define")


@check(blank=7, step="compile")
def cross_entropy_and_adam(student):
    """Binary cross-entropy of probabilities, Adam at the rate of hp, accuracy."""
    cross_entropy_of_two_classes(student)
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)


@check(blank=8, step="fit")
def trains_and_watches_validation(student):
    """The model learns from the training reviews and watches the validation reviews."""
    fit_follows_the_preset(student)
