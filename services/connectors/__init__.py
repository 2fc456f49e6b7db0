"""Other systems' files become plain rows here, each with its problems; a client of the HTTP API sends them on."""
