-- The views' database: plain text, never backed up, always rebuildable. Each view's table is made from its row class.

CREATE SCHEMA views;

CREATE UNLOGGED TABLE views.cursor (
  organisation uuid NOT NULL,
  view text NOT NULL,
  index bigint NOT NULL DEFAULT 0,
  recorded_at timestamptz,
  stopped text,
  PRIMARY KEY (organisation, view)
);

CREATE UNLOGGED TABLE views.parked (
  organisation uuid NOT NULL,
  view text NOT NULL,
  key jsonb NOT NULL,
  index bigint NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (organisation, view, key)
);

CREATE FUNCTION views.is_tenant(organisation uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN organisation = ANY (string_to_array(nullif(current_setting('rollbook.organisations', true), ''), ',')::uuid[]);

ALTER TABLE views.cursor ENABLE ROW LEVEL SECURITY;
ALTER TABLE views.cursor FORCE ROW LEVEL SECURITY;
ALTER TABLE views.parked ENABLE ROW LEVEL SECURITY;
ALTER TABLE views.parked FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON views.cursor USING (views.is_tenant(organisation)) WITH CHECK (views.is_tenant(organisation));
CREATE POLICY tenant ON views.parked USING (views.is_tenant(organisation)) WITH CHECK (views.is_tenant(organisation));

GRANT USAGE, CREATE ON SCHEMA views TO rollbook_views_writer;
GRANT USAGE ON SCHEMA views TO rollbook_views_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON views.cursor, views.parked TO rollbook_views_writer;
GRANT SELECT ON views.cursor, views.parked TO rollbook_views_reader;
