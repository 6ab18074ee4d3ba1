/*
 * How many steps the engine takes for an attack: the smallest match limit with
 * which it comes to an end, for 8 to 64 repeats of the pump. The growth is the verdict.
 */
#include "base/base.h"
#include "rule/redos_private.h"

#include "base/buf.h"
#include "base/utf8.h"

static struct span attack_text(struct redos_meter *m, const struct redos_pump *pump, struct span suffix, size_t repeats)
{
	buf_reset(m->text);
	buf_add_span(m->text, pump->prefix);
	for (size_t i = 0; i < repeats; i++)
		buf_add_span(m->text, pump->pump);
	buf_add_span(m->text, suffix);
	return buf_span(m->text);
}

/* The match needs more than LIMIT steps. */
static bool passes(struct redos_meter *m, struct span text, uint32_t limit)
{
	enum regex_outcome outcome = regex_match_interpreted(m->regex, m->room, text, limit);
	bool passed = outcome != REGEX_MATCH && outcome != REGEX_NO_MATCH && outcome != REGEX_FAILED;

	m->left -= (passed ? (int64_t)limit : (int64_t)text.n) * m->weight;
	return passed;
}

/* Steps of the match, to some parts in a hundred; more than the cap when it takes more than that. */
static uint32_t steps_of(struct redos_meter *m, const struct redos_pump *pump, struct span suffix, size_t repeats)
{
	struct span text = attack_text(m, pump, suffix, repeats);
	uint32_t low = 0, high = 16;

	while (passes(m, text, high)) {
		if (high >= m->cap)
			return m->cap + 1;
		low = high;
		high *= 2;
	}
	while (high - low > high / 64 + 1) {
		uint32_t middle = low + (high - low) / 2;

		if (passes(m, text, middle))
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* The power with which steps grow from N to 2N to 4N repeats; what they take whatever the text falls out. */
static unsigned degree_of(uint32_t once, uint32_t twice, uint32_t four_times)
{
	uint32_t first = twice > once ? twice - once : 0, second = four_times > twice ? four_times - twice : 0;
	unsigned degree = 0;

	/* halfway between two powers of two: 2.8 of 2 and 4 */
	for (uint64_t least = 14; first && (uint64_t)second * 10 >= (uint64_t)first * least; least *= 2)
		degree++;
	return degree;
}

static void add_quoted(struct buf *out, struct span text)
{
	const char *p = text.p, *end = text.p + text.n;

	buf_addc(out, '"');
	while (p < end) {
		const char *from = p;
		uint32_t code = utf8_next(&p, end);

		if (code == '"' || code == '\\')
			buf_addf(out, "\\%c", (char)code);
		else if (code == '\n')
			buf_adds(out, "\\n");
		else if (code < 0x20 || code == 0x7f)
			buf_addf(out, "\\x%02x", (unsigned)code);
		else if (utf8_width(code) == 0 || (code > 0x7f && code <= 0xa0))
			buf_addf(out, "\\x{%x}", (unsigned)code);
		else
			buf_add(out, from, (size_t)(p - from));
	}
	buf_addc(out, '"');
}

/* What TEXT is whole repeats of. */
static struct span unit_of(struct span text)
{
	for (size_t n = 1; n < text.n; n++) {
		if (text.n % n == 0 && memcmp(text.p, text.p + n, text.n - n) == 0)
			return (struct span){text.p, n};
	}
	return text;
}

/* How often UNIT stands in TEXT, which is nothing else; 0 when it is something else. */
static size_t times(struct span text, struct span unit)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != unit.p[i % unit.n])
			return 0;
	}
	return text.n % unit.n ? 0 : text.n / unit.n;
}

/* "b" + 14 x "a" + "!" */
static const char *shown(struct arena *arena, const struct redos_pump *pump, struct span suffix, size_t repeats)
{
	struct span unit = unit_of(pump->pump);
	size_t before = times(pump->prefix, unit);
	const char *copy;
	struct buf out;

	buf_init(&out, LIMIT_CONFIG_BYTES);
	if (pump->prefix.n && !before) {
		add_quoted(&out, pump->prefix);
		buf_adds(&out, " + ");
	}
	buf_addf(&out, "%zu x ", before + repeats * (pump->pump.n / unit.n));
	add_quoted(&out, unit);
	if (suffix.n) {
		buf_adds(&out, " + ");
		add_quoted(&out, suffix);
	}
	copy = arena_strdup(arena, buf_text(&out));
	buf_clear(&out);
	return copy;
}

/* The fewest repeats that pass the limit; those of a text of LIMIT_SUBJECT_BYTES when none do. */
static size_t fewest(struct redos_meter *m, uint32_t limit)
{
	size_t low = 0, high = 16, most = LIMIT_SUBJECT_BYTES / m->pump.pump.n;

	while (high < most && !passes(m, attack_text(m, &m->pump, m->suffix, high), limit)) {
		low = high;
		high *= 2;
	}
	if (high >= most)
		return most;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (passes(m, attack_text(m, &m->pump, m->suffix, middle), limit))
			high = middle;
		else
			low = middle;
	}
	return high;
}

void redos_measure_end(struct redos_meter *m)
{
	struct redos_verdict *v = &m->verdict;

	if (v->kind != REDOS_EXPLOSIVE && v->kind != REDOS_POLYNOMIAL)
		return;
	v->steps = m->cap < LIMIT_MATCH_STEPS ? m->cap : LIMIT_MATCH_STEPS;
	v->attack = shown(m->arena, &m->pump, m->suffix, fewest(m, v->steps));
}

/* A short text is enough: with few repeats, whatever their length, or with those that a short text holds. A loop in two
 * ways doubles with each. */
static bool explodes(struct redos_meter *m, const struct redos_pump *pump, struct span suffix)
{
	size_t repeats = LIMIT_REDOS_SHORT / pump->pump.n;

	if (pump->exponential || repeats > 32)
		repeats = 32;
	return passes(m, attack_text(m, pump, suffix, repeats < 16 ? 16 : repeats), m->cap);
}

/* By the most repeats that do not pass the cap. */
static unsigned growth(uint32_t *most, struct redos_meter *m, const struct redos_pump *pump, struct span suffix)
{
	uint32_t steps[4] = {0};
	size_t i;

	for (i = 0; i < ARRAY_LEN(steps); i++) {
		steps[i] = steps_of(m, pump, suffix, (size_t)8 << i);
		if (steps[i] > m->cap)
			break;
	}
	*most = steps[i == ARRAY_LEN(steps) ? i - 1 : i];
	return i < 3 ? 0 : degree_of(steps[i - 3], steps[i - 2], steps[i - 1]);
}

static void take(struct redos_meter *m, const struct redos_pump *pump, struct span suffix)
{
	m->pump = *pump;
	m->suffix = suffix;
}

static void judge(struct redos_meter *m, const struct redos_pump *pump, struct span suffix)
{
	uint32_t most;
	unsigned degree;

	if (!m->uncounted && explodes(m, pump, suffix)) {
		m->verdict.kind = REDOS_EXPLOSIVE;
		m->verdict.exponential = pump->exponential;
		take(m, pump, suffix);
		return;
	}
	/* no worse than what is known */
	if (m->most && !passes(m, attack_text(m, pump, suffix, 64), m->most))
		return;
	degree = growth(&most, m, pump, suffix);
	if (degree < 2 || degree < m->verdict.degree)
		return;
	m->most = most;
	m->verdict.kind = REDOS_POLYNOMIAL;
	m->verdict.degree = degree;
	m->verdict.uncounted = m->uncounted;
	take(m, pump, suffix);
}

void redos_measure(struct redos_meter *m, const struct redos_pump *pump)
{
	for (size_t i = 0; i < pump->suffix_count && m->verdict.kind != REDOS_EXPLOSIVE && m->left > 0; i++)
		judge(m, pump, pump->suffixes[i]);
}

static bool is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* The run of letters and digits at or after FROM. */
static struct span next_run(struct span pattern, size_t from)
{
	size_t end;

	while (from < pattern.n && !is_word((unsigned char)pattern.p[from]))
		from++;
	for (end = from; end < pattern.n && is_word((unsigned char)pattern.p[end]);)
		end++;
	return utf8_cut((struct span){pattern.p + from, end - from}, LIMIT_REDOS_WORD);
}

void redos_measure_plain(struct redos_meter *m, struct span pattern)
{
	static const char *const common[] = {"a", "0", " ", "-", ".", ",", "a "};
	struct span first = next_run(pattern, 0), run = first;
	struct redos_pump pump = {.suffixes = {SPAN_LITERAL("!"), SPAN_LITERAL("\n"), SPAN_NONE}, .suffix_count = 3};

	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		pump.pump = span_of(common[i]);
		redos_measure(m, &pump);
	}
	for (size_t i = 0; run.n && i < LIMIT_REDOS_PUMPS; i++) {
		pump.pump = run;
		pump.prefix = SPAN_NONE;
		redos_measure(m, &pump);
		pump.prefix = first;
		redos_measure(m, &pump);
		run = next_run(pattern, (size_t)(run.p - pattern.p) + run.n);
	}
}
