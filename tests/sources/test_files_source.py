"""Catalogues on disk, read again only where they have changed."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from detector.errors import DetectorError, UnreadableInput
from workers.sources.errors import BadSource
from workers.sources.files import ROWS, FilesSettings
from workers.sources.opening import opened
from workers.sources.protocol import Cursor, Page


def _pull(path: Path, since: Cursor | None = None, pages: int | None = None) -> list[Page]:
    async def pull() -> list[Page]:
        settings = FilesSettings(name="files", kind="files", path=path)
        had: list[Page] = []
        async with opened(settings) as pulling:
            async for page in pulling.pages(since):
                had.append(page)
                if pages is not None and len(had) == pages:
                    break
        return had

    return asyncio.run(pull())


def _ids(pages: list[Page]) -> list[str]:
    return [json.loads(row.data)["id"] for page in pages for row in page.rows if row.data]


def _write(path: Path, ids: list[str]) -> None:
    path.write_text("".join(json.dumps({"id": i, "title": "Blue shirt"}) + "\n" for i in ids))


def test_a_folder_is_read_in_order_with_the_folder_its_pictures_lie_in(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    _write(tmp_path / "b.jsonl", ["3"])
    (tmp_path / "a.csv").write_text("id,title\n1,Blue shirt\n2,Red shirt\n")
    _write(tmp_path / "inner" / "c.jsonl", ["4"])
    (tmp_path / "notes.txt").write_text("no catalogue")
    pages = _pull(tmp_path)
    assert _ids(pages) == ["1", "2", "3", "4"]
    assert [page.folder for page in pages] == [tmp_path, tmp_path, tmp_path / "inner"]


def test_only_what_has_changed_is_read_again(tmp_path: Path) -> None:
    _write(tmp_path / "a.jsonl", ["1"])
    _write(tmp_path / "b.jsonl", ["2"])
    cursor = json.loads(json.dumps(_pull(tmp_path)[-1].cursor))
    assert _pull(tmp_path, cursor) == []
    _write(tmp_path / "b.jsonl", ["2", "3"])
    _write(tmp_path / "c.jsonl", ["4"])
    assert _ids(_pull(tmp_path, cursor)) == ["2", "3", "4"]
    os.utime(tmp_path / "a.jsonl", (1, 1))
    assert _ids(_pull(tmp_path, cursor))[0] == "1"


def test_a_cursor_goes_on_in_the_middle_of_a_file(tmp_path: Path) -> None:
    ids = [str(n) for n in range(2 * ROWS + 10)]
    _write(tmp_path / "a.jsonl", ids)
    first = _pull(tmp_path, pages=1)
    assert _ids(first) == ids[:ROWS]
    assert _ids(_pull(tmp_path, first[-1].cursor)) == ids[ROWS:]


def test_one_bad_file_is_a_reject_and_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes("\ufeff{}".encode("utf-16"))
    _write(tmp_path / "b.jsonl", ["1"])
    pages = _pull(tmp_path)
    assert _ids(pages) == ["1"]
    assert "UTF-16" in str(pages[0].rows[0].problem)


@pytest.mark.parametrize(
    ("content", "error"), [(None, BadSource), (b"", UnreadableInput), (b"\x00\x01\x02", UnreadableInput)]
)
def test_a_file_that_is_named_must_be_a_catalogue(
    content: bytes | None, error: type[DetectorError], tmp_path: Path
) -> None:
    path = tmp_path / "catalogue"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match="catalogue"):
        _pull(path)
