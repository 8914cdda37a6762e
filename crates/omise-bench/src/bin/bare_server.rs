//! A hyper server that does nothing but HTTP, which ours is measured against: it reads the whole
//! request and gives the answer in the file that is its argument. It runs until it is killed.

#![expect(clippy::print_stdout, reason = "its parent reads where it listens")]

use std::convert::Infallible;

use anyhow::{Context, Result};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use omise_bench::http::Answer;
use tokio::net::{TcpListener, TcpStream};

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).context("expected FILE")?;
    let bytes = std::fs::read(path).context("cannot read the answer")?;
    let answer = Answer::parse(&bytes)?.context("the answer is incomplete")?;
    let fixed: &'static Fixed = Box::leak(Box::new(Fixed::new(answer)?));
    // The runtime of `omise serve`: the cost of a runtime is not what is compared.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(fixed))
}

async fn serve(fixed: &'static Fixed) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(stream, fixed));
    }
}

async fn connection(stream: TcpStream, fixed: &'static Fixed) {
    let service = service_fn(move |request| respond(request, fixed));
    // An error means that the load has closed the connection.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    request: Request<Incoming>,
    fixed: &'static Fixed,
) -> Result<Response<Full<Bytes>>, Infallible> {
    // An error means that the body was cut; hyper then ends the connection.
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
