"""Comma-separated files, as spreadsheets and older management information systems write them."""
