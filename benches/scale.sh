#!/usr/bin/env bash
# Measures what docs/SCALE.md plans with, and prints it as tables in Markdown: CPU seconds of one thread
# for a log, plain and packed, and CPU seconds and memory of merging very many catalogues, which are
# those of 400 parts of the log, each under many names. Needs GNU time, gzip, zstd, and GNU parallel.
set -euo pipefail
export LC_ALL=C

if [ $# -ne 1 ]; then
  echo 'usage: [ROUNDS=N] [CATALOGUES=N] [PROGRAM=FILE] scale.sh LOG' >&2
  exit 2
fi
log=$(realpath "$1")
rounds=${ROUNDS:-5}
catalogues=${CATALOGUES:-100000}
here=$(dirname "$0")
program=$(realpath "${PROGRAM:-$here/../target/release/lognorm-mmap}")
directory=$log.scale.$$
mkdir "$directory"
trap 'rm -rf "$directory"' EXIT
trap 'exit 1' HUP INT TERM

# measure COMMAND...: prints its seconds of CPU, and its peak resident memory in MB.
measure() {
  command time -f '%U %S %M' -o "$directory/time" "$@" >/dev/null
  awk '{ printf "%.3f %.1f\n", $1 + $2, $3 / 1024 }' "$directory/time"
}

# cell COMMAND...: prints the median of the seconds for a gigabyte.
cell() {
  for _ in $(seq "$rounds"); do measure "$@"; rm -f "$directory/out"; done | sort -n |
    awk -v bytes="$(stat -c %s "$log")" '{ cpu[NR] = $1 }
      END { printf " %.2f |", cpu[int((NR + 1) / 2)] * 1e9 / bytes }'
}

gzip -6 -c "$log" >"$directory/log.gz"
zstd -3 -q -o "$directory/log.zst" "$log"
echo "Packed sizes: gzip -6 $(stat -c %s "$directory/log.gz"), zstd -3 $(stat -c %s "$directory/log.zst")"
echo
echo '| CPU seconds for 1 GB | plain | gzip | zstd |'
echo '|---|---|---|---|'
for rules in shape words; do
  for task in 'patterns count' 'patterns to a file'; do
    printf '| %s, %s |' "$task" "$rules"
    for input in "$log" "$directory/log.gz" "$directory/log.zst"; do
      case $task in
        *count) cell "$program" patterns count -q -j1 --rules "$rules" "$input" -o "$directory/out.tsv" ;;
        *) cell "$program" -q -j1 --rules "$rules" "$input" "$directory/out" ;;
      esac
    done
    echo
  done
done

cd "$directory"
mkdir parts groups many
for i in $(seq 400); do
  "$program" -q -j1 --rules words --shard "$i/400" "$log" --patterns "parts/$i.tsv"
done
python3 - "$catalogues" <<'END'
import os
import sys

with open("list", "w") as names:
    for number in range(int(sys.argv[1])):
        name = f"many/{number}.tsv"
        os.link(f"parts/{number % 400 + 1}.tsv", name)
        names.write(name + "\n")
END
split -n l/100 -d -a 2 list groups/list.
echo
echo "$catalogues catalogues, $(cat parts/*.tsv | wc -lc | awk '{ print $1 / 400 - 2 " rows and " $2 / 400 " bytes" }') each:"
echo
echo '| merge | CPU seconds | resident MB |'
echo '|---|---|---|'
row() { printf "| %s | %s | %s |\n" "$1" "${2% *}" "${2#* }"; }
row 'in one process' "$(measure "$program" patterns merge --files-from list -o one.tsv)"
# shellcheck disable=SC2016 # parallel expands it.
row 'in 100 groups, all groups' "$(measure parallel "$program" patterns merge --files-from {} -o {}.tsv ::: groups/list.??)"
row 'the sums of the groups' "$(measure "$program" patterns merge groups/list.??.tsv -o tree.tsv)"
cmp one.tsv tree.tsv
