-- The life of corrections: manifests, who approved them, what executors said,
-- what the next scan proved.
--
-- recovery: a correction of this finding was handed out; who sees it next
-- judges it.
ALTER TABLE seen ADD COLUMN recovery INTEGER NOT NULL DEFAULT 0;

-- state: as enum action_state; those below 8 are alive, at most one a finding.
-- changed: when it got there; tried: when the attempt before was over, 0 for
-- none; word: when an executor says that it applied it, 0 for never.
ALTER TABLE action ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE action ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;
ALTER TABLE action ADD COLUMN word INTEGER NOT NULL DEFAULT 0;
UPDATE action SET state = 10 WHERE state = 1;
DROP INDEX action_of;
CREATE INDEX action_alive ON action (finding, state) WHERE state < 8;
-- what a canary asks: how a revision of a rule did so far
CREATE INDEX action_of_rule ON action (rule, rule_rev, state) WHERE state BETWEEN 1 AND 8;

-- state: as enum manifest_state. id is '' while its files are being written.
-- superseded_by: the one that took its place; undoes: which one it takes back.
CREATE TABLE manifest (
  number          INTEGER PRIMARY KEY,
  id              TEXT NOT NULL DEFAULT '',
  kind            TEXT NOT NULL,
  sha256          TEXT NOT NULL DEFAULT '',
  previous_sha256 TEXT,
  run_id          TEXT NOT NULL DEFAULT '',
  path            TEXT NOT NULL DEFAULT '',
  created         INTEGER NOT NULL DEFAULT 0,
  expires         INTEGER NOT NULL DEFAULT 0,
  state           INTEGER NOT NULL DEFAULT 0,
  changed         INTEGER NOT NULL DEFAULT 0,
  superseded_by   INTEGER REFERENCES manifest (number),
  undoes          INTEGER REFERENCES manifest (number)
);
CREATE UNIQUE INDEX manifest_id ON manifest (id) WHERE id <> '';
CREATE INDEX manifest_waiting ON manifest (state) WHERE state < 4;
CREATE INDEX manifest_takes ON manifest (superseded_by) WHERE superseded_by IS NOT NULL;

-- What became of each action while it was in this manifest. undoes: of an undo,
-- the action that it takes back; of any other ''.
CREATE TABLE manifest_action (
  manifest  INTEGER NOT NULL REFERENCES manifest (number),
  action_id TEXT NOT NULL,
  finding   INTEGER NOT NULL REFERENCES finding (id),
  attempt   INTEGER NOT NULL,
  undoes    TEXT NOT NULL DEFAULT '',
  state     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (manifest, action_id)
) WITHOUT ROWID;
CREATE INDEX manifest_action_in ON manifest_action (action_id);

-- sha256: of manifest.json, the bytes that were approved
CREATE TABLE approval (
  manifest INTEGER PRIMARY KEY REFERENCES manifest (number),
  role     TEXT NOT NULL,
  author   TEXT NOT NULL,
  at       INTEGER NOT NULL,
  sha256   TEXT NOT NULL
);

-- outcome: as enum outcome_kind. file, line: where it was read; judged: what it
-- says of its action was done.
CREATE TABLE result (
  manifest         INTEGER NOT NULL,
  action_id        TEXT NOT NULL,
  outcome          INTEGER NOT NULL,
  at               INTEGER NOT NULL,
  observed         TEXT NOT NULL,
  observed_version INTEGER,
  written_version  INTEGER,
  executor         TEXT NOT NULL,
  attempt          INTEGER NOT NULL,
  imported         INTEGER NOT NULL,
  file             TEXT NOT NULL,
  line             INTEGER NOT NULL,
  judged           INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (manifest, action_id),
  FOREIGN KEY (manifest, action_id) REFERENCES manifest_action (manifest, action_id)
) WITHOUT ROWID;

CREATE INDEX result_new ON result (manifest) WHERE judged = 0;

-- How correcting goes on one key, which is one finding: attempts that failed in
-- a row, when a correction was proven last, when what was proven came back, and
-- since when automatic recovery is off, and why.
CREATE TABLE recovery (
  finding   INTEGER PRIMARY KEY REFERENCES finding (id),
  attempts  INTEGER NOT NULL DEFAULT 0,
  recovered INTEGER NOT NULL DEFAULT 0,
  recurred  INTEGER NOT NULL DEFAULT 0,
  escalated INTEGER NOT NULL DEFAULT 0,
  why       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX recovery_escalated ON recovery (finding) WHERE escalated > 0;
