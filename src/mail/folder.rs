//! Putting messages into a folder, one file each, for another program to fetch or a person to look at.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{Message, Step, Transport, Went};
use crate::domain::delivery::{Answer, Handover};
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, EntropyError};

/// A folder. Its files are called `20261129T080000Z-9f86d081884c7d65-000001.eml`: in order, and of a name
/// that nobody can put there before.
pub struct Folder {
    path: PathBuf,
    prefix: String,
    count: u32,
}

impl Folder {
    /// Prepares for a folder, which must be there when a message comes.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new(
        path: PathBuf,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, EntropyError> {
        let mut random = [0; 8];
        entropy.fill(&mut random)?;
        let time = now.format("%Y%m%dT%H%M%SZ");
        Ok(Self { path, prefix: format!("{time}-{:016x}", u64::from_be_bytes(random)), count: 0 })
    }

    /// Writes the file under another name first: whoever looks into the folder never sees half of one.
    fn write(&mut self, message: &Message) -> io::Result<String> {
        let mut file = tempfile::Builder::new()
            .prefix(".admit-mail-")
            .permissions(std::fs::Permissions::from_mode(0o600))
            .tempfile_in(&self.path)?;
        file.write_all(&message.bytes)?;
        file.as_file().sync_all()?;
        self.count += 1;
        let name = format!("{}-{:06}.eml", self.prefix, self.count);
        file.persist_noclobber(self.path.join(&name)).map_err(|error| error.error)?;
        File::open(&self.path)?.sync_all()?;
        Ok(name)
    }
}

impl Transport for Folder {
    fn hand_over(&mut self, message: &Message, watch: &mut dyn FnMut(Step)) -> Handover {
        match self.write(message) {
            Ok(name) => {
                let answer = Answer::new(&name);
                watch(Step { name: "file", went: Went::Well, answer: answer.clone() });
                Handover::Accepted(answer)
            }
            Err(error) => {
                let answer =
                    Answer::new(&format!("{}: {}", self.path.display(), reason(error.kind())));
                watch(Step { name: "file", went: Went::Wrong, answer: answer.clone() });
                Handover::Unavailable(answer)
            }
        }
    }

    fn close(&mut self) {}
}

const fn reason(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "there is no such folder",
        io::ErrorKind::NotADirectory => "it is no folder",
        io::ErrorKind::PermissionDenied => "nothing may be written into it",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full",
        _ => "it cannot be written into",
    }
}
