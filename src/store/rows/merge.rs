//! Reading rows in order: a window on each run, and the run whose row comes next on top.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::packed::{HEAD, PackedRow};
use super::run::Run;

/// How much of a file is looked at at once, in bytes.
const WINDOW: usize = 1 << 18;

/// Rows in order, from the first on.
pub(super) struct Merge<'r> {
    /// Runs that have a row left, as a heap: none comes before the one at half its place.
    heap: Vec<Window<'r>>,
    /// Whether the row on top was handed out.
    taken: bool,
}

/// A window on a run: the row at hand, and what was read behind it.
struct Window<'r> {
    /// Which run it is: of two rows of one address the one that came first is in the first run.
    place: usize,
    source: Source<'r>,
    start: usize,
    length: usize,
}

enum Source<'r> {
    Memory(&'r [u8]),
    File { file: &'r File, offset: u64, bytes: Vec<u8>, end: usize },
}

impl<'r> Merge<'r> {
    /// Begins with the first row of each run.
    pub(super) fn open(runs: &'r [Run]) -> io::Result<Self> {
        let mut heap = Vec::with_capacity(runs.len());
        for (place, run) in runs.iter().enumerate() {
            let source = match run {
                Run::Memory(bytes) => Source::Memory(bytes),
                Run::File(file) => Source::File { file, offset: 0, bytes: Vec::new(), end: 0 },
            };
            let mut window = Window { place, source, start: 0, length: 0 };
            if window.advance()? {
                heap.push(window);
            }
        }
        let mut merge = Self { heap, taken: false };
        for place in (0..merge.heap.len() / 2).rev() {
            merge.sink(place);
        }
        Ok(merge)
    }

    /// The next row, packed.
    pub(super) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        if self.taken {
            if let Some(top) = self.heap.first_mut()
                && !top.advance()?
            {
                self.heap.swap_remove(0);
            }
            self.sink(0);
        }
        self.taken = true;
        Ok(self.heap.first().map(Window::row))
    }

    /// Lets a window sink to its place.
    fn sink(&mut self, place: usize) {
        let mut place = place;
        loop {
            let mut least = place;
            for child in [2 * place + 1, 2 * place + 2] {
                if let (Some(one), Some(other)) = (self.heap.get(child), self.heap.get(least))
                    && one.comes_before(other)
                {
                    least = child;
                }
            }
            if least == place {
                return;
            }
            self.heap.swap(place, least);
            place = least;
        }
    }
}

impl Window<'_> {
    fn bytes(&self) -> &[u8] {
        let bytes = match &self.source {
            Source::Memory(bytes) => bytes,
            Source::File { bytes, end, .. } => bytes.get(..*end).unwrap_or_default(),
        };
        bytes.get(self.start..).unwrap_or_default()
    }

    /// The row at hand, packed.
    fn row(&self) -> &[u8] {
        self.bytes().get(..self.length).unwrap_or_default()
    }

    fn comes_before(&self, other: &Self) -> bool {
        let (one, other_email) =
            (PackedRow::email_of(self.row()), PackedRow::email_of(other.row()));
        (one, self.place) < (other_email, other.place)
    }

    /// Goes on to the next row; whether there is one.
    fn advance(&mut self) -> io::Result<bool> {
        self.start += self.length;
        self.length = 0;
        loop {
            let at_hand = self.bytes().len();
            let wanted = PackedRow::length(self.bytes()).unwrap_or(HEAD);
            if at_hand >= wanted && at_hand > 0 {
                self.length = wanted;
                return Ok(true);
            }
            if !self.fill(wanted)? {
                let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
                return if at_hand == 0 { Ok(false) } else { Err(cut()) };
            }
        }
    }

    /// Reads on, so much at least, if there is more to read.
    fn fill(&mut self, wanted: usize) -> io::Result<bool> {
        let Source::File { file, offset, bytes, end } = &mut self.source else { return Ok(false) };
        bytes.copy_within(self.start..*end, 0);
        *end -= self.start;
        self.start = 0;
        if bytes.len() < wanted.max(WINDOW) {
            bytes.resize(wanted.max(WINDOW), 0);
        }
        let kept = *end;
        while *end < bytes.len() {
            match file.read_at(bytes.get_mut(*end..).unwrap_or_default(), *offset) {
                Ok(0) => break,
                Ok(count) => {
                    *end += count;
                    *offset += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(*end > kept)
    }
}
