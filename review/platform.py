"""What the platform says of itself: what it does with listings that were confirmed, and on which ground.

This program takes nothing down, so that it can't know; a statement of reasons has to say it all the same.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from detector.problems import said
from review.decisions.rules import Policy
from review.statements.schema import COUNTRIES, Account, Provision, Visibility
from storage.errors import BadSetting
from storage.settings import settings
from storage.wording import not_yaml

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Restriction(BaseModel):
    """What happens to a listing, or to whoever offers it. `terms` says that the ground is the platform's own
    rule, with its place in them; without it the ground is the law.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    visibility: tuple[Visibility, ...] = ()
    provision: Provision | None = None
    account: Account | None = None
    terms: Line | None = None

    @field_validator("visibility")
    @classmethod
    def _known(cls, value: tuple[Visibility, ...]) -> tuple[Visibility, ...]:
        if Visibility.OTHER in value:
            raise ValueError("name what is done: 'other' would have to be explained in each statement")
        return value


class Platform(BaseModel):
    """The file of `DETECTOR_PLATFORM`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line
    contact: Line
    """Where a seller reaches people: an address of a page, of e-mail, or by post."""
    terms_url: Line | None = None
    territorial_scope: tuple[str, ...] = ()
    restrictions: Mapping[Policy, Restriction] = Field(min_length=1)

    @field_validator("territorial_scope")
    @classmethod
    def _countries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(value) - COUNTRIES:
            raise ValueError(f"{', '.join(sorted(unknown))[:100]}: name countries of the EEA by two letters")
        return value


def configured_platform() -> Platform | None:
    """None where no file is set. Raises `BadSetting` where it can't be read."""
    file = settings().platform
    return None if file is None else read_platform(file)


def read_platform(file: Path) -> Platform:
    """Raises `BadSetting`."""
    try:
        return Platform.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except OSError as error:
        raise BadSetting(
            f"the setting DETECTOR_PLATFORM: {file} cannot be read ({error.strerror}); name one that is there"
        ) from None
    except ValidationError as error:
        raise BadSetting(
            f"the setting DETECTOR_PLATFORM: {file}: {said(error)}; docs/going-out.md shows one"
        ) from None
    except (yaml.YAMLError, ValueError, IndexError, RecursionError) as error:
        raise BadSetting(f"the setting DETECTOR_PLATFORM: {file}: {not_yaml(error)}") from None
