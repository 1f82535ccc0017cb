//! What is compared, one function a goal, and the goals. They are ratios to a reference, of the project's
//! own making; one that is set for a size is judged at that size and above.

mod crowd;
mod depth;
mod growth;
mod imports;
mod output;
mod peers;
mod row_by_row;
mod search;
mod startup;
mod stores;

pub(crate) use growth::growth;
pub(crate) use row_by_row::{ROW_BY_ROW, insert_row_by_row};

use super::harness::Result;
use super::report::Report;
use super::wanted::Area;
use super::workshop::Workshop;

/// A case: measures, and adds what came out to the report.
pub(crate) type Case = fn(&Workshop, &mut Report) -> Result<()>;

/// Every goal, in the order of the table of goals.
pub(crate) const CASES: [(u8, Area, Case); 17] = [
    (1, Area::Import, imports::bare),
    (2, Area::Import, imports::same_tables),
    (3, Area::Import, imports::instructions),
    (4, Area::Import, stores::cpu_per_row),
    (5, Area::Import, stores::memory),
    (6, Area::Import, stores::bytes),
    (7, Area::Import, stores::newcomers),
    (8, Area::Import, peers::all),
    (9, Area::Startup, startup::show),
    (10, Area::Startup, startup::invite),
    (11, Area::Query, depth::reading),
    (12, Area::Query, depth::stats),
    (13, Area::Query, depth::expire),
    (14, Area::Query, search::index),
    (15, Area::Query, output::export),
    (16, Area::Query, output::memory),
    (17, Area::Concurrency, crowd::invites),
];

/// Why a case is left out.
const NO_SQLITE3: &str = "sqlite3 is not installed (benches/peers/install.sh)";
const NO_VALGRIND: &str = "valgrind is not installed (benches/peers/install.sh)";

/// A goal that is set for so many users or more, if so many are measured.
fn from(users: u64, measured: u64, goal: f64) -> Option<f64> {
    (measured >= users).then_some(goal)
}
