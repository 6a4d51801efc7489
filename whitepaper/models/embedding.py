"""Networks that learn word vectors from the words around them (Mikolov et al. 2013)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whitepaper.models import arguments

if TYPE_CHECKING:
    import keras


def skip_gram(words: int, *, size: int = 64, name: str | None = None) -> keras.Model:
    """Scores of context words, given the word in the center: score = v(center) · c(candidate).

    Trained with negative sampling: binary cross-entropy of sigmoid(score), 1 for a true context word and 0 for random words
    (Mikolov et al. 2013, "Distributed Representations of Words and Phrases and their Compositionality").

    Args:
        words: size of the vocabulary; number 0 stands for "no word".
        size: dimensions of a word vector.
        name: name of the model.

    Returns:
        An uncompiled model, a dict of "given" (batch, 1) and "candidates" (batch, n) → logits (batch, n). Its layers "vectors"
        and "contexts" are the two embeddings; "contexts" starts at 0, so that each score starts at 0.

    Raises:
        ValueError: a size is no integer of at least 1.
    """
    return _word_vectors(words, size, 1, name)


def cbow(words: int, *, size: int = 64, window: int | None = None, name: str | None = None) -> keras.Model:
    """Continuous bag of words: scores of center words, given their context: score = mean(v(context)) · c(candidate).

    The mean is over the words that are there: number 0 stands for "no word" (Mikolov et al. 2013, "Efficient Estimation of
    Word Representations in Vector Space").

    Args:
        words: size of the vocabulary.
        size: dimensions of a word vector.
        window: words in the context; None for any number.
        name: name of the model.

    Returns:
        An uncompiled model, a dict of "given" (batch, window) and "candidates" (batch, n) → logits (batch, n), with the layers
        of `skip_gram`.

    Raises:
        ValueError: a size is no integer of at least 1.
    """
    return _word_vectors(words, size, None if window is None else arguments.whole("window", window), name)


def _word_vectors(words: int, size: int, window: int | None, name: str | None) -> keras.Model:
    words, size = arguments.whole("words", words), arguments.whole("size", size)

    import keras
    from keras import ops

    given = keras.Input((window,), dtype="int32", name="given")
    candidates = keras.Input((None,), dtype="int32", name="candidates")
    vectors = keras.layers.Embedding(words, size, name="vectors")(given)
    contexts = keras.layers.Embedding(words, size, embeddings_initializer="zeros", name="contexts")(candidates)
    there = ops.expand_dims(ops.cast(ops.not_equal(given, 0), "float32"), -1)
    # `there` is float32, and so are the sums: in half precision a mean of many words would lose its small parts.
    mean = ops.sum(vectors * there, axis=1) / ops.maximum(ops.sum(there, axis=1), 1.0)
    scores = ops.einsum("bcs,bs->bc", contexts, mean)
    return keras.Model({"given": given, "candidates": candidates}, scores, name=name)
