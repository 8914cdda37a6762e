#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
start
# With TypeScript 7, which npm installs otherwise, it fails with a TypeError.
use_npm @hey-api/openapi-ts@0.95.0 typescript@5.9.3
openapi-ts -i ./source.yaml -o client -c @hey-api/client-fetch
