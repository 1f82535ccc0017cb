//! The files people hand admit: users and agents, as CSV or JSON lines. Bytes come in, domain values
//! and faults with physical line numbers go out. What becomes of a row is `ops`; where the bytes come
//! from and where messages go is `cli`. Nothing here knows the store.
//!
//! Reading order: [`users`] and [`agents`] (what a row means), then the way a byte takes: `source`
//! (decoding), `kind` (wrong kinds of file), `dialect` and `scan` under `records` (CSV), `json_lines`,
//! `header`, `rows`.

pub mod agents;
pub mod cells;
mod dialect;
mod error;
mod header;
mod json_lines;
mod kind;
mod lines;
mod moments;
mod options;
pub mod phones;
mod records;
mod rejects;
mod rows;
mod scan;
mod source;
pub mod users;

pub use error::FileError;
pub use kind::FileKind;
pub use options::{Delimiter, Encoding, OptionError, ReadOptions};

use crate::domain::import::RejectedRow;

/// Longest record, in bytes as read (decoded). One stray quote must not swallow a whole file.
pub const RECORD_BYTES_MAX: usize = 64 * 1024;
/// Most physical lines that one record may span.
pub const RECORD_LINES_MAX: u64 = 1_000;

/// One record of a file, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record<T> {
    /// It means this.
    Row(T),
    /// It cannot be used; everything that is wrong with it is inside.
    Rejected(RejectedRow),
}
