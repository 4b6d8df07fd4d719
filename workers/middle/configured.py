"""The model in the middle that the settings name. What asks it is imported where one is set."""

from typing import TYPE_CHECKING

from detector.middle.question import PROMPT
from storage.errors import BadSetting
from storage.settings import settings

if TYPE_CHECKING:
    from workers.middle.asking import Adviser, Middle


def middle() -> "Middle | None":
    """None where none is set. Raises `BadSetting`."""
    chosen = settings()
    if chosen.middle_url is None:
        return None
    if not chosen.middle_model:
        raise BadSetting(
            "the setting DETECTOR_MIDDLE_MODEL: is missing; say what the endpoint calls its model"
        )
    from detector.middle.band import Band
    from workers.middle.asking import Middle
    from workers.middle.keeping import Budget
    from workers.middle.model import Model

    return Middle(
        Model(chosen.middle_url, chosen.middle_model, chosen.middle_key, chosen.middle_seconds),
        Band(chosen.middle_from, chosen.middle_to, chosen.middle_weight),
        Budget(chosen.middle_calls, chosen.middle_tokens),
        chosen.middle_pictures,
        chosen.middle_seconds,
        chosen.middle_at_once,
        chosen.home / "middle",
    )


def adviser() -> "Adviser | None":
    """For a scan or a check; what was answered is kept in the database that the settings name."""
    found = middle()
    if found is None:
        return None
    from storage.database import Database, database_url
    from workers.middle.asking import Adviser

    Database(database_url()).close()  # what is wrong with it is told once, before processes are forked
    return Adviser(found, lambda: Database(database_url()))


def version() -> str:
    """What of it decides a result, '' where none is set."""
    chosen = settings()
    if chosen.middle_url is None:
        return ""
    bounds = f"{chosen.middle_from} {chosen.middle_to} {chosen.middle_weight}"
    return f"{PROMPT} {chosen.middle_model} {chosen.middle_pictures} {bounds}"
