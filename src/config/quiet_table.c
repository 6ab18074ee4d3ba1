/*
 * Quiet hours of a route as kenpin.yaml has them. It must not know what is held
 * back.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/clock.h"
#include "base/zone.h"

/* As clock days count: 1970-01-01 was a Thursday. */
static const char *const day_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};
#define ALL_DAYS 0x7fu

#define Q(field) offsetof(struct quiet_config, field)
static const struct option quiet_options[] = {
	{"from", OPTION_TEXT, Q(from), .required = true, .help = "when it begins, by the clocks of the zone: 22:00"},
	{"to", OPTION_TEXT, Q(to), .required = true,
		.help = "when it ends; not after `from`: on the next day; the same: a whole day"},
	{"zone", OPTION_TEXT, Q(zone_name), .required = true, .help = "Asia/Tokyo, UTC, or an offset: +09:00"},
	{"days", OPTION_TEXTS, Q(days),
		.help = "sun, mon, tue, wed, thu, fri, sat: on which it begins; every day when left out"},
	{"except", OPTION_TEXTS, Q(except), .help = "severities that are told all the same"},
};

static bool read_time(int64_t *ms, const char *text)
{
	char whole[32];
	int64_t at;

	if (strlen(text) != 5 || snprintf(whole, sizeof(whole), "1970-01-01T%s:00Z", text) != 20 ||
		clock_parse(&at, span_of(whole), 0) < 0)
		return false;
	*ms = at;
	return true;
}

static void check_time(
	struct option_reader *r, const struct yaml_node *node, const char *key, const char *text, int64_t *ms)
{
	if (text && !read_time(ms, text))
		diag_error(r->diags, "E0202", r->file, option_node(node, key),
			"\"%s\" is a time of day, from 00:00 to 23:59, not \"%s\"", key, text);
}

static unsigned bits_of(const struct texts *texts, const char *const *names)
{
	unsigned bits = 0;

	for (size_t i = 0; i < texts->count; i++)
		for (unsigned k = 0; names[k]; k++)
			if (strcmp(texts->items[i], names[k]) == 0)
				bits |= 1u << k;
	return bits;
}

static void finish_quiet(void *block, struct option_reader *r, const struct yaml_node *node)
{
	struct quiet_config *q = block;
	struct error e = {0};
	struct diag *d;

	check_time(r, node, "from", q->from, &q->from_ms);
	check_time(r, node, "to", q->to, &q->to_ms);
	check_entries(r, node, "days", &q->days, "E0202", day_names);
	check_entries(r, node, "except", &q->except, "E0202", severity_names);
	q->day_bits = q->days.count ? bits_of(&q->days, day_names) : ALL_DAYS;
	q->except_bits = bits_of(&q->except, severity_names);
	if (q->zone_name && !(q->zone = zone_read(r->arena, q->zone_name, &e))) {
		d = diag_error(r->diags, "E0202", r->file, option_node(node, "zone"), "%s", e.message);
		diag_help(r->diags, d, "a name as in Asia/Tokyo (package tzdata has them), UTC, or an offset: +09:00");
	}
	if (q->from && q->to && strcmp(q->from, q->to) == 0 && q->day_bits == ALL_DAYS) {
		d = diag_error(r->diags, "E0202", r->file, option_node(node, "to"),
			"quiet hours without an end: the whole of every day");
		diag_help(r->diags, d, "name `days`, or tell nobody by \"receivers: nobody\"");
	}
}

const struct option_block quiet_block = {
	"quiet",
	quiet_options,
	ARRAY_LEN(quiet_options),
	sizeof(struct quiet_config),
	Q(node),
	.help = "hours in which messages are kept, to be told together when they are over",
	.finish = finish_quiet,
};

void read_quiet(struct option_reader *r, struct route_config *route)
{
	const struct yaml_node *node = route->quiet_node;
	size_t count = node && node->kind == YAML_LIST ? node->count : node != NULL;

	route->quiet.items = arena_zalloc(r->arena, (count + 1) * sizeof(*route->quiet.items));
	for (size_t i = 0; i < count; i++) {
		struct quiet_config *q = option_read(r, &quiet_block, node->kind == YAML_LIST ? node->items[i] : node);

		if (q && q->zone)
			route->quiet.items[route->quiet.count++] = q;
	}
}
