# Shared by the set-up scripts: installing from Debian without noise, and without starting or enabling any service.

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

quietly() { # runs a command; shows what it printed only when it fails
    local out
    out=$(mktemp)
    if ! "$@" >"$out" 2>&1; then
        cat "$out" >&2
        rm -f "$out"
        return 1
    fi
    rm -f "$out"
}

install() { # packages
    local policy=/usr/sbin/policy-rc.d ours="" failed="" package
    if [ ! -e "$policy" ]; then # tells Debian's packages not to start their services now
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        ours=1
    fi
    export DEBIAN_FRONTEND=noninteractive
    echo "installing $*"
    { quietly apt-get -q update && quietly apt-get -q -y install --no-install-recommends "$@"; } || failed=1
    [ -z "$ours" ] || rm -f "$policy"
    for package in "$@"; do # nor at the next boot
        rm -f "/etc/systemd/system/multi-user.target.wants/$package.service"
    done
    [ -z "$failed" ]
}
