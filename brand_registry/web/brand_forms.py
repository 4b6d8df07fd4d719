"""The forms of a brand and of what belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from brand_registry.web.forms import Field
from brand_registry.web.wording import REASONS
from detector.harms import harms
from detector.scoring import FLAG_FROM
from detector.thresholds import HIGHEST, LOWEST

BRAND: tuple[Field, ...] = (
    Field("name", "Name", hint="As people know the brand.", required=True),
    Field("aliases", "Other names", "lines", "One a line: older names, other spellings, other scripts."),
    Field("categories", "Kinds of goods", "words", "Such as Footwear, Sportswear."),
    Field("price_floor", "Lowest genuine price", "price", "No genuine offer is below it."),
    Field("certification_marks", "Certification marks", "words",
          "Safety and quality marks that your goods carry, such as CE, UKCA, GS."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartForm:
    """How one part of a brand is shown: `title` of the page, `one` of it in words, `about` what it is for."""

    title: str
    one: str
    about: str
    empty: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]


PART_FORMS: Mapping[str, PartForm] = {
    "marks": PartForm(
        "Marks",
        "mark",
        "Registered word marks. Listings are searched for each of them, misspelt and disguised too.",
        "Add the words that are registered for you, each as the register has it.",
        (
            Field("text", "Mark", hint="The words, exactly as registered.", required=True),
            Field("classes", "Nice classes", "numbers", "Such as 18, 25."),
            Field("territories", "Territories", "words", "Such as EU, US, JP."),
            Field("registration_number", "Registration number"),
            Field("holder", "Holder", hint="Who stands in the register."),
            Field("since", "In force since", "date"),
            Field("until", "In force until", "date", "A mark that has ended is no longer searched for."),
            Field("common_word", "This is an everyday word too", "check",
                  "It is then looked for where it stands as a brand's name alone."),
        ),
        ("text", "classes", "territories", "registration_number", "until"),
    ),
    "authorised_sellers": PartForm(
        "Authorised sellers",
        "authorised seller",
        "Who may sell your goods: their listings are not reported for using your name.",
        "Add the sellers that you supply, by the id that the marketplace gives them.",
        (
            Field("name", "Name"),
            Field("marketplace", "Marketplace", hint="Where they sell; empty is everywhere."),
            Field("seller_id", "Seller's id there", hint="Surer than a name, which anybody can take."),
        ),
        ("name", "marketplace", "seller_id"),
    ),
    "licensees": PartForm(
        "Licensees",
        "licensee",
        "Who may put your mark on goods of their own.",
        "Add those you gave a licence to, so that their goods are not taken for imitations.",
        (
            Field("name", "Name", required=True),
            Field("brand", "Id of their brand here", hint="If it is one of yours that is registered too."),
            Field("until", "Until", "date"),
        ),
        ("name", "brand", "until"),
    ),
    "products": PartForm(
        "Products",
        "product",
        "What you make. Numbers, contents and prices are compared with what a listing says and shows.",
        "Add the articles that are imitated most; their pictures can be uploaded then.",
        (
            Field("name", "Name", required=True),
            Field("sku", "SKU", hint="Your own article number."),
            Field("gtin", "GTIN", hint="EAN or UPC: 8, 12, 13 or 14 digits; the last one is checked."),
            Field("attributes", "What its package says", "pairs", "One a line, such as pack size: 30"),
            Field("serial_pattern", "Serial numbers", hint="A regular expression, such as [A-Z]{2}\\d{8}"),
            Field("price_floor", "Lowest genuine price", "price"),
        ),
        ("name", "sku", "gtin", "price_floor"),
    ),
    "category_floors": PartForm(
        "Prices",
        "price",
        "What your goods of a category cost at least. It counts before the lowest price of the brand, and "
        "after a product's own.",
        "Add the kinds of goods whose prices differ much from the brand's lowest one.",
        (
            Field("category", "Category", required=True,
                  hint="As marketplaces file them, or a part of that: Footwear > Sneakers."),
            Field("condition", "Condition", "choice", choices=(("new", "New"), ("used", "Used")),
                  hint="Where nothing is said of used ones, a quarter of what they cost new.", required=True),
            Field("price_floor", "Lowest genuine price", "price", required=True),
        ),
        ("category", "condition", "price_floor"),
    ),
    "allow": PartForm(
        "Exceptions",
        "exception",
        "What is not to be reported, whatever it says: a seller, one listing, or words.",
        "Nothing is left out. Add an exception where something honest is found again and again.",
        (
            Field("scope", "What it is", "choice", choices=(
                ("seller", "A seller, by its id"), ("listing", "A listing, by its id"),
                ("text", "Words in a text"), ("mark", "What is like a mark, by its words"),
                ("brand", "All of the brand, by its id"),
            ), required=True),
            Field("value", "Id or words", required=True),
            Field("marketplace", "Marketplace", hint="Empty is everywhere."),
            Field("until", "Until", "date"),
            Field("why", "Why", hint="For whoever asks in a year."),
        ),
        ("scope", "value", "marketplace", "until", "why"),
    ),
    "thresholds": PartForm(
        "Thresholds",
        "threshold",
        "From which risk a person is asked about some goods: where it is low fewer are missed, where it is "
        "high fewer are looked at for nothing. A category counts before a harm, and both before your rules.",
        f"All goods are asked about from the risk that your rules say, {FLAG_FROM:.0%} where they say none.",
        (
            Field("scope", "For goods", "choice", choices=(
                ("category", "Filed under a category"), ("harm", "Whose fakes do harm"),
            ), required=True),
            Field("value", "Which", required=True, hint="A category or a part of one, such as "
                  f"Footwear > Sneakers; or a harm: {', '.join(harms())}."),
            Field("reason", "Reason", "choice", choices=(
                ("", "Any"), *((str(reason), told[0]) for reason, told in REASONS.items()),
            )),
            Field("threshold", "Asked from a risk of", "percent",
                  f"{LOWEST:.0%} to {HIGHEST:.0%}.", required=True),
        ),
        ("scope", "value", "reason", "threshold"),
    ),
}  # fmt: skip
