/*
 * Rules and queries against the servers that they are for.
 */
#ifndef KENPIN_RULES_LIVE_H
#define KENPIN_RULES_LIVE_H

#include "command/command.h"

/* Asks every source of the rules' queries; what is wrong goes to the project's diagnostics, what is worth knowing to
 * NOTES, a line each. A source that cannot be asked is told once, on standard error: EXIT_INCOMPLETE. */
enum exit_code rules_live(struct loaded *l, struct command_context *c, struct buf *notes);

#endif
