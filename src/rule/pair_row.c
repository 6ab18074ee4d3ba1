/* Rows of pair rules as bytes. */
#include "base/base.h"
#include "rule/pair.h"

#include "base/pack.h"

static void add_value(struct buf *out, const struct pair_value *v)
{
	buf_addc(out, (char)v->state);
	pack_text(out, v->json);
}

static void take_value(struct pair_value *v, struct span *rest)
{
	char byte;

	unpack_bytes(&byte, 1, rest);
	v->state = byte == PAIR_HELD     ? PAIR_HELD
		   : byte == PAIR_MISFIT ? PAIR_MISFIT
		   : byte == PAIR_NULL   ? PAIR_NULL
					 : PAIR_ABSENT;
	v->json = unpack_text(rest);
}

void pair_row_write(struct buf *out, const struct pair_row *row, size_t values)
{
	const int64_t numbers[] = {row->seq_no, row->primary_term, row->es_version, row->line, row->changed};

	pack_text(out, row->scope);
	buf_addc(out, (char)row->kind);
	pack_text(out, row->key);
	buf_addc(out, (char)row->side);
	pack_text(out, row->document);
	pack_text(out, row->index);
	pack_text(out, row->id);
	pack_text(out, row->shop);
	buf_add(out, numbers, sizeof(numbers));
	buf_addc(out, row->allowed);
	add_value(out, &row->version);
	for (size_t i = 0; i < values; i++)
		add_value(out, &row->values[i]);
}

void pair_row_read(struct pair_row *row, struct span record, size_t values)
{
	struct span rest = record;
	int64_t numbers[5];
	char byte;

	/* all but the values past VALUES, which nobody looks at: rows come by the million */
	row->scope = unpack_text(&rest);
	unpack_bytes(&byte, 1, &rest);
	row->kind = byte == PAIR_KEYED ? PAIR_KEYED : byte == PAIR_KEY_NULL ? PAIR_KEY_NULL : PAIR_KEY_BAD;
	row->key = unpack_text(&rest);
	unpack_bytes(&byte, 1, &rest);
	row->side = byte != 0;
	row->document = unpack_text(&rest);
	row->index = unpack_text(&rest);
	row->id = unpack_text(&rest);
	row->shop = unpack_text(&rest);
	unpack_bytes(numbers, sizeof(numbers), &rest);
	row->seq_no = numbers[0];
	row->primary_term = numbers[1];
	row->es_version = numbers[2];
	row->line = numbers[3];
	row->changed = numbers[4];
	unpack_bytes(&byte, 1, &rest);
	row->allowed = byte != 0;
	take_value(&row->version, &rest);
	for (size_t i = 0; i < values; i++)
		take_value(&row->values[i], &rest);
}
