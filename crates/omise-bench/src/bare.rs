//! A hyper server that does nothing but HTTP: the measure of ours.

use std::convert::Infallible;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bytes::Bytes;
use clap::Args;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::exchange::Answer;
use crate::workspace::print;

/// What to answer.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A file with the whole answer
    answer: PathBuf,
}

/// Serves until it is killed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bytes = std::fs::read(&options.answer).context("cannot read the answer")?;
    let answer = Answer::parse(&bytes)?.context("the answer is incomplete")?;
    let fixed: &'static Fixed = Box::leak(Box::new(Fixed::new(answer)?));
    // The runtime of `omise serve`: what a runtime costs is not what the two are compared for.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(fixed))
}

async fn serve(fixed: &'static Fixed) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    print(&format!("http://{}", listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(stream, fixed));
    }
}

async fn connection(stream: TcpStream, fixed: &'static Fixed) {
    let service = service_fn(move |request| respond(request, fixed));
    // The load closes its connections as it likes.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    request: Request<Incoming>,
    fixed: &'static Fixed,
) -> Result<Response<Full<Bytes>>, Infallible> {
    // A body that is cut ends the connection; hyper sees to it.
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::new(fixed.body.clone()));
    *response.status_mut() = fixed.status;
    *response.headers_mut() = fixed.headers.clone();
    Ok(response)
}

/// The one answer.
struct Fixed {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Fixed {
    fn new(answer: Answer) -> Result<Fixed> {
        let mut headers = HeaderMap::new();
        for (name, value) in &answer.headers {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            headers.append(name, HeaderValue::from_str(value)?);
        }
        Ok(Fixed {
            status: StatusCode::from_u16(answer.status)?,
            headers,
            body: Bytes::from(answer.body),
        })
    }
}
