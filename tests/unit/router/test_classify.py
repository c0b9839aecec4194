"""The trained classifier: what it is taught with, that it is of this corpus, and that it repeats itself."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from services.router.classify.features import Weigher, all_features
from services.router.classify.judging import figures, judge
from services.router.classify.linear import LinearModel
from services.router.classify.reader import Reader
from services.router.classify.training import corpus_version, train
from services.router.deciding import Decider
from services.router.knowledge.corpus import DEVELOPMENT, TRAINING, Message, load_messages, load_training
from services.router.knowledge.files import KnowledgeError
from services.router.knowledge.loader import load_knowledge
from services.router.knowledge.statistics import shared_runs
from shared.contracts.vocabulary import Channel, Priority

TEXTS = ("Üç gündür çöp alınmıyor", "Sokak lambası yanmıyor", "", "😀", "a" * 4_000)


@cache
def model() -> LinearModel:
    return LinearModel.load()


@cache
def reader() -> Reader:
    return Reader(model(), load_knowledge())


@cache
def decider() -> Decider:
    return Decider.load()


def message(text: str, code: str, body: str, priority: Priority = Priority.NORMAL) -> Message:
    return Message(
        code=(code,), body=(body,), priority=priority, channel=Channel.WEB, style="plain", text=text
    )


SMALL = [
    message(text, code, body, Priority.URGENT if code == "SU-KSN" else Priority.NORMAL)
    for code, body, texts in (
        (
            "TEM-TOP",
            "temizlik",
            ("çöp alınmadı", "çöpler duruyor", "çöp toplanmıyor", "çöp kamyonu gelmedi", "çöpümüz kaldı"),
        ),
        (
            "SU-KSN",
            "iski",
            ("su kesik", "sular akmıyor", "musluktan su gelmiyor", "su yok evde", "sular kesildi"),
        ),
    )
    for text in texts
]
SMALL += [
    Message(
        code=("TEM-TOP", "SU-KSN"),
        body=("temizlik", "iski"),
        priority=Priority.URGENT,
        channel=Channel.WEB,
        style="two_subjects",
        text=text,
    )
    for text in ("hem çöp duruyor hem su yok", "su kesik bir de çöpler", "çöp ile su, ikisi de", "su ve çöp")
]


def test_the_model_is_the_one_of_this_corpus() -> None:
    """Whoever changes a message runs `make knowledge` and commits the model with it."""
    assert model().corpus == corpus_version(load_training(load_knowledge()))


def test_every_category_is_taught_with_enough_messages() -> None:
    knowledge = load_knowledge()
    learned = load_messages(TRAINING, knowledge)
    taught = {c.code: sum(c.code in m.code for m in learned) for c in knowledge.categories}
    assert {code: count for code, count in taught.items() if count < 25} == {}


def test_no_two_messages_say_the_same() -> None:
    knowledge = load_knowledge()
    everything = [*load_messages(TRAINING, knowledge), *load_messages(DEVELOPMENT, knowledge)]
    assert shared_runs(everything) == []


def test_the_development_set_is_answered_as_well_as_is_claimed() -> None:
    """Floors under the figures of docs/classifier.md: whoever improves the classifier raises them."""
    found = figures(judge(decider(), load_messages(DEVELOPMENT, load_knowledge())))
    assert found.count >= 700
    assert (found.body or 0) >= 0.92
    assert (found.code or 0) >= 0.9
    assert (found.priority or 0) >= 0.89
    assert (found.emergencies_seen or 0) >= 0.97
    assert (found.false_emergencies or 1) <= 0.07
    assert (found.auto or 0) >= 0.7
    assert (found.auto_wrong or 1) <= 0.022


def test_training_twice_gives_one_model(tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        train(SMALL)[0].save(tmp_path / name)
    first, second = (LinearModel.load(tmp_path / name) for name in ("one.npz", "other.npz"))
    assert first.version == second.version
    one, other = (m.probabilities(TEXTS).labels for m in (first, second))
    assert np.array_equal(one, other)


def test_a_small_model_tells_its_two_matters_apart() -> None:
    small, _ = train(SMALL)
    labels = small.probabilities(["çöp kamyonu", "evde sular kesildi"]).labels
    assert [small.labels[n][0] for n in labels.argmax(axis=1)] == ["TEM-TOP", "SU-KSN"]
    (weighed,) = small.probabilities([text := "dün sular akmıyor"]).weighed
    water, waste = (small.labels.index(label) for label in (("SU-KSN", "iski"), ("TEM-TOP", "temizlik")))
    words, lead = small.telling_words(text, weighed, water, waste)
    assert words[0][0] in {"sular", "akmiyor"}
    assert lead > 0


def test_a_loaded_model_multiplies_in_one_thread() -> None:
    with threadpool_limits(2, user_api="blas"):
        LinearModel.load()
        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "model.npz"
    broken.write_bytes(b"no model")
    with pytest.raises(KnowledgeError, match="make knowledge"):
        LinearModel.load(broken)
    with pytest.raises(KnowledgeError, match="make knowledge"):
        LinearModel.load(tmp_path / "none.npz")


def test_a_model_of_other_categories_is_refused() -> None:
    knowledge = load_knowledge()
    fewer = knowledge.model_copy(update={"categories": knowledge.categories[1:]})
    with pytest.raises(KnowledgeError, match="train again"):
        model().check_against(fewer)


def test_spelling_costs_nothing_where_only_turkish_letters_are_missing() -> None:
    one, two = reader().read_many(["SOKAĞIMIZDAN ÇÖP ALINMIYOR", "sokagimizdan cop alinmiyor"])
    assert one == two


def test_nothing_known_is_no_candidate() -> None:
    assert [o.candidates for o in reader().read_many(["", "😀😀", "москва"])] == [(), (), ()]


@settings(deadline=None)
@given(st.lists(st.text(max_size=300), max_size=5))
def test_a_text_is_judged_alike_alone_and_in_a_batch(texts: list[str]) -> None:
    together = reader().read_many(texts)
    assert [reader().read_many([text])[0] for text in texts] == together
    for opinion in together:
        shares = [c.confidence for c in opinion.candidates]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)
        assert len({c.body for c in opinion.candidates}) == len(shares) <= 3


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(["su", "yok", "değil", "7"])).map(" ".join),
    st.lists(st.text(max_size=50), max_size=3),
)
def test_weights_are_to_the_bit_what_their_definition_says(text: str, others: list[str]) -> None:
    """Whatever is weighed with it."""
    vocabulary = sorted(set(all_features(text)))[::2]
    idf = np.linspace(1, 9, len(vocabulary), dtype=np.float32)
    numbers = np.array([vocabulary.index(f) for f in all_features(text) if f in vocabulary], dtype=np.intp)
    ids, counts = np.unique(numbers, return_counts=True)
    weights = (1 + np.log(counts, dtype=np.float32)) * idf[ids]
    found_ids, found_weights = Weigher(vocabulary, idf).weigh([*others, text, *others])[len(others)]
    assert np.array_equal(found_ids, ids)
    assert np.array_equal(found_weights, weights / (np.linalg.norm(weights) or 1))


@given(st.text(max_size=200))
def test_weights_have_length_one_or_none(text: str) -> None:
    vocabulary = sorted(set(all_features(text)) | {"w x"})
    ((ids, weights),) = Weigher(vocabulary, np.ones(len(vocabulary), dtype=np.float32)).weigh([text])
    assert list(ids) == sorted(set(ids))
    assert len(ids) == 0 or abs(float(np.linalg.norm(weights)) - 1) < 1e-5
