#!/usr/bin/env bash
# Fetches the schema registry (deploy/registry/pom.xml) into deploy/registry/app; installs Java and Maven first where we may.
set -euo pipefail
cd "$(dirname "$0")/../.."
source deploy/setup/apt.sh
deploy/setup/system.sh kafka
echo "fetching the schema registry"
app=$PWD/deploy/registry/app
rm -rf "$app.new" # aside first: an interrupted fetch leaves none behind
quietly mvn --batch-mode --no-transfer-progress --file deploy/registry/pom.xml dependency:unpack -DoutputDirectory="$app.new"
rm -rf "$app"
mv "$app.new" "$app"
