"""What processes count for Prometheus: each in a file of its own where PROMETHEUS_MULTIPROC_DIR says so."""

from prometheus_client import Counter, Histogram

IN = Counter("detector_work_in", "Pieces of work begun", ["stage"])
OUT = Counter("detector_work_out", "Pieces of work settled", ["stage", "state"])
FAILED = Counter("detector_work_failed", "Attempts that failed", ["stage"])
SECONDS = Histogram(
    "detector_task_seconds", "How long a task took", ["stage"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)  # fmt: skip
WANTED = Counter("detector_readings_wanted", "Readings that were wanted of pictures", ["found"])

STAGES = {
    "runs": "pull", "pictures": "fetch", "readings": "read", "items": "judge", "rescan_parts": "rescan",
    "spread_parts": "scan", "next_readings": "read",
}  # fmt: skip
"""By the tables of the work."""
