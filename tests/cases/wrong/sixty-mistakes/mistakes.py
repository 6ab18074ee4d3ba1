"""Makes one mistake after the other in a valid rule file: each must be refused, by one
message, at its place and with what to do, in at most ten lines. Prints what was said.

A row: what is wrong; the line, what stands there and what is put in its place; the
line and column at which it must be reported."""
import json
import re
import subprocess
import sys

KENPIN, FILE = sys.argv[1:]
MOST_LINES = 10

MISTAKES = [
    # the file
    ("version forgotten", 1, "version: 1\n", "", "1:1"),
    ("version of the future", 1, "1", "2", "1:10"),
    ("version in quotes", 1, "1", "'1'", "1:10"),
    ("rules misspelt", 2, "rules:", "rulez:", "2:1"),
    ("tab for spaces", 4, "    title", "\ttitle", "4:1"),
    ("one space too many", 5, "    query", "     query", "5:6"),
    ("one space too few", 5, "    query", "   query", "5:4"),
    ("wide space of a Japanese keyboard", 5, "    query", "\u3000\u3000query", "5:1"),
    ("wide colon of a Japanese keyboard", 6, "severity: error", "severity\uff1a error", "6:13"),
    ("no space behind the colon", 6, "severity: error", "severity:error", "6:5"),
    ("no space behind the dash", 3, "- id", "-id", "3:3"),
    ("curly quotes", 9, "'+09:00'", "\u2018+09:00\u2019", "9:11"),
    ("second document", 33, "  - id: banned", "---\nrules:\n  - id: banned", "33:1"),
    ("anchor", 12, "    check:", "    check: &mine", "12:12"),
    ("key twice", 7, "    open_after: 2", "    severity: info", "7:5"),
    # keys of a rule
    ("id forgotten", 3, "id: jan-code-shape\n    title", "title", "3:5"),
    ("id of two words", 3, "jan-code-shape", "jan code shape", "3:9"),
    ("id of another rule", 33, "banned", "jan-code-shape", "33:9"),
    ("title without a value", 4, "title: JAN code has 8 or 13 digits", "title:", "4:5"),
    ("colon in a plain title", 4, "JAN code has", "JAN code: has", "4:20"),
    ("query that is not there", 5, "products", "product", "5:12"),
    ("severity that is none", 6, "error", "eror", "6:15"),
    ("number spelt out", 7, "2", "two", "7:17"),
    ("number out of range", 7, "2", "0", "7:17"),
    ("duration without a unit", 8, "24h", "24", "8:15"),
    ("zone by name", 9, "'+09:00'", "Asia/Tokyo", "9:11"),
    ("map for a list", 10, "[code]", "{code: jan}", "10:11"),
    ("check and hit in one rule", 10, "tags: [code]", "hit: true", "10:10"),
    ("neither check nor hit", 36, "    hit: {message: it is listed}\n", "", "33:5"),
    ("key of a check in the rule", 10, "tags: [code]", "max: 10", "10:5"),
    # when
    ("condition that says nothing", 11, ", equals: true", "", "11:11"),
    ("condition that says two things", 11, "equals: true", "equals: true, exists: true", "11:11"),
    ("equals misspelt", 11, "equals", "equal", "11:29"),
    # check
    ("exceptions are no list", 22, "- {field: jan", "{field: jan", "22:7"),
    ("hit says no", 36, "{message: it is listed}", "false", "36:10"),
    ("message misspelt", 36, "message", "mesage", "36:11"),
    ("check misspelt", 12, "check", "chek", "12:5"),
    ("kind of check misspelt", 13, "must_match", "must_mach", "13:38"),
    ("bracket of a regex not closed", 13, "{13})$", "{13}$", "13:74"),
    ("range of a regex turned round", 13, "[0-9]{8}", "[9-0]{8}", "13:58"),
    ("regex in double quotes", 13, "'^(?:[0-9]{8}|[0-9]{13})$'", '"^\\d{8}$"', "13:52"),
    ("quote not closed", 13, ")$'}", ")$}", "13:50"),
    ("brace not closed", 13, ")$'}", ")$'", "13:9"),
    ("regex that explodes", 13, "(?:[0-9]{8}|[0-9]{13})", "([0-9]+)+", "13:50"),
    ("regex that is empty", 13, "^(?:[0-9]{8}|[0-9]{13})$", "", "13:50"),
    ("flag in quotes", 13, "required: true", "required: 'true'", "13:32"),
    ("flag in words of YAML 1.1", 13, "required: true", "required: yes", "13:32"),
    ("type that is none", 15, "number", "numbr", "15:15"),
    ("bound that is no number", 16, "1", "one", "16:14"),
    ("comma in a number", 17, "3000000", "3,000,000", "17:14"),
    ("bounds turned round", 17, "3000000", "0", "17:14"),
    ("index of an element", 18, "items[].sku", "items[0].sku", "18:17"),
    ("list of no values", 18, "[a, b]", "[]", "18:40"),
    ("lengths turned round", 18, "max_chars: 40", "max_chars: 0", "18:73"),
    ("comparison misspelt", 19, "ge", ">=", "19:52"),
    ("field compared with itself", 19, "field: price", "field: total", "19:41"),
    ("age without a unit", 20, "30d", "30", "20:40"),
    ("field of a check forgotten", 20, "field: shipped_at, ", "", "20:9"),
    # allow
    ("exception without a reason", 22, "reason: issued in-house, ", "", "22:9"),
    ("exception for nothing", 22, "match: '^IN-[0-9]{6}$', ", "", "22:9"),
    ("day that the calendar has not", 22, "2099-03-31", "2099-02-30", "22:78"),
    # recover
    ("correction that is not known", 24, "call", "cal", "24:11"),
    ("correction without its name", 25, "      call: normalise-jan\n", "", "24:7"),
    ("key of another correction", 25, "call: normalise-jan", "call: normalise-jan\n      set: {jan: 1}", "26:12"),
    ("guard of no action", 26, "200", "0", "26:28"),
    ("share over the whole", 26, "1.0", "101", "26:46"),
    # tests
    ("verdict that is none", 28, "finding", "fail", "28:80"),
    ("test without a name", 28, "name: short code, ", "", "28:9"),
    ("document that is a text", 31, "{sku: c, sellable: true, jan: '4901234567894', price: 10}", "sku c", "31:14"),
    ("class of what is no finding", 32, "clean", "clean\n        class: min", "33:16"),
]


def check(*options):
    return subprocess.run([KENPIN, "rules", "check", *options], capture_output=True, text=True)


def main():
    with open(FILE, encoding="utf-8") as f:
        valid = f.read()
    lines = valid.splitlines(keepends=True)
    wrong = 0
    for name, line, old, new, place in MISTAKES:
        before, rest = "".join(lines[: line - 1]), "".join(lines[line - 1 :])
        assert 0 <= rest.find(old) < len(lines[line - 1]), f"{name}: line {line} has no {old!r}"
        with open(FILE, "w", encoding="utf-8") as f:
            f.write(before + rest.replace(old, new, 1))
        done = check("--format", "json")
        said = [json.loads(row) for row in done.stdout.splitlines()]
        height = len(check().stderr.splitlines()) - 1  # the last line counts the errors
        print(f"{name}:")
        for d in said:
            d["help"] = re.sub(r" \(PCRE2 .*", "", d.get("help", "NO REMEDY"))
            remedy = re.sub(r"^(keys of [^:]*): .*", r"\1: ...", d["help"])
            print(f"  {d['code']} {d['line']}:{d['column']} {d['message']}\n    {remedy}")
        right = done.returncode == 3 and len(said) == 1 and height <= MOST_LINES and said[0]["help"] != "NO REMEDY"
        if not right or f"{said[0]['line']}:{said[0]['column']}" != place:
            print(f"  WRONG: exit code {done.returncode}, {len(said)} messages in {height} lines; it stands at {place}")
            wrong += 1
    print(f"{len(MISTAKES)} mistakes, {wrong} told wrongly")
    return wrong > 0


sys.exit(main())
