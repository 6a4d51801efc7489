"""Where the bytes of a data set come from: the cache, the originals, a download, or the stand-in, in this order."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whitepaper.errors import CourseError
from whitepaper.files import cache, downloads

Arrays = dict[str, np.ndarray]
WORDS = ("auto", "real", "stand-in")


class DataError(CourseError):
    """Data that cannot be had, or must not be used; says what was expected and what was received."""


class WrongWord(DataError):
    """A word or number that the data layer does not know."""

    exit_code = 2


@dataclass(frozen=True)
class Layout:
    """One published form of a data set.

    Attributes:
        files: the names it was published under.
        read: reads these files, by name, into arrays.
        sha256: of each file's bytes, where they were published and the content's own hash is not known.
        unverified: accepted from the originals folder if it validates, where neither hash is known; the data set says so.
    """

    files: tuple[str, ...]
    read: Callable[[dict[str, Path]], Arrays]
    sha256: tuple[str, ...] = ()
    unverified: bool = False


@dataclass(frozen=True)
class Source:
    """A data set that has to be fetched.

    Attributes:
        name, title, licence, homepage: what it is.
        layouts: the published forms; the first is the one that is downloaded.
        published: gives URL, size and SHA-256 of the first layout's files; called only when a download is due.
        content: accepted SHA-256 of the content, with what each is ("complete", "subset …").
        validate: raises ValueError, with expected and received, for arrays that cannot be the data set.
        make: the stand-in, from a seed and the numbers of training and test examples.
        sizes: numbers of training and test examples of the complete set.
    """

    name: str
    title: str
    licence: str
    homepage: str
    layouts: tuple[Layout, ...]
    published: Callable[[], tuple[downloads.Published, ...]]
    content: dict[str, str]
    validate: Callable[[Arrays], None]
    make: Callable[[int, int, int], Arrays]
    sizes: tuple[int, int]


def print_line(text: str) -> None:
    print(text, file=sys.stderr)


# The command line puts its own printer here.
say: Callable[[str], None] = print_line


def content_hash(arrays: Arrays) -> str:
    """SHA-256 over names, shapes, types and bytes of the arrays, in order of their names; independent of the container."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.shape} {array.dtype.str}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()


def wanted(data: str | None) -> str:
    """The DATA word: given, else WHITEPAPER_DATA, else auto.

    Raises:
        WrongWord: none of the three words.
    """
    word = data or os.environ.get("WHITEPAPER_DATA") or "auto"
    if word not in WORDS:
        raise WrongWord(f"DATA is one of {', '.join(WORDS)}. Received: {word!r}.")
    return word


def _read(source: Source, layout: Layout, paths: dict[str, Path]) -> tuple[Arrays, str]:
    """Arrays of the data set, and their content hash.

    Raises:
        ValueError: the files hold something else.
    """
    published = bool(layout.sha256)
    for name, expected in zip(layout.files, layout.sha256, strict=False):
        if (received := _file_hash(paths[name])) != expected:
            raise ValueError(f"{name}: expected the SHA-256 {expected[:12]} …. Received: {received[:12]} …")
    arrays = layout.read(paths)
    source.validate(arrays)
    digest = content_hash(arrays)
    if not published and not layout.unverified and digest not in source.content:
        known = " or ".join(key[:12] for key in source.content) or "of another layout"
        raise ValueError(f"expected the content {known} …. Received: {digest[:12]} …")
    return arrays, digest


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _known(source: Source, card: dict[str, Any]) -> bool:
    """Whether a cache card tells of content, or of published files, that this version accepts."""
    return (
        card.get("content") in source.content
        or any(layout.sha256 and card.get("files") == list(layout.sha256) for layout in source.layouts)
        or (bool(card.get("unverified")) and any(layout.unverified for layout in source.layouts))
    )


def _originals(source: Source) -> tuple[Arrays, str, Layout] | str:
    """Arrays, content hash and layout from the originals folder, or the reason why not."""
    named = os.environ.get("WHITEPAPER_ORIGINALS")
    if not named:
        return "no originals folder (WHITEPAPER_ORIGINALS)"
    folder = Path(named).expanduser()
    if not folder.is_dir():
        return f"WHITEPAPER_ORIGINALS is no folder: {folder}"
    refused = []
    for layout in source.layouts:
        for place in (folder / source.name, folder):
            paths = {name: place / name for name in layout.files}
            if all(path.is_file() for path in paths.values()):
                try:
                    return (*_read(source, layout, paths), layout)
                except (
                    Exception
                ) as error:  # a foreign file can fail in any way; whatever it is, it is named and refused
                    refused.append(f"refused {', '.join(str(path) for path in paths.values())}: {_line(error)}")
                break
    names = " or ".join(dict.fromkeys(" + ".join(layout.files) for layout in source.layouts))
    return "; ".join(refused) or f"no {names} in {folder}"


def _download(source: Source) -> tuple[Arrays, str, str] | str:
    try:
        files = source.published()
    except Exception as error:  # a registry that is broken is no reason to stop: the stand-in is left
        return f"no download: the registry of the published files cannot be read: {_line(error)}"
    if not files:
        return f"no download: it is published behind an account ({source.homepage})"
    with downloads.folder(source.name) as place:
        try:
            paths = {file.name: downloads.download(file, source.name, place, say) for file in files}
        except downloads.FetchError as error:
            return f"no download: {error}"
        try:
            arrays, digest = _read(source, source.layouts[0], paths)
        except Exception as error:  # as with originals: named and refused
            for file in files:
                if not file.sha256:  # nothing but its content could tell that it is another file
                    paths[file.name].unlink(missing_ok=True)
            return f"refused the download: {_line(error)}"
    return arrays, digest, files[0].url


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"


@dataclass(frozen=True)
class Found:
    """Arrays and where they came from."""

    arrays: Arrays
    source: str
    origin: str
    sha256: str


def find(source: Source, data: str | None, seed: int, sizes: tuple[int, int]) -> Found:
    """Arrays of a data set, from the first place that has them.

    Args:
        source: the data set.
        data: "auto", "real", "stand-in", or None for WHITEPAPER_DATA.
        seed, sizes: of the stand-in: numbers of training and test examples to make.

    Raises:
        DataError: DATA=real and no place has them; lists what was tried and what to do.
    """
    word = wanted(data)
    if word != "stand-in":
        found, tried = _real(source)
        if found:
            return found
        if word == "real":
            names = " or ".join(dict.fromkeys(" + ".join(layout.files) for layout in source.layouts))
            raise DataError(
                f"DATA=real: {source.title} is not to be had here. Tried: {'; '.join(tried)}.",
                f"put {names} into a folder and name it in WHITEPAPER_ORIGINALS, or connect to the internet, or use DATA=stand-in",
            )
        say(f"{source.title}: stand-in data ({'; '.join(tried)})")
    arrays = source.make(seed, *sizes)
    source.validate(arrays)
    return Found(arrays, "stand-in", "stand-in", content_hash(arrays))


def _real(source: Source) -> tuple[Found | None, list[str]]:
    tried: list[str] = []
    kept = cache.read(source.name)
    if isinstance(kept, cache.Kept) and _known(source, kept.card):
        try:
            source.validate(kept.arrays)
        except (KeyError, ValueError) as error:
            kept = f"damaged cache {cache.folder() / source.name}: {_line(error)}"
        else:
            return Found(kept.arrays, "real", "cache", str(kept.card["content"])), tried
    tried.append(kept if isinstance(kept, str) else "the cache holds other content than this version expects")
    if (got := _originals(source)) and not isinstance(got, str):
        arrays, digest, layout = got
        origin, url = "originals", ""
    else:
        tried.append(str(got))
        fetched = _download(source)
        if isinstance(fetched, str):
            return None, [*tried, fetched]
        arrays, digest, url = fetched
        origin, layout = "download", source.layouts[0]
    if damaged := [
        reason for reason in tried if "damaged" in reason or "refused" in reason or "other content" in reason
    ]:
        say(f"{source.title}: {'; '.join(damaged)}; taken from {origin}")
    card = {
        "content": digest,
        "files": list(layout.sha256),
        "unverified": layout.unverified and digest not in source.content,
        "title": source.title,
        "licence": source.licence,
        "homepage": source.homepage,
        "origin": origin,
        "url": url,
    }
    if problem := cache.write(source.name, arrays, card):
        say(f"{source.title}: not kept in the cache: {problem}")
    return Found(arrays, "real", origin, digest), tried
