# shellcheck shell=bash
# The system's package manager, for the scripts that source this: source packages.sh WHAT-THEY-PROVIDE.

needed=$1

say() { echo "${0##*/}: $*" >&2; }
die() {
    say "$*"
    exit 1
}

# The command is unknown, or what must follow it is missing.
refuse() { # COMMAND
    if [[ -z $1 ]]; then
        say "a command is missing: see scripts/${0##*/} --help"
    else
        say "unknown or incomplete command '$1': see scripts/${0##*/} --help"
    fi
    exit 2
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        die "$needed is missing: run 'sudo scripts/${0##*/} provide' once"
    fi
}

apt_update() {
    as_root apt-get update -qq >&2 || say "apt-get update failed; continuing with the existing package lists"
}

apt_install() {
    local log
    say "installing $*"
    log=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@" 2>&1) || die "$log"
}
