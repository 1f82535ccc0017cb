//! What the cases share: the directory that they work in, the sizes, the programs that were found, and the
//! stores, each made once and never changed afterwards: who changes one works on a copy.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::counter::Counter;
use super::harness::{self, Contender, Invocation, Result, Rounds};
use super::input::{self, Series};
use super::stock::{self, Stock};
use super::tools::{Sqlite3, text};
use super::wanted::{Depth, Sizes};

/// Where it works.
const ROOM: &str = env!("CARGO_TARGET_TMPDIR");
/// What its directories begin with; the number of the process follows.
const PREFIX: &str = "bench-";

/// Everything that the cases share.
pub(crate) struct Workshop {
    directory: TempDir,
    pub(crate) sizes: Sizes,
    depth: Depth,
    pub(crate) sqlite3: Option<Sqlite3>,
    pub(crate) counter: Option<Counter>,
    stocks: RefCell<BTreeMap<u64, Stock>>,
}

impl Workshop {
    /// A directory on the disk that the build is on: a store in memory would flatter admit. It goes when
    /// this value does.
    pub(crate) fn open(sizes: Sizes, depth: Depth) -> Result<Self> {
        sweep()?;
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let directory = tempfile::Builder::new().prefix(&prefix).tempdir_in(ROOM)?;
        Ok(Self {
            directory,
            sizes,
            depth,
            sqlite3: Sqlite3::find(),
            counter: Counter::find(),
            stocks: RefCell::default(),
        })
    }

    /// How often to measure commands of milliseconds.
    pub(crate) const fn short(&self) -> Rounds {
        match self.depth {
            Depth::Full => Rounds { warm: 1, counted: 5, times: 25 },
            Depth::Quick => Rounds { warm: 1, counted: 3, times: 5 },
        }
    }

    /// How often to measure commands of seconds.
    pub(crate) const fn long(&self) -> Rounds {
        match self.depth {
            Depth::Full => Rounds { warm: 1, counted: 3, times: 1 },
            Depth::Quick => Rounds { warm: 0, counted: 2, times: 1 },
        }
    }

    /// How often to measure commands that take long, or change a store that takes long to copy.
    pub(crate) const fn longest(&self) -> Rounds {
        match self.depth {
            Depth::Full => Rounds { warm: 0, counted: 2, times: 1 },
            Depth::Quick => Rounds { warm: 0, counted: 1, times: 1 },
        }
    }

    /// A number that is smaller in a quick run.
    pub(crate) const fn at_depth(&self, full: u64, quick: u64) -> u64 {
        match self.depth {
            Depth::Full => full,
            Depth::Quick => quick,
        }
    }

    /// A file or directory of a case's own.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A file of so many people of a series, made where it is not there yet.
    pub(crate) fn people(&self, rows: u64, series: Series) -> Result<PathBuf> {
        let file = self.path(&format!("{rows}-{}.csv", series.0));
        if !file.exists() {
            input::write_users(&file, rows, series)?;
            stock::settle(&file)?;
        }
        Ok(file)
    }

    /// The store with so many users. It is made by an import, and what that cost is noted.
    pub(crate) fn stock(&self, users: u64) -> Result<Stock> {
        if let Some(stock) = self.stocks.borrow().get(&users) {
            return Ok(stock.clone());
        }
        let file = self.people(users, Series::FIRST)?;
        let store = self.path(&format!("{users}.admit"));
        let cost = harness::measured(&self.import(&file, &store, users)?, 1)?;
        let stock = Stock::finish(store, users, cost)?;
        self.stocks.borrow_mut().insert(users, stock.clone());
        Ok(stock)
    }

    /// An import into an empty store, of which so many users come.
    pub(crate) fn import<'a>(
        &'a self,
        file: &Path,
        store: &'a Path,
        users: u64,
    ) -> Result<Contender<'a>> {
        let words = ["--quiet", "import", "--create-teams", "--keep-going", text(file)?];
        Ok(Contender {
            prepare: Box::new(|| new_store(store)),
            run: admit(store, words),
            check: Box::new(move || {
                stock::expect(store, "SELECT count(*) FROM users WHERE email IS NOT NULL", users)
            }),
        })
    }
}

/// Removes what a run left behind that was broken off.
fn sweep() -> Result<()> {
    for entry in fs::read_dir(ROOM)? {
        let entry = entry?;
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// A run of admit on a store.
pub(crate) fn admit<'a>(store: &Path, words: impl IntoIterator<Item = &'a str>) -> Invocation {
    let mut arguments = vec!["--store".into(), store.as_os_str().to_owned()];
    arguments.extend(words.into_iter().map(Into::into));
    Invocation::new(env!("CARGO_BIN_EXE_admit"), arguments)
}

/// Makes an empty store in place of what is there.
pub(crate) fn new_store(store: &Path) -> Result<()> {
    stock::remove(store)?;
    admit(store, ["--quiet", "init"]).succeed().map(drop)
}

/// Makes an empty directory in place of what is there.
pub(crate) fn new_directory(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    Ok(fs::create_dir(directory)?)
}
