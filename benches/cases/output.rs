//! Long output: all users as a file, and the memory that a long list takes.

use super::{NO_SQLITE3, from};
use crate::finding::{Finding, Measure};
use crate::harness::{Contender, Measured, Result};
use crate::report::{Report, size};
use crate::workshop::{Workshop, admit};

/// How long the list is.
const LISTED: u64 = 100_000;

/// The cells of an export, in its order: the shell joins the same tables.
const EXPORT: &str = "
    SELECT coalesce(u.email_typed, u.email) AS email, u.name, r.name AS role, t.name AS team,
        (SELECT group_concat(k, ';') FROM
            (SELECT a.source || ':' || a.agent_id AS k FROM assignments s
             JOIN agents a ON a.id = s.agent_id
             WHERE s.user_id = u.id AND s.until_at IS NULL ORDER BY a.source, a.agent_id)) AS agents,
        NULL AS modules, NULL AS sub_accounts
    FROM users u JOIN roles r ON r.id = u.role_id LEFT JOIN teams t ON t.id = u.team_id
    WHERE u.organization_id = 1 AND u.status IN (1, 2, 3) AND u.email IS NOT NULL
    ORDER BY u.email";

/// Goal 15: all users as CSV and as JSON lines, against the shell's `-csv` and `-json`.
pub(super) fn export(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let users = workshop.sizes.middle;
    let formats = [("csv", "-csv", 0.5), ("jsonl", "-json", 0.65)];
    for (ours, of_shell, goal) in formats {
        let what = format!("export {ours}, {} : sqlite3 {of_shell}", size(users));
        let Some(sqlite3) = &workshop.sqlite3 else {
            report.skip(&what, NO_SQLITE3)?;
            continue;
        };
        let stock = workshop.stock(users)?;
        let words = ["--quiet", "export", "--format", ours];
        let ours = Contender::reading(admit(&stock.path, words));
        let reference = sqlite3.run(&["-header", of_shell], &stock.path, &[EXPORT]);
        let reference = Contender::reading(reference);
        if stock.users <= LISTED {
            same_length(&ours, &reference)?;
        }
        let measured = Measured::side_by_side(&ours, &reference, workshop.long())?;
        report.add(&what, measured.ratios(from(1_000_000, users, goal), None))?;
    }
    Ok(())
}

/// Both must write as many lines.
fn same_length(ours: &Contender<'_>, reference: &Contender<'_>) -> Result<()> {
    let lines = |side: &Contender<'_>| -> Result<usize> { Ok(side.run.succeed()?.lines().count()) };
    match (lines(ours)?, lines(reference)?) {
        (ours, of_shell) if ours == of_shell => Ok(()),
        (ours, of_shell) => Err(format!("{ours} lines beside {of_shell}").into()),
    }
}

/// Goal 16: the memory of a long list that nobody sees on a terminal, beyond that of a list of one.
pub(super) fn memory(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let stock = workshop.stock(LISTED)?;
    let all = Contender::reading(admit(&stock.path, ["list", "--all"]));
    let one = Contender::reading(admit(&stock.path, ["list", "--limit", "1"]));
    let measured = Measured::side_by_side(&all, &one, workshop.long())?;
    let pairs = measured.pairs(|cost| cost.memory);
    let finding = Finding::excess(Measure::Memory, &pairs, Some(8e6 / 1024.0));
    report.add(&format!("list --all, {} : one", size(LISTED)), vec![finding])
}
