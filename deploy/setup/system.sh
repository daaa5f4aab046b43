#!/usr/bin/env bash
# Installs what comes from Debian, where we may (root and apt); else says in one line what to install.
#   system.sh kafka   Java 17 and Maven: needed, fails without
#   system.sh tests   a ClickHouse server and Prometheus: what is missing only skips its tests
# Their services are neither started nor enabled: tests start servers of their own on loopback.
set -euo pipefail

missing() { # prints the packages of "command:package" pairs whose command is not there
    local pair
    for pair in "$@"; do
        PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "${pair%%:*}" >/dev/null || printf '%s ' "${pair#*:}"
    done
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install() {
    local policy=/usr/sbin/policy-rc.d ours="" package
    if [ ! -e "$policy" ]; then # tells Debian's packages not to start their services now
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        ours=1
    fi
    trap '[ -z "'"$ours"'" ] || rm -f '"$policy" EXIT
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" >/dev/null
    if command -v systemctl >/dev/null; then # nor at the next boot
        for package in clickhouse-server prometheus; do
            case " $* " in *" $package "*) systemctl disable "$package" >/dev/null 2>&1 || true ;; esac
        done
    fi
}

case "${1:-}" in
kafka)
    packages=$(missing java:openjdk-17-jre-headless mvn:maven)
    [ -z "$packages" ] && exit 0
    if ! may_install; then
        echo "Kafka needs Java 17 and Maven. Please run: sudo apt-get install $packages" >&2
        exit 1
    fi
    echo "installing $packages"
    # shellcheck disable=SC2086
    install $packages
    ;;
tests)
    packages=$(missing clickhouse-server:clickhouse-server prometheus:prometheus promtool:prometheus | tr ' ' '\n' | sort -u | tr '\n' ' ')
    packages=$(echo $packages)
    [ -z "$packages" ] && exit 0
    if ! may_install; then
        echo "Some tests will be skipped. To run them all: sudo apt-get install $packages" >&2
        exit 0
    fi
    echo "installing $packages"
    # shellcheck disable=SC2086
    install $packages || echo "could not install $packages: some tests will be skipped" >&2
    ;;
*)
    echo "usage: $0 kafka|tests" >&2
    exit 2
    ;;
esac
