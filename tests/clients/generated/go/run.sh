#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
exec "$out/driver"
