#!/usr/bin/env sh
# Times lognorm-mmap and other programs with the same log, in turn, and prints a table in Markdown.
# Writes each run to the file SAMPLES, from which plot.py makes a picture. If the name of the log ends
# in .gz or .zst, the programs decompress it to /dev/null, and lognorm-mmap also to a file. See
# README.md.
set -eu
export LC_ALL=C

if [ $# -ne 1 ] && [ $# -ne 2 ]; then
    echo 'usage: [ROUNDS=N] [PROGRAMS="lognorm-mmap ..."] side_by_side.sh LOG [SAMPLES]' >&2
    exit 2
fi
log=$1
rounds=${ROUNDS:-9}
here=$(dirname "$0")
ours=${CARGO_TARGET_DIR:-$here/../target}/release/lognorm-mmap

cargo build --release --quiet --manifest-path "$here/../Cargo.toml"
kernel=$("$ours" --stats=json /dev/null 2>&1 | sed 's/.*"kernel":"\([^"]*\)".*/\1/')

case $log in
    *.gz) programs='lognorm-mmap to-file zcat pigz' ;;
    *.zst) programs='lognorm-mmap to-file zstd' ;;
    *)
        programs='lognorm-mmap words'
        [ "$kernel" != avx512 ] || programs="$programs avx2 words-avx2"
        programs="$programs no-mmap pipe words-patterns write write-words cat cp tr logdrain drain3"
        ;;
esac
programs=${PROGRAMS:-$programs}

# Beside the log, so that the outputs are on the file system of the input.
directory=$log.side_by_side.$$
mkdir "$directory"
trap 'rm -rf "$directory"' EXIT
trap 'exit 1' HUP INT TERM
samples=${2:-$directory/samples}
out=$directory/out
catalogue=$directory/catalogue.tsv
finished=$directory/finished
finished_words=$directory/finished_words
# Template miners take so long that they get a part of the log.
part=$directory/part
export here ours log out catalogue finished finished_words part

# Sets what the table calls a program, its command, and what it reads.
# shellcheck disable=SC2016 # The shell that runs the command expands the names.
program() {
    read=$log
    case $1 in
        lognorm-mmap)
            label='`lognorm-mmap`'
            case $log in
                *.gz | *.zst) command='exec "$ours" --quiet "$log" >/dev/null' ;;
                *) command='exec "$ours" --quiet "$log" "$out"' ;;
            esac
            ;;
        words) ours_with '--rules words' ;;
        avx2) ours_with '--kernel avx2' ;;
        words-avx2) ours_with '--rules words --kernel avx2' ;;
        no-mmap) ours_with '--no-mmap' ;;
        to-file)
            label='`lognorm-mmap` to a file'
            command='exec "$ours" --quiet "$log" "$out"'
            ;;
        pipe)
            label='`cat | lognorm-mmap`'
            command='cat "$log" | "$ours" --quiet - "$out"'
            ;;
        with-patterns)
            label='`lognorm-mmap --patterns`'
            command='exec "$ours" --quiet "$log" "$out" --patterns "$catalogue"'
            ;;
        patterns)
            label='`lognorm-mmap --patterns` without OUTPUT'
            command='exec "$ours" --quiet "$log" --patterns "$catalogue"'
            ;;
        words-patterns)
            label='`lognorm-mmap --rules words --patterns` without OUTPUT'
            command='exec "$ours" --quiet --rules words "$log" --patterns "$catalogue"'
            ;;
        sort)
            label='`lognorm-mmap | sort | uniq -c | sort -rn`'
            command='"$ours" "$log" - | sort | uniq -c | sort -rn >"$out"'
            ;;
        write)
            label='`dd` of the finished patterns, shape'
            command='exec dd if="$finished" of="$out" bs=1024k 2>/dev/null'
            ;;
        write-words)
            label='`dd` of the finished patterns, words'
            command='exec dd if="$finished_words" of="$out" bs=1024k 2>/dev/null'
            ;;
        cat) simple '`cat` to `/dev/null`' 'exec cat "$log" >/dev/null' ;;
        cp) simple '`cp`' 'exec cp "$log" "$out"' ;;
        tr) simple '`tr -s A-Za-z0-9 Y`' 'exec tr -s A-Za-z0-9 Y <"$log" >"$out"' ;;
        zcat) simple '`zcat`' 'exec zcat "$log" >/dev/null' ;;
        pigz) simple '`pigz -dc`' 'exec pigz -dc "$log" >/dev/null' ;;
        zstd) simple '`zstd -dc`' 'exec zstd -dqc "$log" >/dev/null' ;;
        logdrain)
            read=$part
            simple "\`logdrain --format csv\` ($(logdrain --version | sed 's/.* //'))" \
                'exec logdrain --format csv "$part" >"$out"'
            ;;
        drain3)
            read=$part
            simple "Drain3 ($(python3 -c 'from importlib.metadata import version; print(version("drain3"))'))" \
                'exec python3 "$here/drain3_templates.py" "$part" >"$out"'
            ;;
        *)
            echo "side_by_side.sh: $1: no such program" >&2
            exit 2
            ;;
    esac
}

simple() {
    label=$1
    command=$2
}

ours_with() {
    simple "\`lognorm-mmap $1\`" "exec \"\$ours\" --quiet $1 \"\$log\" \"\$out\""
}

is_there() {
    case $1 in
        zcat | pigz | zstd | logdrain) command -v "$1" >/dev/null ;;
        drain3) python3 -c 'import drain3' 2>/dev/null ;;
    esac
}

# Runs a program and prints its line of the samples.
measure() {
    program "$1"
    rm -f "$out"
    figures=$(python3 -IS "$here/measure.py" "$command")
    printf '%s\t%s\t%s\t%s\n' "$1" "$label" "$(wc -c <"$read")" "$figures"
}

cpu_name() {
    sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | sed 1q
}

cpu_version() {
    awk -F ': *' '
        /^cpu family/ { family = $2 }
        /^model\t/ { model = $2 }
        /^$/ { exit }
        END { if (family) printf " (family %s, model %s)", family, model }' /proc/cpuinfo 2>/dev/null
}

# Prints what the samples are of.
about() {
    cpu=$(cpu_name)
    printf '#date\t%s\n' "$(date +%Y-%m-%d)"
    printf '#cpu\t%s%s\n' "${cpu:-$(uname -m)}" "$(cpu_version)"
    printf '#cpus\t%s\n' "$(getconf _NPROCESSORS_ONLN)"
    printf '#os\t%s %s\n' "$(uname -s)" "$(uname -r | sed 's/-.*//')"
    printf '#bytes\t%s\n' "$(($(wc -c <"$log")))"
    printf '#rounds\t%s\n' "$rounds"
    printf '#kernel\t%s\n' "$kernel"
    printf '#floor\t%s\n' "$(python3 -IS "$here/measure.py" true | cut -f 3)"
    printf '#absent\t%s\n' "$absent"
    printf '#command\tROUNDS=%s%s benches/side_by_side.sh %s\n' "$rounds" \
        "${PROGRAMS:+ PROGRAMS=\"$PROGRAMS\"}" "$(basename "$log")"
}

absent=
present=
for program in $programs; do
    if is_there "$program"; then
        present="$present $program"
    else
        absent="$absent${absent:+, }$program"
        echo "side_by_side.sh: $program is not installed: left out" >&2
    fi
done

# The log is then in the page cache, and nothing is written back during the measurement.
"$ours" --quiet "$log" "$finished"
"$ours" --quiet --rules words "$log" "$finished_words"
head -c 100000000 "$log" >"$part"
sync

about >"$samples"
round=0
while [ "$round" -lt "$rounds" ]; do
    for program in $present; do
        measure "$program" >>"$samples"
    done
    round=$((round + 1))
done
python3 "$here/table.py" "$samples"
