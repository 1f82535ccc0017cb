//! Files that a command writes: private, and there as a whole or not at all. Devices and FIFOs are
//! written into as they are.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::exit::{Exit, Failure};
use crate::domain::text::plain;

const BUFFER: usize = 64 * 1024;

/// A file under construction beside the place where it will stand (trust B1, G6, I3: mode 0600, a new
/// file each time, never through a symbolic link).
pub struct OutputFile {
    target: Target,
    path: PathBuf,
}

enum Target {
    /// Takes the place of what stands at the path, once it is whole.
    New(BufWriter<NamedTempFile>),
    /// A device or FIFO, which stays.
    Standing(BufWriter<File>),
}

impl OutputFile {
    /// Begins a file; a file or symbolic link at the path stays until [`OutputFile::publish`]. A FIFO is
    /// waited for until somebody reads it. The protected files are never written over: the store, and
    /// what the command reads.
    ///
    /// # Errors
    /// Exit 2 for a protected file; exit 73 where the directory cannot be written.
    pub fn begin(path: &Path, protected: &[PathBuf]) -> Result<Self, Failure> {
        refuse_protected(path, protected)?;
        let cannot = |error: io::Error| {
            let path = path.display();
            Failure::new(Exit::CannotCreate, format!("{path} cannot be created: {}", plain(&error)))
        };
        if path.is_dir() {
            return Err(Failure::new(
                Exit::CannotCreate,
                format!("{} cannot be created: it is a directory", path.display()),
            ));
        }
        // Also behind a link; a link to a regular file is replaced itself.
        let target = if is_descriptor(path) {
            // The shell opened it, perhaps to write behind what is there; and its name is not ours to take.
            let file = OpenOptions::new().append(true).open(path).map_err(cannot)?;
            Target::Standing(BufWriter::with_capacity(BUFFER, file))
        } else if path.metadata().is_ok_and(|facts| is_special(&facts)) {
            let file = OpenOptions::new().write(true).open(path).map_err(cannot)?;
            // Another file may stand there by now, which is not to be written over (trust I4).
            if !is_special(&file.metadata().map_err(cannot)?) {
                return Err(cannot(io::Error::other("another file took its place")));
            }
            Target::Standing(BufWriter::with_capacity(BUFFER, file))
        } else {
            let directory = match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            };
            let file = tempfile::Builder::new()
                .prefix(".admit-out-")
                .tempfile_in(directory)
                .map_err(cannot)?;
            Target::New(BufWriter::with_capacity(BUFFER, file))
        };
        Ok(Self { target, path: path.to_owned() })
    }

    /// Gives the file its name. Durable when it returns.
    ///
    /// # Errors
    /// Exit 74 where the disk is full or fails; what stood there before is still there, unless it is only unknown
    /// whether the new file would outlast a power cut.
    pub fn publish(self) -> Result<(), Failure> {
        let path = self.path;
        let failed = |error: io::Error| Self::failure(&path, &error);
        let writer = match self.target {
            Target::New(writer) => writer,
            Target::Standing(mut writer) => return writer.flush().map_err(failed),
        };
        let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        // Opened before the name is given: where it cannot be, nothing has changed yet.
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = File::open(directory.unwrap_or(Path::new("."))).map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        directory.sync_all().map_err(failed)
    }

    /// What a failed write is called.
    #[must_use]
    pub fn failure(path: &Path, error: &io::Error) -> Failure {
        let path = path.display();
        Failure::new(Exit::Failed, format!("{path} cannot be written: {}", plain(error)))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::New(writer) => writer.write(bytes),
            Target::Standing(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::New(writer) => writer.flush(),
            Target::Standing(writer) => writer.flush(),
        }
    }
}

/// Makes sure that a file that is to be written is none of these: the store's own, and what the command reads.
///
/// # Errors
/// Exit 2 where it is one.
pub fn refuse_protected(path: &Path, protected: &[PathBuf]) -> Result<(), Failure> {
    let is_meant = |other: &&PathBuf| same_file(path, other) || same_place(path, other);
    match protected.iter().find(is_meant) {
        Some(other) => {
            let (path, other) = (path.display(), other.display());
            Err(Failure::usage(format!("{path} would be written over {other}"))
                .hinted("name another file"))
        }
        None => Ok(()),
    }
}

/// Whether two paths name one place, whatever is there: what SQLite finds under the name of its own file, it
/// takes for that.
fn same_place(one: &Path, other: &Path) -> bool {
    let directory = |path: &Path| match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    one.file_name() == other.file_name() && same_file(&directory(one), &directory(other))
}

/// Whether two paths lead to one file, by whatever names; not where one of them leads nowhere.
#[must_use]
pub fn same_file(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| path.metadata().ok().map(|facts| (facts.dev(), facts.ino()));
    place(one).is_some_and(|found| place(other) == Some(found))
}

/// Whether a path names what this process has open, whatever that is: `/dev/stdout`, `/dev/fd/7`.
fn is_descriptor(path: &Path) -> bool {
    let is_among_them = |path: &Path| {
        let directory = path.parent().and_then(|parent| parent.canonicalize().ok());
        directory.is_some_and(|found| found.starts_with("/proc") && found.ends_with("fd"))
    };
    is_among_them(path) || path.read_link().is_ok_and(|target| is_among_them(&target))
}

/// Whether it is there for more than to hold bytes. A symbolic link is not followed: it may be
/// somebody else's.
fn is_special(facts: &Metadata) -> bool {
    !(facts.is_file() || facts.is_symlink())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::Store;

    #[test]
    fn the_names_of_the_stores_own_files_are_kept_free() {
        let home = tempfile::tempdir().unwrap();
        let store = home.path().join("a.db");
        std::fs::write(&store, "x").unwrap();
        std::os::unix::fs::symlink(&store, home.path().join("link.db")).unwrap();
        for named in [store.clone(), home.path().join("link.db")] {
            for end in ["-wal", "-shm", "-journal"] {
                let path = home.path().join(format!("a.db{end}"));
                assert!(OutputFile::begin(&path, &Store::files(&named)).is_err(), "{end}");
            }
            assert!(OutputFile::begin(&home.path().join("b.csv"), &Store::files(&named)).is_ok());
        }
    }

    #[test]
    fn i3_a_file_on_its_way_is_private_and_has_a_name_that_nobody_can_take_before() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("out.csv");
        let files =
            [OutputFile::begin(&path, &[]).unwrap(), OutputFile::begin(&path, &[]).unwrap()];
        let there = std::fs::read_dir(home.path()).unwrap();
        let mut names: Vec<String> = there
            .map(|entry| {
                let entry = entry.unwrap();
                assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600);
                entry.file_name().into_string().unwrap()
            })
            .collect();
        names.dedup();
        assert_eq!(names.len(), 2, "each has one of its own");
        assert!(names.iter().all(|name| name.len() >= ".admit-out-".len() + 6), "{names:?}");
        drop(files);
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn one_file_is_known_by_all_its_names() {
        let home = tempfile::tempdir().unwrap();
        let name = |name: &str| home.path().join(name);
        std::fs::write(name("a"), "x").unwrap();
        std::fs::write(name("b"), "x").unwrap();
        std::fs::hard_link(name("a"), name("hard")).unwrap();
        std::os::unix::fs::symlink("a", name("soft")).unwrap();
        for same in ["a", "hard", "soft", "./a"] {
            assert!(same_file(&name("a"), &name(same)), "{same}");
        }
        for other in ["b", "none"] {
            assert!(!same_file(&name("a"), &name(other)), "{other}");
        }
        assert!(!same_file(&name("none"), &name("none")));
    }
}
