//! The call for Go's standard library.

use super::Program;
use crate::value::JSON;

pub(super) fn write(program: &Program<'_>) -> String {
    let Program {
        server,
        path,
        method,
        success,
        ..
    } = program;
    let key = program.key_variable();
    // Go has no escape in such a text; none of what is sent has a backquote.
    let body = program.body(&JSON, 0).map(|body| {
        let body = body.replace('`', "` + \"`\" + `");
        format!("const body = `{body}`\n\n")
    });
    let body = body.unwrap_or_default();
    let import = program.either("\t\"strings\"\n", "");
    let rest = program.either(", strings.NewReader(body)", "+os.Args[1], nil");
    let content_type = program.either(
        "\trequest.Header.Set(\"Content-Type\", \"application/json\")\n",
        "",
    );
    format!(
        r#"package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
{import})

{body}func main() {{
	url := os.Getenv("OMISE_API_URL")
	if url == "" {{
		url = "{server}"
	}}
	request, err := http.NewRequest("{method}", url+"{path}"{rest})
	if err != nil {{
		log.Fatal(err)
	}}
	request.SetBasicAuth(os.Getenv("{key}"), "")
{content_type}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {{
		log.Fatal(err)
	}}
	defer answer.Body.Close()

	var source struct{{ ID, Flow, Message string }}
	if err := json.NewDecoder(answer.Body).Decode(&source); err != nil {{
		log.Fatal(err)
	}}
	if answer.StatusCode != {success} {{
		log.Fatal(source.Message)
	}}
	fmt.Println(source.ID, source.Flow)
}}
"#
    )
}
