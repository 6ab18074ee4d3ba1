" Vim syntax of kenpin's rule files, on top of YAML. The keys are those of
" contrib/schema/rules.schema.json.
if exists('b:kenpin_syntax')
  finish
endif
let b:kenpin_syntax = 1

" a key: at the beginning of a line, behind a dash, or in brackets
syntax match kenpinKey /\%(^\s*\%(-\s\+\)*\|[{,]\s*\)\@<=\%(age\|allow\|arguments\|as\|call\|check\|class\|code\|compare\|description\|doc\|docs\|equals\|equals_sum\|exists\|expect\|expires\|field\|format\|guard\|hit\|id\|ignore_case\|key\|match\|max\|max_actions\|max_chars\|max_per_shop\|max_percent\|message\|min\|min_chars\|missing\|mode\|must_match\|must_not_match\|name\|not_equals\|not_one_of\|now\|on\|one_of\|op\|open_after\|other\|others\|path\|query\|reason\|recover\|references\|remove\|renotify\|required\|resolve_after\|rules\|set\|severity\|silence\|source\|store\|system\|tags\|target\|terms\|tests\|title\|tolerance\|type\|ucp\|unique\|until\|version\|when\|zone\)\ze:\%(\s\|$\)/ containedin=ALLBUT,yamlComment,kenpinRegex
syntax match kenpinVerdict /\%(\<severity:\s*\|\<expect:\s*\|\<mode:\s*\|\<op:\s*\)\@<=\%(allowed\|auto\|call\|clean\|copy\|create\|critical\|delete\|eq\|error\|finding\|ge\|gt\|info\|le\|lt\|manual\|ne\|patch\|reindex\|warning\)\>/ containedin=ALLBUT,yamlComment
syntax region kenpinRegex start=/\%(\<must_match:\s*\|\<must_not_match:\s*\|[{ ]match:\s*\)\@<='/ skip=/''/ end=/'/ oneline containedin=ALLBUT,yamlComment

highlight default link kenpinKey Identifier
highlight default link kenpinVerdict Constant
highlight default link kenpinRegex Special
