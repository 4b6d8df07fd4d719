"""Files of weights: read as they were written, refused in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from detector.errors import UnreadableInput
from detector.weights import as_json, default_weights, parsed, read_weights


def changed(**values: Any) -> str:
    return json.dumps(as_json(default_weights()) | values)


def test_weights_are_read_as_they_were_written() -> None:
    assert as_json(parsed(changed(), "w.json")) == as_json(default_weights())
    steep = changed(by_reason={"logo": {"above": 2.0, "below": 0.5}})
    assert as_json(parsed(steep, "w.json")) == json.loads(steep)


def test_files_from_before_reasons_were_told_apart_are_read() -> None:
    older = {key: value for key, value in as_json(default_weights()).items() if key != "by_reason"}
    assert parsed(json.dumps(older), "w.json").by_reason == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (changed(table="scores-0"), "of another version of the table than scores-2; fit them anew"),
        (changed(base=None), "w.json: base"),
        ("{", "not JSON: it breaks off before its closing bracket"),
        (changed(reasons={"misspelling": 1.0}), "lack or don't know .*logo"),
        (changed(reasons=as_json(default_weights())["reasons"] | {"logo": -1.0}), "logo has to be above 0"),
        (changed(calibration={"at": [1, 0], "odds": [0, 1]}), "has to rise"),
        (changed(calibration={"at": [0, 1], "odds": [0]}), "as many odds as places"),
        (changed(by_reason={"logo": {"above": 0.0, "below": 1.0}}), "logo.above has to be above 0"),
        (changed(by_reason={"rumour": {"above": 1.0, "below": 1.0}}), "by_reason.rumour"),
        (changed(more=1), "more is not known here"),
        (changed(thresholds={"harms": {"boredom": 0.4}}), "harms don't know boredom"),
        (changed(thresholds={"harms": {"medicine": 0.1}}), r"below 0\.2 \(0\.1\); it has to be a file"),
        (changed(thresholds={"categories": {"Bags": 1.0}}), r"thresholds\.categories\.Bags is above 0\.99"),
        (changed().replace('"again": ', '"again": NaN, "was": '), "w.json: "),
    ],
)  # fmt: skip
def test_what_cannot_serve_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(UnreadableInput, match=said):
        parsed(text, "w.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableInput, match=r"none\.json: cannot be read \(No such file or directory\); name a file that"
    ):
        read_weights(tmp_path / "none.json")
