#!/usr/bin/env bash
# Fetches the jars of Apache Kafka (pom.xml) into deploy/kafka/libs; installs Java and Maven first where we may.
set -euo pipefail
cd "$(dirname "$0")/../.."
source deploy/setup/apt.sh
deploy/setup/system.sh kafka
echo "fetching Apache Kafka"
libs=$PWD/deploy/kafka/libs
rm -rf "$libs.new" # aside first: a running broker keeps its jars, and an interrupted fetch leaves none behind
quietly mvn --batch-mode --no-transfer-progress --file deploy/kafka/pom.xml \
    dependency:copy-dependencies -DoutputDirectory="$libs.new"
rm -rf "$libs"
mv "$libs.new" "$libs"
