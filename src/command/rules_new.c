/* kenpin rules new: a rule to begin with, by kind or out of sample documents, whose tests pass. */
#include "base/base.h"
#include "command/rules.h"

#include "base/jsonscan.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "command/rules_sample.h"
#include "ext/zread.h"
#include "rule/infer.h"

static struct {
	const char *id, *query, *kind, *from;
	struct cli_list fields;
} given;

static const struct cli_option table_of_options[] = {
	{"id", CLI_TEXT, &given.id, "ID", "id of the new rule"},
	{"query", CLI_TEXT, &given.query, "NAME", "saved query whose documents it looks at"},
	{"kind", CLI_TEXT, &given.kind, "KIND", "check (default), or hit: every document of the query is wrong"},
	{"field", CLI_LIST, &given.fields, "PATH", "field to check; with --from a glob, may be given again"},
	{"from", CLI_TEXT, &given.from, "FILE", "sample documents (JSON, NDJSON; - is standard input)"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* ---- a skeleton ---- */

/* A document in which FIELD ("a.b[].c") holds x; only what is around it when EMPTY. */
static void add_doc(struct buf *out, const char *field, bool empty)
{
	size_t n = strcspn(field, ".["), open = strncmp(field + n, "[]", 2) == 0 ? 2 : 0;
	const char *rest = field + n + open;

	if (empty && *rest == '\0') {
		buf_adds(out, "{}");
		return;
	}
	buf_addf(out, "{%.*s: %s", (int)n, field, open ? "[" : "");
	if (*rest == '.')
		add_doc(out, rest + 1, empty);
	else
		buf_addc(out, 'x');
	buf_adds(out, open ? "]}" : "}");
}

static void add_test(struct buf *out, const char *name, const char *field, bool empty, const char *expect)
{
	buf_addf(out, "      - {name: %s, doc: ", name);
	if (field)
		add_doc(out, field, empty);
	else
		buf_adds(out, "{_id: '1'}");
	buf_addf(out, ", expect: %s}\n", expect);
}

static void add_head(struct buf *out, const char *title)
{
	buf_addf(out,
		"# yaml-language-server: $schema=../contrib/schema/rules.schema.json\n"
		"version: 1\n"
		"rules:\n"
		"  - id: %s\n"
		"    title: %s\n"
		"    query: %s\n"
		"    severity: warning\n",
		given.id, title, given.query);
}

/* FIELD: NULL for a hit that looks at none. */
static void add_skeleton(struct buf *out, bool hit, const char *field)
{
	const char *quote = field && strchr(field, '[') ? "'" : "";

	if (hit) {
		add_head(out, "what is wrong with these documents, in one line");
		if (field)
			buf_addf(out, "    when: {field: %s%s%s, exists: true}\n", quote, field, quote);
		buf_adds(out, "    hit: {message: what a finding says}\n    tests:\n");
		add_test(out, "what is wrong", field, false, "finding");
		if (field)
			add_test(out, "what is right", field, true, "clean");
		return;
	}
	add_head(out, "what must be true, in one line");
	buf_addf(out, "    check:\n      - {field: %s%s%s, required: true}\n    tests:\n", quote, field ? field : "",
		quote);
	add_test(out, "what is wrong", field, true, "finding");
	add_test(out, "what is right", field, false, "clean");
}

/* ---- out of samples ---- */

static int read_all(struct buf *text, const char *path, struct error *e)
{
	struct zread *in = zread_open(path, e);
	ptrdiff_t got = in ? 1 : -1;
	char *room = NULL;

	while (got > 0 && (room = buf_reserve(text, 65536)) != NULL) {
		got = zread_read(in, room, 65536, e);
		if (got > 0)
			text->len += (size_t)got;
	}
	zread_close(in);
	if (got > 0)
		return error_set(
			e, ERROR_CONFIG, "%s is larger than LIMIT_CONTROL_BYTES (%u)", path, LIMIT_CONTROL_BYTES);
	return got < 0 ? -1 : 0;
}

static const char *source_name(void)
{
	return strcmp(given.from, "-") == 0 ? "standard input" : given.from;
}

static bool has_more(struct jsonscan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r' || *s->p == '\n'))
		s->p++;
	return s->p < s->end;
}

/* One document after the other, however they are spread over lines. */
static int add_samples(struct infer *in, struct span text, struct error *e)
{
	struct jsonscan s;
	struct span raw;
	bool escaped;
	int line, column;
	size_t count = 0;

	if (utf8_invalid(text) >= 0)
		return error_set(e, ERROR_CONFIG, "%s is not UTF-8", source_name());
	jsonscan_init(&s, text);
	for (; has_more(&s); count++) {
		jsonscan_where(&s, &line, &column);
		if (jsonscan_value(&s, &raw, &escaped) != JSON_OBJECT) {
			if (s.why)
				jsonscan_where(&s, &line, &column);
			return error_at(e, ERROR_CONFIG, source_name(), line, column, "%s",
				s.why ? s.why : "a document is a JSON object");
		}
		infer_add(in, raw);
	}
	return count ? 0 : error_set(e, ERROR_CONFIG, "%s holds no documents", source_name());
}

static int write_rule(struct buf *out, const struct infer *in, const struct rules_sample *sample, struct error *e)
{
	struct buf checks;
	int failed = -1;

	buf_init(&checks, SIZE_MAX / 4);
	if (infer_checks(&checks, in) == 0)
		error_set(e, ERROR_CONFIG, "the documents have no field %s", given.fields.count ? "by that name" : "");
	else if (infer_kept(in) == 0)
		error_set(e, ERROR_CONFIG, "every document is too large to stand in a test");
	else
		failed = rules_sample_pick(out, in, sample, buf_span(&checks), e);
	buf_clear(&checks);
	return failed;
}

static int from_samples(struct buf *out, struct loaded *l, struct command_context *c, struct error *e)
{
	struct infer *in = infer_new(given.fields.items);
	struct buf text, head;
	int failed = -1;

	buf_init(&text, LIMIT_CONTROL_BYTES);
	buf_init(&head, 8192);
	add_head(&head, "the documents look as they should");
	buf_adds(&head, "    check:\n");
	const struct rules_sample sample = {l, given.id, given.query, buf_text(&head), clock_now(&c->clock)};
	if (read_all(&text, given.from, e) < 0)
		e->kind = ERROR_CONFIG;
	else if (add_samples(in, buf_span(&text), e) == 0)
		failed = write_rule(out, in, &sample, e);
	buf_clear(&head);
	buf_clear(&text);
	infer_free(in);
	return failed;
}

static int check_options(bool *hit, struct error *e)
{
	const char *kind = given.kind ? given.kind : "check";

	*hit = strcmp(kind, "hit") == 0;
	if (given.id == NULL || given.query == NULL)
		return error_set(e, ERROR_USAGE, "usage: kenpin rules new --id ID --query NAME [options]");
	if (!*hit && strcmp(kind, "check") != 0)
		return error_set(e, ERROR_USAGE, "--kind wants check or hit, not \"%s\"", kind);
	if (!option_name_valid(span_of(given.id)))
		return error_set(e, ERROR_USAGE, "\"%s\" is no id: letters, digits, - _ .", given.id);
	if (*hit && given.from)
		return error_set(e, ERROR_USAGE, "--from goes with --kind check: a hit looks at no field");
	if (!*hit && !given.from && given.fields.count != 1)
		return error_set(
			e, ERROR_USAGE, "name the field to check with --field, or sample documents with --from");
	if (!given.from && given.fields.count && strpbrk(given.fields.items[0], "\\'*?") != NULL)
		return error_set(e, ERROR_USAGE, "--field wants a plain path such as items[].sku");
	return 0;
}

static int make(struct buf *out, struct loaded *l, struct command_context *c, bool hit, struct error *e)
{
	const char *near = project_nearest_query(l->project, given.query);

	if (project_query(l->project, given.query) == NULL)
		return error_set(e, ERROR_CONFIG, "there is no query \"%s\"%s%s%s", given.query,
			near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	if (given.from)
		return from_samples(out, l, c, e);
	add_skeleton(out, hit, given.fields.count ? given.fields.items[0] : NULL);
	return rules_sample_prove(l, given.id, buf_span(out), clock_now(&c->clock), e);
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	struct buf out;
	bool hit;
	int count, failed = -1;

	buf_init(&out, SIZE_MAX / 4);
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) == 0 &&
		check_options(&hit, e) == 0 && load_project(&l, c, NULL, false, e) == 0)
		failed = make(&out, &l, c, hit, e);
	if (!failed)
		fwrite(buf_text(&out), 1, out.len, stdout);
	buf_clear(&out);
	loaded_clear(&l);
	cli_list_clear(&given.fields);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command rules_new = {"new", "--id ID --query NAME [--field PATH] [--from FILE]",
	"Prints a new rule, with tests that pass, by kind or out of sample documents.", run, options};
