import os

import pytest

from detector.errors import PictureRefused
from detector.image.folder import LARGEST_FILE, PictureFolder


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "a.jpg").write_bytes(b"picture")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (folder / "inside.jpg").symlink_to("images/a.jpg")
    (folder / "outside.jpg").symlink_to("../secret.jpg")
    (folder / "up").symlink_to("..")
    (folder / "circle.jpg").symlink_to("circle.jpg")
    os.mkfifo(folder / "pipe.jpg")
    return folder


@pytest.mark.parametrize("reference", ["images/a.jpg", "./images/a.jpg", "images\\a.jpg", "inside.jpg"])
def test_a_picture_in_the_folder_is_read(shop, reference) -> None:
    assert PictureFolder(shop).read(reference) == b"picture"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("https://shop.test/a.jpg", "on the web"),
        ("HTTP://shop.test/a.jpg", "on the web"),
        ("../secret.jpg", "leads out of the catalogue's folder"),
        ("images/../../secret.jpg", "leads out of the catalogue's folder"),
        ("..\\secret.jpg", "leads out of the catalogue's folder"),
        ("/etc/passwd", "leads out of the catalogue's folder"),
        ("outside.jpg", "links out of the catalogue's folder"),
        ("up/secret.jpg", "links out of the catalogue's folder"),
        ("file:///etc/passwd", "is no path of a file"),
        ("C:\\secret.jpg", "is no path of a file"),
        ("data:image/png;base64,AAAA", "is no path of a file"),
        ("", "is no path of a file"),
        ("a\0b", "is no path of a file"),
        ("gone.jpg", "the file is not there"),
        ("images/a.jpg/b.jpg", "cannot be opened"),
        ("circle.jpg", "cannot be opened"),
        ("images", "cannot be opened"),
        ("pipe.jpg", "is no file"),
        ("x" * 5000, "cannot be opened"),
    ],
)
def test_anything_else_is_refused_and_named(shop, reference, said) -> None:
    with pytest.raises(PictureRefused, match=said) as refused:
        PictureFolder(shop).read(reference)
    assert len(str(refused.value)) < 400


def test_a_file_too_large_is_refused_before_it_is_read(shop) -> None:
    with (shop / "large.jpg").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(PictureRefused, match="more than 64 MB"):
        PictureFolder(shop).read("large.jpg")
