/*
 * The review page as HTML: one file, no script, nothing fetched, every text
 * escaped, since what is shown comes out of documents.
 */
#include "base/base.h"
#include "command/manifests.h"

#include <inttypes.h>

#include "ext/json.h"

#define TEXT_BYTES (64u << 20)

static void put(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		switch (text.p[i]) {
		case '<': fputs("&lt;", stdout); break;
		case '>': fputs("&gt;", stdout); break;
		case '&': fputs("&amp;", stdout); break;
		case '"': fputs("&quot;", stdout); break;
		case '\'': fputs("&#39;", stdout); break;
		default: putchar(text.p[i]);
		}
	}
}

static void cell(const char *tag, struct span text)
{
	printf("<%s>", tag);
	put(text);
	printf("</%s>", tag);
}

static void row(const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	fputs("<tr>", stdout);
	cell("th", span_of(name));
	cell("td", span_of(value));
	fputs("</tr>\n", stdout);
}

static void tally(const char *name, const struct tally *t)
{
	fputs("<h2>", stdout);
	put(span_of(name));
	fputs("</h2>\n<table>\n", stdout);
	for (size_t i = 0; i < t->counts.count; i++) {
		fputs("<tr>", stdout);
		cell("th", t->counts.entries[i].key);
		printf("<td>%" PRId64 "</td></tr>\n", *(const int64_t *)t->counts.entries[i].value);
	}
	fputs("</table>\n", stdout);
}

static void guards(const struct guards *g)
{
	struct buf text;

	buf_init(&text, TEXT_BYTES);
	fputs("<h2>Guards</h2>\n<table>\n", stdout);
	for (size_t i = 0; i < g->rules.count; i++) {
		const struct guard_rule *r = g->rules.entries[i].value;

		if (r->actions == 0)
			continue;
		buf_reset(&text);
		bool refuses = guard_verdict(r, &text);
		printf("<tr%s>", refuses ? " class=\"refuses\"" : "");
		cell("th", span_of(r->rule));
		cell("td", span_of(refuses ? "refuses" : "allows"));
		cell("td", buf_span(&text));
		fputs("</tr>\n", stdout);
	}
	fputs("</table>\n", stdout);
	buf_clear(&text);
}

static void samples(const struct review *review)
{
	struct buf key;

	buf_init(&key, TEXT_BYTES);
	fputs("<h2>Samples</h2>\n<table>\n<tr><th>rule</th><th>correction</th><th>key</th><th>before</th><th>after</"
	      "th></tr>\n",
		stdout);
	for (size_t i = 0; i < review->count; i++) {
		const struct review_sample *s = &review->samples[i];

		buf_reset(&key);
		key_display(&key, span_of(s->key));
		fputs("<tr>", stdout);
		cell("td", span_of(s->rule));
		cell("td", span_of(s->op));
		cell("td", buf_span(&key));
		cell("td", span_of(s->before));
		cell("td", span_of(s->after));
		fputs(s->cut ? "<td>cut</td></tr>\n" : "</tr>\n", stdout);
	}
	fputs("</table>\n", stdout);
	buf_clear(&key);
}

static void facts(const struct review_page *p)
{
	const struct manifest_record *r = &p->manifest->record;

	fputs("<table>\n", stdout);
	row("kind", json_text(p->head, "kind", ""));
	row("state", p->manifest->known ? manifest_state_names[r->state] : "not known to this project");
	row("created", json_text(p->head, "created_at", ""));
	row("expires", json_text(p->head, "expires_at", ""));
	row("sha256", p->sha256);
	if (p->manifest->known) {
		row("approved by", r->author);
		row("as", r->role);
		row("superseded by", r->superseded_by);
		row("undoes", r->undoes);
		if (strcmp(r->sha256, p->sha256) != 0)
			row("warning", "manifest.json is not the one that was written");
	}
	fputs("</table>\n", stdout);
}

void review_html(const struct review_page *p)
{
	const char *title = p->head ? json_text(p->head, "manifest_id", "") : "Planned corrections";

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>", stdout);
	put(span_of(title));
	fputs("</title>\n<style>body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}"
	      "th,td{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}"
	      ".refuses td,.refuses th{background:#fdd}td{word-break:break-word}</style>\n</head>\n<body>\n",
		stdout);
	cell("h1", span_of(title));
	printf("\n<p>%" PRId64 " actions</p>\n", p->review->actions);
	if (p->head != NULL)
		facts(p);
	guards(p->guards);
	tally("By rule", &p->review->by_rule);
	tally("By class", &p->review->by_class);
	tally("By shop", &p->review->by_shop);
	tally("By mode", &p->review->by_mode);
	samples(p->review);
	fputs("</body>\n</html>\n", stdout);
}
