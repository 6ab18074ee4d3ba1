/*
 * Documents that were read, looked at again by their ids: a multi get sees
 * what was written last, searchable or not, and its sequence number tells whether that is what was read.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include "base/jsonout.h"
#include "base/limits.h"

static void write_body(struct buf *out, const struct source_ref *refs, size_t count)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_key(&j, "docs");
	jsonout_open(&j, '[');
	for (size_t i = 0; i < count; i++) {
		jsonout_open(&j, '{');
		jsonout_pair_span(&j, "_index", refs[i].index);
		jsonout_pair_span(&j, "_id", refs[i].id);
		jsonout_pair_bool(&j, "_source", false);
		jsonout_close(&j, '}');
	}
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
}

/* Answers come in the order of the question. */
static int read_answer(struct es_source *s, struct span body, struct source_ref *refs, size_t count, struct error *e)
{
	struct json *answer = json_parse(body, ERROR_INCOMPLETE, "", e), *docs = json_get(answer, "docs");
	int result = 0;

	if (answer == NULL || json_count(docs) != count) {
		json_free(answer);
		return error_set(
			e, ERROR_INCOMPLETE, "source %s: the answer to _mget is not one", s->base.config->name);
	}
	for (size_t i = 0; i < count && result == 0; i++) {
		const struct json *doc = json_at(docs, i);

		if (json_get(doc, "error") != NULL)
			result = error_set(e, ERROR_INCOMPLETE, "source %s: a document cannot be read again: %s",
				s->base.config->name, json_text(doc, "error.reason", "no reason given"));
		refs[i].changed = !json_flag(doc, "found", false) || json_int(doc, "_seq_no", -1) != refs[i].seq_no ||
				  json_int(doc, "_primary_term", -1) != refs[i].primary_term;
	}
	json_free(answer);
	return result;
}

int es_look_again(struct source *source, struct source_ref *refs, size_t count, struct error *e)
{
	struct es_source *s = (struct es_source *)(void *)source;
	struct http_answer answer;
	struct buf body;

	if (count == 0)
		return 0;
	http_answer_init(&answer);
	buf_init(&body, LIMIT_CONTROL_BYTES);
	write_body(&body, refs, count);
	int result = es_call(&s->session, "POST", SPAN_LITERAL("/_mget?realtime=true"), buf_span(&body),
		"documents again", &answer, e);
	if (result == 0)
		result = read_answer(s, buf_span(&answer.body), refs, count, e);
	buf_clear(&body);
	http_answer_clear(&answer);
	return result;
}
