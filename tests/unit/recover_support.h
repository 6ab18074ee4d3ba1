/*
 * What the tests of recover/ share: a folder that goes away, actions made to
 * order. KENPIN_TEST_MANIFESTS names a folder that keeps every manifest instead, for a validator of schemas.
 */
#ifndef KENPIN_TEST_RECOVER_SUPPORT_H
#define KENPIN_TEST_RECOVER_SUPPORT_H

#include "base/base.h"
#include "base/arena.h"
#include "base/jsonout.h"
#include "base/limits.h"
#include "recover/folder.h"
#include "recover/manifest.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

struct bench {
	struct arena arena;
	char *folder;
};

static inline int bench_set_up(void **state)
{
	const char *keep = getenv("KENPIN_TEST_MANIFESTS");
	struct bench *b = xcalloc(1, sizeof(*b));

	arena_init(&b->arena);
	b->folder = xasprintf("%s/kenpin-recover-XXXXXX", keep ? keep : "/tmp");
	*state = b;
	return mkdtemp(b->folder) ? 0 : -1;
}

static inline int bench_tear_down(void **state)
{
	struct bench *b = *state;
	struct dirent *entry;
	DIR *dir = opendir(b->folder);

	while (dir && !getenv("KENPIN_TEST_MANIFESTS") && (entry = readdir(dir)) != NULL) {
		char *path = xasprintf("%s/%s", b->folder, entry->d_name);

		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			folder_remove(path);
		free(path);
	}
	if (dir)
		closedir(dir);
	rmdir(b->folder);
	free(b->folder);
	arena_clear(&b->arena);
	free(b);
	return 0;
}

/* Entries of a folder, hidden ones too or they alone. */
enum entries { ENTRIES_VISIBLE, ENTRIES_HIDDEN };
static inline size_t entries_in(const char *path, enum entries which)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	size_t count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			count += (entry->d_name[0] == '.') == (which == ENTRIES_HIDDEN);
	}
	closedir(dir);
	return count;
}

/* Seals and publishes; PATH stays empty when there is nothing to write. */
static inline int manifest_finish(struct manifest *m, char path[512], char sha256[65], struct error *e)
{
	struct manifest_seal seal;

	path[0] = sha256[0] = '\0';
	if (manifest_seal(m, &seal, e) < 0)
		return -1;
	if (seal.id == NULL)
		return 0;
	if (manifest_publish(m, e) < 0)
		return -1;
	snprintf(path, 512, "%s", seal.path);
	memcpy(sha256, seal.sha256, 65);
	assert_true(manifest_stands(path, sha256));
	return 0;
}

static const struct manifest_header usual_header = {
	.run_id = "r-000412",
	.rules_sha256 = "9b1e000000000000000000000000000000000000000000000000000000000001",
	.config_sha256 = "77c0000000000000000000000000000000000000000000000000000000000002",
	.created_at = 1795536007000,
	.expires_at = 1795622407000,
	.complete = true,
	.documents = 330112,
};

/* A patch of the price of product NUMBER in SHOP, with its undo. */
static inline struct action action_of(struct arena *arena, const char *rule, const char *shop, int number)
{
	static const char form[] =
		"{\"target\":{\"system\":\"search\",\"store\":\"products-%s\",\"key\":{\"shop\":\"%s\",\"sku\":\"P-%"
		"d\"}},"
		"\"op\":\"patch\",\"patch\":[{\"op\":\"replace\",\"path\":\"/price\",\"value\":%s}],"
		"\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/price\",\"value\":%s}],"
		"\"before\":{\"/price\":%s},\"after\":{\"/"
		"price\":%s},\"evidence\":{\"index\":\"products\",\"id\":\"%d\"}}";
	struct action a = {
		.finding = arena_printf(arena, "%032x", (unsigned)number),
		.episode = 1,
		.attempt = 1,
		.rule = rule,
		.rule_rev = "a81f03000000",
		.klass = "min",
		.shop = shop,
		.severity = "error",
		.automatic = number % 2 == 0,
	};

	a.body = arena_printf(arena, form, shop, shop, number, "1980", "2480", "2480", "1980", number);
	a.undo = arena_printf(arena, form, shop, shop, number, "2480", "1980", "1980", "2480", number);
	assert_int_equal(action_identify(a.action_id, a.rule, a.klass, span_of(a.body), a.episode), 0);
	return a;
}

static inline struct manifest *begin(const struct bench *b)
{
	struct error e = {0};
	struct manifest *m = manifest_begin(b->folder, &usual_header, &e);

	assert_non_null(m);
	return m;
}

static inline void add_many(
	struct bench *b, struct manifest *m, const char *rule, const char *shop, int first, int count)
{
	struct error e = {0};

	for (int i = first; i < first + count; i++) {
		struct action a = action_of(&b->arena, rule, shop, i);

		if (manifest_add(m, &a, &e) < 0)
			fail_msg("%s", e.message);
	}
}

static inline void guard(
	struct manifest *m, const char *rule, int64_t actions, int64_t per_shop, const char *percent, int64_t documents)
{
	manifest_guard_rule(m, rule,
		&(struct manifest_guard){.max_actions = actions, .max_per_shop = per_shop, .max_percent = percent},
		documents);
}

/* A written manifest of COUNT actions; its path is in the arena. */
static inline const char *written(struct bench *b, int count)
{
	struct manifest *m = begin(b);
	struct error e = {0};
	char path[512], sha256[65];

	guard(m, "price", 10000, 10000, "100", 330112);
	add_many(b, m, "price", "s1", 1, count);
	if (manifest_finish(m, path, sha256, &e) < 0)
		fail_msg("%s", e.message);
	manifest_free(m);
	return arena_strdup(&b->arena, path);
}

/* What manifest_check says; *FAULTS in the arena. */
static inline int checked(struct bench *b, const char *path, const char **faults)
{
	struct error e = {0};
	struct buf out;
	int result;

	buf_init(&out, LIMIT_MANIFEST_BYTES);
	result = manifest_check(path, &out, &e);
	*faults = arena_strdup(&b->arena, result < 0 ? e.message : buf_text(&out));
	buf_clear(&out);
	return result;
}

#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

#endif
