"""A kind of source as somebody else would write one."""

from collections.abc import AsyncIterator
from typing import ClassVar

from workers.catalogue import Row
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import SourceSettings
from workers.sources.web import Web


class Another:
    """Gives one listing."""

    Settings: ClassVar[type[SourceSettings]] = SourceSettings

    def __init__(self, settings: SourceSettings, _web: Web) -> None:
        self.name = settings.name

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        yield Page((Row(1, b"{}", b'{"id": "1", "title": "Mug"}'),), {"done": True})
