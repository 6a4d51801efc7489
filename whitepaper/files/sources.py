"""Where the bytes of a data set come from: the cache, the originals, a download, or the stand-in, in this order."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whitepaper.errors import CourseError
from whitepaper.files import cache, downloads, trees
from whitepaper.files.trees import Tree

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
class Form:
    """Another form in which people hold a data set: unpacked, packed again, with a header, as images in folders of classes.

    Attributes:
        name: of the form, kept on the cache's card.
        read: arrays from the files of a folder or archive, or None where it finds nothing of this form there.
            Raises ValueError where it finds something that is broken.
        note: what to say of arrays whose content's hash is not known; begins with "subset" where they are fewer than
            published. None: only known content is accepted.
    """

    name: str
    read: Callable[[Tree], Arrays | None]
    note: Callable[[Arrays], str] | None = None


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
        forms: other forms in which people hold it. They are looked for in the originals folder's folder of this name,
            in the archives in it, and in what lies in the originals folder under a name that begins like one of `known`.
        known: beginnings of names, without capitals and signs, by which folders and archives of the set are found.
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
    forms: tuple[Form, ...] = ()
    known: tuple[str, ...] = ()


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
    """Whether a cache card tells of content, of published files or of a form that this version accepts."""
    return (
        card.get("content") in source.content
        or any(layout.sha256 and card.get("files") == list(layout.sha256) for layout in source.layouts)
        or (bool(card.get("unverified")) and any(layout.unverified for layout in source.layouts))
        or any(form.note and card.get("form") == form.name for form in source.forms)
    )


@dataclass(frozen=True)
class Taken:
    """Arrays from the originals folder or a download, and what the cache's card says of them."""

    arrays: Arrays
    digest: str
    note: str = ""
    files: tuple[str, ...] = ()
    unverified: bool = False
    form: str = ""
    url: str = ""
    place: Path = Path()

    @property
    def complete(self) -> bool:
        """Whether these are all published examples."""
        return not self.note.startswith("subset")

    @property
    def amount(self) -> int:
        """A measure of how much there is, to compare two forms of one data set."""
        return sum(len(array) for array in self.arrays.values())


def _what(source: Source, digest: str) -> str:
    """What is known of content with this hash: "" for a complete set."""
    return source.content.get(digest, "").removeprefix("complete")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _begins(name: str, known: str) -> bool:
    """Whether a name begins like a known one; another number behind it makes another set (cifar10, cifar100)."""
    rest = _plain(name).removeprefix(known)
    return rest != _plain(name) and not (rest[:1].isdigit() and known[-1].isdigit())


def _containers(source: Source, folder: Path) -> Iterator[Path]:
    """Folders and archives in the originals folder in which forms of a data set are looked for."""
    own = folder / source.name
    known = (_plain(source.name), *source.known)
    places = sorted(
        path
        for path in folder.iterdir()
        if path != own and not trees.clutter(path.name) and any(_begins(path.name, one) for one in known)
    )
    for place in (own, *places):
        if place.is_dir():
            yield place
            yield from sorted(path for path in place.iterdir() if path.is_file() and trees.is_archive(path))
        elif place.is_file() and trees.is_archive(place):
            yield place
    yield folder


class _Flat(Tree):
    """The files of a folder, without those in its folders: these belong to other sets."""

    def _listed(self) -> Iterator[tuple[str, bool]]:
        yield from ((path.name, False) for path in self.path.iterdir() if path.is_file())


def _seen(source: Source, folder: Path) -> str:
    """A hash of what lies in the originals folder for this set, as far as names, sizes and times tell."""
    digest = hashlib.sha256()
    for path in _containers(source, folder):
        status = path.stat()
        if path != folder:
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    for layout in source.layouts:
        for name in layout.files:
            if (folder / name).is_file():
                digest.update(f"{name} {(folder / name).stat().st_size}\n".encode())
    return digest.hexdigest()


def _folder() -> Path | str:
    """The originals folder, or the reason why there is none."""
    named = os.environ.get("WHITEPAPER_ORIGINALS")
    if not named:
        return "no originals folder (WHITEPAPER_ORIGINALS)"
    try:
        folder = Path(named).expanduser()
    except RuntimeError:
        return f"WHITEPAPER_ORIGINALS is no folder: {named} (no home folder is known)"
    if not folder.is_dir():
        return f"WHITEPAPER_ORIGINALS is no folder: {folder}"
    if not os.access(folder, os.R_OK | os.X_OK):
        return f"WHITEPAPER_ORIGINALS may not be read: {folder}"
    return folder


def _by_layouts(source: Source, folder: Path, refused: list[str]) -> Iterator[Taken]:
    """What lies in the originals folder under its published names; every place is tried."""
    for layout in source.layouts:
        for place in (folder / source.name, folder):
            paths = {name: place / name for name in layout.files}
            if all(path.is_file() for path in paths.values()):
                try:
                    arrays, digest = _read(source, layout, paths)
                except Exception as error:  # a foreign file can fail in any way; it is named and refused
                    refused.append(f"refused {', '.join(str(path) for path in paths.values())}: {_line(error)}")
                else:
                    yield Taken(
                        arrays, digest, _what(source, digest), layout.sha256,
                        layout.unverified and digest not in source.content, place=place / layout.files[0],
                    )  # fmt: skip


def _by_forms(source: Source, folder: Path, refused: list[str]) -> Iterator[Taken]:
    """What lies there in another form."""
    if not source.forms:
        return
    published = {name for layout in source.layouts for name in layout.files}
    for place in _containers(source, folder):
        try:
            tree = _Flat(place) if place == folder else trees.open_tree(place)
        except Exception as error:
            # An archive under a published name has been told of already.
            if place.name not in published:
                refused.append(f"refused {place}: {_line(error)}")
            continue
        for form in source.forms:
            try:
                arrays = form.read(tree)
                if arrays is None:
                    continue
                source.validate(arrays)
                digest = content_hash(arrays)
                if digest not in source.content and form.note is None:
                    known = " or ".join(key[:12] for key in source.content)
                    raise ValueError(f"expected the content {known} …. Received: {digest[:12]} …")
            except Exception as error:
                refused.append(f"refused {place} ({form.name}): {_line(error)}")
            else:
                note = _what(source, digest) if digest in source.content or not form.note else form.note(arrays)
                yield Taken(arrays, digest, note, form=form.name, place=place)


def _originals(source: Source) -> Taken | str:
    """The most complete that the originals folder has, or the reason why there is nothing."""
    folder = _folder()
    if isinstance(folder, str):
        return folder
    refused: list[str] = []
    best: Taken | None = None
    for look in (_by_layouts, _by_forms):
        for taken in look(source, folder, refused):
            if best is None or taken.amount > best.amount:
                best = taken
            if taken.complete:
                break
        if best and best.complete:
            break
    if best:
        for line in dict.fromkeys(refused):
            # Under a published name, another form of the set is none of its published bytes: no reason to warn.
            if not line.startswith(f"refused {best.place}"):
                say(f"{source.title}: {line}; taken from {best.place}")
        return best
    names = " or ".join(dict.fromkeys(" + ".join(layout.files) for layout in source.layouts))
    forms = "".join(f", nor {form.name}," for form in source.forms)
    return "; ".join(dict.fromkeys(refused)) or f"no {names}{forms} in {folder}"


def _download(source: Source) -> Taken | str:
    try:
        files = source.published()
    except Exception as error:  # a registry that is broken is no reason to stop: the stand-in is left
        return f"no download: the registry of the published files cannot be read: {_line(error)}"
    if not files:
        return f"no download: it is published behind an account ({source.homepage})"
    layout = source.layouts[0]
    with downloads.folder(source.name) as place:
        try:
            paths = {file.name: downloads.download(file, source.name, place, say) for file in files}
        except downloads.FetchError as error:
            return f"no download: {error}"
        try:
            arrays, digest = _read(source, layout, paths)
        except Exception as error:  # as with originals: named and refused
            for file in files:
                if not file.sha256:  # nothing but its content could tell that it is another file
                    paths[file.name].unlink(missing_ok=True)
            return f"refused the download: {_line(error)}"
    unverified = layout.unverified and digest not in source.content
    return Taken(arrays, digest, _what(source, digest), layout.sha256, unverified, url=files[0].url)


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"


@dataclass(frozen=True)
class Found:
    """Arrays and where they came from.

    Attributes:
        arrays: of the data set. They can be written to; what is written reaches no file and no other load.
        source, origin, sha256: as in `Dataset`. note: what is known of this content, "" for the complete published set.
    """

    arrays: Arrays
    source: str
    origin: str
    sha256: str
    note: str = ""


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
                f"put {names}, unpacked or packed in another way, into a folder and name it in WHITEPAPER_ORIGINALS, "
                "or connect to the internet, or use DATA=stand-in",
            )
        say(f"{source.title}: stand-in data ({'; '.join(tried)})")
    arrays = source.make(seed, *sizes)
    source.validate(arrays)
    return Found(arrays, "stand-in", "stand-in", content_hash(arrays))


def _real(source: Source) -> tuple[Found | None, list[str]]:
    found, tried = _cached(source)
    if found:
        return found, tried
    # One prepares; whoever waited for it finds the cache filled.
    with cache.alone(source.name, lambda line: say(f"{source.title}: {line}")):
        found, tried = _cached(source)
        return (found, tried) if found else _prepared(source, tried)


def _cached(source: Source) -> tuple[Found | None, list[str]]:
    kept = cache.read(source.name)
    if isinstance(kept, str):
        return None, [kept]
    if not _known(source, kept.card):
        return None, ["the cache holds other content than this version expects"]
    note = str(kept.card.get("note", _what(source, str(kept.card["content"]))))
    if note.startswith("subset") and not isinstance(folder := _folder(), str):
        seen = _seen(source, folder)
        if seen != kept.card.get("seen"):
            return None, ["the cache holds a subset, and the originals folder has changed since"]
    try:
        source.validate(kept.arrays)
    except (KeyError, ValueError) as error:
        return None, [f"damaged cache {cache.folder() / source.name}: {_line(error)}"]
    return Found(kept.arrays, "real", "cache", str(kept.card["content"]), note), []


def _prepared(source: Source, tried: list[str]) -> tuple[Found | None, list[str]]:
    """From the originals or a download, and kept in the cache."""
    got, origin = _originals(source), "originals"
    if isinstance(got, str):
        tried.append(got)
        got, origin = _download(source), "download"
        if isinstance(got, str):
            return None, [*tried, got]
    words = ("damaged", "refused", "other content", "may not be read", "no cache")
    if told := [reason for reason in tried if any(word in reason for word in words)]:
        say(f"{source.title}: {'; '.join(told)}; taken from {origin}")
    folder = _folder()
    card = {
        "content": got.digest,
        "files": list(got.files),
        "unverified": got.unverified,
        "form": got.form,
        "note": got.note,
        "seen": "" if isinstance(folder, str) else _seen(source, folder),
        "title": source.title,
        "licence": source.licence,
        "homepage": source.homepage,
        "origin": origin,
        "url": got.url,
    }
    arrays = got.arrays
    if problem := cache.write(source.name, arrays, card):
        say(f"{source.title}: not kept in the cache: {problem}")
    elif isinstance(kept := cache.read(source.name), cache.Kept) and kept.card.get("content") == got.digest:
        arrays = kept.arrays  # memory-mapped, so that they take no memory twice
    return Found(arrays, "real", origin, got.digest, got.note), tried
