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
#define SQL_SEEN_GET                                                                                                   \
	"SELECT finding, run, times, state, episode, digest, rule_rev, baseline, wake, recovery FROM seen "            \
	"WHERE fingerprint = ?1"
#define SQL_SEEN_ID "SELECT finding FROM seen WHERE fingerprint = ?1"
/* the scans that saw a suspect one go on counting, those that did not see another one begin anew */
#define STREAK_SEEN "streak = CASE state WHEN 0 THEN streak ELSE 0 END"
#define SQL_SEEN_AGAIN "UPDATE seen SET run = ?2, times = times + 1, " STREAK_SEEN " WHERE fingerprint = ?1"
#define SQL_SEEN_NEW                                                                                                   \
	"INSERT INTO seen (fingerprint, finding, run, times, state, episode, digest, rule_rev) "                       \
	"VALUES (?1, ?2, ?3, 1, ?6, 1, ?4, ?5)"
#define SQL_SEEN_CHANGED                                                                                               \
	"UPDATE seen SET run = ?2, times = times + 1, " STREAK_SEEN ", episode = ?3, digest = ?4, rule_rev = ?5 "      \
	"WHERE fingerprint = ?1"
#define SQL_SEEN_ANEW "UPDATE seen SET streak = 0 WHERE fingerprint = ?1 AND state = 0"
/* a suspicion that cannot be looked at is none */
#define SQL_SEEN_TOUCH "UPDATE seen SET run = ?2 WHERE fingerprint = ?1 AND state BETWEEN 1 AND 3"
#define SQL_FINDING_ANEW "UPDATE finding SET first_seen = ?2 WHERE id = ?1 AND state = 0"
#define SQL_SEEN_MOVED "UPDATE seen SET state = ?2, streak = 0, wake = 0 WHERE fingerprint = ?1"
#define SQL_SEEN_RESOLVED                                                                                              \
	"UPDATE seen SET state = 4, streak = 0, baseline = 0, wake = 0, recovery = 0 WHERE fingerprint = ?1"
#define SQL_FINDING_NEW                                                                                                \
	"INSERT INTO finding (fingerprint, rule, rule_rev, query, scope, shop, key, class, field, title, tags, "       \
	"severity, value, value_cut, message, index_name, doc_id, seq_no, primary_term, version, state, episode, "     \
	"first_seen, opened_at, opened_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "     \
	"?15, ?16, ?17, ?18, ?19, ?20, ?23, 1, ?21, ?21, ?22)"
#define SQL_FINDING_RENEW                                                                                              \
	"UPDATE finding SET rule_rev = ?3, query = ?4, scope = ?5, field = ?9, title = ?10, tags = ?11, "              \
	"severity = ?12, value = ?13, value_cut = ?14, message = ?15, index_name = ?16, doc_id = ?17, seq_no = ?18, "  \
	"primary_term = ?19, version = ?20 WHERE id = ?1"
#define SQL_FINDING_REOPEN                                                                                             \
	"UPDATE finding SET state = ?5, episode = ?2, opened_at = ?3, opened_run = ?4, resolved_at = 0 WHERE id = ?1"
#define SQL_FINDING_STATE "UPDATE finding SET state = ?2 WHERE id = ?1"
#define SQL_FINDING_OPENED "UPDATE finding SET opened_at = ?2, opened_run = ?3 WHERE id = ?1"
#define SQL_FINDING_TIMES "SELECT first_seen, opened_at FROM finding WHERE id = ?1"
#define SQL_FINDING_RESOLVED "UPDATE finding SET state = 4, resolved_at = ?2 WHERE id = ?1"
#define SQL_EVENT_ADD                                                                                                  \
	"INSERT INTO event (finding, number, at, run, what, who, why) VALUES (?1, "                                    \
	"(SELECT coalesce(max(number), 0) + 1 FROM event WHERE finding = ?1), ?2, ?3, ?4, ?5, ?6)"
#define SQL_FLAPS "SELECT count(*) FROM event WHERE finding = ?1 AND at > ?2 AND what IN ('opened', 'reopened')"
#define SQL_FLAPPING_NEXT                                                                                              \
	"SELECT fingerprint, doc_id FROM finding WHERE rule = ?1 AND scope = ?2 AND fingerprint > ?3 AND state <> 4 "  \
	"ORDER BY fingerprint LIMIT 1"
#define SQL_EVENT_LIST "SELECT at, run, what, who, why FROM event WHERE finding = ?1 ORDER BY number"

/* findings: reading. FINDING_COLUMNS is what finding_of_row reads, in this order. */
#define FINDING_COLUMNS_IN(episode)                                                                                    \
	"f.fingerprint, f.rule, f.rule_rev, f.query, f.title, f.tags, f.shop, f.key, f.class, f.field, f.value, "      \
	"f.message, f.index_name, f.doc_id, f.severity, f.state, " episode ", f.first_seen, "                          \
	"coalesce((SELECT started FROM run WHERE number = s.run), f.first_seen), f.opened_at, f.resolved_at, "         \
	"s.times, f.seq_no, f.primary_term, f.version, f.value_cut"
#define FINDING_COLUMNS FINDING_COLUMNS_IN("f.episode")
#define FINDING_TABLES "finding f CROSS JOIN seen s ON s.fingerprint = f.fingerprint"
#define SQL_FINDING_GET "SELECT " FINDING_COLUMNS " FROM " FINDING_TABLES " WHERE f.id = ?1"
/* ?3 to ?4 are the scopes, ?3 and ?5 the place to go on after, ?7 the scans in a row; only the index and `seen` are
 * read */
#define JUDGED                                                                                                         \
	"SELECT f.id, f.scope, f.fingerprint FROM " FINDING_TABLES " WHERE f.rule = ?1 AND f.state <> 4 "              \
	"AND (f.scope, f.fingerprint) > (?3, ?5) AND f.scope <= ?4 "
#define JUDGED_ORDER " ORDER BY f.scope, f.fingerprint LIMIT ?6"
#define ENTITY_SEEN "EXISTS (SELECT 1 FROM temp.entity t WHERE t.shop = f.shop AND t.key = f.key)"
#define UNSEEN "s.run <> ?2 AND (s.state = 0 OR s.streak >= ?7)"
#define SQL_UNSEEN_ANY JUDGED "AND " UNSEEN JUDGED_ORDER
#define SQL_UNSEEN_ENTITIES JUDGED "AND CASE WHEN " UNSEEN " THEN " ENTITY_SEEN " END" JUDGED_ORDER
#define SQL_SUSPECTS                                                                                                   \
	JUDGED "AND s.state = 0 AND s.run = ?2 AND s.streak >= ?7 AND max(f.first_seen, f.opened_at) <= "              \
	       "?8" JUDGED_ORDER
/* one scan more in the row */
#define STREAK_MORE                                                                                                    \
	"UPDATE seen SET streak = streak + 1, judged = ?2 WHERE judged <> ?2 AND fingerprint IN "                      \
	"(SELECT f.fingerprint FROM finding f WHERE f.rule = ?1 AND f.state <> 4 AND f.scope BETWEEN ?3 AND ?4"
#define SQL_STREAK_UNSEEN STREAK_MORE ") AND run <> ?2 AND state <> 0"
#define SQL_STREAK_UNSEEN_ENTITIES STREAK_MORE " AND " ENTITY_SEEN ") AND run <> ?2 AND state <> 0"
#define SQL_STREAK_SUSPECTS STREAK_MORE ") AND run = ?2 AND state = 0"
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
	"n.id, n.kind, n.receiver, n.group_key, n.dedup_key, n.severity, "                                             \
	"iif(n.repeats, n.open_members, n.members), n.attempts, n.next_attempt, n.created, n.answer, n.state, "        \
	"n.done, n.repeats, n.held"
#define SQL_NOTICE_DUE                                                                                                 \
	"SELECT " NOTICE_COLUMNS ", n.run FROM notice n LEFT JOIN notice t ON t.id = n.trigger_id "                    \
	"WHERE n.state < 2 AND n.next_attempt <= ?1 AND n.id > ?2 AND (n.kind = 0 OR t.state = 2) "                    \
	"ORDER BY n.id LIMIT 1"
#define SQL_NOTICE_LONE                                                                                                \
	"SELECT f.fingerprint, m.episode FROM notice_member m CROSS JOIN finding f ON f.id = m.finding "               \
	"WHERE m.notice = ?1 LIMIT 1"
/* the worst may have left while it was gathering */
#define SQL_NOTICE_SEAL                                                                                                \
	"UPDATE notice SET state = 1, held = 0, dedup_key = ?2, severity = (SELECT max(f.severity) FROM "              \
	"notice_member m "                                                                                             \
	"CROSS JOIN finding f ON f.id = m.finding WHERE m.notice = ?1) WHERE id = ?1"
#define SQL_NOTICE_SEVERITY "SELECT severity FROM notice WHERE id = ?1"
#define SQL_NOTICE_DONE                                                                                                \
	"UPDATE notice SET attempts = attempts + 1, next_attempt = ?3, answer = ?4, "                                  \
	"state = CASE WHEN ?2 = 1 AND attempts + 1 < ?5 THEN 1 WHEN ?2 = 2 OR repeats > 0 THEN 2 ELSE 3 END, "         \
	"done = CASE WHEN ?2 = 2 OR (repeats > 0 AND (?2 = 3 OR attempts + 1 >= ?5)) THEN ?6 ELSE done END "           \
	"WHERE id = ?1 AND state = 1"
#define SQL_NOTICE_KNOWS                                                                                               \
	"SELECT 1 FROM notice_member m CROSS JOIN notice n ON n.id = m.notice WHERE m.finding = ?1 AND m.open = 1 "    \
	"AND n.receiver = ?2 AND n.state < 4 LIMIT 1"
#define SQL_NOTICE_REPEAT                                                                                              \
	"UPDATE notice SET state = 1, attempts = 0, next_attempt = 0, repeats = repeats + 1 WHERE kind = 0 AND "       \
	"state = 2 AND id IN (SELECT notice FROM notice_member WHERE finding = ?1 AND open = 1) AND "                  \
	"done + min(?2 << min(repeats, 20), max(?2, ?3)) <= ?4"
#define SQL_NOTICE_REPEAT_OVER                                                                                         \
	"UPDATE notice SET state = 2 WHERE id = ?1 AND state = 1 AND repeats > 0 AND open_members = 0"
#define NOTICE_WORTH "(kind = 1 OR state < 3 OR open_members > 0)"
#define SQL_NOTICE_RETRY                                                                                               \
	"UPDATE notice SET next_attempt = 0, attempts = iif(state = 3, 0, attempts), state = 1 "                       \
	"WHERE state IN (1, 3) AND (?1 = 0 OR id = ?1) AND " NOTICE_WORTH
#define SQL_NOTICE_STANDS "SELECT state, " NOTICE_WORTH ", repeats FROM notice WHERE id = ?1"
#define SQL_NOTICE_DISCARD                                                                                             \
	"UPDATE notice SET state = iif(repeats, 2, 4), answer = ?2 WHERE (id = ?1 OR (trigger_id = ?1 AND NOT "        \
	"(SELECT repeats FROM notice WHERE id = ?1))) AND (state < 2 OR state = 3)"
#define SQL_CHOOSE_MEMBERS "INSERT INTO temp.chosen SELECT finding FROM notice_member WHERE notice = ?1 AND open = 1"
#define SQL_NOTICE_DROP_RESOLVE                                                                                        \
	"UPDATE notice SET state = 4 WHERE trigger_id = ?1 AND state < 2 AND "                                         \
	"(SELECT state FROM notice WHERE id = ?1) = 3"
#define NOTICE_MEMBERS_OF "m.notice = coalesce((SELECT trigger_id FROM notice WHERE id = ?1), ?1)"
/* a repeat tells only what is still there */
#define NOTICE_TOLD " AND (m.open = 1 OR (SELECT repeats FROM notice WHERE id = ?1) = 0)"
/* a message goes on telling of the episode that it was made for */
#define MEMBER_COLUMNS FINDING_COLUMNS_IN("m.episode")
#define SQL_NOTICE_MEMBERS                                                                                             \
	"SELECT " MEMBER_COLUMNS " FROM notice_member m CROSS JOIN finding f ON f.id = m.finding "                     \
	"CROSS JOIN seen s ON s.fingerprint = f.fingerprint WHERE " NOTICE_MEMBERS_OF NOTICE_TOLD                      \
	" ORDER BY f.severity DESC, f.rule, f.shop, f.key LIMIT ?2"
#define SQL_NOTICE_SEVERITIES                                                                                          \
	"SELECT f.severity, count(*) FROM notice_member m CROSS JOIN finding f ON f.id = m.finding "                   \
	"WHERE " NOTICE_MEMBERS_OF NOTICE_TOLD " GROUP BY f.severity"
/* the end of what is held waits with it */
#define HELD "(max(n.held, coalesce(t.held, 0)) > ?1)"
#define SQL_NOTICES_OWED                                                                                               \
	"SELECT (SELECT count(*) FROM notice n LEFT JOIN notice t ON t.id = n.trigger_id WHERE n.state < 2 AND "       \
	"NOT " HELD "), (SELECT count(*) FROM notice WHERE state = 3)"
#define SQL_NOTICES_HELD                                                                                               \
	"SELECT count(*) FROM notice n LEFT JOIN notice t ON t.id = n.trigger_id WHERE n.state < 2 AND " HELD
#define SQL_NOTICE_HOLD "UPDATE notice SET held = ?2 WHERE id = ?1 AND state < 2"
#define SQL_NOTICE_LIST                                                                                                \
	"SELECT " NOTICE_COLUMNS " FROM notice n WHERE (?1 & 1 AND n.state < 2) OR "                                   \
	"(?1 & 2 AND n.state = 3) OR (?1 & 4 AND n.state = 2) ORDER BY n.id LIMIT ?2"
#define SQL_NOTICES_OF                                                                                                 \
	"SELECT " NOTICE_COLUMNS " FROM notice_member m CROSS JOIN notice n ON n.id = m.notice "                       \
	"WHERE m.finding = ?1 AND m.open = 1 ORDER BY n.id"

/* findings that are changed together */
#define SQL_CHOSEN_TABLE "CREATE TEMP TABLE IF NOT EXISTS chosen (finding INTEGER PRIMARY KEY)"
#define SQL_CHOSEN_CLEAR "DELETE FROM temp.chosen"
#define SQL_CHOSEN_ADD "INSERT OR IGNORE INTO temp.chosen (finding) VALUES (?1)"
#define SQL_CHOSEN_LIST "SELECT finding FROM temp.chosen"
#define SQL_CHOSEN_COUNT "SELECT count(*) FROM temp.chosen"
#define SQL_CHOSEN_FINDING "UPDATE finding SET state = ?1 WHERE id IN (SELECT finding FROM temp.chosen)"
#define SQL_CHOSEN_SEEN                                                                                                \
	"UPDATE seen SET state = ?1, baseline = ?2, wake = ?3, streak = 0 WHERE fingerprint IN "                       \
	"(SELECT f.fingerprint FROM temp.chosen c CROSS JOIN finding f ON f.id = c.finding)"
#define CHOSEN_EVENT                                                                                                   \
	"INSERT INTO event (finding, number, at, run, what, who, why) SELECT c.finding, "                              \
	"(SELECT coalesce(max(number), 0) + 1 FROM event WHERE finding = c.finding), ?1, ?2, ?3, ?4, ?5 "              \
	"FROM temp.chosen c"
#define SQL_CHOSEN_EVENT CHOSEN_EVENT
#define GATHERING_OF_CHOSEN "notice IN (SELECT id FROM notice WHERE state = 0)"
#define SQL_CHOSEN_UNTOLD                                                                                              \
	CHOSEN_EVENT " WHERE EXISTS (SELECT 1 FROM notice_member m CROSS JOIN notice n ON n.id = m.notice "            \
		     "WHERE m.finding = c.finding AND m.open = 1 AND n.state = 0)"
#define SQL_CHOSEN_LEAVE                                                                                               \
	"DELETE FROM notice_member WHERE open = 1 AND finding IN (SELECT finding FROM temp.chosen) "                   \
	"AND " GATHERING_OF_CHOSEN
#define SQL_GATHERING_COUNT                                                                                            \
	"UPDATE notice SET members = (SELECT count(*) FROM notice_member WHERE notice = id), "                         \
	"open_members = (SELECT count(*) FROM notice_member WHERE notice = id) WHERE state = 0"
#define SQL_GATHERING_EMPTY "DELETE FROM notice WHERE state = 0 AND members = 0"

/* silences */
#define SQL_SILENCE_ADD "INSERT INTO silence (matches, reason, author, created, until) VALUES (?1, ?2, ?3, ?4, ?5)"
#define SQL_SILENCES                                                                                                   \
	"SELECT id, matches, reason, author, created, until, ended, ended_by, ended = 0 AND until > ?1 FROM silence "  \
	"WHERE (?2 = 0 OR id = ?2) AND (NOT ?3 OR (ended = 0 AND until > ?1)) ORDER BY id"
#define SQL_SILENCE_END "UPDATE silence SET ended = ?2, ended_by = ?3 WHERE id = ?1 AND ended = 0 AND until > ?2"

/* baselines */
#define SQL_BASELINE_ADD                                                                                               \
	"INSERT INTO baseline (rule, query, reason, author, created, accepted) VALUES (?1, ?2, ?3, ?4, ?5, 0)"
#define SQL_BASELINE_CHOOSE                                                                                            \
	"INSERT INTO temp.chosen SELECT f.id FROM " FINDING_TABLES                                                     \
	" WHERE f.state IN (0, 1, 3, 5) AND s.baseline = 0 "                                                           \
	"AND (?1 = '' OR f.rule GLOB ?1) AND (?2 = '' OR f.query GLOB ?2)"
#define SQL_BASELINE_ACCEPTED "UPDATE baseline SET accepted = ?2 WHERE id = ?1"
#define SQL_BASELINES                                                                                                  \
	"SELECT id, rule, query, reason, author, created, accepted, undone, undone_by, "                               \
	"(SELECT count(*) FROM seen s WHERE s.baseline = b.id AND s.baseline > 0) FROM baseline b ORDER BY id"
#define SQL_BASELINE_UNDO "UPDATE baseline SET undone = ?2, undone_by = ?3 WHERE id = ?1 AND undone = 0"
#define SQL_BASELINE_MEMBERS "INSERT INTO temp.chosen SELECT finding FROM seen WHERE baseline = ?1 AND baseline > 0"

/* escalation; what is to be told anew waits for that first */
#define SQL_UNANSWERED_PUT                                                                                             \
	"INSERT INTO unanswered (finding, episode, since, reached, due) VALUES (?1, ?2, ?3, 0, ?4) "                   \
	"ON CONFLICT (finding) DO UPDATE SET since = ?3, due = ?4, episode = ?2, reached = iif(episode = ?2, "         \
	"reached, 0)"
#define SQL_UNANSWERED_DUE                                                                                             \
	"SELECT u.finding, u.since, u.reached FROM unanswered u CROSS JOIN " FINDING_TABLES                            \
	" WHERE u.due <= ?1 AND u.finding > ?2 AND f.id = u.finding AND f.state = 1 AND s.wake = 0 "                   \
	"ORDER BY u.finding LIMIT 1"
#define SQL_UNANSWERED_REACHED "UPDATE unanswered SET reached = ?2, due = ?3 WHERE finding = ?1"
#define SQL_UNANSWERED_OVER "DELETE FROM unanswered WHERE finding = ?1"

/* inhibition */
#define INHIBITOR "FROM finding f WHERE f.rule = ?1 AND f.state <> 4 AND f.state > 0"
#define SQL_INHIBITOR_SAMPLE "SELECT f.shop, f.key, f.query " INHIBITOR " LIMIT 1"
#define SQL_INHIBITORS "SELECT f.shop, f.key " INHIBITOR
#define SQL_INHIBITABLE_SAMPLE                                                                                         \
	"SELECT f.shop, f.key, f.query FROM finding f WHERE f.rule = ?1 AND f.state <> 4 AND f.state IN (1, 5) LIMIT " \
	"1"
#define SQL_INHIBITABLE "SELECT f.id, f.shop, f.key FROM finding f WHERE f.rule = ?1 AND f.state <> 4 AND f.state = ?2"
#define SQL_INHIBITOR_TABLE "CREATE TEMP TABLE IF NOT EXISTS inhibitor (match TEXT PRIMARY KEY) WITHOUT ROWID"
#define SQL_INHIBITOR_CLEAR "DELETE FROM temp.inhibitor"
#define SQL_INHIBITOR_ADD "INSERT OR IGNORE INTO temp.inhibitor (match) VALUES (?1)"
#define SQL_INHIBITOR_GET "SELECT 1 FROM temp.inhibitor WHERE match = ?1"
#define SQL_INHIBITED_RULES "SELECT DISTINCT rule FROM finding WHERE state = 5"
#define SQL_INHIBITED_COUNT "SELECT count(*) FROM finding WHERE state = 5"

/* cursors and scans */
#define SQL_CURSOR_GET "SELECT until FROM cursor WHERE query = ?1 AND scope = ?2"
#define SQL_CURSOR_SET                                                                                                 \
	"INSERT INTO cursor (query, scope, until) VALUES (?1, ?2, ?3) "                                                \
	"ON CONFLICT (query, scope) DO UPDATE SET until = ?3"
#define SQL_SCANNED                                                                                                    \
	"INSERT INTO scanned (query, scope, run, complete, documents) VALUES (?1, ?2, ?3, ?4, ?5) "                    \
	"ON CONFLICT (query, scope) DO UPDATE SET run = ?3, complete = ?4, documents = ?5"
#define SQL_NORM_GET "SELECT norm FROM scanned WHERE query = ?1 AND scope = ?2"
#define SQL_NORM_SET                                                                                                   \
	"INSERT INTO scanned (query, scope, run, complete, documents, norm) VALUES (?1, ?2, 0, 0, 0, ?3) "             \
	"ON CONFLICT (query, scope) DO UPDATE SET norm = ?3"
#define SQL_LAST_SCANNED "SELECT coalesce(sum(documents), 0), coalesce(min(complete), 0) FROM scanned WHERE query = ?1"

/* windows */
#define SQL_WINDOW_GET "SELECT id, shape, judged, learned, latest FROM window_rule WHERE rule = ?1 AND scope = ?2"
#define SQL_WINDOW_SET                                                                                                 \
	"INSERT INTO window_rule (rule, scope, shape, judged, learned, latest) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "       \
	"ON CONFLICT (rule, scope) DO UPDATE SET shape = ?3, judged = ?4, learned = ?5, latest = ?6"
#define SQL_WINDOW_FORGET "DELETE FROM window_group WHERE window = ?1"
#define SQL_WINDOW_GROUPS                                                                                              \
	"SELECT digest, entity, shop, first, last, changed, value, before FROM window_group WHERE window = ?1"
#define SQL_WINDOW_GROUP_PUT                                                                                           \
	"INSERT INTO window_group (window, digest, entity, shop, first, last, changed, value, before) "                \
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (window, digest) "                                    \
	"DO UPDATE SET first = ?5, last = ?6, changed = ?7, value = ?8, before = ?9"
#define SQL_WINDOW_GROUP_DROP "DELETE FROM window_group WHERE window = ?1 AND digest = ?2"

#endif
