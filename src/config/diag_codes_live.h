/*
 * Rows of diag_codes.c, included there alone: what a live server says of
 * queries and rules (`rules check --live`).
 */
{"E0601", "server refuses the query",
	"The server was asked whether it can run the query, and said no; the message\n"
	"gives its reason. The place is the body of the query.",
	"body: {query: {termm: {status: on_sale}}}", "body: {query: {term: {status: on_sale}}}"},
	{"E0602", "there is no such index",
		"No index of the server has this name or fits this pattern. A scan of it is\n"
		"not complete, and nothing is found. Correct the name; or, when the index comes\n"
		"and goes, say so.",
		"index: product-live", "index: products-live\noptional: true    # when it may be missing"},
	{"W0603", "field is not in the mapping",
		"No index of the query maps this field. Most often it is misspelt, and the rule\n"
		"finds nothing; with `required: true` it finds everything. Where the mapping\n"
		"leaves fields out on purpose (dynamic: false, enabled: false) the documents may\n"
		"hold it all the same.",
		"- {field: jna, required: true}", "- {field: jan, required: true}"},
	{"W0604", "mapping contradicts the check",
		"The check needs another type than the one that the index gives the field: a\n"
		"number's bound on a keyword, a regex on a number. Such values are findings of\n"
		"class `type`, or are compared in a way that was not meant. Ask for the type\n"
		"that is there, or say `type: decimal` for numbers that are kept as texts.",
		"- {field: price, min: 1}            # price is a keyword", "- {field: price, type: decimal, min: 1}"},
