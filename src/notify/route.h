/*
 * Which receivers hear of a finding, and in which group.
 */
#ifndef KENPIN_ROUTE_H
#define KENPIN_ROUTE_H

#include "notify/notify.h"

int routes_visit(const struct blocks *routes, const struct finding *f, notify_route *visit, void *arg,
	struct error *e) must_check;

#endif
