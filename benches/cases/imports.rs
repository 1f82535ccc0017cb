//! Imports into an empty store, against the `sqlite3` shell.

use std::path::Path;

use super::{NO_SQLITE3, NO_VALGRIND, from};
use crate::finding::{Finding, Measure};
use crate::harness::{self, Contender, Measured, Result};
use crate::input::{self, Series};
use crate::report::{Report, size};
use crate::stock;
use crate::tools::{Sqlite3, text};
use crate::workshop::Workshop;

/// Goal 1: against `.import` of the same file into a table without types and indexes, made by `.import`.
pub(super) fn bare(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let rows = workshop.sizes.middle;
    let what = format!("import {} : bare .import", size(rows));
    let Some(sqlite3) = &workshop.sqlite3 else { return report.skip(&what, NO_SQLITE3) };
    let file = workshop.people(rows, Series::FIRST)?;
    let (store, database) = (workshop.path("import.admit"), workshop.path("bare.sqlite3"));
    let admit = workshop.import(&file, &store, rows)?;
    let reference = bare_import(sqlite3, &file, &database, rows)?;
    let measured = Measured::side_by_side(&admit, &reference, workshop.long())?;
    let goal = from(1_000_000, rows, 1.5);
    report.add(&what, measured.ratios(goal, goal))?;
    dirty(workshop, report, rows)
}

/// Beside goal 1: a file with duplicates and faults against a clean one of as many rows, both by admit.
fn dirty(workshop: &Workshop, report: &mut Report, rows: u64) -> Result<()> {
    let file = workshop.path("dirty.csv");
    let good = input::write_dirty(&file, rows)?;
    let (dirty, clean) = (workshop.path("dirty.admit"), workshop.path("clean.admit"));
    let admit = workshop.import(&file, &dirty, good)?;
    let reference = workshop.import(&workshop.people(rows, Series::FIRST)?, &clean, rows)?;
    let measured = Measured::side_by_side(&admit, &reference, workshop.longest())?;
    report.add(&format!("import {}, dirty : clean", size(rows)), measured.ratios(None, None))
}

/// Goal 2: against `.import` into the table and indexes that admit keeps users in, with the shell's default
/// settings. The rows are those that admit made of the same people, in random order of their addresses, so
/// that the shell has nothing to look up or to make lower-case. `.import` knows no NULL, and an
/// empty text is none of the types of a STRICT table: the table is not STRICT there. It checks no foreign
/// keys, as is its default.
pub(super) fn same_tables(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let rows = workshop.sizes.middle;
    let what = format!("import {} : .import, same table", size(rows));
    let Some(sqlite3) = &workshop.sqlite3 else { return report.skip(&what, NO_SQLITE3) };
    let stock = workshop.stock(rows)?;
    let cells = workshop.path("users-table.csv");
    let database = workshop.path("same.sqlite3");
    let connection = stock::connect(&stock.path)?;
    let list = |sql: &str| -> Result<Vec<String>> {
        let mut statement = connection.prepare(sql)?;
        let found = statement.query_map([], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    };
    let schema = list(
        "SELECT replace(sql, ') STRICT', ')') FROM sqlite_schema
         WHERE tbl_name = 'users' AND type IN ('table', 'index') AND sql IS NOT NULL",
    )?;
    let columns = list("SELECT name FROM pragma_table_info('users') WHERE name <> 'id'")?;
    // Multiplying by an odd number shuffles: the shell numbers its users in the order of its file.
    let select = format!(
        "SELECT row_number() OVER (ORDER BY id * 2654435761 % 4294967296), {} FROM users ORDER BY 1",
        columns.join(", ")
    );
    let once = format!(".once \"{}\"", text(&cells)?);
    sqlite3.run(&["-csv"], &stock.path, &[once, select]).succeed()?;

    let file = workshop.people(rows, Series::FIRST)?;
    let store = workshop.path("import.admit");
    let admit = workshop.import(&file, &store, rows)?;
    let import = format!(".import \"{}\" users", text(&cells)?);
    let reference = Contender {
        prepare: Box::new(|| {
            stock::remove(&database)?;
            sqlite3.run(&[], &database, &schema).succeed().map(drop)
        }),
        run: sqlite3.run(&["-csv"], &database, &[import]),
        check: Box::new(|| stock::expect(&database, "SELECT count(*) FROM users", rows)),
    };
    let measured = Measured::side_by_side(&admit, &reference, workshop.longest())?;
    report.add(&what, measured.ratios(from(1_000_000, rows, 0.15), None))
}

/// Goal 3: the instructions of one more row, so that what comes once a run falls out.
pub(super) fn instructions(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let what = "import, one row more : bare .import";
    let Some(sqlite3) = &workshop.sqlite3 else { return report.skip(what, NO_SQLITE3) };
    let Some(counter) = &workshop.counter else { return report.skip(what, NO_VALGRIND) };
    let few = workshop.at_depth(20_000, 10_000);
    let mut counts = Vec::new();
    for rows in [few, 2 * few] {
        let file = workshop.people(rows, Series::FIRST)?;
        let (store, database) = (workshop.path("count.admit"), workshop.path("count.sqlite3"));
        let admit = workshop.import(&file, &store, rows)?;
        let reference = bare_import(sqlite3, &file, &database, rows)?;
        counts.push((counter.count(&admit)?, counter.count(&reference)?));
    }
    let [less, more] = counts[..] else { return Err("two counts were made".into()) };
    let pair = ((more.0 - less.0) / few as f64, (more.1 - less.1) / few as f64);
    report.add(what, vec![Finding::ratio(Measure::Instructions, &[pair], Some(1.2))])
}

fn bare_import<'a>(
    sqlite3: &Sqlite3,
    file: &Path,
    database: &'a Path,
    rows: u64,
) -> Result<Contender<'a>> {
    let words = [".mode csv".to_owned(), format!(".import \"{}\" t", text(file)?)];
    Ok(Contender {
        prepare: Box::new(|| stock::remove(database)),
        run: sqlite3.run(&[], database, &words),
        check: Box::new(move || stock::expect(database, "SELECT count(*) FROM t", rows)),
    })
}

/// What an import costs that begins with an empty store, measured once more.
pub(super) fn once_more(workshop: &Workshop, users: u64) -> Result<harness::Cost> {
    let file = workshop.people(users, Series::FIRST)?;
    let store = workshop.path("again.admit");
    let cost = harness::measured(&workshop.import(&file, &store, users)?, 1)?;
    stock::remove(&store)?;
    Ok(cost)
}
