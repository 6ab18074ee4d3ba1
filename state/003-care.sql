-- Forgetting: whatever names a finding is found by it, so that what is old can
-- be taken away without reading everything.
DROP INDEX notice_member_open;
CREATE INDEX notice_member_of ON notice_member (finding, open);
CREATE INDEX action_finding ON action (finding);
