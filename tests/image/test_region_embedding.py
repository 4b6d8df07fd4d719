from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.image.embedding import MarkEmbedder, ModelUnusable, embedder, view


def _gradient(width: int, height: int) -> np.ndarray:
    """Red grows to the right, green downwards, a level a pixel."""
    rows, columns = np.mgrid[:height, :width]
    return np.dstack([columns, rows, np.zeros_like(rows)]).astype(np.uint8)


@pytest.mark.parametrize(
    ("box", "middle"),
    [
        ((0, 0, 200, 100), (99.5, 49.5)),
        ((100, 20, 140, 60), (119.5, 39.5)),
        ((10, 10, 190, 30), (99.5, 19.5)),
        ((0.5, 0.5, 2.5, 2.5), (1, 1)),
    ],
)
def test_a_view_shows_its_box(box: tuple[float, ...], middle: tuple[float, float]) -> None:
    seen = view(_gradient(200, 100), np.array(box, np.float32), 16)
    assert seen.shape == (16, 16, 3)
    assert seen[..., 0].mean() == pytest.approx(middle[0], abs=1)
    assert seen[..., 1].mean() == pytest.approx(middle[1], abs=1)


@pytest.mark.parametrize("box", [(-50, -50, 20, 20), (190, 90, 400, 300), (0, 0, 0, 0), (-9, 30, 999, 31)])
def test_a_box_may_reach_over_the_edge(box: tuple[float, ...]) -> None:
    assert view(_gradient(200, 100), np.array(box, np.float32), 64).shape == (64, 64, 3)


def test_fine_stripes_are_averaged_not_sampled() -> None:
    stripes = np.zeros((1000, 1000, 3), np.uint8)
    stripes[:, ::2] = 255
    seen = view(stripes, np.array([0, 0, 1000, 1000], np.float32), 32)
    assert np.ptp(seen) < 30


@pytest.mark.slow
def test_a_mark_lies_nearer_itself_than_another() -> None:
    def on(ground: tuple[int, int, int], shape: str) -> np.ndarray:
        picture = np.full((300, 300, 3), ground, np.uint8)
        if shape == "rings":
            for radius in (90, 60, 30):
                cv2.circle(picture, (150, 150), radius, (250, 250, 250), 10)
        else:
            cv2.putText(picture, "Quorix", (60, 165), cv2.FONT_HERSHEY_TRIPLEX, 1.6, (250, 250, 250), 4)
        return picture

    look = MarkEmbedder()
    box = np.array([[50, 50, 250, 250]], np.float32)
    pictures = [on(ground, shape) for shape in ("rings", "word") for ground in ((20, 20, 90), (10, 110, 10))]
    vectors = np.concatenate([look.embed(picture, box).embeddings for picture in pictures]).astype(np.float32)
    similar = vectors @ vectors.T
    np.testing.assert_allclose(np.diag(similar), 1, atol=0.01)
    assert min(similar[0, 1], similar[2, 3]) > similar[:2, 2:].max() + 0.2


@pytest.mark.slow
def test_any_model_of_pictures_can_be_named(tmp_path: Path) -> None:
    from transformers import Dinov2Config, Dinov2Model, ViTImageProcessor

    config = Dinov2Config(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=28, patch_size=14
    )
    Dinov2Model(config).save_pretrained(tmp_path)
    ViTImageProcessor(size={"height": 28, "width": 28}).save_pretrained(tmp_path)
    boxes = np.array([[0, 0, 200, 100], [150, 50, 250, 120]], np.float32)
    regions = embedder(tmp_path).embed(_gradient(200, 100), boxes)
    assert regions.embeddings.shape == (2, 16)
    np.testing.assert_allclose(np.linalg.norm(regions.embeddings.astype(np.float32), axis=1), 1, atol=0.01)


@pytest.mark.slow
def test_a_model_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="no model of pictures"):
        embedder(tmp_path).embed(_gradient(20, 20), np.array([[0, 0, 20, 20]], np.float32))
