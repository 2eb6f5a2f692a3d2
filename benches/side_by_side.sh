#!/usr/bin/env sh
# Times lognorm-mmap beside standard programs that do less with the same log, in turn, and prints
# the median of the wall seconds of each and how that compares with ours. A log that ends in .gz or
# .zst is decompressed to nowhere, and by ours also to a file. See README.md.
set -eu
export LC_ALL=C

if [ $# -ne 1 ]; then
    echo 'usage: [ROUNDS=N] [PROGRAMS="lognorm-mmap ..."] side_by_side.sh LOG' >&2
    exit 2
fi
log=$1
rounds=${ROUNDS:-5}
here=$(dirname "$0")
ours=${CARGO_TARGET_DIR:-$here/../target}/release/lognorm-mmap
case $log in
    *.gz) programs='lognorm-mmap to-file zcat pigz' ;;
    *.zst) programs='lognorm-mmap to-file zstd' ;;
    *) programs='lognorm-mmap tr cp dd cat' ;;
esac
programs=${PROGRAMS:-$programs}

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
        lognorm-mmap)
            case $log in
                *.gz | *.zst) "$ours" --quiet "$log" >/dev/null ;;
                *) "$ours" --quiet "$log" "$out" ;;
            esac
            ;;
        to-file) "$ours" --quiet "$log" "$out" ;;
        zcat) zcat "$log" >/dev/null ;;
        pigz) pigz -dc "$log" >/dev/null ;;
        zstd) zstd -dqc "$log" >/dev/null ;;
        tr) tr -s A-Za-z0-9 Y <"$log" >"$out" ;;
        cp) cp "$log" "$out" ;;
        dd) dd if="$finished" of="$out" bs=1024k 2>/dev/null ;;
        cat) cat "$log" >/dev/null ;;
        with-patterns) "$ours" --quiet "$log" "$out" --patterns "$folder/catalogue.tsv" ;;
        patterns) "$ours" --quiet "$log" --patterns "$folder/catalogue.tsv" ;;
        sort) "$ours" "$log" - | sort | uniq -c | sort -rn >"$out" ;;
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
printf '%-13s %9s %7s\n' program seconds ratio
for program in $programs; do
    echo "$program $(median "$folder/$program") $our_seconds" |
        awk '{ printf "%-13s %9.3f %7.2f\n", $1, $2, $2 / $3 }'
done
