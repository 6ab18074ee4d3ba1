/* Rows as bytes: sorted as they stand, so lengths are written with the high byte first. */
#include "base/base.h"
#include "rule/set.h"

#define LENGTH_BYTES 4

void row_add_text(struct buf *out, struct span text)
{
	const char length[LENGTH_BYTES] = {(char)(text.n >> 24 & 255), (char)(text.n >> 16 & 255),
		(char)(text.n >> 8 & 255), (char)(text.n & 255)};

	buf_add(out, length, LENGTH_BYTES);
	buf_add_span(out, text);
}

struct span row_take_text(struct span *rest)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	struct span text = {rest->p + LENGTH_BYTES, (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]};

	*rest = (struct span){text.p + text.n, rest->n - LENGTH_BYTES - text.n};
	return text;
}

void row_take_bytes(void *out, size_t n, struct span *rest)
{
	memcpy(out, rest->p, n);
	*rest = (struct span){rest->p + n, rest->n - n};
}

void set_row_write(struct buf *out, const struct set_row *row, size_t values)
{
	const int64_t numbers[] = {row->seq_no, row->primary_term, row->version};
	const struct span own[] = {row->shop, row->entity, row->entity_of_one, row->key};

	buf_add(out, row->digest.bytes, FINGERPRINT_BYTES);
	buf_addc(out, (char)row->side);
	if (row->side == SIDE_TARGET && values == 0)
		return; /* that it is there is all there is to know */
	row_add_text(out, row->document);
	row_add_text(out, row->index);
	row_add_text(out, row->id);
	for (size_t i = 0; i < values; i++) {
		buf_addc(out, (char)row->values[i].state);
		row_add_text(out, row->values[i].text);
		row_add_text(out, row->values[i].shown);
	}
	if (row->side == SIDE_TARGET)
		return;
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		row_add_text(out, own[i]);
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
	row_take_bytes(row->digest.bytes, FINGERPRINT_BYTES, &rest);
	row_take_bytes(&byte, 1, &rest);
	row->side = byte == SIDE_OWN ? SIDE_OWN : SIDE_TARGET;
	if (row->side == SIDE_TARGET && values == 0)
		return;
	row->document = row_take_text(&rest);
	row->index = row_take_text(&rest);
	row->id = row_take_text(&rest);
	for (size_t i = 0; i < values; i++) {
		row_take_bytes(&byte, 1, &rest);
		row->values[i].state = byte == SET_VALUE ? SET_VALUE : byte == SET_MISFIT ? SET_MISFIT : SET_NOTHING;
		row->values[i].text = row_take_text(&rest);
		row->values[i].shown = row_take_text(&rest);
	}
	if (row->side == SIDE_TARGET)
		return;
	row->shop = row_take_text(&rest);
	row->entity = row_take_text(&rest);
	row->entity_of_one = row_take_text(&rest);
	row->key = row_take_text(&rest);
	row_take_bytes(&byte, 1, &rest);
	row->key_cut = byte != 0;
	row_take_bytes(&byte, 1, &rest);
	row->allowed = byte != 0;
	row_take_bytes(numbers, sizeof(numbers), &rest);
	row->seq_no = numbers[0];
	row->primary_term = numbers[1];
	row->version = numbers[2];
}
