//! The file of `omise serve --keys-file`.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use omise_types::{KeyError, PublicKey, SecretKey};

use crate::exit::Failure;
use crate::keys::KeyPair;

/// A file with a key on each line. Blank lines, and what stands behind a `#`, count for nothing.
#[derive(Clone, Debug)]
pub(crate) struct KeysFile(PathBuf);

impl From<&str> for KeysFile {
    fn from(path: &str) -> KeysFile {
        KeysFile(path.into())
    }
}

impl KeysFile {
    /// Adds the keys of the file to others. An error never shows what the file holds.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, users other than the owner and the group can read or change it,
    /// it has no key, or a line is none.
    pub(crate) fn read_into(&self, keys: &mut KeyPair) -> Result<(), Failure> {
        let path = self.0.display();
        let cannot = || format!("--keys-file: cannot read {path}");
        let mut file = File::open(&self.0).with_context(cannot)?;
        // Of the opened file: the path may name another one by now.
        let metadata = file.metadata().with_context(cannot)?;
        self.check_permissions(&metadata)?;
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(cannot)?;

        let mut count = 0;
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let key = line.split('#').next().unwrap_or_default().trim();
            if key.is_empty() {
                continue;
            }
            add(key, keys).map_err(|_| {
                Failure::usage(&format!(
                    "--keys-file: line {number} of {path} is not a key: it begins with pkey_test_, \
                     skey_test_, pkey_ or skey_ and goes on with digits and lower-case letters"
                ))
            })?;
            count += 1;
        }
        if count == 0 {
            return Err(Failure::usage(&format!("--keys-file: {path} has no key")));
        }
        Ok(())
    }

    #[cfg(unix)]
    fn check_permissions(&self, metadata: &Metadata) -> Result<(), Failure> {
        use std::os::unix::fs::PermissionsExt;

        const GROUP_CAN_READ: u32 = 0o040;
        const GROUP_CAN_WRITE: u32 = 0o020;
        const OTHERS: u32 = 0o007;
        let path = self.0.display();
        let mode = metadata.permissions().mode();
        if mode & (GROUP_CAN_WRITE | OTHERS) != 0 {
            return Err(Failure::usage(&format!(
                "--keys-file: other users can read or change {path}; run: chmod 600 {path}"
            )));
        }
        if mode & GROUP_CAN_READ != 0 {
            tracing::warn!(file = %path, "the group of the file with the keys can read it");
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn check_permissions(&self, _: &Metadata) -> Result<(), Failure> {
        Ok(())
    }
}

fn add(key: &str, keys: &mut KeyPair) -> Result<(), KeyError> {
    match PublicKey::from_str(key) {
        Ok(key) => keys.public.push(key),
        Err(_) => keys.secret.push(SecretKey::from_str(key)?),
    }
    Ok(())
}
