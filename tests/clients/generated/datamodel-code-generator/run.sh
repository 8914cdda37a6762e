#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
run_python
