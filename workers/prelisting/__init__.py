"""Listings that are checked before they are listed: an answer within seconds, ahead of whole catalogues."""
