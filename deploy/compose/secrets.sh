#!/usr/bin/env bash
# Makes the passwords of the compose file, once: random ones, in files that only their own services are shown. Run again, it
# keeps them, and lets containers read what was put beside them (the folder is yours alone, so nobody else on the host can).
# For new passwords remove the folder's files that stand below, run this, and start all anew.
# Usage: secrets.sh [FOLDER]
set -euo pipefail
folder=${1:-$(dirname "$0")/secrets}

password() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
store() { echo "clickhouse://$1:$2@clickhouse:9000/yigangtong"; }

umask 077
mkdir -p "$folder"
chmod 700 "$folder"
if [ ! -e "$folder/clickhouse-users.xml" ]; then
    migrator=$(password) worker=$(password) reader=$(password)
    password > "$folder/grafana-password"
    printf %s "$reader" > "$folder/reader-password"
    store migrator "$migrator" > "$folder/migrator-store"
    store yigangtong "$worker" > "$folder/worker-store"
    store reader "$reader" > "$folder/reader-store"
    cat > "$folder/clickhouse-users.xml.new" <<XML
<clickhouse>
    <users>
        <migrator><password>$migrator</password></migrator>
        <yigangtong><password>$worker</password></yigangtong>
        <reader><password>$reader</password></reader>
    </users>
</clickhouse>
XML
    mv "$folder/clickhouse-users.xml.new" "$folder/clickhouse-users.xml" # last: it says that all are there
    echo "passwords made 已生成密码: $folder; Grafana's is in grafana-password, user admin"
fi
chmod a+r "$folder"/*
