-- Records of the commands' topic that are no commands: where each lies and why, and nothing of what it says.

-- What such a record holds nobody knows: it may be about any child, so a copy could never be found when that child's
-- data is erased. The topic has it for a week, whoever sent it has it for good.
CREATE TABLE ledger.parked_command (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  partition integer NOT NULL,
  place bigint NOT NULL,
  sent_ms bigint NOT NULL,
  reason text NOT NULL CHECK (length(reason) <= 500),
  parked_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (topic, partition, place)
);

GRANT USAGE ON SCHEMA ledger TO rollbook_inbox;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.parked_command TO rollbook_inbox;
