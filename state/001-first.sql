-- The first schema.
--
-- `seen` is the narrow hot table: a finding that is still there costs one row
-- of it and nothing else. `finding` holds the details and is written only when
-- something is new or changes; its rows are wide, so it is a rowid table that
-- grows at its end, and `seen` is its index by fingerprint.

-- Later schemas keep this table as it is: an older kenpin reads out of it who
-- wrote the file ('written_by').
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE run (
  number    INTEGER PRIMARY KEY,
  started   INTEGER NOT NULL,
  ended     INTEGER NOT NULL DEFAULT 0,
  status    TEXT NOT NULL,
  exit_code INTEGER NOT NULL DEFAULT 0,
  counts    TEXT NOT NULL DEFAULT '{}',
  why       TEXT NOT NULL DEFAULT ''
);

CREATE TABLE seen (
  fingerprint BLOB PRIMARY KEY,
  finding     INTEGER NOT NULL, -- finding.id
  run         INTEGER NOT NULL, -- in which it was seen last
  times       INTEGER NOT NULL,
  state       INTEGER NOT NULL, -- as in finding
  episode     INTEGER NOT NULL,
  digest      BLOB NOT NULL,    -- of the offending value
  rule_rev    TEXT NOT NULL
) WITHOUT ROWID;

-- state: as enum finding_state; 4 is resolved
CREATE TABLE finding (
  id           INTEGER PRIMARY KEY,
  fingerprint  BLOB NOT NULL,
  rule         TEXT NOT NULL,
  rule_rev     TEXT NOT NULL,
  query        TEXT NOT NULL,
  scope        TEXT NOT NULL,
  shop         TEXT NOT NULL,
  key          TEXT NOT NULL,
  class        TEXT NOT NULL,
  field        TEXT NOT NULL,
  title        TEXT NOT NULL,
  tags         TEXT NOT NULL,
  severity     INTEGER NOT NULL,
  state        INTEGER NOT NULL,
  episode      INTEGER NOT NULL,
  first_seen   INTEGER NOT NULL,
  opened_at    INTEGER NOT NULL,
  opened_run   INTEGER NOT NULL,
  resolved_at  INTEGER NOT NULL DEFAULT 0,
  value        TEXT NOT NULL,
  value_cut    INTEGER NOT NULL,
  message      TEXT NOT NULL,
  index_name   TEXT NOT NULL,
  doc_id       TEXT NOT NULL,
  seq_no       INTEGER NOT NULL,
  primary_term INTEGER NOT NULL,
  version      INTEGER NOT NULL
);
-- what "not seen in this run" is asked of, without touching the wide rows
CREATE INDEX finding_open ON finding (rule, scope, fingerprint) WHERE state < 4;

CREATE TABLE event (
  finding INTEGER NOT NULL REFERENCES finding (id),
  number  INTEGER NOT NULL, -- from 1
  at      INTEGER NOT NULL,
  run     INTEGER NOT NULL,
  what    TEXT NOT NULL,
  who     TEXT NOT NULL,
  why     TEXT NOT NULL,
  PRIMARY KEY (finding, number)
) WITHOUT ROWID;

CREATE TABLE cursor (
  query TEXT NOT NULL,
  scope TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (query, scope)
) WITHOUT ROWID;

CREATE TABLE scanned (
  query     TEXT NOT NULL,
  scope     TEXT NOT NULL,
  run       INTEGER NOT NULL,
  complete  INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  PRIMARY KEY (query, scope)
) WITHOUT ROWID;

-- started: the process's start in clock ticks since boot, 0 when unknown;
-- space: its PID namespace, since containers may share a host's name
CREATE TABLE lease (
  name    TEXT PRIMARY KEY,
  host    TEXT NOT NULL,
  space   TEXT NOT NULL,
  pid     INTEGER NOT NULL,
  started INTEGER NOT NULL,
  since   INTEGER NOT NULL,
  beat    INTEGER NOT NULL
) WITHOUT ROWID;

-- kind: 0 trigger, 1 resolve; state: 0 gathering, 1 sealed, 2 sent, 3 dead, 4 dropped
CREATE TABLE notice (
  id           INTEGER PRIMARY KEY,
  kind         INTEGER NOT NULL,
  receiver     TEXT NOT NULL,
  group_key    TEXT NOT NULL,
  dedup_key    TEXT NOT NULL DEFAULT '', -- decided when it is sealed
  severity     INTEGER NOT NULL,
  members      INTEGER NOT NULL,
  open_members INTEGER NOT NULL,
  state        INTEGER NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  next_attempt INTEGER NOT NULL DEFAULT 0,
  created      INTEGER NOT NULL,
  run          INTEGER NOT NULL,
  answer       TEXT NOT NULL DEFAULT '',
  trigger_id   INTEGER REFERENCES notice (id)
);
CREATE UNIQUE INDEX notice_gathering ON notice (receiver, group_key) WHERE state = 0;
CREATE UNIQUE INDEX notice_resolve ON notice (trigger_id) WHERE trigger_id IS NOT NULL;
CREATE INDEX notice_owed ON notice (id) WHERE state < 2;
CREATE INDEX notice_dead ON notice (id) WHERE state = 3;

CREATE TABLE notice_member (
  notice  INTEGER NOT NULL REFERENCES notice (id),
  finding INTEGER NOT NULL REFERENCES finding (id),
  episode INTEGER NOT NULL,
  open    INTEGER NOT NULL,
  PRIMARY KEY (notice, finding)
) WITHOUT ROWID;
CREATE INDEX notice_member_open ON notice_member (finding) WHERE open = 1;

-- state: 0 proposed, 1 superseded
CREATE TABLE action (
  id          INTEGER PRIMARY KEY,
  action_id   TEXT NOT NULL UNIQUE,
  finding     INTEGER NOT NULL REFERENCES finding (id),
  episode     INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  rule        TEXT NOT NULL,
  rule_rev    TEXT NOT NULL,
  class       TEXT NOT NULL,
  shop        TEXT NOT NULL,
  severity    TEXT NOT NULL,
  automatic   INTEGER NOT NULL,
  body        TEXT NOT NULL,
  undo        TEXT,
  state       INTEGER NOT NULL,
  proposed_at INTEGER NOT NULL,
  run         INTEGER NOT NULL
);
CREATE INDEX action_proposed ON action (rule, shop, action_id) WHERE state = 0;
CREATE INDEX action_of ON action (finding) WHERE state = 0;
