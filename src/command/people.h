/*
 * Commands by which people act: their verbs, who they are, what they say.
 */
#ifndef KENPIN_PEOPLE_H
#define KENPIN_PEOPLE_H

#include "command/command.h"

/* Runs the verb that argv begins with, or FALLBACK when it begins with none (NULL: a verb is wanted). NAME is the
 * command's, for messages. */
enum exit_code verbs_run(const char *name, const struct command *const *verbs, size_t verb_count,
	const struct command *fallback, struct command_context *c, int argc, char **argv, struct error *e);
/* The options of all verbs, each once, for help: into ALL, which has room for MOST. */
size_t verbs_options(struct cli_option *all, size_t most, const struct command *const *verbs, size_t verb_count);

/* Who does it: as given, or the user of this system. */
const char *person(const char *given);
/* TEXT of OPTION is there, one line of UTF-8, and at most LIMIT_REASON_BYTES. */
int person_says(const char *option, const char *text, struct error *e) must_check;
/* The number that TEXT is; WHAT it is of, for the message. */
int person_number(int64_t *out, const char *text, const char *what, struct error *e) must_check;

/* A list with its shortest lines first: how many by rule, then the first ten. */
struct digest;
struct digest *digest_new(void) must_check;
void digest_free(struct digest *d);
int digest_add(void *digest, const struct finding *f, struct error *e); /* a state_visit_finding */
int64_t digest_total(const struct digest *d);
void digest_print(const struct digest *d);

#endif
