//! Sources: create and retrieve.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;

use http_body::Body;
use omise_rules::{CheckedRequest, Draft, NewSource, replace_id};
use omise_store::{Key, KeyRef, Transaction, Write};
use omise_types::{KeyRole, SourceId};

use crate::accounts::Credential;
use crate::call::{Answer, Backend, Call};
use crate::failure::Failure;
use crate::http::body;
use crate::http::limits::Peer;
use crate::http::write::to_body;
use crate::mint::Minted;

/// The type of the object, as its attribute `object` says it.
const SOURCE: &str = "source";

/// How often an id is made anew when it is taken. A second time is already next to impossible.
const ATTEMPTS: usize = 3;

/// The most bytes that a source has when it is stored. A control character takes one byte in a
/// request and six here, so that the longest request alone would allow many times as many.
const SOURCE_BYTES_MAX: usize = 65_536;

/// How many characters of an invalid id an answer repeats.
const ECHO_MAX: usize = 64;

/// `createSource`: reads the parameters, holds the rules against them, stores the source and
/// answers with it.
pub(crate) async fn create<B>(
    call: &Call<'_>,
    backend: &Arc<Backend>,
    body: B,
) -> Result<Answer, Failure>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let credential = call.credential;
    let parameters = body::read(&call.head.headers, body).await?;
    let checked = Draft::read(parameters).check(&credential.terms)?;
    // Only the payer's browser or app has the public key, so only then is the peer the payer.
    let peer_ip = match credential.role {
        KeyRole::Public => call.head.extensions.get().map(|Peer(ip)| *ip),
        _ => None,
    };
    let work = store(Arc::clone(backend), credential.clone(), checked, peer_ip);
    call.to_end(work).await
}

/// Makes the source and stores it.
async fn store(
    backend: Arc<Backend>,
    credential: Credential,
    checked: CheckedRequest,
    peer_ip: Option<IpAddr>,
) -> Result<Answer, Failure> {
    let Minted {
        id,
        mut created_ms,
        created_at,
    } = backend.mint.source(credential.livemode)?;
    let new_source = NewSource {
        id,
        created_at,
        peer_ip,
    };
    let mut source = new_source.make(checked);
    for _ in 0..ATTEMPTS {
        let answer = to_body(&source);
        if answer.len() > SOURCE_BYTES_MAX {
            return Err(Failure::TooLarge {
                object: SOURCE,
                bytes_max: SOURCE_BYTES_MAX,
            });
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
        match backend.store.commit(transaction).await {
            Ok(()) => return Ok(Answer(answer)),
            Err(error) if error.is_taken() => {
                let minted = backend.mint.source(credential.livemode)?;
                created_ms = minted.created_ms;
                replace_id(&mut source, minted.id, minted.created_at);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::Internal("every new id was taken"))
}

/// `retrieveSource`: answers with the bytes that were stored, for the account and mode of the key.
pub(crate) async fn retrieve(call: &Call<'_>, backend: &Backend) -> Result<Answer, Failure> {
    let id = call.parameters.get("id").unwrap_or_default();
    let not_found = || Failure::NotFound {
        object: SOURCE,
        id: id.chars().take(ECHO_MAX).collect(),
    };
    // What cannot be an id is not looked for.
    if !SourceId::is_valid(&id) {
        return Err(not_found());
    }
    let key = KeyRef {
        account: &call.credential.account,
        livemode: call.credential.livemode,
        object: SOURCE,
        id: &id,
    };
    let found = backend.store.get(key).await?;
    found
        .map(|(_version, body)| Answer(body))
        .ok_or_else(not_found)
}
