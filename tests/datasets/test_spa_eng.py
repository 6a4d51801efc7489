"""Pairs of sentences: the published archive, archives that are something else, splits without a common sentence, the stand-in."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.standins import spa_eng as standin_spa_eng
from whitepaper.datasets.text import spa_eng
from whitepaper.files import sources, texts

LINES = [f"He has {n} cats.\tÉl tiene {n} gatos." for n in range(30)]


def put(folder, text, inside="spa-eng/spa.txt", name="spa-eng.zip"):
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, text)
    return path


def read(path):
    return spa_eng._read({path.name: path})


def test_a_line_is_an_english_sentence_a_tab_and_a_spanish_one(tmp_path):
    arrays = read(put(tmp_path, "\n".join(LINES) + "\n"))
    spa_eng._validate(arrays)
    assert texts.unpack(arrays, "spanish")[3] == "Él tiene 3 gatos."
    assert texts.unpack(arrays, "english")[3] == "He has 3 cats."
    assert len(texts.unpack(arrays, "english")) == 30


def test_ends_of_lines_do_not_matter(tmp_path):
    unix = read(put(tmp_path, "\n".join(LINES) + "\n"))
    dos = read(put(tmp_path, "\r\n".join(LINES), name="dos.zip"))
    assert sources.content_hash(unix) == sources.content_hash(dos)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Go.\tVe.\nGo.\n", r"spa\.txt, line 2: expected an English sentence, a tab, a Spanish one\. Received: 'Go\.'"),
        ("Go.\tVe.\tBy me.\tTwice.\n", r"spa\.txt, line 1: expected"),
        ("Go.\tVe.\n\nRun!\t¡Corre!\n", r"spa\.txt, line 2: expected .* Received: ''"),
        ("Go.\t \n", r"spa\.txt, line 1: expected"),
        (b"Go.\tVe.\nRun!\t\xa1Corre!\n", r"spa\.txt, line 2: expected UTF-8 text"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path, text, reason):
    with pytest.raises(ValueError, match=reason):
        read(put(tmp_path, text))


def test_another_archive_is_named_and_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"expected spa-eng/spa\.txt inside\. Received: \['fra\.txt'\]"):
        read(put(tmp_path, "Go.\tVe.\n", inside="fra.txt"))
    with pytest.raises(ValueError, match=r"expected names inside the archive\. Received: '\.\./spa\.txt'"):
        read(put(tmp_path, "Go.\tVe.\n", inside="../spa.txt"))
    whole = put(tmp_path, "\n".join(LINES))
    whole.write_bytes(whole.read_bytes()[:-30])
    with pytest.raises(ValueError, match=r"expected a whole zip archive"):
        read(whole)
    monkeypatch.setattr(spa_eng, "_MOST_BYTES", 100)
    with pytest.raises(ValueError, match=r"expected at most 100 bytes"):
        read(put(tmp_path, "\n".join(LINES)))


def test_nothing_is_written_where_an_archive_is_read(tmp_path):
    path = put(tmp_path, "\n".join(LINES))
    read(path)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_table_of_another_language_is_refused(tmp_path, monkeypatch):
    put(tmp_path, "\n".join(f"Word {n}.\tWort {n}." for n in range(60)))
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    with pytest.raises(datasets.DataError, match=r"refused .*expected Spanish in the second column.* 0 of 60 lines"):
        datasets.load_spa_eng(data="real")


@pytest.mark.parametrize("form", ["flat zip", "alone", "folder"])
def test_the_table_of_the_homepage_is_read_flat_and_with_three_columns(tmp_path, monkeypatch, form):
    lines = [f"Word {n}.\t¡Palabra {n}!\tCC-BY 2.0 (France) Attribution: tatoeba.org #{n}" for n in range(60)]
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    (tmp_path / "spa_eng" / "spa-eng").mkdir(parents=True)
    if form == "flat zip":
        put(tmp_path / "spa_eng", "\n".join(lines), inside="spa.txt")
    else:
        folder = tmp_path / "spa_eng" / ("spa-eng" if form == "folder" else "")
        (folder / "spa.txt").write_text("\n".join(lines), encoding="utf-8")
    data = datasets.load_spa_eng(data="real")
    assert data.note == "subset of 60 pairs, another release than the published 118964"
    assert sorted(y for split in (data.train, data.validation, data.test) for y in split.y) == sorted(
        f"Word {n}." for n in range(60)
    )
    assert datasets.load_spa_eng(data="real").origin == "cache"


def test_arrays_of_another_kind_do_not_validate():
    pack = texts.pack
    with pytest.raises(ValueError, match=r"Received: 30 and 29"):
        spa_eng._validate(pack(["a"] * 30, "spanish") | pack(["b"] * 29, "english"))
    with pytest.raises(ValueError, match=r"pair 21: expected two sentences"):
        spa_eng._validate(pack(["a"] * 30, "spanish") | pack([*["b"] * 20, " ", *["b"] * 9], "english"))


def test_pairs_that_share_a_sentence_are_one_family():
    spanish = ["¡Ve!", "Vaya.", "ve", "Corre.", "Sal.", "Vete"]
    english = ["Go.", "Go!", "See.", "Run.", "Leave.", "Leave"]
    family = spa_eng.families(spanish, english)
    assert family.tolist() == [0, 0, 0, 1, 2, 2]


def test_no_sentence_is_in_two_splits():
    data = datasets.load_spa_eng(examples=3000, validation=0.2, data="stand-in")
    splits = [data.train, data.validation, data.test]
    for part in ("x", "y"):
        keys = [{spa_eng._key(text) for text in getattr(split, part)} for split in splits]
        assert not keys[0] & keys[1]
        assert not keys[0] & keys[2]
        assert not keys[1] & keys[2]
    sizes = np.array([len(split) for split in splits])
    assert sizes.sum() == 3000
    np.testing.assert_allclose(sizes / 3000, [0.7, 0.2, 0.1], atol=0.03)
    again = datasets.load_spa_eng(examples=3000, validation=0.2, data="stand-in")
    assert again.test.x.tolist() == data.test.x.tolist()
    assert datasets.load_spa_eng(examples=3000, seed=1, data="stand-in").test.x.tolist() != data.test.x.tolist()


@pytest.mark.parametrize("arguments", [{"examples": 49}, {"examples": "all"}, {"validation": 0.0}, {"validation": 1}])
def test_words_that_the_loader_does_not_know(arguments):
    with pytest.raises(datasets.WrongWord):
        datasets.load_spa_eng(**arguments, data="stand-in")


# --- the stand-in ------------------------------------------------------------------------------------------------

PAIRS = standin_spa_eng.pairs(0, 6000)
WORDS = {
    **{stem: verb for stem, verb, _ in standin_spa_eng._VERBS},
    **{es: en for es, _, en in standin_spa_eng._PEOPLE + standin_spa_eng._THINGS},
    **dict(standin_spa_eng._ADJECTIVES + standin_spa_eng._TRAITS),
}


def base(word):
    """The dictionary form of a Spanish noun or adjective, by taking endings off."""
    if word == "jóvenes":
        return "joven"
    for ending, instead in (("", ""), ("s", ""), ("a", "o"), ("as", "o")):
        if word.endswith(ending) and (form := word.removesuffix(ending) + instead) in WORDS:
            return form
    raise AssertionError(word)


def noun_phrase(words, english):
    """Take an article, a noun and adjectives off Spanish words, and hold gender, number and English to them."""
    article, noun, *rest = words
    plural = article in ("los", "las", "unos", "unas")
    feminine = article in ("la", "las", "una", "unas")
    gender = {es: gender for es, gender, _ in standin_spa_eng._PEOPLE + standin_spa_eng._THINGS}[base(noun)]
    assert feminine == (gender == "f")
    assert noun.endswith("s") == plural
    qualities = []
    for word in rest:
        assert word.endswith("s") == plural
        if base(word).endswith("o"):
            assert word.rstrip("s").endswith("a" if feminine else "o")
        qualities.append(WORDS[base(word)])
    named = WORDS[base(noun)]
    named = {"glass": "glasses"}.get(named, named + "s") if plural else named
    expected = [*qualities, named]
    definite = article in ("el", "la", "los", "las")
    first = "the" if definite else "some" if plural else "an" if expected[0][0] in "aeiou" else "a"
    assert english == [first, *expected], (words, english)


def test_the_object_of_every_statement_is_translated_by_the_rules():
    """A second reading of the grammar, from the Spanish side, of all plain statements."""
    seen = 0
    for spanish, english in PAIRS:
        if "?" in spanish or " not " in english:
            continue
        words = spanish.rstrip(".").lower().split()
        verbs = [at for at, word in enumerate(words) if any(word in {stem + e for e in standin_spa_eng._AR}
                                                          for stem, _, _ in standin_spa_eng._VERBS)]  # fmt: skip
        if not verbs:
            continue
        said = english.rstrip(".").split()
        thing = words[verbs[-1] + 1 :]
        noun_phrase(thing, said[-len(thing) :])
        seen += 1
    assert seen > 1000


def test_a_spanish_sentence_has_one_translation():
    english = {}
    for es, en in standin_spa_eng.pairs(1, 20_000):
        assert english.setdefault(es, en) == en
    assert len(english) > 10_000


@pytest.mark.parametrize(
    ("adjective", "gender", "plural", "right"),
    [
        ("blanco", "f", False, "blanca"),
        ("blanco", "f", True, "blancas"),
        ("grande", "f", True, "grandes"),
        ("verde", "m", False, "verde"),
        ("joven", "f", True, "jóvenes"),
    ],
)
def test_adjectives_agree(adjective, gender, plural, right):
    assert standin_spa_eng.agree(adjective, gender, plural) == right


def test_the_stand_in_shows_what_makes_spanish_hard():
    spanish, english = zip(*PAIRS, strict=True)
    assert any(es.startswith("Compro ") and en.startswith("I buy ") for es, en in PAIRS)  # the pronoun is left out
    assert any(" no " in es and " do not " in en for es, en in PAIRS)
    assert any(es.startswith("¿") and en.startswith("Does ") and en.endswith("?") for es, en in PAIRS)
    assert any("casa blanca" in es and "white house" in en for es, en in PAIRS)
    assert all(es[-1] in ".?" and es.startswith("¿") == es.endswith("?") for es in spanish)
    assert [len(en) for en in english] == sorted(len(en) for en in english)


def test_the_stand_in_is_the_same_for_the_same_seed():
    assert standin_spa_eng.pairs(3, 500) == standin_spa_eng.pairs(3, 500) != standin_spa_eng.pairs(4, 500)
    data = datasets.load_spa_eng(examples=100, data="stand-in")
    assert (data.source, data.licence, data.train.x.dtype) == ("stand-in", "made here", object)


@pytest.mark.real_data
def test_the_published_archive_is_accepted(originals):
    data = datasets.load_spa_eng(examples=30_000, data="real")
    assert (data.origin, len(data.train) + len(data.validation) + len(data.test)) == ("originals", 30_000)
    shared = set(data.train.y) & set(data.test.y) | set(data.train.x) & set(data.test.x)
    assert not shared
