"""The web app: the ground that the brand owners' pages and the reviewers' stand on."""

from collections.abc import Sequence
from importlib.metadata import version

from fastapi import FastAPI

from brand_registry.web import problems
from brand_registry.web.api import brands as brands_api
from brand_registry.web.api import identity
from brand_registry.web.api import parts as parts_api
from brand_registry.web.api import pictures as pictures_api
from brand_registry.web.api import trials as trials_api
from brand_registry.web.gate import Gate
from brand_registry.web.keeping import KeptFiles
from brand_registry.web.pages import (
    account,
    brand_attacks,
    brand_names,
    brand_parts,
    brand_past,
    brand_pictures,
    brand_rules,
    brand_trying,
    brands,
    home,
    owners,
    people,
    signing_in,
)
from brand_registry.web.rate_limits import RateLimits
from brand_registry.web.rendering import HERE, Part, static_folders, templates_of
from storage.blobs import Blobs
from storage.database import Database

MOST_BYTES = 2**20
"""Of a request, where a route doesn't take more."""


def create_app(
    database: Database,
    blobs: Blobs,
    parts: Sequence[Part] = (),
    public_url: str | None = None,
    rates: RateLimits | None = None,
) -> FastAPI:
    """The app over a database. `parts` are what other rooms add; `public_url` is the address that browsers
    see, where it is another than that of this process; without `rates` one may ask as often as one likes.
    """
    app = FastAPI(
        title="Listing infringement detector",
        version=version("listing-infringement-detector"),
        description="Brands, what is theirs, and what is found for them. Every error is a `Problem`.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses={
            "4XX": {
                "description": "What is wrong, in one sentence",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        },
    )
    # Of each route, where it names no other; given to the app it would be held before the gate.
    app.router.max_body_size = MOST_BYTES
    app.state.database, app.state.blobs, app.state.public_url = database, blobs, public_url
    every = [
        home.PART, signing_in.PART, brands.PART, brand_names.PART, brand_rules.PART, brand_pictures.PART,
        brand_trying.PART, brand_attacks.PART, brand_past.PART, account.PART, owners.PART, people.PART,
        identity.PART,
        *parts, brand_parts.PART, brands_api.PART, parts_api.PART, pictures_api.PART, trials_api.PART,
    ]  # fmt: skip
    app.state.templates = templates_of(every)
    app.state.links = [link for part in every for link in part.links]
    app.state.notices = [notice for part in every for notice in part.notices]
    for part in every:
        app.include_router(part.router)
    files = KeptFiles(directory=HERE / "static")
    files.all_directories = list(static_folders(every))
    app.mount("/static", files, name="static")
    problems.install(app)
    app.add_middleware(Gate, database=database, public_url=public_url, rates=rates)
    return app
