/*
 * The tree out of libfyaml's events, which carry marks. What the restricted
 * YAML does not allow is refused here by name.
 */
#include "base/base.h"
#include "ext/yaml_private.h"

#include <libfyaml.h>

#include "base/limits.h"

struct builder {
	struct yaml_reader *r;
	struct fy_parser *parser;
	struct fy_event *event; /* the one in hand */
	unsigned depth;
};

static struct yaml_mark mark_of(const struct fy_mark *m)
{
	return (struct yaml_mark){m->input_pos, m->line + 1, m->column + 1};
}

static bool next(struct builder *b)
{
	if (b->event != NULL)
		fy_parser_event_free(b->parser, b->event);
	b->event = fy_parser_parse(b->parser);
	return b->event != NULL;
}

static const struct fy_mark *token_mark(struct fy_token *token, bool end)
{
	static const struct fy_mark none;
	const struct fy_mark *m = token == NULL ? NULL : end ? fy_token_end_mark(token) : fy_token_start_mark(token);

	return m ? m : &none;
}

static struct fy_token *event_token(const struct fy_event *event)
{
	switch (event->type) {
	case FYET_SCALAR: return event->scalar.value;
	case FYET_ALIAS: return event->alias.anchor;
	case FYET_MAPPING_START: return event->mapping_start.mapping_start;
	case FYET_MAPPING_END: return event->mapping_end.mapping_end;
	case FYET_SEQUENCE_START: return event->sequence_start.sequence_start;
	case FYET_SEQUENCE_END: return event->sequence_end.sequence_end;
	case FYET_DOCUMENT_START: return event->document_start.document_start;
	default: return NULL;
	}
}

static void refuse_token(struct builder *b, struct fy_token *token, const char *what)
{
	yaml_fail(b->r, "E0106", mark_of(token_mark(token, false)), mark_of(token_mark(token, true)),
		"write the value out where it is used", "%s is not allowed here", what);
}

static void check_properties(struct builder *b, struct fy_token *anchor, struct fy_token *tag)
{
	if (anchor != NULL)
		refuse_token(b, anchor, "an anchor (&name)");
	if (tag != NULL)
		refuse_token(b, tag, "a tag (!name)");
}

static struct yaml_node *build(struct builder *b);

static enum yaml_style style_of(struct fy_token *token)
{
	switch (fy_token_scalar_style(token)) {
	case FYSS_SINGLE_QUOTED: return YAML_SINGLE;
	case FYSS_DOUBLE_QUOTED: return YAML_DOUBLE;
	case FYSS_LITERAL: return YAML_LITERAL;
	case FYSS_FOLDED: return YAML_FOLDED;
	default: return YAML_PLAIN;
	}
}

/* libfyaml reads \ud83d\ude00 as two lone surrogates: a wrong value, so it is refused. */
static void check_surrogates(struct builder *b, const struct yaml_node *n)
{
	const char *text = b->r->file->text.p;

	for (size_t i = n->start.offset; i + 3 < n->end.offset; i++) {
		if (text[i] != '\\')
			continue;
		if (text[i + 1] == 'u' && (text[i + 2] | 0x20) == 'd' &&
			strchr("89abcdefABCDEF", text[i + 3]) != NULL) {
			struct yaml_mark at = yaml_mark_at(b->r->file, i), end = yaml_mark_at(b->r->file, i + 6);
			yaml_fail(b->r, "E0109", at, end,
				"write the character itself, or \\U0001F600 with eight digits",
				"half of a surrogate pair in an escape");
		}
		i++;
	}
}

static struct yaml_node *build_scalar(struct builder *b)
{
	struct fy_token *token = b->event->scalar.value;
	struct yaml_node *n = yaml_new_node(b->r, YAML_SCALAR, mark_of(token_mark(token, false)));
	size_t len = 0;
	const char *text = token ? fy_token_get_text(token, &len) : NULL;

	check_properties(b, b->event->scalar.anchor, b->event->scalar.tag);
	n->end = mark_of(token_mark(token, true));
	n->style = token ? style_of(token) : YAML_PLAIN;
	n->text = arena_span(b->r->arena, text ? (struct span){text, len} : (struct span){"", 0});
	/* marks of quoted scalars are inside the quotes; ours take them in */
	if (n->style == YAML_SINGLE || n->style == YAML_DOUBLE) {
		char quote = n->style == YAML_SINGLE ? '\'' : '"';
		if (n->start.offset > 0 && b->r->file->text.p[n->start.offset] != quote &&
			b->r->file->text.p[n->start.offset - 1] == quote) {
			n->start.offset--;
			n->start.column--;
		}
		if (n->end.offset < b->r->file->text.n && b->r->file->text.p[n->end.offset] == quote) {
			n->end.offset++;
			n->end.column++;
		}
	}
	if (n->style == YAML_DOUBLE)
		check_surrogates(b, n);
	return n;
}

static struct yaml_node *build_map(struct builder *b)
{
	struct yaml_node *map = yaml_new_node(b->r, YAML_MAP, mark_of(token_mark(event_token(b->event), false)));
	size_t capacity = 0;

	check_properties(b, b->event->mapping_start.anchor, b->event->mapping_start.tag);
	while (next(b) && b->event->type != FYET_MAPPING_END) {
		struct yaml_node *key = build(b);
		if (key == NULL)
			return NULL;
		if (key->kind != YAML_SCALAR)
			yaml_fail(b->r, "E0110", key->start, key->end, "keys are plain words",
				"a key must be a single word or text");
		else if (span_is(key->text, "<<") && key->style == YAML_PLAIN)
			yaml_fail(b->r, "E0106", key->start, key->end, "write the keys out where they are used",
				"a merge key (<<) is not allowed here");
		if (!next(b))
			return NULL;
		struct yaml_node *value = build(b);
		if (value == NULL)
			return NULL;
		if (key->kind == YAML_SCALAR) {
			if (value->kind == YAML_SCALAR && value->end.offset == 0)
				value->start = value->end = key->end;
			yaml_add_pair(b->r, map, key, value, &capacity);
		}
		if (map->count == 1 && map->start.offset == 0)
			map->start = key->start;
	}
	if (b->event == NULL)
		return NULL;
	map->end = mark_of(token_mark(event_token(b->event), true));
	if (map->count > 0 && map->start.offset > map->pairs[0].key->start.offset)
		map->start = map->pairs[0].key->start;
	return map;
}

static struct yaml_node *build_list(struct builder *b)
{
	struct yaml_node *list = yaml_new_node(b->r, YAML_LIST, mark_of(token_mark(event_token(b->event), false)));
	size_t capacity = 0;

	check_properties(b, b->event->sequence_start.anchor, b->event->sequence_start.tag);
	while (next(b) && b->event->type != FYET_SEQUENCE_END) {
		struct yaml_node *item = build(b);
		if (item == NULL)
			return NULL;
		yaml_add_item(b->r, list, item, &capacity);
	}
	if (b->event == NULL)
		return NULL;
	list->end = mark_of(token_mark(event_token(b->event), true));
	return list;
}

/* The node that begins with the event in hand. */
static struct yaml_node *build(struct builder *b)
{
	struct yaml_node *node = NULL;
	struct yaml_mark at = mark_of(token_mark(event_token(b->event), false));

	if (b->depth >= LIMIT_CONFIG_DEPTH)
		return yaml_fail(b->r, "E0108", at, at, "flatten it", "nested deeper than LIMIT_CONFIG_DEPTH");
	b->depth++;
	switch (b->event->type) {
	case FYET_SCALAR: node = build_scalar(b); break;
	case FYET_MAPPING_START: node = build_map(b); break;
	case FYET_SEQUENCE_START: node = build_list(b); break;
	case FYET_ALIAS:
		refuse_token(b, b->event->alias.anchor, "an alias (*name)");
		node = yaml_new_node(b->r, YAML_SCALAR, at);
		node->text = (struct span){"", 0};
		break;
	default: break;
	}
	b->depth--;
	return node;
}

static struct yaml_node *build_file(struct builder *b)
{
	struct yaml_node *root = NULL;
	bool document = false;

	while (next(b)) {
		if (b->event->type == FYET_DOCUMENT_START) {
			if (document) {
				struct yaml_mark at = mark_of(token_mark(event_token(b->event), false));
				yaml_fail(b->r, "E0107", at, at, "put it into a file of its own",
					"a second document in one file");
				return root;
			}
			document = true;
			if (next(b) && b->event->type != FYET_DOCUMENT_END)
				root = build(b);
		}
		if (b->event == NULL)
			return NULL;
	}
	return root;
}

/* The bracket that is never closed, of those before the end of the file. */
static bool unclosed(const struct yaml_file *file, struct yaml_mark *at)
{
	size_t open[LIMIT_CONFIG_DEPTH], depth = 0;
	char quote = '\0';

	for (size_t i = 0; i < file->text.n; i++) {
		char c = file->text.p[i];

		if (quote != '\0') {
			if (quote == '"' && c == '\\')
				i++;
			else if (c == quote)
				quote = '\0';
		} else if ((c == '"' || c == '\'') && i > 0 && strchr(" \n[{,:", file->text.p[i - 1]) != NULL) {
			quote = c;
		} else if (c == '#' && i > 0 && strchr(" \n", file->text.p[i - 1]) != NULL) {
			while (i + 1 < file->text.n && file->text.p[i + 1] != '\n')
				i++;
		} else if ((c == '[' || c == '{') && depth < LIMIT_CONFIG_DEPTH &&
			   (depth > 0 || i == 0 || strchr(" \n", file->text.p[i - 1]) != NULL)) {
			open[depth++] = i;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	if (depth == 0)
		return false;
	*at = yaml_mark_at(file, open[depth - 1]);
	return true;
}

static const char *help_for(const char *message)
{
	if (strstr(message, "escape") != NULL)
		return "in double quotes a backslash begins an escape: use single quotes, '^\\d+$'";
	if (strstr(message, "quot") != NULL)
		return "close the quote that was opened here";
	if (strstr(message, "plain") != NULL || strstr(message, "mapping") != NULL || strstr(message, "indent") != NULL)
		return "check the indentation, and quote text that holds \": \" or \" #\"";
	return "check quotes, brackets and indentation around here";
}

static void report_errors(struct builder *b, struct fy_diag *diag)
{
	struct fy_diag_error *error;
	void *state = NULL;

	while ((error = fy_diag_errors_iterate(diag, &state)) != NULL) {
		struct yaml_mark at = {0, error->line + 1, error->column + 1};
		struct yaml_fault fault = {.code = "E0103", .message = arena_strdup(b->r->arena, error->msg)};

		for (size_t i = 0; i < b->r->file->text.n && at.line > 1; i++)
			if (yaml_mark_at(b->r->file, i).line == at.line) {
				at.offset = i + (size_t)at.column - 1;
				break;
			}
		fault.at = fault.end = at;
		fault.help = help_for(error->msg);
		/* libfyaml sees a missing bracket at the end of the file; it is to be mended where it was opened */
		if (strstr(error->msg, "bracket") != NULL && unclosed(b->r->file, &fault.also))
			fault.at = fault.end = fault.also;
		else if (unclosed(b->r->file, &fault.also))
			fault.also_label = "opened here and never closed";
		b->r->failed = true;
		b->r->report(b->r->arg, b->r->file, &fault);
		return; /* what follows the first one is its consequence */
	}
}

struct yaml_node *yaml_read_events(struct yaml_reader *r)
{
	struct fy_diag_cfg diag_config;
	fy_diag_cfg_default(&diag_config);
	diag_config.fp = NULL;
	diag_config.output_fn = NULL;
	struct fy_diag *diag = fy_diag_create(&diag_config);
	struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE, .diag = diag};
	struct builder b = {.r = r};
	struct yaml_node *root = NULL;

	fy_diag_set_collect_errors(diag, true);
	b.parser = fy_parser_create(&config);
	if (b.parser == NULL || fy_parser_set_string(b.parser, r->file->text.p, r->file->text.n) != 0) {
		yaml_fail(r, "E0103", (struct yaml_mark){0, 1, 1}, (struct yaml_mark){0, 1, 1}, NULL,
			"libfyaml cannot be started");
	} else {
		root = build_file(&b);
		if (fy_parser_get_stream_error(b.parser)) {
			root = NULL;
			report_errors(&b, diag);
		}
	}
	if (b.event != NULL)
		fy_parser_event_free(b.parser, b.event);
	fy_parser_destroy(b.parser);
	fy_diag_destroy(diag);
	return root;
}
