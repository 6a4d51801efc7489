"""What all tests share: no network, no real cache, and the folder of published data where there is one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_GIVEN_ORIGINALS = os.environ.get("WHITEPAPER_ORIGINALS")


@pytest.fixture(autouse=True)
def own_world(tmp_path, monkeypatch):
    """A cache of its own for every test, no settings of the machine, and no network."""
    monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / "cache"))
    for name in ("ORIGINALS", "DATA", "MIRROR", "ROOT"):
        monkeypatch.delenv(f"WHITEPAPER_{name}", raising=False)
    from whitepaper.files import downloads

    monkeypatch.setattr(downloads, "_reachable", {})
    # A closed local port as proxy answers "refused" at once, here and in child processes.
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def originals(monkeypatch) -> Path:
    """The folder of published data; the test is skipped where there is none."""
    folder = Path(_GIVEN_ORIGINALS) if _GIVEN_ORIGINALS else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no published data: name their folder in WHITEPAPER_ORIGINALS")
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(folder))
    return folder


@pytest.fixture(scope="session")
def made_course(tmp_path_factory) -> Path:
    """A course as the generator makes it, to be copied: made once a process."""
    folder = tmp_path_factory.mktemp("course") / "made"
    for name in ("solutions", "tests/exercises", "tests/mistakes"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    from whitepaper.course import generator

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHITEPAPER_ROOT", str(folder))
        generator.write()
    return folder


@pytest.fixture
def course_root(made_course, tmp_path, monkeypatch) -> Path:
    """A course of one's own: fresh exercises, with solutions, checks and mistakes, in a temporary folder."""
    folder = tmp_path / "course"
    shutil.copytree(made_course, folder)
    monkeypatch.setenv("WHITEPAPER_ROOT", str(folder))
    return folder
