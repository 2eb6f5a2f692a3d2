#!/usr/bin/env sh
# Times lognorm-mmap beside standard programs that do less with the same log, in turn, and prints
# the median of the wall seconds of each and how that compares with ours. See README.md.
set -eu
export LC_ALL=C

if [ $# -ne 1 ]; then
    echo 'usage: [ROUNDS=N] side_by_side.sh LOG' >&2
    exit 2
fi
log=$1
rounds=${ROUNDS:-5}
here=$(dirname "$0")
ours=${CARGO_TARGET_DIR:-$here/../target}/release/lognorm-mmap
programs='lognorm-mmap tr cp dd cat'

cargo build --release --quiet --manifest-path "$here/../Cargo.toml"

# Beside the log, so that all of them write to the file system that they read from.
folder=$log.side_by_side.$$
out=$folder/out
finished=$folder/finished
mkdir "$folder"
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

run() {
    case $1 in
        lognorm-mmap) "$ours" --quiet "$log" "$out" ;;
        tr) tr -s A-Za-z0-9 Y <"$log" >"$out" ;;
        cp) cp "$log" "$out" ;;
        dd) dd if="$finished" of="$out" bs=1024k 2>/dev/null ;;
        cat) cat "$log" >/dev/null ;;
    esac
}

# Appends how many seconds a program takes to a file of its name.
measure() {
    rm -f "$out"
    start=$(date +%s.%N)
    run "$1"
    end=$(date +%s.%N)
    echo "$start $end" | awk '{ printf "%.6f\n", $2 - $1 }' >>"$folder/$1"
}

median() {
    sort -n "$1" | awk '
        { seconds[NR] = $1 }
        END { print (seconds[int((NR + 1) / 2)] + seconds[int(NR / 2) + 1]) / 2 }'
}

# Brings the log into the page cache, and leaves nothing to be written back meanwhile.
"$ours" --quiet "$log" "$finished"
sync

round=0
while [ "$round" -lt "$rounds" ]; do
    for program in $programs; do
        measure "$program"
    done
    round=$((round + 1))
done

our_seconds=$(median "$folder/lognorm-mmap")
printf '%-12s %9s %7s\n' program seconds ratio
for program in $programs; do
    echo "$program $(median "$folder/$program") $our_seconds" |
        awk '{ printf "%-12s %9.3f %7.2f\n", $1, $2, $2 / $3 }'
done
