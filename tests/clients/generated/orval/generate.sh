#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
start
use_npm orval@7.13.2
orval --config orval.config.js
