#!/usr/bin/env bash
# Fetches the jars of Apache Kafka (pom.xml) into deploy/kafka/libs; installs Java and Maven first where we may.
set -euo pipefail
cd "$(dirname "$0")/../.."
source deploy/setup/apt.sh
deploy/setup/system.sh kafka
echo "fetching Apache Kafka"
rm -rf deploy/kafka/libs
quietly mvn --batch-mode --no-transfer-progress --file deploy/kafka/pom.xml dependency:copy-dependencies
