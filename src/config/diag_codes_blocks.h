/*
 * Rows of diag_codes.c, included there alone: what can be wrong with the keys
 * and values of any block.
 */
{"E0201", "value of the wrong type or shape",
	"The key is known, but its value is of another kind: a list where one value\n"
	"is wanted, a text where a number is, a number in quotes, or nothing at all.\n"
	"Types come from the key, they are never guessed: `no` and `1.10` stay text\n"
	"where text is wanted.",
	"timeout: 30\n"
	"page: \"5000\"",
	"timeout: 30s\n"
	"page: 5000"},
	{"E0202", "value out of range, or not one of those allowed",
		"The value is of the right type, but too small, too large, not one of a\n"
		"fixed set, or it cannot stand beside another setting. The message says\n"
		"what is allowed.",
		"fetch: fulll", "fetch: full    # auto, full or fields"},
	{"E0203", "unknown key",
		"No such key is known in this block. Unknown keys are never passed over: a\n"
		"misspelt check would silently check nothing. The nearest known key is\n"
		"named; otherwise all keys of the block are.",
		"check:\n"
		"  - {field: jan, must_mach: '^[0-9]+$'}",
		"check:\n"
		"  - {field: jan, must_match: '^[0-9]+$'}"},
	{"E0204", "required key is missing", "The block cannot do without this key. The help line says what it is for.",
		"sources:\n"
		"  search: {kind: elasticsearch}",
		"sources:\n"
		"  search: {kind: elasticsearch, url: 'https://search.example:9200'}"},
	{"E0205", "secret in plain sight",
		"Passwords, keys and tokens are never written into files that are shared\n"
		"and kept. Name the environment variable or the file that holds the value;\n"
		"it is read when it is needed, and never printed or stored. A secret that\n"
		"was committed once has to be replaced.",
		"auth: {basic: 'reader:pass'}\n"
		"url: https://reader:pass@search.example:9200",
		"auth: {basic: env:KENPIN_ES_BASIC}\n"
		"auth: {basic: file:/run/secrets/search}"},
	{"E0206", "name not well formed",
		"Names of sources, receivers, queries, shops and rules hold letters, digits,\n"
		"- _ and . alone, and have at most LIMIT_NAME_CHARS of them. They stand in\n"
		"messages, file names and command lines.",
		"shops: [s001, 'shop two']", "shops: [s001, shop-two]"},
	{"E0207", "name is there twice",
		"Two things have one name, so that nobody could tell which is meant. The\n"
		"message names both places.",
		"queries/live.yaml\n"
		"queries/old/live.yaml",
		"queries/live.yaml\n"
		"queries/old/live-2025.yaml"},
	{"E0208", "key stands under the wrong block",
		"The key is known, but elsewhere: it is at the wrong indentation, or was\n"
		"put beside the block that it belongs into.",
		"source: search\n"
		"overlap: 15m\n"
		"time: {field: updated_at}",
		"source: search\n"
		"time: {field: updated_at, overlap: 15m}"},
	{"E0209", "reference to something that is not there",
		"A source, receiver or query is named that the project does not have. The\n"
		"nearest name is suggested.",
		"receivers: {team: {kind: stdout}}\n"
		"routes:\n"
		"  - {receivers: [taem]}",
		"receivers: {team: {kind: stdout}}\n"
		"routes:\n"
		"  - {receivers: [team]}"},
	{"E0210", "wrong kind of file, or a version that is not known",
		"The file holds something else than belongs at its place, or nothing, or\n"
		"its `version` is one that this kenpin does not read. The project is\n"
		"kenpin.yaml; a saved query is one file below queries/; rules stand in files\n"
		"below rules/. A bare search body (JSON) belongs to a query by `body_file`.",
		"# queries/live.yaml\n"
		"query: {term: {sellable: true}}",
		"# queries/live.yaml\n"
		"source: search\n"
		"index: products-live\n"
		"body:\n"
		"  query: {term: {sellable: true}}"},
	{"W0211", "a body that a source cannot use",
		"The query has a body, but its source reads files. A file has no query\n"
		"language, so every document is read. Rules can choose by `when`.",
		"source: files\n"
		"body: {query: {term: {sellable: true}}}",
		"source: files\n"
		"# and in the rule:\n"
		"when: {field: sellable, equals: true}"},
	{"E0212", "template of a message that cannot be used",
		"A template is the JSON that a service wants, with holes. {{title}} in quotes\n"
		"is escaped, out of quotes it is quoted; {{text:80}} is at most 80 characters\n"
		"of it; {{manifest|none}} says what stands for an empty value.\n"
		"{{#findings:5}} and {{/findings}} hold what is written once a finding, {{,}}\n"
		"a comma between two of them.\n"
		"Of a message: title, event (found, resolved), severity, group, key, run,\n"
		"manifest, at, text, total, critical, error, warning, info, left_out. In the\n"
		"loop also: rule, title, severity, shop, key, message, field, value, query,\n"
		"index, id, state, number.\n"
		"It is tried with messages of none, one and three findings: what comes out\n"
		"must be JSON.",
		"template: '{\"text\": {{titel}}}'",
		"# Microsoft Teams: a workflow that starts when a webhook request is received\n"
		"template: |\n"
		"  {\"type\": \"message\", \"attachments\": [{\n"
		"    \"contentType\": \"application/vnd.microsoft.card.adaptive\",\n"
		"    \"content\": {\"type\": \"AdaptiveCard\", \"version\": \"1.4\", \"body\": [\n"
		"      {\"type\": \"TextBlock\", \"weight\": \"bolder\", \"wrap\": true, \"text\": {{title:200}}},\n"
		"      {\"type\": \"FactSet\", \"facts\": [{{#findings}}\n"
		"        {\"title\": {{rule}}, \"value\": \"{{shop|-}} {{key}}: "
		"{{message:200}}\"}{{,}}{{/findings}}]},\n"
		"      {\"type\": \"TextBlock\", \"text\": \"{{left_out}} more; manifest {{manifest|none}}\"}]}}]}"},
	{"W0213", "route that is never reached",
		"Of a list of routes the first that fits takes a finding. A route before this\n"
		"one fits all that this one could, and does not go on, so this one tells\n"
		"nobody. Put the narrower route first, or say `continue: true` at the wider.",
		"routes:\n"
		"  - {receivers: [team]}\n"
		"  - {match: {severity: critical}, receivers: [oncall]}",
		"routes:\n"
		"  - {match: {severity: critical}, receivers: [oncall]}\n"
		"  - {receivers: [team]}"},
	{"W0214", "no route for the rest",
		"A finding that no route fits is remembered and told to nobody: a new rule, or\n"
		"a new shop, may be one of them. End the list with a route without `match`; when\n"
		"nobody is to be told of the rest, say so with `receivers: nobody`.",
		"routes:\n"
		"  - {match: {severity: critical}, receivers: [oncall]}",
		"routes:\n"
		"  - {match: {severity: critical}, receivers: [oncall]}\n"
		"  - {receivers: nobody}"},
