/*
 * One line of an NDJSON file as a document: a plain document, a search hit
 * ({"_index":..,"_id":..,"_source":{..}}), or, in a bulk file, an {"index":{..}} line and
 * the document behind it. Told apart line by line. Pure: it sees text only.
 */
#ifndef KENPIN_NDJSON_LINE_H
#define KENPIN_NDJSON_LINE_H

#include "source/hits.h"

struct line_reader {
	struct arena *page;    /* for decoded text */
	struct span index, id; /* of the action before this line */
	bool in_bulk;          /* the line before was an action */
	bool pass_over;        /* it was an update: what follows is no whole document */
};

enum line_kind {
	LINE_DOCUMENT,
	LINE_NOTHING, /* an action, or what belongs to an update */
	LINE_BROKEN,  /* hit->why and hit->at say what and where */
};

/* Reads LINE (valid UTF-8, padding behind it) into DOC; HIT gets the identity that the line or the action gives.
 * OWN_ID: a plain document may hold an _id itself. */
enum line_kind line_read(
	struct line_reader *r, struct span line, bool own_id, struct doc *doc, struct hit *hit) must_check;

/* Whether LINE is neither hit nor action: a plain document, or nothing at all. */
bool line_is_plain(struct span line);

#endif
