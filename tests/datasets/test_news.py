"""News and newsgroups from their published layouts: what is read, what is refused, and what the stand-ins hold."""

from __future__ import annotations

import io
import tarfile
import zipfile

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.standins import news as standin_news
from whitepaper.datasets.text import news
from whitepaper.files import sources, texts

POST = "From: a@b.c\nSubject: noise\n\nIn article <1@b.c> somebody writes:\n> An old line.\n\nThe circuit hums.\n\n-- \nAnn\n"


def articles(topics=news.TOPICS):
    """Published names → bytes: two articles a topic, one of them Windows-1252."""
    found = {f"bbc/{topic}/{k:03}.txt": f"{topic} {k}\n\nText.\n".encode() for topic in topics for k in (1, 2)}
    if "tech" in topics:
        found["bbc/tech/002.txt"] = "Costs £5\n\nText.\n".encode("cp1252")
    return {"bbc/README.TXT": b"about", **found}


def zipped(folder, files):
    path = folder / "bbc-fulltext.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return {path.name: path}


def tarred(folder, files):
    path = folder / "20news-bydate.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return {path.name: path}


def test_articles_are_read_in_order_and_one_is_not_utf8(tmp_path):
    arrays = news.BBC.layouts[0].read(zipped(tmp_path, articles()))
    news.BBC.validate(arrays)
    found = texts.unpack({name: arrays[name] for name in ("text", "text_ends")})
    assert arrays["y"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert (found[0], found[-1]) == ("business 1\n\nText.\n", "Costs £5\n\nText.\n")


def test_an_archive_without_a_topic_is_refused_by_its_name(tmp_path):
    with pytest.raises(ValueError, match=r"bbc-fulltext\.zip: expected texts of .* Received none of sport, tech\."):
        news.BBC.layouts[0].read(zipped(tmp_path, articles(news.TOPICS[:3])))


def test_postings_are_read_with_their_split(tmp_path):
    files = {
        "20news-bydate-train/sci.electronics/7": POST.replace("\n", "\t").encode(),
        "20news-bydate-test/talk.politics.misc/9": POST.replace("hums", "h\xfcms").encode("latin-1"),
        "20news-bydate-test/not.a.group/1": b"left out",
    }
    arrays = news.NEWSGROUPS.layouts[0].read(tarred(tmp_path, files))
    news.NEWSGROUPS.validate(arrays)
    found = texts.unpack({name: arrays[name] for name in ("text", "text_ends")})
    # In the order of the names: the test folder comes first.
    assert (arrays["y"].tolist(), arrays["test"].tolist()) == ([18, 12], [1, 0])
    assert "h\xfcms" in found[0]
    assert found[1] == POST


def test_an_archive_without_groups_is_refused_by_its_name(tmp_path):
    with pytest.raises(ValueError, match=r"20news-bydate\.tar\.gz: expected folders of twenty newsgroups"):
        news.NEWSGROUPS.layouts[0].read(tarred(tmp_path, {"other/folder/1": b"text"}))


@pytest.mark.parametrize(
    ("remove", "gone", "left"),
    [
        (("headers",), ["Subject"], ["An old line", "Ann", "hums"]),
        (("quotes",), ["An old line", "writes"], ["Subject", "Ann", "hums"]),
        (("footers",), ["Ann"], ["Subject", "An old line", "hums"]),
        (news.PARTS, ["Subject", "An old line", "Ann"], ["hums"]),
        ((), [], ["Subject", "An old line", "Ann", "hums"]),
    ],
)
def test_parts_are_cut_off(remove, gone, left):
    found = news._stripped(POST, remove)
    assert not [word for word in gone if word in found]
    assert not [word for word in left if word not in found]


@pytest.mark.parametrize("words", [{"groups": ("sci.nothing",)}, {"remove": ("greetings",)}])
def test_unknown_words_are_refused(words):
    ((_, (wrong,)),) = words.items()
    with pytest.raises(sources.WrongWord, match=f"Received: '{wrong}'"):
        datasets.load_newsgroups(examples=40, data="stand-in", **words)


def test_texts_come_back_as_they_were():
    given = ["", "one", "zwei ü €", "\n"]
    arrays = texts.pack(given)
    assert texts.unpack(arrays).tolist() == given
    for ends in ([1, 0], [0, 3]):
        wrong = {**arrays, "text_ends": np.array(ends)}
        with pytest.raises(ValueError, match="expected ends that rise to"):
            texts.unpack(wrong)


@pytest.mark.parametrize("make", [standin_news.articles, standin_news.postings])
def test_stand_ins_depend_on_the_seed_alone(make):
    first, again, other = (make(seed, 60, 20) for seed in (0, 0, 1))
    assert sources.content_hash(first) == sources.content_hash(again) != sources.content_hash(other)


def test_stand_in_articles_have_near_copies_and_titles():
    arrays = standin_news.articles(0, 300, 100)
    found = texts.unpack(arrays)
    assert np.bincount(arrays["y"]).tolist() == [80] * 5
    assert all("\n\n" in text for text in found)
    sentences = [set(text.split(". ")) for text in found]
    copies = sum(
        len(a & b) > 0.8 * max(len(a), len(b)) and len(a) > 5
        for number, a in enumerate(sentences) for b in sentences[:number]
    )  # fmt: skip
    assert copies >= 5


def test_the_stand_in_articles_show_what_each_step_of_a_search_brings():
    """Order and rough size of the published articles' precision of five hits: 0.67, 0.85, 0.94, 0.96."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.preprocessing import normalize

    data = datasets.load_bbc_news(examples=600, data="stand-in")

    def precision(train, test):
        cosines = normalize(test) @ normalize(train).T
        cosines = cosines.toarray() if hasattr(cosines, "toarray") else cosines
        hits = np.argsort(-cosines, axis=1, kind="stable")[:, :5]
        return (data.train.y[hits] == data.test.y[:, None]).mean()

    reached = {}
    chosen = TfidfVectorizer(ngram_range=(1, 2), max_df=0.7, min_df=3, sublinear_tf=True, stop_words="english")
    for name, vectorizer in (("counts", CountVectorizer()), ("tf-idf", TfidfVectorizer()), ("chosen", chosen)):
        train = vectorizer.fit_transform(data.train.x)
        reached[name] = precision(train, test := vectorizer.transform(data.test.x))
    few = TruncatedSVD(50, random_state=0).fit(train)
    reached["reduced"] = precision(few.transform(train), few.transform(test))
    assert 0.5 < reached["counts"] < 0.75
    assert reached["counts"] + 0.1 < reached["tf-idf"] < 0.9
    assert reached["tf-idf"] + 0.05 < reached["chosen"] < 0.97
    assert reached["chosen"] + 0.01 < reached["reduced"] < 0.995


def test_wrong_labels_are_named():
    for source, make in ((news.BBC, standin_news.articles), (news.NEWSGROUPS, standin_news.postings)):
        arrays = make(0, 40, 10)
        source.validate(arrays)
        for labels in (arrays["y"] + 20, arrays["y"][1:]):
            with pytest.raises(ValueError, match=r"expected a (topic|group) from 0 to"):
                source.validate({**arrays, "y": labels})


@pytest.mark.parametrize("load", [datasets.load_bbc_news, datasets.load_newsgroups])
def test_loaders_take_what_they_are_asked_for(load):
    data = load(examples=100, data="stand-in")
    again = load(examples=100, data="stand-in")
    assert len(data.train) + len(data.validation) == 100
    assert data.train.x.dtype == object
    assert data.train.y.dtype == np.int64
    assert data.test.x.tolist() == again.test.x.tolist()


@pytest.mark.real_data
def test_published_news_is_accepted(originals):
    bbc = datasets.load_bbc_news(data="real")
    assert (bbc.origin, len(bbc.train) + len(bbc.validation) + len(bbc.test)) == ("originals", 2225)
    groups = datasets.load_newsgroups(data="real")
    assert groups.origin == "originals"
    assert len(groups.train) + len(groups.validation) > len(groups.test) > 600
