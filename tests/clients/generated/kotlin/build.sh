#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
needs "java -version" openjdk-17-jre-headless
use_npm kotlin-compiler@2.4.20
compiler=$packages/node_modules/kotlin-compiler
# Not for what it does: the libraries of kotlinx.serialization come in it, and from nowhere else.
use_pip --no-deps kotlin-jupyter-kernel==0.19.0.944
libraries=$(find "$packages" -name "kotlinx-serialization-*.jar" | sort | tr "\n" ":")
echo "$libraries$compiler/lib/kotlin-stdlib.jar:built" >classes
# The models and what reads and writes them: all that does without the HTTP library.
find client/src/main \( -path "*/models/*.kt" -o -name "*Adapter.kt" -o -name Serializer.kt \) >sources
java -cp "$(find "$compiler/lib" -name "*.jar" ! -name "*-sources.jar" | tr "\n" ":")" \
  org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -kotlin-home "$compiler" \
  "-Xplugin=$compiler/lib/kotlinx-serialization-compiler-plugin.jar" \
  -no-stdlib -no-reflect -nowarn -d built -cp "$(cat classes)" Driver.kt @sources
