#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
needs "php -r 'curl_version();'" "php-cli php-curl"
needs "php -r 'require \"GuzzleHttp/autoload.php\";'" php-guzzlehttp-guzzle
find driver.php client/lib -name "*.php" | while read -r file; do php -l "$file" >/dev/null; done
