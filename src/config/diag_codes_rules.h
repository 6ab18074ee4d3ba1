/*
 * Rows of diag_codes.c, included there alone: what can be wrong with rules and
 * field paths.
 */
{"E0301", "rule has no block that says its kind",
	"A rule does one thing, and a block says which: `check` looks at fields of\n"
	"every document, `hit` makes a finding of every document that the query\n"
	"returns, `set` looks at all documents together, `window` at those of a\n"
	"window of time, `pair` holds two sides against each other.",
	"- id: a\n"
	"  title: no kind\n"
	"  query: products-live",
	"- id: a\n"
	"  title: JAN code is there\n"
	"  query: products-live\n"
	"  check:\n"
	"    - {field: jan, required: true}"},
	{"E0302", "rule has more than one kind",
		"`check`, `hit`, `set`, `pair` and `window` cannot stand in one rule: write two rules.",
		"- id: a\n"
		"  check: [{field: jan, required: true}]\n"
		"  hit: true",
		"- id: a\n"
		"  check: [{field: jan, required: true}]\n"
		"- id: b\n"
		"  hit: {message: listed though banned}"},
	{"E0303", "check without anything to check",
		"An empty `check` list, an entry that names a field alone, or an empty list\n"
		"of values holds for every document: it could never find anything.",
		"check:\n"
		"  - {field: jan}",
		"check:\n"
		"  - {field: jan, required: true}"},
	{"E0304", "regex does not compile",
		"The regex is not well formed (PCRE2 syntax). The caret stands where the\n"
		"compiler stopped. In double quotes backslashes are escapes of YAML: use\n"
		"single quotes, and write a single quote inside as two.",
		"must_match: '^([0-9]{8}|[0-9]{13}$'", "must_match: '^([0-9]{8}|[0-9]{13})$'"},
	{"E0305", "field path not well formed",
		"A path is keys joined by dots; `[]` after a key means every element of the\n"
		"array there; a backslash makes the next dot, bracket or backslash plain.",
		"field: items[0].sku\n"
		"field: a..b",
		"field: items[].sku\n"
		"field: a.b"},
	{"E0306", "check does not fit",
		"The check can never hold or never fail as it is written: min over max,\n"
		"bounds of two kinds, a comparison of a field with itself.",
		"- {field: price, min: 10, max: 1}", "- {field: price, min: 1, max: 10}"},
	{"E0307", "rule asks for a query that is not there",
		"`query` is the name of a file below queries/, without its ending.", "query: product-live",
		"query: products-live    # queries/products-live.yaml"},
	{"E0308", "test not well formed",
		"A test holds a document (a map, or JSON in a text) and what the rule must\n"
		"say of it: finding, allowed or clean.",
		"tests:\n"
		"  - {name: short, doc: '{\"jan\": ', expect: finding}",
		"tests:\n"
		"  - {name: short, doc: {sku: a, jan: '4901'}, expect: finding}"},
	{"E0310", "zone is no offset from UTC",
		"Zones are given as the offset from UTC, since names change their offset\n"
		"over the year.",
		"zone: Asia/Tokyo", "zone: '+09:00'"},
	{"E0311", "rule file holds no rules, or there are too many",
		"A file that checks nothing looks like one that finds nothing. Add a rule or\n"
		"remove the file. At most LIMIT_RULES rules are read in one project.",
		"version: 1\n"
		"rules: []",
		"version: 1\n"
		"rules:\n"
		"  - {id: a, title: JAN is there, query: products-live, check: [{field: jan, required: true}]}"},
	{"E0312", "recover does not fit its op",
		"Every op has keys that it needs and keys that mean nothing to it: call needs\n"
		"`call`, patch needs `set` or `remove`, copy needs `source`. A delete is never\n"
		"automatic. A pair rule copies or calls: `truth` says which side is right, and\n"
		"`auto` which classes may be corrected without a person's word.",
		"recover: {op: patch, call: normalise-jan}", "recover: {op: call, call: normalise-jan}"},
	{"E0313", "condition or exception says nothing, or too much",
		"A condition of `when` says one thing of one field; an entry of `allow` says\n"
		"which value or which document it means, and why.",
		"when: {field: sellable}\n"
		"allow:\n"
		"  - {reason: known}",
		"when: {field: sellable, equals: true}\n"
		"allow:\n"
		"  - {field: jan, match: '^IN-', reason: issued in-house}"},
	{"E0314", "set does not say one thing of all documents",
		"`set` holds either `unique`, fields that no two documents have alike, or\n"
		"`references`, fields by which every document is found in another query. It\n"
		"needs all documents, so neither query may read a window of time; a path with\n"
		"[] is a key by itself. A correction is proposed of each document found, so\n"
		"none can create one, and of those that share a key none deletes: which of\n"
		"them is the wrong one a person or a call decides.",
		"set:\n"
		"  references: {query: orders, on: [order_no]}",
		"set:\n"
		"  references: {query: orders, on: {order_no: order_no}}"},
	{"E0315", "pair does not say how two sides are compared",
		"`left` and `right` name a query each, with keys of as many parts. Both are\n"
		"read whole, so neither query may read a window of time, and `when` belongs\n"
		"into the queries: what it leaves out on one side would be missing there.\n"
		"`grace` needs a field that says when a document was `changed`; a tolerance\n"
		"fits decimals and instants; a path with [] is compared as list or set.",
		"pair:\n"
		"  left: {query: shop, key: [shop, sku]}\n"
		"  right: {query: back-end, key: [sku]}\n"
		"  compare: [{field: price, as: decimal}]",
		"pair:\n"
		"  left: {query: shop, key: [shop, sku]}\n"
		"  right: {query: back-end, key: [shop, sku]}\n"
		"  compare: [{field: price, as: decimal}]"},
	{"E0316", "window does not fit",
		"A window is one of time, so the query has a time field; its step divides its\n"
		"length (LIMIT_WINDOW_STEPS at most); it has a bound that can be passed; a group\n"
		"is named by fields with one value each. An exception names a group by its\n"
		"`key`, and no correction can be proposed.",
		"window: {kind: metric, metric: avg, field: price, length: 1h, step: 7m}",
		"window: {kind: metric, metric: avg, field: price, length: 1h, step: 5m, max: 1000}"},
	{"E0317", "rules that wait for one another",
		"`unless_open` names rules whose findings keep those of this rule from being\n"
		"told. Going from one to the next leads back here, so that all of them could be\n"
		"hidden at once and nobody would hear of any. One of them tells of the cause:\n"
		"it waits for none.",
		"- {id: shop-down, unless_open: stock-wrong}\n"
		"- {id: stock-wrong, unless_open: shop-down}",
		"- {id: shop-down}\n"
		"- {id: stock-wrong, unless_open: shop-down}"},
	{"W0410", "exception has expired",
		"The day of `until` is over: the entry is ignored, and what it allowed is\n"
		"found again. Remove it, or give it a new date and reason.",
		"allow:\n"
		"  - {field: jan, match: '^IN-', reason: until the move, until: 2020-01-01}",
		"allow:\n"
		"  - {field: jan, match: '^IN-', reason: until the move, until: 2099-01-01}"},
	{"W0411", "regex runs without JIT",
		"The regex could not be translated to machine code, so it runs many times\n"
		"slower. It finds the same.",
		"must_match: '(*NO_JIT)^[0-9]+$'", "must_match: '^[0-9]+$'"},
	{"W0412", "exception that can never apply",
		"The entry of `allow` names a field that no check of the rule looks at, so no\n"
		"failing value of it can come. Most often the name is misspelt, and what was to\n"
		"be allowed is found.",
		"check:\n"
		"  - {field: jan, required: true}\n"
		"allow:\n"
		"  - {field: jna, match: '^IN-', reason: issued in-house}",
		"check:\n"
		"  - {field: jan, required: true}\n"
		"allow:\n"
		"  - {field: jan, match: '^IN-', reason: issued in-house}"},
	{"W0413", "check that can never fail",
		"What the check is to find does not pass `when`: a condition on the same field\n"
		"says what the check says, so the check holds of every document that it sees.",
		"when: {field: status, one_of: [on_sale, reserved]}\n"
		"check:\n"
		"  - {field: status, one_of: [on_sale, reserved, sold_out]}",
		"check:\n"
		"  - {field: status, one_of: [on_sale, reserved, sold_out]}"},
	{"E0501", "regex explodes",
		"A short text exists for which the regex takes more steps than a run allows\n"
		"(LIMIT_MATCH_STEPS): the message shows one. It was measured on the engine\n"
		"that runs the rules. Most often a repeat stands in a repeat, or side by side\n"
		"with its like, so that one text can be divided among them in many ways. Write\n"
		"it so that each character has one place to go; or use a possessive repeat\n"
		"(a++) or an atomic group ((?>a+)), which give nothing back.",
		"must_match: '^([a-z]+-?)+$'", "must_match: '^[a-z]+(?:-[a-z]+)*-?$'"},
	{"W0502", "regex takes too long on a long text",
		"The steps that the regex takes grow as the square, or a higher power, of the\n"
		"length of a text made for it: the message shows the shortest that passes what\n"
		"a run allows (LIMIT_MATCH_STEPS), or reads so many characters over and over\n"
		"where the limit does not count. Two repeats in a row can take the same\n"
		"characters. Let the first leave out what the second begins with, make it\n"
		"possessive, bound it as in {1,40}, or, when such texts cannot come, silence\n"
		"the message with the reason.",
		"must_match: '^[0-9,]+(,[0-9]+)+$'", "must_match: '^[0-9]+(?:,[0-9]+)+$'"},
	{"W0503", "regex is not checked for explosion",
		"What the message names is more than the check can read, and simple attacks\n"
		"did no harm: nobody knows. Write the regex without it, or look at it with care\n"
		"and silence the message with the reason.",
		"must_match: '^(\\((?:[^()]|(?1))*\\))$'", "must_match: '^\\([^()]*\\)$'"},
	{"W0504", "silence without anything to silence",
		"The rule has no such message, perhaps since it was mended: take the entry out,\n"
		"or it will hide the next one.",
		"silence:\n"
		"  - {code: W0502, reason: this regex is long gone}",
		"silence: []"},
