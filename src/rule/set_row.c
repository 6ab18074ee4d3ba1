/* Rows as bytes: sorted as they stand, so lengths are written with the high byte first. */
#include "base/base.h"
#include "rule/set.h"

#include "base/pack.h"

void set_row_write(struct buf *out, const struct set_row *row, size_t values)
{
	const int64_t numbers[] = {row->seq_no, row->primary_term, row->version};
	const struct span own[] = {row->shop, row->entity, row->entity_of_one, row->key, row->observed};

	buf_add(out, row->digest.bytes, FINGERPRINT_BYTES);
	buf_addc(out, (char)row->side);
	if (row->side == SIDE_TARGET && values == 0)
		return; /* that it is there is all there is to know */
	pack_text(out, row->document);
	pack_text(out, row->index);
	pack_text(out, row->id);
	for (size_t i = 0; i < values; i++) {
		buf_addc(out, (char)row->values[i].state);
		pack_text(out, row->values[i].text);
		pack_text(out, row->values[i].shown);
	}
	if (row->side == SIDE_TARGET)
		return;
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		pack_text(out, own[i]);
	buf_addc(out, row->key_cut);
	buf_addc(out, row->allowed);
	buf_add(out, numbers, sizeof(numbers));
}

void set_row_read(struct set_row *row, struct span record, size_t values)
{
	struct span rest = record;
	int64_t numbers[3];
	char byte;

	*row = (struct set_row){.seq_no = -1, .primary_term = -1, .version = -1};
	unpack_bytes(row->digest.bytes, FINGERPRINT_BYTES, &rest);
	unpack_bytes(&byte, 1, &rest);
	row->side = byte == SIDE_OWN ? SIDE_OWN : SIDE_TARGET;
	if (row->side == SIDE_TARGET && values == 0)
		return;
	row->document = unpack_text(&rest);
	row->index = unpack_text(&rest);
	row->id = unpack_text(&rest);
	for (size_t i = 0; i < values; i++) {
		unpack_bytes(&byte, 1, &rest);
		row->values[i].state = byte == SET_VALUE ? SET_VALUE : byte == SET_MISFIT ? SET_MISFIT : SET_NOTHING;
		row->values[i].text = unpack_text(&rest);
		row->values[i].shown = unpack_text(&rest);
	}
	if (row->side == SIDE_TARGET)
		return;
	row->shop = unpack_text(&rest);
	row->entity = unpack_text(&rest);
	row->entity_of_one = unpack_text(&rest);
	row->key = unpack_text(&rest);
	row->observed = unpack_text(&rest);
	unpack_bytes(&byte, 1, &rest);
	row->key_cut = byte != 0;
	unpack_bytes(&byte, 1, &rest);
	row->allowed = byte != 0;
	unpack_bytes(numbers, sizeof(numbers), &rest);
	row->seq_no = numbers[0];
	row->primary_term = numbers[1];
	row->version = numbers[2];
}
