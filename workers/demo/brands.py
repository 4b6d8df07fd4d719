"""Ten brands that nobody owns, described as their owners would."""

from dataclasses import dataclass
from decimal import Decimal

from detector.brand import AuthorisedSeller, Brand, Mark, Product
from detector.listing import Price

MARKETPLACE = "demo"


def eur(amount: float) -> Price:
    """That many euros."""
    return Price(amount=Decimal(str(amount)), currency="EUR")


@dataclass(frozen=True, slots=True)
class Look:
    """How a brand appears: its emblem's outlines in a square of 100, its colour, and the face of its name."""

    emblem: tuple[str, ...]
    colour: str
    face: str
    wordmark: str


def _brand(  # noqa: PLR0917  # the table below reads better without ten names on each row
    brand_id: str,
    name: str,
    aliases: tuple[str, ...],
    classes: tuple[int, ...],
    categories: tuple[str, ...],
    seller: tuple[str, str],
    floor: float,
    *products: Product,
    common_word: bool = False,
) -> Brand:
    return Brand(
        id=brand_id,
        name=name,
        aliases=aliases,
        marks=(Mark(text=name, classes=classes, territories=("EU", "US"), common_word=common_word),),
        categories=categories,
        logos=("logos/emblem.svg", "logos/wordmark.png"),
        images=("official/campaign.jpg",),
        authorised_sellers=(AuthorisedSeller(marketplace=MARKETPLACE, seller_id=seller[0], name=seller[1]),),
        price_floor=eur(floor),
        products=tuple(
            product.model_copy(update={"images": ("official/carton.jpg",)}) if number == 0 else product
            for number, product in enumerate(products)
        ),
    )


BRANDS: tuple[Brand, ...] = (
    _brand(
        "velmora", "Velmora", ("Velmora Sports", "Велмора", "ヴェルモラ", "维尔莫拉"), (18, 25),
        ("Footwear", "Sportswear"), ("s-velmora", "Velmora Official"), 60,
        Product(name="Velmora Glide 2", sku="VG2", gtin="4006381333931", price_floor=eur(85)),
        Product(name="Velmora Court", sku="VC1", gtin="4006381333948", price_floor=eur(60)),
    ),
    _brand(
        "brontelli", "Brontelli", ("Brontelli Milano", "Бронтелли", "ブロンテッリ", "布隆泰利"), (3, 18, 25),
        ("Bags", "Fashion", "Jewellery"), ("s-brontelli", "Brontelli Boutique"), 240,
        Product(name="Brontelli Aria", sku="BA-18", gtin="8001234567897", price_floor=eur(380)),
    ),
    _brand(
        "orbique", "Orbique", ("Orbique Paris", "Орбик", "オルビーク", "奥碧珂"), (3,),
        ("Beauty", "Perfume"), ("s-orbique", "Orbique Parfums"), 45,
        Product(name="Orbique Nuit Claire", sku="ONC50", gtin="3012345678902"),
    ),
    _brand(
        "hexwatt", "Hexwatt", ("Hexwatt Energy", "Хексватт", "ヘックスワット", "赫克斯瓦特"), (9,),
        ("Electronics", "Batteries", "Power Tools"), ("s-hexwatt", "Hexwatt Direct"), 18,
        Product(name="Hexwatt Duo 45", sku="HXD45", gtin="5012345678900", serial_pattern="HX\\d{8}"),
        Product(name="Hexwatt Endure AAA", sku="HXE3A", gtin="5012345678917", attributes={"pack_size": "12"}),
    ),
    _brand(
        "zyv", "Zyv", ("ZYV Wear",), (9, 14),
        ("Electronics > Wearables", "Watches"), ("s-zyv", "Zyv Store Europe"), 120,
        Product(name="Zyv Pulse", sku="ZP3", gtin="4712345678900", serial_pattern="[A-Z]{2}\\d{8}"),
    ),
    _brand(
        "marenda-vale", "Marenda Vale", ("マレンダ・ヴェール", "玛伦达谷"), (21,),
        ("Kitchen", "Home"), ("s-marenda", "Marenda Vale Pottery"), 16,
        Product(name="Marenda Vale Harvest Mug", sku="MV-HM", gtin="5023456789010"),
    ),
    _brand(
        "lantern", "Lantern", ("Lantern Outfitters",), (20, 22, 25),
        ("Outdoor > Tents", "Outdoor > Clothing"), ("s-lantern", "Lantern Outfitters"), 90,
        Product(name="Lantern Ridge 2 tent", sku="LR2", gtin="7312345678909"),
        common_word=True,
    ),
    _brand(
        "pixadora", "Pixadora", ("Пиксадора", "ピクサドラ", "皮克萨多拉"), (9, 16, 28, 41),
        ("Toys", "Media"), ("s-pixadora", "Pixadora Shop"), 12,
        Product(name="Pixadora Fox plush 30 cm", sku="PX-FOX30", gtin="4056789012341"),
    ),
    _brand(
        "sanovex", "Sanovex", ("Sanovex Health", "Сановекс", "サノヴェックス", "萨诺维斯"), (3, 5, 21),
        ("Health", "Personal Care"), ("s-sanovex", "Sanovex Pharmacy"), 9,
        Product(
            name="Sanovex D3", sku="SD3-90", gtin="4123456789018", serial_pattern="L\\d{6}",
            attributes={"pack_size": "90", "strength": "2000 IU"},
        ),
    ),
    _brand(
        "belmora", "Belmora", ("Belmora Garden",), (7, 21),
        ("Garden", "Tools"), ("s-belmora", "Belmora Garden Centre"), 15,
        Product(name="Belmora hose 25 m", sku="BH25", gtin="8712345678906"),
    ),
)  # fmt: skip

LOOKS: dict[str, Look] = {
    "velmora": Look(
        ("8,20 36,20 52,62 44,84", "92,20 64,20 52,62 58,84"),
        "#c8412f", "black", "VELMORA",
    ),
    "brontelli": Look(
        ("20,10 60,10 78,30 56,48 82,66 62,90 20,90", "34,24 34,76 48,50"),
        "#5b1f2b", "serif", "BRONTELLI",
    ),
    "orbique": Look(
        ("68,12 50,8 20,20 8,50 20,80 50,92 80,80 92,56 73,55 66,67 50,73 33,67 27,50 33,33 50,27 60,30",
         "76,20 90,26 92,41 78,45 70,33"),
        "#b9783f", "fine", "Orbique",
    ),
    "hexwatt": Look(
        ("50,4 90,27 90,73 50,96 10,73 10,27", "54,22 32,56 48,56 44,80"),
        "#e0a02c", "black", "HEXWATT",
    ),
    "zyv": Look(
        ("10,20 90,20 40,80 90,80 90,90 10,90",),
        "#2b8a78", "round", "zyv",
    ),
    "marenda-vale": Look(
        ("50,10 70,50 50,90 30,50", "8,66 30,50 30,80", "92,66 70,50 70,80"),
        "#3f6b5c", "hand", "MARENDA VALE",
    ),
    "lantern": Look(
        ("30,24 70,24 80,84 20,84", "40,8 60,8 62,20 38,20"),
        "#e08a2c", "sans", "Lantern",
    ),
    "pixadora": Look(
        ("10,30 30,10 50,34 70,10 90,30 76,80 50,92 24,80",),
        "#7a3fb0", "round", "Pixadora",
    ),
    "sanovex": Look(
        ("38,8 62,8 62,30 92,38 92,62 62,62 62,92 30,92 38,62 8,62 8,38 38,38", "50,34 66,50 50,66 34,50"),
        "#27508c", "sans", "sanovex",
    ),
    "belmora": Look(
        ("50,90 20,50 30,14 50,34 70,14 80,50",),
        "#4d7c38", "sans", "Belmora",
    ),
}  # fmt: skip

STRANGERS: dict[str, Look] = {
    "harbour": Look(
        ("50,6 62,38 96,38 68,58 79,92 50,71 21,92 32,58 4,38 38,38",),
        "#2f5f8f", "sans", "Harbour",
    ),
    "oak": Look(
        ("50,8 72,34 64,34 84,62 58,62 58,92 42,92 42,62 16,62 36,34 28,34",),
        "#3c6b3a", "serif", "Oak",
    ),
    "ring": Look(("8,8 92,8 92,92 8,92", "26,26 74,26 74,74 26,74"), "#8a5a9c", "round", "Ring"),
    "wave": Look(
        ("4,60 20,36 36,60 52,36 68,60 84,36 96,54 96,74 84,58 68,82 52,58 36,82 20,58 4,80",),
        "#2d7f92", "fine", "Wave",
    ),
}  # fmt: skip
"""Marks that no brand of the sample holds, on honest goods."""
