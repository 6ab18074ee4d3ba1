/*
 * The SQL of caring for the store: forgetting, vacuum, export, statistics. The
 * statements of its daily work are in statements.h.
 */
#ifndef KENPIN_STATEMENTS_CARE_H
#define KENPIN_STATEMENTS_CARE_H

/* forgetting: ?1 and ?2 are the ids of a step, from after ?1 to ?2; ?3 is the time before which things are old */
#define SQL_EXPIRED_TABLE "CREATE TEMP TABLE IF NOT EXISTS expired (id INTEGER PRIMARY KEY)"
#define SQL_EXPIRED_CLEAR "DELETE FROM temp.expired"
#define STEP_IN "(SELECT id FROM temp.expired)"
#define SQL_STEP_NOTICES "SELECT max(id) FROM (SELECT id FROM notice WHERE id > ?1 ORDER BY id LIMIT ?2)"
#define SQL_STEP_FINDINGS "SELECT max(id) FROM (SELECT id FROM finding WHERE id > ?1 ORDER BY id LIMIT ?2)"
#define SQL_STEP_RUNS "SELECT max(number) FROM (SELECT number FROM run WHERE number > ?1 ORDER BY number LIMIT ?2)"
/* told, dead or dropped, of what is all over, and nothing is owed about its end; a resolve goes with its trigger */
#define SQL_EXPIRED_NOTICES                                                                                            \
	"INSERT INTO temp.expired SELECT id FROM notice n WHERE id > ?1 AND id <= ?2 AND kind = 0 AND state >= 2 "     \
	"AND open_members = 0 AND max(created, done) < ?3 AND NOT EXISTS (SELECT 1 FROM notice r "                     \
	"WHERE r.trigger_id = n.id AND (r.state < 2 OR max(r.created, r.done) >= ?3))"
#define SQL_FORGET_MEMBERS "DELETE FROM notice_member WHERE notice IN " STEP_IN
#define SQL_FORGET_RESOLVES "DELETE FROM notice WHERE trigger_id IN " STEP_IN
#define SQL_FORGET_NOTICES "DELETE FROM notice WHERE id IN " STEP_IN
/* manifests that are over; the newest stays, since the next one names it, and so does one that another that is kept
 * names */
#define SQL_STEP_MANIFESTS                                                                                             \
	"SELECT max(number) FROM (SELECT number FROM manifest WHERE number > ?1 ORDER BY number LIMIT ?2)"
#define SQL_EXPIRED_MANIFESTS                                                                                          \
	"INSERT INTO temp.expired SELECT number FROM manifest m WHERE number > ?1 AND number <= ?2 AND "               \
	"state BETWEEN 4 AND 6 AND max(changed, expires) < ?3 AND number < (SELECT max(number) FROM manifest) AND "    \
	"NOT EXISTS (SELECT 1 FROM manifest o WHERE o.undoes = m.number OR o.superseded_by = m.number) AND "           \
	"NOT EXISTS (SELECT 1 FROM manifest_action x CROSS JOIN action a ON a.action_id = x.action_id "                \
	"WHERE x.manifest = m.number AND a.state BETWEEN 1 AND 6 AND a.attempt = x.attempt)"
#define SQL_FORGET_RESULTS "DELETE FROM result WHERE manifest IN " STEP_IN
#define SQL_FORGET_MANIFEST_ACTIONS "DELETE FROM manifest_action WHERE manifest IN " STEP_IN
#define SQL_FORGET_APPROVALS "DELETE FROM approval WHERE manifest IN " STEP_IN
#define SQL_FORGET_MANIFESTS "DELETE FROM manifest WHERE number IN " STEP_IN
/* resolved, and named by nothing but its own story */
#define SQL_EXPIRED_FINDINGS                                                                                           \
	"INSERT INTO temp.expired SELECT id FROM finding f WHERE id > ?1 AND id <= ?2 AND state = 4 AND "              \
	"resolved_at < ?3 AND NOT EXISTS (SELECT 1 FROM notice_member m WHERE m.finding = f.id) AND "                  \
	"NOT EXISTS (SELECT 1 FROM manifest_action x WHERE x.finding = f.id)"
#define SQL_FORGET_ACTIONS "DELETE FROM action WHERE finding IN " STEP_IN
#define SQL_FORGET_RECOVERY "DELETE FROM recovery WHERE finding IN " STEP_IN
#define SQL_FORGET_EVENTS "DELETE FROM event WHERE finding IN " STEP_IN
#define SQL_FORGET_ACTIONS "DELETE FROM action WHERE finding IN " STEP_IN
#define SQL_FORGET_RECOVERY "DELETE FROM recovery WHERE finding IN " STEP_IN
#define SQL_FORGET_SEEN                                                                                                \
	"DELETE FROM seen WHERE fingerprint IN (SELECT f.fingerprint FROM temp.expired x CROSS JOIN finding f ON "     \
	"f.id = x.id)"
#define SQL_FORGET_FINDINGS "DELETE FROM finding WHERE id IN " STEP_IN
#define SQL_EXPIRED_STORIES                                                                                            \
	"INSERT INTO temp.expired SELECT id FROM finding WHERE id > ?1 AND id <= ?2 AND state = 4 AND resolved_at < "  \
	"?3"
#define SQL_FORGET_OLD_EVENTS "DELETE FROM event WHERE at < ?1 AND finding IN " STEP_IN
/* a finding's last run says when it was seen last, so that stays as long as the finding; and the
 * newest run stays, since the next one is numbered after it */
#define SQL_RUNS_NEEDED_TABLE "CREATE TEMP TABLE IF NOT EXISTS run_needed (number INTEGER PRIMARY KEY)"
#define SQL_RUNS_NEEDED_CLEAR "DELETE FROM temp.run_needed"
#define SQL_RUNS_NEEDED "INSERT OR IGNORE INTO temp.run_needed SELECT run FROM seen"
#define SQL_EXPIRED_RUNS                                                                                               \
	"INSERT INTO temp.expired SELECT number FROM run WHERE number > ?1 AND number <= ?2 AND started < ?3 AND "     \
	"status <> 'running' AND number < (SELECT max(number) FROM run) AND number NOT IN "                            \
	"(SELECT number FROM temp.run_needed)"
#define SQL_FORGET_RUNS "DELETE FROM run WHERE number IN " STEP_IN

/* export and statistics, of whatever tables there are; %s is the name of one */
#define SQL_TABLES                                                                                                     \
	"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN "            \
	"('lease', 'meta') ORDER BY name"
#define SQL_TABLE_KEY                                                                                                  \
	"SELECT group_concat('\"' || name || '\"') FROM (SELECT name FROM pragma_table_info(?1) WHERE pk > 0 "         \
	"ORDER BY pk)"
#define SQL_TABLE_ROWS "SELECT * FROM \"%s\" ORDER BY %s"
/* the column that says when a row came to be */
#define SQL_TABLE_TIME                                                                                                 \
	"SELECT name FROM pragma_table_info(?1) WHERE name IN ('at', 'started', 'first_seen', 'created', "             \
	"'proposed_at', 'until') ORDER BY cid LIMIT 1"
#define SQL_TABLE_COUNT "SELECT count(*), 0, 0 FROM \"%s\""
#define SQL_TABLE_SPAN "SELECT count(*), min(\"%s\"), max(\"%s\") FROM \"%s\""
#define SQL_TABLE_BYTES                                                                                                \
	"SELECT sum(s.pgsize) FROM sqlite_master m CROSS JOIN dbstat s ON s.name = m.name AND s.aggregate = 1 "        \
	"WHERE m.tbl_name = ?1"
#define SQL_VACUUM "VACUUM"
#define SQL_LEASES_DROP "DELETE FROM lease"

#endif
