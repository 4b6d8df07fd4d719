"""Static files, which browsers keep."""

from typing import Any

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

FOR_GOOD, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"


class KeptFiles(StaticFiles):
    """An address with a version after the `?`, as pages give it, holds the same for good; without one a
    browser asks each time whether its own is still the newest.
    """

    def file_response(
        self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = FOR_GOOD if scope["query_string"] else ASK_AGAIN
        return response
