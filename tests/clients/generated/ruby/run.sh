#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
exec ruby -I client/lib driver.rb
