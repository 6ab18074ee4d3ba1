/* Reading answers. */
#include "base/base.h"
#include "source/es_answer.h"

#include "base/utf8.h"
#include "ext/json.h"

enum es_verdict es_judge(const struct http_answer *a)
{
	if (a->status >= 200 && a->status < 300)
		return ES_FINE;
	if (a->too_large)
		return ES_REFUSED;
	if (a->status == 0 || a->status == 502 || a->status == 504)
		return ES_LOST;
	return a->status == 429 || a->status == 503 ? ES_AGAIN : ES_REFUSED;
}

/* NULL when BODY is no JSON. */
static struct json *tree_of(struct span body)
{
	struct error ignored;

	return body.n > 0 ? json_parse(body, ERROR_INCOMPLETE, "", &ignored) : NULL;
}

/* A page of HTML or a plain line: its beginning is better than nothing. */
static void read_plain(struct es_reason *r, struct span body)
{
	struct span text = utf8_invalid(body) >= 0 ? SPAN_NONE : utf8_cut(body, 200);

	snprintf(r->text, sizeof(r->text), "%.*s", SPAN_ARG(text));
	for (char *p = r->text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
}

/* The root cause says more than "all shards failed"; what caused it, when that is another text, still more. */
static void read_object(struct es_reason *r, const struct json *error)
{
	const struct json *root = json_at(json_get(error, "root_cause"), 0);
	const char *reason, *cause;

	if (json_text(root, "reason", NULL) == NULL)
		root = error;
	reason = json_text(root, "reason", "");
	cause = json_text(error, "caused_by.caused_by.reason", json_text(error, "caused_by.reason", ""));
	bool more = cause[0] != '\0' && strstr(reason, cause) == NULL;
	snprintf(r->type, sizeof(r->type), "%s", json_text(root, "type", ""));
	snprintf(r->text, sizeof(r->text), "%.300s%s%.290s", reason, more ? ": " : "", more ? cause : "");
}

void es_reason_read(struct es_reason *r, struct span body)
{
	struct json *j = tree_of(body);
	const struct json *error = json_get(j, "error");

	*r = (struct es_reason){.type = ""};
	if (json_type_of(error) == JSON_TYPE_MAP)
		read_object(r, error);
	else if (json_type_of(j) == JSON_TYPE_MAP)
		snprintf(r->text, sizeof(r->text), "%s",
			json_text(j, "error", json_text(j, "message", json_text(j, "Message", ""))));
	else if (j == NULL)
		read_plain(r, body);
	json_free(j);
}

static bool is_404(const struct http_answer *a, const char *type)
{
	struct es_reason r;

	if (a->status != 404)
		return false;
	es_reason_read(&r, buf_span(&a->body));
	return strcmp(r.type, type) == 0;
}

bool es_index_missing(const struct http_answer *a)
{
	return is_404(a, "index_not_found_exception");
}

bool es_context_missing(const struct http_answer *a)
{
	return is_404(a, "search_context_missing_exception");
}

bool es_scroll_unknown(const struct http_answer *a)
{
	switch (a->status) {
	case 400:
	case 403:
	case 405:
	case 410:
	case 501: return true;
	case 404: return !es_index_missing(a);
	default: return false;
	}
}

const char *es_remedy(long status)
{
	switch (status) {
	case 400: return "; check `index` and the body of the query";
	case 401: return "; check `auth` of the source";
	case 403: return "; the user needs the permissions read and view_index_metadata on the index";
	case 404: return "; check `url` of the source and `index` of the query";
	case 429: return "; the cluster is too busy: run again later, or lower `page` of the source";
	default: return "";
	}
}

bool es_pit_id(struct buf *out, struct span body)
{
	struct json *j = tree_of(body);
	const char *id = json_text(j, "pit_id", json_text(j, "id", ""));

	buf_reset(out);
	buf_adds(out, id);
	json_free(j);
	return out->len > 0;
}

static bool keep_least(void *arg, const char *index, struct json *settings)
{
	const struct json *shards =
		json_get_key(json_get(settings, "settings"), SPAN_LITERAL("index.number_of_shards"));
	int64_t *least = arg, n;

	(void)index;
	if (span_to_int64(&n, json_span(shards)) && (*least == 0 || n < *least))
		*least = n;
	return true;
}

int64_t es_least_shards(struct span body)
{
	struct json *j = tree_of(body);
	int64_t least = 0;

	if (json_type_of(j) == JSON_TYPE_MAP)
		json_each(j, keep_least, &least);
	json_free(j);
	return least;
}

int64_t es_count_read(struct span body)
{
	struct json *j = tree_of(body);
	int64_t count = json_int(j, "_shards.failed", 0) > 0 ? -1 : json_int(j, "count", -1);

	json_free(j);
	return count;
}
