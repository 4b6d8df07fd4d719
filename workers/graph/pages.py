"""The pages of a source, for who waits in a thread: sources themselves are asynchronous."""

import asyncio
from collections.abc import AsyncIterator, Generator
from pathlib import Path

from storage.settings import settings
from workers.sources.configured import named_source
from workers.sources.files import FilesSettings
from workers.sources.opening import opened
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import SourceSettings


def source_settings(source: str) -> SourceSettings:
    """Of a source that is named in the file of sources, or of a catalogue or folder by its path. Raises
    `BadSources`.
    """
    if "/" in source:
        return FilesSettings(name="files", kind="files", path=Path(source))
    return named_source(settings().sources, source)


def pages_of(source: str, since: Cursor | None) -> Generator[Page]:
    """Its pages after a cursor. Raises what the source raises."""
    found = source_settings(source)

    async def pages() -> AsyncIterator[Page]:
        async with opened(found) as pull:
            async for page in pull.pages(since):
                yield page

    with asyncio.Runner() as runner:
        following = pages()
        try:
            while True:
                page = runner.run(_next(following))
                if page is None:
                    return
                yield page
        finally:
            runner.run(following.aclose())  # type: ignore[attr-defined]


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    return await anext(pages, None)
