/*
 * Keys of ElastAlert 2 that become nothing, each with the reason. It must not
 * know what the others become.
 */
#include "base/base.h"
#include "rule/elastalert_private.h"

#include "base/str.h"

/* By glob; the first row that fits is taken. */
static const struct {
	const char *glob, *why;
} rows[] = {
	{"alert_text*", "a receiver lays its messages out; a webhook has a template"},
	{"alert_subject*", "a receiver lays its messages out; a webhook has a template"},
	{"alert_missing_value", "a receiver lays its messages out; {{name|none}} in a template"},
	{"summary_*", "a message of many findings counts and lists them"},
	{"include*", "a finding holds key, field and value; `kenpin findings show` tells the rest"},
	{"top_count_*", "`kenpin query` counts; a finding does not"},
	{"raw_count_keys", "`kenpin query` counts; a finding does not"},
	{"aggregation*", "group_by of the route makes one message of many findings"},
	{"summary*", "a message of many findings counts and lists them"},
	{"realert_key", "a finding is known by rule, key and class: no key for it is needed"},
	{"exponential_realert", "the wait of renotify doubles by itself, up to 7 days"},
	{"query_key", "every document is a finding of its own; the query's key says what it is about"},
	{"compare_key", "this type compares nothing"},
	{"buffer_time", "a run reads from where the last one ended; time.overlap of the query says how far before it"},
	{"run_every", "cron, a timer or a scheduler starts the runs"},
	{"run_enhancements_first", "there is no code in rules"},
	{"match_enhancements", "there is no code in rules; a webhook or exec receiver may add what it likes"},
	{"jinja_*", "templates have holes, no code"},
	{"limit_execution*", "cron, a timer or a scheduler starts the runs"},
	{"use_*_query", "a window counts exactly; how the server is asked is no business of the rule"},
	{"doc_type", "indices have no types any more"},
	{"terms_size", "all groups are read, not the largest alone"},
	{"max_query_size", "everything is read; page of the source says how much at once"},
	{"max_scrolling*", "everything is read; a scan that was not whole says so"},
	{"max_threads", "one process reads; partitions spread the work"},
	{"misfire_grace_time", "cron, a timer or a scheduler starts the runs"},
	{"scan_entire_timeframe", "windows are whole, whenever a run starts"},
	{"use_run_every_query_size", "windows are whole, whenever a run starts"},
	{"allow_buffer_time_overlap", "windows are whole, whenever a run starts"},
	{"sync_bucket_interval", "windows end at multiples of their step"},
	{"bucket_offset_delta", "windows end at multiples of their step"},
	{"timestamp_type", "instants are read as ISO 8601 or epoch milliseconds"},
	{"timestamp_format*", "instants are read as ISO 8601 or epoch milliseconds"},
	{"timestamp_to_datetime*", "instants are read as ISO 8601 or epoch milliseconds"},
	{"*pretty_ts_format", "times in messages are ISO 8601"},
	{"use_local_time", "times in messages are ISO 8601"},
	{"use_strftime_index", "the index has no days in its name"},
	{"search_extra_index", "only the index that is named is read"},
	{"replace_dots_in_field_names", "a dot in a key is written as \\. in the path"},
	{"_source_enabled", "the fields that a rule needs are read"},
	{"is_enabled", "a rule that is there runs: take the file away to switch it off"},
	{"priority", "say it as severity: info, warning, error or critical"},
	{"severity", "say it as severity: info, warning, error or critical"},
	{"owner", "say it in tags of the rule"},
	{"category", "say it in tags of the rule"},
	{"attach_related", "`kenpin query` shows the documents of a window"},
	{"notify_*", "a run that failed says so by its exit code and in its log; heartbeat tells when none ran"},
	{"query_timezone", "zone of the rule or query says it for stamps without one"},
	{"kibana_*", "messages hold no links to Kibana"},
	{"generate_kibana*", "messages hold no links to Kibana"},
	{"shorten_kibana*", "messages hold no links to Kibana"},
	{"*opensearch_*", "messages hold no links to dashboards"},
	{"percentage_format_string", "numbers are written exactly"},
	{"metric_format_string", "numbers are written exactly"},
	{"es_*", "source of kenpin.yaml says it"},
	{"use_ssl", "source of kenpin.yaml says it"},
	{"*verify_certs", "source of kenpin.yaml says it"},
	{"ssl_show_warn", "source of kenpin.yaml says it"},
	{"ca_certs", "source of kenpin.yaml says it"},
	{"client_*", "source of kenpin.yaml says it"},
	{"*aws_*", "a source or receiver takes what the process has"},
	{"boto_profile", "a source or receiver takes what the process has"},
	{"profile", "a source or receiver takes what the process has"},
	{"import", "the keys of the other file are not here"},
	{"timeframe", "this type has no window"},
	{"num_events", "this type counts nothing"},
	{"threshold*", "this type has no such bound"},
	{"aggregation_key", "group_by of the route makes one message of many findings"},
	{"slack_*", "the receiver lays its messages out"},
	{"email*", "the receiver lays its messages out"},
	{"smtp_*", "receiver of kenpin.yaml says it"},
	{"pagerduty_*", "the receiver lays its messages out"},
	{"http_post*", "the receiver's template lays its messages out"},
};

const char *elastalert_why(struct span key)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_glob(rows[i].glob, key))
			return rows[i].why;
	return "nothing here says the same; most likely an option of an alert, or a word for your own use";
}
