#!/usr/bin/env sh
# Writes into limits.txt what the kernels and the run take now. Needs what .ci/run installs for it:
# valgrind, and gungraun-runner in the PATH.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
limits=benches/instructions/limits.txt

# What exceeds its limit fails, and is recorded nevertheless.
counts=$(GUNGRAUN_COLOR=never cargo bench --quiet --no-fail-fast \
    --bench instructions_kernels --bench instructions_run || true)
recorded=$(echo "$counts" | awk '
    /^instructions_/ { name = $2; sub(/:.*/, "", name) }
    $1 == "Instructions:" {
        split($2, count, "|")
        bytes = name == "run" ? 8388608 : 1048576
        printf "%-20s %7.3f\n", name, count[1] / bytes
    }')
if [ "$(echo "$recorded" | wc -l)" -ne 16 ]; then
    echo 'record.sh: not everything was counted' >&2
    exit 1
fi
header=$(grep '^#' "$limits" | grep -v '^# Recorded with ')
tools="$(rustc --version | cut -d ' ' -f 1,2), $(valgrind --version)"
printf '%s\n# Recorded with %s.\n%s\n' "$header" "$tools" "$recorded" >"$limits"
cat "$limits"
