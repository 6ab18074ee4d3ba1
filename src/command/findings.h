/*
 * The verbs of `kenpin findings`: commands of their own with their own options.
 */
#ifndef KENPIN_FINDINGS_H
#define KENPIN_FINDINGS_H

#include "command/command.h"

extern const struct command findings_list, findings_export, findings_show, findings_history, findings_ack,
	findings_unack, findings_note, findings_resolve;

int findings_print_json(const struct finding *f);      /* 0 */
int findings_unknown(const char *id, struct error *e); /* -1 */

#endif
