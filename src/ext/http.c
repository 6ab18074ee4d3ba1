/* HTTP requests, by libcurl's multi interface. */
#include "base/base.h"
#include "ext/http.h"

#include <curl/curl.h>
#include <strings.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"

#define POLL_MS 250
#define IDLE_HANDLES 16

struct http_call {
	CURL *easy;
	struct http_answer *answer;
	struct curl_slist *headers;
	bool over;    /* the multi handle is done with it */
	bool proxied; /* a proxy is set: a connection that fails is to it */
	int64_t started, silence_ms, total_ms;
	char message[CURL_ERROR_SIZE];
};

struct http {
	CURLM *multi;
	CURL *idle[IDLE_HANDLES]; /* kept for their buffers and, with them, their connections */
	size_t idle_count;
	char *ca_file, *client_cert, *client_key, *proxy;
	bool insecure;
	int64_t connect_ms;
	const volatile int *interrupt;
};

static char *copy_of(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

struct http *http_new(const struct http_options *o, struct error *e)
{
	static bool ready;

	if (!ready && curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
		error_set(e, ERROR_INCOMPLETE, "libcurl cannot be started");
		return NULL;
	}
	ready = true;
	struct http *h = xcalloc(1, sizeof(*h));
	h->multi = curl_multi_init();
	h->ca_file = copy_of(o->ca_file);
	h->client_cert = copy_of(o->client_cert);
	h->client_key = copy_of(o->client_key);
	h->proxy = copy_of(o->proxy);
	h->insecure = o->insecure;
	h->connect_ms = o->connect_ms ? o->connect_ms : LIMIT_HTTP_CONNECT_MS;
	return h;
}

void http_free(struct http *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->idle_count; i++)
		curl_easy_cleanup(h->idle[i]);
	curl_multi_cleanup(h->multi);
	free(h->ca_file);
	free(h->client_cert);
	free(h->client_key);
	free(h->proxy);
	free(h);
}

void http_interrupt_flag(struct http *h, const volatile int *flag)
{
	h->interrupt = flag;
}

void http_answer_init(struct http_answer *a)
{
	*a = (struct http_answer){.retry_after_ms = -1, .reset_ms = -1, .date_ms = -1};
	buf_init(&a->body, LIMIT_CONTROL_BYTES);
}

void http_answer_clear(struct http_answer *a)
{
	buf_clear(&a->body);
	http_answer_init(a);
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct http_call *call = arg;
	size_t n = size * count;

	buf_add(&call->answer->body, data, n);
	if (!buf_over(&call->answer->body))
		return n;
	call->answer->too_large = true;
	return 0;
}

/* The value of header NAME in LINE, trimmed, or SPAN_NONE. */
static struct span header_value(struct span line, const char *name)
{
	size_t n = strlen(name);

	if (line.n <= n || line.p[n] != ':' || strncasecmp(line.p, name, n) != 0)
		return SPAN_NONE;
	const char *p = line.p + n + 1, *end = line.p + line.n;
	while (p < end && *p == ' ')
		p++;
	while (end > p && (unsigned char)end[-1] <= ' ')
		end--;
	return (struct span){p, (size_t)(end - p)};
}

static int64_t http_date(struct span value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*s", SPAN_ARG(value));
	time_t at = curl_getdate(text, NULL);
	return at < 0 ? -1 : (int64_t)at * 1000;
}

static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
	struct http_answer *a = ((struct http_call *)arg)->answer;
	struct span line = {data, size * count}, value;
	int64_t seconds;

	/* a proxy's own answer, or "100 Continue", came before: what it said is not meant */
	if (span_starts(line, "HTTP/"))
		a->date_ms = a->retry_after_ms = a->reset_ms = -1;
	if ((value = header_value(line, "date")).n > 0)
		a->date_ms = http_date(value);
	if ((value = header_value(line, "x-ratelimit-reset")).n > 0)
		a->reset_ms = span_to_int64(&seconds, value) && seconds >= 0 && seconds < 1000000 ? seconds * 1000 : -1;
	if ((value = header_value(line, "retry-after")).n > 0) {
		if (span_to_int64(&seconds, value) && seconds >= 0 && seconds < 1000000) {
			a->retry_after_ms = seconds * 1000;
		} else {
			int64_t at = http_date(value), now = clock_now(&(struct clock){0});
			a->retry_after_ms = at < 0 ? -1 : at > now ? at - now : 0;
		}
	}
	return line.n;
}

static void set_tls(const struct http *h, CURL *easy)
{
	if (h->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, h->ca_file);
	if (h->client_cert != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, h->client_cert);
	if (h->client_key != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, h->client_key);
	if (h->insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (h->proxy != NULL)
		curl_easy_setopt(easy, CURLOPT_PROXY, h->proxy);
}

static struct http_call *new_call(struct http *h, struct http_answer *answer)
{
	struct http_call *call = xcalloc(1, sizeof(*call));

	call->answer = answer;
	call->easy = h->idle_count > 0 ? h->idle[--h->idle_count] : curl_easy_init();
	if (call->easy == NULL) {
		fputs("kenpin: error: out of memory\n", stderr);
		_Exit(2);
	}
	curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(call->easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(call->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(call->easy, CURLOPT_ERRORBUFFER, call->message);
	curl_easy_setopt(call->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)h->connect_ms);
	set_tls(h, call->easy);
	call->proxied = h->proxy != NULL && *h->proxy != '\0';
	return call;
}

static void set_body(struct http_call *call, const struct http_request *r)
{
	if (r->body.p != NULL) {
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, r->body.p);
	} else if (strcmp(r->method, "POST") == 0) {
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE, 0L);
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, "");
	}
	if (strcmp(r->method, "HEAD") == 0)
		curl_easy_setopt(call->easy, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void set_headers(struct http_call *call, const struct http_request *r)
{
	for (const char *const *line = r->headers; line != NULL && *line != NULL; line++)
		call->headers = curl_slist_append(call->headers, *line);
	/* no waiting for "100 Continue" before a large body */
	call->headers = curl_slist_append(call->headers, "Expect:");
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
	if (r->userinfo != NULL) {
		curl_easy_setopt(call->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(call->easy, CURLOPT_USERPWD, r->userinfo);
	}
}

static void set_times(struct http_call *call, const struct http_request *r)
{
	call->silence_ms = r->timeout_ms ? r->timeout_ms : LIMIT_HTTP_TIMEOUT_MS;
	call->total_ms = r->total_ms;
	curl_easy_setopt(call->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(call->easy, CURLOPT_LOW_SPEED_TIME, (long)((call->silence_ms + 999) / 1000));
	if (r->total_ms > 0)
		curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)r->total_ms);
}

/* "host:port" of the call, without anything secret that its URL may hold. */
static void place_of(const struct http_call *call, char place[256])
{
	char *url = NULL, *host = NULL, *port = NULL;
	CURLU *parts = curl_url();

	curl_easy_getinfo(call->easy, CURLINFO_EFFECTIVE_URL, &url);
	snprintf(place, 256, "the server");
	if (parts != NULL && url != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
		snprintf(place, 256, "%s:%s", host, port);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
}

static void say_timeout(const struct http_call *call, const char *place, struct buf *why)
{
	curl_off_t connected = 0;

	curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (connected == 0)
		buf_addf(why, "cannot connect to %s within %lld ms", place, (long long)call->answer->elapsed_ms);
	/* whichever of the two bounds is nearer; timers end a millisecond early now and then */
	else if (call->total_ms > 0 &&
		 (call->total_ms <= call->silence_ms || call->answer->elapsed_ms + 20 >= call->total_ms))
		buf_addf(why, "no whole answer from %s within %lld ms", place, (long long)call->total_ms);
	else
		buf_addf(why, "nothing came from %s for %lld ms", place, (long long)call->silence_ms);
}

static void say_why(const struct http_call *call, CURLcode code, struct buf *why)
{
	const char *message = call->message[0] ? call->message : curl_easy_strerror(code);
	char place[256];
	long number = 0;

	place_of(call, place);
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST: buf_addf(why, "cannot find the host of %s: %s", place, message); break;
	case CURLE_COULDNT_RESOLVE_PROXY: buf_addf(why, "cannot find the proxy: %s", message); break;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &number);
		buf_addf(why, "cannot connect to %s%s: %s", call->proxied ? "the proxy for " : "", place,
			number ? strerror((int)number) : message);
		break;
	case CURLE_OPERATION_TIMEDOUT: say_timeout(call, place, why); break;
	case CURLE_PEER_FAILED_VERIFICATION:
		buf_addf(why, "the certificate of %s is not trusted: %s", place, message);
		break;
	case CURLE_SSL_CONNECT_ERROR: buf_addf(why, "TLS with %s failed: %s", place, message); break;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE: buf_addf(why, "%s broke the connection off: %s", place, message); break;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL: buf_addf(why, "the URL cannot be used: %s", message); break;
	default: buf_addf(why, "%s: %s", place, message); break;
	}
}

static void finish(struct http_call *call, CURLcode code)
{
	struct http_answer *a = call->answer;
	curl_off_t wire = 0;
	struct buf why;

	call->over = true;
	a->elapsed_ms = clock_monotonic() - call->started;
	curl_easy_getinfo(call->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
	a->wire_bytes = wire;
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &a->status);
	if (code == CURLE_OK)
		return;
	a->status = 0;
	buf_init(&why, 4 * sizeof(a->why));
	if (a->too_large)
		buf_addf(&why, "the answer is larger than %zu bytes", a->body.max);
	else
		say_why(call, code, &why);
	struct span text = utf8_cut(buf_span(&why), sizeof(a->why) - 1);
	snprintf(a->why, sizeof(a->why), "%.*s", SPAN_ARG(text));
	buf_clear(&why);
}

static void begin(struct http *h, struct http_call *call)
{
	int running;

	call->started = clock_monotonic();
	if (curl_multi_add_handle(h->multi, call->easy) != CURLM_OK)
		finish(call, CURLE_FAILED_INIT);
	curl_multi_perform(h->multi, &running);
}

struct http_call *http_start(struct http *h, const struct http_request *r, struct http_answer *answer)
{
	struct http_call *call = new_call(h, answer);

	buf_reset(&answer->body);
	answer->body.max = r->max_body ? r->max_body : LIMIT_CONTROL_BYTES;
	answer->status = 0;
	answer->retry_after_ms = answer->reset_ms = answer->date_ms = -1;
	answer->too_large = answer->interrupted = false;
	answer->why[0] = '\0';
	answer->wire_bytes = answer->elapsed_ms = 0;
	curl_easy_setopt(call->easy, CURLOPT_URL, r->url);
	curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(call->easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_BUFFERSIZE, 512L * 1024);
	if (r->gzip)
		curl_easy_setopt(call->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	set_times(call, r);
	set_body(call, r);
	set_headers(call, r);
	begin(h, call);
	return call;
}

/* Notes which calls are over. */
static void collect(struct http *h)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(h->multi, &left)) != NULL) {
		char *call = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		finish((struct http_call *)(void *)call, code);
	}
}

bool http_pump(struct http *h, struct http_call *call)
{
	int running;

	CURLMcode code = curl_multi_perform(h->multi, &running);
	collect(h);
	if (code != CURLM_OK && !call->over)
		finish(call, CURLE_FAILED_INIT);
	return !call->over;
}

static void release(struct http *h, struct http_call *call)
{
	curl_multi_remove_handle(h->multi, call->easy);
	curl_easy_reset(call->easy); /* it points into what is freed now */
	if (h->idle_count < IDLE_HANDLES)
		h->idle[h->idle_count++] = call->easy;
	else
		curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->headers);
	free(call);
}

void http_poll(struct http *h, int64_t ms)
{
	curl_multi_poll(h->multi, NULL, 0, (int)ms, NULL);
}

void http_wait(struct http *h, struct http_call *call)
{
	while (http_pump(h, call)) {
		if (h->interrupt != NULL && *h->interrupt) {
			call->answer->status = 0;
			call->answer->elapsed_ms = clock_monotonic() - call->started;
			call->answer->interrupted = true;
			snprintf(call->answer->why, sizeof(call->answer->why), "stopped by a signal");
			break;
		}
		curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
	}
	release(h, call);
}

void http_cancel(struct http *h, struct http_call *call)
{
	release(h, call);
}

void http_do(struct http *h, const struct http_request *request, struct http_answer *answer)
{
	http_wait(h, http_start(h, request, answer));
}

void http_escape(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool plain =
			(c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c && strchr("-._~", c));

		if (plain)
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

const char *http_version(void)
{
	return curl_version();
}
