/*
 * Addresses in settings: that they are some, and that no secret is written
 * into them. It must not know what is sent there.
 */
#include "base/base.h"
#include "config/project_private.h"

static const char *after_scheme(const char *text, const char *const *schemes)
{
	for (; *schemes; schemes++) {
		size_t n = strlen(*schemes);

		if (strncmp(text, *schemes, n) == 0)
			return text + n;
	}
	return NULL;
}

static void secret_in_url(struct option_reader *r, const struct yaml_node *at, const char *key, const char *where)
{
	struct diag *d =
		diag_error(r->diags, "E0205", r->file, at, "\"%s\" holds a secret in plain sight: %s", key, where);

	diag_hide(d, at);
	if (strcmp(key, "url") == 0)
		diag_help(r->diags, d,
			"keep it in an environment variable or a file: \"auth\" of a source, \"authorization\" of a "
			"webhook, or env:NAME in the place of a webhook's whole url");
	else
		diag_help(r->diags, d, "give the proxy an address without a user");
}

/* Checks what comes after the scheme. True when it is an address without a user. */
static bool check_host(struct option_reader *r, const struct yaml_node *at, const char *key, const char *host)
{
	size_t n = strcspn(host, "/?#");

	if (memchr(host, '@', n)) {
		secret_in_url(r, at, key, "a user or password before the host");
		return false;
	}
	if (n == 0 || host[0] == ':') {
		diag_error(r->diags, "E0202", r->file, at, "\"%s\" names no host", key);
		return false;
	}
	for (const char *p = host; *p; p++) {
		if ((unsigned char)*p <= 0x20 || *p == 0x7f) {
			diag_error(r->diags, "E0202", r->file, at, "\"%s\" holds a space or control character", key);
			return false;
		}
	}
	return true;
}

static void check_address(
	struct option_reader *r, const struct yaml_node *at, const char *key, const char *host, bool token)
{
	struct diag *d;

	if (!check_host(r, at, key, host))
		return;
	if (token && strchr(host, '?')) {
		secret_in_url(r, at, key, "a query string, which often holds a token");
	} else if (strpbrk(host, "?#")) {
		d = diag_error(r->diags, "E0202", r->file, at, "\"%s\" holds a query string or fragment", key);
		diag_help(r->diags, d, "write scheme, host, port and path alone");
	}
}

void check_url(
	struct option_reader *reader, const struct yaml_node *node, const char *key, const char *text, bool token)
{
	static const char *const schemes[] = {"http://", "https://", NULL};
	const struct yaml_node *at = option_node(node, key);
	const char *host = text ? after_scheme(text, schemes) : NULL;
	struct diag *d;

	if (host) {
		check_address(reader, at, key, host, token);
	} else if (text) {
		d = diag_error(
			reader->diags, "E0202", reader->file, at, "\"%s\" is not an http:// or https:// address", key);
		diag_hide(d, at);
		diag_help(reader->diags, d, "write it as 'https://host:9200'%s",
			token ? ", or as env:NAME or file:PATH" : "");
	}
}

void check_proxy(struct option_reader *reader, const struct yaml_node *node, const char *text)
{
	static const char *const schemes[] = {"http://", "https://", "socks5://", "socks5h://", NULL};
	const struct yaml_node *at = option_node(node, "proxy");
	const char *host = text ? after_scheme(text, schemes) : NULL;

	if (host)
		check_address(reader, at, "proxy", host, false);
	else if (text && *text)
		diag_error(reader->diags, "E0202", reader->file, at,
			"\"proxy\" is not an http://, https://, socks5:// or socks5h:// address");
}

void check_mail_url(struct option_reader *reader, const struct yaml_node *node, const char *text)
{
	static const char *const schemes[] = {"smtp://", "smtps://", NULL};
	const struct yaml_node *at = option_node(node, "url");
	const char *host = text ? after_scheme(text, schemes) : NULL;
	struct diag *d;

	if (host) {
		check_address(reader, at, "url", host, false);
	} else if (text) {
		d = diag_error(
			reader->diags, "E0202", reader->file, at, "\"url\" is not an smtp:// or smtps:// address");
		diag_hide(d, at);
		diag_help(reader->diags, d, "write it as 'smtp://mail.example.com:587' or 'smtps://mail.example.com'");
	}
}

void read_secret_url(
	struct option_reader *reader, const struct yaml_node *node, struct secret *secret, const char **text)
{
	if (!*text)
		return;
	if (!secret_parse(secret, *text)) {
		check_url(reader, node, "url", *text, true);
		return;
	}
	if (secret->from == SECRET_FILE)
		secret->name = option_path(reader, secret->name);
	*text = NULL;
}
