"""Catalogues: rows are read one by one, so that ten million of them take no more memory than ten."""

from workers.catalogue.opening import Catalogue, open_catalogue
from workers.catalogue.row import Rejected, Row, parse_listing

__all__ = ["Catalogue", "Rejected", "Row", "open_catalogue", "parse_listing"]
