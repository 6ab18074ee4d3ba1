/* Closed shapes of JSON: walks a value beside its shape. */
#include "base/base.h"
#include "recover/shape.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "base/limits.h"

void shape_fault(struct shape_faults *f, const char *path, const char *format, ...)
{
	va_list args;

	if (++f->count > LIMIT_MANIFEST_FAULTS)
		return;
	buf_adds(f->out, f->where);
	buf_adds(f->out, ": ");
	if (*path) {
		jsonout_escape(f->out, span_of(path));
		buf_adds(f->out, ": ");
	}
	va_start(args, format);
	buf_vaddf(f->out, format, args);
	va_end(args);
	buf_addc(f->out, '\n');
}

static unsigned type_of(const struct json *j)
{
	switch (json_type_of(j)) {
	case JSON_TYPE_NULL: return SHAPE_NULL;
	case JSON_TYPE_BOOL: return SHAPE_BOOL;
	case JSON_TYPE_INT: return SHAPE_INT;
	case JSON_TYPE_DOUBLE: return SHAPE_NUMBER;
	case JSON_TYPE_TEXT: return SHAPE_TEXT;
	case JSON_TYPE_LIST: return SHAPE_LIST;
	case JSON_TYPE_MAP: return SHAPE_MAP;
	}
	return 0;
}

static bool text_fits(const struct shape *shape, struct span text)
{
	bool known = shape->values == NULL;

	for (const char *const *v = shape->values; !known && *v; v++)
		known = span_is(text, *v);
	return known && (shape->valid == NULL || shape->valid(text));
}

struct walk {
	const struct shape *shape;
	const char *path;
	struct shape_faults *faults;
};

static void check_below(const struct walk *w, const struct shape *shape, const char *name, const struct json *value)
{
	char *path = xasprintf("%s%s%s", w->path, *w->path ? "." : "", name);

	shape_check(shape, value, path, w->faults);
	free(path);
}

static bool visit_key(void *arg, const char *name, struct json *value)
{
	const struct walk *w = arg;

	for (size_t i = 0; i < w->shape->count; i++) {
		if (strcmp(w->shape->keys[i].name, name) == 0) {
			check_below(w, w->shape->keys[i].shape, name, value);
			return true;
		}
	}
	char *path = xasprintf("%s%s%s", w->path, *w->path ? "." : "", name);
	shape_fault(w->faults, path, "is no key of the format");
	free(path);
	return true;
}

static bool visit_free_key(void *arg, const char *name, struct json *value)
{
	const struct walk *w = arg;

	check_below(w, w->shape->each, name, value);
	return true;
}

struct presence {
	const char *name;
	bool found;
};

/* A key whose value is null is there too. */
static bool look_for(void *arg, const char *name, struct json *value)
{
	struct presence *p = arg;

	(void)value;
	p->found = strcmp(p->name, name) == 0;
	return !p->found;
}

static void check_map(const struct walk *w, const struct json *map)
{
	json_each(map, visit_key, (void *)w);
	for (size_t i = 0; i < w->shape->count; i++) {
		struct presence p = {.name = w->shape->keys[i].name};

		if (w->shape->keys[i].optional)
			continue;
		json_each(map, look_for, &p);
		if (!p.found)
			shape_fault(w->faults, w->path, "the key \"%s\" is missing", p.name);
	}
}

static void check_list(const struct walk *w, const struct json *list)
{
	char number[32];

	for (size_t i = 0; i < json_count(list); i++) {
		snprintf(number, sizeof(number), "%zu", i);
		check_below(w, w->shape->each, number, json_at(list, i));
	}
}

void shape_check(const struct shape *shape, const struct json *j, const char *path, struct shape_faults *f)
{
	unsigned type = type_of(j);
	struct walk w = {shape, path, f};

	if (type == SHAPE_MAP && shape->pick)
		w.shape = shape->pick(j);
	if (w.shape == NULL || !(w.shape->types & type)) {
		shape_fault(f, path, "wants %s", shape->wants);
		return;
	}
	if (type == SHAPE_TEXT && !text_fits(w.shape, json_span(j)))
		shape_fault(f, path, "wants %s", w.shape->wants);
	else if (type == SHAPE_INT && json_int(j, "", 0) < w.shape->min)
		shape_fault(f, path, "wants %s", w.shape->wants);
	else if (type == SHAPE_MAP && w.shape->keys)
		check_map(&w, j);
	else if (type == SHAPE_MAP && w.shape->each)
		json_each(j, visit_free_key, &w);
	else if (type == SHAPE_LIST && w.shape->each)
		check_list(&w, j);
}
