/*
 * Signatures as botocore 1.44 makes them (and AWS's own C library, where both
 * were asked), for what libcurl's signer gets wrong too.
 */
#include "base/base.h"
#include "base/clock.h"
#include "base/limits.h"
#include "ext/sigv4.h"

#include <setjmp.h>
#include <cmocka.h>

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" /* of AWS's own documentation */

struct sample {
	const char *method, *url, *service, *header, *body, *token, *signature;
};
static const struct sample samples[] = {
	/* the documentation's example, and the plainest of its test suite */
	{"GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "iam",
		"Content-Type: application/x-www-form-urlencoded; charset=utf-8", "", NULL,
		"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
	{"GET", "https://example.amazonaws.com/", "service", NULL, "", NULL,
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	/* hosts: an empty path, the scheme's own port, another one */
	{"GET", "https://example.amazonaws.com", "service", NULL, "", NULL,
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	{"GET", "https://example.amazonaws.com:443/", "service", NULL, "", NULL,
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	{"GET", "http://127.0.0.1:5000/", "service", NULL, "", NULL,
		"386a0f0db97b3e579bff836c61c3a29f74c55b51677884ada6f9af0d46d09f6e"},
	/* queries: sorted by key, then by value; a key alone gets its "=" */
	{"GET", "https://example.amazonaws.com/?z=1&a=2", "service", NULL, "", NULL,
		"b6b0a7adad030250e2284c1bac2a89a2e7124a07dfec22e78b3407037ac741e3"},
	{"GET", "https://example.amazonaws.com/?a=2&a=1", "service", NULL, "", NULL,
		"fa3a6381870a5302796b5025765861497c5c928c6d15ae3e04751034cd035815"},
	{"GET", "https://example.amazonaws.com/?a-b=1&a=2", "service", NULL, "", NULL,
		"3195c10f6c70f9392a7764f6f83099349c32cf39a12222f775fca70b6227a5a4"},
	{"GET", "https://example.amazonaws.com/?v=&h=x", "service", NULL, "", NULL,
		"209403b8f03862ef6ec674042f98fc15c18464869d1728ea03759f498232a50c"},
	{"GET", "https://example.amazonaws.com/?v&h=x", "service", NULL, "", NULL,
		"209403b8f03862ef6ec674042f98fc15c18464869d1728ea03759f498232a50c"},
	/* paths: escapes are escaped again, raw bytes once, empty and dotted parts go */
	{"GET", "https://example.amazonaws.com/logs-*,metrics-*/_search", "es", NULL, "", NULL,
		"c8f6291a698462ee499a26d1f02657cb6f2b1149ac43b6cd75b54e57e0970dd5"},
	{"GET", "https://example.amazonaws.com/%3Clogs-%7Bnow%2Fd%7D%3E", "es", NULL, "", NULL,
		"faa5ef4e5ca72fe73e83f072ac7101060460b830cf29607f53f4f2816090263f"},
	{"GET", "https://example.amazonaws.com/i/_doc/a%20b%C3%A9", "es", NULL, "", NULL,
		"3a2726f71c0f71a1c29b88de7e072b32207cd3f5588a88e9c009d9392f06cccb"},
	{"GET", "https://example.amazonaws.com//a//b/./c/../d/", "service", NULL, "", NULL,
		"fc87438582477f9ca8c8209b32704e0e9f5b46786f0101a26c46e85478a0f14f"},
	{"PUT", "https://b.s3.amazonaws.com/a%20b/%2Ac", "s3", NULL, "x", NULL,
		"fe3df75d43300f508717ee4a787339df9df4c0607fdca52c02fa2f8cc8e09efe"},
	/* headers: inner spaces shrink; a body, a target and a session */
	{"GET", "https://example.amazonaws.com/", "service", "X-Amz-Meta:   a   b  c ", "", NULL,
		"f80426e08e02701ba1e6a801742b691f719c2a836756d8c1bceca61b8d71043b"},
	{"POST", "https://sqs.us-east-1.amazonaws.com/", "sqs", "Content-Type: application/x-amz-json-1.0", "{\"a\":1}",
		"TOKEN", "b690637f8b1243a81216c3c370e3acf13e298855b24f54a4ead6ad7a42fc05ad"},
};

static const char *const *sign(struct arena *arena, const struct sample *s, struct error *e)
{
	const char *headers[] = {s->header, NULL};
	struct sigv4_request request = {s->method, s->url, headers, span_of(s->body), "us-east-1", s->service, 0};
	struct sigv4_key key = {"AKIDEXAMPLE", SECRET, s->token};

	assert_int_equal(clock_parse(&request.at, SPAN_LITERAL("2015-08-30T12:36:00.789Z"), CLOCK_NO_ZONE), 0);
	return sigv4_headers(arena, &request, &key, e);
}

static const char *last(const char *const *headers)
{
	while (headers[1])
		headers++;
	return *headers;
}

static void signs_as_others_do(maybe_unused void **state)
{
	struct arena arena;
	struct error e = {0};

	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const char *const *headers = sign(&arena, &samples[i], &e);
		const char *signature;

		assert_non_null(headers);
		signature = strstr(last(headers), "Signature=");
		assert_non_null(signature);
		if (strcmp(signature + 10, samples[i].signature) != 0)
			print_message("          %s %s\n", samples[i].method, samples[i].url);
		assert_string_equal(signature + 10, samples[i].signature);
	}
	arena_clear(&arena);
}

static void says_what_must_be_sent(maybe_unused void **state)
{
	const struct sample s3 = {"GET", "https://b.s3.amazonaws.com/k", "s3", "If-None-Match: *", "", "T", NULL};
	struct arena arena;
	struct error e = {0};

	arena_init(&arena);
	const char *const *h = sign(&arena, &s3, &e);
	assert_string_equal(h[0], "If-None-Match: *");
	assert_string_equal(h[1], "X-Amz-Date: 20150830T123600Z");
	assert_string_equal(h[2], "X-Amz-Security-Token: T");
	assert_string_equal(
		h[3], "X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_non_null(strstr(h[4],
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, "
		"SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature="));
	assert_null(h[5]);
	arena_clear(&arena);
}

static void signs_nothing_in_part(maybe_unused void **state)
{
	struct arena arena;
	struct error e = {0};
	char *long_one = xasprintf("https://example.amazonaws.com/?%*s", LIMIT_SIGNED_BYTES, "q=x");

	arena_init(&arena);
	assert_null(sign(&arena, &(struct sample){"GET", long_one, "service", NULL, "", NULL, NULL}, &e));
	assert_non_null(strstr(e.message, "LIMIT_SIGNED_BYTES"));
	arena_clear(&arena);
	free(long_one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_as_others_do),
		cmocka_unit_test(says_what_must_be_sent),
		cmocka_unit_test(signs_nothing_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
