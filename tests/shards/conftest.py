"""Shards are made of what a graph that judges again holds."""

from tests.rescans.conftest import rescans  # noqa: F401 - a fixture
