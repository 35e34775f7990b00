# What a step of setting a machine up can use. Each is one file of bash, run as root with `set -euo pipefail`; the variables
# INFRARED_NUMBER, INFRARED_ROLE (single, master, worker), INFRARED_LOGIN_USER and INFRARED_NODES say where it runs. Those of
# clusters can be run for an image as well (INFRARED_ROLE image): they install what is the same on every machine.

# repeat COMMAND...: package servers have bad moments, and another installation may be running.
repeat() {
    local attempt
    for attempt in 1 2 3 4; do
        "$@" && return
        echo "attempt $attempt failed: $*"
        sleep $((attempt * 5))
    done
    "$@"
}

# install "DEB PACKAGES" "RPM PACKAGES"
install() {
    if command -v apt-get >/dev/null; then
        [ -e /run/infrared-lists ] || repeat apt-get -qq update
        touch /run/infrared-lists
        # shellcheck disable=SC2086
        repeat apt-get -qq -o DPkg::Lock::Timeout=120 install --no-install-recommends $1
    else
        # shellcheck disable=SC2086
        repeat dnf --quiet --assumeyes install $2
    fi
}

# version NAME "TEXT": notes what was set up, for whoever uses the machine.
version() {
    mkdir -p "$INFRARED_HOME/versions"
    printf '%s\n' "$2" >"$INFRARED_HOME/versions/$1"
}

# check NAME <<'END': a script that succeeds once what was set up answers. It is run as the agent's user.
check() {
    mkdir -p "$INFRARED_HOME/checks"
    cat >"$INFRARED_HOME/checks/$1.new"
    chmod 755 "$INFRARED_HOME/checks/$1.new"
    mv "$INFRARED_HOME/checks/$1.new" "$INFRARED_HOME/checks/$1"
}
