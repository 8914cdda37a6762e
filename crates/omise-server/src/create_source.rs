//! `createSource`: read the parameters, hold the rules against them, store the source, answer with
//! it.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http_body::Body;
use omise_rules::{Accepted, Draft, Stamp, restamp};
use omise_store::{Key, Transaction, Write};
use omise_types::{KeyRole, SourceId, Timestamp};

use crate::accounts::Credential;
use crate::api::{Api, Trace, guard};
use crate::failure::{Failure, to_body};
use crate::http::body;
use crate::http::listen::Peer;
use crate::http::run_to_end::RunToEnd;

/// The type of the object, as its attribute `object` says it.
pub(crate) const SOURCE: &str = "source";

/// How often an id is made anew when it is taken. A second time is already next to impossible.
const ATTEMPTS: usize = 3;

/// The most bytes that a source has when it is stored. A control character takes one byte in a
/// request and six here, so that the longest request alone would allow many times as many.
pub(crate) const SOURCE_BYTES_MAX: usize = 65_536;

/// Creates a source and gives the bytes of the answer.
pub(crate) async fn create_source<B>(
    api: &Api,
    credential: &Credential,
    parts: &Parts,
    body: B,
    trace: Trace,
) -> Result<Bytes, Failure>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let parameters = body::read(&parts.headers, body).await?;
    let accepted = Draft::read(parameters).check(&credential.terms)?;
    // Only the payer's browser or app has the public key, so only then is the peer the payer.
    let peer_ip = match credential.role {
        KeyRole::Public => parts.extensions.get().map(|Peer(ip)| *ip),
        _ => None,
    };
    let work = guard(store(api.clone(), credential.clone(), accepted, peer_ip));
    RunToEnd::new(work, move |outcome| trace.log_client_gone(&outcome)).await
}

/// Makes the source and stores it.
async fn store(
    api: Api,
    credential: Credential,
    accepted: Accepted,
    peer_ip: Option<IpAddr>,
) -> Result<Bytes, Failure> {
    let (id, unix_ms, created_at) = next_id(&api, &credential)?;
    let mut created_ms = unix_ms;
    let stamp = Stamp {
        id,
        created_at,
        peer_ip,
    };
    let mut source = stamp.make(accepted);
    for _ in 0..ATTEMPTS {
        let answer = to_body(&source);
        if answer.len() > SOURCE_BYTES_MAX {
            return Err(Failure::SourceTooLarge);
        }
        let insert = Write::Insert {
            key: Key {
                account: Arc::clone(&credential.account),
                livemode: credential.livemode,
                object: SOURCE,
                id: source.id.as_str().into(),
            },
            created_ms,
            body: answer.clone(),
        };
        let transaction = Transaction {
            writes: vec![insert],
        };
        match api.store().commit(transaction).await {
            Ok(()) => return Ok(answer),
            Err(error) if error.is_taken() => {
                let (id, unix_ms, created_at) = next_id(&api, &credential)?;
                created_ms = unix_ms;
                restamp(&mut source, id, created_at);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::Internal("every new id was taken"))
}

/// The id and the time of creation, from one reading of the clock.
fn next_id(api: &Api, credential: &Credential) -> Result<(SourceId, i64, Timestamp), Failure> {
    let unix_ms = api.host().unix_ms();
    let created_at = Timestamp::from_unix_ms(unix_ms)
        .map_err(|_| Failure::Internal("the clock is beyond the year 9999"))?;
    Ok((
        api.next_id(unix_ms, credential.livemode),
        unix_ms,
        created_at,
    ))
}
