"""Convolution from scratch equals SciPy's and Keras's for any size, kernel, stride and padding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import signal

from whitepaper.course import registry
from whitepaper.lessons.contract import load_module

NUMBERS = {"elements": st.floats(-4, 4), "fill": st.nothing()}


@pytest.fixture(scope="module")
def lesson():
    row = next(row for row in registry.exercises() if row.module == "ex18_convolution_from_scratch")
    return load_module(registry.solution_path(row), "convolution_under_test")


@st.composite
def pictures_and_kernels(draw, axes):
    sides = [draw(st.integers(1, 10)) for _ in range(axes)]
    windows = [draw(st.integers(1, side)) for side in sides]
    picture = draw(arrays.arrays("float64", sides, **NUMBERS))
    kernel = draw(arrays.arrays("float64", windows, **NUMBERS))
    return picture, kernel


def _padded(x, kernel, padding):
    pads = {"valid": [0] * x.ndim, "full": [k - 1 for k in kernel.shape]}.get(padding, [padding] * x.ndim)
    return np.pad(x, [(pad, pad) for pad in pads])


strides = st.integers(1, 5)
paddings = st.sampled_from(["valid", "full", 0, 1, 2, 3])


@pytest.mark.parametrize("axes", [1, 2])
def test_correlation_and_convolution_equal_scipy(lesson, axes):
    correlate = lesson.correlate1d if axes == 1 else lesson.correlate2d

    @settings(deadline=None, max_examples=150)
    @given(pictures_and_kernels(axes), strides, paddings)
    def equal(pair, stride, padding):
        x, kernel = pair
        every = (slice(None, None, stride),) * axes
        inside = _padded(x, kernel, padding)
        for found, reference in (
            (correlate(x, kernel, padding, stride), signal.correlate(inside, kernel, "valid", "direct")),
            (lesson.convolve(x, kernel, padding, stride), signal.convolve(inside, kernel, "valid", "direct")),
        ):
            np.testing.assert_allclose(found, reference[every], rtol=1e-5, atol=1e-5)

    equal()


def test_correlation_and_its_transpose_equal_keras(lesson):
    from keras import ops

    @settings(deadline=None, max_examples=60)
    @given(pictures_and_kernels(2), strides, st.sampled_from(["valid", "same"]))
    def equal(pair, stride, padding):
        x, kernel = pair
        weights = kernel[..., None, None]
        found = lesson.correlate2d(x, kernel, padding, stride)
        reference = np.asarray(ops.conv(x[None, ..., None], weights, strides=stride, padding=padding))[0, ..., 0]
        np.testing.assert_allclose(found, reference, rtol=1e-5, atol=1e-5)

    equal()


def test_one_matrix_does_both_ways(lesson):
    @settings(deadline=None, max_examples=100)
    @given(pictures_and_kernels(2), strides, st.sampled_from(["valid", "same", "full", 1, 2]), st.integers(0, 1000))
    def equal(pair, stride, padding, seed):
        x, kernel = pair
        matrix = lesson.as_matrix(kernel, x.shape, padding, stride)
        found = lesson.correlate2d(x, kernel, padding, stride)
        np.testing.assert_allclose((matrix @ x.ravel()).reshape(found.shape), found, rtol=1e-5, atol=1e-5)
        small = np.random.default_rng(seed).normal(size=found.shape)
        back = lesson.transposed(small, kernel, x.shape, padding, stride)
        np.testing.assert_allclose(back.ravel(), matrix.T @ small.ravel(), rtol=1e-5, atol=1e-5)

    equal()
