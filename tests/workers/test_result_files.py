import json

import pytest

from detector.errors import UnreadableInput
from detector.result import Result, Verdict
from workers.catalogue import Row
from workers.judging import Outcome
from workers.results import ResultFiles, keep_earlier, skip_done
from workers.summary import Tally

ROWS = [
    Row(
        n,
        b"raw",
        json.dumps({"id": f"L{n}", "title": "x"}).encode() if n % 4 else None,
        None if n % 4 else "bad",
    )
    for n in range(1, 13)
]


VERSIONS = {"detector": "1", "registry": "r1", "settings": "s1"}


def outcome(row):
    if row.problem:
        return Outcome(rejected=row.problem)
    result = Result(f"L{row.number}", Verdict.CLEAR, 0.0, versions=VERSIONS)
    return Outcome(result.listing_id, result.to_json(), verdict=result.verdict)


@pytest.fixture
def whole(tmp_path):
    """Both files as an uninterrupted scan leaves them."""
    files = ResultFiles(tmp_path / "o.jsonl", tmp_path / "r.jsonl")
    files.write(ROWS, [outcome(row) for row in ROWS])
    files.close()
    return (tmp_path / "o.jsonl").read_bytes(), (tmp_path / "r.jsonl").read_bytes()


def resume(tmp_path):
    out, rejects = tmp_path / "o.jsonl", tmp_path / "r.jsonl"
    rows = iter(ROWS)
    for _ in skip_done(rows, out, rejects, VERSIONS):
        pass
    files = ResultFiles(out, rejects, append=True)
    left = list(rows)
    files.write(left, [outcome(row) for row in left])
    files.close()
    return out.read_bytes(), rejects.read_bytes()


def test_both_files_are_whole_lines(whole) -> None:
    out, rejects = whole
    assert [json.loads(line)["listing_id"] for line in out.splitlines()] == [
        f"L{n}" for n in range(1, 13) if n % 4
    ]
    assert json.loads(rejects.splitlines()[0]) == {"line": 4, "reason": "bad", "raw": "raw"}


def test_going_on_from_any_byte_gives_the_same_files(tmp_path, whole) -> None:
    # However the results are torn: rejects are written first, so they may be ahead, torn or whole.
    out, rejects = whole
    for end in range(len(out) + 1):
        for ahead in {len(rejects), len(rejects) - 5}:
            (tmp_path / "o.jsonl").write_bytes(out[:end])
            (tmp_path / "r.jsonl").write_bytes(rejects[:ahead])
            assert resume(tmp_path) == whole


def test_results_of_another_catalogue_are_refused_and_kept(tmp_path, whole) -> None:
    (tmp_path / "o.jsonl").write_bytes(whole[0].replace(b"L2", b"M2"))
    with pytest.raises(UnreadableInput, match="does not belong to this catalogue: at line 2"):
        resume(tmp_path)
    assert (tmp_path / "o.jsonl").read_bytes() == whole[0].replace(b"L2", b"M2")


def test_results_of_other_brands_are_refused(tmp_path, whole) -> None:
    (tmp_path / "o.jsonl").write_bytes(whole[0].replace(b"r1", b"r0"))
    with pytest.raises(UnreadableInput, match="made with other brands"):
        resume(tmp_path)


def test_results_of_other_settings_are_refused(tmp_path, whole) -> None:
    (tmp_path / "o.jsonl").write_bytes(whole[0].replace(b"s1", b"s0"))
    with pytest.raises(UnreadableInput, match=r"made with other settings.*drop --resume"):
        resume(tmp_path)


def test_a_failure_of_an_earlier_run_is_remembered(tmp_path) -> None:
    files = ResultFiles(tmp_path / "o.jsonl", tmp_path / "r.jsonl")
    failed = Outcome(rejected="the detector failed: KeyError", failed=True)
    files.write(ROWS[:2], [failed, outcome(ROWS[1])])
    files.close()
    tally = Tally()
    for result in skip_done(iter(ROWS), tmp_path / "o.jsonl", tmp_path / "r.jsonl", VERSIONS):
        tally.count_earlier(result)
    assert (tally.failure, tally.rejected, tally.rows) == ("the detector failed: KeyError", 1, 2)


def test_more_results_than_rows_are_refused(tmp_path, whole) -> None:
    (tmp_path / "o.jsonl").write_bytes(whole[0] * 2)
    with pytest.raises(UnreadableInput, match="more results than the catalogue has rows"):
        resume(tmp_path)


def test_what_an_earlier_scan_wrote_is_put_aside(tmp_path, whole) -> None:
    out, rejects, gone = (tmp_path / name for name in ("o.jsonl", "r.jsonl", "gone.jsonl"))
    assert [kept.name for kept in keep_earlier(out, rejects, gone, None)] == [
        "o.previous.jsonl",
        "r.previous.jsonl",
    ]
    assert (tmp_path / "o.previous.jsonl").read_bytes() == whole[0]
    assert not out.exists()


def test_a_number_that_is_no_line_is_named(tmp_path) -> None:
    files = ResultFiles(tmp_path / "o.jsonl", tmp_path / "r.jsonl", unit="item")
    files.write([ROWS[3]], [outcome(ROWS[3])])
    files.close()
    reject = json.loads((tmp_path / "r.jsonl").read_bytes())
    assert (reject["line"], reject["reason"]) == (4, "item 4: bad")


def test_a_long_row_is_cut_in_the_rejects(tmp_path) -> None:
    files = ResultFiles(tmp_path / "o.jsonl", tmp_path / "r.jsonl")
    files.write([Row(1, b"x" * 50_000, None, "bad")], [Outcome(rejected="bad")])
    files.close()
    reject = json.loads((tmp_path / "r.jsonl").read_bytes())
    assert len(reject["raw"]) == 10_000
    assert reject["cut"] is True
