/* The words that bodies of actions are made of. */
#include "base/base.h"
#include "rule/action_text.h"

void action_write_op(struct jsonout *out, const char *op, const char *pointer, struct span value)
{
	jsonout_open(out, '{');
	jsonout_pair(out, "op", op);
	jsonout_pair(out, "path", pointer);
	if (value.n)
		jsonout_pair_raw(out, "value", value);
	jsonout_close(out, '}');
}

void action_write_check(struct jsonout *out, const char *check)
{
	jsonout_open(out, '{');
	jsonout_pair(out, "check", check);
}

void action_write_state(struct jsonout *out, const char *pointer, struct span value)
{
	action_write_check(out, value.n ? "equals" : "absent");
	jsonout_pair(out, "path", pointer);
	if (value.n)
		jsonout_pair_raw(out, "value", value);
	jsonout_close(out, '}');
}

void action_write_seq_no(struct jsonout *out, int64_t seq_no, int64_t primary_term)
{
	if (seq_no < 0)
		return;
	action_write_check(out, "seq_no");
	jsonout_pair_int(out, "seq_no", seq_no);
	jsonout_pair_int(out, "primary_term", primary_term);
	jsonout_close(out, '}');
}
