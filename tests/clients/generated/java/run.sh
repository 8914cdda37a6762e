#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
exec java -cp "$(cat classes)" Driver
