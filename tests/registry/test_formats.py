import gzip
import io
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brand_registry import packed
from brand_registry.formats import brand_entries
from brand_registry.record import Mark, Record
from detector.errors import UnreadableInput

TABLE = b"id,name,aliases,marks,price_floor\n"
EUIPO = (
    "Trade mark name;Trade mark number;Nice class;Trade mark status;Owner name;Registration date;"
    "Expiry date\n"
)


def put(folder, name, content):
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def entries(folder, content, name="brands.csv", form=None):
    return list(brand_entries(put(folder, name, content), form))


def records(given):
    assert [one.problem for one in given if one.problem] == []
    return [one.record for one in given if one.record]


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


ACME = Record(id="acme", name="Acmelux", aliases=("AMX", "アクメ"))
TABLES = {
    "comma": "id,name,aliases\nacme,Acmelux,AMX | アクメ\n".encode(),
    "semicolon": 'id;name;aliases\nacme;Acmelux;"AMX|アクメ"\n'.encode(),
    "tab, CR LF": "ID\tName\tAliases\r\nacme\tAcmelux\tAMX|アクメ\r\n\r\n".encode(),
    "byte order mark": '\ufeffid,name,aliases\nacme, Acmelux ,"[""AMX"", ""アクメ""]"\n'.encode(),
    "UTF-16 as Excel saves it": "id\tname\taliases\nacme\tAcmelux\tAMX|アクメ\n".encode("utf-16"),
    "gzip": gzip.compress("id,name,aliases\nacme,Acmelux,AMX|アクメ\n".encode()),
    "zip": zipped(("brands.csv", "id,name,aliases\nacme,Acmelux,AMX|アクメ\n")),
    "a column without a name": "id,name,,aliases\nacme,Acmelux,,AMX|アクメ\n".encode(),
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_a_table_however_it_was_saved(tmp_path, content) -> None:
    assert records(entries(tmp_path, content)) == [ACME]


def test_texts_saved_by_an_old_spreadsheet_are_read(tmp_path) -> None:
    (one,) = records(entries(tmp_path, "id;name\ncafe;Café Acmé\n".encode("cp1252")))
    assert one.name == "Café Acmé"


def test_every_column_has_its_meaning(tmp_path) -> None:
    content = (
        "id,name,marks,price_floor,products,authorised_sellers,certification_marks,season,extra\n"
        'acme,Acmelux,"[{""text"": ""AMX"", ""classes"": [25]}]",60.50 EUR,One|Two,Shop,CE,9,"{""x"": 1}"\n'
        "beta,Betamora,Beta | Mora,,,,,,\n"
    )
    acme, beta = records(entries(tmp_path, content))
    assert acme.marks == (Mark(text="AMX", classes=(25,)),)
    assert str(acme.price_floor.amount) == "60.50"
    assert [one.name for one in acme.products] == ["One", "Two"]
    assert acme.authorised_sellers[0].name == "Shop"
    assert acme.model_extra == {"season": "9", "x": 1}
    assert [mark.text for mark in beta.marks] == ["Beta", "Mora"]


BAD_ROWS = [
    (b"a,Acme,x,y,z,q\n", "6 cells where the header names 5; quote cells that hold ','"),
    (b'a,"Acme\n', "it ends inside a quoted cell"),
    (b'a,"Acme" x,,,\n', "text follows a closing quote"),
    (b"a,,,,\n", "name is missing"),
    (b",Acme,,,\n", "id is missing"),
    (
        b'a,Acme,,"[{""text"": }]",\n',
        "marks begins as JSON and is not JSON: there is no value, at character 11",
    ),
    (b'a,Acme,,"[1]",\n', "marks.0 must be an object"),
    (b'a,Acme,"{""a"": 1}",,\n', "aliases must be a list"),
    (b"a,Acme,,,much\n", "price_floor"),
    (b"a,Acme,,,5 EURO\n", "must be a code of three letters"),
    (b"a," + b"A" * 5_000 + b",,,\n", "name is longer than 200 characters (5,000)"),
]


@pytest.mark.parametrize(("row", "said"), BAD_ROWS)
def test_a_bad_row_costs_itself_alone(tmp_path, row, said) -> None:
    content = TABLE + b"first,First,,,\n" + row + b"last,Last,,,\n"
    first, bad, last = entries(tmp_path, content)
    assert (first.record.id, last.record.id) == ("first", "last")
    assert said in bad.problem
    assert bad.where.endswith("line 3")


def test_bytes_that_are_no_text_cost_their_row_alone(tmp_path) -> None:
    good = b"".join(
        b"b%d,Brand %d,,,\n" % (n, n) for n in range(5_000)
    )  # beyond what is looked at for the charset
    *others, bad, last = entries(tmp_path, TABLE + good + b"bad,Bad\xff,,,\nlast,Last,,,\n")
    assert (len(others), last.record.id) == (5_000, "last")
    assert "no UTF-8" in bad.problem


NO_BRANDS = [
    (b"", "is empty"),
    (b"  \n\n", "is empty"),
    (b"\0" * 5_000, "is no file of brands"),
    (b"%PDF-1.7 \0\1\2", "is no file of brands"),
    (b"name,price\nx,1\n", "is no file of brands"),
    (b"[{}]", "holds one JSON list; write one brand a line"),
    (b"id,name,id\na,b,c\n", "two columns are named 'id'"),
    (b'"id,name\n', "no header can be read"),
    (b"PK\x03\x04" + b"\0" * 100, "cannot be read"),
    (zipped(("a.csv", "x"), ("b.csv", "y")), "is an archive of 2 files"),
    (gzip.compress(b"id,name\n" * 9_000, mtime=0)[:40], "cannot be read"),
]


@pytest.mark.parametrize(("content", "said"), NO_BRANDS)
def test_what_is_no_file_of_brands_is_refused_in_one_sentence(tmp_path, content, said) -> None:
    with pytest.raises(UnreadableInput, match=r"brands\.csv") as refused:
        entries(tmp_path, content)
    assert said in str(refused.value)


BOMBS = {
    "a table": (b"id,name\na,Acmelux\n" + b"\n" * 3_000_000, "table"),
    "JSON Lines": (b'{"id": "a", "name": "Acmelux"}\n' + b" " * 3_000_000, "json"),
    "XML": (b"<a>" + b"<b/>" * 1_000_000, "uspto"),
}


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped(("brands", content))])
@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_told_and_left(tmp_path, monkeypatch, kind, pack) -> None:
    monkeypatch.setattr(packed, "HARMLESS", 100_000)
    content, form = BOMBS[kind]
    *_, last = entries(tmp_path, pack(content), form=form)
    assert "it unpacks to more than 200 times its size" in last.problem


@pytest.mark.slow
@pytest.mark.parametrize("start", [b"", b"id,name\na,Acmelux\n", b'{"id": "a", "name": "Acmelux"}\n', b"<a>"])
def test_a_file_of_two_gigabytes_of_nothing_is_read_in_little_memory(tmp_path, start) -> None:
    import resource

    file = put(tmp_path, "large", start)
    with file.open("r+b") as large:
        large.truncate(2**31)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if start.startswith((b"{", b"<")):
        given = list(brand_entries(file))
        assert given[-1].problem
        assert len(given) <= 2
    else:  # a table holds no zero bytes
        with pytest.raises(UnreadableInput, match="is no file of brands"):
            brand_entries(file)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def test_a_list_of_euipo_s(tmp_path) -> None:
    content = EUIPO + (
        "ACMELUX;018000001;9, 25 , 35;Registered;Acme GmbH;01/02/2020;31/01/2030\n"
        "Acmelux;018000002;3;Registered;ACME, GmbH;;\n"
        "Betamora;018000003;3;Application published;Beta SA;;\n"
        ";018000004;25;Registered;Acme GmbH;;\n"
        "Gammatek;;25;Registered;Gamma;;\n"
        "Deltora;018000006;25;Registered;Delta;last year;\n"
    )
    given = entries(tmp_path, "\ufeff" + content)
    first, second = (one for one in given if one.record)
    assert first.record.id == second.record.id  # one text, one holder: one brand with two marks
    assert first.adds
    assert first.record.marks == (
        Mark(
            text="ACMELUX",
            registration_number="018000001",
            holder="Acme GmbH",
            classes=(9, 25, 35),
            territories=("EU",),
            since=date(2020, 2, 1),
            until=date(2030, 1, 31),
        ),
    )
    assert [one.skipped for one in given if one.skipped] == [
        "its status is 'Application published', not registered",
        "a mark without words",
    ]
    assert [one.problem for one in given if one.problem] == [
        "the number is missing",
        "'last year' is no date such as 31/12/2030",
    ]


def test_a_list_of_tmview_s_tells_where_a_mark_holds(tmp_path) -> None:
    content = (
        '"Trade mark name","Trade mark office","Designated territory","Application number",'
        '"Registration number","Trade mark status","Nice classification","Applicant name"\n'
        '"Acmelux","DPMA","DE, AT","A1","R1","Registered","25|35","Acme GmbH"\n'
        '"Betamora","EUIPO","EM","A2","","Registered","3","Beta SA"\n'
    )
    acme, beta = records(entries(tmp_path, content))
    assert (acme.marks[0].registration_number, acme.marks[0].territories) == ("R1", ("DE", "AT"))
    assert (beta.marks[0].registration_number, beta.marks[0].territories) == ("A2", ("EU",))


def case(
    serial="79000001", number="0012345", status="700", text="ACMELUX", extra="", owners=None, day="20200201"
):
    owners = owners or [("10", "First Owner"), ("30", "Acme Inc."), ("30", "Acme Ltd")]
    return f"""<case-file><serial-number>{serial}</serial-number>
      <registration-number>{number}</registration-number><transaction-date>20260101</transaction-date>
      <case-file-header><filing-date>20190101</filing-date><registration-date>{day}</registration-date>
        <status-code>{status}</status-code><mark-identification>{text}</mark-identification>
        <mark-drawing-code>4000</mark-drawing-code>{extra}</case-file-header>
      <case-file-statements><case-file-statement><type-code>GS0251</type-code><text>Shoes</text>
        </case-file-statement></case-file-statements>
      <classifications><classification><international-code>025</international-code><us-code>022</us-code>
        </classification><classification><international-code>009</international-code></classification>
        <classification><international-code>A</international-code></classification></classifications>
      <case-file-owners>{
        "".join(
            f"<case-file-owner><entry-number>1</entry-number><party-type>{kind}</party-type>"
            f"<party-name>{name}</party-name></case-file-owner>"
            for kind, name in owners
        )
    }</case-file-owners>
    </case-file>"""


def daily(*cases):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE trademark-applications-daily [<!ELEMENT case-file (serial-number)>]>
      <trademark-applications-daily><version><version-no>2.0</version-no></version><application-information>
      <file-segments><file-segment>TRMK</file-segment><action-keys><action-key>TX</action-key>
      {"".join(cases)}</action-keys></file-segments></application-information>
      </trademark-applications-daily>"""


def test_a_registered_case_file_of_the_uspto(tmp_path) -> None:
    (one,) = entries(tmp_path, daily(case()), "apc260101.xml")
    assert one.where.endswith("case file 79000001")
    assert one.adds
    assert one.record.name == "ACMELUX"
    assert one.record.marks == (
        Mark(
            text="ACMELUX",
            registration_number="12345",
            holder="Acme Inc.",
            classes=(9, 25),
            territories=("US",),
            since=date(2020, 2, 1),
        ),
    )


CASES = [
    ({"number": "0000000"}, "skipped", "an application that is not registered"),
    ({"number": ""}, "skipped", "an application that is not registered"),
    ({"status": "602"}, "skipped", "a registration that has ended"),
    ({"status": "710"}, "skipped", "a registration that has ended"),
    ({"status": "900"}, "skipped", "a registration that has ended"),
    ({"extra": "<cancellation-date>2024</cancellation-date>"}, "skipped", "a registration that has ended"),
    ({"text": ""}, "skipped", "a mark without words"),
    ({"text": "A" * 5_000}, "problem", "name is longer than 200 characters (5,000)"),
    ({"day": "yesterday"}, "problem", "registration-date is 'yesterday', no day"),
    ({"text": "R&amp;B &lt;x&gt;"}, "record", None),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "kind", "said"), CASES)
def test_other_case_files_are_skipped_or_refused_alone(tmp_path, fields, kind, said) -> None:
    first, second = entries(tmp_path, daily(case(**fields), case(serial="2", number="99")), "a.xml")
    assert second.record.marks[0].registration_number == "99"
    told = getattr(first, kind)
    assert said in told if said else told.name == "R&B <x>"


BAD_XML = [
    (daily(case())[:-200], "it breaks off"),
    (daily(case()) + "more", "something follows the end"),
    (daily(case()).replace("</case-file-owners>", "</x>"), "a tag is closed that is not the one last opened"),
    ('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', "declares XML entities"),
    ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "declares XML entities"),
    ("<?xml version='1.0' encoding='klingon'?><a/>", "its encoding is not known"),
    ("<a>\x01</a>", "no such character may stand here"),
    ("<" + "a" * 17_000_000, "cannot be read"),
    ("<case-file>" + "<a>" * 6_000_000, "cannot be read: no case file ends within 16 MB"),
]


@pytest.mark.parametrize(("content", "said"), BAD_XML)
def test_broken_and_hostile_xml_ends_with_a_reason(tmp_path, content, said) -> None:
    *before, last = entries(tmp_path, content, "a.xml")
    assert said in last.problem
    assert len(before) <= 1


_WORD = st.text("ab,;\"'\n\r\t|[{ é\u202e", max_size=6)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(_WORD, min_size=2, max_size=4), max_size=5), delimiter=st.sampled_from(",;\t"))
def test_any_table_gives_brands_and_reasons(tmp_path, rows, delimiter) -> None:
    lines = [delimiter.join(["id", "name", "marks", "note"]), *(delimiter.join(row) for row in rows)]
    for one in entries(tmp_path, "\n".join(lines).encode()):
        assert (one.record is None) != (one.problem is None)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60), form=st.sampled_from(["json", "table", "uspto", "euipo", None]))
def test_any_bytes_give_brands_or_reasons(tmp_path, content, form) -> None:
    with suppress(UnreadableInput):
        given = entries(tmp_path, content, form=form)
        assert all(one.problem or one.skipped or one.record for one in given)


_TAGS = ("case-file", "case-file-header", "serial-number", "party-name", "mark-identification", "a")
_PIECES = [
    *(f"<{tag}>" for tag in _TAGS),
    *(f"</{tag}>" for tag in _TAGS),
    "x",
    "1",
    "&amp;",
    "&",
    "<",
    "<!--",
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=30))
def test_any_xml_gives_brands_or_reasons(tmp_path, pieces) -> None:
    for one in entries(tmp_path, "<r>" + "".join(pieces) + "</r>", "a.xml"):
        assert one.problem or one.skipped or one.record
