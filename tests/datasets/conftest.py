"""A small published set: idx files of a few pictures, a source that knows their hashes, and a server that can misbehave."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import threading
from dataclasses import replace

import numpy as np
import pytest

from whitepaper.datasets.images import fashion_mnist, labeled
from whitepaper.files import downloads, sources


def idx_bytes(array: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


@pytest.fixture
def arrays():
    rng = np.random.default_rng(3)
    return {
        "x_train": rng.integers(0, 256, (200, 28, 28), dtype=np.uint8),
        "y_train": (np.arange(200) % 10).astype(np.uint8),
        "x_test": rng.integers(0, 256, (60, 28, 28), dtype=np.uint8),
        "y_test": (np.arange(60) % 10).astype(np.uint8),
    }


@pytest.fixture
def files(arrays):
    """File name → bytes of the published archives."""
    return {name: idx_bytes(arrays[key]) for key, name in labeled.IDX_FILES.items()}


class Server:
    """A loopback server of files.

    Attributes:
        faults: file name → "404", "truncated", "silent", "cut", "stalled", "slow", "encoded".
        asked: (file name, Range header) of each GET.
    """

    def __init__(self, served: dict[str, bytes]) -> None:
        self.served, self.faults, self.asked = served, {}, []
        self.release = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_HEAD(self):
                self.send_response(200)
                self.end_headers()

            def do_GET(self):
                name = self.path.rsplit("/", 1)[1]
                outer.asked.append((name, self.headers.get("Range")))
                fault, body = outer.faults.get(name), outer.served.get(name)
                if fault == "404" or body is None:
                    self.send_error(404)
                    return
                if fault == "silent":
                    outer.release.wait(30)
                    return
                start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
                if start >= len(body) and start:
                    self.send_error(416)
                    return
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
                if fault == "encoded":
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body) - start))
                self.end_headers()
                sent = body[start:]
                half = len(sent) // 2
                self.wfile.write(sent[:half])
                if fault in ("cut", "truncated"):
                    return
                if fault == "stalled":
                    outer.release.wait(30)
                    return
                if fault == "slow":
                    outer.release.wait(1.5)
                self.wfile.write(sent[half:])

            def log_message(self, *arguments):
                """Tests are quiet."""

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.release.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server(files):
    running = Server(dict(files))
    yield running
    running.close()


@pytest.fixture
def source(server, files, arrays):
    """A source as Fashion-MNIST is one, but small and served from loopback."""
    published = tuple(
        downloads.Published(name, f"{server.url}/{name}", hashlib.sha256(body).hexdigest(), len(body))
        for name, body in files.items()
    )
    return replace(
        fashion_mnist.FASHION_MNIST,
        name="small",
        title="Small",
        published=lambda: published,
        content={sources.content_hash(arrays): "complete"},
        sizes=(200, 60),
    )


@pytest.fixture
def said(monkeypatch):
    """The lines that the data layer said."""
    lines = []
    monkeypatch.setattr(sources, "say", lines.append)
    return lines
