import sys

import pytest

from workers.typed import typed


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A working folder with the command in a virtual environment."""
    scripts = tmp_path / "shop" / ".venv" / "bin"
    scripts.mkdir(parents=True)
    (scripts / "detector").touch(mode=0o755)
    (tmp_path / "shop" / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", str(scripts / "python"))
    return tmp_path / "shop"


@pytest.mark.parametrize(
    ("called", "path", "below", "printed"),
    [
        (".venv/bin/detector", "/nowhere", ".", ".venv/bin/detector"),
        ("{home}/.venv/bin/detector", "/nowhere", ".", ".venv/bin/detector"),
        ("{home}/.venv/bin/detector", "{home}/.venv/bin", ".", "detector"),
        ("{home}/.venv/bin/detector", "/nowhere", "sub", "{home}/.venv/bin/detector"),
        ("../.venv/bin/detector", "/nowhere", "sub", "../.venv/bin/detector"),
        ("{home}/workers/cli.py", "/nowhere", ".", ".venv/bin/detector"),
        ("{home}/workers/demo/__main__.py", "{home}/.venv/bin", ".", ".venv/bin/detector"),
    ],
)
def test_the_command_is_printed_as_it_can_be_typed(monkeypatch, home, called, path, below, printed) -> None:
    monkeypatch.setattr(sys, "argv", [called.format(home=home)])
    monkeypatch.setenv("PATH", path.format(home=home))
    monkeypatch.chdir(home / below)
    assert typed() == printed.format(home=home)
