#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
needs "javac -version" openjdk-17-jdk-headless
jakarta=/usr/share/java/jakarta-annotation-api.jar
needs "test -e $jakarta" libjakarta-annotation-api-java
# The other libraries that the client imports are inside of the generator.
use_pip "$openapi_generator"
echo "built:$(find "$packages" -name openapi-generator.jar):$jakarta" >classes
find client/src/main/java -name "*.java" | sort >sources
# With the names of parameters, by which the driver finds where an argument belongs.
javac -parameters -proc:none -Xlint:all,-path,-deprecation -Werror -d built -cp "$(cat classes)" \
  Driver.java @sources
