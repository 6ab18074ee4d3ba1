/*
 * The words that bodies of actions are made of, private to this room.
 */
#ifndef KENPIN_ACTION_TEXT_H
#define KENPIN_ACTION_TEXT_H

#include "base/jsonout.h"
#include "base/limits.h"

#define ACTION_LINE_MARGIN 4096 /* of a manifest line: what stands around the body */

/* {"op":OP,"path":POINTER,"value":VALUE}; VALUE n 0: without one. */
void action_write_op(struct jsonout *out, const char *op, const char *pointer, struct span value);
/* {"check":CHECK and whatever the caller adds before it closes the object. */
void action_write_check(struct jsonout *out, const char *check);
/* That VALUE stands at POINTER; n 0: that nothing does. */
void action_write_state(struct jsonout *out, const char *pointer, struct span value);
/* That the document was not written to since it was read; nothing when SEQ_NO is not known. */
void action_write_seq_no(struct jsonout *out, int64_t seq_no, int64_t primary_term);

#endif
