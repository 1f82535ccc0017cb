//! Writes people as the CSV file that `admit import` reads, and so does every reference. No faults here.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{People, Person, Series};

/// The first line.
pub(super) const HEADER: &[u8] = b"email,name,role,team,agents\n";

/// Writes a file of so many people of a series.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_users(path: &Path, rows: u64, series: Series) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    out.write_all(HEADER)?;
    for person in People::new(rows, series) {
        write_row(&mut out, &person, "\n")?;
    }
    out.flush()
}

/// Writes one row; quotes cells where they must be.
pub(super) fn write_row(out: &mut impl Write, person: &Person, end: &str) -> io::Result<()> {
    let Person { email, name, role, team, .. } = person;
    let cell = |text: &str| match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    write!(out, "{},{},{role},{team},{end}", cell(email), cell(name))
}
