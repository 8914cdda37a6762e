//! Sends the requests that the SDK sends, and reads the answers as bytes: what reqwest costs alone.

use std::error::Error;

use omise_bench::calls;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};

fn main() -> calls::Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, create, retrieve] = arguments.as_slice() else {
        return Err("expected URL CREATE RETRIEVE".into());
    };
    // The settings of the SDK.
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .build()?;
    let create = request(url, create)?;
    let retrieve = request(url, retrieve)?;

    calls::run(async |operation| {
        let request = match operation {
            "create" => &create,
            "retrieve" => &retrieve,
            _ => return Err("create or retrieve".into()),
        };
        // Ready and never put together again: it cannot be had for less.
        let request = request.try_clone().ok_or("a body that cannot be cloned")?;
        let response = client.execute(request).await?;
        if response.status() != 200 {
            return Err(response.status().to_string().into());
        }
        response.bytes().await?;
        Ok(())
    })
}

/// Reads a request as HTTP writes it. The host and the length are reqwest's to say.
fn request(url: &str, text: &str) -> Result<Request, Box<dyn Error>> {
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no whole request")?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let method: Method = words.next().unwrap_or_default().parse()?;
    let path = words.next().ok_or("no path")?;
    let mut request = Request::new(method, format!("{url}{path}").parse()?);
    for line in lines {
        let (name, value) = line.split_once(": ").ok_or("no header")?;
        if name != "host" && name != "content-length" {
            let name: HeaderName = name.parse()?;
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value)?);
        }
    }
    if !body.is_empty() {
        *request.body_mut() = Some(body.to_owned().into());
    }
    Ok(request)
}
