//! Writes people as they come out of real hands: one row in eight is a duplicate or has a fault, lines
//! end now one way and now another, some are blank. The same bytes every time, too.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::files::{HEADER, write_row};
use super::{People, SEED, Series, SplitMix64};

/// How many rows behind a duplicate its first may stand.
const REMEMBERED: usize = 64;

/// Writes a file of so many people, good and bad; returns how many are to be let in.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_dirty(path: &Path, rows: u64) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    // Chance of its own: the good rows are those of the clean file.
    let mut random = SplitMix64(!SEED);
    let mut earlier: Vec<String> = Vec::with_capacity(REMEMBERED);
    let mut good = 0;
    out.write_all(HEADER)?;
    for mut person in People::new(rows, Series::FIRST) {
        let mut end = "\n";
        let mut is_good = true;
        match random.below(64) {
            0..=2 if !earlier.is_empty() => {
                let at = random.below(earlier.len() as u64) as usize;
                person.email = earlier[at].to_ascii_uppercase();
                is_good = false;
            }
            3 => {
                person.email = spoilt(&person.email, random.below(5));
                is_good = false;
            }
            4 => {
                person.role = "wizard";
                is_good = false;
            }
            5 => {
                person.name = "Wolfeschlegelsteinhausen ".repeat(12);
                is_good = false;
            }
            6 => {
                person.name = format!("{}\nsecond line", person.surname);
                is_good = false;
            }
            // Not faults, only unkempt.
            7 | 8 => end = "\r\n",
            9 => out.write_all(b"\n")?,
            10 => person.email = format!(" {} ", person.email),
            _ => {}
        }
        write_row(&mut out, &person, end)?;
        if is_good {
            good += 1;
            let email = person.email.trim().to_owned();
            match earlier.len() {
                REMEMBERED => earlier[good as usize % REMEMBERED] = email,
                _ => earlier.push(email),
            }
        }
    }
    out.flush()?;
    Ok(good)
}

/// An address with a fault.
fn spoilt(email: &str, fault: u64) -> String {
    match fault {
        0 => email.replace('@', " at "),
        1 => email.replace('@', "@@"),
        2 => format!("{email}, {email}"),
        3 => email.replace('.', ".."),
        _ => String::new(),
    }
}
