-- Sharing and rights append to the log as themselves, as records and governance do.

GRANT USAGE ON SCHEMA ledger TO rollbook_sharing, rollbook_rights;
GRANT SELECT, INSERT ON ledger.event, ledger.command, ledger.fence TO rollbook_sharing, rollbook_rights;
GRANT SELECT, INSERT, DELETE ON ledger.claim TO rollbook_sharing, rollbook_rights;
GRANT SELECT, INSERT (organisation), UPDATE (size, recorded_at) ON ledger.log TO rollbook_sharing, rollbook_rights;
