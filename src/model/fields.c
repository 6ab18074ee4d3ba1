/*
 * Paths into slots and a tree. A path is read whole before anything is made of
 * it, so that one that is refused leaves no trace.
 */
#include "base/base.h"
#include "model/fields.h"

#include "base/limits.h"
#include "base/map.h"
#include "model/fieldkey.h"

#define BUCKETS_FIRST 8

struct field {
	int slot;
	bool each_element;
};

struct fields {
	struct arena arena;
	struct field_node root;
	struct map by_path;      /* to struct field, in order of slots; no path has two spellings */
	int slot_id, slot_index; /* -1 while nobody asked */
};

/* A step down: into a key, or (p NULL) into the elements of an array. */
struct path {
	struct span parts[LIMIT_PATH_PARTS];
	size_t count;
	bool each_element;
};

struct fields *fields_new(void)
{
	struct fields *f = xcalloc(1, sizeof(*f));

	arena_init(&f->arena);
	map_init(&f->by_path);
	f->root.slot = f->slot_id = f->slot_index = -1;
	return f;
}

void fields_free(struct fields *f)
{
	if (!f)
		return;
	map_clear(&f->by_path);
	arena_clear(&f->arena);
	free(f);
}

int fields_count(const struct fields *f)
{
	return (int)f->by_path.count;
}

const char *fields_path(const struct fields *f, int slot)
{
	return f->by_path.entries[slot].key.p;
}

bool fields_each_element(const struct fields *f, int slot)
{
	return ((const struct field *)f->by_path.entries[slot].value)->each_element;
}

const struct field_node *fields_root(const struct fields *f)
{
	return &f->root;
}

int fields_slot_id(const struct fields *f)
{
	return f->slot_id;
}

int fields_slot_index(const struct fields *f)
{
	return f->slot_index;
}

static int refuse(struct error *e, const char *path, const char *why)
{
	return error_set(e, ERROR_CONFIG, "field path '%s': %s", path, why);
}

static bool add_part(struct path *out, struct span part)
{
	if (out->count == LIMIT_PATH_PARTS)
		return false;
	out->parts[out->count++] = part;
	return true;
}

/* One key, unescaped into ROOM, which moves on; the answer is past it, or NULL with *WHY set. */
static const char *take_key(char **room, const char *p, const char **why)
{
	const char *begin = p;

	for (; *p && *p != '.' && *p != '['; p++) {
		if (*p == ']') {
			*why = "a ] without its [; write \\] for a plain bracket";
			return NULL;
		}
		if (*p == '\\' && (!*++p || !strchr(".[]\\", *p))) {
			*why = "a backslash makes only a dot, a bracket or a backslash plain; write \\\\ for itself";
			return NULL;
		}
		*(*room)++ = *p;
	}
	if (p == begin) {
		*why = *p == '[' ? "[] must follow the key of an array"
				 : "a key between two dots or at an end is empty";
		return NULL;
	}
	return p;
}

/* Every `[]` after a key. */
static const char *take_brackets(struct path *out, const char *p, const char **why)
{
	for (; *p == '['; p += 2) {
		if (p[1] != ']') {
			*why = "after a [ only ] may follow, for every element; write \\[ for a plain bracket";
			return NULL;
		}
		out->each_element = true;
		if (!add_part(out, SPAN_NONE)) {
			*why = "it has more parts than LIMIT_PATH_PARTS";
			return NULL;
		}
	}
	if (*p && *p != '.') {
		*why = "a dot must follow []";
		return NULL;
	}
	return p;
}

/* ROOM has as many bytes as TEXT and its NUL. False with *WHY set. */
static bool parse(struct path *out, char *room, const char *text, const char **why)
{
	const char *p = text;

	*out = (struct path){.count = 0};
	for (;;) {
		char *key = room;

		p = take_key(&room, p, why);
		if (!p)
			return false;
		if (!add_part(out, (struct span){key, (size_t)(room - key)})) {
			*why = "it has more parts than LIMIT_PATH_PARTS";
			return false;
		}
		p = take_brackets(out, p, why);
		if (!p)
			return false;
		if (!*p)
			return true;
		p++;
	}
}

static struct field_node *new_node(struct fields *f)
{
	struct field_node *n = arena_zalloc(&f->arena, sizeof(*n));

	n->slot = -1;
	return n;
}

static void put_in_bucket(struct field_node *parent, struct field_node *child)
{
	struct field_node **bucket =
		&parent->buckets[fieldkey_hash(child->head, child->tail, child->key.n) & parent->bucket_mask];

	child->chain = *bucket;
	*bucket = child;
}

static void grow_buckets(struct fields *f, struct field_node *parent)
{
	size_t count = parent->buckets ? ((size_t)parent->bucket_mask + 1) * 2 : BUCKETS_FIRST;

	parent->buckets = arena_zalloc(&f->arena, count * sizeof(*parent->buckets));
	parent->bucket_mask = (uint32_t)count - 1;
	for (struct field_node *c = parent->child; c; c = c->sibling)
		put_in_bucket(parent, c);
}

/* A copy of KEY that the words of fieldkey.h can be read from. */
static struct span keep_key(struct fields *f, struct span key)
{
	char *copy = arena_zalloc(&f->arena, key.n + 8);

	memcpy(copy, key.p, key.n);
	return (struct span){copy, key.n};
}

static struct field_node *child_of(struct fields *f, struct field_node *parent, struct span key)
{
	struct field_node **link = &parent->child, *child;

	for (; *link; link = &(*link)->sibling) {
		if (span_equal((*link)->key, key))
			return *link;
	}
	child = new_node(f);
	child->key = keep_key(f, key);
	child->order = parent->child_count++;
	fieldkey_words(&child->head, &child->tail, child->key);
	*link = child;
	if (!parent->buckets || parent->child_count * 2 > parent->bucket_mask)
		grow_buckets(f, parent);
	else
		put_in_bucket(parent, child);
	return child;
}

static struct field_node *elements_of(struct fields *f, struct field_node *array)
{
	if (!array->elements)
		array->elements = new_node(f);
	return array->elements;
}

static struct field_node *node_of(struct fields *f, const struct path *path)
{
	struct field_node *node = &f->root;

	node->repeated |= path->each_element;
	for (size_t i = 0; i < path->count; i++) {
		node = path->parts[i].p ? child_of(f, node, path->parts[i]) : elements_of(f, node);
		node->repeated |= path->each_element;
	}
	return node;
}

/* Where the slot of a path is noted: in the tree, or beside it for what is no part of the source. */
static int *slot_of(struct fields *f, const char *text, const struct path *path)
{
	if (strcmp(text, "_id") == 0)
		return &f->slot_id;
	if (strcmp(text, "_index") == 0)
		return &f->slot_index;
	return &node_of(f, path)->slot;
}

static int add_new(struct fields *f, const char *path, const struct path *parts)
{
	int slot = fields_count(f);
	struct field *field = arena_alloc(&f->arena, sizeof(*field));

	*field = (struct field){slot, parts->each_element};
	*map_put(&f->by_path, span_of(arena_strdup(&f->arena, path))) = field;
	*slot_of(f, path, parts) = slot;
	return slot;
}

int fields_add(struct fields *f, const char *path, struct error *e)
{
	const struct field *known = map_find(&f->by_path, span_of(path));
	const char *why = NULL;
	struct path parts;
	char *room;
	int slot;

	if (known)
		return known->slot;
	if (fields_count(f) == LIMIT_FIELDS)
		return refuse(e, path, "more fields than LIMIT_FIELDS; let fewer rules share the query");
	room = xmalloc(strlen(path) + 1);
	slot = parse(&parts, room, path, &why) ? add_new(f, path, &parts) : refuse(e, path, why);
	free(room);
	return slot;
}

const char *fields_source_path(const struct fields *f, int slot, struct arena *arena)
{
	const char *path = fields_path(f, slot);
	char *text, *out;

	if (slot == f->slot_id || slot == f->slot_index)
		return NULL;
	text = out = arena_alloc(arena, strlen(path) + 1);
	for (; *path; path++) {
		if (*path == '[' || *path == ']')
			continue;
		if (*path == '\\')
			path++;
		*out++ = *path;
	}
	*out = '\0';
	return text;
}
