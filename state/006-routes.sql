-- Findings that wait for another rule's to be over (unless_open) are in state 5,
-- inhibited. Open is everything but 4, resolved.
DROP INDEX finding_open;
CREATE INDEX finding_open ON finding (rule, scope, fingerprint) WHERE state <> 4;
CREATE INDEX finding_inhibited ON finding (rule) WHERE state = 5;
