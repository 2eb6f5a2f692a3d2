#!/usr/bin/env sh
# Times lognorm-mmap and standard programs that do less with the same log, in turn, and prints the
# median of the wall seconds of each program and its ratio to lognorm-mmap. If the name of the log
# ends in .gz or .zst, the programs decompress it to /dev/null, and lognorm-mmap also to a file. See
# README.md.
set -eu
export LC_ALL=C

if [ $# -ne 1 ]; then
    echo 'usage: [ROUNDS=N] [RULES=shape|words] [PROGRAMS="lognorm-mmap ..."] side_by_side.sh LOG' >&2
    exit 2
fi
log=$1
rounds=${ROUNDS:-5}
rules=${RULES:-shape}
here=$(dirname "$0")
ours=${CARGO_TARGET_DIR:-$here/../target}/release/lognorm-mmap
case $log in
    *.gz) programs='lognorm-mmap to-file zcat pigz' ;;
    *.zst) programs='lognorm-mmap to-file zstd' ;;
    *) programs='lognorm-mmap tr cp dd cat' ;;
esac
programs=${PROGRAMS:-$programs}

cargo build --release --quiet --manifest-path "$here/../Cargo.toml"

# Beside the log, so that the outputs are on the file system of the input.
directory=$log.side_by_side.$$
out=$directory/out
finished=$directory/finished
mkdir "$directory"
trap 'rm -rf "$directory"' EXIT
trap 'exit 1' HUP INT TERM

run() {
    case $1 in
        lognorm-mmap)
            case $log in
                *.gz | *.zst) "$ours" --quiet --rules="$rules" "$log" >/dev/null ;;
                *) "$ours" --quiet --rules="$rules" "$log" "$out" ;;
            esac
            ;;
        to-file) "$ours" --quiet --rules="$rules" "$log" "$out" ;;
        zcat) zcat "$log" >/dev/null ;;
        pigz) pigz -dc "$log" >/dev/null ;;
        zstd) zstd -dqc "$log" >/dev/null ;;
        tr) tr -s A-Za-z0-9 Y <"$log" >"$out" ;;
        cp) cp "$log" "$out" ;;
        dd) dd if="$finished" of="$out" bs=1024k 2>/dev/null ;;
        cat) cat "$log" >/dev/null ;;
        with-patterns) "$ours" --quiet --rules="$rules" "$log" "$out" --patterns "$directory/catalogue.tsv" ;;
        patterns) "$ours" --quiet --rules="$rules" "$log" --patterns "$directory/catalogue.tsv" ;;
        sort) "$ours" --rules="$rules" "$log" - | sort | uniq -c | sort -rn >"$out" ;;
    esac
}

# Appends the seconds of a program to a file of its name.
measure() {
    rm -f "$out"
    start=$(date +%s.%N)
    run "$1"
    end=$(date +%s.%N)
    echo "$start $end" | awk '{ printf "%.6f\n", $2 - $1 }' >>"$directory/$1"
}

median() {
    sort -n "$1" | awk '
        { seconds[NR] = $1 }
        END { print (seconds[int((NR + 1) / 2)] + seconds[int(NR / 2) + 1]) / 2 }'
}

# The log is then in the page cache, and nothing is written back during the measurement.
"$ours" --quiet --rules="$rules" "$log" "$finished"
sync

round=0
while [ "$round" -lt "$rounds" ]; do
    for program in $programs; do
        measure "$program"
    done
    round=$((round + 1))
done

our_seconds=$(median "$directory/lognorm-mmap")
printf '%-13s %9s %7s\n' program seconds ratio
for program in $programs; do
    echo "$program $(median "$directory/$program") $our_seconds" |
        awk '{ printf "%-13s %9.3f %7.2f\n", $1, $2, $2 / $3 }'
done
