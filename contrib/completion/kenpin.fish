# fish completion of kenpin; made by: kenpin completion fish
complete -c kenpin -n __fish_use_subcommand -s C -x -a '(__fish_complete_directories)' -d 'the project folder'
complete -c kenpin -n __fish_use_subcommand -l now -x -d 'the time that the run takes as the present'
complete -c kenpin -n __fish_use_subcommand -l log -x -a 'text json' -d 'form of the log on standard error'
complete -c kenpin -n __fish_use_subcommand -l verbose -d 'say more'
complete -c kenpin -n __fish_use_subcommand -l quiet -d 'say only errors'
complete -c kenpin -n __fish_use_subcommand -l help -d 'tell more'
complete -c kenpin -n __fish_use_subcommand -l version -d 'print the version'
complete -c kenpin -n __fish_use_subcommand -f -a scan -d 'Runs all rules over their queries, remembers what it finds, tells what is new.'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l query -x -d 'only this query (glob; may be given again)'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l rule -x -d 'only this rule (glob; may be given again)'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l shop -x -d 'only this shop of queries with for_each (glob; may be given again)'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l since -x -d 'read windowed queries from TIME (or 24h ago); cursors stay'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l limit -x -d 'at most N documents a query; such a scan is not complete'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l dry-run -d 'tell nobody, keep nothing: show what a run would find'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l fail-on -x -d 'exit 1 when a new finding is at least this severe'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l time-budget -x -d 'stop reading after TIME, as if asked to'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l manifest -x -a '(__fish_complete_directories)' -d 'write a recovery manifest into DIR'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l format -x -d 'new findings as table, ndjson or csv; default table'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l no-prefilter -d 'run every regex on every text (slow; the findings are the same)'
complete -c kenpin -n '__fish_seen_subcommand_from scan' -l no-census -d 'read documents where the server could count for window rules (the findings are the same)'
complete -c kenpin -n __fish_use_subcommand -f -a query -d 'Asks one question now: documents as a table, NDJSON or CSV. Touches no state.'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l body -r -F -d 'a query that is not saved: a query file or a bare body; - is standard input'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l source -x -d 'with --body: the source, when the file names none'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l index -x -d 'read this index instead'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l shop -x -d 'the shop that {shop} stands for'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l since -x -d 'only what the time field puts after TIME (or 24h ago)'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l field -x -d 'a column (may be given again); default: the whole document'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l limit -x -d 'at most N documents; default 100, 0 for all'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l count -d 'only how many there are'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l show -d 'only the request that would be sent'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l rules -r -F -d 'evaluate the rules of FILE and print what they find'
complete -c kenpin -n '__fish_seen_subcommand_from query' -l format -x -d 'table, ndjson or csv; default table'
complete -c kenpin -n __fish_use_subcommand -f -a findings -d 'Lists what is remembered, tells a finding'\''s story, changes its state by hand.'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a list
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a show
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a history
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a ack
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a unack
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a note
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a resolve
complete -c kenpin -n '__fish_seen_subcommand_from findings' -f -a export
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l rule -x -d 'of this rule (glob)'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l shop -x -d 'of this shop (glob)'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l query -x -d 'of this query (glob)'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l key -x -d 'whose key as JSON matches (glob)'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l text -x -d 'that hold TEXT in message, title, key or value'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l severity -x -d 'at least this severe: info, warning, error, critical'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l state -x -d 'suspect, open, acknowledged, silenced, inhibited or resolved; default: all but resolved'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l all -d 'resolved ones too'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l since -x -d 'opened since TIME (or 24h ago)'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l limit -x -d 'at most N'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l count -d 'only how many, by severity'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l format -x -d 'table, ndjson or csv; default table'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l by -x -d 'who does it; default: the user of this system'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l why -x -d 'why, in one line'
complete -c kenpin -n '__fish_seen_subcommand_from findings' -l reason -x -d 'the same as --why'
complete -c kenpin -n __fish_use_subcommand -f -a silence -d 'Keeps findings that match from being told, until a time.'
complete -c kenpin -n '__fish_seen_subcommand_from silence' -f -a add
complete -c kenpin -n '__fish_seen_subcommand_from silence' -f -a list
complete -c kenpin -n '__fish_seen_subcommand_from silence' -f -a show
complete -c kenpin -n '__fish_seen_subcommand_from silence' -f -a expire
complete -c kenpin -n '__fish_seen_subcommand_from silence' -l match -x -d 'what it hides: rule, shop, key, tag, severity; all labels must match, one given twice means either'
complete -c kenpin -n '__fish_seen_subcommand_from silence' -l until -x -d 'when it ends: a time, or 24h from now; at most 90d'
complete -c kenpin -n '__fish_seen_subcommand_from silence' -l reason -x -d 'why, in one line'
complete -c kenpin -n '__fish_seen_subcommand_from silence' -l author -x -d 'who adds or ends it; default: the user of this system'
complete -c kenpin -n '__fish_seen_subcommand_from silence' -l dry-run -d 'only show what it would hide now'
complete -c kenpin -n '__fish_seen_subcommand_from silence' -l all -d 'those that have ended too'
complete -c kenpin -n '__fish_seen_subcommand_from silence' -l format -x -d 'table, ndjson or csv; default table'
complete -c kenpin -n __fish_use_subcommand -f -a baseline -d 'Accepts all that is wrong today, so that only what is new is told.'
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -f -a accept
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -f -a list
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -f -a undo
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -l rule -x -d 'only findings of this rule (glob)'
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -l query -x -d 'only findings of this query (glob)'
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -l reason -x -d 'why, in one line'
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -l author -x -d 'who does it; default: the user of this system'
complete -c kenpin -n '__fish_seen_subcommand_from baseline' -l format -x -d 'list: table, ndjson or csv; default table'
complete -c kenpin -n __fish_use_subcommand -f -a notify -d 'Lists messages that are owed or dead, sends them again or gives them up; tests a receiver.'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -f -a list
complete -c kenpin -n '__fish_seen_subcommand_from notify' -f -a retry
complete -c kenpin -n '__fish_seen_subcommand_from notify' -f -a discard
complete -c kenpin -n '__fish_seen_subcommand_from notify' -f -a test
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l owed -d 'list: those that will be sent'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l dead -d 'list: those that were given up'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l sent -d 'list: those that a receiver took; without any of these: owed and dead'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l limit -x -d 'list: at most N'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l format -x -d 'list: table, ndjson or csv; default table'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l all -d 'retry: all that are owed or dead'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l reason -x -d 'discard: why, in one line'
complete -c kenpin -n '__fish_seen_subcommand_from notify' -l by -x -d 'discard: who does it; default: the user of this system'
complete -c kenpin -n __fish_use_subcommand -f -a routes -d 'Shows the tree of routes, or which of them a finding takes, and why.'
complete -c kenpin -n '__fish_seen_subcommand_from routes' -f -a list
complete -c kenpin -n '__fish_seen_subcommand_from routes' -f -a explain
complete -c kenpin -n '__fish_seen_subcommand_from routes' -l finding -x -d 'explain: a finding that the store knows'
complete -c kenpin -n '__fish_seen_subcommand_from routes' -l match -x -d 'explain: one that might be: rule, shop, severity, query, class, key, tag; the rest is that of the rule'
complete -c kenpin -n __fish_use_subcommand -f -a rules -d 'Checks rule files, runs the tests that stand in them, lists the rules.'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a check
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a test
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a list
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a explain
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a try
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a coverage
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a new
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a import
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a fmt
complete -c kenpin -n '__fish_seen_subcommand_from rules' -f -a schema
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l rule -x -d 'only this rule (glob; may be given again)'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l live -d 'check: ask the servers for index, query and mapping too'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l format -x -d 'check: text, json or sarif; test: text or json; list: table, ndjson or csv'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l mutate -d 'change rules one thing at a time: list the changes that no test notices'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l min-caught -x -d 'with --mutate: exit 1 when less of them is noticed'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l all -d 'test: with --format json, tests that pass too, each with its documents'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l doc -r -F -d 'explain: a JSON document to lead through the rule; - is standard input'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l since -x -d 'try: only what the time field puts after TIME (or 24h ago)'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l limit -x -d 'try: at most N documents of each shop; default all'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l diff -d 'try: which open findings the rule as it is now would close, and which open'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l check -d 'change nothing; name the files that would change, and exit 1'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l fail-under -x -d 'exit 1 when less than this was tried'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l id -x -d 'id of the new rule'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l query -x -d 'saved query whose documents it looks at'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l kind -x -d 'check (default), or hit: every document of the query is wrong'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l field -x -d 'field to check; with --from a glob, may be given again'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l from -r -F -d 'sample documents (JSON, NDJSON; - is standard input)'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l to -x -a '(__fish_complete_directories)' -d 'write rules/ID.yaml and queries/ID.yaml below DIR; default: only show them'
complete -c kenpin -n '__fish_seen_subcommand_from rules' -l source -x -d 'source that the queries name; default search'
complete -c kenpin -n __fish_use_subcommand -f -a manifest -d 'The life of corrections: planned, approved, handed out, reported, proven by a scan.'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a plan
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a show
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a approve
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a export
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a import
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a status
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a verify
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a undo
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a check
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -f -a expire
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l to -x -a '(__fish_complete_directories)' -d 'plan: write the manifest into DIR, to be reviewed; without it nothing is written'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l mode -x -d 'only actions of this mode: auto or manual'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l format -x -d 'text, json or html; default text'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l role -x -d 'approve: as what the author decides'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l author -x -d 'who does it; default: the user of this system'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l reason -x -d 'expire: why, in one line'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l as -x -d 'export: another form, with its loss: jsonl, s3-batch or csv (for people)'
complete -c kenpin -n '__fish_seen_subcommand_from manifest' -l bucket -x -d 'export: with --as s3-batch, where the manifest'\''s folder is'
complete -c kenpin -n __fish_use_subcommand -f -a runs -d 'Lists runs, or shows one: how it ended, what it counted, why.'
complete -c kenpin -n '__fish_seen_subcommand_from runs' -f -a list
complete -c kenpin -n '__fish_seen_subcommand_from runs' -f -a show
complete -c kenpin -n '__fish_seen_subcommand_from runs' -l limit -x -d 'at most N, newest first; default 20'
complete -c kenpin -n '__fish_seen_subcommand_from runs' -l format -x -d 'table, ndjson or csv; default table'
complete -c kenpin -n __fish_use_subcommand -f -a state -d 'Checks, migrates, backs up, restores, shrinks, exports or measures the state store.'
complete -c kenpin -n '__fish_seen_subcommand_from state' -f -a check
complete -c kenpin -n '__fish_seen_subcommand_from state' -f -a migrate
complete -c kenpin -n '__fish_seen_subcommand_from state' -f -a backup
complete -c kenpin -n '__fish_seen_subcommand_from state' -f -a restore
complete -c kenpin -n '__fish_seen_subcommand_from state' -f -a vacuum
complete -c kenpin -n '__fish_seen_subcommand_from state' -f -a export
complete -c kenpin -n '__fish_seen_subcommand_from state' -f -a stats
complete -c kenpin -n '__fish_seen_subcommand_from state' -l force -d 'restore: although the present store cannot be read'
complete -c kenpin -n '__fish_seen_subcommand_from state' -l format -x -d 'stats: table, ndjson or csv; default table'
complete -c kenpin -n __fish_use_subcommand -f -a doctor -d 'Looks at every source, receiver and the store: one line each, with a remedy.'
complete -c kenpin -n __fish_use_subcommand -f -a explain -d 'Explains the code of a message, with a wrong and a right example.'
complete -c kenpin -n __fish_use_subcommand -f -a completion -d 'Prints a completion script for a shell.'
complete -c kenpin -n '__fish_seen_subcommand_from completion' -f -a bash
complete -c kenpin -n '__fish_seen_subcommand_from completion' -f -a zsh
complete -c kenpin -n '__fish_seen_subcommand_from completion' -f -a fish
