//! What is compared, and the goals. The goals are ratios to the reference, of the project's own making;
//! each holds for the size it stands beside.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::generator;
use super::harness::{self, Case, Comparison, Contender, Invocation, Measure, Result};
use super::instructions::Counter;
use super::reference::Sqlite3;

/// How many rows the instructions of an import are counted between, so that what comes once a run
/// falls out.
const COUNTED_ROWS: (u64, u64) = (20_000, 40_000);

/// Everything that the cases share.
pub(crate) struct Workshop {
    directory: TempDir,
    pub(crate) sqlite3: Sqlite3,
    pub(crate) counter: Option<Counter>,
}

/// The table that the reference imports into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// One that `.import` makes: no types, no index.
    Bare,
    /// One that takes no address twice.
    Unique,
}

impl Workshop {
    /// A directory on the disk that the build is on: a store in memory would flatter admit.
    pub(crate) fn open(sqlite3: Sqlite3) -> Result<Self> {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        Ok(Self { directory, sqlite3, counter: Counter::find() })
    }

    /// An import into an empty store.
    pub(crate) fn import(&self, rows: u64, table: Table, rounds: u32) -> Result<Vec<Comparison>> {
        let goals = match table {
            Table::Bare if rows >= 1_000_000 => vec![(Measure::Cpu, 1.5), (Measure::Wall, 1.5)],
            _ => Vec::new(),
        };
        let case = Case {
            admit: self.admit_import(rows)?,
            reference: self.sqlite3_import(rows, table)?,
            rounds,
            times: 1,
            goals,
        };
        harness::compare(&case)
    }

    /// One user shown, the whole process, in a store of so many.
    pub(crate) fn show(&self, users: u64, rounds: u32) -> Result<Vec<Comparison>> {
        let (admit, reference) = self.lookups(users)?;
        let case = Case { rounds, times: 25, admit, reference, goals: Vec::new() };
        harness::compare(&case)
    }

    /// The same in instructions.
    pub(crate) fn show_instructions(&self, counter: &Counter, users: u64) -> Result<Comparison> {
        let (admit, reference) = self.lookups(users)?;
        let pair = (counter.count(&admit.run)?, counter.count(&reference.run)?);
        Ok(Comparison::of(Measure::Instructions, &[pair], Some(0.6)))
    }

    /// The instructions that one more row costs an import.
    pub(crate) fn import_instructions(&self, counter: &Counter) -> Result<Comparison> {
        let (few, many) = COUNTED_ROWS;
        let count = |contender: &Contender<'_>| -> Result<f64> {
            (contender.prepare)()?;
            let count = counter.count(&contender.run)?;
            (contender.check)()?;
            Ok(count)
        };
        let of = |less: f64, more: f64| (more - less) / (many - few) as f64;
        let bare = Table::Bare;
        let admit = of(count(&self.admit_import(few)?)?, count(&self.admit_import(many)?)?);
        let reference =
            of(count(&self.sqlite3_import(few, bare)?)?, count(&self.sqlite3_import(many, bare)?)?);
        Ok(Comparison::of(Measure::Instructions, &[(admit, reference)], Some(1.2)))
    }

    fn admit_import(&self, rows: u64) -> Result<Contender<'_>> {
        let (file, store) = (self.users(rows)?, self.path("import.admit"));
        Ok(Contender {
            run: admit(&store, ["--quiet", "import", "--create-teams", text(&file)?]),
            prepare: Box::new({
                let store = store.clone();
                move || self.make_store(&store)
            }),
            check: Box::new(move || self.expect(&store, "SELECT count(*) FROM users", rows)),
        })
    }

    fn sqlite3_import(&self, rows: u64, table: Table) -> Result<Contender<'_>> {
        let (file, database) = (self.users(rows)?, self.path("import.sqlite3"));
        let file = text(&file)?;
        let words = match table {
            Table::Bare => vec![".mode csv".to_owned(), format!(".import \"{file}\" t")],
            Table::Unique => vec![
                "CREATE TABLE t (email TEXT UNIQUE, name TEXT, role TEXT, team TEXT, agents TEXT)"
                    .to_owned(),
                ".mode csv".to_owned(),
                format!(".import --skip 1 \"{file}\" t"),
            ],
        };
        Ok(Contender {
            run: self.sqlite3.run(&database, words),
            prepare: Box::new({
                let database = database.clone();
                move || remove(&database)
            }),
            check: Box::new(move || self.expect(&database, "SELECT count(*) FROM t", rows)),
        })
    }

    /// The same user looked up by both, in the same store; it is made where it is not there yet.
    fn lookups(&self, users: u64) -> Result<(Contender<'_>, Contender<'_>)> {
        let store = self.path(&format!("{users}.admit"));
        let file = self.path(&format!("{users}.csv"));
        let email = generator::write_users(&file, users)?;
        if !store.exists() {
            self.make_store(&store)?;
            succeed(&admit(&store, ["--quiet", "import", "--create-teams", text(&file)?]))?;
        }
        let sql = format!("SELECT * FROM users WHERE organization_id = 1 AND email = '{email}'");
        let contender = |run: Invocation| Contender {
            prepare: Box::new(|| Ok(())),
            check: Box::new({
                let (run, email) = (run.clone(), email.clone());
                move || match succeed(&run)?.to_ascii_lowercase().contains(&email) {
                    true => Ok(()),
                    false => Err(format!("{} did not find {email}", run.program.display()).into()),
                }
            }),
            run,
        };
        let show = admit(&store, ["show", &email]);
        Ok((contender(show), contender(self.sqlite3.run(&store, [sql]))))
    }

    /// A file of so many users, made where it is not there yet.
    fn users(&self, rows: u64) -> Result<PathBuf> {
        let file = self.path(&format!("{rows}.csv"));
        if !file.exists() {
            generator::write_users(&file, rows)?;
        }
        Ok(file)
    }

    fn make_store(&self, store: &Path) -> Result<()> {
        remove(store)?;
        succeed(&admit(store, ["--quiet", "init"])).map(drop)
    }

    fn expect(&self, file: &Path, sql: &str, wanted: u64) -> Result<()> {
        match self.sqlite3.number(file, sql)? {
            found if found == wanted => Ok(()),
            found => Err(format!("{} has {found} users, not {wanted}", file.display()).into()),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

/// A run of admit on a store.
fn admit<'a>(store: &Path, words: impl IntoIterator<Item = &'a str>) -> Invocation {
    let mut arguments = vec!["--store".into(), store.into()];
    arguments.extend(words.into_iter().map(Into::into));
    Invocation { program: env!("CARGO_BIN_EXE_admit").into(), arguments }
}

/// Runs a command that must succeed; returns what it wrote to stdout.
fn succeed(run: &Invocation) -> Result<String> {
    let output = run.command().output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed: {}", run.program.display(), said.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Removes a database with what SQLite keeps beside it.
fn remove(database: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut path = database.as_os_str().to_owned();
        path.push(end);
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| "the build directory's name is not UTF-8".into())
}
