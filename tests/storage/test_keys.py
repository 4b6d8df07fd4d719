"""What a copy of the database alone doesn't give away."""

import stat
import threading

import pytest
from pydantic import SecretStr

from storage.keys import derived, opened, sealed
from storage.settings import settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings(), "home", tmp_path)
    monkeypatch.setattr(settings(), "secret", None)
    return tmp_path


def test_the_key_is_made_once_and_nobody_else_reads_it(home) -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(derived("a", "b"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    assert [one.name for one in home.iterdir()] == ["secret.key"]
    assert derived("a", "c") != made[0] != derived("c", "b")


@pytest.mark.parametrize("text", ["", "+49 170 1234567", "微信 abc", "\ud800"])
def test_what_is_sealed_opens_again_and_says_nothing(home, text) -> None:
    shut = sealed(text)
    assert opened(shut) == text
    assert not text or text not in shut
    assert sealed(text) != shut


def test_what_never_was_sealed_is_as_it_is_and_another_key_opens_nothing(home, monkeypatch) -> None:
    assert opened("+49 170 1234567") == "+49 170 1234567"
    shut = sealed("+49 170 1234567")
    monkeypatch.setattr(settings(), "secret", SecretStr("x" * 32))
    assert opened(shut) == ""
