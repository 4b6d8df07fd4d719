"""Attacks that brand owners ask for: `detector attack` in a process of its own, in words, on their brand."""

import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from sqlalchemy import and_, or_, select

from brand_registry.attacking import AttackRun, AttackState
from brand_registry.stored import public_id
from detector.errors import DetectorError
from storage.database import Database
from workers.starting import start

EACH = 20
"""Listings a strength: enough to tell 80% from 50%."""
LONGEST = 20 * 60
"""Seconds; it takes less than one of a processor that does nothing else."""
LENT = timedelta(seconds=LONGEST + 300)
"""After which whoever began it is taken for dead."""
MOST_ATTEMPTS = 3
_log = structlog.get_logger()


class NotAttacked(DetectorError):
    """The command ended without curves."""


def attack_next(database: Database, now: datetime) -> bool:
    """Does the attack that has waited longest; whether there was one.

    May be killed at any moment: what it was at is then begun again, three times at most.
    """
    claimed = _claim(database, now)
    if claimed is None:
        return False
    number, brand = claimed
    state, result, why = AttackState.DONE, None, None
    try:
        result = _attacked(brand)
    except NotAttacked as error:
        state, why = AttackState.FAILED, str(error)
    with database.writing("attacks") as session:
        run = session.get(AttackRun, number)
        if run is not None and run.state == AttackState.RUNNING:  # its brand may be gone
            run.state, run.result, run.why = state, result, why
    return True


def _claim(database: Database, now: datetime) -> tuple[int, str] | None:
    """The run to be done, and its brand's id."""
    left = and_(AttackRun.state == AttackState.RUNNING, AttackRun.since < now - LENT)
    due = select(AttackRun).where(or_(AttackRun.state == AttackState.WAITING, left)).order_by(AttackRun.id)
    with database.reading() as session:
        if session.scalar(due.limit(1)) is None:
            return None
    with database.writing("attacks") as session:
        for run in session.scalars(due.with_for_update(skip_locked=True, of=AttackRun)):
            if run.attempts >= MOST_ATTEMPTS:
                run.state, run.why = AttackState.FAILED, "whoever worked on it was killed, three times"
                continue
            run.state, run.since, run.attempts = AttackState.RUNNING, now, run.attempts + 1
            return run.id, public_id(run.brand.owner.key, run.brand.key)
    return None


def _attacked(brand: str) -> dict[str, Any]:
    """What the command says. Its package is that of measuring, which workers don't import. Raises
    `NotAttacked`.
    """
    with tempfile.TemporaryDirectory(prefix="detector-attack-") as out:
        options = ["--json", "--no-pictures", f"--each={EACH}", f"--out={out}/page"]
        # An id is one word, behind `--`.
        command = [sys.executable, "-m", "workers.cli", "attack", *options, "--", brand]
        process = start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            said, complained = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            raise NotAttacked(f"it took more than {LONGEST // 60} minutes and was ended; try again") from None
        finally:
            process.kill()
            process.wait()
    if process.returncode or not said:
        lines = [line for line in complained.decode(errors="replace").splitlines() if line.strip()]
        told = next((line for line in reversed(lines) if line.startswith("detector: ")), None)
        if told is not None:
            raise NotAttacked(told.removeprefix("detector: "))
        _log.error("an attack broke off", brand=brand, status=process.returncode, why=lines[-1:])
        raise NotAttacked("it broke off, and the log of the workers says why; tell whoever runs this house")
    curves: dict[str, Any] = orjson.loads(said)
    return curves
