/* Signature Version 4, in the order of its documentation: canonical request, text to sign, signature. */
#include "base/base.h"
#include "ext/sigv4.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "ext/sha.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

struct parts {
	struct span host, path, query;
};

struct lines {
	const char **items;
	size_t count, capacity;
};

static void lines_add(struct lines *l, struct arena *arena, const char *line)
{
	l->items = arena_grow(arena, l->items, l->count, &l->capacity, sizeof(*l->items));
	l->items[l->count++] = line;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void lines_sort(struct lines *l)
{
	if (l->count > 1)
		qsort(l->items, l->count, sizeof(*l->items), by_text);
}

/* Of an address that http_do takes; without a fragment, which is never sent. */
static struct parts parts_of(const char *url)
{
	const char *scheme = strstr(url, "://"), *p = scheme ? scheme + 3 : url;
	struct parts parts = {0};
	const char *port = scheme && scheme - url == 5 ? ":443" : ":80";

	parts.host = (struct span){p, strcspn(p, "/?#")};
	p += parts.host.n;
	parts.path = (struct span){p, strcspn(p, "?#")};
	p += parts.path.n;
	if (*p == '?')
		parts.query = (struct span){p + 1, strcspn(p + 1, "#")};
	if (parts.host.n > strlen(port) && memcmp(parts.host.p + parts.host.n - strlen(port), port, strlen(port)) == 0)
		parts.host.n -= strlen(port);
	return parts;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* RFC 3986: all but the unreserved is escaped, in upper case. */
static void escape_byte(struct buf *out, char c)
{
	if (isalnum((unsigned char)c) || (c && strchr("-_.~", c)))
		buf_addc(out, c);
	else
		buf_addf(out, "%%%02X", (unsigned char)c);
}

/* Decodes, then escapes: however it was written, it comes out in one way. */
static void escape_anew(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		bool escaped = text.p[i] == '%' && i + 2 < text.n;
		int high = escaped ? hex_digit(text.p[i + 1]) : -1, low = escaped ? hex_digit(text.p[i + 2]) : -1;

		if (high >= 0 && low >= 0) {
			escape_byte(out, (char)(high * 16 + low));
			i += 2;
		} else {
			escape_byte(out, text.p[i]);
		}
	}
}

/* Without empty, "." and ".." parts (RFC 3986, 5.2.4). */
static void normalise(struct buf *out, struct span path)
{
	const char *p = path.p, *end = path.p + path.n;

	while (p < end) {
		struct span part;

		while (p < end && *p == '/')
			p++;
		part = (struct span){p, 0};
		while (p < end && *p != '/')
			p++;
		part.n = (size_t)(p - part.p);
		if (span_is(part, "..")) {
			while (out->len > 0 && out->data[--out->len] != '/')
				;
		} else if (part.n > 0 && !span_is(part, ".")) {
			buf_addc(out, '/');
			buf_add_span(out, part);
		}
	}
	if (out->len == 0 || path.p[path.n - 1] == '/')
		buf_addc(out, '/');
}

/* S3 takes a path as it is sent; every other service normalises that and escapes it once more. */
static void canonical_path(struct buf *out, struct span path, bool s3)
{
	struct buf clean;

	if (path.n == 0)
		path = SPAN_LITERAL("/");
	if (s3) {
		buf_add_span(out, path);
		return;
	}
	buf_init(&clean, LIMIT_SIGNED_BYTES);
	normalise(&clean, path);
	for (size_t i = 0; i < clean.len; i++) {
		if (clean.data[i] == '/')
			buf_addc(out, '/');
		else
			escape_byte(out, clean.data[i]);
	}
	buf_clear(&clean);
}

/* One parameter as text that sorts by key, then by value: a key holds no byte below '!' once it is escaped. */
static const char *parameter(struct arena *arena, struct span text)
{
	struct span key = {text.p, 0};
	struct buf out;

	while (key.n < text.n && key.p[key.n] != '=')
		key.n++;
	buf_init(&out, LIMIT_SIGNED_BYTES);
	escape_anew(&out, key);
	buf_addc(&out, '\x01');
	if (key.n < text.n)
		escape_anew(&out, (struct span){key.p + key.n + 1, text.n - key.n - 1});
	char *copy = arena_strdup(arena, buf_text(&out));
	buf_clear(&out);
	return copy;
}

static void canonical_query(struct buf *out, struct arena *arena, struct span query)
{
	struct lines list = {0};

	for (size_t at = 0; at < query.n;) {
		struct span one = {query.p + at, 0};

		while (at + one.n < query.n && one.p[one.n] != '&')
			one.n++;
		if (one.n > 0)
			lines_add(&list, arena, parameter(arena, one));
		at += one.n + 1;
	}
	lines_sort(&list);
	for (size_t i = 0; i < list.count; i++) {
		size_t key = strcspn(list.items[i], "\x01");

		buf_addf(out, "%s%.*s=%s", i ? "&" : "", (int)key, list.items[i], list.items[i] + key + 1);
	}
}

/* "Name:  a   b " as "name:a b"; NULL when it is not signed: proxies may change what is neither x-amz-* nor these. */
static const char *canonical_header(struct arena *arena, const char *line)
{
	const char *colon = strchr(line, ':');
	struct buf out;
	char *copy;

	buf_init(&out, LIMIT_SIGNED_BYTES);
	for (const char *p = line; p < colon; p++)
		buf_addc(&out, (char)tolower((unsigned char)*p));
	if (strcmp(buf_text(&out), "host") != 0 && strcmp(buf_text(&out), "content-type") != 0 &&
		strncmp(buf_text(&out), "x-amz-", 6) != 0) {
		buf_clear(&out);
		return NULL;
	}
	buf_addc(&out, ':');
	for (const char *p = colon + 1 + strspn(colon + 1, " "); *p; p++)
		if (*p != ' ' || (p[1] != ' ' && p[1] != '\0'))
			buf_addc(&out, *p);
	copy = arena_strdup(arena, buf_text(&out));
	buf_clear(&out);
	return copy;
}

/* The canonical headers go to OUT, their names to NAMES. */
static void canonical_headers(
	struct buf *out, struct buf *names, struct arena *arena, struct span host, const char *const *headers)
{
	struct lines list = {0};

	lines_add(&list, arena, arena_printf(arena, "host:%.*s", SPAN_ARG(host)));
	for (; *headers; headers++) {
		const char *line = canonical_header(arena, *headers);

		if (line)
			lines_add(&list, arena, line);
	}
	lines_sort(&list);
	for (size_t i = 0; i < list.count; i++) {
		buf_addf(out, "%s\n", list.items[i]);
		buf_addf(names, "%s%.*s", i ? ";" : "", (int)strcspn(list.items[i], ":"), list.items[i]);
	}
}

static void signature_of(
	char hex[SHA_HEX], const struct sigv4_request *r, const char *secret, const char *day, struct span text)
{
	struct buf first;
	unsigned char digest[SHA_BYTES];
	const struct span steps[] = {
		span_of(day), span_of(r->region), span_of(r->service), SPAN_LITERAL("aws4_request"), text};

	buf_init(&first, LIMIT_SIGNED_BYTES);
	buf_addf(&first, "AWS4%s", secret);
	sha_hmac(digest, buf_span(&first), steps[0]);
	buf_clear(&first);
	for (size_t i = 1; i < ARRAY_LEN(steps); i++) {
		unsigned char key[SHA_BYTES];

		memcpy(key, digest, sizeof(key));
		sha_hmac(digest, (struct span){(const char *)key, sizeof(key)}, steps[i]);
	}
	str_hex(hex, digest, SHA_BYTES);
}

/* "20150830T123600Z" */
static void basic_time(char out[17], int64_t at)
{
	char text[32];
	size_t n = 0;

	clock_text(text, at - at % 1000);
	for (const char *p = text; *p && n < 16; p++)
		if (*p != '-' && *p != ':')
			out[n++] = *p;
	out[n] = '\0';
}

/* What is sent, but for the authorization. */
static struct lines headers_of(struct arena *arena, const struct sigv4_request *r, const struct sigv4_key *key,
	const char *time, const char *hash)
{
	struct lines list = {0};

	for (const char *const *h = r->headers; h && *h; h++)
		lines_add(&list, arena, *h);
	lines_add(&list, arena, arena_printf(arena, "X-Amz-Date: %s", time));
	if (key->token)
		lines_add(&list, arena, arena_printf(arena, "X-Amz-Security-Token: %s", key->token));
	if (strcmp(r->service, "s3") == 0 || strcmp(r->service, "aoss") == 0)
		lines_add(&list, arena, arena_printf(arena, "X-Amz-Content-Sha256: %s", hash));
	lines_add(&list, arena, NULL);
	return list;
}

const char *const *sigv4_headers(
	struct arena *arena, const struct sigv4_request *r, const struct sigv4_key *key, struct error *e)
{
	struct parts parts = parts_of(r->url);
	struct buf canonical, names;
	char hash[SHA_HEX], signature[SHA_HEX], time[17], day[9];
	bool over;

	basic_time(time, r->at);
	snprintf(day, sizeof(day), "%.8s", time);
	sha_hex_of(hash, r->body);
	struct lines list = headers_of(arena, r, key, time, hash);

	buf_init(&canonical, LIMIT_SIGNED_BYTES);
	buf_init(&names, LIMIT_SIGNED_BYTES);
	buf_addf(&canonical, "%s\n", r->method);
	canonical_path(&canonical, parts.path, strcmp(r->service, "s3") == 0);
	buf_addc(&canonical, '\n');
	canonical_query(&canonical, arena, parts.query);
	buf_addc(&canonical, '\n');
	canonical_headers(&canonical, &names, arena, parts.host, list.items);
	buf_addf(&canonical, "\n%s\n%s", buf_text(&names), hash);
	sha_hex_of(hash, buf_span(&canonical));
	const char *scope = arena_printf(arena, "%s/%s/%s/aws4_request", day, r->region, r->service);
	signature_of(signature, r, key->secret, day,
		span_of(arena_printf(arena, "%s\n%s\n%s\n%s", ALGORITHM, time, scope, hash)));
	list.items[list.count - 1] =
		arena_printf(arena, "Authorization: %s Credential=%s/%s, SignedHeaders=%s, Signature=%s", ALGORITHM,
			key->id, scope, buf_text(&names), signature);
	lines_add(&list, arena, NULL);
	over = buf_over(&canonical) || buf_over(&names);
	buf_clear(&names);
	buf_clear(&canonical);
	if (over) {
		error_set(e, ERROR_OWED,
			"an address and headers of more than %d bytes cannot be signed (LIMIT_SIGNED_BYTES)",
			LIMIT_SIGNED_BYTES);
		return NULL;
	}
	return list.items;
}
