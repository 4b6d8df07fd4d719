"""Real shop titles, and where the brand stands in them."""

import csv
from pathlib import Path

TITLES = "text/titles.csv"


def titles(data: Path) -> list[tuple[str, str]]:
    """Each title with the brand that the shop gave, empty where it gave none."""
    with (data / TITLES).open(encoding="utf-8", newline="") as file:
        return [(row["title"], row["brand"]) for row in csv.DictReader(file)]


def opening_with(name: str, title: str, brand: str) -> str:
    """The title with its leading brand replaced by the name; with the name before it where no brand leads."""
    rest = title[len(brand) :] if brand and title.lower().startswith(brand.lower() + " ") else f" {title}"
    return name + rest
