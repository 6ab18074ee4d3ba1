-- Findings that were told by a route that escalates, and how far that went.
--
-- since: when waiting for an acknowledgement began; reached: the last step that
-- was taken, in ms after it; due: when the next one is.
CREATE TABLE unanswered (
  finding INTEGER PRIMARY KEY,
  episode INTEGER NOT NULL,
  since   INTEGER NOT NULL,
  reached INTEGER NOT NULL,
  due     INTEGER NOT NULL
);
CREATE INDEX unanswered_due ON unanswered (due);
