/*
 * Every SQL statement of the store, by name. A statement is prepared once a
 * place that names it and kept as long as the store is open.
 */
#ifndef KENPIN_STATEMENTS_H
#define KENPIN_STATEMENTS_H

/* schema */
#define SQL_META_PUT "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2"
#define SQL_META_GET "SELECT value FROM meta WHERE name = ?1"

/* runs */
#define SQL_RUN_KILLED "UPDATE run SET status = 'killed', ended = ?1 WHERE status = 'running'"
#define SQL_RUN_START "INSERT INTO run (started, status) VALUES (?1, 'running')"
#define SQL_RUN_END "UPDATE run SET ended = ?2, status = ?3, exit_code = ?4, counts = ?5, why = ?6 WHERE number = ?1"
#define SQL_RUN_LIST                                                                                                   \
	"SELECT number, started, ended, status, exit_code, counts, why FROM run ORDER BY number DESC LIMIT ?1"

/* leases */
#define SQL_LEASE_GET "SELECT host, space, pid, started, since, beat FROM lease WHERE name = ?1"
#define SQL_LEASE_PUT                                                                                                  \
	"INSERT INTO lease (name, host, space, pid, started, since, beat) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) "        \
	"ON CONFLICT (name) DO UPDATE SET host = ?2, space = ?3, pid = ?4, started = ?5, since = ?6, beat = ?6"
#define LEASE_OURS "name = ?1 AND host = ?2 AND space = ?3 AND pid = ?4 AND started = ?5"
#define SQL_LEASE_BEAT "UPDATE lease SET beat = ?6 WHERE " LEASE_OURS
#define SQL_LEASE_DROP "DELETE FROM lease WHERE " LEASE_OURS

/* findings: recording */
#define SQL_SEEN_GET "SELECT finding, run, times, state, episode, digest, rule_rev FROM seen WHERE fingerprint = ?1"
#define SQL_SEEN_ID "SELECT finding FROM seen WHERE fingerprint = ?1"
#define SQL_SEEN_AGAIN "UPDATE seen SET run = ?2, times = times + 1 WHERE fingerprint = ?1"
#define SQL_SEEN_NEW                                                                                                   \
	"INSERT INTO seen (fingerprint, finding, run, times, state, episode, digest, rule_rev) "                       \
	"VALUES (?1, ?2, ?3, 1, 1, 1, ?4, ?5)"
#define SQL_SEEN_CHANGED                                                                                               \
	"UPDATE seen SET run = ?2, times = times + 1, state = ?3, episode = ?4, digest = ?5, rule_rev = ?6 "           \
	"WHERE fingerprint = ?1"
#define SQL_SEEN_RESOLVED "UPDATE seen SET state = 4 WHERE fingerprint = ?1"
#define SQL_FINDING_NEW                                                                                                \
	"INSERT INTO finding (fingerprint, rule, rule_rev, query, scope, shop, key, class, field, title, tags, "       \
	"severity, value, value_cut, message, index_name, doc_id, seq_no, primary_term, version, state, episode, "     \
	"first_seen, opened_at, opened_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "     \
	"?15, ?16, ?17, ?18, ?19, ?20, 1, 1, ?21, ?21, ?22)"
#define SQL_FINDING_RENEW                                                                                              \
	"UPDATE finding SET rule_rev = ?3, query = ?4, scope = ?5, field = ?9, title = ?10, tags = ?11, "              \
	"severity = ?12, value = ?13, value_cut = ?14, message = ?15, index_name = ?16, doc_id = ?17, seq_no = ?18, "  \
	"primary_term = ?19, version = ?20 WHERE id = ?1"
#define SQL_FINDING_REOPEN                                                                                             \
	"UPDATE finding SET state = 1, episode = ?2, opened_at = ?3, opened_run = ?4, resolved_at = 0 WHERE id = ?1"
#define SQL_FINDING_TIMES "SELECT first_seen, opened_at FROM finding WHERE id = ?1"
#define SQL_FINDING_RESOLVED "UPDATE finding SET state = 4, resolved_at = ?2 WHERE id = ?1"
#define SQL_EVENT_ADD                                                                                                  \
	"INSERT INTO event (finding, number, at, run, what, who, why) VALUES (?1, "                                    \
	"(SELECT coalesce(max(number), 0) + 1 FROM event WHERE finding = ?1), ?2, ?3, ?4, ?5, ?6)"
#define SQL_EVENT_LIST "SELECT at, run, what, who, why FROM event WHERE finding = ?1 ORDER BY number"

/* findings: reading. FINDING_COLUMNS is what finding_of_row reads, in this order. */
#define FINDING_COLUMNS                                                                                                \
	"f.fingerprint, f.rule, f.rule_rev, f.query, f.title, f.tags, f.shop, f.key, f.class, f.field, f.value, "      \
	"f.message, f.index_name, f.doc_id, f.severity, f.state, f.episode, f.first_seen, "                            \
	"coalesce((SELECT started FROM run WHERE number = s.run), f.first_seen), f.opened_at, f.resolved_at, "         \
	"s.times, f.seq_no, f.primary_term, f.version, f.value_cut"
#define FINDING_TABLES "finding f CROSS JOIN seen s ON s.fingerprint = f.fingerprint"
#define SQL_FINDING_GET "SELECT " FINDING_COLUMNS " FROM " FINDING_TABLES " WHERE f.id = ?1"
/* ?3 to ?4 are the scopes, ?3 and ?5 the place to go on after; only the index and `seen` are read */
#define SQL_UNSEEN                                                                                                     \
	"SELECT f.id, f.scope, f.fingerprint FROM " FINDING_TABLES " WHERE f.rule = ?1 AND f.state < 4 "               \
	"AND (f.scope, f.fingerprint) > (?3, ?5) AND f.scope <= ?4 AND s.run <> ?2"
#define UNSEEN_ORDER " ORDER BY f.scope, f.fingerprint LIMIT ?6"
#define SQL_UNSEEN_ANY SQL_UNSEEN UNSEEN_ORDER
#define SQL_UNSEEN_ENTITIES                                                                                            \
	SQL_UNSEEN " AND CASE WHEN s.run <> ?2 THEN EXISTS (SELECT 1 FROM temp.entity t WHERE t.shop = f.shop "        \
		   "AND t.key = f.key) END" UNSEEN_ORDER
#define FINDING_FILTER                                                                                                 \
	"(?1 IS NULL OR f.rule GLOB ?1) AND (?2 IS NULL OR f.shop GLOB ?2) AND (?3 IS NULL OR f.query GLOB ?3) AND "   \
	"(?4 IS NULL OR f.key GLOB ?4) AND (?5 IS NULL OR instr(f.message, ?5) OR instr(f.title, ?5) OR "              \
	"instr(f.key, ?5) OR instr(f.value, ?5)) AND f.severity >= ?6 AND (?7 >> f.state) & 1 AND f.opened_at >= ?8 "  \
	"AND (?9 = 0 OR f.opened_run = ?9)"
#define SQL_FINDINGS                                                                                                   \
	"SELECT " FINDING_COLUMNS " FROM " FINDING_TABLES " WHERE " FINDING_FILTER                                     \
	" ORDER BY f.severity DESC, f.rule, f.shop, f.key, f.class LIMIT ?10"
#define SQL_FINDINGS_COUNT "SELECT f.severity, count(*) FROM finding f WHERE " FINDING_FILTER " GROUP BY f.severity"
#define SQL_FINDING_BY_PREFIX                                                                                          \
	"SELECT " FINDING_COLUMNS " FROM seen s CROSS JOIN finding f ON f.id = s.finding "                             \
	"WHERE s.fingerprint BETWEEN ?1 AND ?2 ORDER BY s.fingerprint LIMIT 2"

/* entities of a window */
#define SQL_ENTITY_TABLE                                                                                               \
	"CREATE TEMP TABLE IF NOT EXISTS entity (shop TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (shop, key)) "     \
	"WITHOUT ROWID"
#define SQL_ENTITY_ADD "INSERT OR IGNORE INTO temp.entity (shop, key) VALUES (?1, ?2)"
#define SQL_ENTITY_FORGET "DELETE FROM temp.entity"

/* notices */
#define SQL_NOTICE_FIND "SELECT id FROM notice WHERE receiver = ?1 AND group_key = ?2 AND state = 0"
#define SQL_NOTICE_NEW                                                                                                 \
	"INSERT INTO notice (kind, receiver, group_key, severity, members, open_members, state, created, run) "        \
	"VALUES (0, ?1, ?2, 0, 0, 0, 0, ?3, ?4)"
#define SQL_NOTICE_JOIN "INSERT OR IGNORE INTO notice_member (notice, finding, episode, open) VALUES (?1, ?2, ?3, 1)"
#define SQL_NOTICE_MORE                                                                                                \
	"UPDATE notice SET members = members + 1, open_members = open_members + 1, severity = max(severity, ?2) "      \
	"WHERE id = ?1"
#define SQL_NOTICE_OF                                                                                                  \
	"SELECT n.id, n.state, n.members, n.open_members, n.receiver FROM notice_member m CROSS JOIN notice n "        \
	"ON n.id = m.notice WHERE m.finding = ?1 AND m.open = 1 LIMIT 1"
#define SQL_NOTICE_LEAVE "DELETE FROM notice_member WHERE notice = ?1 AND finding = ?2"
#define SQL_NOTICE_LESS "UPDATE notice SET members = members - 1, open_members = open_members - 1 WHERE id = ?1"
#define SQL_NOTICE_FORGET "DELETE FROM notice WHERE id = ?1"
#define SQL_NOTICE_MEMBER_OVER "UPDATE notice_member SET open = 0 WHERE notice = ?1 AND finding = ?2"
#define SQL_NOTICE_OVER "UPDATE notice SET open_members = open_members - 1 WHERE id = ?1"
#define SQL_NOTICE_RESOLVE                                                                                             \
	"INSERT INTO notice (kind, receiver, group_key, dedup_key, severity, members, open_members, state, created, "  \
	"run, trigger_id) SELECT 1, receiver, group_key, dedup_key, severity, members, 0, 1, ?2, ?3, id FROM notice "  \
	"WHERE id = ?1"
#define NOTICE_COLUMNS                                                                                                 \
	"n.id, n.kind, n.receiver, n.group_key, n.dedup_key, n.severity, n.members, n.attempts, n.next_attempt, "      \
	"n.created, n.answer, n.state"
#define SQL_NOTICE_DUE                                                                                                 \
	"SELECT " NOTICE_COLUMNS ", n.run FROM notice n LEFT JOIN notice t ON t.id = n.trigger_id "                    \
	"WHERE n.state < 2 AND n.next_attempt <= ?1 AND n.id > ?2 AND (n.kind = 0 OR t.state = 2) "                    \
	"ORDER BY n.id LIMIT 1"
#define SQL_NOTICE_LONE                                                                                                \
	"SELECT f.fingerprint, m.episode FROM notice_member m CROSS JOIN finding f ON f.id = m.finding "               \
	"WHERE m.notice = ?1 LIMIT 1"
/* the worst may have left while it was gathering */
#define SQL_NOTICE_SEAL                                                                                                \
	"UPDATE notice SET state = 1, dedup_key = ?2, severity = (SELECT max(f.severity) FROM notice_member m "        \
	"CROSS JOIN finding f ON f.id = m.finding WHERE m.notice = ?1) WHERE id = ?1"
#define SQL_NOTICE_SEVERITY "SELECT severity FROM notice WHERE id = ?1"
#define SQL_NOTICE_DONE                                                                                                \
	"UPDATE notice SET attempts = attempts + 1, state = CASE WHEN ?2 = 1 AND attempts + 1 >= ?5 THEN 3 ELSE ?2 "   \
	"END, next_attempt = ?3, answer = ?4 WHERE id = ?1 AND state = 1"
#define SQL_NOTICE_DROP_RESOLVE                                                                                        \
	"UPDATE notice SET state = 4 WHERE trigger_id = ?1 AND state < 2 AND "                                         \
	"(SELECT state FROM notice WHERE id = ?1) = 3"
#define NOTICE_MEMBERS_OF "m.notice = coalesce((SELECT trigger_id FROM notice WHERE id = ?1), ?1)"
#define SQL_NOTICE_MEMBERS                                                                                             \
	"SELECT " FINDING_COLUMNS " FROM notice_member m CROSS JOIN finding f ON f.id = m.finding "                    \
	"CROSS JOIN seen s ON s.fingerprint = f.fingerprint WHERE " NOTICE_MEMBERS_OF                                  \
	" ORDER BY f.severity DESC, f.rule, f.shop, f.key LIMIT ?2"
#define SQL_NOTICE_SEVERITIES                                                                                          \
	"SELECT f.severity, count(*) FROM notice_member m CROSS JOIN finding f ON f.id = m.finding "                   \
	"WHERE " NOTICE_MEMBERS_OF " GROUP BY f.severity"
#define SQL_NOTICES_OWED                                                                                               \
	"SELECT (SELECT count(*) FROM notice WHERE state < 2), (SELECT count(*) FROM notice WHERE state = 3)"
#define SQL_NOTICE_LIST                                                                                                \
	"SELECT " NOTICE_COLUMNS " FROM notice n WHERE (?1 & 1 AND n.state < 2) OR "                                   \
	"(?1 & 2 AND n.state = 3) OR (?1 & 4 AND n.state = 2) ORDER BY n.id LIMIT ?2"

/* cursors and scans */
#define SQL_CURSOR_GET "SELECT until FROM cursor WHERE query = ?1 AND scope = ?2"
#define SQL_CURSOR_SET                                                                                                 \
	"INSERT INTO cursor (query, scope, until) VALUES (?1, ?2, ?3) "                                                \
	"ON CONFLICT (query, scope) DO UPDATE SET until = ?3"
#define SQL_SCANNED                                                                                                    \
	"INSERT INTO scanned (query, scope, run, complete, documents) VALUES (?1, ?2, ?3, ?4, ?5) "                    \
	"ON CONFLICT (query, scope) DO UPDATE SET run = ?3, complete = ?4, documents = ?5"
#define SQL_LAST_SCANNED "SELECT coalesce(sum(documents), 0), coalesce(min(complete), 0) FROM scanned WHERE query = ?1"

/* actions */
#define SQL_ACTION_ADD                                                                                                 \
	"INSERT INTO action (action_id, finding, episode, attempt, rule, rule_rev, class, shop, severity, automatic, " \
	"body, undo, state, proposed_at, run) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12, ?13) "  \
	"ON CONFLICT (action_id) DO UPDATE SET state = 0, rule_rev = ?5, severity = ?8, automatic = ?9, body = ?10, "  \
	"undo = ?11"
#define SQL_ACTION_SUPERSEDE "UPDATE action SET state = 1 WHERE finding = ?1 AND state = 0"
#define SQL_ACTION_LIST                                                                                                \
	"SELECT a.action_id, f.fingerprint, a.episode, a.attempt, a.rule, a.rule_rev, a.class, a.shop, a.severity, "   \
	"a.automatic, a.body, a.undo, a.proposed_at FROM action a CROSS JOIN finding f ON f.id = a.finding "           \
	"WHERE a.state = 0 AND f.state IN (1, 2) AND (?1 IS NULL OR a.rule = ?1) ORDER BY a.rule, a.shop, a.action_id"

#endif
