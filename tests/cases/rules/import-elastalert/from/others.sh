# the types that need little: TYPE and its own keys
while read -r type keys; do
	printf 'name: %s\ntype: %s\nindex: events\nalert: debug\nfilter: []\n%s\n' "of $type" "$type" "$(echo "$keys" | tr ';' '\n')" >"of-$type.yaml"
done <<'TYPES'
flatline threshold: 3;timeframe: {minutes: 5};query_key: host;forget_keys: true
spike spike_height: 3;spike_type: both;timeframe: {days: 1};threshold_cur: 10;threshold_ref: 5
cardinality cardinality_field: user;max_cardinality: 10;timeframe: {hours: 1};query_key: ip
metric_aggregation metric_agg_key: ms;metric_agg_type: avg;max_threshold: 0.5;buffer_time: {minutes: 30};query_key: host
percentage_match match_bucket_filter: [{term: {status: 500}}, {range: {ms: {gte: 10}}}];max_percentage: 5;min_denominator: 100;buffer_time: {hours: 1}
new_term fields: [user];terms_window_size: {days: 7}
change query_key: product;compare_key: [price, currency];ignore_null: true;timeframe: {hours: 2}
blacklist compare_key: country;blacklist: [XX, 'no', 7]
whitelist compare_key: country;whitelist: [JP, US];ignore_null: false
spike_aggregation spike_height: 3;spike_type: up;timeframe: {days: 1};metric_agg_key: ms;metric_agg_type: max
TYPES
