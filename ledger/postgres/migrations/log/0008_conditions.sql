-- A condition that names events and subjects is met by an event about nobody as well: a rule withdrawn concerns everybody.
-- So one condition can name whose consent stops a sending and which rules do. Nothing else of the function is new.

CREATE OR REPLACE FUNCTION ledger.admit(
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
         AND (p_subjects IS NULL OR subjects && p_subjects OR (p_names IS NOT NULL AND subjects = '{}'))
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
