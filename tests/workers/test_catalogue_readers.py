import gzip
import io
import json
import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.errors import UnreadableInput
from tests.hostile_catalogue import BAD_LINES, ENTITY_BOMB, EXTERNAL_ENTITY, FEED, GOOD, gzip_bomb
from workers.catalogue import Rejected, open_catalogue, parse_listing


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


def rows(path):
    return list(open_catalogue(path).rows)


def listings(path):
    """Each row as its listing, or as the sentence that rejects it."""
    seen = []
    for row in open_catalogue(path).rows:
        try:
            seen.append(parse_listing(row.data) if row.data is not None else row.problem)
        except Rejected as why:
            seen.append(str(why))
    return seen


def parquet(records):
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), file)
    return file.getvalue()


LINE = b'{"id": "1", "title": "Blue shirt", "images": ["a.jpg"]}\n'
CSV = b"id,title,images\n1,Blue shirt,a.jpg\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.jsonl", LINE),
        ("c.jsonl", b"\xef\xbb\xbf" + LINE.strip()),
        ("c.jsonl", b"\n \n" + LINE.replace(b"\n", b"\r\n")),
        ("c.jsonl.gz", gzip.compress(LINE, mtime=0)),
        ("c.jsonl.gz", LINE),
        ("c.jsonl", gzip.compress(LINE, mtime=0)),
        ("c", LINE),
        ("c.csv", CSV),
        ("c.csv", b"\xef\xbb\xbf" + CSV.replace(b",", b";")),
        ("c.csv.gz", gzip.compress(CSV, mtime=0)),
        ("c.txt", CSV.replace(b",", b"\t")),
        ("c.tsv", CSV.replace(b",", b"\t").replace(b"images", b"image link")),
        (
            "c.xml",
            b"<rss><item><id>1</id><title>Blue shirt</title><image_link>a.jpg</image_link></item></rss>",
        ),
        (
            "c",
            b"<feed><entry><id>1</id><title>Blue shirt</title><image_link>a.jpg</image_link></entry></feed>",
        ),
        ("c.jsonl", b'{"id": "1", "title": "Blue shirt", "image": "a.jpg"}'),
        ("c.jsonl", b'{"id": "1", "title": "Blue shirt", "image_link": ["a.jpg"]}'),
        ("c.parquet", parquet([{"id": "1", "title": "Blue shirt", "images": ["a.jpg"]}])),
        ("c.parquet", parquet([{"id": b"1", "title": b"Blue shirt", "images": [b"a.jpg"]}])),
        ("c", parquet([{"id": 1, "title": "Blue shirt", "image_link": "a.jpg"}])),
    ],
)
def test_every_format_gives_the_same_listing(tmp_path, name, content) -> None:
    (listing,) = listings(write(tmp_path, name, content))
    assert (listing.id, listing.title, listing.images) == ("1", "Blue shirt", ("a.jpg",))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("c.csv", b"", "line 1 is empty"),
        ("c.csv", b"name,price\nx,1\n", "no column is named id; it names name, price"),
        ("c.csv", b"id,id,title\n1,2,x\n", "two columns are named id"),
        ("c.csv", b"id,title\r1,x\r", "line ends in CR alone"),
        ("c.csv", b"id," + b"x" * 1_100_000 + b"\n", "a cell is longer than 1,000,000"),
        ("c.parquet", b"PAR1 and no more", "is cut short or damaged"),
        ("c.parquet", b"", "is empty"),
        ("c.xml", b" ", "is empty"),
        ("c.parquet", b"some text", "is not Parquet"),
        ("c.parquet", parquet([{"sku": "1"}]), "no column is named id"),
        ("c.jsonl", '{"id": "1"}'.encode("utf-16"), "is UTF-16"),
        ("c.jsonl", b"[" + LINE + b"]", "holds one JSON list"),
        ("c.jsonl.gz", gzip.compress(LINE, mtime=0)[:10], "gzip"),
        ("c.xml", b"<html><body>Not found</body></html>", "holds no <item>"),
        ("c.docx", b"PK\3\4", "is no catalogue"),
        ("c", b"", "is empty"),
        ("c", b"some text", "is no catalogue"),
    ],
)
def test_what_cannot_be_read_at_all_is_said_once(tmp_path, name, content, said) -> None:
    with pytest.raises(UnreadableInput) as refused:
        rows(write(tmp_path, name, content))
    assert said in str(refused.value)
    assert name in str(refused.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path) -> None:
    with pytest.raises(UnreadableInput, match=r"gone\.jsonl: cannot be opened"):
        open_catalogue(tmp_path / "gone.jsonl")
    with pytest.raises(UnreadableInput, match="is a folder"):
        open_catalogue(tmp_path)


def test_lines_keep_their_numbers(tmp_path) -> None:
    path = write(tmp_path, "c.jsonl", b"\n" + LINE + b"\n\nbroken\n" + LINE)
    assert [row.number for row in rows(path)] == [2, 5, 6]


def test_a_line_too_long_is_skipped_and_the_next_one_read(tmp_path) -> None:
    long = next(bad for bad in BAD_LINES if bad.name == "a line of 20 MB")
    first, second = listings(write(tmp_path, "c.jsonl", long.line + b"\n" + GOOD))
    assert "longer than 16 MB" in first
    assert second.id == "good"


def test_a_gzip_bomb_is_one_rejected_line(tmp_path) -> None:
    _, bomb, last = rows(write(tmp_path, "c.jsonl.gz", gzip_bomb(megabytes=100)))
    assert "longer than 16 MB" in bomb.problem
    assert len(bomb.raw) <= 10_000
    assert parse_listing(last.data).id == "after"


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.99])
def test_gzip_that_breaks_off_says_so_in_its_last_row(tmp_path, keep) -> None:
    lines = b"".join(
        json.dumps({"id": str(n), "title": f"Shirt {n * n}"}).encode() + b"\n" for n in range(5000)
    )
    packed = gzip.compress(lines)
    *sound, last = rows(write(tmp_path, "c.jsonl.gz", packed[: int(len(packed) * keep)]))
    assert sound
    assert last.last
    assert "breaks off" in last.problem


@pytest.mark.parametrize(
    ("name", "content", "listings_had"),
    [
        ("c.jsonl.gz", LINE + LINE.replace(b'"1"', b'"2"'), 2),
        ("c.csv.gz", CSV, 1),
        ("c.xml.gz", FEED, 3),
    ],
)
def test_all_that_stands_before_a_cut_is_had(tmp_path, name, content, listings_had) -> None:
    *sound, last = rows(write(tmp_path, name, gzip.compress(content)[:-8]))
    assert len(sound) == listings_had
    assert last.last
    assert "breaks off" in last.problem


def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path) -> None:
    os.mkfifo(tmp_path / "c.jsonl")
    with pytest.raises(UnreadableInput, match="is a pipe or a device"):
        open_catalogue(tmp_path / "c.jsonl")


def test_the_number_of_a_broken_item_is_its_own(tmp_path) -> None:
    for content, number in ((FEED[: FEED.index(b"A3")], 3), (FEED[: FEED.index(b"</channel")], 4)):
        path = write(tmp_path, "feed.xml", content)
        assert open_catalogue(path).unit == "item"
        assert rows(path)[-1].number == number


def test_bytes_that_are_no_text_cost_their_column_alone(tmp_path) -> None:
    table = parquet([{"id": "1", "title": b"\xff"}, {"id": "2", "title": b"Sock", "thumbnail": b"\xff\0"}])
    first, second = listings(write(tmp_path, "c.parquet", table))
    assert "title is not UTF-8" in first
    assert second.attributes == {}


def test_a_merchant_feed(tmp_path) -> None:
    shoe, nameless, sock = listings(write(tmp_path, "feed.xml", FEED))
    assert shoe.title == "Acme shoe & sock"
    assert (str(shoe.price.amount), shoe.price.currency) == ("19.90", "EUR")
    assert shoe.images == ("https://shop.test/1,a.jpg", "images/2.jpg")
    assert (shoe.brand, shoe.category, shoe.condition) == ("Acme", "Shoes > Running", "new")
    assert shoe.url == "https://shop.test/1"
    assert shoe.attributes["gtin"] == "4006381333931"
    assert shoe.attributes["shipping.country"] == "DE"
    assert nameless == "title is missing"
    assert sock.id == "A3"


@pytest.mark.parametrize(
    ("feed", "sound", "said"),
    [
        (ENTITY_BOMB, 0, "declares XML entities"),
        (EXTERNAL_ENTITY, 0, "declares XML entities"),
        (FEED[: FEED.index(b"A3")], 2, "not well-formed XML"),
        (FEED.replace(b"<g:id>A2", b"<g:id>&nonsense;"), 1, "not well-formed XML"),
        (FEED.replace(b"Blue", b"\xff"), 2, "not well-formed XML"),
        (FEED.replace(b"utf-8", b"no-such-code"), 0, "not well-formed XML"),
        (b"<rss><item a='" + b"x" * 20_000_000, 0, "a tag longer than 16 MB"),
    ],
)
def test_a_feed_that_breaks_says_where_reading_ended(tmp_path, feed, sound, said) -> None:
    *before, last = rows(write(tmp_path, "feed.xml", feed))
    assert last.last
    assert said in last.problem
    assert len(before) == sound


def test_an_item_too_long_is_rejected_and_the_next_one_read(tmp_path) -> None:
    feed = b"<rss><item><id>1</id><title>" + b"x" * 17_000_000 + b"</title></item>"
    feed += b"<item><id>2</id><title>Sock</title></item></rss>"
    first, second = listings(write(tmp_path, "feed.xml", feed))
    assert "longer than 16 MB" in first
    assert second.id == "2"


def test_an_item_of_tags_in_tags_takes_no_time_and_keeps_its_fields(tmp_path) -> None:
    deep = b"<a>" * 100_000 + b"x" + b"</a>" * 100_000
    feed = b"<rss><item><id>1</id>" + deep + b"<title>Sock</title></item></rss>"
    (listing,) = listings(write(tmp_path, "feed.xml", feed))
    assert (listing.title, listing.attributes) == ("Sock", {"a.a.a.a.a.a.a.a": "x"})


def test_bad_rows_of_a_table_are_named(tmp_path) -> None:
    table = b'id,title\n1,"two\nlines"\n2,\xff\n3,a,b,c\n\n4,"un"closed\n5\n6,fine\n7,"never closed\n'
    got = listings(write(tmp_path, "c.csv", table))
    assert got[0].title == "two\nlines"
    assert "not UTF-8" in got[1]
    assert "4 cells where the header names 2" in got[2]
    assert "not CSV" in got[3]
    assert got[4] == "title is missing"
    assert got[5].title == "fine"
    assert "not CSV" in got[6]
    assert [row.number for row in rows(tmp_path / "c.csv")] == [2, 4, 5, 7, 8, 9, 10]


def test_an_open_quote_costs_its_own_row_and_none_after_it(tmp_path) -> None:
    rest = b"".join(b"%d,shirt\n" % number for number in range(2, 120_000))
    first, *others = rows(write(tmp_path, "c.csv", b'id,title\n1,"never closed\n' + rest))
    assert (first.number, first.raw) == (2, b'1,"never closed')
    assert "look for a quote" in first.problem
    assert [row.number for row in others] == list(range(3, 120_001))
    assert all(row.data for row in others)


def test_a_table_row_of_endless_cells_is_not_held(tmp_path) -> None:
    path = write(tmp_path, "c.csv", b'id,title\n1,"' + b'x\n","' * 30_000)
    first = next(open_catalogue(path).rows)
    assert "longer than 10,000 lines" in first.problem
    assert len(first.raw) < 10


def test_damaged_parquet_says_where_reading_ended(tmp_path) -> None:
    content = bytearray(parquet([{"id": str(n), "title": f"Shirt {n * n}"} for n in range(1000)]))
    content[50:3000] = b"\xff" * 2950
    assert rows(write(tmp_path, "c.parquet", bytes(content)))[-1].last


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("c.jsonl", b""),
        ("c.csv", b"id,title\n"),
        ("c.tsv", b"id\ttitle\n"),
        ("c.xml", b"<rss><item>"),
        ("c.gz", b"\x1f\x8b"),
        ("c.parquet", b"PAR1"),
        ("c", b""),
    ],
)
@given(data=st.binary(max_size=300))
def test_any_bytes_give_rows_or_one_refusal(tmp_path, name, start, data) -> None:
    path = write(tmp_path, name, start + data)
    with suppress(UnreadableInput):
        for row in rows(path):
            assert (row.data is None) == (row.problem is not None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=20))
def test_every_line_of_json_lines_is_one_row_or_blank(tmp_path, lines) -> None:
    path = write(tmp_path, "c.jsonl", GOOD + b"\n".join(lines))
    assert len(rows(path)) == 1 + sum(1 for line in lines if line.strip())
