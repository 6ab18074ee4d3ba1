/* kenpin manifest import: what executors said, all of it or nothing. */
#include "base/base.h"
#include "command/manifests.h"

#include <inttypes.h>

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct import_counts n;
	struct manifests m;
	struct buf faults;
	int count, failed = -1;

	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count == 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest import FILE...");
		return EXIT_CONFIG;
	}
	buf_init(&faults, 1 << 22);
	if (manifests_open(&m, c, false, true, e) == 0)
		failed = scan_import(m.state, (const char *const *)argv, (size_t)count, &n, &faults, e);
	fputs(buf_text(&faults), stdout);
	if (!failed)
		printf("%" PRId64 " result%s: %" PRId64 " new, %" PRId64 " doubled; %" PRId64 " action%s changed\n",
			n.lines, n.lines == 1 ? "" : "s", n.taken, n.doubled, n.changed, n.changed == 1 ? "" : "s");
	buf_clear(&faults);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command manifest_import = {"import", "FILE...",
	"Takes in result files of executors, all of them or nothing; again is no harm.", run, NULL};
