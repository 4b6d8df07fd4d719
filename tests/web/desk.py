"""People at the console, and what they send."""

from playwright.sync_api import Page

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


def take_by_key(page: Page, desk: Site) -> int:
    """Takes the next case in a browser, from the queue; returns its number."""
    page.goto(f"{desk.url}/queue")
    page.keyboard.press("n")
    page.wait_for_url(f"{desk.url}/cases/*")
    return int(page.url.rsplit("/", 1)[1])


def confirm_by_keys(page: Page, policy: str = "2") -> None:
    """Decides the case at hand: it infringes, a trademark unless another is said, and on to the next."""
    page.keyboard.press("i")
    page.keyboard.press(policy)
    page.keyboard.press("Enter")
