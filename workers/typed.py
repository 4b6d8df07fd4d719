"""The command as the person typed it, so that what is printed to be typed next can be copied."""

import os
import shutil
import sys
from pathlib import Path


def typed() -> str:
    """`detector` where a shell finds it under that name, else its path as it was given; relative to the
    working folder where it lies beneath it.
    """
    called = Path(sys.argv[0])
    if called.name.startswith("detector"):
        on_path = shutil.which(called.name)
        if on_path and Path(on_path).resolve() == called.resolve():
            return called.name
    else:
        # Called as a module (`python -m workers.cli`) or by the demo: the script lies beside the interpreter.
        called = Path(sys.executable).parent / "detector"
    here = Path.cwd()
    return os.path.relpath(called) if called.is_absolute() and called.is_relative_to(here) else str(called)
