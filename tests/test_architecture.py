"""Imports run one way: which room of the library knows which, and the page that draws it."""

import ast
import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = runpy.run_path(str(ROOT / "docs" / "rooms.py"))

# Each room with the rooms that it may import, and the reason where a reader would ask for one.
# A row that no import uses fails as well: take it out.
ALLOWED = {
    ("files", "errors"): "",
    ("files", "stderr"): "TensorFlow Datasets' registry is read without TensorFlow's start-up lines",
    ("datasets", "errors"): "",
    ("datasets", "files"): "",
    ("datasets", "datasets/standins"): "",
    ("datasets/standins", "files"): "texts are stored as one array of bytes",
    ("models", "files"): "pretrained weights are files like any other",
    ("models", "datasets/standins"): "the small encoder learns from images drawn as the stand-in of CIFAR-10 is",
    ("models", "plots"): "EpochPictures saves its animation while the model trains",
    ("plots", "files"): "figures and animations are written as a whole",
    ("course", "errors"): "",
    ("devices", "errors"): "",
    ("devices", "stderr"): "",
    ("devices", "course"): "the registry says which lessons keep to float32 or to TensorFlow",
    ("lessons", "course"): "",
    ("lessons", "datasets"): "the contract asks whether load gave a Dataset",
    ("lessons", "devices"): "",
    ("lessons", "errors"): "",
    ("lessons", "files"): "runs are locked, and their files written as a whole",
    ("lessons", "plots"): "the runner saves the figures that a lesson returns",
    ("tuning", "course"): "",
    ("tuning", "devices"): "",
    ("tuning", "errors"): "",
    ("tuning", "files"): "searches are locked as runs are",
    ("tuning", "lessons"): "",
    ("checking", "course"): "",
    ("checking", "datasets"): "the host hands the student a Dataset of known arrays",
    ("checking", "devices"): "fits are watched by replacing Keras's methods; TensorFlow is imported in silence",
    ("checking", "errors"): "",
    ("checking", "lessons"): "",
    ("cli", "checking"): "",
    ("cli", "course"): "",
    ("cli", "devices"): "",
    ("cli", "errors"): "",
    ("cli", "lessons"): "",
    ("cli", "tuning"): "",
    ("__main__", "cli"): "",
    ("solutions", "datasets"): "",
    ("solutions", "devices"): "a few lessons name a strategy or load TensorFlow in silence",
    ("solutions", "lessons"): "Preset, and the Hyperparameters of the steps by hand",
    ("solutions", "models"): "",
    ("solutions", "plots"): "",
    ("exercises", "datasets"): "",
    ("exercises", "devices"): "",
    ("exercises", "errors"): "an open blank raises NotAttempted",
    ("exercises", "lessons"): "",
    ("exercises", "models"): "",
    ("exercises", "plots"): "",
}
# What the rooms that others stand on may import from outside, beside the standard library.
LIBRARIES = {
    "errors": set(),
    "stderr": set(),
    "course": set(),
    "files": {"numpy", "PIL", "pooch", "requests", "tensorflow_datasets", "tqdm", "urllib3"},
    "plots": {"matplotlib", "numpy", "PIL", "sklearn"},
    "cli": {"rich"},
}


@pytest.fixture(scope="module")
def found():
    return ROOMS["imports"]()


def test_every_import_from_room_to_room_is_allowed(found):
    crossing = [one for one in found if one.reached]
    wrong = [f"{one.where}: {one.room} → {one.module}" for one in crossing if (one.room, one.reached) not in ALLOWED]
    assert wrong == []


def test_every_allowed_direction_is_used(found):
    assert set(ALLOWED) - ROOMS["directions"](found) == set()


def test_no_room_reaches_itself():
    circles = [room for room, _ in ALLOWED if room in ROOMS["beneath"](room, set(ALLOWED))]
    assert circles == []


def test_the_lowest_rooms_stand_on_few_libraries(found):
    for room, libraries in LIBRARIES.items():
        used = {one.module.split(".")[0] for one in found if one.room == room and not one.reached}
        assert used - sys.stdlib_module_names == libraries, room


def test_no_module_of_the_library_names_an_exercise():
    """The registry does, in course.toml; code that knows one lesson belongs to the lesson or to its checks."""
    named = []
    for path in (ROOT / "whitepaper").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else getattr(node, "id", getattr(node, "attr", ""))
            if isinstance(text, str) and re.search(r"\bex\d\d[ab]?_[a-z]", text):
                named.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert named == []


def test_imports_are_read_at_the_top_inside_functions_and_by_dots(tmp_path):
    room = tmp_path / "whitepaper" / "files"
    room.mkdir(parents=True)
    (room / "one.py").write_text(
        "import json\nfrom whitepaper import plots\nfrom . import idx\n\n\n"
        "def late():\n    from ..models.dense import layer\n    import exercises.ex05_x\n",
        encoding="utf-8",
    )
    reached = {(one.reached, one.where.split(":")[1]) for one in ROOMS["imports"](tmp_path)}
    assert reached == {("", "1"), ("plots", "2"), ("models", "7"), ("exercises", "8")}


def test_an_arrow_that_follows_from_others_is_not_drawn():
    drawn = ROOMS["picture"]({("a", "b"), ("b", "c"), ("a", "c")})
    assert "a --> b" in drawn
    assert "a --> c" not in drawn


def test_the_page_draws_the_imports_as_they_are():
    """Else: `python docs/rooms.py`."""
    assert ROOMS["PAGE"].read_text(encoding="utf-8") == ROOMS["page"]()


def test_the_page_names_every_room(found):
    text = ROOMS["PAGE"].read_text(encoding="utf-8")
    rooms = {path.name for path in (ROOT / "whitepaper").iterdir() if (path / "__init__.py").is_file()}
    assert {room for room in rooms if f"`{room}/`" not in text} == set()
