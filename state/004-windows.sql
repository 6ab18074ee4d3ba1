-- What rules over windows of time remember between runs, a row a rule and
-- scope: the end of the last window that was judged, and of what was learned at
-- first (new_term), and when the latest document was. shape: what makes its
-- groups; another one forgets them.
CREATE TABLE window_rule (
  id      INTEGER PRIMARY KEY,
  rule    TEXT NOT NULL,
  scope   TEXT NOT NULL,
  shape   TEXT NOT NULL,
  judged  INTEGER NOT NULL,
  learned INTEGER NOT NULL,
  latest  INTEGER NOT NULL,
  UNIQUE (rule, scope)
);

-- first, last: when the group was there; changed, value, before: its last value,
-- since when, and the one before
CREATE TABLE window_group (
  window  INTEGER NOT NULL REFERENCES window_rule (id),
  digest  BLOB NOT NULL,
  entity  TEXT NOT NULL,
  shop    TEXT NOT NULL,
  first   INTEGER NOT NULL,
  last    INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  value   TEXT NOT NULL,
  before  TEXT NOT NULL,
  PRIMARY KEY (window, digest)
) WITHOUT ROWID;
