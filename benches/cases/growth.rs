//! How cost grows with the store: a table, measured at three sizes and drawn out to ten times the largest.

use crate::harness::{self, Contender, Result};
use crate::report::size;
use crate::stock::Stock;
use crate::workshop::{Workshop, admit};

/// What is told of a size: a name, a unit, and how to measure it.
const ROWS: [&str; 8] = [
    "import: CPU a row, µs",
    "import: peak memory, MB",
    "store: bytes a user",
    "`show`: CPU, ms",
    "`list`, first page: CPU, ms",
    "`list`, page at 90 %: CPU, ms",
    "`stats`: CPU, ms",
    "`expire`, nothing due: CPU, ms",
];

/// Measures, and writes the table in markdown.
///
/// # Errors
/// When a command fails.
pub(crate) fn growth(workshop: &Workshop) -> Result<String> {
    let sizes = workshop.sizes;
    let users = [sizes.small, sizes.middle, sizes.large];
    let mut columns = Vec::new();
    for users in users {
        columns.push(measure(workshop, &workshop.stock(users)?)?);
    }
    let heads = users.map(size).join(" | ");
    let further = size(users[2] * 10);
    let mut text =
        format!("| users | {heads} | {further}, extrapolated |\n|---|--:|--:|--:|--:|\n");
    // It goes on as it went from the middle to the large store, by the logarithm of the size.
    let step = 10_f64.ln() / (users[2] as f64 / users[1] as f64).ln();
    for (row, name) in ROWS.iter().enumerate() {
        let [small, middle, large] = [0, 1, 2].map(|column: usize| columns[column][row]);
        let next = large * (large / middle).powf(step);
        let cells = [small, middle, large, next].map(digits).join(" | ");
        text.push_str(&format!("| {name} | {cells} |\n"));
    }
    Ok(text)
}

/// The amounts of one size, in the order of [`ROWS`].
fn measure(workshop: &Workshop, stock: &Stock) -> Result<[f64; 8]> {
    let cpu = |words: &[&str]| -> Result<f64> {
        let run = Contender::reading(admit(&stock.path, words.iter().copied()));
        Ok(harness::cheapest(&run, workshop.short())?.cpu * 1e3)
    };
    let users = stock.users as f64;
    Ok([
        stock.cost.cpu / users * 1e6,
        stock.cost.memory * 1.024e-3,
        stock.bytes as f64 / users,
        cpu(&["show", &stock.middle])?,
        cpu(&["list", "--limit", "50"])?,
        cpu(&["list", "--limit", "50", "--after", &stock.deep])?,
        cpu(&["stats"])?,
        cpu(&["--quiet", "expire", "--dry-run"])?,
    ])
}

fn digits(value: f64) -> String {
    match value {
        large if large >= 100.0 => format!("{large:.0}"),
        middle if middle >= 10.0 => format!("{middle:.1}"),
        small => format!("{small:.2}"),
    }
}
