"""Puts the marketplace together and serves it."""

import argparse
import socket
import threading
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from workers.demo.shop.answers import answer
from workers.demo.shop.goods import Goods, goods_of
from workers.demo.shop.mischief import Mischief
from workers.demo.shop.pages import Documents
from workers.demo.shop.rest import Rest
from workers.demo.shop.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One that is being served. What is sold or edited on its shelf is seen by the next request."""

    url: str
    port: int
    shelf: Shelf
    asked: list[tuple[str, Mapping[str, str]]]
    """The path and the headers of every request."""
    done: Counter[str] = field(repr=False)

    def forget(self) -> None:
        """As if nobody had asked for anything, and nothing had been sold or edited."""
        for remembered in (self.shelf.sold, self.shelf.edits, self.asked, self.done):
            remembered.clear()


def marketplace(
    shelf: Shelf,
    images: Path | None = None,
    asked: list[tuple[str, Mapping[str, str]]] | None = None,
    done: Counter[str] | None = None,
) -> Any:
    """The application. `images` is a folder with the pictures; without it each is a small square."""
    rest, documents = Rest(shelf), Documents(shelf)
    routes = [
        Route("/products.json", rest.shopify),
        Route("/meta.json", rest.shopify_meta),
        Route("/wp-json/wc/store/v1/products", rest.woocommerce),
        Route("/identity/v1/oauth2/token", rest.ebay_token, methods=["POST"]),
        Route("/buy/browse/v1/item_summary/search", rest.ebay),
        Route("/api/listings", rest.api),
        Route("/api/pages", rest.api_pages),
        Route("/feed.xml", documents.feed_xml),
        Route("/feed.tsv", documents.feed_tsv),
        Route("/robots.txt", documents.robots),
        Route("/sitemap.xml", documents.sitemap),
        Route("/sitemap-{part:int}.xml", documents.part_of_sitemap),
        Route("/item/{number:int}", documents.item),
        Route("/secret/{number:int}", documents.secret),
        Mount("/images", StaticFiles(directory=images)) if images else Route("/images/{name}", _square),
    ]
    app = Mischief(Starlette(routes=routes), shelf, Counter() if done is None else done)

    async def noted(scope: Any, receive: Any, send: Any) -> None:
        if asked is not None and scope["type"] == "http":
            asked.append(
                (scope["path"], {name.decode(): value.decode("latin-1") for name, value in scope["headers"]})
            )
        await app(scope, receive, send)

    return noted


@contextmanager
def served(
    goods: Sequence[Mapping[str, Any]], images: Path | None = None, port: int = 0
) -> Iterator[Marketplace]:
    """Serves from a thread of this process, on this machine alone."""
    shelf, asked, done = Shelf(goods), list[tuple[str, Mapping[str, str]]](), Counter[str]()
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        marketplace(shelf, images, asked, done),
        log_level="critical",
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        bound = listening.getsockname()[1]
        yield Marketplace(f"http://127.0.0.1:{bound}", bound, shelf, asked, done)
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


async def _square(request: Request) -> Response:
    """A PNG of one colour, which the name decides."""
    shade = zlib.crc32(request.path_params["name"].encode()).to_bytes(4, "big")[:3]
    rows = b"".join(b"\0" + shade * 64 for _ in range(64))
    header = (64).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunks = (b"IHDR" + header, b"IDAT" + zlib.compress(rows), b"IEND")
    body = b"\x89PNG\r\n\x1a\n" + b"".join(
        (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big") for chunk in chunks
    )
    return answer(request, body, media_type="image/png")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workers.demo.shop", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument(
        "--size", type=int, default=1000, help="how many goods are invented (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--catalogue", type=Path, help="sells the listings of a JSON Lines catalogue instead")
    options = parser.parse_args()
    goods: Sequence[Mapping[str, Any]] = Goods(options.size, options.seed)
    images = None
    if options.catalogue:
        goods, images = goods_of(options.catalogue), options.catalogue.parent / "images"
    listening = socket.create_server(("127.0.0.1", options.port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        marketplace(Shelf(goods), images), log_level="warning", lifespan="off", access_log=False
    )
    uvicorn.Server(config).run([listening])
