-- How far each reaction has come in each log, and what it could not be taken about. Beside the log and no part of it:
-- what a reaction did stands in the log itself.

CREATE TABLE ledger.reaction (
  organisation uuid NOT NULL,
  name text NOT NULL,
  index bigint NOT NULL DEFAULT 0 CHECK (index >= 0),
  PRIMARY KEY (organisation, name)
);

CREATE TABLE ledger.reaction_parked (
  organisation uuid NOT NULL,
  name text NOT NULL,
  index bigint NOT NULL,
  reason text NOT NULL CHECK (length(reason) <= 100),
  PRIMARY KEY (organisation, name, index)
);

ALTER TABLE ledger.reaction ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.reaction FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.reaction_parked ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.reaction_parked FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger.reaction USING (ledger.is_tenant(organisation)) WITH CHECK (ledger.is_tenant(organisation));
CREATE POLICY tenant ON ledger.reaction_parked
  USING (ledger.is_tenant(organisation)) WITH CHECK (ledger.is_tenant(organisation));

-- Whoever reacts keeps these and may neither read nor write an entry: it appends as the service whose reaction it is.
GRANT USAGE ON SCHEMA ledger TO rollbook_reactions;
GRANT SELECT, INSERT, UPDATE ON ledger.reaction TO rollbook_reactions;
GRANT SELECT, INSERT, DELETE ON ledger.reaction_parked TO rollbook_reactions;
