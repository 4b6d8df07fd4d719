"""A statement of reasons in the fields of the Commission's Transparency Database, with its rules.

The fields, their lengths and which of them are required when are those that the database publishes for its
API (transparency.dsa.ec.europa.eu, "API documentation", version 2), as far as they concern goods that
infringe intellectual property:

| field | required |
| --- | --- |
| `decision_visibility`, `decision_monetary`, `decision_provision`, `decision_account` | one of the four |
| `…_other` | where the field before it says other; refused otherwise |
| `illegal_content_legal_ground`, `illegal_content_explanation` | where the ground is illegal content |
| `incompatible_content_ground`, `incompatible_content_explanation` | where it is the platform's terms |
| `content_type_other` | where a content type is other |
| `source_identity` | never; refused where nobody gave notice |
| `end_date_…_restriction` | never; not before `application_date`, and only beside a restriction of its kind |
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from brand_registry.gtin import gtin14
from detector.errors import DetectorError
from detector.problems import said

COUNTRIES = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
        "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
"""Of the European Economic Area, in which a restriction may hold."""
LONGEST_FACTS, LONGEST_EXPLANATION, LONGEST_GROUND = 5_000, 2_000, 500


class BadStatement(DetectorError):
    """A statement that the Transparency Database would refuse; the message names the fields."""


class Visibility(StrEnum):
    REMOVED = "DECISION_VISIBILITY_CONTENT_REMOVED"
    DISABLED = "DECISION_VISIBILITY_CONTENT_DISABLED"
    DEMOTED = "DECISION_VISIBILITY_CONTENT_DEMOTED"
    AGE_RESTRICTED = "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"
    INTERACTION_RESTRICTED = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"
    LABELLED = "DECISION_VISIBILITY_CONTENT_LABELLED"
    OTHER = "DECISION_VISIBILITY_OTHER"


class Monetary(StrEnum):
    SUSPENSION = "DECISION_MONETARY_SUSPENSION"
    TERMINATION = "DECISION_MONETARY_TERMINATION"
    OTHER = "DECISION_MONETARY_OTHER"


class Provision(StrEnum):
    PARTIAL_SUSPENSION = "DECISION_PROVISION_PARTIAL_SUSPENSION"
    TOTAL_SUSPENSION = "DECISION_PROVISION_TOTAL_SUSPENSION"
    PARTIAL_TERMINATION = "DECISION_PROVISION_PARTIAL_TERMINATION"
    TOTAL_TERMINATION = "DECISION_PROVISION_TOTAL_TERMINATION"


class Account(StrEnum):
    SUSPENDED = "DECISION_ACCOUNT_SUSPENDED"
    TERMINATED = "DECISION_ACCOUNT_TERMINATED"


class Ground(StrEnum):
    ILLEGAL = "DECISION_GROUND_ILLEGAL_CONTENT"
    INCOMPATIBLE = "DECISION_GROUND_INCOMPATIBLE_CONTENT"


class Content(StrEnum):
    APP = "CONTENT_TYPE_APP"
    AUDIO = "CONTENT_TYPE_AUDIO"
    IMAGE = "CONTENT_TYPE_IMAGE"
    PRODUCT = "CONTENT_TYPE_PRODUCT"
    SYNTHETIC_MEDIA = "CONTENT_TYPE_SYNTHETIC_MEDIA"
    TEXT = "CONTENT_TYPE_TEXT"
    VIDEO = "CONTENT_TYPE_VIDEO"
    OTHER = "CONTENT_TYPE_OTHER"


class Category(StrEnum):
    """Of the database's categories the one that this program decides on."""

    INTELLECTUAL_PROPERTY = "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"


class Keyword(StrEnum):
    """Of that category."""

    COPYRIGHT = "KEYWORD_COPYRIGHT_INFRINGEMENT"
    DESIGN = "KEYWORD_DESIGN_INFRINGEMENT"
    GEOGRAPHIC = "KEYWORD_GEOGRAPHIC_INDICATIONS_INFRINGEMENT"
    PATENT = "KEYWORD_PATENT_INFRINGEMENT"
    TRADE_SECRET = "KEYWORD_TRADE_SECRET_INFRINGEMENT"  # noqa: S105 - a keyword
    TRADEMARK = "KEYWORD_TRADEMARK_INFRINGEMENT"
    OTHER = "KEYWORD_OTHER"


class Source(StrEnum):
    """Why the platform looked."""

    NOTICE = "SOURCE_ARTICLE_16"
    TRUSTED_FLAGGER = "SOURCE_TRUSTED_FLAGGER"
    OTHER_NOTIFICATION = "SOURCE_TYPE_OTHER_NOTIFICATION"
    VOLUNTARY = "SOURCE_VOLUNTARY"


class Automation(StrEnum):
    FULLY = "AUTOMATED_DECISION_FULLY"
    PARTIALLY = "AUTOMATED_DECISION_PARTIALLY"
    NOT = "AUTOMATED_DECISION_NOT_AUTOMATED"


def _after(year: int) -> Any:
    def check(value: date) -> date:
        if value <= date(year, 1, 1):
            raise ValueError(f"must be after 1 January {year}")
        return value

    return AfterValidator(check)


def _ean(value: str) -> str:
    if len(value) != 13:
        raise ValueError("must be 13 digits")
    gtin14(value)
    return value


def _text(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Short = Annotated[str, _text(LONGEST_GROUND)]
Explanation = Annotated[str, _text(LONGEST_EXPLANATION)]
YesNo = Literal["Yes", "No"]


class ContentId(BaseModel):
    """What the goods are called by everybody."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    ean: Annotated[str, AfterValidator(_ean)] = Field(alias="EAN-13")


class Statement(BaseModel):
    """A statement as it is sent. Raises pydantic's error where the database would refuse it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision_visibility: tuple[Visibility, ...] = ()
    decision_visibility_other: Short | None = None
    decision_monetary: Monetary | None = None
    decision_monetary_other: Short | None = None
    decision_provision: Provision | None = None
    decision_account: Account | None = None
    account_type: Literal["ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE"] | None = None
    decision_ground: Ground
    decision_ground_reference_url: Short | None = None
    illegal_content_legal_ground: Short | None = None
    illegal_content_explanation: Explanation | None = None
    incompatible_content_ground: Short | None = None
    incompatible_content_explanation: Explanation | None = None
    incompatible_content_illegal: YesNo | None = None
    category: Category
    category_addition: tuple[Category, ...] = ()
    category_specification: tuple[Keyword, ...] = ()
    category_specification_other: Short | None = None
    content_type: Annotated[tuple[Content, ...], Field(min_length=1)]
    content_type_other: Short | None = None
    content_language: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = None
    content_date: Annotated[date, _after(2000)]
    content_id: ContentId | None = None
    territorial_scope: tuple[str, ...] = ()
    application_date: Annotated[date, _after(2020)]
    end_date_visibility_restriction: date | None = None
    end_date_monetary_restriction: date | None = None
    end_date_service_restriction: date | None = None
    end_date_account_restriction: date | None = None
    decision_facts: Annotated[str, _text(LONGEST_FACTS)]
    source_type: Source
    source_identity: Short | None = None
    automated_detection: YesNo
    automated_decision: Automation
    puid: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{1,500}$")]

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        wrong = [*self._grounds(), *self._others(), *self._restrictions(), *self._sources()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def to_json(self) -> dict[str, Any]:
        """As the API takes it: what is not said is left out."""
        said = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {name: value for name, value in said.items() if value != []}

    def _grounds(self) -> list[str]:
        illegal = ("illegal_content_legal_ground", "illegal_content_explanation")
        terms = ("incompatible_content_ground", "incompatible_content_explanation")
        if self.decision_ground is Ground.ILLEGAL:
            return self._missing(illegal) + self._extra((*terms, "incompatible_content_illegal"))
        return self._missing(terms) + self._extra(illegal)

    def _others(self) -> list[str]:
        given = (
            ("decision_visibility_other", Visibility.OTHER in self.decision_visibility),
            ("decision_monetary_other", self.decision_monetary is Monetary.OTHER),
            ("content_type_other", Content.OTHER in self.content_type),
            ("category_specification_other", Keyword.OTHER in self.category_specification),
        )
        return [
            clause
            for name, wanted in given
            for clause in (self._missing((name,)) if wanted else self._extra((name,)))
        ]

    def _restrictions(self) -> list[str]:
        kinds: tuple[tuple[str, object], ...] = (
            ("visibility", self.decision_visibility), ("monetary", self.decision_monetary),
            ("service", self.decision_provision), ("account", self.decision_account),
        )  # fmt: skip
        wrong = [] if any(kind for _, kind in kinds) else ["no restriction is named; give one"]
        for name, kind in kinds:
            end: date | None = getattr(self, f"end_date_{name}_restriction")
            if end is not None and not kind:
                wrong.append(f"end_date_{name}_restriction goes without a restriction of its kind")
            if end is not None and end < self.application_date:
                wrong.append(f"end_date_{name}_restriction lies before application_date")
        if self.content_date > self.application_date:
            wrong.append("content_date lies behind application_date")
        unknown = sorted(set(self.territorial_scope) - COUNTRIES)
        return wrong + ([f"territorial_scope has {', '.join(unknown)}"[:200]] if unknown else [])

    def _sources(self) -> list[str]:
        return self._extra(("source_identity",)) if self.source_type is Source.VOLUNTARY else []

    def _missing(self, names: tuple[str, ...]) -> list[str]:
        return [f"{name} is required here" for name in names if getattr(self, name) is None]

    def _extra(self, names: tuple[str, ...]) -> list[str]:
        return [f"{name} has no place here" for name in names if getattr(self, name) is not None]


def checked(fields: dict[str, Any]) -> Statement:
    """Raises `BadStatement`."""
    try:
        return Statement.model_validate(fields)
    except ValidationError as error:
        raise BadStatement(f"the Transparency Database would refuse this statement: {said(error)}") from None
