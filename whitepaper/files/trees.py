"""Folders, zip and tar archives read alike: names and bytes of the files inside, without unpacking anything to disk."""

from __future__ import annotations

import contextlib
import lzma
import os
import posixpath
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

# What systems leave beside a person's files.
CLUTTER = {"thumbs.db", "desktop.ini", ".ds_store", "__macosx", "@eadir", ".ipynb_checkpoints"}
MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 2_000_000
_BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError,
)  # fmt: skip


def clutter(name: str) -> bool:
    """Whether a name is a system's own note: `._x`, `.DS_Store`, `Thumbs.db`, anything in `__MACOSX`."""
    return any(part.lower() in CLUTTER or part.startswith("._") for part in name.split("/"))


def inside(name: str, of: Path) -> str:
    """A member's name with / between its parts.

    Raises:
        ValueError: it leads out of the archive or folder.
    """
    plain = name.replace("\\", "/").removeprefix("./")
    if plain.startswith("/") or ".." in plain.split("/") or ":" in plain.split("/")[0]:
        raise ValueError(f"{of.name}: expected names inside the archive. Received: {name!r}.")
    return plain.rstrip("/")


class Tree:
    """The files of a folder or an archive.

    Attributes:
        path: of the folder or archive. names: of all files in it, sorted, / between folders, systems' own notes left out.
        folders: names of all folders that are named in it.
    """

    kind = "folder"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folders: set[str] = set()
        files: set[str] = set()
        for name, is_folder in self._listed():
            place = inside(name, path)
            if not place or place == "." or clutter(place):
                continue
            (self.folders if is_folder else files).add(place)
            if len(files) > MOST_FILES:
                raise ValueError(f"{path.name}: expected at most {MOST_FILES} files. Received more.")
        self.names = sorted(files)
        self._files = files

    def _listed(self) -> Iterator[tuple[str, bool]]:
        base = self.path.resolve()
        for folder, folders, files in os.walk(self.path, onerror=self._refuse):
            for name in (*folders, *files):
                place = Path(folder) / name
                if place.is_symlink() and not place.resolve().is_relative_to(base):
                    raise ValueError(
                        f"{self.path.name}: expected links inside the folder. Received: {place.relative_to(self.path)}, "
                        f"which leads to {place.resolve()}."
                    )
                yield place.relative_to(self.path).as_posix(), name in folders

    @staticmethod
    def _refuse(error: OSError) -> None:
        raise ValueError(f"{error.filename}: expected a folder that can be read. Received: {error.strerror}.")

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def ending(self, *endings: str) -> list[str]:
        """Names with one of these endings, in capitals or not."""
        return [name for name in self.names if name.lower().endswith(endings)]

    def called(self, *names: str) -> list[str]:
        """Names whose last part is one of these, in capitals or not."""
        lower = {name.lower() for name in names}
        return [name for name in self.names if PurePosixPath(name).name.lower() in lower]

    def read(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            ValueError: it cannot be read, or is larger than MOST_BYTES.
        """
        ((_, body),) = self.bodies([name])
        return body

    def bodies(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Names and bytes of the wanted files, one at a time, in the order in which they are stored.

        Raises:
            ValueError: the archive is cut off or damaged, or a file cannot be read.
        """
        try:
            yield from self._bodies(set(names))
        except _BROKEN as error:
            raise ValueError(_whole(self.path, self.kind, error)) from error

    def _bodies(self, names: set[str]) -> Iterator[tuple[str, bytes]]:
        for name in sorted(names):
            with (self.path / name).open("rb") as file:
                yield name, self._limited(file, name)

    def _limited(self, file: object, name: str) -> bytes:
        body: bytes = file.read(MOST_BYTES + 1)  # type: ignore[attr-defined]  # any kind of open file
        if len(body) > MOST_BYTES:
            raise ValueError(f"{self.path.name}, {name}: expected at most {MOST_BYTES} bytes. Received more.")
        return body


def _whole(path: Path, kind: str, error: Exception) -> str:
    return f"{path.name}: expected a whole {kind}. Received: {type(error).__name__}: {error}."


class _Zip(Tree):
    kind = "zip archive"

    def __init__(self, path: Path) -> None:
        self.stored: dict[str, str] = {}
        super().__init__(path)

    def _listed(self) -> Iterator[tuple[str, bool]]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                for member in archive.infolist():
                    if stat.S_ISLNK(member.external_attr >> 16):
                        raise ValueError(
                            f"{self.path.name}: expected files. Received: {member.filename}, which is a link."
                        )
                    # Windows packs "a\b": such a folder ends in a backslash.
                    is_folder = member.is_dir() or member.filename.endswith("\\")
                    self.stored[inside(member.filename, self.path)] = member.filename
                    yield member.filename, is_folder
        except _BROKEN as error:
            raise ValueError(_whole(self.path, self.kind, error)) from error

    def _bodies(self, names: set[str]) -> Iterator[tuple[str, bytes]]:
        with zipfile.ZipFile(self.path) as archive:
            for name in sorted(names):
                with archive.open(self.stored[name]) as file:
                    yield name, self._limited(file, name)


class _Tar(Tree):
    kind = "tar archive"

    def _listed(self) -> Iterator[tuple[str, bool]]:
        try:
            with tarfile.open(self.path) as archive:
                for member in archive:
                    if member.issym() or member.islnk():
                        self._check_link(member)
                    if member.isdir() or member.isfile() or member.issym() or member.islnk():
                        yield member.name, member.isdir()
        except _BROKEN as error:
            raise ValueError(_whole(self.path, self.kind, error)) from error

    def _check_link(self, member: tarfile.TarInfo) -> None:
        base = posixpath.dirname(member.name) if member.issym() else ""
        target = posixpath.normpath(posixpath.join(base, member.linkname))
        if target.startswith(("/", "../")) or target == "..":
            raise ValueError(
                f"{self.path.name}: expected links inside the archive. Received: {member.name}, which leads to {member.linkname}."
            )

    def _bodies(self, names: set[str]) -> Iterator[tuple[str, bytes]]:
        with tarfile.open(self.path) as archive:
            for member in archive:
                name = inside(member.name, self.path)
                if name in names and not member.isdir():
                    file = archive.extractfile(member)
                    if file is None:
                        raise ValueError(f"{self.path.name}, {name}: expected a file. Received: a link to nothing.")
                    yield name, self._limited(file, name)


def is_archive(path: Path) -> bool:
    """Whether a file begins as a zip or tar archive, packed or not, or is named as one; its content decides first."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        return False
    if head.startswith(b"PK") and path.suffix.lower() != ".npz":
        return True
    return head[257:262] == b"ustar" or path.name.lower().endswith(
        (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".zip")
    )


def open_tree(path: Path) -> Tree:
    """The files of a folder, a zip or a tar archive (plain, gzip, xz or bzip2), whatever its name says.

    Raises:
        ValueError: none of these, cut off, or with names or links that lead out of it.
    """
    if path.is_dir():
        return Tree(path)
    with contextlib.suppress(OSError), path.open("rb") as file:
        head = file.read(4)
        if head[:2] == b"PK" or (path.suffix.lower() == ".zip" and head[:2] != b"\x1f\x8b"):
            return _Zip(path)
    return _Tar(path)
