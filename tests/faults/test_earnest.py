"""The reader that ships, in the workers."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.faults.conftest import open_house

pytestmark = pytest.mark.slow


def test_a_name_that_is_drawn_in_a_picture(tmp_path) -> None:
    house = open_house(
        tmp_path, f"sqlite:///{tmp_path / 'd.sqlite'}", DETECTOR_LEASE="60", DETECTOR_PATIENCE="60"
    )
    try:
        house.start("workers.cli", "worker", "--processes", "1")
        house.start("workers.cli", "beat")
        file = house.catalogue([{"id": f"L{n}", "title": "Shoes", "images": ["drawn.png"]} for n in range(3)])
        image = Image.new("RGB", (500, 300), "white")
        ImageDraw.Draw(image).text((60, 110), "ACMERA", "black", font=ImageFont.load_default(70))
        image.save(file.parent / "drawn.png")
        run = house.pull(file)
        house.wait(run)
        account = house.account(run, "the reader that ships")
        account.once(3, flagged=3)
        assert account.pictures == {"done": 1}
    finally:
        house.end()
