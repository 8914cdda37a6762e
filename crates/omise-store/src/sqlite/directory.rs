//! The data directory: made private, held by one store at a time, and itself durable.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::error::OpenError;
use crate::error::{Kind, StoreError};

/// The database.
pub(crate) const DATABASE: &str = "sources.sqlite3";

const LOCK: &str = "lock";

/// Locked before the other one, by those who need the directory for a moment only.
const TURN: &str = "turn";

/// What SQLite keeps beside the database while it is open.
const BESIDE_THE_DATABASE: [&str; 2] = ["sources.sqlite3-wal", "sources.sqlite3-shm"];

/// A data directory that nobody else has open.
pub(crate) struct DataDirectory {
    path: PathBuf,
    /// The lock is let go when the file is closed, which the system does even for a process that is
    /// killed.
    _lock: File,
    /// Let go after the lock: whoever gets the turn finds the directory free.
    _turn: Option<File>,
}

impl DataDirectory {
    /// Makes the directory if need be, locks it, and makes an empty database file if there is none.
    ///
    /// `in_turn` waits until nobody has it who opened it so.
    ///
    /// Files that others may read are made private. What belongs to somebody else, or is no
    /// ordinary file, is refused.
    pub(crate) fn open(path: &Path, in_turn: bool) -> Result<DataDirectory, StoreError> {
        let fail = |source| OpenError::Directory {
            directory: path.to_owned(),
            source,
        };

        create(path).map_err(fail)?;
        let path = path.canonicalize().map_err(fail)?;
        keep_others_from_writing(&path)?;
        // A process that is killed lets go of its files in the order in which they were opened.
        let lock_file = open_wanted(&path.join(LOCK))?;
        let turn = in_turn.then(|| open_wanted(&path.join(TURN))).transpose()?;
        if let Some(turn) = &turn {
            turn.lock().map_err(fail)?;
        }
        let directory = DataDirectory {
            _lock: lock(lock_file, &path)?,
            _turn: turn,
            path,
        };
        // Closing a file lets go of the locks that SQLite has on it, so all this comes before
        // SQLite opens them.
        open_wanted(&directory.database())?;
        for name in BESIDE_THE_DATABASE {
            open_private(&directory.path.join(name), false)?;
        }
        Ok(directory)
    }

    /// Returns where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Returns where the write-ahead log is.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join(BESIDE_THE_DATABASE[0])
    }

    /// Returns where the directory is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the names of the files in the directory durable.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        sync(&self.path).map_err(|source| OpenError::Directory {
            directory: self.path.clone(),
            source,
        })?;
        Ok(())
    }

    /// Remembers which files are open, to notice when they are taken away.
    pub(crate) fn files(&self) -> io::Result<Files> {
        let names = [LOCK, DATABASE].into_iter().chain(BESIDE_THE_DATABASE);
        let files = names.map(|name| {
            let path = self.path.join(name);
            let identity = identity(&fs::symlink_metadata(&path)?);
            Ok((path, identity))
        });
        Ok(Files(files.collect::<io::Result<_>>()?))
    }

    /// Returns how many bytes of the disk are free for this process, if that can be told.
    pub(crate) fn free_bytes(&self) -> Option<u64> {
        free_bytes(&self.path)
    }
}

/// The open files of a store and what they were when it opened them.
pub(crate) struct Files(Vec<(PathBuf, Identity)>);

impl Files {
    /// Fails when a file is no longer where it was, or another one is there.
    ///
    /// A file that was removed can still be written to, and what is written is lost.
    pub(crate) fn check(&self) -> io::Result<()> {
        for (path, opened) in &self.0 {
            let found = fs::symlink_metadata(path).map_err(|error| {
                let text = format!("{} is not there: {error}", path.display());
                io::Error::new(error.kind(), text)
            })?;
            if identity(&found) != *opened {
                let text = format!("{} was replaced by another file", path.display());
                return Err(io::Error::other(text));
            }
        }
        Ok(())
    }
}

/// Creates a directory and its parents, and makes every new name durable, each in its parent.
pub(crate) fn create(path: &Path) -> io::Result<()> {
    let is_missing = |ancestor: &&Path| !ancestor.as_os_str().is_empty() && !ancestor.exists();
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();

    private_directory().recursive(true).create(path)?;
    for new in missing {
        sync(&fs::canonicalize(new)?.join(".."))?;
    }
    Ok(())
}

fn lock(mut file: File, directory: &Path) -> Result<File, StoreError> {
    let fail = |source| OpenError::Directory {
        directory: directory.to_owned(),
        source,
    };

    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::Error(source)) => return Err(fail(source).into()),
        Err(TryLockError::WouldBlock) => {
            let pid = read_pid(&mut file);
            return Err(Kind::Locked {
                directory: directory.to_owned(),
                pid,
            }
            .into());
        }
    }
    // The process id is only a help for whoever finds the directory locked; the lock does not
    // depend on it.
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(fail)?;
    Ok(file)
}

fn read_pid(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    lock.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Makes a file that is not there yet and that only its owner may read.
pub(crate) fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a file of the data directory, made if it does not exist, and makes it private.
fn open_wanted(path: &Path) -> Result<File, StoreError> {
    let missing = || OpenError::File {
        file: path.to_owned(),
        source: io::ErrorKind::NotFound.into(),
    };
    Ok(open_private(path, true)?.ok_or_else(missing)?)
}

/// Opens a file of the data directory, made if it does not exist and is `wanted`, and makes it
/// private.
fn open_private(path: &Path, wanted: bool) -> Result<Option<File>, StoreError> {
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
fn keep_others_from_writing(path: &Path) -> Result<(), StoreError> {
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
fn keep_others_from_writing(_path: &Path) -> Result<(), StoreError> {
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

/// What tells a file from every other: its device and its number there.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;

    (found.dev(), found.ino())
}

/// Elsewhere an open file cannot be removed or replaced.
#[cfg(not(unix))]
fn identity(_found: &Metadata) -> Identity {
    (0, 0)
}

#[cfg(unix)]
fn free_bytes(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_path: &Path) -> Option<u64> {
    None
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
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere a directory cannot be flushed by hand; the file system sees to it.
#[cfg(not(unix))]
pub(crate) fn sync(_directory: &Path) -> io::Result<()> {
    Ok(())
}
