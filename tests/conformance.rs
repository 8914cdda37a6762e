//! The conformance cases: the server, the SDK, the command and the runners of other languages pass
//! all of them, and a server with a single fault does not.

mod command;
mod faults;
mod runners;
mod sdk;

use std::path::Path;

use bytes::Bytes;
use http::{Request, Response};
use omise_client::{HttpTransport, Transport};
use omise_conformance::{Keys, Suite};
use omise_tests::flawed::Flawed;
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");

fn keys() -> Keys {
    Keys {
        public: PUBLIC_KEY.to_owned(),
        secret: SECRET_KEY.to_owned(),
    }
}

/// The cases that fail, as `file/id`, each with its failure.
async fn failures<E: std::fmt::Display>(
    suite: &Suite,
    send: impl AsyncFn(Request<Bytes>) -> Result<Response<Bytes>, E>,
) -> Vec<(String, String)> {
    let mut failures = Vec::new();
    for (name, file) in suite.files() {
        for case in &file.cases {
            if let Err(failure) = case.run(&keys(), &send).await {
                failures.push((format!("{name}/{}", case.id), failure.to_string()));
            }
        }
    }
    failures
}

#[tokio::test]
async fn the_server_passes_every_case_within_the_process() {
    let suite = Suite::embedded();
    let api = Flawed::new(None);
    let send = async |request| Ok::<_, String>(api.answer(request).await);
    assert_eq!(failures(&suite, send).await, []);
}

#[tokio::test]
async fn the_server_passes_every_case_over_a_socket() {
    let suite = Suite::embedded();
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let http = HttpTransport::new().expect("a transport");
    let send = async |mut request: Request<Bytes>| {
        let address = format!("{}{}", server.url(), request.uri());
        *request.uri_mut() = address.parse().expect("an address");
        http.send(request).await
    };
    assert_eq!(failures(&suite, send).await, []);
}
