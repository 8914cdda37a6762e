#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
start
use_pip openapi-python-client==0.29.1
openapi-python-client generate --path source.yaml --meta none --output-path client/source_api
