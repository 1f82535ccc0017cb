//! Files whose word counts: settings, passwords, authorities. Whoever else can write one of them says where links
//! go and whom to trust; whoever can read a password has it (trust I2). All that is asked about a file is asked
//! of what was opened, never of its path (trust I4).

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::unistd::{Gid, Group, Uid, User, geteuid};

use crate::domain::text::plain;

/// Why a file's word does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// The system does not open it.
    #[error("{0}")]
    Unreadable(String),
    /// It is a directory, a device or a FIFO.
    #[error("it is no regular file")]
    NotRegular,
    /// Its owner is neither root nor whoever runs this.
    #[error("it belongs to {0}, who is neither you nor root")]
    Owner(String),
    /// Somebody else may write it.
    #[error("others may write it, it has mode {0:04o}")]
    Writable(u32),
    /// Somebody else may read or write it.
    #[error("others may open it, it has mode {0:04o}")]
    Open(u32),
}

impl Untrusted {
    /// The command that makes it right, less the file.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Writable(_) => Some("chmod go-w".to_owned()),
            Self::Open(_) => Some("chmod 600".to_owned()),
            Self::Owner(_) => Some(format!("chown {}", name_of(geteuid()))),
            Self::Unreadable(_) | Self::NotRegular => None,
        }
    }
}

impl From<io::Error> for Untrusted {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(plain(&error))
    }
}

/// Opens a regular file that nobody else can have written.
///
/// # Errors
/// When it is not there, or its word does not count.
pub fn open(path: &Path) -> Result<File, Untrusted> {
    let (file, facts) = open_regular(path)?;
    check_writers(&facts)?;
    Ok(file)
}

/// Opens a file that holds a secret, which must be nobody else's to open.
///
/// # Errors
/// When it is not there, or others may open it.
pub fn open_secret(path: &Path) -> Result<File, Untrusted> {
    let (file, facts) = open_regular(path)?;
    match mode(&facts) {
        mode if mode & 0o077 != 0 => Err(Untrusted::Open(mode)),
        _ => check_owner(&facts).map(|()| file),
    }
}

/// Makes sure that nobody else can have written what was opened, where it is a file at all: a pipe comes from
/// whoever runs this.
///
/// # Errors
/// When somebody can.
pub fn check(file: &File) -> Result<(), Untrusted> {
    let facts = file.metadata()?;
    if facts.is_file() { check_writers(&facts) } else { Ok(()) }
}

/// Opens without waiting: a FIFO would want a writer first.
fn open_regular(path: &Path) -> Result<(File, Metadata), Untrusted> {
    let file = OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)?;
    let facts = file.metadata()?;
    if facts.is_file() { Ok((file, facts)) } else { Err(Untrusted::NotRegular) }
}

fn mode(facts: &Metadata) -> u32 {
    facts.permissions().mode() & 0o777
}

fn check_owner(facts: &Metadata) -> Result<(), Untrusted> {
    let owner = Uid::from_raw(facts.uid());
    match owner.is_root() || owner == geteuid() {
        true => Ok(()),
        false => Err(Untrusted::Owner(name_of(owner))),
    }
}

fn check_writers(facts: &Metadata) -> Result<(), Untrusted> {
    check_owner(facts)?;
    let mode = mode(facts);
    let by_group = mode & 0o020 != 0 && !is_private(facts);
    if mode & 0o002 != 0 || by_group { Err(Untrusted::Writable(mode)) } else { Ok(()) }
}

/// Whether a file's group is its owner's own, with nobody else in it: so distributions set accounts up, and with
/// them a umask that lets the group write.
fn is_private(facts: &Metadata) -> bool {
    let (Ok(Some(owner)), Ok(Some(group))) =
        (User::from_uid(Uid::from_raw(facts.uid())), Group::from_gid(Gid::from_raw(facts.gid())))
    else {
        return false;
    };
    owner.gid == group.gid
        && owner.name == group.name
        && group.mem.iter().all(|member| *member == owner.name)
}

fn name_of(owner: Uid) -> String {
    User::from_uid(owner).ok().flatten().map_or_else(|| owner.to_string(), |user| user.name)
}
