/*
 * SQL statements of corrections: actions, manifests, approvals, results, and
 * how correcting goes on one key.
 */
#ifndef KENPIN_STATEMENTS_RECOVERY_H
#define KENPIN_STATEMENTS_RECOVERY_H

/* actions; state < 8 is alive */
#define SQL_ACTION_ADD                                                                                                 \
	"INSERT INTO action (action_id, finding, episode, attempt, rule, rule_rev, class, shop, severity, automatic, " \
	"body, undo, state, proposed_at, run, changed, tried) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "  \
	"?12, ?13, ?14, ?15, ?14, ?16) ON CONFLICT (action_id) DO UPDATE SET state = ?13, attempt = ?4, "              \
	"rule_rev = ?6, severity = ?9, automatic = ?10, body = ?11, undo = ?12, changed = ?14, tried = ?16, word = 0"
#define SQL_ACTION_REFRESH                                                                                             \
	"UPDATE action SET rule_rev = ?2, severity = ?3, automatic = ?4, body = ?5, undo = ?6 WHERE id = ?1"
#define SQL_ACTION_LIVE                                                                                                \
	"SELECT id, action_id, state, attempt, min(word, changed) FROM action WHERE finding = ?1 AND state < 8 "       \
	"ORDER BY id DESC LIMIT 1"
#define SQL_ACTION_MOVE "UPDATE action SET state = ?2, changed = ?3 WHERE id = ?1"
/* in the manifests that it was decided in; superseded also where nothing was decided yet */
#define SQL_ACTION_MOVE_IN                                                                                             \
	"UPDATE manifest_action SET state = ?3 WHERE action_id = ?1 AND attempt = ?2 AND undoes = '' AND "             \
	"state BETWEEN iif(?3 = 10, 0, 1) AND 7"
#define SQL_ACTION_LIST                                                                                                \
	"SELECT a.action_id, f.fingerprint, a.episode, a.attempt, a.rule, a.rule_rev, a.class, a.shop, a.severity, "   \
	"a.automatic, a.body, a.undo, a.proposed_at, a.tried FROM action a CROSS JOIN finding f ON f.id = a.finding "  \
	"WHERE a.state = 0 AND f.state IN (1, 2) AND (?1 IS NULL OR a.rule = ?1) ORDER BY a.rule, a.shop, a.action_id"
#define SQL_ACTION_STANDING "SELECT state, count(*) FROM action WHERE state < 8 GROUP BY state"
#define SQL_SEEN_RECOVERY "UPDATE seen SET recovery = ?2 WHERE fingerprint = ?1"

#define SQL_RULES_WAITING "SELECT DISTINCT rule FROM action WHERE state BETWEEN 2 AND 5 ORDER BY rule"
#define SQL_RULE_PROGRESS                                                                                              \
	"SELECT coalesce(sum(state < 8), 0), coalesce(sum(state = 8), 0) FROM action WHERE rule = ?1 AND "             \
	"rule_rev = ?2 AND state BETWEEN 1 AND 8 AND state <> 7"

/* one key */
#define SQL_RECOVERY_GET "SELECT attempts, recovered, recurred, escalated FROM recovery WHERE finding = ?1"
#define SQL_RECOVERY_PUT                                                                                               \
	"INSERT INTO recovery (finding, attempts, recovered, recurred, escalated, why) "                               \
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (finding) DO UPDATE SET attempts = ?2, recovered = ?3, "          \
	"recurred = ?4, escalated = ?5, why = ?6"

#define SQL_RECOVERY_ESCALATED                                                                                         \
	"SELECT r.finding, f.fingerprint, f.rule, f.query, f.shop, f.key, r.why FROM recovery r CROSS JOIN finding f " \
	"ON f.id = r.finding WHERE r.escalated > 0 AND r.finding > ?1 AND f.state <> 4 ORDER BY r.finding LIMIT 1"

/* manifests: writing */
#define SQL_MANIFEST_LAST "SELECT sha256 FROM manifest WHERE state > 0 ORDER BY number DESC LIMIT 1"
#define SQL_MANIFEST_NEW "INSERT INTO manifest (kind, undoes) VALUES (?1, nullif(?2, 0))"
#define SQL_MANIFEST_ADD                                                                                               \
	"INSERT INTO manifest_action (manifest, action_id, finding, attempt, undoes, undo_id) "                        \
	"SELECT ?1, ?2, finding, ?4, ?5, ?6 FROM seen WHERE fingerprint = ?3"
#define SQL_MANIFEST_TAKES                                                                                             \
	"UPDATE manifest SET superseded_by = ?1 WHERE state = 1 AND number IN (SELECT x.manifest FROM "                \
	"manifest_action n CROSS JOIN manifest_action x ON x.action_id = n.action_id WHERE n.manifest = ?1)"
#define SQL_MANIFEST_TAKEN "SELECT id FROM manifest WHERE superseded_by = ?1 ORDER BY number"
#define SQL_MANIFEST_SEAL                                                                                              \
	"UPDATE manifest SET id = ?2, sha256 = ?3, previous_sha256 = ?4, run_id = ?5, path = ?6, created = ?7, "       \
	"expires = ?8, changed = ?9 WHERE number = ?1"
#define SQL_MANIFEST_STATE "UPDATE manifest SET state = ?2, changed = ?3 WHERE number = ?1"
#define SQL_MANIFEST_SUPERSEDE                                                                                         \
	"UPDATE manifest SET state = 4, changed = ?2 WHERE superseded_by = ?1 AND superseded_by IS NOT NULL AND "      \
	"state = 1"
#define SQL_MANIFEST_UNTAKE                                                                                            \
	"UPDATE manifest SET superseded_by = NULL WHERE superseded_by = ?1 AND superseded_by IS NOT NULL"
#define SQL_MANIFEST_FORGET_ACTIONS "DELETE FROM manifest_action WHERE manifest = ?1"
#define SQL_MANIFEST_FORGET "DELETE FROM manifest WHERE number = ?1"

/* manifests: reading. MANIFEST_COLUMNS is what manifest_of_row reads, in this order. */
#define MANIFEST_COLUMNS                                                                                               \
	"m.number, m.id, m.kind, m.sha256, m.previous_sha256, m.run_id, m.path, m.created, m.expires, m.state, "       \
	"m.changed, (SELECT id FROM manifest WHERE number = m.superseded_by), "                                        \
	"(SELECT id FROM manifest WHERE number = m.undoes), p.role, p.author, p.at, "                                  \
	"(SELECT count(*) FROM manifest_action WHERE manifest = m.number)"
#define MANIFEST_TABLES "manifest m LEFT JOIN approval p ON p.manifest = m.number"
#define SQL_MANIFEST_LIST                                                                                              \
	"SELECT " MANIFEST_COLUMNS " FROM " MANIFEST_TABLES                                                            \
	" WHERE m.state > 0 AND m.number > ?1 ORDER BY m.number LIMIT 1"
#define SQL_MANIFEST_FIND                                                                                              \
	"SELECT " MANIFEST_COLUMNS " FROM " MANIFEST_TABLES " WHERE m.state > 0 AND substr(m.id, 1, length(?1)) = ?1 " \
	"ORDER BY m.number LIMIT 2"
#define SQL_MANIFEST_UNFINISHED                                                                                        \
	"SELECT " MANIFEST_COLUMNS " FROM " MANIFEST_TABLES " WHERE m.state = 0 ORDER BY m.number LIMIT 1"
#define SQL_MANIFEST_DUE                                                                                               \
	"SELECT " MANIFEST_COLUMNS " FROM " MANIFEST_TABLES " WHERE m.state BETWEEN 1 AND 3 AND m.expires <= ?1 "      \
	"ORDER BY m.number LIMIT 1"
#define SQL_MANIFEST_COUNTS "SELECT state, count(*) FROM manifest_action WHERE manifest = ?1 GROUP BY state"
#define SQL_MANIFEST_MEMBER "SELECT state FROM manifest_action WHERE manifest = ?1 AND action_id = ?2"
#define SQL_MANIFEST_ACTIONS                                                                                           \
	"SELECT m.action_id, f.fingerprint, f.rule, f.shop, f.key, m.attempt, m.state, m.undoes, r.outcome, r.at, "    \
	"r.executor FROM manifest_action m CROSS JOIN finding f ON f.id = m.finding LEFT JOIN result r ON "            \
	"r.manifest = m.manifest AND r.action_id = m.action_id WHERE m.manifest = ?1 ORDER BY f.rule, f.shop, f.key"

/* manifests: what becomes of them. ?2: states that move, as bits; the findings are the chosen. */
#define IN_MANIFEST "m.manifest = ?1 AND m.undoes = '' AND m.attempt = a.attempt AND (?2 >> a.state) & 1"
#define SQL_MANIFEST_CHOOSE                                                                                            \
	"INSERT OR IGNORE INTO temp.chosen SELECT a.finding FROM manifest_action m CROSS JOIN action a ON "            \
	"a.action_id = m.action_id WHERE " IN_MANIFEST
#define SQL_MANIFEST_CHOOSE_UNDO                                                                                       \
	"INSERT OR IGNORE INTO temp.chosen SELECT finding FROM manifest_action WHERE manifest = ?1 AND undoes <> '' "  \
	"AND (?2 >> state) & 1"
#define SQL_MANIFEST_MOVE_IN                                                                                           \
	"UPDATE manifest_action SET state = ?3 WHERE manifest = ?1 AND "                                               \
	"CASE WHEN undoes = '' THEN action_id IN (SELECT a.action_id FROM temp.chosen c CROSS JOIN action a ON "       \
	"a.finding = c.finding AND a.state < 8) ELSE (?2 >> state) & 1 END"
#define SQL_CHOSEN_ACTION                                                                                              \
	"UPDATE action SET state = ?1, changed = ?2 WHERE state < 8 AND finding IN (SELECT finding FROM temp.chosen)"
#define SQL_CHOSEN_RECOVERY                                                                                            \
	"UPDATE seen SET recovery = 1 WHERE fingerprint IN "                                                           \
	"(SELECT f.fingerprint FROM temp.chosen c CROSS JOIN finding f ON f.id = c.finding)"
#define SQL_APPROVAL_ADD "INSERT INTO approval (manifest, role, author, at, sha256) VALUES (?1, ?2, ?3, ?4, ?5)"

/* results */
#define SQL_RESULT_PLACE                                                                                               \
	"SELECT m.number, x.action_id IS NOT NULL, r.outcome, r.file, r.line, r.at FROM manifest m LEFT JOIN "         \
	"manifest_action x ON x.manifest = m.number AND x.action_id = ?2 LEFT JOIN result r ON r.manifest = m.number " \
	"AND r.action_id = ?2 WHERE m.id = ?1 AND m.id <> '' AND m.state > 0"
/* an executor that takes back what it did by the manifest's own undo lines */
#define SQL_RESULT_OF_UNDO                                                                                             \
	"INSERT INTO manifest_action (manifest, action_id, finding, attempt, undoes, state) "                          \
	"SELECT x.manifest, x.undo_id, x.finding, x.attempt, x.action_id, 2 FROM manifest m CROSS JOIN "               \
	"manifest_action x ON x.manifest = m.number WHERE m.id = ?1 AND x.undo_id = ?2 AND ?2 <> ''"
#define SQL_RESULT_PUT                                                                                                 \
	"INSERT INTO result (manifest, action_id, outcome, at, observed, observed_version, written_version, "          \
	"executor, attempt, imported, file, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "         \
	"ON CONFLICT (manifest, action_id) DO UPDATE SET outcome = ?3, at = ?4, observed = ?5, "                       \
	"observed_version = ?6, written_version = ?7, executor = ?8, attempt = ?9, imported = ?10, file = ?11, "       \
	"line = ?12, judged = 0"
#define SQL_RESULT_NEXT                                                                                                \
	"SELECT r.manifest, r.action_id, r.outcome, min(r.at, r.imported), r.executor, m.id, x.finding, x.attempt, "   \
	"x.undoes, x.state, coalesce(m.undoes, m.number) FROM result r CROSS JOIN manifest m ON m.number = "           \
	"r.manifest CROSS JOIN "                                                                                       \
	"manifest_action x ON x.manifest = r.manifest AND x.action_id = r.action_id WHERE r.judged = 0 LIMIT 1"
#define SQL_RESULT_JUDGED "UPDATE result SET judged = 1 WHERE manifest = ?1 AND action_id = ?2"
#define SQL_RESULT_STATE "UPDATE manifest_action SET state = ?3 WHERE manifest = ?1 AND action_id = ?2"
#define SQL_ACTION_BY_ID "SELECT id, state, attempt FROM action WHERE action_id = ?1"
#define SQL_ACTION_WORD "UPDATE action SET word = ?2 WHERE id = ?1"

#endif
