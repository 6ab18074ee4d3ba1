/*
 * SHA-256 (FIPS 180-4) and its HMAC, by OpenSSL's libcrypto.
 */
#ifndef KENPIN_SHA_H
#define KENPIN_SHA_H

#include "base/span.h"

#define SHA_BYTES 32
#define SHA_HEX (2 * SHA_BYTES + 1)

struct sha;
struct sha *sha_new(void) must_check returns_nonnull;
void sha_free(struct sha *s);
void sha_reset(struct sha *s);
void sha_add(struct sha *s, const void *data, size_t len);
void sha_end(struct sha *s, unsigned char digest[SHA_BYTES]); /* sha_reset starts another */

void sha_of(unsigned char digest[SHA_BYTES], struct span text);
void sha_hex_of(char hex[SHA_HEX], struct span text);

/* HMAC-SHA-256 (RFC 2104) of TEXT. */
void sha_hmac(unsigned char digest[SHA_BYTES], struct span key, struct span text);

#endif
