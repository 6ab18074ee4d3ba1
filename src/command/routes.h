/*
 * The verbs of `kenpin routes`, and how a route is named and described.
 */
#ifndef KENPIN_ROUTES_H
#define KENPIN_ROUTES_H

#include "base/buf.h"
#include "command/command.h"

extern const struct command routes_list, routes_explain;

/* What MATCH wants of LABEL ("shop"), as it is written; empty: anything. */
struct texts match_label(const struct match_config *match, const char *label);
/* "to log; one message for each rule, shop; names 10 findings" */
void route_describe(struct buf *out, const struct route_config *route);

#endif
