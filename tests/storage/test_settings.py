"""Settings: what is set to nothing is not set, and what makes no sense is said in words of our own."""

import pytest

from storage.errors import BadSetting
from storage.settings import Settings, settings

WRONG = {
    ("LEASE", "soon"): "must be a number, not 'soon'",
    ("LEASE", "0.5"): "must be at least 1, not 0.5",
    ("PATIENCE", "0"): "must be more than 0, not 0",
    ("MIDDLE_FROM", "0.5"): "must be less than 0.5, not 0.5",
    ("GOLD_SHARE", "0.9"): "must be at most 0.5, not 0.9",
    ("CHILD_MEMORY", "1.5"): "must be a whole number, not '1.5'",
    ("MIDDLE_PICTURES", "perhaps"): "must be true or false, not 'perhaps'",
    ("OIDC_NAME", "x" * 101): "must have at most 100 characters",
    ("OCR_ENGINE", "tesseract"): "must be 'onnxruntime' or 'paddle', not 'tesseract'",
    ("TRUSTED_PROXIES", "10.0.0.0/8, here"): "'here' is no address and no network; write it like 10.1.0.0/16",
    ("LIMIT_FORMS", "many"): "'many' is no rate; write it like 10/minute",
    ("MIDDLE_URL", "me:secret@example"): "is no address; write it like https://models.example.com/v1",
    ("SECRET", "secret"): "must have at least 32 characters",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_sense_is_said_with_what_it_may_be(monkeypatch, wrong) -> None:
    monkeypatch.setenv(f"DETECTOR_{wrong[0]}", wrong[1])
    with pytest.raises(BadSetting, match=f"the setting DETECTOR_{wrong[0]}: ") as refused:
        settings.__wrapped__()
    assert WRONG[wrong] in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_what_is_set_to_nothing_is_not_set(monkeypatch, tmp_path, name) -> None:
    monkeypatch.chdir(tmp_path)  # no .env
    monkeypatch.delenv(f"DETECTOR_{name.upper()}", raising=False)
    unset = getattr(Settings(), name)
    monkeypatch.setenv(f"DETECTOR_{name.upper()}", "")
    assert getattr(Settings(), name) == unset


def test_a_home_that_is_set_to_nothing_leaves_the_working_folder_alone(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("DETECTOR_HOME", "")
    assert Settings().home == tmp_path / "data" / "listing-infringement-detector"
    (tmp_path / ".env").write_text("DETECTOR_HOME=/from/the/file\n")
    assert str(Settings().home) == "/from/the/file"
