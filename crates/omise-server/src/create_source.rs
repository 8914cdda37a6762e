//! `createSource`: read the parameters, hold the rules against them, store the source, answer with it.

use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http_body::Body;
use omise_source::{Draft, Stamp};
use omise_store::{SourceRow, Transaction, Write};
use omise_types::{KeyRole, Timestamp};

use crate::accounts::Credential;
use crate::api::Api;
use crate::body;
use crate::failure::{Failure, to_body};
use crate::listen::Peer;

/// How often an id is made anew when it is taken. A second time is already next to impossible.
const ATTEMPTS: usize = 3;

/// Creates a source and gives the bytes of the answer.
pub(crate) async fn create_source<B>(
    api: &Api,
    credential: &Credential,
    parts: &Parts,
    body: B,
) -> Result<Bytes, Failure>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let parameters = body::read(&parts.headers, body).await?;
    let accepted = Draft::read(parameters).check(&credential.terms)?;
    // Only the payer's browser or app has the public key, so only then is the peer the payer.
    let peer_ip = match credential.role {
        KeyRole::Public => parts.extensions.get().map(|Peer(ip)| *ip),
        KeyRole::Secret => None,
    };

    for _ in 0..ATTEMPTS {
        // The id and `created_at` come from one reading of the clock.
        let unix_ms = api.host().unix_ms();
        let id = api.next_id(unix_ms, credential.livemode);
        let created_at = Timestamp::from_unix_ms(unix_ms)
            .map_err(|_| Failure::Internal("the clock is beyond the year 9999"))?;
        let row_id = id.as_str().to_owned();
        let source = accepted.clone().into_source(Stamp {
            id,
            created_at,
            peer_ip,
        });
        let answer = to_body(&source);
        let row = SourceRow {
            account: Arc::clone(&credential.account),
            id: row_id,
            livemode: credential.livemode,
            created_ms: unix_ms,
            body: answer.clone(),
        };
        let transaction = Transaction {
            writes: vec![Write::InsertSource(row)],
        };
        match api.store().commit(transaction).await {
            Ok(()) => return Ok(answer),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::Internal("every new id was taken"))
}
