//! Files that a command writes: private, and there as a whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::exit::{Exit, Failure};
use super::input::plain;

/// A file under construction beside the place where it will stand (trust B1, G6, I3: mode 0600, a new
/// file each time, never through a symbolic link).
pub struct OutputFile {
    writer: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl OutputFile {
    /// Begins a file; what stands at the path stays until [`OutputFile::publish`].
    ///
    /// # Errors
    /// Exit 73 where the directory cannot be written.
    pub fn begin(path: &Path) -> Result<Self, Failure> {
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
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".admit-out-")
            .tempfile_in(directory)
            .map_err(cannot)?;
        Ok(Self { writer: BufWriter::with_capacity(64 * 1024, file), path: path.to_owned() })
    }

    /// Gives the file its name. Durable when it returns.
    ///
    /// # Errors
    /// Exit 74 where the disk is full or fails; what stood there before is still there.
    pub fn publish(self) -> Result<(), Failure> {
        let path = self.path;
        let failed = |error: io::Error| Self::failure(&path, &error);
        let file = self.writer.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))
            .and_then(|directory| directory.sync_all())
            .map_err(failed)
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
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
