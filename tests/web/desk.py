"""People at the console, and what they send."""

from tests.web.conftest import Site

ANNA, BEN, LEA, OLGA = (f"{name}@example.com" for name in ("anna", "ben", "lea", "olga"))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the form that decides."""
    fields = {}
    for name in ("seen", "token"):
        fields[name] = page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]
    return fields


CONFIRMED = {"outcome": "confirmed", "policy": "trademark", "reason": "logo"}


def take(desk: Site, email: str):
    client = desk.client(email)
    answer = client.post("/queue/next")
    return client, answer.headers["location"], client.get(answer.headers["location"]).text
