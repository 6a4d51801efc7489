"""Layers of attention: equal to Keras's own, saved and loaded, in 16 bits, and clear about sizes that do not fit."""

import keras
import numpy as np
import pytest
from keras.src.testing import TestCase

from whitepaper import models
from whitepaper.models.attention import MASKED, masked_softmax, sinusoids


def weighted(layer, *shapes, seed=0):
    layer.build(*shapes)
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(0, 0.4, weight.shape) for weight in layer.weights])
    return layer


@pytest.mark.parametrize(("heads", "size", "queries", "keys"), [(1, 8, 5, 5), (2, 32, 9, 7), (3, 12, 1, 6)])
@pytest.mark.parametrize("masked", [False, True])
def test_several_heads_equal_keras(heads, size, queries, keys, masked):
    rng = np.random.default_rng(size)
    ours = weighted(models.MultiHeadAttention(heads, size), (None, queries, size), (None, keys, size))
    x, other = (rng.normal(size=(3, count, size)).astype("float32") for count in (queries, keys))
    allowed = rng.random((3, 1, queries, keys)) < 0.6
    allowed[..., 0] |= ~allowed.any(axis=-1)
    theirs = keras.layers.MultiHeadAttention(heads, size // heads)
    theirs.build((None, queries, size), (None, keys, size), (None, keys, size))
    parts = [np.array(weight) for weight in ours.weights]
    for place in range(3):
        parts[2 * place] = parts[2 * place].reshape(size, heads, size // heads)
        parts[2 * place + 1] = parts[2 * place + 1].reshape(heads, size // heads)
    parts[6] = parts[6].reshape(heads, size // heads, size)
    theirs.set_weights(parts)
    mask = allowed[:, 0] if masked else None
    found = ours(x, other, allowed if masked else None)
    right = theirs(x, other, attention_mask=mask)
    np.testing.assert_allclose(found, right, atol=1e-5)
    _, weights = ours.attend(x, other, allowed if masked else None)
    np.testing.assert_allclose(np.sum(weights, axis=-1), 1, atol=1e-5)
    if masked:
        assert np.all(np.asarray(weights)[~np.broadcast_to(allowed, weights.shape)] == 0)


def test_additive_attention_is_the_formula():
    rng = np.random.default_rng(1)
    layer = weighted(models.AdditiveAttention(4), (None, 3), (None, 5, 2))
    state, values = rng.normal(size=(2, 3)).astype("float32"), rng.normal(size=(2, 5, 2)).astype("float32")
    allowed = np.array([[True, True, True, False, False], [True] * 5])
    context, weights = layer.attend(state, values, allowed)
    query, key, v = (np.array(weight) for weight in (layer.query.kernel, layer.key.kernel, layer.v))
    for row in range(2):
        scores = np.array([v @ np.tanh(key.T @ h + query.T @ state[row]) for h in values[row]])
        exps = np.where(allowed[row], np.exp(scores), 0)
        np.testing.assert_allclose(weights[row], exps / exps.sum(), atol=1e-5)
        np.testing.assert_allclose(context[row], (exps / exps.sum()) @ values[row], atol=1e-5)


def test_positions():
    table = sinusoids(50, 6)
    for p, i in ((0, 0), (7, 1), (49, 2)):
        assert table[p, 2 * i] == pytest.approx(np.sin(p / 10000 ** (2 * i / 6)))
        assert table[p, 2 * i + 1] == pytest.approx(np.cos(p / 10000 ** (2 * i / 6)))
    x = np.ones((1, 5, 4), "float32")
    np.testing.assert_allclose(models.Positions("none")(x), 2 * x)
    assert np.array(models.Positions("sinusoidal")(x))[0, 3, 0] == pytest.approx(2 + np.sin(3))
    learned = models.Positions("learned")
    learned(x)
    assert [weight.shape for weight in learned.trainable_weights] == [(5, 4)]
    odd = models.Positions("sinusoidal")(np.zeros((1, 3, 5), "float32"))
    np.testing.assert_allclose(odd[0], sinusoids(3, 5), atol=1e-6)


def test_masks():
    tokens = np.array([[3, 0, 2]])
    assert np.asarray(models.padding_mask(tokens)).tolist() == [[[[True, False, True]]]]
    assert models.look_ahead_mask(3).tolist() == [[True, False, False], [True, True, False], [True, True, True]]


def test_a_decoder_block_does_not_look_ahead():
    rng = np.random.default_rng(2)
    block = models.DecoderBlock(8, 2, 16, 0.0)
    x, other = rng.normal(size=(1, 6, 8)).astype("float32"), rng.normal(size=(1, 4, 8)).astype("float32")
    before = np.array(block(x, other))
    x[:, 4:] += 1
    after = np.array(block(x, other))
    np.testing.assert_allclose(before[:, :4], after[:, :4], atol=1e-5)
    assert np.abs(before[:, 4:] - after[:, 4:]).max() > 0.01
    without = np.array(block(x, other, np.array([True, True, False, False])))
    assert np.abs(without - after).max() > 1e-3


# Keras's own test trains on a generator.
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
class TestLayers(TestCase):
    """Its check of training takes layers of one input alone; what trains is tested by the networks below."""

    def check(self, layer, arguments, inputs, outputs, **more):
        self.run_layer_test(layer, init_kwargs=arguments, input_shape=inputs, expected_output_shape=outputs,
                            assert_built_after_instantiation=False, custom_objects=None, **more)  # fmt: skip

    def test_scaled_dot_product(self):
        shapes = {"q_shape": (2, 3, 4), "k_shape": (2, 5, 4), "v_shape": (2, 5, 6)}
        self.check(models.ScaledDotProductAttention, {}, shapes, (2, 3, 6), expected_num_trainable_weights=0,
                   run_training_check=False)  # fmt: skip

    def test_multi_head(self):
        shapes = {"x_shape": (2, 3, 8), "other_shape": (2, 5, 8)}
        self.check(
            models.MultiHeadAttention,
            {"heads": 2, "size": 8},
            shapes,
            (2, 3, 8),
            expected_num_trainable_weights=8,
            run_training_check=False,
        )

    def test_additive(self):
        shapes = {"state_shape": (2, 3), "values_shape": (2, 5, 4)}
        self.check(models.AdditiveAttention, {"units": 6}, shapes, (2, 4), expected_num_trainable_weights=3,
                   run_training_check=False)  # fmt: skip

    def test_positions(self):
        for kind, count in (("sinusoidal", 0), ("learned", 1), ("none", 0)):
            self.check(models.Positions, {"kind": kind}, (2, 5, 4), (2, 5, 4), expected_num_trainable_weights=count,
                       run_training_check=bool(count))  # fmt: skip

    def test_encoder_block(self):
        settings = {"size": 8, "heads": 2, "feed_forward": 6, "dropout": 0.1}
        self.check(models.EncoderBlock, settings, (2, 4, 8), (2, 4, 8), expected_num_trainable_weights=16,
                   run_training_check=False)  # fmt: skip

    def test_decoder_block(self):
        settings = {"size": 8, "heads": 2, "feed_forward": 6, "dropout": 0.1}
        shapes = {"x_shape": (2, 4, 8), "other_shape": (2, 5, 8)}
        self.check(models.DecoderBlock, settings, shapes, (2, 4, 8), expected_num_trainable_weights=26,
                   run_training_check=False)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: models.Positions("lerned"), "kind must be one of 'sinusoidal', 'learned', 'none'. Received: 'lerned'"),
        (lambda: models.Positions()(np.zeros((2, 3), "float32")), "x must be \\(batch, time, size\\)"),
        (lambda: models.MultiHeadAttention(3, 8), "size must be a multiple of heads"),
        (lambda: models.MultiHeadAttention(True, 8), "heads must be an integer"),
        (lambda: models.MultiHeadAttention(2, 8)(np.zeros((1, 3, 6), "float32")), "x must be \\(batch, time, 8\\)"),
        (lambda: models.EncoderBlock(8, 2, 0), "feed_forward must be an integer of at least 1"),
        (lambda: models.EncoderBlock(8, 2, 4, 1.0), "dropout must be at least 0 and below 1"),
        (lambda: models.AdditiveAttention(0), "units must be"),
        (lambda: models.AdditiveAttention(2)(np.zeros((1, 3), "float32"), np.zeros((1, 3), "float32")), "values \\(batch, n"),
        (
            lambda: models.ScaledDotProductAttention()(np.zeros((1, 2, 3)), np.zeros((1, 2, 4)), np.zeros((1, 2, 4))),
            "keys \\(…, n, d\\)",
        ),
        (lambda: models.look_ahead_mask(0), "length must be"),
    ],
)  # fmt: skip
def test_wrong_sizes_are_told_in_words(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_the_softmax_is_taken_in_float32():
    scores = keras.ops.cast(np.full((1, 600), 3.0), "float16")
    weights = masked_softmax(scores, np.arange(600) < 500)
    assert keras.backend.standardize_dtype(weights.dtype) == "float16"
    np.testing.assert_allclose(np.asarray(weights, "float64")[0, :500], 1 / 500, rtol=1e-3)
    assert np.all(np.asarray(weights)[0, 500:] == 0)
    assert MASKED < -1e8


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_a_classifier_saved_in_16_bits_opens_under_the_default_policy(tmp_path, policy):
    keras.config.set_dtype_policy(policy)
    try:
        network = models.transformer_classifier(30, 6, size=8, feed_forward=8)
    finally:
        keras.config.set_dtype_policy("float32")
    block = network.get_layer("block_0")
    assert {block.attention.query.compute_dtype, block.wide.compute_dtype} == {policy.removeprefix("mixed_")}
    x = np.array([[3, 4, 5, 0, 0, 0], [1, 2, 3, 4, 5, 6]])
    network.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(np.asarray(network(x), "float32"), np.asarray(again(x), "float32"))


def test_padding_does_not_change_a_classifiers_answer():
    network = models.transformer_classifier(30, 6, size=8, feed_forward=8, positions="none", outputs=3, blocks=2)
    one, other = network(np.array([[3, 4, 5, 0, 0, 0]])), network(np.array([[0, 0, 0, 3, 4, 5]]))
    np.testing.assert_allclose(one, other, atol=1e-5)
    assert float(np.sum(one)) == pytest.approx(1, abs=1e-5)


def test_a_translator_attends_to_words_alone_and_is_saved(tmp_path):
    network = models.translator(12, 9, 5, 4, units=6, size=3)
    assert network.output_shape == (None, 4, 9)
    source, target = np.array([[3, 4, 5, 0, 0]]), np.array([[1, 2, 3, 4]])
    before = np.array(network({"source": source, "target": target}))
    vectors = np.array(network.get_layer("source_vectors").embeddings)
    vectors[0] += 5  # the vector of padding
    network.get_layer("source_vectors").embeddings.assign(vectors)
    np.testing.assert_allclose(before, network({"source": source, "target": target}), atol=1e-5)
    network.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        np.array(network({"source": source, "target": target})), np.array(again({"source": source, "target": target}))
    )
