/*
 * jsonscan-diff BYTES [SEED]: reads BYTES of generated and mutated JSON with
 * the scanner and with json-c in strict mode. Where only json-c takes a text,
 * the reason must be a known trap of json-c; it is mended and both read on, so
 * that one trap cannot hide another. Where both take it, every value must be
 * the same, but for the traps that change values. Anything else is printed,
 * and the exit code is 1.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/jsonscan.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "jsongen.h"
#include "jsontraps.h"

#include <json.h>

#define TEXT_MAX ((size_t)1 << 20)

struct fuzz {
	struct jsongen gen;
	struct json_tokener *tokener;
	struct arena arena;
	struct buf text;
	uint64_t bytes, texts, both_take, both_refuse, values;
	uint64_t traps[TRAPS];
};

static void print_text(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c >= 0x20 && c < 0x7f)
			putchar(c);
		else
			printf("\\x%02x", c);
	}
	putchar('\n');
}

static _Noreturn void give_up(const struct fuzz *f, const char *what, const char *detail)
{
	printf("after %llu texts: %s%s%s\n", (unsigned long long)f->texts, what, detail ? ": " : "",
		detail ? detail : "");
	print_text(buf_span(&f->text));
	exit(1);
}

static struct json_tokener *new_tokener(void)
{
	struct json_tokener *tokener = json_tokener_new_ex(LIMIT_JSON_DEPTH + 1);

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	return tokener;
}

/* What json-c makes of the text; *TAKEN also holds for a text that is just null. */
static struct json_object *read_json_c(struct fuzz *f, bool *taken)
{
	struct json_object *o;

	/* A tokener that failed cannot be used again: json_tokener_reset leaves half a
	 * surrogate pair behind, which turns up in the next text. */
	if (json_tokener_get_error(f->tokener) != json_tokener_success) {
		json_tokener_free(f->tokener);
		f->tokener = new_tokener();
	}
	/* With the closing NUL, or a number at the top would never end. */
	o = json_tokener_parse_ex(f->tokener, buf_text(&f->text), (int)f->text.len + 1);
	*taken = json_tokener_get_error(f->tokener) == json_tokener_success &&
		 json_tokener_get_parse_end(f->tokener) >= f->text.len;
	if (!*taken) {
		json_object_put(o);
		return NULL;
	}
	return o;
}

/* UTF-8 again, as plainly as it can be said: json-c is no judge of it. */
static bool is_utf8(struct span s)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	for (size_t i = 0, n; i < s.n; i += n) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t code = c;

		n = c < 0x80 ? 1 : c < 0xc0 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
		if (n == 0 || n > s.n - i)
			return false;
		if (n > 1)
			code = c & (0x7fu >> n);
		for (size_t k = 1; k < n; k++) {
			if ((s.p[i + k] & 0xc0) != 0x80)
				return false;
			code = code << 6 | ((unsigned char)s.p[i + k] & 0x3f);
		}
		if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return false;
	}
	return true;
}

static bool walk(struct jsonscan *s)
{
	enum json_kind kind = jsonscan_peek(s);
	struct span raw;
	bool escaped, first = true;

	if (kind != JSON_OBJECT && kind != JSON_ARRAY)
		return kind != JSON_BAD && jsonscan_value(s, &raw, &escaped) != JSON_BAD;
	if (!jsonscan_enter(s, kind))
		return false;
	while (kind == JSON_OBJECT ? jsonscan_key(s, &first, &raw, &escaped) : jsonscan_element(s, &first)) {
		if (!walk(s))
			return false;
	}
	return !s->why;
}

/* Reads the text with the scanner, in one jump and step by step. */
static bool read_scanner(struct fuzz *f, struct jsonscan *s)
{
	struct jsonscan stepped;
	struct span raw;
	bool escaped, taken, taken_stepped;

	jsonscan_init(s, buf_span(&f->text));
	stepped = *s;
	taken = jsonscan_value(s, &raw, &escaped) != JSON_BAD && jsonscan_end(s);
	taken_stepped = walk(&stepped) && jsonscan_end(&stepped);
	if (taken != taken_stepped || s->p != stepped.p || s->why != stepped.why)
		give_up(f, "the scanner disagrees with itself", s->why ? s->why : stepped.why);
	return taken;
}

static void compare_number(struct fuzz *f, struct span raw, struct json_object *o)
{
	bool whole = !memchr(raw.p, '.', raw.n) && !memchr(raw.p, 'e', raw.n) && !memchr(raw.p, 'E', raw.n);
	const char *text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);

	if (!json_object_is_type(o, whole ? json_type_int : json_type_double))
		give_up(f, "a number of another type", text);
	if (span_is(raw, text))
		return;
	if (!whole)
		give_up(f, "another number", text);
	if (span_is(raw, "-0") && strcmp(text, "0") == 0)
		f->traps[TRAP_MINUS_ZERO]++;
	else if (raw.n >= 19 && strcmp(text, raw.p[0] == '-' ? "-9223372036854775808" : "18446744073709551615") == 0)
		f->traps[TRAP_CLAMP]++;
	else
		give_up(f, "another integer", text);
}

static void compare(struct fuzz *f, struct jsonscan *s, struct json_object *o);

/* Reads a value of its own again, to look into it later. */
static void compare_raw(struct fuzz *f, struct span raw, struct json_object *o)
{
	struct jsonscan s;

	jsonscan_init(&s, raw);
	compare(f, &s, o);
}

static void compare_object(struct fuzz *f, struct jsonscan *s, struct json_object *o)
{
	struct span key, raw;
	bool first = true, escaped;
	struct map last; /* of each key, where its last value stands */

	map_init(&last);
	if (!jsonscan_enter(s, JSON_OBJECT))
		give_up(f, "an object cannot be entered", NULL);
	while (jsonscan_key(s, &first, &key, &escaped)) {
		struct span text = escaped ? jsonscan_unescape(&f->arena, key) : key;
		const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;
		const char **place;

		if (nul) {
			f->traps[TRAP_KEY_CUT]++;
			text.n = (size_t)(nul - text.p);
		}
		place = (const char **)map_put(&last, text);
		if (*place)
			f->traps[TRAP_DUPLICATE]++;
		jsonscan_peek(s);
		*place = s->p;
		if (jsonscan_value(s, &raw, &escaped) == JSON_BAD)
			give_up(f, "an object cannot be read again", s->why);
	}
	if (last.count != (size_t)json_object_object_length(o))
		give_up(f, "another number of keys", NULL);
	for (size_t i = 0; i < last.count; i++) {
		struct span name = arena_span(&f->arena, last.entries[i].key);
		const char *p = last.entries[i].value;
		struct json_object *member;

		if (!json_object_object_get_ex(o, name.p, &member))
			give_up(f, "a key is missing", name.p);
		compare_raw(f, (struct span){p, (size_t)(s->end - p)}, member);
	}
	map_clear(&last);
}

static void compare_array(struct fuzz *f, struct jsonscan *s, struct json_object *o)
{
	bool first = true;
	size_t n = 0;

	if (!jsonscan_enter(s, JSON_ARRAY))
		give_up(f, "an array cannot be entered", NULL);
	while (jsonscan_element(s, &first))
		compare(f, s, json_object_array_get_idx(o, n++));
	if (n != json_object_array_length(o))
		give_up(f, "another number of elements", NULL);
}

static void compare(struct fuzz *f, struct jsonscan *s, struct json_object *o)
{
	static const enum json_type types[] = {[JSON_NULL] = json_type_null,
		[JSON_FALSE] = json_type_boolean,
		[JSON_TRUE] = json_type_boolean,
		[JSON_STRING] = json_type_string,
		[JSON_ARRAY] = json_type_array,
		[JSON_OBJECT] = json_type_object};
	enum json_kind kind = jsonscan_peek(s);
	struct span raw, text;
	bool escaped;

	f->values++;
	if (kind != JSON_NUMBER && !json_object_is_type(o, types[kind]))
		give_up(f, "a value of another type", json_type_to_name(json_object_get_type(o)));
	if (kind == JSON_OBJECT) {
		compare_object(f, s, o);
		return;
	}
	if (kind == JSON_ARRAY) {
		compare_array(f, s, o);
		return;
	}
	if (jsonscan_value(s, &raw, &escaped) != kind)
		give_up(f, "a value cannot be read again", s->why);
	if (kind == JSON_NUMBER)
		compare_number(f, raw, o);
	else if (kind != JSON_STRING)
		return;
	text = jsonscan_unescape(&f->arena, raw);
	if (kind == JSON_STRING &&
		!span_equal(text, (struct span){json_object_get_string(o), (size_t)json_object_get_string_len(o)}))
		give_up(f, "another string", text.p);
}

/* Both read the text that is in the buffer; once more after each trap. */
static void check(struct fuzz *f)
{
	for (;;) {
		bool taken_c, valid = utf8_invalid(buf_span(&f->text)) < 0;
		struct json_object *o = read_json_c(f, &taken_c);
		struct jsonscan s;
		bool taken = read_scanner(f, &s) && valid;
		enum trap trap;

		if (valid != is_utf8(buf_span(&f->text)))
			give_up(f, "UTF-8 is judged wrongly", NULL);
		if (taken && taken_c && traps_mend_pair(&f->text)) {
			json_object_put(o);
			f->traps[TRAP_PAIR]++;
			continue;
		}
		if (taken && taken_c) {
			arena_reset(&f->arena);
			compare_raw(f, buf_span(&f->text), o);
			json_object_put(o);
			f->both_take++;
			return;
		}
		json_object_put(o);
		if (taken == taken_c) {
			f->both_refuse++;
			return;
		}
		if (taken)
			give_up(f, "json-c alone refuses it",
				json_tokener_error_desc(json_tokener_get_error(f->tokener)));
		if (valid) {
			trap = traps_mend(&f->text, &s);
		} else {
			traps_mend_utf8(&f->text);
			trap = TRAP_UTF8;
		}
		if (trap == NO_TRAP)
			give_up(f, "the scanner alone refuses it", s.why);
		f->traps[trap]++;
	}
}

static void report(const struct fuzz *f)
{
	printf("%llu bytes in %llu texts: taken %llu (%llu values compared), refused %llu\n",
		(unsigned long long)f->bytes, (unsigned long long)f->texts, (unsigned long long)f->both_take,
		(unsigned long long)f->values, (unsigned long long)f->both_refuse);
	for (int i = 0; i < TRAPS; i++)
		printf("%10llu  json-c: %s\n", (unsigned long long)f->traps[i], trap_names[i]);
}

int main(int argc, char **argv)
{
	struct fuzz f = {.bytes = 0};
	int64_t wanted = 0, seed = 1;
	struct buf base;

	if (argc < 2 || argc > 3 || !span_to_int64(&wanted, span_of(argv[1])) ||
		(argc == 3 && !span_to_int64(&seed, span_of(argv[2])))) {
		fputs("usage: jsonscan-diff BYTES [SEED]\n", stderr);
		return 2;
	}
	f.gen.chance.seed = (uint64_t)seed;
	f.tokener = new_tokener();
	arena_init(&f.arena);
	buf_init(&f.text, TEXT_MAX);
	buf_init(&base, TEXT_MAX);
	while (f.bytes < (uint64_t)wanted) {
		jsongen_text(&f.gen, &base);
		for (int i = 0; i < 4; i++) {
			buf_reset(&f.text);
			buf_add_span(&f.text, buf_span(&base));
			for (int k = 0; k < i; k++)
				jsongen_mutate(&f.gen, &f.text);
			f.bytes += f.text.len;
			f.texts++;
			check(&f);
		}
	}
	report(&f);
	json_tokener_free(f.tokener);
	arena_clear(&f.arena);
	buf_clear(&f.text);
	buf_clear(&base);
	return 0;
}
