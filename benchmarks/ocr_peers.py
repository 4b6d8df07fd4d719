"""PaddleOCR as it comes, to measure the project's own plan of passes beside: same models, same pictures."""

import logging
import os
from collections.abc import Callable
from typing import Any

from detector.image.decoding import Pixels
from detector.image.models import model_folder
from detector.text.index import MarkIndex
from detector.text.mention import Likeness

Names = Callable[[Pixels], set[str]]
"""From RGB pixels to the ids of the brands whose names were read."""

PEERS = ("small", "tiny")


def paddle_ocr(model: str) -> Callable[[Pixels], list[str]]:
    """PaddleOCR's pipeline with a PP-OCRv6 model on one thread: RGB pixels to lines of text."""
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from paddleocr import PaddleOCR

    logging.getLogger("paddlex").setLevel(logging.WARNING)
    pipeline: Any = PaddleOCR(
        text_detection_model_name=f"PP-OCRv6_{model}_det",
        text_detection_model_dir=str(model_folder(model, "det")),
        text_recognition_model_name=f"PP-OCRv6_{model}_rec",
        text_recognition_model_dir=str(model_folder(model, "rec")),
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
        text_recognition_batch_size=1,
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
    )

    def lines(pixels: Pixels) -> list[str]:
        return list(pipeline.predict(pixels[:, :, ::-1].copy())[0]["rec_texts"])

    return lines


def peers(index: MarkIndex) -> dict[str, Names]:
    """PaddleOCR with each of the models, and exact names."""

    def names(lines: Callable[[Pixels], list[str]]) -> Names:
        return lambda pixels: {
            mention.brand
            for line in lines(pixels)
            for mention in index.find(line)
            if mention.likeness is Likeness.EXACT
        }

    return {f"PaddleOCR {model}": names(paddle_ocr(model)) for model in PEERS}
