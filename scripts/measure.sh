# shellcheck shell=bash
# For scripts/bench, scripts/bench-recall and scripts/eval, which source it from the project's root, with their name:
# runs a program of bench/ on a private PostgreSQL, which is deleted when the program ends.

# shellcheck source-path=SCRIPTDIR
source scripts/service.sh

measured=$1 # the target of the Makefile
program='' work='' cluster='' java=''

# A defect of the program; its other statuses are told by what it has printed.
crashed=1

say() { echo "$measured: $*" >&2; }
die() {
    say "$*"
    exit 2
}

refuse() { die "unknown $1: see scripts/$measured --help"; } # WHAT

find_java() { java=${java:-$(scripts/java-home)/bin/java}; }

lock() {
    mkdir -p "$home"
    exec 9>>"$home/$measured.lock"
    ! command -v flock >/dev/null || flock -n 9 || die "'make $measured' is already running here: stop it first"
}

# The program first: it stops the service.
finish() {
    local status=$?
    trap - EXIT
    trap '' INT TERM HUP
    if [[ -n $program ]]; then
        kill -TERM "$program" 2>/dev/null || true
        while kill -0 "$program" 2>/dev/null; do wait "$program" || true; done
    fi
    ((status != crashed)) || tail -n 20 "$work/service.log" >&2 2>/dev/null || true
    scripts/postgres drop "$cluster" 9>&-
    rm -rf "$work"
    exit "$status"
}

# Sets cluster, work (an empty directory) and service_command.
private_database() {
    lock
    find_java
    service_command "$java"
    build_service
    scripts/postgres provide
    cluster=$home/$measured
    scripts/postgres drop "$cluster"
    work=$(mktemp -d)
    trap finish EXIT
    trap 'exit 130' INT TERM HUP
    # Ctrl-C in the middle of a start would leave a server that nobody stops.
    SPRING_DATASOURCE_URL=$(trap '' INT TERM HUP && scripts/postgres start "$cluster" 9>&-)
    export SPRING_DATASOURCE_URL SPRING_DATASOURCE_USERNAME=tributary SPRING_DATASOURCE_PASSWORD=tributary
}

# Runs the program, and waits for it.
run_program() { # SOURCE ARGUMENT...
    find_java
    "$java" -Xmx2g "$@" 9>&- &
    program=$!
    wait "$program"
}
