"""What a sentence offers, where no list has its words: 'looks identical to the designer bag, at a tenth of
the price'.

A model of sentences embeds the sentences of `data/meanings.tsv`, which offer imitations or don't,
and a ridge classifier (Hoerl & Kennard, 1970) learns to tell them apart; its threshold lets `FALSE_ALARMS`
of the innocent ones pass, each judged by what the others teach (leave-one-out, which ridge regression gives
in closed form). So any model can be named, and none needs thresholds of its own.

A sentence costs some 10 ms, a thousand times what a list costs: only sentences with a cue are asked about.
"""

import hashlib
import logging
import re
import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from math import exp
from pathlib import Path
from typing import Protocol, cast

import ahocorasick
import numpy as np
import numpy.typing as npt

from detector.cache import cache_folder
from detector.result import Span
from detector.text.coarse import coarse
from detector.text.edges import whole_word, word_end
from detector.text.packaged_e5 import PACKAGE, ModelUnavailable, PackagedE5
from detector.text.tables import phrases, rows

FALSE_ALARMS = 0.03
_RIDGE = 0.5
_BATCH = 8
"""Sentences at a time: more are no faster on a processor, and take more memory."""
_SHARPNESS = 6.0
"""How fast sureness grows beyond the threshold; the classifier's answers lie about -1 and 1."""
_SHORTEST, _LONGEST = 6, 400
"""Characters of a sentence that is worth asking about."""
_SENTENCE = re.compile(r"[^.!?;|。！？；\n]+[.!?;|。！？；\n]*")

Array = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns sentences into vectors of one length, a row each, as any SentenceTransformer does."""

    def encode(self, sentences: list[str], *, batch_size: int) -> Array: ...


class Meaning:
    """Tells offers of imitations by their meaning. Loads its model when first asked.

    `model` is a hub name or a local sentence-transformers folder; None is multilingual-e5-small as packaged.
    """

    def __init__(self, model: str | Path | None = None, encoder: Encoder | None = None) -> None:
        self._model = model
        self._given = encoder

    def offers_imitation(self, sentences: Sequence[str]) -> list[float]:
        """How surely each sentence offers an imitation, 0 to 1, by its words alone; 0.5 is the threshold.

        Raises ModelUnavailable where the model can't be had.
        """
        if not sentences:
            return []
        weights, centre, threshold = self._classifier
        answers = (self._embed(sentences) - centre) @ weights - threshold
        return [1 / (1 + exp(-_SHARPNESS * float(answer))) for answer in answers]

    def _embed(self, sentences: Sequence[str]) -> Array:
        vectors = np.asarray(self._encoder.encode(list(sentences), batch_size=_BATCH), dtype=np.float32)
        return cast(Array, vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9))

    @cached_property
    def _encoder(self) -> Encoder:
        return self._given or load_encoder(self._model)

    @cached_property
    def _classifier(self) -> tuple[Array, Array, float]:
        """Weights, the centre of the lessons, and the threshold."""
        lessons = list(rows("meanings.tsv"))
        guilty = np.array([lesson["verdict"] == "guilty" for lesson in lessons])
        return fit(self._learnt([lesson["sentence"] for lesson in lessons]), guilty)

    def _learnt(self, sentences: list[str]) -> Array:
        """The vectors of the lessons. The packaged model's are kept: to embed them takes some seconds."""
        if self._model is not None or self._given is not None:
            return self._embed(sentences)
        key = hashlib.sha256("\n".join([version(PACKAGE), *sentences]).encode()).hexdigest()[:16]
        kept = cache_folder() / f"lessons-{key}.npy"
        if not kept.exists():
            with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as made:
                np.save(made, self._embed(sentences))
            Path(made.name).replace(kept)
        return cast(Array, np.load(kept, allow_pickle=False))


def fit(vectors: Array, guilty: npt.NDArray[np.bool_]) -> tuple[Array, Array, float]:
    """Weights, centre and threshold of a ridge classifier over unit vectors (a row each)."""
    centre = vectors.mean(axis=0)
    centred = vectors - centre
    targets = np.where(guilty, 1.0, -1.0)
    inverse = np.linalg.inv(centred.T @ centred + _RIDGE * np.eye(vectors.shape[1]))
    weights = inverse @ centred.T @ targets
    leverage = np.einsum("ij,jk,ik->i", centred, inverse, centred)
    left_out = targets - (targets - centred @ weights) / (1 - leverage)
    threshold = max(0.0, float(np.quantile(left_out[~guilty], 1 - FALSE_ALARMS)))
    return weights.astype(np.float32), centre, threshold


def load_encoder(model: str | Path | None = None) -> Encoder:
    """The SentenceTransformer of that name or folder, or the packaged model; on the processor, in one thread.

    Raises ModelUnavailable.
    """
    if model is None:
        return PackagedE5()
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    torch.set_num_threads(1)
    disable_progress_bar()  # type: ignore[no-untyped-call]  # a scan shows its own
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        return cast(Encoder, SentenceTransformer(str(model), device="cpu"))
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"no sentence-transformers model '{model}': name one that the hub has or a local folder "
            f"({type(error).__name__})"
        ) from error


class Cues:
    """Finds the sentences that may compare with a brand by words of `phrases.tsv`; as cheap as a list."""

    def __init__(self, words: Sequence[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for word in words:
            key = coarse(word.removesuffix("*")).text
            self._automaton.add_word(key, (len(key), word.endswith("*")))
        self._automaton.make_automaton()

    @classmethod
    def default(cls) -> "Cues":
        """Those that come with the detector."""
        return cls(sorted(phrases("cue")))

    def sentences(self, text: str) -> Iterator[Span]:
        """The spans of the sentences that hold a cue, each once."""
        folded = coarse(text)
        at = []
        for last, (length, stem) in self._automaton.iter(folded.text):
            start, end = folded.span(last - length + 1, last + 1)
            if whole_word(text, start, word_end(text, end) if stem else end):
                at.append(start)
        if not at:
            return
        at.sort()
        for sentence in _SENTENCE.finditer(text):
            start, end = sentence.span()
            cue = bisect_left(at, start)
            if _SHORTEST <= end - start <= _LONGEST and cue < len(at) and at[cue] < end:
                yield start, end
