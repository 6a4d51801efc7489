"""English: lemmas by rule, and the choice of a pipeline."""

from __future__ import annotations

import pytest

from whitepaper.errors import CourseError
from whitepaper.lessons import language


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("tablets", "tablet"), ("batteries", "battery"), ("boxes", "box"), ("watches", "watch"), ("glasses", "glass"),
        ("class", "class"), ("virus", "virus"), ("this", "this"), ("running", "run"), ("making", "make"), ("reading", "read"),
        ("charging", "charge"), ("liked", "like"), ("stopped", "stop"), ("tried", "try"), ("worked", "work"), ("falling", "fall"),
        ("went", "go"), ("Children", "child"), ("was", "be"), ("morning", "morning"), ("created", "create"), ("loved", "love"),
        ("pleased", "please"), ("kindle", "kindle"), ("tv", "tv"), ("3rd", "3rd"),
    ],
)  # fmt: skip
def test_lemmas_by_rule(form, base):
    assert language.lemma(form) == base


def test_without_an_installed_pipeline_a_blank_one_gives_lemmas(monkeypatch):
    import spacy

    monkeypatch.delenv("WHITEPAPER_SPACY", raising=False)
    monkeypatch.setattr(spacy.util, "get_installed_models", list)
    nlp = language.pipeline()
    doc = nlp("She bought two Kindles and isn't using them.")
    assert [token.lemma_ for token in doc][:5] == ["she", "buy", "two", "kindle", "and"]
    assert doc[4].is_stop
    assert language.named(nlp).startswith("plain English")
    assert language.named(language.pipeline()) == language.named(nlp)


def test_a_pipeline_by_its_folder(tmp_path, monkeypatch):
    import spacy

    spacy.blank("en", meta={"name": "tiny", "version": "1.2.0"}).to_disk(tmp_path / "tiny")
    monkeypatch.setenv("WHITEPAPER_SPACY", str(tmp_path / "tiny"))
    assert language.named(language.pipeline()) == "en_tiny 1.2.0"


def test_a_pipeline_that_is_not_there_is_named():
    with pytest.raises(CourseError, match="Received: 'en_core_web_xl'") as caught:
        language.pipeline("en_core_web_xl")
    assert caught.value.todo.endswith("-m spacy download en_core_web_sm")
