#!/usr/bin/env bash
# Installs what comes from Debian, where we may (root and apt); else says in one line what to install.
#   system.sh kafka   Java 17 and Maven: needed, fails without
#   system.sh tests   openssl (certificates), a JDK (the Java example), a ClickHouse server, Prometheus, Chromium with Chinese type: without them their tests are skipped, with the reason
set -euo pipefail
source "$(dirname "$0")/apt.sh"
PATH="$PATH:/usr/sbin"

missing() { # of "command:package" pairs, the packages whose command is not there
    local pair
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
    done
}

case "${1:-}" in
kafka)
    mapfile -t packages < <(missing java:openjdk-17-jre-headless mvn:maven)
    if [ ${#packages[@]} -gt 0 ]; then
        if ! may_install; then
            echo "Kafka needs Java 17 and Maven. Please run: sudo apt-get install ${packages[*]}" >&2
            exit 1
        fi
        install "${packages[@]}"
    fi
    ;;
tests)
    mapfile -t packages < <(missing openssl:openssl javac:openjdk-17-jdk-headless clickhouse-server:clickhouse-server promtool:prometheus chromium:chromium)
    if [ ! -e /usr/share/fonts/opentype/noto ]; then packages+=(fonts-noto-cjk); fi
    if [ ${#packages[@]} -gt 0 ]; then
        if ! may_install; then
            echo "Some tests will be skipped. To run them all: sudo apt-get install ${packages[*]}" >&2
        elif ! install "${packages[@]}"; then
            echo "${packages[*]} could not be installed: some tests will be skipped" >&2
        fi
    fi
    ;;
*)
    echo "usage: $0 kafka|tests" >&2
    exit 2
    ;;
esac
