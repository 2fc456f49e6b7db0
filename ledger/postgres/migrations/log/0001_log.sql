-- The record. Columns, leaf and policies are fixed by docs/adr/0003: entries written once are never written again.

CREATE SCHEMA ledger;

CREATE TABLE ledger.log (
  organisation uuid PRIMARY KEY,
  size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
  recorded_at timestamptz NOT NULL DEFAULT '-infinity',
  epoch integer NOT NULL DEFAULT 1
) WITH (fillfactor = 20);  -- the sequencer is updated in place, thousands of times between vacuums

CREATE TABLE ledger.event (
  organisation uuid NOT NULL,
  index bigint NOT NULL CHECK (index > 0),
  recorded_at timestamptz NOT NULL,
  event_id uuid NOT NULL,
  service text NOT NULL,
  stream uuid NOT NULL,
  version integer NOT NULL,
  name text NOT NULL,
  event_version smallint NOT NULL,
  category text,
  period smallint NOT NULL,
  subjects uuid[] NOT NULL,
  cohort boolean NOT NULL,
  actor uuid NOT NULL,
  role text NOT NULL,
  purpose text NOT NULL,
  basis text NOT NULL,
  connector text,
  batch uuid,
  "row" integer,
  command uuid NOT NULL,
  cause bigint,
  body bytea NOT NULL,
  leaf bytea NOT NULL,
  PRIMARY KEY (organisation, index),
  UNIQUE (organisation, stream, version)
) PARTITION BY HASH (organisation);

ALTER TABLE ledger.event ALTER body SET STORAGE EXTERNAL;  -- ciphertext does not compress
-- Counted, an organisation that is new since the last ANALYZE would be thought to have no rows, and its whole log read
-- for each stream's next version.
ALTER TABLE ledger.event ALTER organisation SET STATISTICS 0;

DO $$
BEGIN
  FOR part IN 0..15 LOOP
    EXECUTE format('CREATE TABLE ledger.event_%s PARTITION OF ledger.event FOR VALUES WITH (MODULUS 16, REMAINDER %s)', part, part);
  END LOOP;
END $$;

CREATE INDEX event_subjects ON ledger.event USING gin (subjects);
CREATE INDEX event_batch ON ledger.event (organisation, batch) WHERE batch IS NOT NULL;
CREATE INDEX event_cohort ON ledger.event (organisation, index) WHERE cohort;

CREATE TABLE ledger.command (
  organisation uuid NOT NULL,
  key uuid NOT NULL,
  digest bytea NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL,
  result bytea NOT NULL,
  PRIMARY KEY (organisation, key)
);

CREATE TABLE ledger.claim (
  organisation uuid NOT NULL,
  kind text NOT NULL,
  digest bytea NOT NULL,
  subject uuid NOT NULL,
  PRIMARY KEY (organisation, kind, digest)
);
CREATE INDEX claim_subject ON ledger.claim (organisation, subject);

CREATE TABLE ledger.fence (
  organisation uuid NOT NULL,
  key uuid NOT NULL,
  PRIMARY KEY (organisation, key)
);

-- Row-level security ---------------------------------------------------------------------------------------------

CREATE FUNCTION ledger.is_tenant(organisation uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN organisation = ANY (string_to_array(nullif(current_setting('rollbook.organisations', true), ''), ',')::uuid[]);

CREATE FUNCTION ledger.tenants() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('rollbook.organisations', true), ''), ',')::uuid[];

ALTER TABLE ledger.log ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.log FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.event FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.command ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.command FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.claim FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.fence ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.fence FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON ledger.log USING (ledger.is_tenant(organisation)) WITH CHECK (ledger.is_tenant(organisation));
-- Runners look which organisations there are; of what is in their logs they see one at a time, like everybody.
CREATE POLICY every_log ON ledger.log FOR SELECT TO rollbook_reader USING (true);
CREATE POLICY tenant ON ledger.command USING (ledger.is_tenant(organisation)) WITH CHECK (ledger.is_tenant(organisation));
CREATE POLICY tenant ON ledger.claim USING (ledger.is_tenant(organisation)) WITH CHECK (ledger.is_tenant(organisation));
CREATE POLICY tenant ON ledger.fence USING (ledger.is_tenant(organisation)) WITH CHECK (ledger.is_tenant(organisation));

-- In a form that no index serves: every statement names its organisation, and the same condition twice would be
-- thought to leave hardly a row, which makes every index look as good as the right one.
CREATE POLICY tenant_reads ON ledger.event FOR SELECT
  USING (array_position((SELECT ledger.tenants()), organisation) IS NOT NULL);
-- The one restrictive SELECT policy, in exactly this form: a CASE or a second one would lose the GIN index.
CREATE POLICY one_subject ON ledger.event AS RESTRICTIVE FOR SELECT
  USING (subjects @> coalesce(nullif(current_setting('rollbook.subject', true), ''), '{}')::uuid[]);
-- A service writes as itself; the reads of a record are written by whichever service showed it.
CREATE POLICY own_service ON ledger.event FOR INSERT WITH CHECK (
  ledger.is_tenant(organisation)
  AND (
    'rollbook_' || service = current_user
    OR (service = 'governance' AND name IN ('record-viewed', 'records-searched', 'history-replayed'))
  )
);

-- Append-only ----------------------------------------------------------------------------------------------------

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'RB000';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.event FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger.event FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
DO $$
BEGIN
  FOR part IN 0..15 LOOP
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger.event_%s FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', part);
  END LOOP;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.command FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger.command FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.fence FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger.fence FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE FUNCTION ledger.only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.size < old.size OR new.recorded_at < old.recorded_at OR new.organisation <> old.organisation THEN
    RAISE EXCEPTION 'a log only grows' USING ERRCODE = 'RB000';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER only_grow BEFORE UPDATE ON ledger.log FOR EACH ROW EXECUTE FUNCTION ledger.only_grow();
CREATE TRIGGER no_delete BEFORE DELETE ON ledger.log FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger.log FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The append's first statement: lock, then check in statements that see what was committed before the lock came ------

CREATE FUNCTION ledger.admit(
  p_organisation uuid, p_entries integer,
  p_command uuid, p_digest bytea, p_result bytea,
  p_after bigint, p_names text[], p_streams uuid[], p_subjects uuid[], p_span_max integer,
  p_claim_kinds text[], p_claim_digests bytea[], p_claim_subjects uuid[],
  p_release_kinds text[], p_release_digests bytea[], p_release_subjects uuid[],
  p_keys uuid[], p_fences uuid[]
) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
-- Takes the organisation's lock until the transaction ends and gives the index before the first new entry.
-- VOLATILE, so that each statement below has a snapshot of its own, taken after the lock came. Every failure raises:
-- filtering a row instead would leave a hole.
DECLARE
  base bigint;
  refused text;
BEGIN
  UPDATE ledger.log
     SET size = size + p_entries, recorded_at = greatest(recorded_at, clock_timestamp())
   WHERE organisation = p_organisation
  RETURNING size - p_entries INTO base;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such log' USING ERRCODE = 'RB001';
  END IF;

  INSERT INTO ledger.command (organisation, key, digest, first, last, result)
  VALUES (p_organisation, p_command, p_digest, base + 1, base + p_entries, p_result)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'command seen' USING ERRCODE = 'RB002';
  END IF;

  IF p_after IS NOT NULL AND base > p_after THEN
    IF base - p_after > p_span_max THEN
      RAISE EXCEPTION 'decided too long ago' USING ERRCODE = 'RB003';
    END IF;
    IF EXISTS (
      SELECT FROM ledger.event
       WHERE organisation = p_organisation AND index > p_after AND index <= base
         AND (p_names IS NULL OR name = ANY (p_names))
         AND (p_streams IS NULL OR stream = ANY (p_streams))
         AND (p_subjects IS NULL OR subjects && p_subjects)
    ) THEN
      RAISE EXCEPTION 'decided on less than is known' USING ERRCODE = 'RB003';
    END IF;
  END IF;

  IF p_release_kinds IS NOT NULL THEN
    DELETE FROM ledger.claim c
     USING unnest(p_release_kinds, p_release_digests, p_release_subjects) AS r (kind, digest, subject)
     WHERE c.organisation = p_organisation AND c.kind = r.kind AND c.digest = r.digest AND c.subject = r.subject;
  END IF;
  IF p_claim_kinds IS NOT NULL THEN
    INSERT INTO ledger.claim (organisation, kind, digest, subject)
    SELECT p_organisation, w.kind, w.digest, w.subject
      FROM unnest(p_claim_kinds, p_claim_digests, p_claim_subjects) AS w (kind, digest, subject)
    ON CONFLICT DO NOTHING;
    SELECT string_agg((w.place - 1)::text, ',') INTO refused
      FROM unnest(p_claim_kinds, p_claim_digests, p_claim_subjects) WITH ORDINALITY AS w (kind, digest, subject, place)
      JOIN ledger.claim c ON c.organisation = p_organisation AND c.kind = w.kind AND c.digest = w.digest
     WHERE c.subject <> w.subject;
    IF refused IS NOT NULL THEN
      RAISE EXCEPTION 'claimed' USING ERRCODE = 'RB004', DETAIL = refused;
    END IF;
  END IF;

  IF EXISTS (SELECT FROM ledger.fence WHERE organisation = p_organisation AND key = ANY (p_keys)) THEN
    RAISE EXCEPTION 'fenced' USING ERRCODE = 'RB005';
  END IF;
  IF p_fences IS NOT NULL THEN
    INSERT INTO ledger.fence (organisation, key) SELECT p_organisation, unnest(p_fences) ON CONFLICT DO NOTHING;
  END IF;
  RETURN base;
END $$;

CREATE FUNCTION ledger.leaf(content bytea, version integer, index bigint, recorded_at timestamptz) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256('\x00'::bytea || content || int8send(version::bigint) || int8send(index)
  || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint));

CREATE FUNCTION ledger.cut(body bytea, place integer) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- A register's body with only the part at that place (from 1); any other body as it is.
RETURN CASE WHEN get_byte(body, 0) <> 3 OR place IS NULL THEN body ELSE
  substring(body FROM 1 FOR 17 + get_byte(body, 1) * 256 + get_byte(body, 2))
  || substring(body
       FROM 18 + get_byte(body, 1) * 256 + get_byte(body, 2)
            + (place - 1) * (get_byte(body, 3) * 256 + get_byte(body, 4))
       FOR get_byte(body, 3) * 256 + get_byte(body, 4))
  END;

-- What each service's role may do; no grants on partitions, as they do not inherit policies --------------------------

GRANT USAGE ON SCHEMA ledger TO rollbook_records, rollbook_governance, rollbook_reader;
GRANT SELECT, INSERT ON ledger.event, ledger.command, ledger.fence TO rollbook_records, rollbook_governance;
GRANT SELECT, INSERT, DELETE ON ledger.claim TO rollbook_records, rollbook_governance;
GRANT SELECT, INSERT (organisation), UPDATE (size, recorded_at) ON ledger.log TO rollbook_records, rollbook_governance;
GRANT SELECT ON ledger.event, ledger.log, ledger.command, ledger.claim, ledger.fence TO rollbook_reader;
