#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
cd "$out"
needs "mcs --version" mono-mcs
json=/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll
mono=/usr/lib/mono/4.5
needs "test -e $json" libnewtonsoft-json5.0-cil
needs "test -e $mono/System.ComponentModel.DataAnnotations.dll" \
  libmono-system-componentmodel-dataannotations4.0-cil
needs "test -e $mono/System.Net.Http.dll" libmono-system-net-http4.0-cil
needs "test -e $mono/System.Runtime.Serialization.dll" \
  libmono-system-runtime-serialization4.0-cil
# The models, and what they use: the rest needs newer libraries than Debian has.
client=client/src/Org.OpenAPITools
find "$client/Model" -name "*.cs" ! -name "Abstract*" >sources
mcs -langversion:latest -out:driver.exe "-r:$json" -r:System.ComponentModel.DataAnnotations.dll \
  -r:System.Net.Http.dll -r:System.Runtime.Serialization.dll Driver.cs @sources \
  "$client/Client/FileParameter.cs" "$client/Client/OpenAPIDateConverter.cs"
