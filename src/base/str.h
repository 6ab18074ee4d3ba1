/*
 * Small help with text that a person wrote: suggestions for typos, durations
 * and sizes.
 */
#ifndef KENPIN_STR_H
#define KENPIN_STR_H

#include "base/span.h"

/* Edit distance (Damerau, adjacent swaps count one); stops above MAX and gives MAX + 1. */
unsigned str_distance(const char *a, const char *b, unsigned max);

/* The candidate nearest to WORD within distance 2 (1 for words under 4 characters),
 * or NULL. CANDIDATES is NULL-terminated; the answer is borrowed from it. */
const char *str_nearest(const char *word, const char *const *candidates);

/* "30s", "15m", "24h", "7d", "2w", "500ms" -> milliseconds; 0 or -1 (not a duration). */
int str_duration(int64_t *ms, struct span text) must_check;
/* "512", "64k", "12m", "1g" (also KiB, MiB, GiB) -> bytes; 0 or -1. */
int str_bytes(int64_t *bytes, struct span text) must_check;
/* Writes MS as a person would: "850 ms", "12.3 s", "4 m 05 s", "2 h 10 m". */
void str_duration_text(char out[32], int64_t ms);
/* Shell-style match of TEXT by PATTERN: * and ? only. */
bool str_glob(const char *pattern, struct span text);
/* Lower-case hex of N bytes; OUT has 2*N + 1 bytes. */
void str_hex(char *out, const unsigned char *bytes, size_t n);
/* The inverse; 0, or -1 when TEXT is not 2*N hex digits. */
int str_unhex(unsigned char *bytes, size_t n, struct span text) must_check;

#endif
