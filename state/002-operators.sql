-- What people say about findings: silences, baselines; damped lives
-- (open_after, resolve_after); messages that are repeated.
--
-- streak: of a suspect finding the complete scans in a row that saw it, of any
-- other the complete scans in a row that did not; judged: the run that counted
-- last, so that a run counts once. baseline: by which it is accepted, 0 for
-- none. wake: to be told, where that was not done, when it is seen next.
ALTER TABLE seen ADD COLUMN streak INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN judged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN baseline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN wake INTEGER NOT NULL DEFAULT 0;
CREATE INDEX seen_baseline ON seen (baseline) WHERE baseline > 0;

-- matches: as written, "rule=jan-*,shop=s001"; ended: by hand, before its time
CREATE TABLE silence (
  id       INTEGER PRIMARY KEY,
  matches  TEXT NOT NULL,
  reason   TEXT NOT NULL,
  author   TEXT NOT NULL,
  created  INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  ended    INTEGER NOT NULL DEFAULT 0,
  ended_by TEXT NOT NULL DEFAULT ''
);

-- rule, query: the globs that chose, '' for all
CREATE TABLE baseline (
  id        INTEGER PRIMARY KEY,
  rule      TEXT NOT NULL,
  query     TEXT NOT NULL,
  reason    TEXT NOT NULL,
  author    TEXT NOT NULL,
  created   INTEGER NOT NULL,
  accepted  INTEGER NOT NULL,
  undone    INTEGER NOT NULL DEFAULT 0,
  undone_by TEXT NOT NULL DEFAULT ''
);

-- done: when the receiver took it last; repeats: how often it was said again
ALTER TABLE notice ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
UPDATE notice SET done = created WHERE state = 2;
