#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
start
use_npm openapi-typescript@7.13.0
openapi-typescript source.yaml -o client/schema.ts
