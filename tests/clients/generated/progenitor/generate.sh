#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
start
# The macro in main.rs generates: build.sh is all that there is.
