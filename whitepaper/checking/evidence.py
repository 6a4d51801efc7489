"""Evidence: plain numbers, text and arrays, bounded in size; nothing of it can run code when it is compared."""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_DEPTH = 10
MAX_ITEMS = 20_000
MAX_TEXT = 4_000
MAX_ARRAY_BYTES = 64 * 1024 * 1024


class EvidenceError(Exception):
    """A value that is no evidence: of a kind that cannot be made plain, or too large."""


class Evidence(dict[str, Any]):
    """A dict of plain values whose keys can be read as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def plain(value: Any, depth: int = 0) -> Any:
    """A value as evidence: None, bool, int, float, str, numeric arrays, and lists and dicts of these; a set is a sorted list.

    Subclasses are turned into the plain type by the built-in type's own method, so that no `__eq__`, `__repr__` or
    `__float__` of a student takes part in a comparison later.

    Raises:
        EvidenceError: another kind of value, or too large.
    """
    if depth > MAX_DEPTH:
        raise EvidenceError(f"nested deeper than {MAX_DEPTH} levels")
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        return int.__add__(value, 0)
    if isinstance(value, float):
        return float.__add__(value, 0.0)
    if isinstance(value, str):
        return str.__str__(value)[:MAX_TEXT]
    if isinstance(value, np.ndarray | np.generic):
        return _array(value)
    if isinstance(value, dict):
        if dict.__len__(value) > MAX_ITEMS:
            raise EvidenceError(f"a dict of more than {MAX_ITEMS} entries")
        return Evidence({_key(key): plain(item, depth + 1) for key, item in dict.items(value)})
    if isinstance(value, list | tuple):
        kind = list if isinstance(value, list) else tuple
        items = list(kind.__iter__(value))  # type: ignore[arg-type]
        if len(items) > MAX_ITEMS:
            raise EvidenceError(f"a {kind.__name__} of more than {MAX_ITEMS} items")
        return [plain(item, depth + 1) for item in items]
    if isinstance(value, set | frozenset):
        members = list(set.__iter__(value) if isinstance(value, set) else frozenset.__iter__(value))
        if len(members) > MAX_ITEMS:
            raise EvidenceError(f"a set of more than {MAX_ITEMS} items")
        return sorted((plain(item, depth + 1) for item in members), key=repr)
    if _is_tensor(value):
        return _array(np.asarray(value))
    raise EvidenceError(f"a {type(value).__name__}, where numbers, text, arrays, lists, sets and dicts are evidence")


def _is_tensor(value: Any) -> bool:
    # Names are compared, not classes: TensorFlow and Keras may not be loaded, and must not be for it.
    module = type(value).__module__.split(".", 1)[0]
    return module in ("tensorflow", "keras", "jax", "jaxlib") and hasattr(value, "shape") and hasattr(value, "dtype")


def _array(value: Any) -> Any:
    array = np.array(value, subok=False)
    if array.dtype.kind not in "biuf":
        raise EvidenceError(f"an array of {array.dtype}, where numbers or booleans are evidence")
    if array.nbytes > MAX_ARRAY_BYTES:
        raise EvidenceError(f"an array of {array.nbytes} bytes, more than {MAX_ARRAY_BYTES}")
    return array.item() if isinstance(value, np.generic) else array


def _key(key: Any) -> str:
    return str.__str__(key)[:MAX_TEXT] if isinstance(key, str) else repr(plain(key))


def describe(value: Any) -> str:
    """A short text of a value for a diagnosis; never calls code of the value's own type."""
    if isinstance(value, np.ndarray):
        head = f"array {value.dtype} {value.shape}"
        return f"{head} {np.array2string(value, precision=4, threshold=8)}" if value.size <= 8 else head
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value) if isinstance(value, int | str | list | dict | type(None)) else type(value).__name__
    return text if len(text) <= 200 else text[:200] + " …"


def arrays_close(left: Any, right: Any, tolerance: float = 1e-5) -> bool:
    """Whether two pieces of evidence are arrays (or numbers) of one shape and nearly one value."""
    try:
        a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    except (TypeError, ValueError):
        return False
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=tolerance, atol=tolerance))
