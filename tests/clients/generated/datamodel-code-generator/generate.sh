#!/usr/bin/env bash
. "$(dirname "$0")/../common.sh"
start
use_pip datamodel-code-generator==0.89.0
datamodel-codegen --input source.yaml --input-file-type openapi --output client/source_api.py \
  --output-model-type pydantic_v2.BaseModel --use-annotated --strict-nullable --formatters=builtin
