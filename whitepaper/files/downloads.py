"""Downloads: resumed, checked, and over at once where there is no network."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whitepaper.files import cache, locks

CONNECT_SECONDS = 3
READ_SECONDS = 20
PROBE_SECONDS = 5

_reachable: dict[str, bool] = {}


class FetchError(Exception):
    """A file that could not be fetched, or is not what was published; one line."""


@dataclass(frozen=True)
class Published:
    """A published file.

    Attributes:
        name: its file name. url: where it lies.
        sha256: of its bytes; "" where none was published: what is read from it is held to its own hash.
        size: in bytes, 0 if unknown.
    """

    name: str
    url: str
    sha256: str = ""
    size: int = 0


def from_tfds(dataset: str) -> tuple[Published, ...]:
    """What TensorFlow Datasets' own registry says of a set's files: no table of ours to keep in step."""
    from whitepaper.stderr import quiet_stderr

    with quiet_stderr():
        import tensorflow_datasets as tfds

        infos = tfds.builder_cls(dataset).url_infos
    return tuple(Published(url.rsplit("/", 1)[1], url, info.checksum, int(info.size)) for url, info in infos.items())


def place_of(file: Published, dataset: str) -> str:
    """The file's URL; under WHITEPAPER_MIRROR it is `<mirror>/<data set>/<file name>`."""
    mirror = os.environ.get("WHITEPAPER_MIRROR")
    return f"{mirror.rstrip('/')}/{dataset}/{file.name}" if mirror else file.url


def reachable(url: str) -> bool:
    """Whether any answer comes from the URL's host, known after PROBE_SECONDS at the latest, remembered for the process."""
    from urllib.parse import urlsplit

    host = urlsplit(url).netloc
    if host in _reachable:
        return _reachable[host]
    answered = threading.Event()

    def knock() -> None:
        import requests

        try:
            requests.head(url, timeout=CONNECT_SECONDS, allow_redirects=False)
        except requests.RequestException:
            return
        answered.set()

    # A name look-up can hang for long and knows no time limit: it is left behind in a daemon thread.
    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    _reachable[host] = answered.is_set()
    return _reachable[host]


class Resuming:
    """A pooch downloader that keeps what arrived in a `.part` file and asks for the rest only.

    Args:
        part: the partial file, kept between attempts.
        size: expected size in bytes, for the progress bar.
        check: whether what arrived is the file; asked before it leaves its partial name.
    """

    def __init__(self, part: Path, size: int, check: Callable[[Path], bool] | None = None) -> None:
        self.part, self.size, self.check = part, size, check

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        import requests

        have = self.part.stat().st_size if self.part.exists() else 0
        if self.size and have == self.size:  # killed between the last byte and the rename
            self._finish(output_file, url)
            return
        # As published: a server that packs on the way would change the hash.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, headers=headers, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS)) as answer:
            if answer.status_code == 416 and have:  # nothing is left to ask for, or the part is not of this file
                self.part.unlink()
                self(url, output_file, pooch)
                return
            answer.raise_for_status()
            resumed = answer.status_code == 206
            expected = int(answer.headers.get("Content-Length", 0))
            self._receive(answer, "ab" if resumed else "wb", have if resumed else 0, expected, Path(url).name)
        self._finish(output_file, url)

    def _finish(self, output_file: str, url: str) -> None:
        """Give the file its name, if it is the file."""
        if reason := _foreign(self.part, self.check):
            self.part.unlink()
            raise FetchError(f"{Path(url).name} from {url}: {reason}; removed")
        os.replace(self.part, output_file)

    def _receive(self, answer: Any, mode: str, have: int, expected: int, name: str) -> None:
        import requests
        from tqdm import tqdm
        from urllib3.exceptions import ProtocolError

        received = 0
        bar = tqdm(
            total=self.size or None, initial=have, unit="B", unit_scale=True, desc=name, disable=not sys.stderr.isatty()
        )
        with bar, self.part.open(mode) as file:
            # Raw: some servers call a .gz file an encoding, and requests would unpack it on the way.
            try:
                for block in answer.raw.stream(1 << 16, decode_content=False):
                    file.write(block)
                    received += len(block)
                    bar.update(len(block))
            except ProtocolError as error:
                cut = f"the connection ended after {have + received} of {have + expected} bytes"
                raise requests.ConnectionError(cut) from error


@contextlib.contextmanager
def folder(dataset: str) -> Iterator[Path]:
    """Where a data set's files are downloaded to: the cache's, or one that is removed again if that cannot be written."""
    try:
        place = cache.folder() / "downloads" / dataset
        place.mkdir(parents=True, exist_ok=True)
        writable = os.access(place, os.W_OK)
    except OSError:
        writable = False
    if writable:
        yield place
    else:
        with tempfile.TemporaryDirectory(prefix="whitepaper-") as other:
            yield Path(other)


def _foreign(path: Path, check: Callable[[Path], bool] | None) -> str:
    """Why a file that arrived is not the wanted one, or ""."""
    with path.open("rb") as file:
        head = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        return "a web page came in place of the file (does this network want a login first?)"
    return "" if check is None or check(path) else "its content is not the published one"


def download(
    file: Published, dataset: str, place: Path, say: Callable[[str], None],
    check: Callable[[Path], bool] | None = None,
) -> Path:  # fmt: skip
    """Fetch a published file into a folder, or find it there; it gets its name after it was checked.

    Args:
        check: whether a file's content is right, for files of which no SHA-256 was published.

    Raises:
        FetchError: no network, no such file, a silent server, a cut connection, a web page or other bytes in its place,
            no room.
    """
    url = place_of(file, dataset)
    path = place / file.name
    if not path.exists():
        if not reachable(url):
            raise FetchError(f"no network: no answer from {url}")
        say(f"downloading {file.name}" + (f" ({file.size / 1e6:.0f} MB)" if file.size else ""))
    import pooch
    import requests
    import urllib3

    pooch.get_logger().setLevel("ERROR")
    try:
        with locks.held(place / ".lock", say):
            # Where no hash was published, pooch believes whatever has the name.
            if not file.sha256 and path.exists() and _foreign(path, check):
                path.unlink()
            pooch.retrieve(url, known_hash=f"sha256:{file.sha256}" if file.sha256 else None, fname=file.name, path=place,
                           downloader=Resuming(place / f".{file.name}.part", file.size, check))  # fmt: skip
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise FetchError(f"{file.name} from {url}: {' '.join(str(error).split())[:200]}") from error
    except ValueError as error:
        path.unlink(missing_ok=True)
        raise FetchError(
            f"{file.name} from {url}: expected the SHA-256 {file.sha256}; received other bytes; removed"
        ) from error
    except OSError as error:
        raise FetchError(f"{file.name}: {error.strerror or error}") from error
    return path
