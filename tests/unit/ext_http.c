/*
 * HTTP against a small server in Python: what is sent, what comes back, and
 * what is said when nothing does.
 */
#include "base/base.h"
#include "ext/http.h"

#include <setjmp.h>
#include <cmocka.h>

static const char server[] =
	"import gzip, http.server, os, socket, struct, sys, threading, time\n"
	"class Handler(http.server.BaseHTTPRequestHandler):\n"
	"    protocol_version = 'HTTP/1.1'\n"
	"    disable_nagle_algorithm = True\n"
	"    def log_message(self, *args): pass\n"
	"    def give(self, status, body=b'', **headers):\n"
	"        self.send_response_only(status)\n"
	"        for name, value in headers.items(): self.send_header(name.replace('_', '-'), value)\n"
	"        self.send_header('Content-Length', str(len(body)))\n"
	"        self.end_headers()\n"
	"        if self.command != 'HEAD': self.wfile.write(body)\n"
	"    def answer(self):\n"
	"        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))\n"
	"        what, _, n = self.path[1:].partition('?')\n"
	"        if what == 'echo':\n"
	"            said = [self.command, self.headers.get('Authorization', '-'), self.headers.get('X-Test', '-'),\n"
	"                    self.headers.get('Expect', '-'), body.decode()]\n"
	"            self.give(200, ' '.join(said).encode(), Date='Tue, 24 Nov 2026 18:22:35 GMT')\n"
	"        elif what == 'port': self.give(200, str(self.client_address[1]).encode())\n"
	"        elif what == 'size': self.give(200, b'x' * int(n))\n"
	"        elif what == 'gzip':\n"
	"            packed = gzip.compress(b'x' * 100000)\n"
	"            if 'gzip' in self.headers.get('Accept-Encoding', ''): self.give(200, packed, "
	"Content_Encoding='gzip')\n"
	"            else: self.give(200, b'plain')\n"
	"        elif what == 'busy': self.give(429, b'later', Retry_After='7')\n"
	"        elif what == 'busy-until':\n"
	"            self.give(503, b'', Retry_After=self.date_time_string(time.time() + 100))\n"
	"        elif what == 'busy-odd': self.give(503, b'', Retry_After='soon')\n"
	"        elif what == 'moved': self.give(302, b'', Location='/echo')\n"
	"        elif what == 'early':\n"
	"            self.wfile.write(b'HTTP/1.1 103 Early Hints\\r\\nRetry-After: 5\\r\\n\\r\\n')\n"
	"            self.give(200, b'ok')\n"
	"        elif what == 'slow': time.sleep(float(n)); self.give(200, b'slow')\n"
	"        elif what == 'meet': four.wait(60); self.give(200, b'met')\n"
	"        elif what == 'drip':\n"
	"            self.give(200, b'', X='y') if n else self.send_response_only(200)\n"
	"            self.send_header('Content-Length', '1000'); self.end_headers()\n"
	"            for _ in range(1000): self.wfile.write(b'x'); time.sleep(0.05)\n"
	"        elif what == 'cut':\n"
	"            self.send_response_only(200); self.send_header('Content-Length', '100'); self.end_headers()\n"
	"            self.wfile.write(b'short'); self.close_connection = True\n"
	"        elif what == 'reset':\n"
	"            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n"
	"            self.connection.close(); self.close_connection = True; self.wfile = open(os.devnull, 'wb')\n"
	"        elif what == 'quit': os._exit(0)\n"
	"        else: self.give(404, b'no')\n"
	"    do_GET = do_POST = do_DELETE = do_HEAD = do_PUT = answer\n"
	"class Server(http.server.ThreadingHTTPServer):\n"
	"    daemon_threads = True\n"
	"    def handle_error(self, *args): pass\n"
	"four = threading.Barrier(4)\n"
	"it = Server(('127.0.0.1', 0), Handler)\n"
	"threading.Timer(120, os._exit, (0,)).start()\n"
	"print(it.server_port, flush=True)\n"
	"it.serve_forever()\n";

static FILE *child;
static int port;
static struct http *h;
static struct http_answer answer;

/* Calls /WHAT of the server with what else is set in REQUEST. */
static void call(const char *what, struct http_request request)
{
	char *url = xasprintf("http://127.0.0.1:%d/%s", port, what);

	request.url = url;
	if (request.method == NULL)
		request.method = "GET";
	http_do(h, &request, &answer);
	free(url);
}

static void assert_body(const char *want)
{
	assert_string_equal(answer.why, "");
	assert_int_equal(answer.status, 200);
	assert_string_equal(buf_text(&answer.body), want);
}

static void assert_why(const char *part)
{
	assert_int_equal(answer.status, 0);
	if (strstr(answer.why, part) == NULL)
		fail_msg("got  %s\nwant %s", answer.why, part);
}

static int set_up(maybe_unused void **state)
{
	struct error e;

	setenv("KENPIN_TEST_SERVER", server, 1);
	unsetenv("http_proxy");
	child = popen("exec python3 -c \"$KENPIN_TEST_SERVER\"", "r");
	if (child == NULL || fscanf(child, "%d", &port) != 1)
		return -1;
	h = http_new(&(struct http_options){.proxy = "", .connect_ms = 2000}, &e);
	http_answer_init(&answer);
	return h == NULL ? -1 : 0;
}

static int tear_down(maybe_unused void **state)
{
	call("quit", (struct http_request){0});
	http_answer_clear(&answer);
	http_free(h);
	http_free(NULL);
	return pclose(child);
}

static void sends_what_is_asked(maybe_unused void **state)
{
	const char *const headers[] = {"X-Test: yes", "Content-Type: application/json", NULL};
	char *large = xmalloc(2000001);

	call("echo", (struct http_request){0});
	assert_body("GET - - - ");
	assert_int_equal(answer.date_ms, 1795544555000);
	assert_int_equal(answer.retry_after_ms, -1);
	call("echo", (struct http_request){.method = "POST", .headers = headers, .body = SPAN_LITERAL("{\"a\":1}")});
	assert_body("POST - yes - {\"a\":1}");
	call("echo", (struct http_request){.method = "POST"});
	assert_body("POST - - - ");
	call("echo", (struct http_request){.method = "GET", .body = SPAN_LITERAL("body")});
	assert_body("GET - - - body");
	call("echo", (struct http_request){.method = "DELETE", .body = SPAN_LITERAL("body")});
	assert_body("DELETE - - - body");
	call("echo", (struct http_request){.method = "PUT", .body = {"", 0}});
	assert_body("PUT - - - ");
	call("echo", (struct http_request){.userinfo = "me:secret"});
	assert_body("GET Basic bWU6c2VjcmV0 - - ");
	call("echo", (struct http_request){.method = "HEAD"});
	assert_body("");
	memset(large, 'x', 2000000);
	large[2000000] = '\0';
	call("echo", (struct http_request){.method = "POST", .body = {large, 2000000}});
	assert_int_equal(answer.body.len, 2000000 + strlen("POST - - - "));
	free(large);
}

static void statuses_are_no_failures(maybe_unused void **state)
{
	call("none", (struct http_request){0});
	assert_int_equal(answer.status, 404);
	assert_string_equal(buf_text(&answer.body), "no");
	assert_string_equal(answer.why, "");
	call("moved", (struct http_request){0});
	assert_int_equal(answer.status, 302);
	call("busy", (struct http_request){0});
	assert_int_equal(answer.status, 429);
	assert_int_equal(answer.retry_after_ms, 7000);
	call("busy-until", (struct http_request){0});
	assert_true(answer.retry_after_ms > 90000 && answer.retry_after_ms <= 100000);
	call("busy-odd", (struct http_request){0});
	assert_int_equal(answer.retry_after_ms, -1);
	call("early", (struct http_request){0});
	assert_body("ok");
	assert_int_equal(answer.retry_after_ms, -1);
}

static void bodies_have_a_maximum(maybe_unused void **state)
{
	call("size?300000", (struct http_request){.max_body = 300000});
	assert_int_equal(answer.body.len, 300000);
	assert_int_equal(answer.wire_bytes, 300000);
	call("size?300001", (struct http_request){.max_body = 300000});
	assert_true(answer.too_large);
	assert_why("larger than 300000 bytes");
	call("gzip", (struct http_request){.gzip = true});
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.body.len, 100000);
	assert_true(answer.wire_bytes > 0 && answer.wire_bytes < 1000);
	call("gzip", (struct http_request){.gzip = true, .max_body = 50000});
	assert_true(answer.too_large);
	call("gzip", (struct http_request){0});
	assert_body("plain");
	assert_false(answer.too_large);
}

static void connections_are_used_again(maybe_unused void **state)
{
	char first[16];

	call("port", (struct http_request){0});
	snprintf(first, sizeof(first), "%s", buf_text(&answer.body));
	for (int i = 0; i < 5; i++) {
		call("port", (struct http_request){.method = i % 2 ? "GET" : "POST"});
		assert_body(first);
	}
}

static void failures_say_what_happened(maybe_unused void **state)
{
	struct http_request request = {.method = "GET"};
	char place[32];

	snprintf(place, sizeof(place), "127.0.0.1:%d", port);
	call("cut", (struct http_request){0});
	assert_why("broke the connection off");
	assert_why(place);
	call("reset", (struct http_request){0});
	assert_why("broke the connection off");
	request.url = "http://user:secret@127.0.0.1:1/x";
	http_do(h, &request, &answer);
	assert_why("cannot connect to 127.0.0.1:1: Connection refused");
	assert_null(strstr(answer.why, "secret"));
	request.url = "http://kenpin.invalid/x";
	http_do(h, &request, &answer);
	assert_why("cannot find the host of kenpin.invalid:80");
	request.url = "file:///etc/passwd";
	http_do(h, &request, &answer);
	assert_why("the URL cannot be used");
	request.url = "http://user:secret@[/x";
	http_do(h, &request, &answer);
	assert_why("the URL cannot be used");
	assert_null(strstr(answer.why, "secret"));
	char *url = xasprintf("https://127.0.0.1:%d/", port);
	request.url = url;
	http_do(h, &request, &answer);
	assert_why("TLS with 127.0.0.1");
	free(url);
	/* the pool works on */
	call("echo", (struct http_request){0});
	assert_body("GET - - - ");
}

static void silence_and_slowness_end_a_call(maybe_unused void **state)
{
	/* the server would hold each for longer than a test may run: coming back is the proof */
	call("slow?86400", (struct http_request){.timeout_ms = 1000});
	assert_why("nothing came from 127.0.0.1");
	call("drip", (struct http_request){.total_ms = 300});
	assert_why("no whole answer from 127.0.0.1");
	assert_true(answer.elapsed_ms > 0);
}

static void calls_overlap(maybe_unused void **state)
{
	/* the server answers none before all four have come */
	char *url = xasprintf("http://127.0.0.1:%d/meet", port);
	struct http_request request = {.method = "GET", .url = url};
	struct http_call *calls[4];
	struct http_answer answers[4];

	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		http_answer_init(&answers[i]);
		calls[i] = http_start(h, &request, &answers[i]);
	}
	while (http_pump(h, calls[0]))
		http_poll(h, 100);
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		http_wait(h, calls[i]);
		assert_string_equal(answers[i].why, "");
		assert_string_equal(buf_text(&answers[i].body), "met");
		http_answer_clear(&answers[i]);
	}
	free(url);
}

static void a_call_can_be_ended(maybe_unused void **state)
{
	char *url = xasprintf("http://127.0.0.1:%d/slow?86400", port);
	struct http_request request = {.method = "GET", .url = url};
	volatile int flag = 1;

	http_cancel(h, http_start(h, &request, &answer));
	http_interrupt_flag(h, &flag);
	http_do(h, &request, &answer);
	http_interrupt_flag(h, NULL);
	assert_true(answer.interrupted);
	assert_why("stopped by a signal");
	free(url);
	call("echo", (struct http_request){0});
	assert_body("GET - - - ");
	assert_false(answer.interrupted);
}

static void escapes_for_urls(maybe_unused void **state)
{
	struct buf out;

	buf_init(&out, 4096);
	http_escape(&out, SPAN_LITERAL("aZ09-._~ /?&%+[@`{メ\0"));
	assert_string_equal(buf_text(&out), "aZ09-._~%20%2F%3F%26%25%2B%5B%40%60%7B%E3%83%A1%00");
	buf_clear(&out);
	assert_non_null(strstr(http_version(), "libcurl"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_what_is_asked),
		cmocka_unit_test(statuses_are_no_failures),
		cmocka_unit_test(bodies_have_a_maximum),
		cmocka_unit_test(connections_are_used_again),
		cmocka_unit_test(failures_say_what_happened),
		cmocka_unit_test(silence_and_slowness_end_a_call),
		cmocka_unit_test(calls_overlap),
		cmocka_unit_test(a_call_can_be_ended),
		cmocka_unit_test(escapes_for_urls),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
