#!/usr/bin/env sh
# Times runs over a log by threads and chunk size, in turn, and prints the median of the seconds of
# each as a table in Markdown. See README.md.
set -eu
export LC_ALL=C

if [ $# -ne 1 ]; then
    echo 'usage: [ROUNDS=N] scaling.sh LOG' >&2
    exit 2
fi
log=$1
rounds=${ROUNDS:-5}
here=$(dirname "$0")
ours=${CARGO_TARGET_DIR:-$here/../target}/release/lognorm-mmap
threads='1 2 4 8'
sizes='64KiB 256KiB 1MiB 4MiB'

cargo build --release --quiet --manifest-path "$here/../Cargo.toml"

# Beside the log, so that it is written to the file system that it is read from.
folder=$log.scaling.$$
mkdir "$folder"
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

# Appends how many seconds a run took, by its own account, to a file of its name.
measure() {
    rm -f "$folder/out"
    # Not in a pipeline, which would go on if it failed.
    "$ours" --stats=json --threads="$1" --chunk-size="$2" "$log" "$folder/out" \
        2>"$folder/stats" || { cat "$folder/stats" >&2; exit 1; }
    sed 's/.*"elapsed_seconds":\([0-9.e-]*\).*/\1/' "$folder/stats" >>"$folder/$1-$2"
}

median() {
    sort -g "$1" | awk '
        { seconds[NR] = $1 }
        END { printf " %.3f |", (seconds[int((NR + 1) / 2)] + seconds[int(NR / 2) + 1]) / 2 }'
}

# Brings the log into the page cache, and leaves nothing to be written back meanwhile.
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
        median "$folder/$count-$size"
    done
done
echo
