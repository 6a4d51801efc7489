"""The protocol of a door into another process: frames of JSON and arrays, bounded in size; nothing is unpickled.

A frame is eight bytes of length and a body. The body is a line of JSON and the bytes of the arrays that it names, one after
the other. JSON knows fewer kinds than Python, so every other kind than None, bool, int, float and str is tagged:
`{"list": …}`, `{"tuple": …}`, `{"set": …}`, `{"dict": [[key, value], …]}`, `{"array": [dtype, shape]}`, `{"objects": [shape, …]}`,
`{"fake": name}`.
"""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from whitepaper.checking.evidence import MAX_ARRAY_BYTES
from whitepaper.checking.fakes import Fake

MAX_FRAME = 4 * MAX_ARRAY_BYTES
MAX_DEPTH = 40
_KINDS = "biufUM"


class WireError(Exception):
    """Bytes that are no frame, or a value that cannot be sent."""


class Closed(WireError):
    """The other side has gone."""


def pack(value: Any) -> bytes:
    """A frame's body.

    Raises:
        WireError: a value of a kind that cannot be sent, or too large.
    """
    arrays: list[np.ndarray] = []
    head = json.dumps(_tagged(value, arrays), ensure_ascii=True).encode()
    body = b"".join([head, b"\n", *(np.ascontiguousarray(array).tobytes() for array in arrays)])
    if len(body) > MAX_FRAME:
        raise WireError(f"a value of {len(body)} bytes; at most {MAX_FRAME} can be sent")
    return body


def _tagged(value: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind == "O":
            return {"objects": [list(array.shape), [_tagged(item, arrays) for item in array.ravel().tolist()]]}
        if array.dtype.kind not in _KINDS:
            raise WireError(f"an array of {array.dtype} cannot be sent")
        arrays.append(array)
        return {"scalar" if isinstance(value, np.generic) else "array": [array.dtype.str, list(array.shape)]}
    if value is None or isinstance(value, bool | int | float | str):
        return value if type(value) in (bool, int, float, str, type(None)) else _plain_scalar(value)
    if isinstance(value, dict):
        return {"dict": [[_tagged(key, arrays), _tagged(item, arrays)] for key, item in value.items()]}
    for kind in (list, tuple, set, frozenset):
        if isinstance(value, kind):
            items = sorted(value, key=repr) if kind in (set, frozenset) else value
            return {kind.__name__: [_tagged(item, arrays) for item in items]}
    if isinstance(value, Fake):
        return {"fake": value.name}
    raise WireError(f"a {type(value).__name__} cannot be sent")


def _plain_scalar(value: Any) -> Any:
    """A subclass of a built-in scalar as the built-in: no method of its own takes part."""
    if isinstance(value, str):
        return str.__str__(value)
    return int.__add__(value, 0) if isinstance(value, int) else float.__add__(value, 0.0)


def unpack(body: bytes) -> Any:
    """What a frame's body holds.

    Raises:
        WireError: not a body, nested too deep, or arrays of another size than they claim.
    """
    head, newline, rest = body.partition(b"\n")
    try:
        tagged = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise WireError(f"no JSON: {type(error).__name__}") from error
    if not newline:
        raise WireError("a frame without end of its first line")
    place = [0]
    try:
        value = _untagged(tagged, rest, place, 0)
    except WireError:
        raise
    except (TypeError, ValueError, KeyError, OverflowError, MemoryError) as error:
        raise WireError(f"a frame of another form: {type(error).__name__}") from error
    if place[0] != len(rest):
        raise WireError(f"{len(rest) - place[0]} bytes that belong to no array")
    return value


def _untagged(value: Any, rest: bytes, place: list[int], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError(f"nested deeper than {MAX_DEPTH} levels")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise WireError("a value without a tag")
    ((tag, inside),) = value.items()
    if tag in ("array", "scalar"):
        array = _array(inside, rest, place)
        return array[()] if tag == "scalar" else array

    def each(items: Any) -> list[Any]:
        if not isinstance(items, list):
            raise WireError(f"{tag} without items")
        return [_untagged(item, rest, place, depth + 1) for item in items]

    if tag in ("list", "tuple", "set", "frozenset"):
        return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[tag](each(inside))
    if tag == "dict":
        pairs = [
            (_untagged(key, rest, place, depth + 1), _untagged(item, rest, place, depth + 1)) for key, item in inside
        ]
        return dict(pairs)
    if tag == "objects":
        shape, items = inside
        array = np.empty(len(items), dtype=object)
        array[:] = each(items)
        return array.reshape([int(side) for side in shape])
    if tag == "fake" and isinstance(inside, str):
        return Fake(inside)
    raise WireError(f"an unknown tag {tag[:20]!r}")


def _array(described: Any, rest: bytes, place: list[int]) -> np.ndarray:
    name, shape = described
    kind = np.dtype(str(name))
    sides = [int(side) for side in shape]
    if kind.kind not in _KINDS or len(sides) > 32 or any(side < 0 for side in sides):
        raise WireError("an array of another kind")
    count = 1
    for side in sides:
        count *= side
    end = place[0] + count * kind.itemsize
    if end > len(rest):
        raise WireError("an array that is longer than its frame")
    array = (
        np.frombuffer(rest, kind, count, place[0]).reshape(sides).copy()
        if count * kind.itemsize
        else np.zeros(sides, kind)
    )
    place[0] = end
    return array


def send(number: int, body: bytes) -> None:
    """Write a frame to a file descriptor.

    Raises:
        Closed: nobody reads.
    """
    left = memoryview(len(body).to_bytes(8, "big") + body)
    try:
        while left:
            left = left[os.write(number, left[: 1 << 20]) :]
    except (BrokenPipeError, OSError) as error:
        raise Closed(f"nobody reads: {error}") from error


def receive(
    number: int, until: float | None = None, watch: Callable[[], None] = lambda: None, limit: int = MAX_FRAME
) -> bytes:
    """Read a frame from a file descriptor.

    Args:
        until: as time.monotonic() counts; None waits for ever. watch: called several times a second; may raise.
        limit: bytes at most.

    Raises:
        TimeoutError: the time is over.
        Closed: the other side has gone. WireError: a frame that is too long.
    """
    size = int.from_bytes(_exactly(number, 8, until, watch), "big")
    if size > limit:
        raise WireError(f"a frame of {size} bytes; at most {limit} are read")
    return _exactly(number, size, until, watch)


def _exactly(number: int, size: int, until: float | None, watch: Callable[[], None]) -> bytes:
    parts, have = [], 0
    while have < size:
        left = 0.2 if until is None else min(0.2, until - time.monotonic())
        if left <= 0:
            raise TimeoutError
        if select.select([number], [], [], left)[0]:
            part = os.read(number, min(size - have, 1 << 20))
            if not part:
                raise Closed("the other side has gone")
            parts.append(part)
            have += len(part)
        else:
            watch()
    return b"".join(parts)
