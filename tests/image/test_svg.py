import time
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from detector.errors import PictureRefused
from detector.image.svg import SIDE, looks_like_svg, refuse_unsafe, rendered

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"'
BLOCK = '<rect width="10" height="10" fill="#c00"/>'
TENFOLD = "".join(f'<g id="a{n}">{f"<use href={chr(34)}#a{n - 1}{chr(34)}/>" * 10}</g>' for n in range(1, 6))

NESTED = {"mask": "mask", "clipPath": "clip-path", "pattern": "fill", "marker": "marker-mid"}


def svg(body: str, attributes: str = "") -> bytes:
    return f"{HEAD} {attributes}>{body}</svg>".encode()


def test_shapes_are_drawn_and_the_rest_is_transparent() -> None:
    picture = np.asarray(Image.open(BytesIO(rendered(svg(BLOCK)))))
    height, width = picture.shape[:2]
    assert max(height, width) == SIDE
    assert picture[height // 2, width // 4].tolist() == [204, 0, 0, 255]
    assert picture[height // 2, width - 2, 3] == 0


@pytest.mark.parametrize("turned", [False, True])
def test_a_long_mark_fits_the_square(turned: bool) -> None:
    sides = (10, 4000) if turned else (4000, 10)
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sides[0]} {sides[1]}">{BLOCK}</svg>'
    assert max(Image.open(BytesIO(rendered(drawn.encode()))).size) <= SIDE


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (svg("<script>alert(1)</script>"), "<script>"),
        (svg(BLOCK, 'onload="alert(1)"'), "script in 'onload'"),
        (svg('<image href="/etc/passwd" width="9" height="9"/>'), "<image>"),
        (svg('<use href="https://example.com/a.svg#x"/>'), "links to something outside"),
        (svg('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd#x"/>'), "outside"),
        (svg("<style>@import 'https://example.com/a.css';</style>"), "loads something"),
        (svg('<rect style="fill:url(https://example.com/a.svg#p)"/>'), "loads something"),
        (svg("<foreignObject><p>hi</p></foreignObject>"), "<foreignobject>"),
        (svg('<animate attributeName="x" dur="9s"/>'), "<animate>"),
        (svg('<text x="1" y="9">Acme</text>'), "outlines"),
        (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]>' + svg(BLOCK), "declares entities"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("&a;"), "declares entities"),
        (b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://a.b/c"> %a;]>' + svg(BLOCK), "declares entities"),
        (
            b"""<!DOCTYPE svg SYSTEM "x" [<!NOTATION n SYSTEM "><!ENTITY c '#a5'><!ELEMENT y ">]>"""
            + svg('<use href="#&c;"/>'),
            "declares entities",
        ),
        (b"<!DOCTYPE svg [<!ATTLIST g id ID 'a'>]>" + svg(BLOCK), "declares entities"),
        (svg(f'<g id="a0">{BLOCK}</g>{TENFOLD}<use href="#a5"/>'), "simplify"),
        (svg("<g>" * 5000 + "</g>" * 5000), "nested too deeply"),
        (svg(BLOCK)[:-9], "broken"),
        (svg("<!-- " + "x" * 2_000_000 + " -->"), "larger than 2 MB"),
        (b"<drawing></drawing>", "cannot be drawn"),
    ],
)  # fmt: skip
def test_what_is_more_than_a_drawing_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(PictureRefused, match=says):
        rendered(data)


@pytest.mark.parametrize(("tag", "name"), NESTED.items())
@pytest.mark.parametrize("in_style", [False, True])
def test_few_lines_that_ask_for_billions_of_shapes_are_not_drawn(tag: str, name: str, in_style: bool) -> None:
    says = f'style="{name}: url(#x{{0}})"' if in_style else f'{name}="url(#x{{0}})"'
    told = f'<path d="M0 0L9 9L0 9" {says}/>'
    layers = [f'<{tag} id="x{n}">{told.format(n - 1) * 9}</{tag}>' for n in range(1, 7)]
    with pytest.raises(PictureRefused, match="shapes and points, more than 20,000; simplify it, or save"):
        refuse_unsafe(svg("".join(layers) + told.format(6)))


def test_a_pattern_of_a_group_is_drawn_for_each_of_its_shapes() -> None:
    pattern = f'<pattern id="p">{BLOCK * 150}</pattern>'
    assert rendered(svg(pattern + BLOCK * 150 + '<g clip-path="url(#p)"></g>'))
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(svg(f'{pattern}<g fill="url(#p)">{BLOCK * 150}</g>'))


@pytest.mark.parametrize("tag", ["mask", "clipPath", "pattern"])
@pytest.mark.parametrize(
    "rule",
    [".m{0}", "path.m{0}, .other", "svg .M{0}", '[class="m{0}"]', "path:first-child", "*", "/*}}*/.m{0}"],
)
def test_style_sheets_that_ask_for_billions_are_not_drawn(tag: str, rule: str) -> None:
    name = NESTED[tag]
    told = '<path d="M0 0L9 9L0 9" class="m{0}"/>'
    rules = "".join(f"{rule.format(n)}{{/*;*/{name}:url(#x{n})}}" for n in range(7))
    layers = [f'<{tag} id="x{n}">{told.format(n - 1) * 9}</{tag}>' for n in range(1, 7)]
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(svg(f"<style>{rules}</style>{''.join(layers)}{told.format(6)}"))


def test_a_style_in_an_attribute_may_hold_comments() -> None:
    mask = f'<mask id="m">{BLOCK * 150}</mask>'
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(svg(mask + '<path d="M0 0L9 9" style="mask:/*;*/url(#m)"/>' * 150))


def test_the_classes_that_drawing_programs_write_are_drawn() -> None:
    rules = "".join(f".cls-{n},.d-{n}{{fill:url(#g{n});stroke:#000}}" for n in range(40))
    stops = '<stop offset="0" stop-color="#c00"/>' * 4
    gradients = "".join(f'<linearGradient id="g{n}">{stops}</linearGradient>' for n in range(40))
    shapes = "".join(f'<path d="M0 0L9 9L0 {n}" class="cls-{n}"/>' for n in range(40))
    assert rendered(svg(f"<defs><style>{rules}</style>{gradients}</defs><g>{shapes}</g>"))


def test_many_rules_for_many_shapes_are_soon_looked_through() -> None:
    rules = "".join(f"*{{fill:url(#x{n})}}" for n in range(10_000))
    began = time.process_time()
    with pytest.raises(PictureRefused, match="too much"):
        refuse_unsafe(svg(f"<style>{rules}</style>{BLOCK * 10_000}"))
    assert time.process_time() - began < 3


def test_patterns_that_square_what_is_drawn_are_soon_refused() -> None:
    layers = "".join(
        f'<pattern id="x{n}"><g fill="url(#x{n - 1})"><path fill="url(#x{n - 1})"/></g></pattern>'
        for n in range(1, 60)
    )
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(svg(f'<pattern id="x0">{BLOCK}</pattern>{layers}<path d="M0 0L9 9" fill="url(#x59)"/>'))


def test_what_is_used_takes_on_its_users_pattern() -> None:
    pattern = f'<pattern id="p">{BLOCK * 150}</pattern>'
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(
            svg(f'{pattern}<defs><g id="g">{BLOCK * 150}</g></defs><use href="#g" fill="url(#p)"/>')
        )


@pytest.mark.parametrize("name", ["a b", "a)b", "a'b"])
def test_strange_names_are_followed(name: str) -> None:
    mask = f'<mask id="{name}">{BLOCK * 150}</mask>'
    masked = f"""<path d="M0 0L9 9L0 9" mask='url(&quot;#{name} &quot;)'/>""".replace("'b", "&apos;b")
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(svg(mask + masked * 150))


@pytest.mark.parametrize("where", [0, 1])
def test_of_two_of_a_name_either_may_be_drawn(where: int) -> None:
    use = '<use href="#a"/>'
    both = [f'<g id="a">{BLOCK}</g>', f'<g id="a">{BLOCK * 150}</g>']
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(svg(f"<defs>{both[where]}{both[1 - where]}</defs>{use * 150}"))


def test_a_long_outline_may_have_a_gradient() -> None:
    points = " ".join(f"{n % 20},{n * 7 % 10}" for n in range(5_000))
    stops = '<stop stop-color="red"/>' * 9
    gradient = f'<linearGradient id="g">{stops}</linearGradient>'
    refuse_unsafe(svg(f'{gradient}<g fill="url(#g)"><polyline points="{points}"/></g>'))


def test_masks_of_masks_of_masks_are_refused() -> None:
    chain = "".join(f'<mask id="m{n}"><g mask="url(#m{n + 1})"/></mask>' for n in range(2000))
    with pytest.raises(PictureRefused, match="nested too deeply"):
        refuse_unsafe(svg(chain + '<rect width="9" height="9" mask="url(#m0)"/>'))


@pytest.mark.parametrize("shape", ['<path d="M0 0{}"/>', '<polyline points="{}"/>'])
def test_an_endless_outline_is_not_drawn(shape: str) -> None:
    points = " ".join(f"{n % 20},{n * 7 % 10}" for n in range(21_000))
    with pytest.raises(PictureRefused, match="shapes and points"):
        refuse_unsafe(svg(shape.format(points)))


def test_many_spaces_are_soon_looked_through() -> None:
    began = time.process_time()
    refuse_unsafe(svg(f'<rect width="9" height="9" fill="url({" " * 100_000}#g)"/>'))
    assert time.process_time() - began < 1


def test_a_shape_that_uses_itself_ends() -> None:
    assert rendered(svg(f'<g id="a">{BLOCK}<use href="#a"/></g>'))


def test_the_document_type_that_many_programs_write_is_no_harm() -> None:
    named = (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    assert looks_like_svg(named + svg(BLOCK))
    assert rendered(b'<?xml version="1.0"?>' + named + svg(BLOCK)) == rendered(svg(BLOCK))


def test_gradients_of_its_own_are_allowed() -> None:
    gradient = '<linearGradient id="g"><stop stop-color="red"/></linearGradient>'
    assert rendered(svg(gradient + '<rect width="9" height="9" fill="url(#g)"/>'))


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (svg(BLOCK), True),
        (b"\xef\xbb\xbf" + svg(BLOCK), True),
        (b'<?xml version="1.0"?>\n<!-- drawn by hand -->\n' + svg(BLOCK), True),
        (b"<html><svg></svg></html>", False),
        (b"\x89PNG\r\n\x1a\n<svg", False),
        (b"", False),
    ],
)
def test_an_svg_is_known_by_its_beginning(data: bytes, is_one: bool) -> None:
    assert looks_like_svg(data) is is_one
