/* What a window rule found -> a draft: the group, the numbers, and one line for people. */
#include "base/base.h"
#include "rule/window.h"

#include "base/jsonout.h"
#include "base/str.h"
#include "base/utf8.h"

#define SHOWN_BYTES 120

/* An exception names the group as people write it: s012/visa. */
static bool is_allowed(const struct window_finish *f)
{
	const struct rule *rule = f->rule;
	struct buf display;
	bool named = false;

	if (rule->allow_count == 0)
		return false;
	buf_init(&display, SIZE_MAX / 4);
	key_display(&display, f->group.key);
	for (size_t i = 0; i < rule->allow_count && !named; i++) {
		const struct rule_allow *allow = &rule->allows[i];

		for (size_t n = 0; n < allow->keys.count && allow->until >= f->bounds->now && !named; n++)
			named = str_glob(allow->keys.items[n], buf_span(&display));
	}
	buf_clear(&display);
	return named;
}

/* The names of what is measured, and of what it is held against. */
static const char *value_name(const struct window_spec *spec)
{
	switch (spec->kind) {
	case WINDOW_CARDINALITY: return "values";
	case WINDOW_PERCENTAGE: return "percent";
	case WINDOW_METRIC: return window_metric_names[spec->metric];
	case WINDOW_SPIKE: return spec->numbers ? "mean" : "count";
	default: return "count";
	}
}

static struct span json_of_window(struct window_finish *f, const struct window_verdict *v)
{
	const char *name = value_name(f->spec);
	char stamp[32];
	struct jsonout out;

	buf_reset(&f->w->value);
	jsonout_init(&out, &f->w->value);
	jsonout_open(&out, '{');
	jsonout_pair_raw(&out, name, span_of(v->value));
	jsonout_pair_raw(&out, f->spec->kind == WINDOW_SPIKE ? "before" : "bound", span_of(v->bound));
	if (strcmp(name, "count") != 0)
		jsonout_pair_int(&out, "documents", v->count);
	clock_text(stamp, v->from);
	jsonout_pair(&out, "from", stamp);
	clock_text(stamp, v->to);
	jsonout_pair(&out, "to", stamp);
	jsonout_close(&out, '}');
	return arena_span(&f->w->page, buf_span(&f->w->value));
}

static struct span json_of_value(struct window_finish *f, const struct window_told *told)
{
	char stamp[32];
	struct jsonout out;

	buf_reset(&f->w->value);
	jsonout_init(&out, &f->w->value);
	jsonout_open(&out, '{');
	if (told->value.n) {
		jsonout_pair_raw(&out, "before", told->before);
		jsonout_pair_raw(&out, "value", told->value);
	}
	clock_text(stamp, told->at);
	jsonout_pair(&out, "at", stamp);
	jsonout_close(&out, '}');
	return arena_span(&f->w->page, buf_span(&f->w->value));
}

static void say_window(struct buf *out, const struct window_spec *spec, const struct window_verdict *v)
{
	char from[32], to[32];
	const char *than = v->under ? "fewer" : "more", *one = v->count == 1 ? "" : "s";

	clock_text(from, v->from);
	clock_text(to, v->to);
	switch (spec->kind) {
	case WINDOW_FREQUENCY:
		buf_addf(out, "%s document%s from %s to %s, %s or more", v->value, one, from, to, v->bound);
		break;
	case WINDOW_FLATLINE:
		buf_addf(out, "%s document%s from %s to %s, fewer than %s", v->value, one, from, to, v->bound);
		break;
	case WINDOW_SPIKE:
		buf_addf(out, "%s%s%s from %s to %s, and %s in the window before: %s%.*s%s", v->value,
			spec->numbers   ? " as the mean of "
			: v->count == 1 ? " document"
					: " documents",
			spec->numbers ? spec->field : "", from, to, v->bound, v->under ? "1/" : "",
			SPAN_ARG(spec->height), v->under ? " of it, or less" : " times as much, or more");
		break;
	case WINDOW_CARDINALITY:
		buf_addf(out, "%s different values of %s from %s to %s, %s than %s", v->value, spec->field, from, to,
			than, v->bound);
		break;
	case WINDOW_PERCENTAGE:
		buf_addf(out, "%s %% of %lld documents from %s to %s, %s than %s %%", v->value, (long long)v->count,
			from, to, v->under ? "less" : "more", v->bound);
		break;
	case WINDOW_METRIC:
		buf_addf(out, "%s of %s is %s from %s to %s, %s than %s", window_metric_names[spec->metric],
			spec->field, v->value, from, to, v->under ? "less" : "more", v->bound);
		break;
	case WINDOW_NEW_TERM:
	case WINDOW_CHANGE: break;
	}
}

static void say_value(struct buf *out, const struct window_spec *spec, const struct window_told *told)
{
	char at[32];

	clock_text(at, told->at);
	if (spec->kind == WINDOW_NEW_TERM)
		buf_addf(out, "this %s was not there before %s", spec->field, at);
	else
		buf_addf(out, "%s: %.*s became %.*s at %s", spec->field, SPAN_ARG(utf8_cut(told->before, SHOWN_BYTES)),
			SPAN_ARG(utf8_cut(told->value, SHOWN_BYTES)), at);
}

/* In one line of the right length; an author's words come first. */
static struct span message_of(struct window_finish *f, const struct window_told *told)
{
	struct buf *out = &f->w->work;
	char *text;

	buf_reset(out);
	if (f->spec->message)
		buf_addf(out, "%s (", f->spec->message);
	if (told->verdict)
		say_window(out, f->spec, told->verdict);
	else
		say_value(out, f->spec, told);
	if (f->spec->message)
		buf_addc(out, ')');
	text = arena_strndup(&f->w->page, out->data, out->len);
	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	}
	return utf8_cut(span_of(text), LIMIT_MESSAGE_BYTES);
}

int window_tell(struct window_finish *f, const struct window_told *told, struct error *e)
{
	const struct rule *rule = f->rule;
	struct draft d = draft_of(rule);
	struct span whole;

	if (is_allowed(f)) {
		f->result->allowed++;
		return 0;
	}
	if (f->result->findings == LIMIT_FINDINGS_PER_RULE) {
		windows_fail(f->w, f->plan, "it found more than LIMIT_FINDINGS_PER_RULE");
		return 0;
	}
	f->result->findings++;
	d.klass = window_kind_names[f->spec->kind];
	d.field = span_of(f->spec->field);
	d.shop = f->group.shop;
	d.key = f->group.key;
	d.index = span_of(f->bounds->index);
	d.seq_no = -1;
	d.primary_term = -1;
	d.version = -1;
	whole = told->verdict ? json_of_window(f, told->verdict) : json_of_value(f, told);
	d.value = utf8_cut(whole, LIMIT_VALUE_BYTES);
	d.value_cut = d.value.n < whole.n;
	d.value_digest = fingerprint_of(whole);
	d.message = message_of(f, told);
	draft_identify(&d);
	return f->emit(f->arg, &d, e);
}
