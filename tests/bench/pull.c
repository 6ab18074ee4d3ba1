/*
 * The floor of a server scan: a bare client that pulls every page of a scroll
 * and looks only for the next cursor.
 *
 *   cc -O2 -o pull pull.c -lcurl && ./pull URL INDEX PAGE
 */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
	char *data;
	size_t len, cap;
};

static size_t keep(char *p, size_t size, size_t n, void *arg)
{
	struct text *t = arg;
	size_t add = size * n;

	if (t->len + add + 1 > t->cap) {
		t->cap = (t->len + add + 1) * 2;
		t->data = realloc(t->data, t->cap);
		if (t->data == NULL)
			abort();
	}
	memcpy(t->data + t->len, p, add);
	t->len += add;
	t->data[t->len] = '\0';
	return add;
}

static void ask(CURL *curl, struct text *t, const char *method, const char *url, const char *body)
{
	long status = 0;

	t->len = 0;
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	if (curl_easy_perform(curl) != CURLE_OK ||
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200) {
		fprintf(stderr, "pull: %s: status %ld\n", url, status);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	char url[1024], body[65536], cursor[32768];
	struct text t = {NULL, 0, 0};
	long documents = 0;

	if (argc != 4)
		return 2;
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &t);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 512L * 1024);
	snprintf(url, sizeof(url), "%s/%s/_search?scroll=5m", argv[1], argv[2]);
	snprintf(body, sizeof(body), "{\"size\":%s,\"sort\":[\"_doc\"],\"track_total_hits\":true}", argv[3]);
	for (;;) {
		ask(curl, &t, "POST", url, body);
		char *id = strstr(t.data, "\"_scroll_id\":\""), *end = id ? strchr(id += 14, '"') : NULL;
		if (end == NULL || (size_t)(end - id) >= sizeof(cursor))
			return 1;
		memcpy(cursor, id, (size_t)(end - id));
		cursor[end - id] = '\0';
		long before = documents;
		for (const char *p = t.data; (p = memmem(p, t.len - (size_t)(p - t.data), "\"_id\":\"", 7)) != NULL;
			p += 7)
			documents++;
		if (documents == before)
			break;
		snprintf(url, sizeof(url), "%s/_search/scroll", argv[1]);
		snprintf(body, sizeof(body), "{\"scroll\":\"5m\",\"scroll_id\":\"%s\"}", cursor);
	}
	snprintf(body, sizeof(body), "{\"scroll_id\":[\"%s\"]}", cursor);
	ask(curl, &t, "DELETE", url, body);
	printf("%ld documents\n", documents);
	return 0;
}
