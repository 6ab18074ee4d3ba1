/*
 * One scalar of a file -> a value of the type that the table says. It must not
 * know blocks.
 */
#include "base/base.h"
#include "config/option_private.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "model/value.h"

#define SHOWN_BYTES 60 /* of a value in a message */

static const char *shown(struct option_reader *r, struct span text)
{
	struct span cut = utf8_cut(text, SHOWN_BYTES);

	return arena_printf(r->arena, "\"%.*s%s\"", SPAN_ARG(cut), cut.n < text.n ? "..." : "");
}

bool option_name_valid(struct span text)
{
	if (text.n == 0 || text.n > LIMIT_NAME_CHARS)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-' &&
			c != '_' && c != '.')
			return false;
	}
	return true;
}

const char *option_path(struct option_reader *reader, const char *path)
{
	if (path[0] == '/' || strcmp(path, "-") == 0)
		return path;
	return arena_printf(reader->arena, "%s/%s", reader->folder, path);
}

/* What the key is for, where nothing better can be said. */
static void say_key(struct option_reader *r, struct diag *d, const struct option *o)
{
	if (o->help)
		diag_help(r->diags, d, "%s: %s", o->name, o->help);
}

static void wrong_shape(struct option_reader *r, const struct option *o, const struct yaml_node *node, const char *help)
{
	struct diag *d = diag_error(r->diags, "E0201", r->file, node, "\"%s\" must be %s, not %s", o->name,
		option_type_text(r->arena, o), shown(r, node->text));

	if (help)
		diag_help(r->diags, d, "%s", help);
	else
		say_key(r, d, o);
}

/* Quotes make a text out of what would be a number or a flag. */
static bool is_quoted(const struct yaml_node *node)
{
	return node->style != YAML_PLAIN;
}

static void read_bool(struct option_reader *r, const struct option *o, bool *out, const struct yaml_node *node)
{
	bool value;

	if (yaml_is_bool(node, &value))
		*out = value;
	else
		wrong_shape(r, o, node, "write true or false, without quotes");
}

static void check_range(struct option_reader *r, const struct option *o, int64_t *out, int64_t value,
	const struct yaml_node *node, const char *least, const char *most)
{
	if (o->min == o->max && o->max != 0 && value != o->max) {
		struct diag *d = diag_error(
			r->diags, "E0210", r->file, node, "%s %" PRId64 " of this format is not known", o->name, value);

		diag_help(r->diags, d, "this kenpin reads %s %" PRId64, o->name, o->max);
	} else if ((o->min != 0 || o->max != 0) && (value < o->min || value > o->max)) {
		struct diag *d = diag_error(r->diags, "E0202", r->file, node, "\"%s\" must be from %s to %s, not %.*s",
			o->name, least, most, SPAN_ARG(utf8_cut(node->text, SHOWN_BYTES)));

		say_key(r, d, o);
	} else {
		*out = value;
	}
}

static void read_int(struct option_reader *r, const struct option *o, int64_t *out, const struct yaml_node *node)
{
	int64_t value;

	if (is_quoted(node) || !span_to_int64(&value, node->text)) {
		wrong_shape(r, o, node, is_quoted(node) ? "write it without quotes" : NULL);
		return;
	}
	check_range(r, o, out, value, node, arena_printf(r->arena, "%" PRId64, o->min),
		arena_printf(r->arena, "%" PRId64, o->max));
}

static void read_duration(struct option_reader *r, const struct option *o, int64_t *out, const struct yaml_node *node)
{
	int64_t value;

	if (str_duration(&value, node->text) == 0)
		check_range(r, o, out, value, node, option_duration_text(r->arena, o->min),
			option_duration_text(r->arena, o->max));
	else
		wrong_shape(r, o, node, "write a whole number and a unit: 500ms, 30s, 15m, 24h, 7d, 2w");
}

static void read_bytes(struct option_reader *r, const struct option *o, int64_t *out, const struct yaml_node *node)
{
	int64_t value;

	if (str_bytes(&value, node->text) == 0)
		check_range(r, o, out, value, node, option_bytes_text(r->arena, o->min),
			option_bytes_text(r->arena, o->max));
	else
		wrong_shape(r, o, node, "write a whole number, with k, m or g after it when you like: 512, 64k, 12m");
}

static void read_enum(struct option_reader *r, const struct option *o, int *out, const struct yaml_node *node)
{
	const char *near = str_nearest(node->text.p, o->values);
	struct diag *d;

	for (int i = 0; o->values[i]; i++) {
		if (span_is(node->text, o->values[i])) {
			*out = i;
			return;
		}
	}
	if (near)
		d = diag_error(r->diags, "E0202", r->file, node, "\"%s\" cannot be %s; did you mean \"%s\"?", o->name,
			shown(r, node->text), near);
	else
		d = diag_error(r->diags, "E0202", r->file, node, "\"%s\" cannot be %s", o->name, shown(r, node->text));
	diag_help(r->diags, d, "it is one of: %s", option_list_text(r->arena, o->values));
}

/* A date alone is the start of that day in UTC; a time must say its zone. */
static void read_instant(struct option_reader *r, const struct option *o, int64_t *out, const struct yaml_node *node)
{
	int64_t value;

	if (clock_parse(&value, node->text, node->text.n == sizeof("2027-03-31") - 1 ? 0 : CLOCK_NO_ZONE) == 0)
		*out = value;
	else
		wrong_shape(r, o, node, "write a date, 2027-03-31, or a time with its zone, 2027-03-31T09:00:00+09:00");
}

static void read_secret(
	struct option_reader *r, const struct option *o, struct secret *out, const struct yaml_node *node)
{
	struct diag *d;

	if (!secret_parse(out, node->text.p)) {
		d = diag_error(r->diags, "E0205", r->file, node, "\"%s\" holds a secret in plain sight", o->name);
		diag_hide(d, node);
		diag_help(r->diags, d, "name an environment variable, env:NAME, or a file, file:PATH, that holds it");
	} else if (out->from == SECRET_FILE) {
		out->name = option_path(r, out->name);
	}
}

static void read_name(struct option_reader *r, const struct option *o, const char **out, const struct yaml_node *node)
{
	struct diag *d;

	if (option_name_valid(node->text)) {
		*out = node->text.p;
		return;
	}
	d = diag_error(r->diags, "E0206", r->file, node, "%s is not a name that \"%s\" can have", shown(r, node->text),
		o->name);
	diag_help(r->diags, d, "letters, digits, - _ and . alone, at most %d", LIMIT_NAME_CHARS);
}

static void read_path(struct option_reader *r, const struct option *o, const char **out, const struct yaml_node *node)
{
	if (node->text.n > 0)
		*out = option_path(r, node->text.p);
	else
		diag_error(r->diags, "E0202", r->file, node, "\"%s\" names no file", o->name);
}

void option_read_scalar(struct option_reader *r, const struct option *o, void *field, const struct yaml_node *node)
{
	if (memchr(node->text.p, '\0', node->text.n)) {
		diag_error(r->diags, "E0202", r->file, node, "\"%s\" holds a NUL character", o->name);
		return;
	}
	switch (o->type) {
	case OPTION_TEXT: *(const char **)field = node->text.p; break;
	case OPTION_NAME: read_name(r, o, field, node); break;
	case OPTION_BOOL: read_bool(r, o, field, node); break;
	case OPTION_INT: read_int(r, o, field, node); break;
	case OPTION_DECIMAL:
		if (decimal_valid(node->text))
			*(const char **)field = node->text.p;
		else
			wrong_shape(r, o, node, NULL);
		break;
	case OPTION_DURATION: read_duration(r, o, field, node); break;
	case OPTION_BYTES: read_bytes(r, o, field, node); break;
	case OPTION_ENUM: read_enum(r, o, field, node); break;
	case OPTION_INSTANT: read_instant(r, o, field, node); break;
	case OPTION_SECRET: read_secret(r, o, field, node); break;
	case OPTION_PATH: read_path(r, o, field, node); break;
	default: wrong_shape(r, o, node, NULL); break;
	}
}
