"""The notebooks run from top to bottom in the project's own environment."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"


SAYS = {
    "catalogue_to_queue": ("listings are in the queue", "abuses are in the queue"),
    "explain_a_listing": ("flag", "image:0 'VELMORA'"),
    "how_good_is_it": ("calibration error", "in the first 15% of the queue"),
    "protect_a_mark": ("all one colour", "logo image:0 emblem.png", "image_copy image:0 shoe.jpg mirrored"),
    "read_the_misses": ("misses were not seen by any signal", "innocent listings are flagged"),
    "tune_a_brand": ("and aliases        found", "all from 0.95 on alone"),
}


def test_every_notebook_is_run() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(SAYS)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAYS)
def test_notebook_runs(name: str) -> None:
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", timeout=300)
    client.execute(cwd=str(FOLDER.parent))
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    printed = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    for said in SAYS[name]:
        assert said in printed
    assert any("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)
