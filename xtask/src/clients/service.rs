//! The two services that a client calls: `omise serve`, and one that answers what may come.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use omise_types::ErrorCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::answers::{Answer, Answers};
use crate::server::{SERVER, Server, serve};
use crate::workspace;

/// Both, until this is dropped or the program ends.
pub(super) struct Services {
    // Nobody asks it for anything; the lock lets two threads know where it is.
    _process: Mutex<Server>,
    /// Where `omise serve` is.
    pub(super) server: String,
    /// Where the answers are.
    pub(super) answers: String,
}

impl Services {
    /// Builds the server and starts both on free ports.
    pub(super) fn start(answers: Arc<Answers>) -> Result<Services> {
        let (process, server) = serve(&build()?)?;
        Ok(Services {
            _process: Mutex::new(process),
            server,
            answers: answer(answers)?,
        })
    }
}

fn build() -> Result<PathBuf> {
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--quiet", "--workspace", "--bin", SERVER]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    let messages = super::toolchain::succeed(&mut cargo)?;
    let messages = messages.lines().rev();
    let mut messages = messages.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.with_context(|| format!("cargo build made no {SERVER}"))
}

/// Answers `/sources/{case}` from a thread of this program.
fn answer(answers: Arc<Answers>) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let url = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        runtime.block_on(async {
            while let Ok((stream, _)) = listener.accept().await {
                let answers = answers.clone();
                tokio::spawn(async move {
                    let service = service_fn(|request| respond(request, &answers));
                    // A driver that ends closes its connection as it likes.
                    let _ = http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
    });
    Ok(url)
}

async fn respond(
    request: Request<Incoming>,
    answers: &Answers,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let case = request.uri().path().rsplit('/').next().unwrap_or_default();
    let keys = request.headers().get_all("authorization").iter().count();
    let (status, body) = match answers.of(case) {
        // Some servers refuse a request that names its key twice.
        _ if keys != 1 => (401, refusal(&format!("the key came {keys} times"))),
        Some(Answer { status, body, .. }) => (*status, body.clone()),
        None => (404, refusal(&format!("there is no case {case}"))),
    };
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// An error in the API's form, so that every client can say what was wrong.
fn refusal(message: &str) -> Value {
    json!({"object": "error", "location": "", "code": ErrorCode::BadRequest, "message": message})
}
