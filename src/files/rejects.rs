//! The file of rejects (rule 35): the rows that could not be used, each with its reason, in a form that
//! reads back once the reasons are gone. The column `reason` is read over on the way in.

use std::io::{self, Write};

use super::cells::guard;
use crate::domain::import::{RejectedRow, RowFault};

/// Writes CSV: the columns and `reason`, then the rows. Missing cells are left empty.
///
/// # Errors
/// When writing fails.
pub(super) fn write(
    out: &mut dyn Write,
    columns: &[&str],
    rejected: &[RejectedRow],
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.iter().copied().chain(["reason"]))?;
    for row in rejected {
        for index in 0..columns.len() {
            let cell = row.cells.get(index).map_or("", String::as_str);
            // JSON lines can bring a NUL; in CSV it would make the whole file unreadable.
            let cell = cell.replace('\0', "\u{fffd}");
            writer.write_field(guard(&cell).as_bytes())?;
        }
        let reasons: Vec<String> = row.faults.iter().map(reason).collect();
        writer.write_field(guard(&reasons.join("; ")).as_bytes())?;
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

fn reason(fault: &RowFault) -> String {
    match fault.column.as_str() {
        "" => fault.reason.clone(),
        column => format!("{column}: {}", fault.reason),
    }
}
