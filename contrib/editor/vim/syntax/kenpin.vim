" Vim syntax of kenpin's rule files, on top of YAML. The keys are those of
" contrib/schema/rules.schema.json.
if exists('b:kenpin_syntax')
  finish
endif
let b:kenpin_syntax = 1

" a key: at the beginning of a line, behind a dash, or in brackets
syntax match kenpinKey /\%(^\s*\%(-\s\+\)*\|[{,]\s*\)\@<=\%(absent_is_null\|age\|allow\|arguments\|as\|auto\|call\|canary\|changed\|check\|class\|classes\|code\|compare\|confirm\|cool_down\|description\|direction\|doc\|docs\|duplicate_key\|equals\|equals_sum\|events\|exists\|expect\|expires\|field\|fields\|flap_after\|flap_within\|forget\|format\|grace\|group_by\|guard\|height\|hit\|id\|ignore_case\|ignore_null\|invalid_left\|invalid_right\|key\|kind\|left\|length\|match\|max\|max_actions\|max_chars\|max_per_shop\|max_percent\|message\|metric\|min\|min_chars\|min_current\|min_events\|min_reference\|mismatch\|missing\|missing_left\|missing_right\|mode\|must_match\|must_not_match\|name\|not_equals\|not_one_of\|now\|null_key\|on\|one_of\|op\|open_after\|other\|others\|pair\|path\|query\|reason\|recheck_after\|recover\|references\|remove\|renotify\|required\|resolve_after\|right\|right_field\|rules\|set\|severity\|silence\|source\|stale_left\|stale_right\|step\|stop_after\|store\|system\|tags\|target\|terms\|tests\|timing\|title\|tolerance\|truth\|type\|ucp\|unique\|unless_open\|until\|version\|when\|window\|within\|zone\)\ze:\%(\s\|$\)/ containedin=ALLBUT,yamlComment,kenpinRegex
syntax match kenpinVerdict /\%(\<severity:\s*\|\<expect:\s*\|\<mode:\s*\|\<op:\s*\)\@<=\%(allowed\|auto\|call\|clean\|copy\|create\|critical\|delete\|eq\|error\|finding\|ge\|gt\|info\|le\|lt\|manual\|ne\|patch\|reindex\|warning\)\>/ containedin=ALLBUT,yamlComment
syntax region kenpinRegex start=/\%(\<must_match:\s*\|\<must_not_match:\s*\|[{ ]match:\s*\)\@<='/ skip=/''/ end=/'/ oneline containedin=ALLBUT,yamlComment

highlight default link kenpinKey Identifier
highlight default link kenpinVerdict Constant
highlight default link kenpinRegex Special
