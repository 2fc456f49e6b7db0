-- How far each log has been sent to a topic, and which database this is. Beside the log and no part of it.

-- Made once, with the database: whoever follows a topic refuses what comes from another database, or from another
-- epoch of a log (ledger.log.epoch), as a topic may outlive the database that it was filled from.
CREATE TABLE ledger.origin (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO ledger.origin DEFAULT VALUES;

CREATE TABLE ledger.relay (
  organisation uuid NOT NULL,
  topic text NOT NULL,
  index bigint NOT NULL DEFAULT 0 CHECK (index >= 0),
  PRIMARY KEY (organisation, topic)
);

-- The relay sends what is sealed, for all organisations; what it keeps is only how far it has come.
GRANT USAGE ON SCHEMA ledger TO rollbook_relay;
GRANT SELECT, INSERT, UPDATE ON ledger.relay TO rollbook_relay;
GRANT SELECT ON ledger.origin TO rollbook_relay, rollbook_reader;
GRANT SELECT ON ledger.relay TO rollbook_reader;
