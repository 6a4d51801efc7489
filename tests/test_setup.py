"""Set-up asks for a network only where the environment lacks something."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", 0),
        ("    rich\n", "    rich\n    a-package-that-is-not-there\n", 1),
        ("pyarrow\n", "pyarrow>=99999\n", 1),
    ],
)
def test_a_newer_setup_needs_packages_only_where_one_is_missing(tmp_path, old, new, code):
    text = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "setup.cfg").write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    shutil.copy(ROOT / ".ci" / "satisfied.py", tmp_path)
    command = [sys.executable, "satisfied.py", "cpu", "track", "dev"]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == code
