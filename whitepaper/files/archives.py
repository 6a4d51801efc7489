"""Members of tar and zip archives, read without unpacking."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path, PurePosixPath


def tar_members(path: Path, endings: tuple[str, ...] = (".jpg",)) -> list[tuple[str, bytes]]:
    """Names and bytes of a tar's files of these endings, in order of their names; names that lead out of it are left out.

    Raises:
        ValueError: the archive is cut off, or none.
    """
    found = []
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                place = PurePosixPath(member.name)
                safe = not place.is_absolute() and ".." not in place.parts
                if safe and member.isfile() and place.suffix.lower() in endings:
                    file = archive.extractfile(member)
                    found.append((member.name, file.read() if file else b""))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(
            f"{path.name}: expected a whole tar archive. Received: {type(error).__name__}: {error}."
        ) from error
    return sorted(found)


def zip_members(path: Path) -> list[tuple[str, bytes]]:
    """Names and bytes of the .jpg files of a zip in order of their names.

    Raises:
        ValueError: the archive is cut off, or none, or holds a name that leads out of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = []
            for member in archive.infolist():
                place = PurePosixPath(member.filename.replace("\\", "/"))
                if place.is_absolute() or ".." in place.parts or ":" in member.filename:
                    raise ValueError(f"{path.name}: expected names inside the archive. Received: {member.filename!r}.")
                if not member.is_dir() and place.suffix.lower() == ".jpg":
                    found.append((str(place), archive.read(member)))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ValueError(
            f"{path.name}: expected a whole zip archive. Received: {type(error).__name__}: {error}."
        ) from error
    return sorted(found)
