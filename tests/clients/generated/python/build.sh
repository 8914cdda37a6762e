#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
build_python
