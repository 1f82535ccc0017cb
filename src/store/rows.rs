//! The rows of a file in the order of their addresses, however many: sorted in pieces that fit in memory,
//! the pieces kept in temporary files and merged while they are read, as often as is wanted. A file that
//! fits in one piece touches no disk. What becomes of a row is `ops::imports`' to say.

mod merge;
mod packed;
mod run;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::import::ImportRow;
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;
use crate::domain::text::plain;

use merge::Merge;
pub(crate) use packed::PackedRow;
use run::{Piece, Run};

/// Room for the rows of one piece, in bytes: about 300,000 rows. Smaller ones are sorted faster, but then
/// more of them are merged, and twice (measured: 8 MiB cost as much as 128).
const PIECE_BYTES: usize = 32 << 20;
/// How many sorted pieces are kept in memory; together they go to a file as one. About 1,300,000 rows.
const PIECES: usize = 4;

/// Rows that cannot be kept until they are sorted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rows cannot be kept in {} while they are sorted: {reason}", directory.display())]
pub struct RowsError {
    /// Where they are kept.
    pub directory: PathBuf,
    /// What the system says.
    pub reason: String,
}

/// Roles and teams by the words of the file: each word is kept once, and rows have its number.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) roles: Vec<RoleName>,
    pub(crate) teams: Vec<TeamName>,
}

type Numbers<T> = HashMap<T, u32, foldhash::fast::RandomState>;

/// Rows on their way into order.
#[derive(Debug)]
pub struct RowSorter {
    piece_bytes: usize,
    piece: Piece,
    pieces: Vec<Run>,
    roles: Numbers<RoleName>,
    teams: Numbers<TeamName>,
    /// What is in order already.
    sorted: SortedRows,
}

/// The rows of a file in the order of their addresses; rows of one address in the order of the file.
#[derive(Debug)]
pub struct SortedRows {
    directory: PathBuf,
    runs: Vec<Run>,
    pub(crate) words: Words,
    rows: u64,
    naming_more: u64,
}

impl RowSorter {
    /// Begins; what does not fit in memory is kept in files in a directory, which nobody else can open and
    /// which are gone when the process is.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self::with_pieces_of(directory, PIECE_BYTES)
    }

    /// The same with pieces of another size.
    #[must_use]
    pub fn with_pieces_of(directory: &Path, bytes: usize) -> Self {
        Self {
            piece_bytes: bytes,
            piece: Piece::default(),
            pieces: Vec::new(),
            roles: Numbers::default(),
            teams: Numbers::default(),
            sorted: SortedRows {
                directory: directory.to_owned(),
                runs: Vec::new(),
                words: Words::default(),
                rows: 0,
                naming_more: 0,
            },
        }
    }

    /// Takes the next row of the file.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn push(&mut self, row: &ImportRow) -> Result<(), RowsError> {
        let sorted = &mut self.sorted;
        let role =
            row.role.as_ref().map(|role| number(&mut self.roles, &mut sorted.words.roles, role));
        let team =
            row.team.as_ref().map(|team| number(&mut self.teams, &mut sorted.words.teams, team));
        let packed = PackedRow::of(row, role, team);
        sorted.rows += 1;
        sorted.naming_more += u64::from(row.names_more());
        self.piece.push(&packed, &packed::more(row));
        if self.piece.bytes() >= self.piece_bytes {
            self.pieces.push(self.piece.sorted());
            if self.pieces.len() == PIECES {
                let run = Run::in_file(&self.pieces, &sorted.directory);
                sorted.runs.push(run.map_err(|error| failed(&sorted.directory, &error))?);
                self.pieces.clear();
            }
        }
        Ok(())
    }

    /// How many rows were taken.
    #[must_use]
    pub const fn taken(&self) -> u64 {
        self.sorted.rows
    }

    /// All rows in order.
    #[must_use]
    pub fn finish(mut self) -> SortedRows {
        self.sorted.runs.append(&mut self.pieces);
        self.sorted.runs.push(self.piece.sorted());
        self.sorted
    }
}

impl SortedRows {
    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.rows
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether any row names agents, modules or sub-accounts.
    pub(crate) const fn any_names_more(&self) -> bool {
        self.naming_more > 0
    }

    /// The rows from the first on.
    pub(crate) fn cursor(&self) -> Result<Cursor<'_>, RowsError> {
        Ok(Cursor { merge: self.told(Merge::open(&self.runs))?, rows: self })
    }

    fn told<T>(&self, read: io::Result<T>) -> Result<T, RowsError> {
        read.map_err(|error| failed(&self.directory, &error))
    }
}

/// Rows in order, from the first on.
pub(crate) struct Cursor<'r> {
    merge: Merge<'r>,
    rows: &'r SortedRows,
}

impl Cursor<'_> {
    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<PackedRow<'_>>, RowsError> {
        let rows = self.rows;
        rows.told(self.merge.next().and_then(|row| row.map(PackedRow::read).transpose()))
    }
}

fn failed(directory: &Path, error: &io::Error) -> RowsError {
    RowsError { directory: directory.to_owned(), reason: plain(error) }
}

/// The number of a word; a new one gets the next.
fn number<T: Clone + Eq + std::hash::Hash>(
    known: &mut Numbers<T>,
    words: &mut Vec<T>,
    word: &T,
) -> u32 {
    if let Some(number) = known.get(word) {
        return *number;
    }
    let number = u32::try_from(words.len()).unwrap_or(u32::MAX);
    words.push(word.clone());
    known.insert(word.clone(), number);
    number
}

#[cfg(test)]
mod tests;
