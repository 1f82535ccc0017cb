//! Imports that make a store large, and one into a large store.

use std::path::Path;

use super::from;
use super::imports::once_more;
use super::row_by_row::row_by_row;
use crate::finding::{Finding, Measure};
use crate::harness::{Contender, Invocation, Measured, Result};
use crate::input::Series;
use crate::report::{Report, size};
use crate::stock::{self, Stock};
use crate::tools::text;
use crate::workshop::{Workshop, admit};

/// How many users a goal calls a large store.
const LARGE: u64 = 10_000_000;

/// Goal 4: what a row costs in a large file, over one in a file of a tenth. The small import is measured
/// before the large one and after it.
pub(super) fn cpu_per_row(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let (middle, large) = (workshop.sizes.middle, workshop.sizes.large);
    let before = once_more(workshop, middle)?;
    let of_large = workshop.stock(large)?.cost.cpu / large as f64;
    let pairs =
        [before, once_more(workshop, middle)?].map(|cost| (of_large, cost.cpu / middle as f64));
    let what = format!("import {} : {}", size(large), size(middle));
    let goal = from(LARGE, large, 1.1);
    report.add(&what, vec![Finding::ratio(Measure::CpuPerRow, &pairs, goal)])
}

/// Goal 5: the most memory that making the large store took.
pub(super) fn memory(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let stock = workshop.stock(workshop.sizes.large)?;
    let goal = from(LARGE, stock.users, 600e6 / 1024.0);
    let what = format!("import {}", size(stock.users));
    report.add(&what, vec![Finding::amount(Measure::Memory, stock.cost.memory, goal)])
}

/// Goal 6: how large the import left the store.
pub(super) fn bytes(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let stock = workshop.stock(workshop.sizes.large)?;
    let bytes = stock.bytes as f64 / stock.users as f64;
    let what = format!("store of {}", size(stock.users));
    report.add(&what, vec![Finding::amount(Measure::BytesPerUser, bytes, Some(150.0))])
}

/// Goal 7: new users into a large store, against a program that inserts them one by one in the order of
/// the file (see `row_by_row`). Each begins with a copy of the same store.
pub(super) fn newcomers(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let stock = workshop.stock(workshop.sizes.large)?;
    let rows = stock.users / 100;
    let file = workshop.people(rows, Series::SECOND)?;
    let (ours, theirs) = (workshop.path("new.admit"), workshop.path("new.sqlite3"));
    let words = ["--quiet", "import", "--create-teams", text(&file)?];
    let measured = Measured::side_by_side(
        &growing(&stock, &ours, rows, admit(&ours, words)),
        &growing(&stock, &theirs, rows, row_by_row(&theirs, &file)?),
        workshop.longest(),
    )?;
    stock::remove(&ours)?;
    stock::remove(&theirs)?;
    let what = format!("{} new into {} : row by row", size(rows), size(stock.users));
    report.add(&what, measured.ratios(from(LARGE, stock.users, 0.6), None))
}

/// A run that adds so many users to a copy of a store.
fn growing<'a>(stock: &'a Stock, copy: &'a Path, rows: u64, run: Invocation) -> Contender<'a> {
    let grown = stock.users + rows;
    Contender {
        prepare: Box::new(|| stock::copy(&stock.path, copy)),
        run,
        check: Box::new(move || stock::expect(copy, "SELECT count(*) FROM users", grown)),
    }
}
