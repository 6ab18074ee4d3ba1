/*
 * SHA-256 against the examples of FIPS 180-4 and NIST's long message.
 */
#include "base/base.h"
#include "base/str.h"
#include "ext/sha.h"

#include <setjmp.h>
#include <cmocka.h>

static void knows_the_published_digests(maybe_unused void **state)
{
	static const struct {
		const char *text, *hex;
	} rows[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char hex[SHA_HEX];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sha_hex_of(hex, span_of(rows[i].text));
		assert_string_equal(hex, rows[i].hex);
	}
	sha_hex_of(hex, SPAN_NONE);
	assert_string_equal(hex, rows[0].hex);
}

static void adds_in_pieces(maybe_unused void **state)
{
	unsigned char digest[SHA_BYTES], whole[SHA_BYTES];
	char hex[SHA_HEX], block[1000];
	struct sha *s = sha_new();

	memset(block, 'a', sizeof(block));
	for (int i = 0; i < 1000; i++)
		sha_add(s, block, sizeof(block));
	sha_end(s, digest);
	str_hex(hex, digest, SHA_BYTES);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	sha_reset(s);
	sha_add(s, "a", 1);
	sha_add(s, NULL, 0);
	sha_add(s, "bc", 2);
	sha_end(s, digest);
	sha_of(whole, SPAN_LITERAL("abc"));
	assert_memory_equal(digest, whole, SHA_BYTES);
	sha_free(s);
	sha_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_published_digests),
		cmocka_unit_test(adds_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
