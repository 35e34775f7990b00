# What a step of setting a machine up can use. Each is one file of bash, run as root with `set -euo pipefail`; the variables
# INFRARED_NUMBER, INFRARED_ROLE (single, master, worker), INFRARED_LOGIN_USER and INFRARED_NODES say where it runs. Those of
# clusters can be run for an image as well (INFRARED_ROLE image): they install what is the same on every machine. For them
# PIP_INDEX_URL is the package index, by pip's own name for it.

# Over plain http, pip takes packages only from a host that it was told to trust.
[[ ${PIP_INDEX_URL-} != http:* ]] || export PIP_TRUSTED_HOST="$(cut -d/ -f3 <<<"$PIP_INDEX_URL")"

# repeat COMMAND...: package servers have bad moments, and another installation may be running.
repeat() {
    local attempt
    for attempt in 1 2 3 4; do
        "$@" && return
        echo "attempt $attempt failed: $*" >&2
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

# address_of PROJECT FILE: where the package index has a file: the project's page there links it (PEP 503). Needs curl.
address_of() {
    repeat curl --silent --show-error --fail --location --max-time 30 --write-out '\n%{url_effective}' \
        "$PIP_INDEX_URL/$1/" | python3 -c '
import sys
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

page, _, base = sys.stdin.read().rpartition("\n")
name = sys.argv[1]

class Page(HTMLParser):
    def handle_starttag(self, tag, attributes):
        url = urlsplit(urljoin(base, dict(attributes).get("href")))
        if url.path.endswith("/" + name):
            print(url._replace(fragment="").geturl())
            sys.exit()

Page().feed(page)
sys.exit(f"no {name} was found in the package index: {base}")
' "$2"
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
