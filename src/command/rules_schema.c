/* kenpin rules schema: JSON Schemas of the files that people write, for editors. */
#include "base/base.h"
#include "command/rules.h"

#include "ext/json.h"

static const struct schema {
	const char *name, *title;
	const struct option_block *block;
} schemas[] = {
	{"rules", "Rule file of kenpin (rules/*.yaml)", &rule_file_block},
	{"query", "Saved query of kenpin (queries/*.yaml)", &query_block},
	{"project", "Project file of kenpin (kenpin.yaml)", &project_block},
};

static const struct schema *schema_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(schemas); i++)
		if (strcmp(schemas[i].name, name) == 0)
			return &schemas[i];
	return NULL;
}

static int print(const struct schema *schema, struct error *e)
{
	char id[64];
	struct buf compact, pretty;
	struct json *tree;

	snprintf(id, sizeof(id), "urn:kenpin:schema:%s:1", schema->name);
	buf_init(&compact, SIZE_MAX / 4);
	buf_init(&pretty, SIZE_MAX / 4);
	option_schema(&compact, schema->block, id, schema->title);
	tree = json_parse(buf_span(&compact), ERROR_CONFIG, schema->name, e);
	if (tree != NULL) {
		json_write_pretty(&pretty, tree);
		fwrite(buf_text(&pretty), 1, pretty.len, stdout);
		putchar('\n');
	}
	json_free(tree);
	buf_clear(&compact);
	buf_clear(&pretty);
	return tree ? 0 : -1;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;

	(void)c;
	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	const struct schema *schema = count == 0 ? &schemas[0] : count == 1 ? schema_find(argv[0]) : NULL;
	if (schema == NULL) {
		error_set(e, ERROR_USAGE, "usage: kenpin rules schema [rules | query | project]");
		return EXIT_CONFIG;
	}
	return print(schema, e) < 0 ? EXIT_CONFIG : EXIT_DONE;
}

const struct command rules_schema = {"schema", "[rules | query | project]",
	"Prints the JSON Schema of rule files, saved queries or kenpin.yaml, for editors.", run, NULL};
