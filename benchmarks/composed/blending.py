"""Marks laid onto photos so that they take on the photo's light, as if they were printed there."""

from random import Random

import cv2
import numpy as np

from benchmarks.edits import scaled
from detector.image.decoding import Pixels


def sized(photo: Pixels, side: int) -> Pixels:
    """Its longer side as many pixels."""
    scale = side / max(photo.shape[:2])
    return scaled(photo, round(photo.shape[1] * scale), round(photo.shape[0] * scale))


def _near_the_middle(room: int, dice: Random) -> int:
    """Where goods are, not the paper around them."""
    return round(room * dice.uniform(0.3, 0.7))


def cloned(photo: Pixels, mark: Pixels, dice: Random) -> Pixels:
    """A rectangle of another photo that holds a mark, cloned in by its gradients (Pérez et al., 2003)."""
    height, width = photo.shape[:2]
    share = dice.uniform(0.25, 0.45)
    scale = min(share * width / mark.shape[1], share * height / mark.shape[0])
    small = scaled(mark, round(mark.shape[1] * scale), round(mark.shape[0] * scale))
    tall, wide = small.shape[:2]
    x, y = _near_the_middle(width - wide, dice), _near_the_middle(height - tall, dice)
    mask = np.full((tall, wide), 255, np.uint8)
    middle = (x + wide // 2, y + tall // 2)
    return np.asarray(cv2.seamlessClone(small, photo, mask, middle, cv2.NORMAL_CLONE), np.uint8)


def printed(photo: Pixels, mark: Pixels, dice: Random) -> Pixels:
    """A mark of dark ink on white, in one colour: aslant a little, with the shades of what it lies on."""
    height, width = photo.shape[:2]
    ink = 1 - cv2.cvtColor(mark, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    side = dice.uniform(0.2, 0.4) * min(height, width)
    scale = side / max(ink.shape)
    tall, wide = max(8, round(ink.shape[0] * scale)), max(8, round(ink.shape[1] * scale))
    x, y = _near_the_middle(width - wide, dice), _near_the_middle(height - tall, dice)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    lean = np.array([[dice.uniform(-0.06, 0.06) for _ in range(2)] for _ in range(4)], np.float32)
    source = corners * np.array(ink.shape[::-1], np.float32)
    target = (corners + lean) * np.array((wide, tall), np.float32) + np.array((x, y), np.float32)
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    cover = np.asarray(cv2.warpPerspective(ink, matrix, (width, height), flags=cv2.INTER_AREA))[:, :, None]
    behind = photo.astype(np.float32)
    grey = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 3)
    under = grey[y : y + tall, x : x + wide]
    shade = (grey / max(float(under.mean()), 1.0))[:, :, None].clip(0.5, 1.5)
    light = float(under.mean()) < 128
    colour = np.array(
        [dice.randint(180, 255) if light else dice.randint(0, 80) for _ in range(3)], np.float32
    )
    laid = behind * (1 - 0.95 * cover) + 0.95 * cover * colour * shade
    return np.ascontiguousarray(laid.clip(0, 255).round().astype(np.uint8))
