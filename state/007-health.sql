-- norm: how many documents a scan gave when it gave none too few.
ALTER TABLE scanned ADD COLUMN norm INTEGER NOT NULL DEFAULT 0;
UPDATE scanned SET norm = documents WHERE complete = 1;
-- what was handed out for a finding holds it when what is old is forgotten
CREATE INDEX manifest_action_of ON manifest_action (finding);
