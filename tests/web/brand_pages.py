"""The brand that is changed on its owner's pages."""

import re
from html import unescape

ANNA = "anna@acme.example"
ACME = "/brands/acme/acme"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))
