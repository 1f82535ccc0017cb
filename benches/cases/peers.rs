//! Imports against other programs that take people in: a directory server, a web framework, a tool for
//! SQLite. They do less than admit: no rules, no audit, no counters.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::from;
use crate::harness::{Contender, Invocation, Measured, Result};
use crate::input::{self, SUFFIX, Series};
use crate::report::{Report, size};
use crate::stock;
use crate::tools::{Slapadd, find_program, find_python, text};
use crate::workshop::{Workshop, new_directory};

/// Goal 8, for the three of them.
pub(super) fn all(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let rows = workshop.sizes.small;
    slapadd(workshop, report, rows)?;
    django(workshop, report, rows)?;
    sqlite_utils(workshop, report, rows)
}

/// OpenLDAP, offline and without checks (`-q`), with the entries as LDIF.
fn slapadd(workshop: &Workshop, report: &mut Report, rows: u64) -> Result<()> {
    let what = format!("import {} : slapadd -q", size(rows));
    let Some(slapadd) = Slapadd::find() else {
        return report.skip(&what, "slapadd is not installed (benches/peers/install.sh)");
    };
    let (people, conf) = (workshop.path("people.ldif"), workshop.path("slapd.conf"));
    let directory = workshop.path("slapd");
    input::write_ldif(&people, rows)?;
    fs::write(&conf, configuration(&slapadd, &directory)?)?;
    let reference = Contender {
        prepare: Box::new(|| new_directory(&directory)),
        run: Invocation::new(&slapadd.program, ["-q", "-f", text(&conf)?, "-l", text(&people)?]),
        check: Box::new(|| {
            let slapcat = find_program("slapcat").ok_or("slapcat is not there")?;
            let all = Invocation::new(slapcat, ["-f", text(&conf)?, "-a", "(uid=*)"]).succeed()?;
            let found = all.lines().filter(|line| line.starts_with("dn:")).count() as u64;
            match found == rows {
                true => Ok(()),
                false => Err(format!("the directory has {found} people, not {rows}").into()),
            }
        }),
    };
    compare(workshop, report, &what, rows, (&reference, 0.2))
}

fn configuration(slapadd: &Slapadd, directory: &Path) -> Result<String> {
    let schema = |name: &str| format!("include {}/{name}.schema\n", slapadd.schemas.display());
    let mut text = ["core", "cosine", "inetorgperson"].map(schema).concat();
    if let Some(modules) = &slapadd.modules {
        text.push_str(&format!("modulepath {}\nmoduleload back_mdb\n", modules.display()));
    }
    let directory = self::text(directory)?;
    text.push_str(&format!(
        "database mdb\nsuffix \"{SUFFIX}\"\ndirectory \"{directory}\"\nmaxsize 17179869184\n\
         index objectClass eq\nindex uid,mail eq\n"
    ));
    Ok(text)
}

/// Django's `bulk_create` in one process, into a table that is there already.
fn django(workshop: &Workshop, report: &mut Report, rows: u64) -> Result<()> {
    let what = format!("import {} : Django bulk_create", size(rows));
    let Some(python) = find_python("django") else {
        return report.skip(&what, "Django is not installed (benches/peers/install.sh)");
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/django_users.py");
    let database = workshop.path("django.sqlite3");
    let file = workshop.people(rows, Series::FIRST)?;
    let (to, from) = (text(&database)?, text(&file)?);
    let reference = Contender {
        prepare: Box::new(|| {
            stock::remove(&database)?;
            Invocation::new(&python, [script, "prepare", to]).succeed().map(drop)
        }),
        run: Invocation::new(&python, [script, "load", to, from]),
        check: Box::new(|| stock::expect(&database, "SELECT count(*) FROM users", rows)),
    };
    compare(workshop, report, &what, rows, (&reference, 0.02))
}

/// `sqlite-utils insert --csv` into a table with a unique index on the address.
fn sqlite_utils(workshop: &Workshop, report: &mut Report, rows: u64) -> Result<()> {
    let what = format!("import {} : sqlite-utils", size(rows));
    let Some(python) = find_python("sqlite_utils") else {
        return report.skip(&what, "sqlite-utils is not installed (benches/peers/install.sh)");
    };
    let database = workshop.path("sqlite-utils.sqlite3");
    let file = workshop.people(rows, Series::FIRST)?;
    let (to, from) = (text(&database)?, text(&file)?);
    let reference = Contender {
        prepare: Box::new(|| {
            stock::remove(&database)?;
            let connection = Connection::open(&database)?;
            connection.execute_batch(
                "CREATE TABLE users (email TEXT, name TEXT, role TEXT, team TEXT, agents TEXT);
                 CREATE UNIQUE INDEX users_email ON users (email);",
            )?;
            stock::close(connection)
        }),
        run: Invocation::new(
            &python,
            ["-m", "sqlite_utils", "insert", to, "users", from, "--csv", "--silent"],
        ),
        check: Box::new(|| stock::expect(&database, "SELECT count(*) FROM users", rows)),
    };
    compare(workshop, report, &what, rows, (&reference, 0.08))
}

/// Measures admit beside one of them, which comes with the goal.
fn compare(
    workshop: &Workshop,
    report: &mut Report,
    what: &str,
    rows: u64,
    (reference, goal): (&Contender<'_>, f64),
) -> Result<()> {
    let file = workshop.people(rows, Series::FIRST)?;
    let store = workshop.path("peer.admit");
    let admit = workshop.import(&file, &store, rows)?;
    let measured = Measured::side_by_side(&admit, reference, workshop.longest())?;
    report.add(what, measured.ratios(from(100_000, rows, goal), None))
}
