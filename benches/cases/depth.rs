//! What must not grow with the store: a page far down the list, one user, numbers, links that are due. Both
//! sides are admit, so that only the store differs.

use std::path::PathBuf;

use super::from;
use crate::finding::{Finding, Measure};
use crate::harness::{Contender, Measured, Result};
use crate::report::{Report, size};
use crate::stock::{self, Place, Stock};
use crate::workshop::{Workshop, admit};

/// How many users a goal calls a large store.
const LARGE: u64 = 10_000_000;
/// How many links are due.
const DUE: u64 = 1_000;
/// How much of a list is a page.
const PAGE: [&str; 3] = ["list", "--limit", "50"];

/// Goal 11: a page at nine tenths of the list against the first; one user, the first page and a look for
/// links that are due, in a large store against one of a tenth.
pub(super) fn reading(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let (middle, large) =
        (workshop.stock(workshop.sizes.middle)?, workshop.stock(workshop.sizes.large)?);
    let deep = [&PAGE[..], &["--after", &large.deep]].concat();
    let sides = |words: &[&str], stock: &Stock| {
        Contender::reading(admit(&stock.path, words.iter().copied()))
    };
    let what = format!("page at 90 % of {} : first page", size(large.users));
    compare(workshop, report, &what, (sides(&deep, &large), sides(&PAGE, &large)), 1.5)?;
    let against = format!("{} : {}", size(large.users), size(middle.users));
    let shows =
        (sides(&["show", &large.middle], &large), sides(&["show", &middle.middle], &middle));
    compare(workshop, report, &format!("show, {against}"), shows, 1.5)?;
    let pages = (sides(&PAGE, &large), sides(&PAGE, &middle));
    compare(workshop, report, &format!("first page, {against}"), pages, 1.5)?;
    let scan = ["expire", "--dry-run"];
    let scans = (sides(&scan, &large), sides(&scan, &middle));
    compare(workshop, report, &format!("expire, none due, {against}"), scans, 1.5)
}

/// Goal 12: the numbers of a large store against those of a hundredth.
pub(super) fn stats(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let (small, large) =
        (workshop.stock(workshop.sizes.small)?, workshop.stock(workshop.sizes.large)?);
    let sides = [&large, &small].map(|stock| Contender::reading(admit(&stock.path, ["stats"])));
    let what = format!("stats, {} : {}", size(large.users), size(small.users));
    compare(workshop, report, &what, sides.into(), 1.5)
}

/// Goal 13: a thousand links that are due in a large store, against as many in a hundredth; once as they
/// are when they were made in one go, and once as bad as can be.
pub(super) fn expire(workshop: &Workshop, report: &mut Report) -> Result<()> {
    expire_at(workshop, report, Place::Together, "together")?;
    expire_at(workshop, report, Place::Spread, "spread")
}

fn expire_at(workshop: &Workshop, report: &mut Report, place: Place, word: &str) -> Result<()> {
    let sizes = [workshop.sizes.large, workshop.sizes.small];
    let mut sides = Vec::new();
    for users in sizes {
        let (ready, store) = (ready(workshop, users), expired(workshop, users));
        workshop.stock(users)?.copy_with_due(&ready, DUE, place)?;
        let run = admit(&store, ["--quiet", "expire"]);
        let closed = store.clone();
        sides.push(Contender {
            prepare: Box::new(move || stock::copy(&ready, &store)),
            run,
            check: Box::new(move || {
                stock::expect(&closed, "SELECT count(*) FROM invites WHERE state <> 1", DUE)
            }),
        });
    }
    let [large, small] = &sides[..] else { return Err("there are two sides".into()) };
    let measured = Measured::side_by_side(large, small, workshop.long())?;
    for users in sizes {
        stock::remove(&ready(workshop, users))?;
        stock::remove(&expired(workshop, users))?;
    }
    let [large, small] = sizes;
    let what = format!("expire, {} due, {word}, {} : {}", size(DUE), size(large), size(small));
    report.add(&what, measured.times(from(LARGE, large, 3.0), None))
}

/// The store with links that are due, and the copy in which they expire.
fn ready(workshop: &Workshop, users: u64) -> PathBuf {
    workshop.path(&format!("due-{users}.admit"))
}

fn expired(workshop: &Workshop, users: u64) -> PathBuf {
    workshop.path(&format!("expire-{users}.admit"))
}

/// Compares by processor time, and by instructions where they can be counted.
fn compare(
    workshop: &Workshop,
    report: &mut Report,
    what: &str,
    (ours, reference): (Contender<'_>, Contender<'_>),
    goal: f64,
) -> Result<()> {
    let goal = from(LARGE, workshop.sizes.large, goal);
    if let Some(counter) = &workshop.counter {
        let pair = (counter.count(&ours)?, counter.count(&reference)?);
        report.add(what, vec![Finding::ratio(Measure::Instructions, &[pair], goal)])?;
    }
    let measured = Measured::side_by_side(&ours, &reference, workshop.short())?;
    report.add(what, measured.times(goal, None))
}
