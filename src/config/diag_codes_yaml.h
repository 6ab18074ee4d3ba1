/*
 * Rows of diag_codes.c, included there alone: what can be wrong with a file as
 * YAML or JSON.
 */
{"E0101", "file cannot be read",
	"The file is named by the project, or stands in one of its folders, but it\n"
	"cannot be opened or read. The message says why: no such file, no\n"
	"permission, a folder in its place, a file over the limit.",
	"body_file: lost.json    # there is no queries/lost.json", "body_file: live.json    # beside the query file"},
	{"E0102", "file is not UTF-8",
		"Files are UTF-8. A file saved as Shift_JIS, EUC-JP or Latin-1 would be read\n"
		"as other characters than were typed, so that a rule would look for the\n"
		"wrong text. Save the file as UTF-8, without NUL bytes.",
		"title: \\x83\\x65\\x83\\x58\\x83\\x67    # Shift_JIS bytes",
		"title: \xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88    # the same text as UTF-8"},
	{"E0103", "file cannot be parsed",
		"A quote or bracket is not closed, the indentation of a line fits nothing\n"
		"above it, or a plain text holds \": \" or \" #\". The place is where the\n"
		"parser could not go on; the cause often stands a little before it.\n"
		"In double quotes a backslash begins an escape: write regexes in single\n"
		"quotes.",
		"must_match: \"^\\d+$\"\n"
		"title: price: too low",
		"must_match: '^\\d+$'\n"
		"title: 'price: too low'"},
	{"E0104", "tab or wide space in the indentation",
		"Indentation is made of spaces alone. How wide a tab is differs from editor\n"
		"to editor, so a file would mean something else than it shows. The wide space\n"
		"of a Japanese keyboard (U+3000) and the space that does not break (U+00A0),\n"
		"which comes along with text from web pages, are text to YAML.",
		"rules:\n"
		"\t- id: a",
		"rules:\n"
		"  - id: a"},
	{"E0105", "key stands twice in one block",
		"One of the two would win silently. Keep one. The message shows the first\n"
		"place too.",
		"severity: error\n"
		"query: products-live\n"
		"severity: info",
		"severity: error\n"
		"query: products-live"},
	{"E0106", "anchor, alias, tag or merge key",
		"These parts of YAML make one place of a file change what another says, or\n"
		"make types out of names. They are not read here. Write the value out where\n"
		"it is used.",
		"check: &jan\n"
		"  - {field: jan, required: true}\n"
		"other: *jan",
		"check:\n"
		"  - {field: jan, required: true}"},
	{"E0107", "second document in one file",
		"A line of three dashes begins another document, and only one is read.\n"
		"Put the second into a file of its own.",
		"version: 1\n"
		"---\n"
		"version: 1",
		"version: 1"},
	{"E0108", "file too deep or too large",
		"Blocks are nested deeper than LIMIT_CONFIG_DEPTH, or the file is larger\n"
		"than LIMIT_CONFIG_BYTES. Both are far above what people write by hand.",
		"a: [[[[[[[[ ... ]]]]]]]]    # 65 levels", "a: [[1, 2], [3, 4]]"},
	{"E0109", "half of a surrogate pair in an escape",
		"\\ud83d is half of a character as JavaScript counts. The YAML parser would\n"
		"make an invalid text of it. Write the character itself, or its whole\n"
		"number with eight digits.",
		"title: \"\\ud83d\\ude00\"", "title: \"\\U0001F600\""},
	{"E0110", "key is not a plain word",
		"A list or a block stands where a key is wanted, often because a bracket\n"
		"or brace is at the wrong place.",
		"? [a, b]\n"
		": 1",
		"a: 1\n"
		"b: 1"},
