-- The action that would take an action back: an executor may do it by the
-- manifest's own undo lines, and says so by this id. '' for none.
ALTER TABLE manifest_action ADD COLUMN undo_id TEXT NOT NULL DEFAULT '';
CREATE INDEX manifest_action_undo ON manifest_action (manifest, undo_id) WHERE undo_id <> '';
