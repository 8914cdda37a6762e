#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
start
needs "java -version" openjdk-17-jre-headless
use_pip "$openapi_generator"
openapi-generator-cli generate -i source.yaml -g swift6 -o client
