/*
 * The kinds of check, private to this room. A kind is one file (or shares one
 * with its close family) that ends in a const struct check_ops; to add one:
 * write it, declare it below, add its row to check_kinds in checks.c, its key
 * to struct check_entry and to the option table in rule_file.c. A check sees
 * one value and says whether it holds; it must not know rules, keys or findings.
 *
 * What a value means to a check (doc/values.md tells the same to users):
 *
 *   value           required  regex checks     min, max, compare  chars, format  one_of      type     age
 *   absent, null    fails     hold             hold               hold           hold        holds    holds
 *   text            holds     looked at        "type" (1)         looked at      looked at   by kind  instant
 *   empty text      holds     looked at        "type" (1)         looked at      looked at   text     "type"
 *   number          holds     as written       exact              "type"         exact       by kind  epoch
 *   bool            holds     as written       "type"             "type"         as written  bool     "type"
 *   list, map (2)   holds     "type"           "type"             "type"         "type"      by kind  "type"
 *
 * "type": a finding of class `type`, whatever the check is. (1) A text that holds a decimal number is looked at when
 * the entry says `type: decimal`; min, max and compare by instants look at texts too. (2) At a plain path; a[].b checks
 * every element by itself, an element without b is absent, and an empty list holds everything, `required` too.
 */
#ifndef KENPIN_CHECK_H
#define KENPIN_CHECK_H

#include "config/project.h"
#include "model/doc.h"

struct compiler;
struct eval;

/* One entry of `check:` as the option table reads it. Which kinds it holds is told by the keys of its node. */
struct compare_entry {
	const struct yaml_node *node;
	const char *field;
	int op; /* enum compare_op */
	int as; /* enum compare_as */
};
struct age_entry {
	const struct yaml_node *node;
	int64_t min, max; /* ms */
};
struct sum_entry {
	const struct yaml_node *node;
	struct texts terms;
	const char *tolerance;
};
struct check_entry {
	const struct yaml_node *node;
	const char *field, *message, *klass;
	bool ucp, ignore_case;
	const char *must_match, *must_not_match, *min, *max;
	bool required;
	int type;   /* enum check_type */
	int format; /* row of check_formats */
	struct texts one_of, not_one_of;
	int64_t min_chars, max_chars;
	struct compare_entry *compare;
	struct age_entry *age;
	struct sum_entry *equals_sum;
};

enum check_type { TYPE_TEXT, TYPE_NUMBER, TYPE_INTEGER, TYPE_DECIMAL, TYPE_BOOL, TYPE_LIST, TYPE_MAP, TYPE_INSTANT };
extern const char *const check_type_names[];
enum compare_op { COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_NE, COMPARE_GE, COMPARE_GT };
extern const char *const compare_op_names[], *const compare_broken_words[];
bool compare_holds(enum compare_op op, int order); /* order: below 0, 0, above */
enum compare_as { COMPARE_NUMBER, COMPARE_TEXT, COMPARE_INSTANT };
extern const char *const compare_as_names[];

enum check_outcome {
	CHECK_HOLDS,
	CHECK_FAILS,
	CHECK_TYPE,  /* the value has a type that the check cannot judge */
	CHECK_ERROR, /* a limit was hit: eval->trouble says which */
};

struct check {
	const struct check_ops *ops;
	const void *param; /* of the kind */
	const char *klass; /* of the findings that it gives */
	const char *wants; /* type that it needs, for messages: "a number" */
};

struct check_ops {
	const char *name; /* key in the entry and class of the findings */
	bool on_nothing;  /* runs on absent and null values too */
	/* Called when the entry has the key. False: nothing to check, or a fault that was reported. */
	bool (*compile)(struct check *c, const struct check_entry *entry, struct compiler *k);
	enum check_outcome (*run)(const struct check *c, struct eval *e, const struct value *v);
	/* Goes on after the value: "does not match ^[0-9]+$". */
	void (*say)(struct buf *out, const struct check *c, struct eval *e, const struct value *v);
	/* The same about a wrong type that is not the value's own; false: it is. May be NULL. */
	bool (*say_type)(struct buf *out, const struct check *c, struct eval *e, const struct value *v);
	const char *explain; /* one sentence for people */
};

extern const struct check_ops check_required, check_type, check_must_match, check_must_not_match, check_min, check_max,
	check_one_of, check_not_one_of, check_min_chars, check_max_chars, check_format, check_compare, check_age,
	check_equals_sum;
/* All kinds, in the order in which one entry runs them. */
extern const struct check_ops *const check_kinds[];
#define CHECK_KIND_COUNT 14

/* The entry has a type, and it is one that there is. */
bool check_typed(const struct check_entry *entry);

/* One compiled entry. */
struct rule_check {
	const struct yaml_node *node;
	const char *field;
	int slot;
	bool on_nothing; /* some check runs on absent and null */
	const struct check *checks;
	size_t count;
	const char *type_klass; /* class of findings about a wrong type */
	const char *message;    /* of the rule's author; NULL: made here */
};

/* Compiles ENTRY. False when there was a fault, which was reported. */
bool check_compile(struct rule_check *out, const struct check_entry *entry, struct compiler *k);
/* Names the classes of a rule's checks: that of the entry's `class`, or the check's name when only one field of the
 * rule can fail by it, or else name:field. Entries of one class on one document are one finding: the first that fails
 * tells. */
void check_classes(
	struct rule_check *checks, const struct check_entry *const *entries, size_t count, struct arena *arena);

/* A literal that a file gives, compared with a value: text by bytes, numbers exactly, bools as written. */
struct literal {
	struct span text;
	bool number;
};
struct literals {
	const struct literal *items; /* sorted by bytes */
	size_t count;
	bool numbers; /* some are numbers */
};
struct literals literals_make(const struct texts *texts, struct compiler *k);
bool literals_hold(const struct literals *l, struct eval *e, const struct value *v);

/* Formats: NULL-terminated names, and the judgements of texts that stand in files of their own. */
extern const char *const check_format_names[];
bool check_format_holds(int format, struct span text);
bool gs1_valid(struct span digits); /* check digit of a GTIN of any length */
bool isbn_valid(struct span text);
bool luhn_valid(struct span digits);
bool email_valid(struct span text);
bool url_valid(struct span text);
bool iso_date_valid(struct span text);
bool iso_datetime_valid(struct span text);
bool phone_jp_valid(struct span text);
bool prefecture_jp_valid(struct span text);

/* A number to compare: the text of V when it is one (or a text that holds one, with DECIMAL_TEXT); SPAN_NONE otherwise.
 */
struct span check_number(struct eval *e, const struct value *v, bool decimal_text);

#endif
