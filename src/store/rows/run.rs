//! One piece of the rows: gathered in memory as they come, then put in order once, and kept in memory or in
//! a file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::merge::Merge;
use super::packed::PackedRow;

/// How much is written to a file at once, in bytes.
const WRITTEN: usize = 1 << 20;
/// How many bytes of an address are compared at once.
const KEY: usize = 16;

/// Rows as they come.
#[derive(Debug, Default)]
pub(super) struct Piece {
    bytes: Vec<u8>,
    order: Vec<Placed>,
}

/// The next bytes of a row's address, as a number that sorts as they do, and where the row begins. Of two
/// rows of one address the first to come lies first.
type Placed = (u128, u32);

/// Rows in order.
#[derive(Debug)]
pub(super) enum Run {
    /// One behind the other.
    Memory(Vec<u8>),
    /// In a file that has no name.
    File(File),
}

impl Piece {
    /// Adds a row and what it names beside.
    pub(super) fn push(&mut self, row: &PackedRow<'_>, more: &str) {
        // A piece is far smaller than this: its size is looked at after every row.
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.order.push((key(row.email, 0), at));
        row.pack(more, &mut self.bytes);
    }

    /// How much it holds.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The rows in order, in memory; the piece is empty then, and keeps its room for the next rows.
    pub(super) fn sorted(&mut self) -> Run {
        let mut sorted = Vec::with_capacity(self.bytes.len());
        sort(&self.bytes, &mut self.order, 0);
        // Every row behind the one before it: whoever reads them walks through memory.
        for (_, at) in &self.order {
            let row = self.bytes.get(*at as usize..).unwrap_or_default();
            let length = PackedRow::length(row).unwrap_or_default();
            sorted.extend_from_slice(row.get(..length).unwrap_or_default());
        }
        self.bytes.clear();
        self.order.clear();
        Run::Memory(sorted)
    }
}

impl Run {
    /// Merges runs into one that is in a file.
    pub(super) fn in_file(runs: &[Self], directory: &Path) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(WRITTEN, tempfile::tempfile_in(directory)?);
        let mut merge = Merge::open(runs)?;
        while let Some(row) = merge.next()? {
            out.write_all(row)?;
        }
        Ok(Self::File(out.into_inner()?))
    }
}

/// Sorts rows whose addresses agree in their first bytes, by a few bytes more at a time: what is compared
/// and moved lies together, and the addresses themselves are looked at once a step.
fn sort(bytes: &[u8], order: &mut [Placed], step: usize) {
    order.sort_unstable();
    let mut rest = order;
    while let Some((first, _)) = rest.first() {
        let first = *first;
        let alike = rest.iter().take_while(|(key, _)| *key == first).count();
        let (group, behind) = rest.split_at_mut(alike);
        // The last byte of a key is none where the address ends in it: then all of them are one address.
        if alike > 1 && first & 0xff != 0 {
            for (next, at) in &mut *group {
                let row = bytes.get(*at as usize..).unwrap_or_default();
                *next = key(PackedRow::email_of(row), step + 1);
            }
            sort(bytes, group, step + 1);
        }
        rest = behind;
    }
}

/// Some bytes of an address as a number that sorts as they do.
fn key(address: &[u8], step: usize) -> u128 {
    let bytes = address.get(step * KEY..).unwrap_or_default();
    if let Some(whole) = bytes.first_chunk() {
        return u128::from_be_bytes(*whole);
    }
    let mut first = [0; KEY];
    first.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    u128::from_be_bytes(first)
}
