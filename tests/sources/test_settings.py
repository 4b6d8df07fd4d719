"""The file of sources: what is wrong with it is said in plain words, and secrets never stand in it."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.kinds import written
from workers.sources import configured
from workers.sources.configured import kind_of, kinds, named_source, read_sources
from workers.sources.errors import BadSources

_SHOP = {"name": "shop", "kind": "shopify", "url": "https://shop.example"}
_EBAY = {"name": "bay", "kind": "ebay", "client_id": "${ID}", "client_secret": "${SECRET}"}
_JSON = {"name": "api", "kind": "json", "url": "https://api.example", "fields": {"id": "id", "title": "name"}}

WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {**_SHOP, "kind": "magento"},
        "kind must be one of ebay, files, json, merchant, pages, shopify, woocommerce",
    ),
    ({"kind": "shopify", "url": "https://shop.example"}, "name is missing"),
    ({**_SHOP, "name": "My shop"}, "name"),
    ({"name": "shop", "kind": "shopify"}, "url is missing"),
    ({**_SHOP, "url": "shop.example"}, "only http:// and https://"),
    ({**_SHOP, "url": "https://me:word@shop.example"}, "holds a name or password"),
    ({**_SHOP, "url": "file:///etc/passwd"}, "only http:// and https://"),
    ({**_SHOP, "schedule": "sometimes"}, "is no schedule; write it as cron does"),
    ({**_SHOP, "schedule": "* * * *"}, "is no schedule"),
    ({**_SHOP, "schedule": "99 * * * *"}, "is no schedule"),
    ({**_SHOP, "budget": {"bytes": "much"}}, "budget.bytes must be a whole number"),
    ({**_SHOP, "budget": {"listings": 0}}, "budget.listings"),
    ({**_SHOP, "budget": {"lisings": 5}}, "budget.lisings"),
    ({**_SHOP, "delay": -1}, "delay"),
    ({**_SHOP, "pauzed": True}, "pauzed"),
    ({**_SHOP, "currency": "euro"}, "currency"),
    ({**_SHOP, "headers": {"X-Key": "s3cret"}}, "secrets stay out of this file: write ${NAME} and set NAME"),
    ({**_SHOP, "headers": {"X Key": "${KEY}"}}, "no header's name"),
    ({**_EBAY, "client_secret": "s3cret"}, "secrets stay out of this file"),
    ({**_EBAY, "client_secret": "${SECRET"}, "secrets stay out of this file"),
    ({**_EBAY, "client_secret": "x${SECRET}"}, "secrets stay out of this file"),
    ({**_EBAY, "categories": ["shoes"]}, "must be numbers of categories"),
    ({**_JSON, "fields": {"title": "name"}}, "must name id"),
    ({**_JSON, "fields": {"id": "id", "title": "a[?"}}, "is no JMESPath expression"),
    ({**_JSON, "fields": {"id": "id", "title": "t", "colour": "c"}}, "write it as attributes.colour"),
    ({**_JSON, "paging": {"by": "magic"}}, "paging.by"),
    ({"name": "feed", "kind": "merchant"}, "needs one of url and path"),
    (
        {"name": "p", "kind": "pages", "url": "https://shop.example", "include": "("},
        "is no regular expression",
    ),
    ({"name": "files", "kind": "files"}, "path is missing"),
]


@pytest.mark.parametrize(("given_source", "reason"), WRONG, ids=[reason[:40] for _, reason in WRONG])
def test_what_is_wrong_is_said(given_source: dict[str, Any], reason: str, tmp_path: Path) -> None:
    with pytest.raises(BadSources) as wrong:
        read_sources(written(tmp_path / "sources.yaml", [given_source]))
    said = str(wrong.value)
    assert reason in said
    assert str(tmp_path / "sources.yaml") in said
    assert "s3cret" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must hold one list named sources"),
        ("sources: 5", "must hold one list named sources"),
        ("sauces: []", "must hold one list named sources"),
        ("sources: [5]", "must be an object"),
        ("sources:\n  - {name: a\n", "line"),
        ("sources: [\x00]", "not YAML"),
        ("sources: 2026-02-30", "no such day"),
        ("sources: !!int ''", "no such day, number"),
        ("sources: !!python/object/apply:os.system [echo]", "not YAML"),
        ("a: &a [x]\nsources: [*b]", "not YAML"),
        (
            "sources:\n - {name: a, kind: files, path: .}\n - {name: a, kind: files, path: .}",
            "stands in the file twice",
        ),
    ],
)
def test_a_file_that_is_none_is_said(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(text)
    with pytest.raises(BadSources) as wrong:
        read_sources(tmp_path / "sources.yaml")
    assert reason in str(wrong.value)


@given(text=st.text(max_size=80))
def test_any_text_is_sources_or_refused(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(BadSources):
        read_sources(file)


def test_a_sound_file(tmp_path: Path) -> None:
    budget = {"listings": 1000, "bytes": "1.5 GB", "requests": 10}
    shop = {**_SHOP, "schedule": "15 */6 * * *", "budget": budget, "marketplace": "Shop"}
    sources = read_sources(written(tmp_path / "s.yaml", [shop, _EBAY, _JSON]))
    assert list(sources) == ["shop", "bay", "api"]
    assert sources["shop"].budget.bytes == 1_500_000_000
    assert (sources["shop"].shown_as, sources["bay"].shown_as) == ("Shop", "bay")


def test_a_secret_that_is_not_set_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Any = named_source(written(tmp_path / "s.yaml", [_EBAY]), "bay")
    monkeypatch.delenv("SECRET", raising=False)
    with pytest.raises(BadSources, match="the environment variable SECRET is not set"):
        settings.client_secret.text()
    monkeypatch.setenv("SECRET", "s3cret\n")
    assert settings.client_secret.text() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_others_register_kinds_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("ours", "tests.sources.another:Another", configured.GROUP),
        EntryPoint("lost", "tests.sources.nowhere:Another", configured.GROUP),
        EntryPoint("shopify", "tests.sources.another:Another", configured.GROUP),
    ]
    monkeypatch.setattr(configured, "entry_points", lambda group: points)
    assert {"ours", "lost", "shopify", "files"} <= kinds().keys()
    assert kind_of("ours").__name__ == "Another"  # type: ignore[attr-defined]
    assert kind_of("shopify").__name__ == "Shopify"  # type: ignore[attr-defined]
    with pytest.raises(BadSources, match="cannot be loaded"):
        kind_of("lost")
