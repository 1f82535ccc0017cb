//! One user, the whole process: what a command costs that does next to nothing.

use super::{NO_SQLITE3, NO_VALGRIND};
use crate::finding::{Finding, Measure};
use crate::harness::{Contender, Invocation, Measured, Result};
use crate::report::{Report, size};
use crate::stock;
use crate::workshop::{Workshop, admit};

/// How many users the store has.
const USERS: u64 = 100_000;

/// Goal 9: one user shown, against the shell that selects the same row.
pub(super) fn show(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let what = format!("show, {} : sqlite3 'select …'", size(USERS));
    let Some(sqlite3) = &workshop.sqlite3 else { return report.skip(&what, NO_SQLITE3) };
    let stock = workshop.stock(USERS)?;
    let email = &stock.middle;
    let sql = format!("SELECT * FROM users WHERE organization_id = 1 AND email = '{email}'");
    let finds_it = |run: Invocation| Contender {
        prepare: Box::new(|| Ok(())),
        check: Box::new({
            let run = run.clone();
            move || match run.succeed()?.to_ascii_lowercase().contains(email) {
                true => Ok(()),
                false => Err(format!("{} did not find {email}", run.program.display()).into()),
            }
        }),
        run,
    };
    let ours = finds_it(admit(&stock.path, ["show", email]));
    let reference = finds_it(sqlite3.run(&[], &stock.path, &[sql]));
    if let Some(counter) = &workshop.counter {
        let pair = (counter.count(&ours)?, counter.count(&reference)?);
        report.add(&what, vec![Finding::ratio(Measure::Instructions, &[pair], Some(0.6))])?;
    } else {
        report.skip(&what, NO_VALGRIND)?;
    }
    let measured = Measured::side_by_side(&ours, &reference, workshop.short())?;
    report.add(&what, measured.ratios(None, None))
}

/// Goal 10: one user invited, with a link, against one shown. Every invite begins with a copy of the store.
pub(super) fn invite(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let what = format!("invite, {} : show", size(USERS));
    let Some(counter) = &workshop.counter else { return report.skip(&what, NO_VALGRIND) };
    let stock = workshop.stock(USERS)?;
    let store = workshop.path("invite.admit");
    let invite = Contender {
        prepare: Box::new(|| stock::copy(&stock.path, &store)),
        run: admit(&store, ["invite", "somebody.new@example.com"]),
        check: Box::new(|| stock::expect(&store, "SELECT count(*) FROM users", USERS + 1)),
    };
    let show = Contender::reading(admit(&stock.path, ["show", &stock.middle]));
    let pair = (counter.count(&invite)?, counter.count(&show)?);
    report.add(&what, vec![Finding::ratio(Measure::Instructions, &[pair], Some(1.6))])
}
