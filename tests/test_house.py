"""What is written down twice, for tools of other houses, agrees: hooks, workflow, versions, changelog."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

import whitepaper

ROOT = Path(__file__).resolve().parent.parent


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def setup():
    settings = configparser.ConfigParser()
    settings.read_string(read("setup.cfg"))
    return settings["metadata"]


def test_hooks_call_what_make_lint_calls():
    recipe = re.search(r"^lint:.*?lint-github.*\n\t@(.*)\n", read("Makefile"), re.MULTILINE)[1]
    recipe = recipe.replace("$(RUN)", "$(PY) -m whitepaper").replace("$(PY)", ".venv/bin/python")
    (repository,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert [hook["entry"] for hook in repository["hooks"]] == [*recipe.split(" && "), "make lint-github"]
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in repository["hooks"])


def test_the_workflow_calls_ci_run_on_every_python_that_is_supported():
    (job,) = yaml.safe_load(read(".github/workflows/tests.yml"))["jobs"].values()
    named = re.findall(r"Python :: (3\.\d+)", setup()["classifiers"])
    assert job["strategy"]["matrix"]["python"] == named
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    least, most = re.search(r"\((3, \d+)\) <= sys.version_info\[:2\] <= \((3, \d+)\)", read(".ci/setup")).groups()
    assert [least.replace(", ", "."), most.replace(", ", ".")] == [named[0], named[-1]]


def test_the_version_is_that_of_the_package():
    assert whitepaper.__version__.removesuffix("+checkout") == setup()["version"]


def test_a_checkout_that_is_not_installed_says_so(tmp_path):
    (tmp_path / "whitepaper").mkdir()
    shutil.copy(ROOT / "whitepaper" / "__init__.py", tmp_path / "whitepaper")
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import whitepaper; print(whitepaper.__version__)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{setup()['version']}+checkout"


def test_the_changelog_has_the_sections_of_its_form_and_names_the_version():
    text = read("CHANGELOG.md")
    assert "## [Unreleased]" in text
    assert setup()["version"] in text
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= kinds
