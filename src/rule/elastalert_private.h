/*
 * Between the files that import rules of ElastAlert 2.
 */
#ifndef KENPIN_ELASTALERT_PRIVATE_H
#define KENPIN_ELASTALERT_PRIVATE_H

#include "config/scalar.h"
#include "rule/elastalert.h"

/* The value of KEY, or NULL. */
const struct yaml_node *elastalert_find(const struct elastalert *x, const char *key);
/* Notes what became of KEY, when it stands in the file. The first word stands. */
void elastalert_note(struct elastalert *x, enum elastalert_fate fate, const char *key, const char *format, ...)
	printf_like(4, 5);
/* No rule can be made; the first reason stands. */
void elastalert_refuse(struct elastalert *x, const char *format, ...) printf_like(2, 3);
/* The text of KEY noted as mapped to WHAT; n 0 and refused when it is needed and is not there, or is no scalar. */
struct span elastalert_text(struct elastalert *x, const char *key, const char *what, bool needed);
/* A period, {minutes: 5}, in ms and noted; FALLBACK when it is not there, -1 and refused when it cannot be read. */
int64_t elastalert_period(struct elastalert *x, const char *key, const char *what, int64_t fallback);
/* Adds MS as a file would say it. */
void elastalert_add_period(struct buf *out, int64_t ms);
/* Adds NODE as JSON; braces, which are holes of templates, are doubled. */
void elastalert_add_json(struct buf *out, const struct yaml_node *node);

/* What makes the rule: `check`, `hit` or `window` by the type (elastalert_kinds.c). */
void elastalert_kind(struct elastalert *x);
/* Receivers and a route for kenpin.yaml (elastalert_alerts.c). */
void elastalert_alerts(struct elastalert *x);
/* Accounts for each name and option that stands in maps of ALERT, the value of `alert`, into OUT; NULL: counts them
 * alone. Returns how many there are. */
size_t elastalert_nested(struct elastalert *x, struct elastalert_key *out, const struct yaml_node *alert);
/* Why a key became nothing (elastalert_keys.c). */
const char *elastalert_why(struct span key);

#endif
