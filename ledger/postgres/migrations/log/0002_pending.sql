-- A person's entries are found through the GIN index. What was appended lately waits in the index's pending list, which
-- each look-up reads from end to end: with the usual 4 MB the planner rather reads a school's whole log.

DO $$
DECLARE part regclass;
BEGIN
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'ledger.event_subjects'::regclass LOOP
    EXECUTE format('ALTER INDEX %s SET (gin_pending_list_limit = 256)', part);
  END LOOP;
END $$;
