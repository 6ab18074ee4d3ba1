/* The form that codes have in common, as a regex. */
#include "base/base.h"
#include "rule/infer_private.h"

#define LONGEST 40  /* characters of what may be a code */
#define DIFFERENT 3 /* texts from which on a form means something */

enum infer_class { CLASS_DIGIT = 1, CLASS_UPPER = 2, CLASS_LOWER = 4, CLASS_SIGN = 8 };

static unsigned class_of(char c)
{
	if (c >= '0' && c <= '9')
		return CLASS_DIGIT;
	if (c >= 'A' && c <= 'Z')
		return CLASS_UPPER;
	if (c >= 'a' && c <= 'z')
		return CLASS_LOWER;
	return c > ' ' && c < 0x7f ? CLASS_SIGN : 0;
}

/* Cuts TEXT where the class changes, or only at signs; false when that is no code. */
static bool cut(struct infer_shape *shape, struct span text, bool at_signs)
{
	*shape = (struct infer_shape){.count = 0};
	for (size_t i = 0; i < text.n; i++) {
		unsigned class = class_of(text.p[i]);
		struct infer_part *last = shape->count ? &shape->parts[shape->count - 1] : NULL;
		bool goes_on = last && class != CLASS_SIGN && last->classes != CLASS_SIGN &&
			       (at_signs || last->classes == class);

		if (class == 0 || (!goes_on && shape->count == INFER_PARTS))
			return false;
		if (!goes_on) {
			last = &shape->parts[shape->count++];
			*last = (struct infer_part){.first = {text.p + i, 0}};
		}
		last->classes |= class;
		last->first.n++;
		last->least = last->most = last->first.n;
	}
	return shape->count > 0;
}

static bool joins(struct infer_shape *shape, const struct infer_shape *other, bool at_signs)
{
	if (shape->count != other->count)
		return false;
	for (size_t i = 0; i < shape->count; i++) {
		struct infer_part *a = &shape->parts[i];
		const struct infer_part *b = &other->parts[i];
		bool sign = a->classes == CLASS_SIGN || b->classes == CLASS_SIGN;

		if (sign ? !span_equal(a->first, b->first) : !at_signs && a->classes != b->classes)
			return false;
		a->varies = a->varies || !span_equal(a->first, b->first);
		a->classes |= b->classes;
		a->least = b->least < a->least ? b->least : a->least;
		a->most = b->most > a->most ? b->most : a->most;
	}
	return true;
}

static void add(struct infer_shape *shape, struct span text, bool at_signs, bool first)
{
	struct infer_shape one;

	if (shape->broken)
		return;
	if (text.n > LONGEST || !cut(&one, text, at_signs))
		shape->broken = true;
	else if (first)
		*shape = one;
	else
		shape->broken = !joins(shape, &one, at_signs);
}

/* TEXT must live as long as F. */
void infer_shape_add(struct infer_field *f, struct span text, bool first)
{
	add(&f->runs, text, false, first);
	add(&f->segments, text, true, first);
}

static void add_literal(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (class_of(text.p[i]) == CLASS_SIGN && strchr("-_/:#@%&,;~!\"'<>=`", text.p[i]) == NULL)
			buf_addc(out, '\\');
		buf_addc(out, text.p[i]);
	}
}

static void add_part(struct buf *out, const struct infer_part *part)
{
	if (!part->varies) {
		add_literal(out, part->first);
		return;
	}
	buf_addf(out, "[%s%s%s]", part->classes & CLASS_DIGIT ? "0-9" : "", part->classes & CLASS_UPPER ? "A-Z" : "",
		part->classes & CLASS_LOWER ? "a-z" : "");
	if (part->least != part->most)
		buf_addf(out, "{%zu,%zu}", part->least, part->most);
	else if (part->most > 1)
		buf_addf(out, "{%zu}", part->most);
}

bool infer_shape_regex(struct buf *out, const struct infer_field *f)
{
	const struct infer_shape *shape = f->runs.broken ? &f->segments : &f->runs;
	bool digits = false, form = shape->count > 1;

	if (shape->broken || f->value_count < DIFFERENT)
		return false;
	for (size_t i = 0; i < shape->count; i++) {
		digits = digits || (shape->parts[i].classes & CLASS_DIGIT);
		form = form || shape->parts[i].least == shape->parts[i].most;
	}
	if (!digits || !form)
		return false;
	buf_addc(out, '^');
	for (size_t i = 0; i < shape->count; i++)
		add_part(out, &shape->parts[i]);
	buf_addc(out, '$');
	return true;
}
