//! Files and directories that only their owner may use.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::error::OpenError;
use crate::error::StoreError;

/// Creates a directory and its parents, and makes every new name durable, each in its parent.
pub(super) fn create(path: &Path) -> io::Result<()> {
    let is_missing = |ancestor: &&Path| !ancestor.as_os_str().is_empty() && !ancestor.exists();
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();

    private_directory().recursive(true).create(path)?;
    for new in missing {
        sync(&fs::canonicalize(new)?.join(".."))?;
    }
    Ok(())
}

/// Makes a file that is not there yet and that only its owner may read.
pub(super) fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a file of the data directory, made if it does not exist, and makes it private.
pub(super) fn open_wanted(path: &Path) -> Result<File, StoreError> {
    let missing = || OpenError::File {
        file: path.to_owned(),
        source: io::ErrorKind::NotFound.into(),
    };
    Ok(open_private(path, true)?.ok_or_else(missing)?)
}

/// Opens a file of the data directory, made if it does not exist and is `wanted`, and makes it
/// private.
pub(super) fn open_private(path: &Path, wanted: bool) -> Result<Option<File>, StoreError> {
    let fail = |source| OpenError::File {
        file: path.to_owned(),
        source,
    };
    // Opened before it is looked at, what is looked at is what was opened. A symbolic link is not
    // followed, and a pipe does not wait for its other end.
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(wanted);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;

        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !wanted => return Ok(None),
        Err(error) => {
            let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
            if is_link {
                return Err(fail(io::Error::other("it is a symbolic link")).into());
            }
            return Err(fail(error).into());
        }
    };
    let found = file.metadata().map_err(fail)?;
    if !found.is_file() {
        return Err(fail(io::Error::other("it is not a regular file")).into());
    }
    make_private(path, &file, &found).map_err(fail)?;
    Ok(Some(file))
}

/// Takes from others what they may do with a file of ours.
#[cfg(unix)]
fn make_private(path: &Path, file: &File, found: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    check_owner(found)?;
    let mode = found.mode() & 0o7777;
    if mode & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(mode & 0o700))?;
        tracing::warn!(
            file = %path.display(),
            mode = format!("{mode:03o}"),
            "others could use a file of the store; now only its owner can"
        );
    }
    Ok(())
}

/// Elsewhere files have no modes; what the directory passes on is what counts.
#[cfg(not(unix))]
fn make_private(_path: &Path, _file: &File, _found: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Whoever can write to the directory can put another file in the place of the database.
///
/// Reading it gives only names and sizes, so that is left as it is: the directory may have been
/// there before and be used for more.
#[cfg(unix)]
pub(super) fn keep_others_from_writing(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    let fail = |source| OpenError::Directory {
        directory: path.to_owned(),
        source,
    };
    let found = fs::metadata(path).map_err(fail)?;
    check_owner(&found).map_err(fail)?;
    let mode = found.mode() & 0o7777;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    if mode & 0o1000 != 0 {
        let text = "it is shared by all users, as /tmp is; choose a directory inside of it";
        return Err(fail(io::Error::other(text)).into());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode & !0o022)).map_err(fail)?;
    tracing::warn!(
        directory = %path.display(),
        mode = format!("{mode:03o}"),
        "others could write to the data directory; now only its owner can"
    );
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn keep_others_from_writing(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(unix)]
fn check_owner(found: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let (owner, user) = (found.uid(), rustix::process::geteuid().as_raw());
    if owner == user {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("it belongs to user {owner}, and this process runs as user {user}"),
    ))
}

/// Options to make a directory that only its owner may enter.
fn private_directory() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(unix)]
pub(super) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere a directory cannot be flushed by hand; the file system sees to it.
#[cfg(not(unix))]
pub(super) fn sync(_directory: &Path) -> io::Result<()> {
    Ok(())
}
