//! Searching for a part of a name or an address, with the search index and without.

use super::from;
use crate::harness::{Contender, Measured, Result};
use crate::report::{Report, size};
use crate::stock;
use crate::workshop::{Workshop, admit};

/// Goal 14: the index against a scan, both by admit, for the beginning of one address.
pub(super) fn index(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let users = workshop.sizes.middle;
    let what = format!("list --search, {}, index : scan", size(users));
    let stock = workshop.stock(users)?;
    if admit(&stock.path, ["search-index", "--help"]).succeed().is_err() {
        return report.skip(&what, "this admit knows no `search-index`");
    }
    let store = workshop.path("indexed.admit");
    stock::copy(&stock.path, &store)?;
    admit(&store, ["--quiet", "--yes", "search-index", "build"]).succeed()?;
    let word = stock.middle.split('@').next().unwrap_or_default();
    let words = ["list", "--search", word];
    let (ours, reference) = (admit(&store, words), admit(&stock.path, words));
    let found = ours.succeed()?;
    if found != reference.succeed()? || !found.to_ascii_lowercase().contains(word) {
        return Err(format!("index and scan differ in what they find of {word}").into());
    }
    let sides = (Contender::reading(ours), Contender::reading(reference));
    let measured = Measured::side_by_side(&sides.0, &sides.1, workshop.short())?;
    stock::remove(&store)?;
    report.add(&what, measured.ratios(from(1_000_000, users, 0.01), None))
}
