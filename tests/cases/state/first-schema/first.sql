-- A store as the kenpin of the first schema left it: four runs; findings open and reopened; notices sent, owed, dead.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES('written_by','0.1.0');
CREATE TABLE run (
  number    INTEGER PRIMARY KEY,
  started   INTEGER NOT NULL,
  ended     INTEGER NOT NULL DEFAULT 0,
  status    TEXT NOT NULL,
  exit_code INTEGER NOT NULL DEFAULT 0,
  counts    TEXT NOT NULL DEFAULT '{}',
  why       TEXT NOT NULL DEFAULT ''
);
INSERT INTO run VALUES(1,1795132800000,1795132800000,'complete',0,'{"documents":4,"bytes":250,"pages":1,"drafts":4,"opened":4,"reopened":0,"changed":0,"known":0,"resolved":0,"rule_errors":0,"broken_documents":0,"sent":3,"owed":0,"dead":0,"actions":4,"partitions":1,"incomplete":0}','');
INSERT INTO run VALUES(2,1795219200000,1795219200000,'complete',0,'{"documents":3,"bytes":193,"pages":1,"drafts":2,"opened":0,"reopened":0,"changed":0,"known":2,"resolved":2,"rule_errors":0,"broken_documents":0,"sent":1,"owed":0,"dead":0,"actions":0,"partitions":1,"incomplete":0}','');
INSERT INTO run VALUES(3,1795305600000,1795305600000,'complete',4,'{"documents":5,"bytes":306,"pages":1,"drafts":5,"opened":1,"reopened":2,"changed":0,"known":2,"resolved":0,"rule_errors":0,"broken_documents":0,"sent":0,"owed":3,"dead":0,"actions":3,"partitions":1,"incomplete":0}','');
INSERT INTO run VALUES(4,1795392000000,1795392000000,'complete',4,'{"documents":5,"bytes":306,"pages":1,"drafts":5,"opened":0,"reopened":0,"changed":1,"known":4,"resolved":0,"rule_errors":0,"broken_documents":0,"sent":0,"owed":3,"dead":0,"actions":1,"partitions":1,"incomplete":0}','');
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
INSERT INTO seen VALUES(X'10c2b1e5d33e259c4f08f9cc44e6feed',1,4,3,1,2,X'5feceb66ffc86f38d952786c6d696c79','c85fc2555c1c');
INSERT INTO seen VALUES(X'30f2df5db93cad55024c72bd350c4b07',5,4,2,1,1,X'fda986670fb6a19243276a695af58467','5456c2909034');
INSERT INTO seen VALUES(X'6b3efacf05429c46b3611455c5535e86',2,4,3,1,2,X'3de987fb5996ed374cdcfcdca76448ab','5456c2909034');
INSERT INTO seen VALUES(X'7375ac705897a47e553b43f521e21621',3,4,4,1,1,X'ac3da3e9f3bcd6e9b9ee193f0e443867','5456c2909034');
INSERT INTO seen VALUES(X'963d38fb70b04b556021ef4ed8b1b8a4',4,4,4,1,1,X'f9cacf3cb91a12e03bc4546834f95a50','c85fc2555c1c');
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
INSERT INTO finding VALUES(1,X'10c2b1e5d33e259c4f08f9cc44e6feed','price-sane','c85fc2555c1c','products','','s1','{"shop":"s1","sku":"B"}','min','price','price is sane','',1,1,2,1795132800000,1795305600000,3,0,'0',0,'price: 0 is less than 1','products','2',-1,-1,-1);
INSERT INTO finding VALUES(2,X'6b3efacf05429c46b3611455c5535e86','jan-shape','5456c2909034','products','','s1','{"shop":"s1","sku":"B"}','must_match','jan','JAN code must be 8 or 13 digits','',2,1,2,1795132800000,1795305600000,3,0,'"4901"',0,'jan: "4901" does not match ^(?:[0-9]{8}|[0-9]{13})$','products','2',-1,-1,-1);
INSERT INTO finding VALUES(3,X'7375ac705897a47e553b43f521e21621','jan-shape','5456c2909034','products','','s2','{"shop":"s2","sku":"D"}','must_match','jan','JAN code must be 8 or 13 digits','',2,1,1,1795132800000,1795132800000,1,0,'"日本"',0,'jan: "日本" does not match ^(?:[0-9]{8}|[0-9]{13})$','products','4',-1,-1,-1);
INSERT INTO finding VALUES(4,X'963d38fb70b04b556021ef4ed8b1b8a4','price-sane','c85fc2555c1c','products','','s2','{"shop":"s2","sku":"C"}','type','price','price is sane','',1,1,1,1795132800000,1795132800000,1,0,'"12"',0,'price: "12" is a text, not a whole number','products','3',-1,-1,-1);
INSERT INTO finding VALUES(5,X'30f2df5db93cad55024c72bd350c4b07','jan-shape','5456c2909034','products','','s2','{"shop":"s2","sku":"Z"}','must_match','jan','JAN code must be 8 or 13 digits','',2,1,1,1795305600000,1795305600000,3,0,'"78"',0,'jan: "78" does not match ^(?:[0-9]{8}|[0-9]{13})$','products','9',-1,-1,-1);
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
INSERT INTO event VALUES(1,1,1795132800000,1,'opened','scan','');
INSERT INTO event VALUES(1,2,1795219200000,2,'resolved','scan','');
INSERT INTO event VALUES(1,3,1795305600000,3,'reopened','scan','');
INSERT INTO event VALUES(2,1,1795132800000,1,'opened','scan','');
INSERT INTO event VALUES(2,2,1795219200000,2,'resolved','scan','');
INSERT INTO event VALUES(2,3,1795305600000,3,'reopened','scan','');
INSERT INTO event VALUES(3,1,1795132800000,1,'opened','scan','');
INSERT INTO event VALUES(4,1,1795132800000,1,'opened','scan','');
INSERT INTO event VALUES(5,1,1795305600000,3,'opened','scan','');
INSERT INTO event VALUES(5,2,1795392000000,4,'value changed','scan','"78"');
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
INSERT INTO scanned VALUES('products','',4,1,5);
CREATE TABLE lease (
  name    TEXT PRIMARY KEY,
  host    TEXT NOT NULL,
  space   TEXT NOT NULL,
  pid     INTEGER NOT NULL,
  started INTEGER NOT NULL,
  since   INTEGER NOT NULL,
  beat    INTEGER NOT NULL
) WITHOUT ROWID;
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
INSERT INTO notice VALUES(1,0,'log','rule=price-sane','fb8068a1a93a80e8408e8b5e85ca5cb9',1,2,1,2,1,1795132844258,1795132800000,1,'written',NULL);
INSERT INTO notice VALUES(2,0,'log','rule=jan-shape shop=s1','6b3efacf05429c46b3611455c5535e86-1',2,1,0,2,1,1795132847128,1795132800000,1,'written',NULL);
INSERT INTO notice VALUES(3,0,'log','rule=jan-shape shop=s2','7375ac705897a47e553b43f521e21621-1',2,1,1,2,1,1795132853633,1795132800000,1,'written',NULL);
INSERT INTO notice VALUES(4,1,'log','rule=jan-shape shop=s1','6b3efacf05429c46b3611455c5535e86-1',2,1,0,2,1,1795219246504,1795219200000,2,'written',2);
INSERT INTO notice VALUES(5,0,'log','rule=price-sane','10c2b1e5d33e259c4f08f9cc44e6feed-2',1,1,1,1,2,1795392119773,1795305600000,3,'told.ndjson: Is a directory',NULL);
INSERT INTO notice VALUES(6,0,'log','rule=jan-shape shop=s2','30f2df5db93cad55024c72bd350c4b07-1',2,1,1,1,2,1795392083548,1795305600000,3,'told.ndjson: Is a directory',NULL);
INSERT INTO notice VALUES(7,0,'log','rule=jan-shape shop=s1','6b3efacf05429c46b3611455c5535e86-2',2,1,1,3,2,0,1795305600000,3,'told.ndjson: Is a directory',NULL);
CREATE TABLE notice_member (
  notice  INTEGER NOT NULL REFERENCES notice (id),
  finding INTEGER NOT NULL REFERENCES finding (id),
  episode INTEGER NOT NULL,
  open    INTEGER NOT NULL,
  PRIMARY KEY (notice, finding)
) WITHOUT ROWID;
INSERT INTO notice_member VALUES(1,1,1,0);
INSERT INTO notice_member VALUES(1,4,1,1);
INSERT INTO notice_member VALUES(2,2,1,0);
INSERT INTO notice_member VALUES(3,3,1,1);
INSERT INTO notice_member VALUES(5,1,2,1);
INSERT INTO notice_member VALUES(6,5,1,1);
INSERT INTO notice_member VALUES(7,2,2,1);
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
INSERT INTO "action" VALUES(1,'e2fe89045ae995a6ff4aca6c3acbdd39',1,1,1,'price-sane','c85fc2555c1c','min','s1','warning',0,'{"target":{"system":"files","store":"products","key":{"shop":"s1","sku":"B"}},"op":"patch","patch":[{"op":"replace","path":"/price","value":100}],"precondition":[{"check":"exists"},{"check":"equals","path":"/price","value":0}],"before":{"/price":0},"after":{"/price":100},"evidence":{"index":"products","id":"2","value_digest":"5feceb66ffc86f38d952786c6d696c79"}}','{"target":{"system":"files","store":"products","key":{"shop":"s1","sku":"B"}},"op":"patch","patch":[{"op":"replace","path":"/price","value":0}],"precondition":[{"check":"exists"},{"check":"equals","path":"/price","value":100}],"before":{"/price":100},"after":{"/price":0},"evidence":{"index":"products","id":"2","value_digest":"5feceb66ffc86f38d952786c6d696c79"}}',1,1795132800000,1);
INSERT INTO "action" VALUES(2,'91e018cadc7f65d3a8d42c5dfd955d35',2,1,1,'jan-shape','5456c2909034','must_match','s1','error',0,'{"target":{"system":"files","store":"products","key":{"shop":"s1","sku":"B"}},"op":"call","call":"normalise-jan","precondition":[{"check":"exists"},{"check":"equals","path":"/jan","value":"4901"}],"before":{"/jan":"4901"},"after":{},"evidence":{"index":"products","id":"2","value_digest":"3de987fb5996ed374cdcfcdca76448ab"}}',NULL,1,1795132800000,1);
INSERT INTO "action" VALUES(3,'179bfb466c0d267030596c1abab124ae',3,1,1,'jan-shape','5456c2909034','must_match','s2','error',0,'{"target":{"system":"files","store":"products","key":{"shop":"s2","sku":"D"}},"op":"call","call":"normalise-jan","precondition":[{"check":"exists"},{"check":"equals","path":"/jan","value":"日本"}],"before":{"/jan":"日本"},"after":{},"evidence":{"index":"products","id":"4","value_digest":"ac3da3e9f3bcd6e9b9ee193f0e443867"}}',NULL,0,1795132800000,1);
INSERT INTO "action" VALUES(4,'42e1601e100084c0837ec5042a32a605',4,1,1,'price-sane','c85fc2555c1c','type','s2','warning',0,'{"target":{"system":"files","store":"products","key":{"shop":"s2","sku":"C"}},"op":"patch","patch":[{"op":"replace","path":"/price","value":100}],"precondition":[{"check":"exists"},{"check":"equals","path":"/price","value":"12"}],"before":{"/price":"12"},"after":{"/price":100},"evidence":{"index":"products","id":"3","value_digest":"f9cacf3cb91a12e03bc4546834f95a50"}}','{"target":{"system":"files","store":"products","key":{"shop":"s2","sku":"C"}},"op":"patch","patch":[{"op":"replace","path":"/price","value":"12"}],"precondition":[{"check":"exists"},{"check":"equals","path":"/price","value":100}],"before":{"/price":100},"after":{"/price":"12"},"evidence":{"index":"products","id":"3","value_digest":"f9cacf3cb91a12e03bc4546834f95a50"}}',0,1795132800000,1);
INSERT INTO "action" VALUES(5,'cebc9071694f229c64f22c4af026b17b',1,2,1,'price-sane','c85fc2555c1c','min','s1','warning',0,'{"target":{"system":"files","store":"products","key":{"shop":"s1","sku":"B"}},"op":"patch","patch":[{"op":"replace","path":"/price","value":100}],"precondition":[{"check":"exists"},{"check":"equals","path":"/price","value":0}],"before":{"/price":0},"after":{"/price":100},"evidence":{"index":"products","id":"2","value_digest":"5feceb66ffc86f38d952786c6d696c79"}}','{"target":{"system":"files","store":"products","key":{"shop":"s1","sku":"B"}},"op":"patch","patch":[{"op":"replace","path":"/price","value":0}],"precondition":[{"check":"exists"},{"check":"equals","path":"/price","value":100}],"before":{"/price":100},"after":{"/price":0},"evidence":{"index":"products","id":"2","value_digest":"5feceb66ffc86f38d952786c6d696c79"}}',0,1795305600000,3);
INSERT INTO "action" VALUES(6,'87514a29935248f4700705b1d28aa9e4',5,1,1,'jan-shape','5456c2909034','must_match','s2','error',0,'{"target":{"system":"files","store":"products","key":{"shop":"s2","sku":"Z"}},"op":"call","call":"normalise-jan","precondition":[{"check":"exists"},{"check":"equals","path":"/jan","value":"77"}],"before":{"/jan":"77"},"after":{},"evidence":{"index":"products","id":"9","value_digest":"af37a2e6dfb5c301bc0402bb93b09d4f"}}',NULL,1,1795305600000,3);
INSERT INTO "action" VALUES(7,'7d36e82d3007fd0151112d64eb06fcf4',2,2,1,'jan-shape','5456c2909034','must_match','s1','error',0,'{"target":{"system":"files","store":"products","key":{"shop":"s1","sku":"B"}},"op":"call","call":"normalise-jan","precondition":[{"check":"exists"},{"check":"equals","path":"/jan","value":"4901"}],"before":{"/jan":"4901"},"after":{},"evidence":{"index":"products","id":"2","value_digest":"3de987fb5996ed374cdcfcdca76448ab"}}',NULL,0,1795305600000,3);
INSERT INTO "action" VALUES(8,'8e0682e76f7e79007199e986adb1d52f',5,1,1,'jan-shape','5456c2909034','must_match','s2','error',0,'{"target":{"system":"files","store":"products","key":{"shop":"s2","sku":"Z"}},"op":"call","call":"normalise-jan","precondition":[{"check":"exists"},{"check":"equals","path":"/jan","value":"78"}],"before":{"/jan":"78"},"after":{},"evidence":{"index":"products","id":"9","value_digest":"fda986670fb6a19243276a695af58467"}}',NULL,0,1795392000000,4);
CREATE INDEX finding_open ON finding (rule, scope, fingerprint) WHERE state < 4;
CREATE UNIQUE INDEX notice_gathering ON notice (receiver, group_key) WHERE state = 0;
CREATE UNIQUE INDEX notice_resolve ON notice (trigger_id) WHERE trigger_id IS NOT NULL;
CREATE INDEX notice_owed ON notice (id) WHERE state < 2;
CREATE INDEX notice_dead ON notice (id) WHERE state = 3;
CREATE INDEX notice_member_open ON notice_member (finding) WHERE open = 1;
CREATE INDEX action_proposed ON action (rule, shop, action_id) WHERE state = 0;
CREATE INDEX action_of ON action (finding) WHERE state = 0;
COMMIT;
PRAGMA application_id = 1801809520;
PRAGMA user_version = 1;
