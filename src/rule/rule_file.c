/*
 * What stands in a rule file: the option tables of all its blocks. They drive
 * the reader, help, manual and editor schema; what the values mean is no business of theirs.
 */
#include "base/base.h"
#include "rule/rule.h"

#include "base/limits.h"
#include "rule/compile.h"
#include "rule/pair.h"

#define MS_OF_A_MILLENNIUM (INT64_C(365250) * 86400000)
#define COUNT_MAX 1000000000

static const char *const mode_names[] = {"manual", "auto", NULL};
static const char *const expect_names[] = {"finding", "allowed", "clean", NULL};

/* ---- check ---- */

#define C(field) offsetof(struct compare_entry, field)
static const struct option compare_options[] = {
	{"field", OPTION_TEXT, C(field), .required = true, .help = "path of the other field"},
	{"op", OPTION_ENUM, C(op), .required = true, .values = compare_op_names,
		.help = "how this field must stand to the other"},
	{"as", OPTION_ENUM, C(as), "number", .values = compare_as_names, .help = "what both are compared as"},
};
static const struct option_block compare_block = {
	"compare",
	compare_options,
	ARRAY_LEN(compare_options),
	sizeof(struct compare_entry),
	C(node),
	.help = "compares the field with another one of the same document; for a[].x and a[].y within one element",
};

#define A(field) offsetof(struct age_entry, field)
static const struct option age_options[] = {
	{"min", OPTION_DURATION, A(min), .min = 0, .max = MS_OF_A_MILLENNIUM, .help = "at least so long before now"},
	{"max", OPTION_DURATION, A(max), .min = 0, .max = MS_OF_A_MILLENNIUM, .help = "at most so long before now"},
};
static const struct option_block age_block = {
	"age",
	age_options,
	ARRAY_LEN(age_options),
	sizeof(struct age_entry),
	A(node),
	.help = "now minus the instant that the field holds",
};

#define Z(field) offsetof(struct sum_entry, field)
static const struct option sum_options[] = {
	{"terms", OPTION_TEXTS, Z(terms), .required = true,
		.help = "fields, or products as lines[].price * lines[].quantity; \"- \" before one takes it away"},
	{"tolerance", OPTION_DECIMAL, Z(tolerance), .help = "how far they may be apart; default: not at all"},
};
static const struct option_block sum_block = {
	"equals_sum",
	sum_options,
	ARRAY_LEN(sum_options),
	sizeof(struct sum_entry),
	Z(node),
	.help = "exact arithmetic over the fields of one document",
};

#define E(field) offsetof(struct check_entry, field)
static const struct option check_options[] = {
	{"field", OPTION_TEXT, E(field), .required = true, .help = "path of the field: a.b, items[].sku"},
	{"required", OPTION_BOOL, E(required), .help = "the field must be there and not null"},
	{"type", OPTION_ENUM, E(type), .values = check_type_names, .help = "kind of value"},
	{"must_match", OPTION_TEXT, E(must_match), .help = "regex that must match (PCRE2, unanchored)"},
	{"must_not_match", OPTION_TEXT, E(must_not_match), .help = "regex that must not match"},
	{"min", OPTION_TEXT, E(min), .help = "least number, compared exactly, or earliest instant"},
	{"max", OPTION_TEXT, E(max), .help = "greatest number, or latest instant"},
	{"one_of", OPTION_TEXTS, E(one_of), .help = "the values that are right"},
	{"not_one_of", OPTION_TEXTS, E(not_one_of), .help = "values that are wrong"},
	{"min_chars", OPTION_INT, E(min_chars), .min = 0, .max = COUNT_MAX, .help = "least number of characters"},
	{"max_chars", OPTION_INT, E(max_chars), .min = 0, .max = COUNT_MAX, .help = "greatest number of characters"},
	{"format", OPTION_ENUM, E(format), .values = check_format_names, .help = "a well-known form of text"},
	{"compare", OPTION_BLOCK, E(compare), .block = &compare_block, .help = "with another field"},
	{"age", OPTION_BLOCK, E(age), .block = &age_block, .help = "how old the instant may be"},
	{"equals_sum", OPTION_BLOCK, E(equals_sum), .block = &sum_block, .help = "the sum of other fields"},
	{"ucp", OPTION_BOOL, E(ucp), .help = "\\w, \\d, \\b by Unicode; slower"},
	{"ignore_case", OPTION_BOOL, E(ignore_case), .help = "regexes of this entry in either case"},
	{"message", OPTION_TEXT, E(message), .help = "what the finding says, instead of words made from the check"},
	{"class", OPTION_NAME, E(klass), .help = "class of the findings, when the name of the check will not do"},
};
const struct option_block rule_check_block = {
	"check",
	check_options,
	ARRAY_LEN(check_options),
	sizeof(struct check_entry),
	E(node),
	.help = "every check of an entry must hold; the first that fails gives the finding",
};

/* ---- when, allow, hit ---- */

#define W(field) offsetof(struct condition_entry, field)
static const struct option when_options[] = {
	{"field", OPTION_TEXT, W(field), .required = true, .help = "path of the field"},
	{"equals", OPTION_TEXT, W(equals), .help = "a value is this"},
	{"not_equals", OPTION_TEXT, W(not_equals), .help = "no value is this (an absent field holds)"},
	{"one_of", OPTION_TEXTS, W(one_of), .help = "a value is one of these"},
	{"match", OPTION_TEXT, W(match), .help = "a value matches this regex"},
	{"exists", OPTION_BOOL, W(exists), .help = "true: there and not null; false: absent or null"},
	{"min", OPTION_TEXT, W(min), .help = "a value is at least this number or instant"},
	{"max", OPTION_TEXT, W(max), .help = "a value is at most this number or instant"},
	{"ucp", OPTION_BOOL, W(ucp), .help = "as in check"},
	{"ignore_case", OPTION_BOOL, W(ignore_case), .help = "as in check"},
};
const struct option_block rule_when_block = {
	"when",
	when_options,
	ARRAY_LEN(when_options),
	sizeof(struct condition_entry),
	W(node),
	.help = "which documents the rule looks at; of a list all must hold",
};

#define L(field) offsetof(struct allow_entry, field)
static const struct option allow_options[] = {
	{"field", OPTION_TEXT, L(field), .help = "path of the field whose failing value is allowed"},
	{"match", OPTION_TEXT, L(match), .help = "when it matches this regex"},
	{"equals", OPTION_TEXT, L(equals), .help = "when it is this"},
	{"one_of", OPTION_TEXTS, L(one_of), .help = "when it is one of these"},
	{"key", OPTION_TEXTS, L(key),
		.help = "documents with this key (s012/P-881; * and ? stand for anything): any check of theirs"},
	{"reason", OPTION_TEXT, L(reason), .required = true, .help = "why, and who said so"},
	{"until", OPTION_INSTANT, L(until), .help = "last day, or instant, on which it holds"},
	{"ucp", OPTION_BOOL, L(ucp), .help = "as in check"},
	{"ignore_case", OPTION_BOOL, L(ignore_case), .help = "as in check"},
};
const struct option_block rule_allow_block = {
	"allow",
	allow_options,
	ARRAY_LEN(allow_options),
	sizeof(struct allow_entry),
	L(node),
	.help = "exceptions: a failing value that is allowed is counted, and is no finding",
};

static const struct option hit_options[] = {
	{"message", OPTION_TEXT, offsetof(struct hit_entry, message), .required = true,
		.help = "what the finding says"},
};
const struct option_block rule_hit_block = {
	"hit",
	hit_options,
	ARRAY_LEN(hit_options),
	sizeof(struct hit_entry),
	offsetof(struct hit_entry, node),
	.help = "every document that the query returns is a finding",
};

/* ---- set ---- */

const char *const set_missing_names[] = {"finding", "clean", NULL};

#define P(field) offsetof(struct set_compare_entry, field)
static const struct option set_compare_options[] = {
	{"field", OPTION_TEXT, P(field), .required = true, .help = "path in the rule's own document"},
	{"op", OPTION_ENUM, P(op), .required = true, .values = compare_op_names,
		.help = "how it must stand to the other"},
	{"other", OPTION_TEXT, P(other), .required = true, .help = "path in the document that it refers to"},
	{"as", OPTION_ENUM, P(as), "number", .values = compare_as_names, .help = "what both are compared as"},
};
static const struct option_block set_compare_block = {
	"compare_other",
	set_compare_options,
	ARRAY_LEN(set_compare_options),
	sizeof(struct set_compare_entry),
	P(node),
	.help = "a field compared with one of the document referred to",
};

#define Q(field) offsetof(struct set_references_entry, field)
static const struct option references_options[] = {
	{"query", OPTION_NAME, Q(query), .required = true,
		.help = "saved query that must hold the document referred to"},
	{"on", OPTION_NODE, Q(on), .required = true, .help = "map of own field to field there: all must be equal"},
	{"missing", OPTION_ENUM, Q(missing), "finding", .values = set_missing_names,
		.help = "what a document that refers to none is; clean: another rule tells"},
	{"compare", OPTION_BLOCKS, Q(compare), .block = &set_compare_block,
		.help = "what must be true of the two; of several with that key one is enough"},
};
static const struct option_block references_block = {
	"references",
	references_options,
	ARRAY_LEN(references_options),
	sizeof(struct set_references_entry),
	Q(node),
	.help = "every document refers to one of another query",
};

#define J(field) offsetof(struct set_entry, field)
static const struct option set_options[] = {
	{"unique", OPTION_TEXTS, J(unique), .help = "fields that no two documents have alike"},
	{"references", OPTION_BLOCK, J(references), .block = &references_block,
		.help = "what must be in another query"},
	{"message", OPTION_TEXT, J(message), .help = "what the finding says, instead of words made from the check"},
};
const struct option_block rule_set_block = {
	"set",
	set_options,
	ARRAY_LEN(set_options),
	sizeof(struct set_entry),
	J(node),
	.help = "what must be true of all documents of the query together",
};

/* ---- recover ---- */

#define T(field) offsetof(struct recover_target, field)
static const struct option target_options[] = {
	{"system", OPTION_NAME, T(system),
		.help = "system that the executor knows by this name; default: the query's source"},
	{"store", OPTION_TEXT, T(store),
		.help = "index, table or bucket there; default: the document's index; {shop} is replaced"},
};
static const struct option_block target_block = {
	"target",
	target_options,
	ARRAY_LEN(target_options),
	sizeof(struct recover_target),
	T(node),
	.help = "what is to be corrected",
};
static const struct option source_options[] = {
	{"system", OPTION_NAME, T(system), .required = true, .help = "system that holds the truth"},
	{"store", OPTION_TEXT, T(store), .required = true, .help = "index, table or bucket there; {shop} is replaced"},
	{"path", OPTION_TEXT, T(path), .help = "field path there; default: the whole document"},
};
static const struct option_block source_block = {
	"source",
	source_options,
	ARRAY_LEN(source_options),
	sizeof(struct recover_target),
	T(node),
	.help = "where op copy reads the value again",
};

#define G(field) offsetof(struct recover_guard, field)
static const struct option guard_options[] = {
	{"max_actions", OPTION_INT, G(max_actions), .min = 1, .max = COUNT_MAX,
		.help = "actions of this rule in one manifest"},
	{"max_percent", OPTION_DECIMAL, G(max_percent), .help = "of the documents scanned"},
	{"max_per_shop", OPTION_INT, G(max_per_shop), .min = 1, .max = COUNT_MAX,
		.help = "actions of this rule in one shop"},
	{"canary", OPTION_INT, G(canary), .min = 0, .max = COUNT_MAX,
		.help = "actions of a new revision of this rule that go first; the rest waits until a scan has proven "
			"as many; 0: none; default 5 for mode auto, 0 for manual"},
	{"cool_down", OPTION_DURATION, G(cool_down), .min = 1000, .max = MS_OF_A_MILLENNIUM,
		.help = "wait before the next attempt on a key, doubled with each; default 15m"},
};
static const struct option_block guard_block = {
	"guard",
	guard_options,
	ARRAY_LEN(guard_options),
	sizeof(struct recover_guard),
	G(node),
	.help = "bounds; past one of them the whole manifest is refused",
};

#define R(field) offsetof(struct recover_entry, field)
static const struct option recover_options[] = {
	{"op", OPTION_ENUM, R(op), .required = true, .values = action_op_names, .help = "kind of correction"},
	{"mode", OPTION_ENUM, R(mode), "manual", .values = mode_names,
		.help = "auto: may be done without a person's word"},
	{"call", OPTION_NAME, R(call), .help = "name of the correction, for op call"},
	{"arguments", OPTION_NODE, R(arguments), .help = "map handed to it"},
	{"set", OPTION_NODE, R(set), .help = "map of field path to its new value, for patch and create"},
	{"remove", OPTION_TEXTS, R(remove), .help = "field paths to take away, for patch"},
	{"target", OPTION_BLOCK, R(target), .block = &target_block, .help = "what is to be corrected"},
	{"source", OPTION_BLOCK, R(source), .block = &source_block, .help = "where the truth is, for copy"},
	{"truth", OPTION_ENUM, R(truth), .values = pair_side_names,
		.help = "of a pair rule: the side that is right where versions do not tell"},
	{"auto", OPTION_TEXTS, R(automatic),
		.help = "of a pair rule: classes that may be corrected without a person's word"},
	{"guard", OPTION_BLOCK, R(guard), .block = &guard_block, .help = "how many at most"},
	{"expires", OPTION_DURATION, R(expires), .min = 1000, .max = MS_OF_A_MILLENNIUM,
		.help = "how long an action may wait; default 24h"},
};
const struct option_block rule_recover_block = {
	"recover",
	recover_options,
	ARRAY_LEN(recover_options),
	sizeof(struct recover_entry),
	R(node),
	.help = "the correction that is proposed for each finding; nothing is done by kenpin itself",
};

/* ---- tests ---- */

#define X(field) offsetof(struct test_entry, field)
static const struct option test_options[] = {
	{"name", OPTION_TEXT, X(name), .required = true, .help = "what the test shows"},
	{"doc", OPTION_NODE, X(doc), .help = "the document: a map, or JSON in a text; _id names it"},
	{"docs", OPTION_NODE, X(docs), .help = "list of documents, for a set or window rule"},
	{"others", OPTION_NODE, X(others), .help = "list of the documents that they may refer to"},
	{"left", OPTION_NODE, X(left), .help = "document of the left side, or a list of them, for a pair rule"},
	{"right", OPTION_NODE, X(right), .help = "document of the right side, or a list of them"},
	{"expect", OPTION_ENUM, X(expect), .required = true, .values = expect_names,
		.help = "what the rule must say of it"},
	{"class", OPTION_TEXT, X(klass), .help = "class of the finding"},
	{"field", OPTION_TEXT, X(field), .help = "field of the finding"},
	{"severity", OPTION_ENUM, X(severity), .values = severity_names, .help = "severity of the finding"},
	{"now", OPTION_INSTANT, X(now), .help = "the time it is in this test"},
};
const struct option_block rule_test_block = {
	"test",
	test_options,
	ARRAY_LEN(test_options),
	sizeof(struct test_entry),
	X(node),
	.help = "a document and what the rule must say of it",
};

/* ---- silence ---- */

#define S(field) offsetof(struct silence_entry, field)
static const struct option silence_options[] = {
	{"code", OPTION_ENUM, S(code), .required = true, .values = silence_code_names,
		.help = "the message: kenpin explain CODE tells what it means"},
	{"reason", OPTION_TEXT, S(reason), .required = true, .help = "why it is no matter here"},
};
const struct option_block rule_silence_block = {
	"silence",
	silence_options,
	ARRAY_LEN(silence_options),
	sizeof(struct silence_entry),
	S(node),
	.help = "messages of rules check that are known and accepted",
};

/* ---- rule, file ---- */

#define U(field) offsetof(struct rule_entry, field)
static const struct option rule_options[] = {
	{"id", OPTION_NAME, U(id), .required = true,
		.help = "stable and unique in the project: findings are known by it"},
	{"title", OPTION_TEXT, U(title), .required = true, .help = "what is wrong, in one line"},
	{"description", OPTION_TEXT, U(description), .help = "why it matters and what to do"},
	{"query", OPTION_NAME, U(query),
		.help = "saved query whose documents it looks at; a pair rule has one a side instead"},
	{"severity", OPTION_ENUM, U(severity), "warning", .values = severity_names, .help = "how bad it is"},
	{"open_after", OPTION_INT, U(open_after), "1", .min = 1, .max = LIMIT_LIFE_SCANS,
		.help = "complete scans in a row that must see it before it is told"},
	{"resolve_after", OPTION_INT, U(resolve_after), "1", .min = 1, .max = LIMIT_LIFE_SCANS,
		.help = "complete scans in a row that must not see it before it is over"},
	{"renotify", OPTION_DURATION, U(renotify), .min = 60000, .max = LIMIT_RENOTIFY_MS,
		.help = "say it again while it is there; the wait doubles up to 7 days"},
	{"flap_after", OPTION_INT, U(flap_after), .min = 2, .max = LIMIT_LIFE_SCANS,
		.help = "openings within flap_within that are too many: that it comes and goes is told once, and "
			"nothing more of it until it is calm"},
	{"flap_within", OPTION_DURATION, U(flap_within), "24h", .min = 60000, .max = LIMIT_FLAP_MS,
		.help = "in which openings are counted; calm is what was not opened for as long"},
	{"unless_open", OPTION_TEXTS, U(unless_open),
		.help = "rules: while one of their findings is there that agrees in the shop and in all fields that "
			"both keys have, this rule's are told to nobody"},
	{"tags", OPTION_TEXTS, U(tags), .help = "words for routes and filters"},
	{"zone", OPTION_TEXT, U(zone), .help = "offset of instants written without one: +09:00; default: the query's"},
	{"when", OPTION_NODE, U(when), .block = &rule_when_block,
		.help = "gate: one condition or a list, all must hold"},
	{"check", OPTION_BLOCKS, U(check), .block = &rule_check_block, .help = "what must be true of every document"},
	{"hit", OPTION_NODE, U(hit), .block = &rule_hit_block,
		.help = "true, or {message}: every document is a finding"},
	{"set", OPTION_BLOCK, U(set), .block = &rule_set_block, .help = "what must be true of all documents together"},
	{"pair", OPTION_BLOCK, U(pair), .block = &rule_pair_block, .help = "two sides that must agree"},
	{"window", OPTION_BLOCK, U(window), .block = &rule_window_block,
		.help = "what must not be in a window of time"},
	{"allow", OPTION_BLOCKS, U(allow), .block = &rule_allow_block, .help = "exceptions, each with its reason"},
	{"recover", OPTION_BLOCK, U(recover), .block = &rule_recover_block, .help = "the correction that is proposed"},
	{"silence", OPTION_BLOCKS, U(silence), .block = &rule_silence_block,
		.help = "messages of rules check that are known and accepted"},
	{"tests", OPTION_BLOCKS, U(tests), .block = &rule_test_block,
		.help = "documents and what the rule must say of them"},
};
const struct option_block rule_block = {
	"rule",
	rule_options,
	ARRAY_LEN(rule_options),
	sizeof(struct rule_entry),
	U(node),
	.help = "one thing that must not be, in the documents of one query",
};

#define F(field) offsetof(struct rule_file, field)
static const struct option file_options[] = {
	{"version", OPTION_INT, F(version), .required = true, .min = 1, .max = 1, .help = "of this format: 1"},
	{"rules", OPTION_BLOCKS, F(rules), .required = true, .block = &rule_block, .help = "the rules of this file"},
};
const struct option_block rule_file_block = {
	"rule file",
	file_options,
	ARRAY_LEN(file_options),
	sizeof(struct rule_file),
	F(node),
	.help = "a file below rules/",
};
