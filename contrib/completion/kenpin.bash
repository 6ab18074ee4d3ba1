# bash completion of kenpin; made by: kenpin completion bash
_kenpin() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' verb='' verbs='' options='' i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--body|--rules|--doc|--from|-C|--manifest|--to|--now|--log|--query|--rule|--shop|--since|--limit|--fail-on|--time-budget|--format|--source|--index|--field|--key|--text|--severity|--state|--by|--why|--reason|--match|--until|--author|--finding|--min-caught|--fail-under|--id|--kind|--mode|--role|--as|--bucket) i=$((i + 1)) ;;
		-*) ;;
		*) if [ -z "$command" ]; then command=${COMP_WORDS[i]}; elif [ -z "$verb" ]; then verb=${COMP_WORDS[i]}; fi ;;
		esac
	done
	COMPREPLY=()
	case $prev in
	--body|--rules|--doc|--from) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	-C|--manifest|--to) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
	--now|--log|--query|--rule|--shop|--since|--limit|--fail-on|--time-budget|--format|--source|--index|--field|--key|--text|--severity|--state|--by|--why|--reason|--match|--until|--author|--finding|--min-caught|--fail-under|--id|--kind|--mode|--role|--as|--bucket) return ;;
	esac
	case $command in
	'')
		verbs='scan query findings silence baseline notify routes rules manifest runs state doctor explain completion'
		options='-C --now --log --verbose --quiet --help --version'
		;;
	scan)
		verbs=''
		options='--query --rule --shop --since --limit --dry-run --fail-on --time-budget --manifest --format --no-prefilter --no-census --help'
		;;
	query)
		verbs=''
		options='--body --source --index --shop --since --field --limit --count --show --rules --format --help'
		;;
	findings)
		verbs='list show history ack unack note resolve export'
		options='--rule --shop --query --key --text --severity --state --all --since --limit --count --format --by --why --reason --help'
		;;
	silence)
		verbs='add list show expire'
		options='--match --until --reason --author --dry-run --all --format --help'
		;;
	baseline)
		verbs='accept list undo'
		options='--rule --query --reason --author --format --help'
		;;
	notify)
		verbs='list retry discard test'
		options='--owed --dead --sent --limit --format --all --reason --by --help'
		;;
	routes)
		verbs='list explain'
		options='--finding --match --help'
		;;
	rules)
		verbs='check test list explain try coverage new import fmt schema'
		options='--rule --live --format --mutate --min-caught --all --doc --since --limit --diff --check --fail-under --id --query --kind --field --from --to --source --help'
		;;
	manifest)
		verbs='plan show approve export import status verify undo check expire'
		options='--to --mode --format --role --author --reason --as --bucket --help'
		;;
	runs)
		verbs='list show'
		options='--limit --format --help'
		;;
	state)
		verbs='check migrate backup restore vacuum export stats'
		options='--force --format --help'
		;;
	doctor)
		verbs=''
		options='--help'
		;;
	explain)
		verbs=''
		options='--help'
		;;
	completion)
		verbs='bash zsh fish'
		options='--help'
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
	elif [ -n "$verbs" ] && [ -z "$verb" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -o filenames -F _kenpin kenpin
