-- Forgetting asks which manifests name a finding, and which manifest another.
CREATE INDEX manifest_action_finding ON manifest_action (finding);
CREATE INDEX manifest_undoes ON manifest (undoes) WHERE undoes IS NOT NULL;
