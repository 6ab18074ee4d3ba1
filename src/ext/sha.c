/* SHA-256, by OpenSSL's libcrypto. */
#include "base/base.h"
#include "ext/sha.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/str.h"

struct sha {
	EVP_MD_CTX *context;
};

/* libcrypto fails here only when memory is out. */
static void need(int ok)
{
	if (ok != 1) {
		fputs("kenpin: error: out of memory\n", stderr);
		_Exit(2);
	}
}

struct sha *sha_new(void)
{
	struct sha *s = xcalloc(1, sizeof(*s));

	s->context = EVP_MD_CTX_new();
	need(s->context != NULL);
	sha_reset(s);
	return s;
}

void sha_free(struct sha *s)
{
	if (s == NULL)
		return;
	EVP_MD_CTX_free(s->context);
	free(s);
}

void sha_reset(struct sha *s)
{
	need(EVP_DigestInit_ex(s->context, EVP_sha256(), NULL));
}

void sha_add(struct sha *s, const void *data, size_t len)
{
	need(EVP_DigestUpdate(s->context, data, len));
}

void sha_end(struct sha *s, unsigned char digest[SHA_BYTES])
{
	need(EVP_DigestFinal_ex(s->context, digest, NULL));
}

void sha_of(unsigned char digest[SHA_BYTES], struct span text)
{
	need(EVP_Digest(text.p ? text.p : "", text.n, digest, NULL, EVP_sha256(), NULL));
}

void sha_hex_of(char hex[SHA_HEX], struct span text)
{
	unsigned char digest[SHA_BYTES];

	sha_of(digest, text);
	str_hex(hex, digest, SHA_BYTES);
}

void sha_hmac(unsigned char digest[SHA_BYTES], struct span key, struct span text)
{
	need(HMAC(EVP_sha256(), key.p ? key.p : "", (int)key.n, (const unsigned char *)(text.p ? text.p : ""), text.n,
		     digest, NULL) != NULL);
}
