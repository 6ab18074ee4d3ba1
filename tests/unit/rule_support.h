/*
 * A project in a temporary folder, its rules, and what they say of documents:
 * for the unit tests of the rule room.
 */
#ifndef RULE_SUPPORT_H
#define RULE_SUPPORT_H

#include "base/base.h"

#include <setjmp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "rule/rule.h"

#define NOW INT64_C(1795544555000) /* 2026-11-24T18:22:35Z */

struct bench {
	char folder[64];
	struct project *project;
	struct rule_set *set;
	struct arena arena;
};

static maybe_unused void put_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static maybe_unused void remove_file(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
	rmdir(path);
}

/* QUERY: lines of queries/q.yaml beside source; RULES: the rule file. Faults are left in b->project->diags. */
static maybe_unused void bench_open(struct bench *b, const char *query, const char *rules)
{
	char text[4096], path[128];
	struct error e = {0};

	snprintf(b->folder, sizeof(b->folder), "/tmp/kenpin-rule-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(path, sizeof(path), "%s/queries", b->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/rules", b->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	put_file(b->folder, "kenpin.yaml", "version: 1\nsources:\n  s: {kind: ndjson, path: data}\n");
	snprintf(text, sizeof(text), "source: s\n%s", query);
	put_file(b->folder, "queries/q.yaml", text);
	put_file(b->folder, "rules/r.yaml", rules);
	arena_init(&b->arena);
	b->project = project_open(b->folder, &e);
	if (b->project == NULL)
		fail_msg("%s", e.message);
	b->set = rule_set_open(b->project, &b->project->rule_files, NULL, &b->project->diags, &b->arena);
	assert_non_null(b->set);
}

static maybe_unused void bench_close(struct bench *b)
{
	rule_set_close(b->set);
	arena_clear(&b->arena);
	project_close(b->project);
	remove_file(b->folder, "queries/q.yaml");
	remove_file(b->folder, "rules/r.yaml");
	remove_file(b->folder, "kenpin.yaml");
	remove_file(b->folder, "queries");
	remove_file(b->folder, "rules");
	assert_int_equal(rmdir(b->folder), 0);
}

/* "12:7 E0304 message" lines, sorted by place; file names are left out. */
static maybe_unused void bench_faults(struct bench *b, struct buf *out)
{
	struct diags *d = &b->project->diags;

	diags_sort(d);
	for (size_t i = 0; i < d->count; i++) {
		buf_addf(out, "%d:%d %s %s", d->items[i].at.line, d->items[i].at.column, d->items[i].code,
			d->items[i].message);
		if (d->items[i].also.line)
			buf_addf(out, " (%d:%d %s)", d->items[i].also.line, d->items[i].also.column,
				d->items[i].also_label);
		buf_addc(out, '\n');
	}
}

static maybe_unused void bench_must_be_good(struct bench *b)
{
	struct buf faults;

	buf_init(&faults, 1 << 20);
	bench_faults(b, &faults);
	if (b->project->diags.errors)
		fail_msg("%s", buf_text(&faults));
	buf_clear(&faults);
}

static maybe_unused struct span padded(struct arena *arena, const char *json)
{
	size_t n = strlen(json);
	char *copy = arena_zalloc(arena, n + LIMIT_JSON_PADDING);

	memcpy(copy, json, n);
	return (struct span){copy, n};
}

/* Drafts as lines: rule class field value shop key message. */
static maybe_unused int collect_lines(void *arg, const struct draft *d, struct error *e)
{
	struct buf *out = arg;

	(void)e;
	buf_addf(out, "%s %s %.*s %.*s%s shop=%.*s key=%.*s | %.*s\n", d->rule, d->klass, SPAN_ARG(d->field),
		SPAN_ARG(d->value), d->value_cut ? "(cut)" : "", SPAN_ARG(d->shop), SPAN_ARG(d->key),
		SPAN_ARG(d->message));
	return 0;
}

/* Evaluates one document with all rules of the first group. */
static maybe_unused void bench_doc(
	struct bench *b, struct eval *eval, const char *id, const char *json, eval_emit *emit, void *arg)
{
	struct jsonscan scan;
	struct error e = {0};
	struct doc doc;

	doc_init(&doc, rule_group_fields(b->set->groups[0]));
	doc.id = span_of(id);
	jsonscan_init(&scan, padded(&b->arena, json));
	if (doc_pull(&doc, &scan) < 0)
		fail_msg("%s: %s", json, scan.why);
	assert_int_equal(eval_doc(eval, &doc, emit, arg, &e), 0);
	eval_page(eval);
	doc_clear(&doc);
}

#endif
