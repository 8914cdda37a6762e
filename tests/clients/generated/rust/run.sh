#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
exec "$target/debug/omise-generated-$name"
