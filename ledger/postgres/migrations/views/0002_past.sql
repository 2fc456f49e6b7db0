-- Where an organisation as known at an earlier entry is folded: rows under an id of its own, kept for an hour.

CREATE UNLOGGED TABLE views.past (
  organisation uuid NOT NULL,
  place uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organisation, place)
);

ALTER TABLE views.past ENABLE ROW LEVEL SECURITY;
ALTER TABLE views.past FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON views.past USING (views.is_tenant(organisation)) WITH CHECK (views.is_tenant(organisation));
GRANT SELECT, INSERT, UPDATE, DELETE ON views.past TO rollbook_views_writer;
