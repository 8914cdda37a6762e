#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
needs "ruby -e 'require \"typhoeus\"'" "ruby ruby-typhoeus"
find client/lib -name "*.rb" -exec ruby -c driver.rb {} + >/dev/null
