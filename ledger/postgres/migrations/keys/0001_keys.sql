-- The vault's database: wrapped keys and nothing else. Destroying a key overwrites it; the row stays as a tombstone.

CREATE SCHEMA vault;

CREATE TABLE vault.organisation_key (
  organisation uuid NOT NULL,
  epoch integer NOT NULL,
  wrapped bytea,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organisation, epoch)
);

CREATE TABLE vault.key (
  organisation uuid NOT NULL,
  subject uuid NOT NULL,
  category text NOT NULL,
  period smallint NOT NULL,
  epoch integer NOT NULL,
  wrapped bytea,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  destroyed_at timestamptz,
  request text,
  PRIMARY KEY (organisation, subject, category, period),
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

GRANT USAGE ON SCHEMA vault TO rollbook_vault;
GRANT SELECT, INSERT, UPDATE ON vault.organisation_key, vault.key TO rollbook_vault;
