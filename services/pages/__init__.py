"""Web pages: plain HTML drawn on the server, reading through the same questions as the API."""
