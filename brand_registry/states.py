"""How far brands and their pictures have come."""

from enum import StrEnum


class BrandState(StrEnum):
    """How far a brand has come: only what is in shadow or live is judged with, and shadow shows nothing."""

    DRAFT = "draft"
    SHADOW = "shadow"
    LIVE = "live"
    RETIRED = "retired"


class AssetState(StrEnum):
    """How far a reference picture has come. `refused` is one that the gates turned away."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    REFUSED = "refused"
    SHADOW = "shadow"
    LIVE = "live"
    RETIRED = "retired"


JUDGED = (BrandState.SHADOW, BrandState.LIVE)
"""Brands that are judged with."""
PASSED = (AssetState.CHECKED, AssetState.SHADOW, AssetState.LIVE)
"""Pictures that the gates let through: from then on they stand as their brand does."""
