import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

import storage.migrations
import workers.tables  # noqa: F401 - it brings all
from brand_registry.access import operator
from brand_registry.browsing import brands_page
from brand_registry.people import Owner
from brand_registry.tables import Brand
from storage import migrations
from storage.database import Base, Database, _engine, database_exists
from storage.errors import BadSetting, StorageError
from storage.migrations import migrate
from storage.settings import Settings


def test_the_migrations_make_the_tables_that_the_program_knows(database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == migrations.HEAD


def test_the_head_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(storage.migrations.__path__[0])
    assert scripts.get_current_head() == migrations.HEAD


def _revisions() -> list[str]:
    scripts = ScriptDirectory(storage.migrations.__path__[0])
    return sorted(script.revision for script in scripts.walk_revisions())


_WORDS = "0018"
"""The revision that brings the words which brands are found by."""


@pytest.mark.parametrize("revision", _revisions())
def test_a_database_of_any_earlier_revision_keeps_its_brands(empty_url, revision) -> None:
    engine = _engine(empty_url)
    migrate(engine, revision)
    with engine.execution_options(detector_writes=True).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO brands (owner_id, key, name, state, categories, extra, revision, version) "
                "SELECT id, 'acme', 'Acme Ltd', 'live', '[]', '{}', 1, 1 FROM owners"
            )
        )
        connection.execute(text("INSERT INTO aliases (brand_id, position, text) VALUES (1, 0, 'アクメ')"))
        connection.execute(
            text(
                "INSERT INTO marks (brand_id, position, text, script, classes, territories, common_word, "
                "extra) VALUES (1, 0, 'Rocket Skates', 'Latin', '[]', '[]', :no, '{}')"
            ),
            {"no": False},
        )
    engine.dispose()
    database = Database(empty_url)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    with database.reading() as session:
        if revision < _WORDS:
            for words in ("ltd", "ska", "クメ", "acme"):
                assert [one.id for one in brands_page(session, operator(), words=words).brands] == ["acme"]
        assert [mark.text for mark in session.scalars(select(Brand)).one().marks] == ["Rocket Skates"]
    database.close()


def test_what_was_made_by_a_newer_program_is_left_alone(database, database_url) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="revision 9999, made by a newer version"):
        Database(database_url)


_KILLED = """
import os, signal, sys
from sqlalchemy import event
import storage.database
from sqlalchemy.engine import Engine
left = int(sys.argv[2])
@event.listens_for(Engine, "after_cursor_execute")
def _count(connection, cursor, statement, *others):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
storage.database.Database(sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.parametrize("statements", [3, 6, 12, 25, 40])
def test_a_migration_killed_anywhere_leaves_nothing_half_done(empty_url, statements) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, empty_url, str(statements)], check=False)
    assert killed.returncode == -signal.SIGKILL
    again = Database(empty_url)
    with again.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    with again.reading() as session:
        assert session.query(Owner).count() == 1
    again.close()


@pytest.mark.slow
def test_programs_that_start_at_once_migrate_once(empty_url) -> None:
    code = "import sys, storage.database; storage.database.Database(sys.argv[1])"
    running = [subprocess.Popen([sys.executable, "-c", code, empty_url]) for _ in range(4)]
    assert [one.wait() for one in running] == [0] * 4


def test_what_was_raised_in_the_middle_leaves_nothing(database) -> None:
    def half() -> None:
        with database.writing("anna") as session:
            session.add(Owner(key="globex", name="Globex"))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        half()
    with database.reading() as session:
        assert session.query(Owner).filter_by(key="globex").count() == 0


def test_writers_wait_for_each_other(database) -> None:
    def add(number: int) -> None:
        with database.writing("anna") as session:
            session.query(Owner).count()
            session.add(Owner(key=f"owner{number}", name="x"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.query(Owner).count() == 9


def test_a_reader_sees_one_state(database) -> None:
    with database.reading() as session:
        assert session.query(Owner).count() == 1
        with database.writing("anna") as other:
            other.add(Owner(key="globex", name="Globex"))
        assert session.query(Owner).count() == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "mysql is not known"),
        ("nonsense", "DETECTOR_DATABASE"),
        ("postgresql+nothing://x/y", "DETECTOR_DATABASE"),
    ],
)
def test_an_address_that_makes_no_sense_is_named(url, said) -> None:
    with pytest.raises(BadSetting, match=said):
        Database(url)


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(StorageError, match="server does not answer") as refused:
        Database("postgresql+psycopg://anna:secret@127.0.0.1:1/detector")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"no database at all, but a text" * 100, b"SQLite format 3\0" + b"x" * 5_000]
)
def test_a_file_of_something_else_is_told(tmp_path, content) -> None:
    file = tmp_path / "detector.sqlite"
    file.write_bytes(content)
    with pytest.raises(StorageError, match=r"no SQLite database|damaged"):
        Database(f"sqlite:///{file}")
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be_made_names_the_setting(tmp_path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageError, match="DETECTOR_HOME"):
        Database(f"sqlite:///{tmp_path / 'home' / 'detector.sqlite'}")


def test_a_full_disk_loses_nothing_that_was_committed(tmp_path) -> None:
    """The file may not grow (PRAGMA max_page_count), as on a full disk."""
    url = f"sqlite:///{tmp_path / 'detector.sqlite'}"
    database = Database(url)

    def write(count: int, pages: int) -> None:
        with database.writing("anna") as session:
            driver: sqlite3.Connection = session.connection().connection.driver_connection
            driver.execute(f"PRAGMA max_page_count = {pages}")
            session.add_all(Owner(key=f"{count}-{n}", name="x" * 200) for n in range(count))

    write(2, 10_000)
    with pytest.raises(StorageError, match="the disk is full"):
        write(2_000, 1)
    write(3, 10_000)
    with database.reading() as session:
        assert session.query(Owner).count() == 6


def test_the_home_is_by_the_rules_of_xdg(monkeypatch) -> None:
    monkeypatch.delenv("DETECTOR_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert str(Settings().home) == "/somewhere/listing-infringement-detector"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert Settings().home.parts[-3:] == (".local", "share", "listing-infringement-detector")


@pytest.mark.parametrize("ask", [database_exists, Database])
@pytest.mark.parametrize("url", ["nowhere", "postgresql+psycopg://u:p@ss:w0rd@h/x"])
def test_an_address_that_is_none_is_said_without_its_password(ask, url: str) -> None:
    with pytest.raises(BadSetting) as said:
        ask(url)
    assert "DETECTOR_DATABASE: is no address" in str(said.value)
    assert "w0rd" not in str(said.value)
