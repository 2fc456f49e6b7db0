-- Documents: sealed chunks beside the log, because a backup of the log without them would have lost what it speaks of.
-- Nothing here says of whom a document is: that is in the log's entry, and the ciphertext is bound to it.

CREATE TABLE ledger.document (
  organisation uuid NOT NULL,
  document uuid NOT NULL,
  chunk integer NOT NULL CHECK (chunk >= 0),
  sealed bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 1 AND 300000),
  PRIMARY KEY (organisation, document, chunk)
);

ALTER TABLE ledger.document ALTER sealed SET STORAGE EXTERNAL;  -- ciphertext does not compress

ALTER TABLE ledger.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger.document USING (ledger.is_tenant(organisation)) WITH CHECK (ledger.is_tenant(organisation));

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.document FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger.document FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

GRANT SELECT, INSERT ON ledger.document TO rollbook_records;
