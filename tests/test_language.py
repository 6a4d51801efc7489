"""English: lemmas by rule, and the choice of a pipeline."""

from __future__ import annotations

import pytest

from whitepaper.errors import CourseError
from whitepaper.files import sources
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
    with pytest.raises(CourseError, match="Received: 'en_core_web_xl'"):
        language.pipeline("en_core_web_xl")


def test_a_pipeline_of_an_older_spacy_is_passed_over(tmp_path, monkeypatch):
    import spacy

    old = tmp_path / "old"
    (old / "vocab").mkdir(parents=True)
    (old / "meta.json").write_text(
        '{"lang": "en", "name": "core_web_lg", "version": "2.3.1", "spacy_version": ">=2.3.0,<2.4.0"}'
    )
    spacy.blank("en", meta={"name": "tiny", "version": "1.2.0"}).to_disk(tmp_path / "tiny")
    places = {"en_core_web_lg": old, "en_core_web_sm": tmp_path / "tiny"}
    load, said = spacy.load, []
    monkeypatch.delenv("WHITEPAPER_SPACY", raising=False)
    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: list(places))
    monkeypatch.setattr(spacy, "load", lambda name: load(places[name]))
    monkeypatch.setattr(sources, "say", said.append)
    assert language.named(language.pipeline()) == "en_tiny 1.2.0"
    (line,) = said
    assert line.startswith("spaCy's pipeline en_core_web_lg is passed over, because it does not load: OSError: [E053]")
    del places["en_core_web_sm"]
    assert language.named(language.pipeline()).startswith("plain English")


@pytest.mark.parametrize("installed", [[], ["en_core_web_sm"]])
def test_spacys_own_reason_is_kept(tmp_path, monkeypatch, installed):
    import spacy

    spacy.blank("en").to_disk(tmp_path / "tiny")
    (tmp_path / "tiny" / "config.cfg").unlink()
    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: installed)
    with pytest.raises(
        CourseError, match=r"Received: '.*tiny': OSError: \[E053\] Could not read config file"
    ) as caught:
        language.pipeline(str(tmp_path / "tiny"))
    wanted = "installed: en_core_web_sm" if installed else "-m spacy download en_core_web_sm"
    assert caught.value.todo.endswith(wanted)
