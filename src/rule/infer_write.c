/* What was seen -> entries of a rule, and documents for its tests. */
#include "base/base.h"
#include "rule/infer_private.h"

#include "base/jsonscan.h"
#include "config/scalar.h"

#define TIMES_MOST 3  /* how often an enumeration's values are seen at least, on average */
#define RARE_TEXTS 50 /* below, nothing is rare */
#define MOSTLY 95     /* percent of the texts that a format must hold for */
#define LUHN_TEXTS 8  /* one in ten of all numbers passes it by chance */

/* ---- checks ---- */

/* 1, 2 or 5 and zeros: the first that is not less than TEXT. */
static void add_round(struct buf *out, struct span text)
{
	static const char digits[] = {'1', '2', '5'};
	char number[40];

	for (size_t zeros = 0; zeros < sizeof(number) - 2; zeros++) {
		memset(number, '0', sizeof(number));
		for (size_t i = 0; i < ARRAY_LEN(digits); i++) {
			struct span round = {number, zeros + 1};

			number[0] = digits[i];
			if (decimal_compare(round, text) >= 0) {
				buf_add_span(out, round);
				return;
			}
		}
	}
	buf_add_span(out, text);
}

/* Once in a hundred texts and less: more likely a slip than a value. */
static bool is_rare(const struct infer_field *f, size_t i)
{
	return f->texts >= RARE_TEXTS && f->counts[i] * 100 <= f->texts;
}

static bool is_enum(const struct infer_field *f)
{
	size_t common = 0, seen = 0;

	if (f->value_count == INFER_DISTINCT_MOST)
		return false;
	for (size_t i = 0; i < f->value_count; i++) {
		if (is_rare(f, i))
			continue;
		if (f->values[i].n == 0 || f->values[i].n > 40 || memchr(f->values[i].p, '\n', f->values[i].n))
			return false;
		common++;
		seen += f->counts[i];
	}
	return common > 0 && common <= INFER_ENUM_MOST && seen >= TIMES_MOST * common && seen >= 2 * TIMES_MOST;
}

/* The format that nearly all texts have, or -1. */
static int format_of(const struct infer_field *f)
{
	static const char *const order[] = {"isbn", "jan", "gtin", "email", "url", "iso-date", "iso-datetime",
		"postal-code-jp", "phone-jp", "prefecture-jp", "luhn"};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		int format = 0;

		while (strcmp(check_format_names[format], order[i]) != 0)
			format++;
		if (f->formats[format] * 100 >= f->texts * MOSTLY &&
			(strcmp(order[i], "luhn") != 0 || f->value_count >= LUHN_TEXTS))
			return format;
	}
	return -1;
}

static void add_values(struct buf *out, const struct infer_field *f, bool rare)
{
	const char *between = "";

	for (size_t i = 0; i < f->value_count; i++) {
		if (is_rare(f, i) != rare)
			continue;
		buf_adds(out, between);
		scalar_write(out, f->values[i]);
		between = ", ";
	}
}

static void add_text_checks(struct buf *out, const struct infer_field *f)
{
	int format = format_of(f);
	struct buf regex;
	char chars[24];

	if (format >= 0) {
		buf_addf(out, ", format: %s", check_format_names[format]);
		return;
	}
	buf_adds(out, ", type: text");
	if (is_enum(f)) {
		buf_adds(out, ", one_of: [");
		add_values(out, f, false);
		buf_addc(out, ']');
		return;
	}
	buf_init(&regex, 4096);
	if (infer_shape_regex(&regex, f)) {
		buf_adds(out, ", must_match: ");
		scalar_write(out, buf_span(&regex));
	} else {
		snprintf(chars, sizeof(chars), "%zu", f->most_chars ? f->most_chars : 1);
		buf_addf(out, "%s, max_chars: ", f->empty ? "" : ", min_chars: 1");
		add_round(out, span_of(chars));
	}
	buf_clear(&regex);
}

static void add_number_checks(struct buf *out, const struct infer_field *f)
{
	bool whole = f->integers == f->numbers;

	buf_addf(out, ", type: %s", whole ? "integer" : "number");
	if (f->least.p[0] == '-')
		return;
	buf_addf(out, ", min: %d, max: ", whole && decimal_compare(f->least, SPAN_LITERAL("0")) > 0);
	add_round(out, f->greatest);
}

/* What the author should know before the rule is believed. */
static void add_remark(struct buf *out, const struct infer_field *f)
{
	int format = f->texts ? format_of(f) : -1;
	bool rare = false;

	for (size_t i = 0; i < f->value_count; i++)
		rare = rare || is_rare(f, i);
	if (f->numbers) {
		buf_addf(out, " # seen: %.*s to %.*s", SPAN_ARG(f->least), SPAN_ARG(f->greatest));
	} else if (format >= 0 && f->formats[format] < f->texts) {
		buf_addf(out, " # not so: %zu of %zu", f->texts - f->formats[format], f->texts);
	} else if (format < 0 && rare && is_enum(f)) {
		buf_adds(out, " # left out, since rare: ");
		add_values(out, f, true);
	}
}

static void add_entry(struct buf *out, const struct infer *in, const struct infer_field *f)
{
	bool texts = f->texts > 0, numbers = f->numbers > 0, bools = f->bools > 0;

	buf_adds(out, "      - {field: ");
	scalar_write(out, span_of(f->path));
	if (infer_required(in, f))
		buf_adds(out, ", required: true");
	if (texts && !numbers && !bools)
		add_text_checks(out, f);
	else if (numbers && !texts && !bools)
		add_number_checks(out, f);
	else if (bools && !texts && !numbers)
		buf_adds(out, ", type: bool");
	buf_addc(out, '}');
	if (texts + numbers + bools == 1)
		add_remark(out, f);
	buf_addc(out, '\n');
}

/* Values of several types say something only when the field must be there. */
static bool gives_check(const struct infer *in, const struct infer_field *f)
{
	int types = (f->texts > 0) + (f->numbers > 0) + (f->bools > 0);

	return infer_useful(f) && (types == 1 || infer_required(in, f));
}

size_t infer_checks(struct buf *out, const struct infer *in)
{
	size_t count = 0;

	for (size_t i = 0; i < in->field_count; i++) {
		if (!gives_check(in, in->fields[i]))
			continue;
		add_entry(out, in, in->fields[i]);
		count++;
	}
	return count;
}

/* ---- documents ---- */

/* What a key is replaced by; NULL: taken away. */
static const char *const breaks[] = {NULL, "\"?\"", "-1", "{}"};

size_t infer_breaks(const struct infer *in)
{
	return in->field_count * ARRAY_LEN(breaks);
}

static bool is_looked_at(const struct infer *in, struct span key, const char *const *keys)
{
	if (span_is(key, "_id"))
		return true;
	for (; keys && *keys; keys++)
		if (span_equal(key, (struct span){*keys, strcspn(*keys, ".[")}))
			return true;
	for (size_t i = 0; i < in->field_count; i++)
		if (gives_check(in, in->fields[i]) && span_equal(in->fields[i]->top, key))
			return true;
	return false;
}

/* In one line: in JSON a line ends between tokens only. */
static void add_value(struct buf *out, enum json_kind kind, struct span raw)
{
	if (kind == JSON_STRING)
		buf_addc(out, '"');
	for (size_t i = 0; i < raw.n; i++)
		buf_addc(out, strchr("\t\r\n", raw.p[i]) ? ' ' : raw.p[i]);
	if (kind == JSON_STRING)
		buf_addc(out, '"');
}

void infer_doc(struct buf *out, struct buf *name, const struct infer *in, size_t doc, int way, const char *const *keys)
{
	struct span broken = way < 0 ? SPAN_NONE : in->fields[(size_t)way / ARRAY_LEN(breaks)]->top;
	const char *by = way < 0 ? NULL : breaks[(size_t)way % ARRAY_LEN(breaks)];
	struct jsonscan s;
	struct span key, raw;
	bool first = true, escaped, comma = false;

	if (way < 0)
		buf_adds(name, "as in the sample");
	else if (by)
		buf_addf(name, "%.*s is %s", SPAN_ARG(broken), by);
	else
		buf_addf(name, "without %.*s", SPAN_ARG(broken));
	buf_addc(out, '{');
	jsonscan_init(&s, in->kept[doc]);
	if (!jsonscan_enter(&s, JSON_OBJECT))
		return;
	while (jsonscan_key(&s, &first, &key, &escaped)) {
		enum json_kind kind = jsonscan_value(&s, &raw, &escaped);
		bool hit = broken.n > 0 && span_equal(key, broken);

		if (!is_looked_at(in, key, keys) || (hit && by == NULL))
			continue;
		buf_addf(out, "%s\"%.*s\": ", comma ? ", " : "", SPAN_ARG(key));
		comma = true;
		if (hit)
			buf_adds(out, by);
		else
			add_value(out, kind, raw);
	}
	buf_addc(out, '}');
}
