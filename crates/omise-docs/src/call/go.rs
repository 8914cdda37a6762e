//! The call for Go's standard library.

use super::{Creation, Retrieval};
use crate::value::JSON;

pub(super) fn write(creation: &Creation<'_>) -> String {
    let Creation {
        server,
        path,
        method,
        success,
        ..
    } = creation;
    let key = creation.key_variable();
    // Go has no escape in such a text; none of what is sent has a backquote.
    let body = creation.body(&JSON, 0).replace('`', "` + \"`\" + `");
    format!(
        r#"package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
)

const body = `{body}`

func main() {{
	url := os.Getenv("OMISE_API_URL")
	if url == "" {{
		url = "{server}"
	}}
	request, err := http.NewRequest("{method}", url+"{path}", strings.NewReader(body))
	if err != nil {{
		log.Fatal(err)
	}}
	request.SetBasicAuth(os.Getenv("{key}"), "")
	request.Header.Set("Content-Type", "application/json")

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

pub(super) fn retrieve(retrieval: &Retrieval<'_>) -> String {
    let Retrieval {
        server,
        path,
        method,
        success,
        ..
    } = retrieval;
    let key = retrieval.key_variable();
    format!(
        r#"package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {{
	url := os.Getenv("OMISE_API_URL")
	if url == "" {{
		url = "{server}"
	}}
	request, err := http.NewRequest("{method}", url+"{path}"+os.Args[1], nil)
	if err != nil {{
		log.Fatal(err)
	}}
	request.SetBasicAuth(os.Getenv("{key}"), "")

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
