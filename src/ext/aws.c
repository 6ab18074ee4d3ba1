/* Keys of AWS: three places, asked in order. */
#include "base/base.h"
#include "ext/aws.h"

#include "base/clock.h"
#include "base/limits.h"
#include "ext/http.h"
#include "ext/json.h"

#define CONTAINER_HOST "http://169.254.170.2"
#define INSTANCE_HOST "http://169.254.169.254"
#define ROLE_PATH "/latest/meta-data/iam/security-credentials/"

struct aws_keys {
	struct arena arena; /* of the key that is held */
	struct sigv4_key key;
	int64_t until;     /* ms; INT64_MAX: as long as the process */
	struct http *http; /* made when the network is asked */
};

struct aws_keys *aws_keys_new(void)
{
	struct aws_keys *k = xcalloc(1, sizeof(*k));

	arena_init(&k->arena);
	return k;
}

void aws_keys_forget(struct aws_keys *k)
{
	k->key = (struct sigv4_key){0};
	arena_reset(&k->arena);
}

void aws_keys_free(struct aws_keys *k)
{
	if (k == NULL)
		return;
	arena_clear(&k->arena);
	http_free(k->http);
	free(k);
}

/* A variable that is set to something. */
static const char *variable(const char *name)
{
	const char *text = getenv(name);

	return text && text[0] ? text : NULL;
}

const char *aws_region(const char *region, struct error *e)
{
	if (region == NULL && (region = variable("AWS_REGION")) == NULL)
		region = variable("AWS_DEFAULT_REGION");
	if (region == NULL)
		error_set(e, ERROR_CONFIG, "no region is known: write \"region\", or set AWS_REGION");
	return region;
}

/* ---- the network ---- */

struct question {
	const char *method, *url, *header; /* the latter NULL for none */
	int attempts;
};

/* 200 alone is good. */
static int ask(struct aws_keys *k, const struct question *q, struct http_answer *answer, struct error *e)
{
	const char *headers[] = {q->header, NULL};

	if (k->http == NULL &&
		(k->http = http_new(&(struct http_options){.proxy = "", .connect_ms = LIMIT_AWS_KEYS_MS}, e)) == NULL)
		return -1;
	for (int attempt = 1;; attempt++) {
		http_do(k->http,
			&(struct http_request){.method = q->method,
				.url = q->url,
				.headers = headers,
				.body = strcmp(q->method, "PUT") == 0 ? SPAN_LITERAL("") : SPAN_NONE,
				.timeout_ms = LIMIT_AWS_KEYS_MS,
				.total_ms = LIMIT_AWS_KEYS_MS},
			answer);
		if (answer->status == 200)
			return 0;
		if (attempt >= q->attempts || (answer->status >= 400 && answer->status < 500))
			break;
		clock_sleep(LIMIT_AWS_KEYS_WAIT_MS);
	}
	if (answer->status)
		return error_set(e, ERROR_OWED, "HTTP %ld", answer->status);
	return error_set(e, ERROR_OWED, "%s", answer->why);
}

/* {"AccessKeyId": ..., "SecretAccessKey": ..., "Token": ..., "Expiration": ...} */
static int take(struct aws_keys *k, struct span text, struct error *e)
{
	struct json *j = json_parse(text, ERROR_OWED, "the answer", e);
	const char *id, *secret, *token, *until;

	if (j == NULL)
		return -1;
	id = json_text(j, "AccessKeyId", NULL);
	secret = json_text(j, "SecretAccessKey", NULL);
	token = json_text(j, "Token", NULL);
	until = json_text(j, "Expiration", NULL);
	if (id && secret) {
		aws_keys_forget(k);
		k->key = (struct sigv4_key){.id = arena_strdup(&k->arena, id),
			.secret = arena_strdup(&k->arena, secret),
			.token = token ? arena_strdup(&k->arena, token) : NULL};
		k->until = INT64_MAX;
		if (until && clock_parse(&k->until, span_of(until), 0) < 0)
			k->until = 0;
	}
	json_free(j);
	return id && secret ? 0 : error_set(e, ERROR_OWED, "the answer holds no key");
}

/* ---- three places: 1 found, 0 not this one, -1 ---- */

static int from_environment(struct aws_keys *k)
{
	const char *id = variable("AWS_ACCESS_KEY_ID"), *secret = variable("AWS_SECRET_ACCESS_KEY");

	if (!id || !secret)
		return 0;
	k->key = (struct sigv4_key){.id = id, .secret = secret, .token = variable("AWS_SESSION_TOKEN")};
	k->until = INT64_MAX;
	return 1;
}

/* Over plain HTTP a key travels to these alone. */
static bool is_near(const char *url)
{
	static const char *const hosts[] = {
		"127.", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
	const char *host = url + strlen("http://");
	size_t n = strcspn(host, host[0] == '[' ? "]" : ":/");

	n += host[0] == '[';
	if (strncmp(url, "https://", 8) == 0)
		return true;
	if (strncmp(url, "http://", 7) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
		if (strncmp(host, hosts[i], i == 0 ? strlen(hosts[i]) : n) == 0 && (i == 0 || strlen(hosts[i]) == n))
			return true;
	return false;
}

/* The Authorization that EKS wants; its file changes, so it is read each time. */
static int container_token(struct buf *out, struct error *e)
{
	const char *path = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	size_t n;

	buf_adds(out, "Authorization: ");
	n = out->len;
	if (path) {
		FILE *f = fopen(path, "re");
		int c;

		while (f && (c = getc(f)) != EOF && c != '\n' && c != '\r')
			buf_addc(out, (char)c);
		if (f)
			fclose(f);
		if (out->len == n || buf_over(out))
			return error_set(e, ERROR_OWED, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: no token in %s", path);
	} else if (token) {
		buf_adds(out, token);
	}
	return out->len > n ? 1 : 0;
}

static int from_container(struct aws_keys *k, struct http_answer *answer, struct error *e)
{
	const char *relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	struct buf header;
	int token, result = -1;

	if (!relative && !full)
		return 0;
	char *url = relative ? xasprintf("%s%s", CONTAINER_HOST, relative) : xasprintf("%s", full);
	buf_init(&header, LIMIT_SIGNED_BYTES);
	if (!is_near(url))
		error_set(e, ERROR_CONFIG, "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https:// nor near");
	else if ((token = container_token(&header, e)) >= 0)
		result = ask(k,
			&(struct question){"GET", url, token ? buf_text(&header) : NULL, LIMIT_AWS_KEYS_ATTEMPTS},
			answer, e);
	if (result == 0)
		result = take(k, buf_span(&answer->body), e);
	if (result < 0)
		error_prefix(e, "the container gave no key: ");
	buf_clear(&header);
	free(url);
	return result < 0 ? -1 : 1;
}

static int from_instance(struct aws_keys *k, struct http_answer *answer, struct error *e)
{
	const char *disabled = variable("AWS_EC2_METADATA_DISABLED"),
		   *host = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
	struct arena arena;
	int result = -1;

	if (disabled && strcmp(disabled, "true") == 0)
		return 0;
	arena_init(&arena);
	host = host ? host : INSTANCE_HOST;
	size_t n = strlen(host) - (host[strlen(host) - 1] == '/');
	const char *url = arena_printf(&arena, "%.*s/latest/api/token", (int)n, host), *header;

	if (ask(k, &(struct question){"PUT", url, "X-aws-ec2-metadata-token-ttl-seconds: 21600", 1}, answer, e) < 0)
		goto out;
	header = arena_printf(&arena, "X-aws-ec2-metadata-token: %s", buf_text(&answer->body));
	url = arena_printf(&arena, "%.*s" ROLE_PATH, (int)n, host);
	if (ask(k, &(struct question){"GET", url, header, 1}, answer, e) < 0)
		goto out;
	url = arena_printf(
		&arena, "%s%.*s", url, (int)strcspn(buf_text(&answer->body), "\r\n"), buf_text(&answer->body));
	if (ask(k, &(struct question){"GET", url, header, 1}, answer, e) == 0 &&
		take(k, buf_span(&answer->body), e) == 0)
		result = 1;
out:
	arena_clear(&arena);
	if (result < 0)
		error_prefix(e, "the instance gave no key: ");
	return result;
}

int aws_keys_get(struct aws_keys *k, int64_t now, struct sigv4_key *key, struct error *e)
{
	struct http_answer answer;
	int found = 1;

	if (k->key.id == NULL || now > k->until - LIMIT_AWS_KEYS_EARLY_MS) {
		http_answer_init(&answer);
		found = from_environment(k);
		if (found == 0)
			found = from_container(k, &answer, e);
		if (found == 0)
			found = from_instance(k, &answer, e);
		http_answer_clear(&answer);
	}
	if (found < 0 && k->key.id && now < k->until)
		found = 1; /* the old one is still good */
	if (found == 0)
		return error_set(e, ERROR_CONFIG,
			"no AWS key is found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role");
	*key = k->key;
	return found < 0 ? -1 : 0;
}
