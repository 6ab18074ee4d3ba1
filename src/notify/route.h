/*
 * Which receivers hear of a finding, and in which group.
 */
#ifndef KENPIN_ROUTE_H
#define KENPIN_ROUTE_H

#include "notify/notify.h"

/* As notify_routes, notify_routes_walk and notify_route_to, which say more. */
int routes_visit(const struct blocks *routes, const struct finding *f, notify_route *visit, void *arg,
	struct error *e) must_check;
int routes_walk(const struct blocks *routes, const struct finding *f, route_visit_step *visit, void *arg,
	struct error *e) must_check;
const struct route_config *routes_find(const struct blocks *routes, const struct finding *f, const char *receiver);

#endif
