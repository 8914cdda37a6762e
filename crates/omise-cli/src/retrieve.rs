//! `omise source retrieve`.

use clap::Args;
use omise_types::SourceId;

use crate::endpoint::Endpoint;
use crate::exit::Failure;
use crate::print::{self, Format};

/// The arguments.
#[derive(Args, Debug)]
pub(crate) struct Retrieve {
    /// The id of the source, which begins with src
    id: SourceId,
    #[command(flatten)]
    endpoint: Endpoint,
    #[command(flatten)]
    format: Format,
}

impl Retrieve {
    /// Retrieves the source and prints it.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let call = async |client: &omise_client::Client| client.retrieve_source(&self.id).await;
        match self.endpoint.call(call) {
            Ok(source) => print::source(&source, self.format, &self.endpoint),
            Err(Failure::Call { error, hints }) if error.is_not_found() => {
                let failure = Failure::Call { error, hints };
                Err(failure.with_hints(self.endpoint.hint_of_absence()))
            }
            Err(failure) => Err(failure),
        }
    }
}
