/* A rule that is being made, run before anybody sees it. */
#include "base/base.h"
#include "command/rules_sample.h"

#include <errno.h>
#include <unistd.h>

/* What is wrong in the file PATH alone: another may be empty since this rule is about to be written to it. */
static void keep_faults_of(struct diags *diags, const char *path)
{
	size_t kept = 0;

	for (size_t i = 0; i < diags->count; i++)
		if (diags->items[i].level == DIAG_ERROR && diags->items[i].file &&
			strcmp(diags->items[i].file->path, path) == 0)
			diags->items[kept++] = diags->items[i];
	diags->count = diags->errors = kept;
	diags->warnings = 0;
}

static int put_file(char *path, struct span text, struct error *e)
{
	int fd = mkstemp(path);
	bool written = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n;

	if (!written)
		error_set(e, ERROR_CONFIG, "%s cannot be written: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return written ? 0 : -1;
}

/* The rule ID as compiled out of TEXT beside the project's own rules; NULL with *E. The set is left in L. */
static const struct rule *compile(struct loaded *l, const char *id, struct span text, struct error *e)
{
	char path[] = "/tmp/kenpin-new-XXXXXX";
	const struct texts *own = &l->project->rule_files;
	struct texts paths = {arena_zalloc(&l->arena, (own->count + 1) * sizeof(*paths.items)), own->count + 1};
	const char *const only[] = {id, NULL};
	const struct rule *rule;

	if (put_file(path, text, e) < 0)
		return NULL;
	for (size_t i = 0; i < own->count; i++)
		paths.items[i] = own->items[i];
	paths.items[own->count] = arena_strdup(&l->arena, path);
	if (l->rules)
		rule_set_close(l->rules);
	l->rules = rule_set_open(l->project, &paths, &(struct rule_filter){only, NULL}, &l->project->diags, &l->arena);
	unlink(path);
	rule = rule_find(l->rules, id);
	if (rule && strcmp(rule->file->path, path) != 0) {
		error_set(e, ERROR_CONFIG, "there is a rule %s already, at %s:%d", id, rule->file->path,
			rule->node->start.line);
		return NULL;
	}
	keep_faults_of(&l->project->diags, path);
	if (rule && l->project->diags.errors == 0)
		return rule;
	print_diags(&l->project->diags, DIAG_TEXT);
	error_set(e, ERROR_CONFIG, "rule %s cannot be made", id);
	return NULL;
}

/* The first test at FROM or after it that passes; test_count when none does. */
static int first_good(
	size_t *found, struct loaded *l, const struct rule *rule, size_t from, int64_t now, bool all, struct error *e)
{
	struct test_result result;
	struct arena arena;

	for (*found = from; *found < rule->test_count; ++*found) {
		arena_init(&arena);
		int status = rule_test_run(l->rules, rule, &rule->tests[*found], now, &arena, &result, e);

		if (status == 0 && all && !result.passed)
			status = error_set(e, ERROR_CONFIG, "test \"%s\" of the new rule does not pass: %s",
				rule->tests[*found].name, result.detail);
		arena_clear(&arena);
		if (status < 0)
			return -1;
		if (result.passed && !all)
			return 0;
	}
	return 0;
}

int rules_sample_prove(struct loaded *l, const char *id, struct span text, int64_t now, struct error *e)
{
	const struct rule *rule = compile(l, id, text, e);
	size_t found;

	return rule ? first_good(&found, l, rule, 0, now, true, e) : -1;
}

static void add_quoted(struct buf *out, struct span text)
{
	buf_addc(out, '\'');
	for (size_t i = 0; i < text.n; i++) {
		buf_addc(out, text.p[i]);
		if (text.p[i] == '\'')
			buf_addc(out, '\'');
	}
	buf_addc(out, '\'');
}

static void add_test(struct buf *out, const struct infer *in, size_t doc, int way, const char *const *keys)
{
	struct buf text, name;

	buf_init(&text, SIZE_MAX / 4);
	buf_init(&name, SIZE_MAX / 4);
	infer_doc(&text, &name, in, doc, way, keys);
	buf_adds(out, "      - name: ");
	add_quoted(out, buf_span(&name));
	buf_adds(out, "\n        doc: ");
	add_quoted(out, buf_span(&text));
	buf_addf(out, "\n        expect: %s\n", way < 0 ? "clean" : "finding");
	buf_clear(&text);
	buf_clear(&name);
}

/* All documents are tried as clean, then one of them broken in every way: what passes is what is picked. */
static int pick(int64_t *doc, int *way, const struct infer *in, const struct rules_sample *sample, struct span head,
	const char *const *keys, struct error *e)
{
	struct buf text;
	const struct rule *rule;
	size_t found = 0, count = *doc < 0 ? infer_kept(in) : infer_breaks(in);

	buf_init(&text, SIZE_MAX / 4);
	buf_add_span(&text, head);
	for (size_t i = 0; i < count; i++)
		add_test(&text, in, *doc < 0 ? i : (size_t)*doc, *doc < 0 ? -1 : (int)i, keys);
	rule = compile(sample->loaded, sample->id, buf_span(&text), e);
	buf_clear(&text);
	if (rule == NULL || first_good(&found, sample->loaded, rule, 0, sample->now, false, e) < 0)
		return -1;
	if (found == count)
		return error_set(e, ERROR_CONFIG, "no document of the sample is %s by the rule that was made of them",
			*doc < 0 ? "clean" : "broken");
	if (*doc < 0)
		*doc = (int64_t)found;
	else
		*way = (int)found;
	return 0;
}

/* Fields of the query's key stay in the documents, since a finding is known by them. */
static const char *const *keys_of(const struct rules_sample *sample)
{
	const struct query *q = project_query(sample->loaded->project, sample->query);
	const char **keys = arena_zalloc(&sample->loaded->arena, ((q ? q->key.count : 0) + 2) * sizeof(*keys));

	for (size_t i = 0; q && i < q->key.count; i++)
		keys[i] = q->key.items[i];
	if (q && q->shop)
		keys[q->key.count] = q->shop;
	return keys;
}

int rules_sample_pick(
	struct buf *out, const struct infer *in, const struct rules_sample *sample, struct span checks, struct error *e)
{
	const char *const *keys = keys_of(sample);
	struct buf head;
	int64_t doc = -1;
	int way = -1, failed = -1;

	buf_init(&head, SIZE_MAX / 4);
	buf_adds(&head, sample->head);
	buf_add_span(&head, checks);
	buf_adds(&head, "    tests:\n");
	if (pick(&doc, &way, in, sample, buf_span(&head), keys, e) == 0 &&
		pick(&doc, &way, in, sample, buf_span(&head), keys, e) == 0) {
		buf_add_span(out, buf_span(&head));
		add_test(out, in, (size_t)doc, way, keys);
		add_test(out, in, (size_t)doc, -1, keys);
		failed = rules_sample_prove(sample->loaded, sample->id, buf_span(out), sample->now, e);
	}
	buf_clear(&head);
	return failed;
}
