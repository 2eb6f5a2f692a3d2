#!/usr/bin/env sh
# Times runs over a log by threads and chunk size, in turn, and prints the medians of their seconds
# as a table in Markdown. See README.md.
set -eu
export LC_ALL=C

if [ $# -ne 1 ]; then
    echo 'usage: [ROUNDS=N] [RULES=shape|words] scaling.sh LOG' >&2
    exit 2
fi
log=$1
rounds=${ROUNDS:-5}
rules=${RULES:-shape}
here=$(dirname "$0")
ours=${CARGO_TARGET_DIR:-$here/../target}/release/lognorm-mmap
threads='1 2 4 8'
sizes='64KiB 256KiB 1MiB 4MiB'

cargo build --release --quiet --manifest-path "$here/../Cargo.toml"

# Beside the log, so that the output is on the file system of the input.
directory=$log.scaling.$$
mkdir "$directory"
trap 'rm -rf "$directory"' EXIT
trap 'exit 1' HUP INT TERM

# Appends the seconds of a run, by its own statistics, to the file of its threads and chunk size.
measure() {
    rm -f "$directory/out"
    # Not in a pipeline, which would hide a failure.
    "$ours" --stats=json --rules="$rules" --threads="$1" --chunk-size="$2" "$log" "$directory/out" \
        2>"$directory/stats" || { cat "$directory/stats" >&2; exit 1; }
    sed 's/.*"elapsed_seconds":\([0-9.e-]*\).*/\1/' "$directory/stats" >>"$directory/$1-$2"
}

median() {
    sort -g "$1" | awk '
        { seconds[NR] = $1 }
        END { printf " %.3f |", (seconds[int((NR + 1) / 2)] + seconds[int(NR / 2) + 1]) / 2 }'
}

# The log is then in the page cache, and nothing is written back during the measurement.
cat "$log" >/dev/null
sync

round=0
while [ "$round" -lt "$rounds" ]; do
    for count in $threads; do
        for size in $sizes; do
            measure "$count" "$size"
        done
    done
    round=$((round + 1))
done

printf '| threads |'
printf ' %s |' $sizes
printf '\n|---|'
printf '%s' "$sizes" | sed 's/[^ ]* */---|/g'
for count in $threads; do
    printf '\n| %s |' "$count"
    for size in $sizes; do
        median "$directory/$count-$size"
    done
done
echo
