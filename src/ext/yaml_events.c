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
	size_t done;            /* what was read of the file outside of any bracket */
	unsigned depth, flow;   /* of all collections, and of those in brackets */
	int column;             /* of the key or dash that the next value belongs to; 0 for none */
	bool stopped;           /* by a fault after which nothing is worth reading */
	struct yaml_anchors anchors;
};

static struct yaml_mark mark_of(const struct fy_mark *m)
{
	return (struct yaml_mark){m->input_pos, m->line + 1, m->column + 1};
}

static bool next(struct builder *b)
{
	if (b->event != NULL)
		fy_parser_event_free(b->parser, b->event);
	b->event = b->stopped ? NULL : fy_parser_parse(b->parser);
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

static char char_at(const struct builder *b, size_t offset)
{
	return offset < b->r->file->text.n ? b->r->file->text.p[offset] : '\0';
}

/* Tokens of anchors and aliases begin behind their sign. */
static struct yaml_mark with_sign(const struct builder *b, struct yaml_mark at, const char *signs)
{
	if (at.offset > 0 && at.column > 1 && strchr(signs, char_at(b, at.offset - 1)) != NULL) {
		at.offset--;
		at.column--;
	}
	return at;
}

static void refuse_token(struct builder *b, struct fy_token *token, const char *what)
{
	struct yaml_mark at = with_sign(b, mark_of(token_mark(token, false)), "&*");

	yaml_fail(b->r, "E0106", at, mark_of(token_mark(token, true)),
		"write the value out where it is used; a text that begins with this sign is put into single quotes",
		"%s is not allowed here", what);
}

static void check_properties(struct builder *b, struct fy_token *anchor, struct fy_token *tag)
{
	if (b->r->foreign)
		return;
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
static void check_surrogates(struct builder *b, struct yaml_node *n)
{
	const char *text = b->r->file->text.p;

	for (size_t i = n->start.offset; i + 3 < n->end.offset; i++) {
		if (text[i] != '\\')
			continue;
		if (text[i + 1] == 'u' && (text[i + 2] | 0x20) == 'd' &&
			strchr("89abcdefABCDEF", text[i + 3]) != NULL) {
			struct yaml_mark at = yaml_here(b->r, i), end = yaml_here(b->r, i + 6);
			yaml_fail(b->r, "E0109", at, end,
				"write the character itself, or \\U0001F600 with eight digits",
				"half of a surrogate pair in an escape");
			n->text = (struct span){"", 0};
		}
		i++;
	}
}

/* Marks of quoted scalars are inside the quotes; ours take them in. */
static void take_in_quotes(struct builder *b, struct yaml_node *n)
{
	char quote = n->style == YAML_SINGLE ? '\'' : '"';

	if (n->start.offset > 0 && char_at(b, n->start.offset - 1) == quote) {
		n->start.offset--;
		n->start.column--;
	}
	if (char_at(b, n->end.offset) == quote) {
		n->end.offset++;
		n->end.column++;
	}
}

/* Whether P is a block's header up to the end of its line: "|2-  # comment". */
static bool is_header(const char *p, const char *end)
{
	if (*p != '|' && *p != '>')
		return false;
	for (p++; p < end && strchr("+-0123456789", *p) != NULL; p++)
		;
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end || *p == '#';
}

/* Marks of blocks begin at their first line, or after it; ours begin at the header and end behind the last text. */
static void take_in_header(struct builder *b, struct yaml_node *n)
{
	const char *text = b->r->file->text.p, *end = text + n->start.offset, *line;

	while (end > text && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	for (line = end; line > text && line[-1] != '\n';)
		line--;
	for (const char *p = line; p < end; p++)
		if (is_header(p, end) && (p == line || p[-1] == ' ' || p[-1] == '\t')) {
			n->start = yaml_here(b->r, (size_t)(p - text));
			break;
		}
	while (n->end.offset > n->start.offset && strchr(" \t\r\n", text[n->end.offset - 1]) != NULL)
		n->end.offset--;
	n->end = yaml_mark_forward(b->r->file, n->start, n->end.offset);
}

/* libfyaml takes a value on the next line that is not indented deeper than its key. */
static void check_indent(struct builder *b, struct yaml_node *n, bool block)
{
	size_t at = n->start.offset;

	while (block && at < n->end.offset && char_at(b, at) != '\n')
		at++;
	while (block && at < n->end.offset && strchr(" \t\r\n", char_at(b, at)) != NULL)
		at++;
	struct yaml_mark first = yaml_mark_forward(b->r->file, n->start, at);
	if (b->flow > 0 || at >= n->end.offset || first.column > b->column)
		return;
	n->text = (struct span){"", 0};
	yaml_fail(b->r, "E0103", first, yaml_mark_after(b->r->file, first),
		"indent all its lines deeper than the key or dash that it belongs to",
		"a value is not indented deeper than its key");
}

static struct yaml_node *build_scalar(struct builder *b)
{
	struct fy_token *token = b->event->scalar.value;
	struct yaml_node *n = yaml_new_node(b->r, YAML_SCALAR, mark_of(token_mark(token, false)));

	check_properties(b, b->event->scalar.anchor, b->event->scalar.tag);
	n->end = mark_of(token_mark(token, true));
	n->style = token ? style_of(token) : YAML_PLAIN;
	bool block = n->style == YAML_LITERAL || n->style == YAML_FOLDED;
	if (n->style == YAML_SINGLE || n->style == YAML_DOUBLE)
		take_in_quotes(b, n);
	size_t limit = n->end.offset; /* of a block: with the blank lines that "|+" keeps */
	if (block)
		take_in_header(b, n);
	n->text = yaml_decode(b->r, n, limit, b->column);
	if (n->style == YAML_DOUBLE)
		check_surrogates(b, n);
	check_indent(b, n, block);
	return n;
}

/* Where nothing stands there is no token either: it is where it could stand, behind SIGN, which follows AFTER. */
static void place_empty(struct builder *b, struct yaml_node *n, size_t after, char sign)
{
	size_t at = after;

	if (n->kind != YAML_SCALAR || n->end.line > 1 || n->end.offset > 0)
		return;
	for (; strchr(" \t\r\n#", char_at(b, at)) != NULL && char_at(b, at) != '\0'; at++)
		while (char_at(b, at) == '#' && at + 1 < b->r->file->text.n && char_at(b, at + 1) != '\n')
			at++;
	n->start = n->end = yaml_here(b->r, char_at(b, at) == sign ? at + 1 : after);
}

/* A key and its value; false when there is no going on. */
static bool build_pair(struct builder *b, struct yaml_pairs *pairs)
{
	b->column = 0;
	struct yaml_node *key = build(b);
	if (key == NULL || !next(b))
		return false;
	bool missing = key->kind == YAML_SCALAR && key->style == YAML_PLAIN && key->text.n == 0;
	if (missing) {
		place_empty(b, key, b->done, ':');
		yaml_fail(
			b->r, "E0110", key->start, key->end, "write it, or remove the colon", "a key is missing here");
	}
	bool merge = key->kind == YAML_SCALAR && span_is(key->text, "<<") && key->style == YAML_PLAIN;
	if (key->kind != YAML_SCALAR)
		yaml_fail(b->r, "E0110", key->start, key->end, "keys are plain words",
			"a key must be a single word or text");
	else if (merge && !b->r->foreign)
		yaml_fail(b->r, "E0106", key->start, key->end, "write the keys out where they are used",
			"a merge key (<<) is not allowed here");
	b->column = pairs->map->start.column;
	struct yaml_node *value = build(b);
	if (value == NULL)
		return false;
	place_empty(b, value, key->end.offset, ':');
	if (merge && b->r->foreign)
		pairs->merge = value;
	else if (key->kind == YAML_SCALAR && !missing)
		yaml_add_pair(b->r, pairs, key, value);
	return true;
}

static void build_map(struct builder *b, struct yaml_node *map)
{
	struct yaml_pairs pairs = {.map = map};

	check_properties(b, b->event->mapping_start.anchor, b->event->mapping_start.tag);
	while (next(b) && b->event->type != FYET_MAPPING_END && build_pair(b, &pairs))
		;
	if (pairs.merge && !yaml_merge(b->r, &pairs, pairs.merge))
		yaml_fail(b->r, "E0106", pairs.merge->start, pairs.merge->end, "<<: *name, or a list of such",
			"a merge key takes a map");
	yaml_end_pairs(&pairs);
	if (map->count == 0)
		return;
	/* the map in [key: value] begins at its colon, says libfyaml */
	if (map->start.offset > map->pairs[0].key->start.offset)
		map->start = map->pairs[0].key->start;
	map->end = map->pairs[map->count - 1].value->end;
}

static void build_list(struct builder *b, struct yaml_node *list)
{
	size_t capacity = 0;

	check_properties(b, b->event->sequence_start.anchor, b->event->sequence_start.tag);
	list->end = list->start;
	while (next(b) && b->event->type != FYET_SEQUENCE_END) {
		b->column = list->start.column;
		struct yaml_node *item = build(b);
		if (item == NULL)
			return;
		place_empty(b, item, list->end.offset, '-');
		yaml_add_item(b->r, list, item, &capacity);
		list->end = item->end;
	}
}

static struct yaml_node *build_collection(struct builder *b, enum yaml_kind kind)
{
	struct yaml_node *node = yaml_new_node(b->r, kind, mark_of(token_mark(event_token(b->event), false)));
	bool flow = char_at(b, node->start.offset) == (kind == YAML_MAP ? '{' : '[');

	if (b->depth >= LIMIT_CONFIG_DEPTH) {
		b->stopped = true;
		return yaml_fail(b->r, "E0108", node->start, yaml_mark_after(b->r->file, node->start), "flatten it",
			"nested deeper than LIMIT_CONFIG_DEPTH (%d)", LIMIT_CONFIG_DEPTH);
	}
	if (flow && b->flow == 0)
		b->done = node->start.offset;
	b->depth++;
	b->flow += flow;
	if (kind == YAML_MAP)
		build_map(b, node);
	else
		build_list(b, node);
	b->flow -= flow && b->event != NULL;
	b->depth--;
	if (b->event == NULL)
		return NULL;
	if (flow)
		node->end = mark_of(token_mark(event_token(b->event), true));
	return node;
}

static struct fy_token *anchor_of(const struct fy_event *event)
{
	switch (event->type) {
	case FYET_SCALAR: return event->scalar.anchor;
	case FYET_MAPPING_START: return event->mapping_start.anchor;
	case FYET_SEQUENCE_START: return event->sequence_start.anchor;
	case FYET_ALIAS: return event->alias.anchor;
	default: return NULL;
	}
}

/* The name of the event's anchor or alias; n 0: it has none. */
static struct span anchor_name(const struct builder *b)
{
	struct fy_token *token = b->r->foreign ? anchor_of(b->event) : NULL;
	size_t n = 0;
	const char *text = token ? fy_token_get_text(token, &n) : NULL;

	return text ? arena_span(b->r->arena, (struct span){text, n}) : SPAN_NONE;
}

static struct yaml_node *build_alias(struct builder *b)
{
	struct yaml_node *node = yaml_anchor_find(b->r, &b->anchors, anchor_name(b),
		with_sign(b, mark_of(token_mark(b->event->alias.anchor, false)), "*"));

	b->stopped = node == NULL;
	return node;
}

static struct yaml_node *build_node(struct builder *b);

/* The node that begins with the event in hand. An anchor names it once it is whole: no value stands in itself. */
static struct yaml_node *build(struct builder *b)
{
	bool alias = b->event->type == FYET_ALIAS;
	struct span name = anchor_name(b);
	size_t before = b->anchors.nodes++;

	if (alias && b->r->foreign)
		return build_alias(b);
	struct yaml_node *node = build_node(b);
	if (node != NULL && name.n > 0)
		yaml_anchor_add(b->r, &b->anchors, name, node, b->anchors.nodes - before);
	return node;
}

static struct yaml_node *build_node(struct builder *b)
{
	struct yaml_node *node = NULL;

	switch (b->event->type) {
	case FYET_SCALAR: node = build_scalar(b); break;
	case FYET_MAPPING_START: node = build_collection(b, YAML_MAP); break;
	case FYET_SEQUENCE_START: node = build_collection(b, YAML_LIST); break;
	case FYET_ALIAS:
		refuse_token(b, b->event->alias.anchor, "an alias (*name)");
		node = yaml_new_node(b->r, YAML_SCALAR, mark_of(token_mark(b->event->alias.anchor, false)));
		node->start = with_sign(b, node->start, "*");
		node->end = mark_of(token_mark(b->event->alias.anchor, true));
		node->text = (struct span){"", 0};
		break;
	default: break;
	}
	if (node != NULL && b->flow == 0 && node->end.offset > b->done)
		b->done = node->end.offset;
	return node;
}

static void refuse_second(struct builder *b)
{
	struct fy_token *token = event_token(b->event);
	struct yaml_mark at = mark_of(token_mark(token, false)), end = mark_of(token_mark(token, true));

	if (token == NULL)
		at = end = yaml_here(b->r, b->done);
	b->stopped = true;
	yaml_fail(b->r, "E0107", at, end, "put it into a file of its own", "a second document in one file");
}

static struct yaml_node *build_file(struct builder *b)
{
	struct yaml_node *root = NULL;
	bool document = false;

	while (next(b)) {
		if (b->event->type != FYET_DOCUMENT_START)
			continue;
		if (document)
			refuse_second(b);
		else if (next(b) && b->event->type != FYET_DOCUMENT_END)
			root = build(b);
		document = true;
	}
	return root;
}

/* What follows the first one is its consequence. True when the parser can be destroyed: 0.7.12 frees one of its
 * indents twice after a tab behind a key inside "? ", and a few lost bytes are better than a crash. */
static bool report_error(struct builder *b, struct fy_diag *diag)
{
	void *state = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &state);

	if (error != NULL)
		yaml_syntax_fault(b->r, error->msg, error->line, error->column, b->done);
	else
		yaml_syntax_fault(b->r, "the file cannot be parsed", 1, 1, 0);
	return error == NULL || strstr(error->msg, "tab for indentation of block entry") == NULL ||
	       span_find(b->r->file->text, SPAN_LITERAL("? ")) < 0;
}

struct yaml_node *yaml_read_events(struct yaml_reader *r)
{
	struct fy_diag_cfg diag_config;
	fy_diag_cfg_default(&diag_config);
	diag_config.fp = NULL;
	diag_config.output_fn = NULL;
	struct fy_diag *diag = fy_diag_create(&diag_config);
	/* sloppy: a query pasted behind "body: " ends with a bracket in column 1 */
	struct fy_parse_cfg config = {
		.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE | FYPCF_SLOPPY_FLOW_INDENTATION,
		.diag = diag};
	struct builder b = {.r = r};
	map_init(&b.anchors.map);
	struct yaml_node *root = NULL;
	bool sound = true;

	fy_diag_set_collect_errors(diag, true);
	b.parser = fy_parser_create(&config);
	if (b.parser == NULL || fy_parser_set_string(b.parser, r->file->text.p, r->file->text.n) != 0) {
		yaml_fail(r, "E0103", (struct yaml_mark){0, 1, 1}, (struct yaml_mark){0, 1, 1}, NULL,
			"libfyaml cannot be started");
	} else {
		root = build_file(&b);
		if (fy_parser_get_stream_error(b.parser)) {
			root = NULL;
			sound = report_error(&b, diag);
		}
	}
	if (b.event != NULL)
		fy_parser_event_free(b.parser, b.event);
	map_clear(&b.anchors.map);
	if (sound)
		fy_parser_destroy(b.parser);
	fy_diag_destroy(diag);
	return root;
}
