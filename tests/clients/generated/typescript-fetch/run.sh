#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
exec node built/driver.js
