/* Rows of window rules as bytes: by group, what is known first, then documents by their time. */
#include "base/base.h"
#include "rule/window.h"

#include "base/pack.h"

void window_row_write(struct buf *out, const struct window_row *row)
{
	buf_add(out, row->digest.bytes, FINGERPRINT_BYTES);
	buf_addc(out, (char)row->side);
	pack_int(out, row->time);
	pack_text(out, row->document);
	pack_text(out, row->value);
	pack_text(out, row->key);
	pack_text(out, row->shop);
	if (row->side == SIDE_KNOWN) {
		pack_int(out, row->first);
		pack_int(out, row->changed);
		pack_text(out, row->before);
		return;
	}
	pack_int(out, row->last);
	pack_int(out, row->count);
	pack_int(out, row->matched);
	pack_int(out, row->numbers);
	pack_text(out, row->least);
	pack_text(out, row->most);
}

void window_row_read(struct window_row *row, struct span record)
{
	struct span rest = record;
	char side;

	*row = (struct window_row){0};
	unpack_bytes(row->digest.bytes, FINGERPRINT_BYTES, &rest);
	unpack_bytes(&side, 1, &rest);
	row->side = side == SIDE_KNOWN ? SIDE_KNOWN : SIDE_DOCUMENT;
	row->time = unpack_int(&rest);
	row->document = unpack_text(&rest);
	row->value = unpack_text(&rest);
	row->key = unpack_text(&rest);
	row->shop = unpack_text(&rest);
	if (row->side == SIDE_KNOWN) {
		row->first = unpack_int(&rest);
		row->changed = unpack_int(&rest);
		row->before = unpack_text(&rest);
		return;
	}
	row->last = unpack_int(&rest);
	row->count = unpack_int(&rest);
	row->matched = unpack_int(&rest);
	row->numbers = unpack_int(&rest);
	row->least = unpack_text(&rest);
	row->most = unpack_text(&rest);
}
