" Rule files of a project: a folder rules/ beside or below a kenpin.yaml.
autocmd BufNewFile,BufRead */rules/*.yaml,*/rules/*.yml
	\ if !empty(findfile('kenpin.yaml', expand('%:p:h') . ';')) | set filetype=yaml.kenpin | endif
