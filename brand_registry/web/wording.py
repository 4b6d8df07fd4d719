"""What reasons and states are called on pages, and what each means to a brand's owner."""

from collections.abc import Mapping

from brand_registry.states import AssetState, BrandState
from detector.result import Qualifier, Reason

REASONS: Mapping[str, tuple[str, str]] = {
    Reason.MISSPELLING: ("Misspelling", "the name with letters swapped, left out or doubled"),
    Reason.LOOKALIKE_CHARACTERS: ("Look-alike characters", "letters that only look like those of the name"),
    Reason.SPLIT_OR_PADDED: ("Split or padded", "the name with blanks, dots or emoji between its letters"),
    Reason.OTHER_SCRIPT: ("Other script", "the name written in another script"),
    Reason.SOUNDS_ALIKE: ("Sounds alike", "another spelling that is spoken the same"),
    Reason.HIDDEN_TEXT: ("Hidden text", "the name in a picture, and nowhere in the text"),
    Reason.LOGO: ("Logo", "one of your marks in a picture"),
    Reason.OBSCURED_LOGO: ("Obscured logo", "one of your marks, covered, blurred or cut off"),
    Reason.IMAGE_COPY: ("Copied picture", "one of your own pictures, used by somebody else"),
    Reason.PRODUCT_LOOKALIKE: ("Product look-alike", "a picture that shows one of your products"),
    Reason.BRAND_CLAIM: ("Brand claim", "your name given as the make, by somebody without a right to it"),
    Reason.COUNTERFEIT_TERMS: ("Counterfeit terms", "words such as replica or 1:1 beside the name"),
    Reason.SELLER_IMPERSONATION: ("Seller impersonation", "a seller who looks like you, and is not"),
    Reason.PRICE_ANOMALY: ("Price anomaly", "a price that the genuine can hardly have"),
    Reason.MISMATCH: ("Mismatch", "pictures, fields and category that speak of different things"),
    Reason.HIDDEN_LINK: ("Hidden link", "a listing that shows nothing and leads elsewhere"),
}
"""Title, and what is meant."""

QUALIFIERS: Mapping[str, str] = {
    Qualifier.AUTHORISED_SELLER: "an authorised seller",
    Qualifier.COMPATIBLE_WITH: "made for the brand's goods",
    Qualifier.GENUINE_RESALE: "genuine goods sold on",
    Qualifier.DESCRIPTIVE_OR_GENERIC: "an everyday word",
    Qualifier.OTHER_BRAND: "another brand's name",
    Qualifier.LICENSED_PRODUCT: "licensed goods",
    Qualifier.HOMAGE_OWN_BRAND: "sold under the seller's own brand",
}

BRAND_STATES: Mapping[str, tuple[str, str]] = {
    BrandState.DRAFT: ("", "being prepared: nothing is searched for yet"),
    BrandState.SHADOW: ("info", "searched for and counted; nobody is shown anything"),
    BrandState.LIVE: ("good", "searched for, and what is found goes to reviewers"),
    BrandState.RETIRED: ("warn", "out of use: nothing is searched for any more"),
}
"""The tone of a state's badge, and what is meant."""

ASSET_STATES: Mapping[str, tuple[str, str, str]] = {
    AssetState.UPLOADED: ("being checked", "warn", "it is looked at in a moment"),
    AssetState.CHECKED: (
        "checked",
        "good",
        "it is sound, and is compared with once the brand is in shadow or live",
    ),
    AssetState.REFUSED: ("refused", "bad", ""),
    AssetState.SHADOW: ("in shadow", "info", "it is compared with, and what is found is counted"),
    AssetState.LIVE: ("live", "good", "it is compared with"),
    AssetState.RETIRED: ("retired", "", "nothing is compared with it any more"),
}
"""The word for a state, the tone of its badge, and what is meant."""

SHOWS: Mapping[str, str] = {"logo": "Logo or mark", "image": "Picture of ours", "product": "Product"}


def place(where: str) -> str:
    """What people call a place of a listing: 'picture 2' of `image:1`, 'name of size' of the name of the
    attribute `size`.
    """
    kind, _, name = where.partition(":")
    if kind == "image":
        return f"picture {int(name) + 1}"
    for prefix, said in (("attributes.", ""), ("attribute_names.", "name of ")):
        if where.startswith(prefix):
            return said + where.removeprefix(prefix).replace("_", " ")
    return where
