//! `retrieveSource`: answer with the bytes that were stored.

use bytes::Bytes;
use omise_store::KeyRef;
use omise_types::SourceId;
use percent_encoding::percent_decode_str;

use crate::accounts::Credential;
use crate::api::Api;
use crate::create_source::SOURCE;
use crate::failure::Failure;

/// How much of an id that is none is said back, in characters.
const ECHO_MAX: usize = 64;

/// Finds a source of the account and mode, and gives the bytes of the answer.
pub(crate) async fn retrieve_source(
    api: &Api,
    credential: &Credential,
    id: &str,
) -> Result<Bytes, Failure> {
    let id = percent_decode_str(id).decode_utf8_lossy();
    let not_found = || Failure::SourceNotFound {
        id: id.chars().take(ECHO_MAX).collect(),
    };
    // What cannot be an id is not looked for.
    if !SourceId::is_valid(&id) {
        return Err(not_found());
    }
    let key = KeyRef {
        account: &credential.account,
        livemode: credential.livemode,
        object: SOURCE,
        id: &id,
    };
    let found = api.store().get(key).await?;
    found.map(|(_, body)| body).ok_or_else(not_found)
}
