//! `omise backup`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::endpoint::Data;
use crate::exit::Failure;
use crate::print;

/// The arguments.
#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// The file to write, or a directory to put objects.sqlite3 into; it is never overwritten
    #[arg(value_name = "FILE|DIR")]
    to: PathBuf,
    #[command(flatten)]
    data: Data,
}

impl Backup {
    /// Copies the store and says what is in the copy.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let directory = self.data.directory()?;
        let backup = omise_store::backup(&directory, &self.to)
            .with_context(|| format!("cannot back up the store in {}", directory.display()))?;
        let line = format!(
            "backed up {} objects ({} bytes) to {}\n",
            backup.objects,
            backup.bytes,
            backup.file.display()
        );
        print::bytes(line.as_bytes())
    }
}
