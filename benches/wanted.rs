//! What the words behind `cargo bench --` ask for: which cases, how thoroughly, at which sizes.

use std::ffi::OsString;
use std::path::PathBuf;

/// How the program is called.
pub(crate) const USAGE: &str = "\
usage: cargo bench [-- [import|startup|query|concurrency|growth|GOAL]… [quick] [--size USERS] [markdown]]
       cargo bench -- generate ROWS FILE [dirty]";

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// Measure.
    Run(Selection),
    /// Write a file of people.
    Generate { rows: u64, file: PathBuf, state: State },
}

/// What a generated file is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Clean,
    /// With duplicates and faults.
    Dirty,
}

/// Which cases to run, and how.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    /// None is every area.
    areas: Vec<Area>,
    /// The goals that were asked for by number.
    goals: Vec<u8>,
    pub(crate) depth: Depth,
    pub(crate) sizes: Sizes,
    pub(crate) ending: Ending,
}

/// A group of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    Import,
    /// One user, the whole process.
    Startup,
    /// Reading, and what must not grow with the store.
    Query,
    Concurrency,
    /// How cost grows: a table of its own.
    Growth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    Full,
    Quick,
}

/// What is written to stdout at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Summary,
    /// The summary, and the tables in markdown.
    Markdown,
}

/// How many users the stores have, from small to large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) small: u64,
    pub(crate) middle: u64,
    pub(crate) large: u64,
}

impl Sizes {
    /// Sizes that the goals are set for.
    const FULL: Self = Self { small: 100_000, middle: 1_000_000, large: 10_000_000 };
    const QUICK: Self = Self { small: 20_000, middle: 100_000, large: 200_000 };

    /// Ten times more each time.
    fn up_to(large: u64) -> Option<Self> {
        (large >= 100_000).then_some(Self { small: large / 100, middle: large / 10, large })
    }
}

impl Selection {
    /// Whether a case is to be run.
    pub(crate) fn has(&self, area: Area, goal: u8) -> bool {
        // Who asks for queries means those of one user, too.
        let wider = area == Area::Startup && self.areas.contains(&Area::Query);
        self.is_all() || wider || self.areas.contains(&area) || self.goals.contains(&goal)
    }

    /// Whether the table of growth is to be made.
    pub(crate) fn has_growth(&self) -> bool {
        self.is_all() || self.areas.contains(&Area::Growth)
    }

    fn is_all(&self) -> bool {
        self.areas.is_empty() && self.goals.is_empty()
    }
}

impl Wanted {
    /// Reads the words; none where they are wrong.
    pub(crate) fn read(words: &[OsString]) -> Option<Self> {
        let words: Option<Vec<&str>> = words.iter().map(|word| word.to_str()).collect();
        // Cargo adds this by itself.
        let words: Vec<&str> = words?.into_iter().filter(|word| *word != "--bench").collect();
        match words[..] {
            ["generate", rows, file] => generate(rows, file, State::Clean),
            ["generate", rows, file, "dirty"] => generate(rows, file, State::Dirty),
            _ => selection(&words).map(Self::Run),
        }
    }
}

fn generate(rows: &str, file: &str, state: State) -> Option<Wanted> {
    Some(Wanted::Generate { rows: rows.parse().ok()?, file: file.into(), state })
}

fn selection(words: &[&str]) -> Option<Selection> {
    let (mut areas, mut goals) = (Vec::new(), Vec::new());
    let (mut depth, mut sizes, mut ending) = (Depth::Full, None, Ending::Summary);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "import" => areas.push(Area::Import),
            "startup" => areas.push(Area::Startup),
            "query" => areas.push(Area::Query),
            "concurrency" => areas.push(Area::Concurrency),
            "growth" => areas.push(Area::Growth),
            "quick" => depth = Depth::Quick,
            "markdown" => ending = Ending::Markdown,
            "--size" => sizes = Some(Sizes::up_to(words.next()?.parse().ok()?)?),
            number => goals.push(number.parse().ok().filter(|goal| (1..=17).contains(goal))?),
        }
    }
    let sizes = sizes.unwrap_or(match depth {
        Depth::Full => Sizes::FULL,
        Depth::Quick => Sizes::QUICK,
    });
    Some(Selection { areas, goals, depth, sizes, ending })
}
