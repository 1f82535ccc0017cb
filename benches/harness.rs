//! Measures two commands side by side: round by round, each in turn, the order swapped every round, so
//! that whatever else the machine does hits both. What is compared is for `cases` to say.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use super::finding::{Finding, Measure};

/// A failed case says why and stops: a wrong number is worse than none.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The word that makes this program run and measure one command.
pub(crate) const MEASURE: &str = "--measure";

/// For how long a command is run again and again, in seconds.
const ENOUGH: f64 = 0.5;

/// A command to be run with an empty environment, its output thrown away.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

impl Invocation {
    /// A program with arguments.
    pub(crate) fn new<S: Into<OsString>>(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = S>,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self { program: program.into(), arguments }
    }

    /// It, ready to run.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs it; it must succeed. Returns what it wrote to stdout.
    pub(crate) fn succeed(&self) -> Result<String> {
        self.end_with(&[0])
    }

    /// Runs it; it must end with one of these codes. Returns what it wrote to stdout.
    pub(crate) fn end_with(&self, codes: &[i32]) -> Result<String> {
        let output = self.command().output()?;
        if !output.status.code().is_some_and(|code| codes.contains(&code)) {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().last().unwrap_or_default();
            return Err(format!("{}: {}: {said}", self.program.display(), output.status).into());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// One of two that are compared.
pub(crate) struct Contender<'a> {
    /// Puts everything in its first state; not measured.
    pub(crate) prepare: Box<dyn Fn() -> Result<()> + 'a>,
    /// What is measured.
    pub(crate) run: Invocation,
    /// Looks whether the work was done; not measured.
    pub(crate) check: Box<dyn Fn() -> Result<()> + 'a>,
}

impl Contender<'_> {
    /// One that needs nothing and leaves nothing behind.
    pub(crate) fn reading(run: Invocation) -> Self {
        Self { prepare: Box::new(|| Ok(())), run, check: Box::new(|| Ok(())) }
    }
}

/// How often two are measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounds {
    /// Rounds that warm the caches, show how long a command takes, and are not counted.
    pub(crate) warm: u32,
    pub(crate) counted: u32,
    /// How often a command runs in a round at most: often, where one run is too short to be measured.
    pub(crate) times: u32,
}

/// What one command cost, a run, in seconds and KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    pub(crate) memory: f64,
}

/// What two commands cost, round by round, admit first.
pub(crate) struct Measured(Vec<(Cost, Cost)>);

impl Measured {
    /// Runs both in turns.
    ///
    /// # Errors
    /// When a command fails or does not do its work.
    pub(crate) fn side_by_side(
        admit: &Contender<'_>,
        reference: &Contender<'_>,
        rounds: Rounds,
    ) -> Result<Self> {
        let mut pairs = Vec::new();
        let mut times = 1;
        for round in 0..rounds.warm + rounds.counted {
            let pair = if round % 2 == 0 {
                let first = measured(admit, times)?;
                (first, measured(reference, times)?)
            } else {
                let first = measured(reference, times)?;
                (measured(admit, times)?, first)
            };
            if round >= rounds.warm {
                pairs.push(pair);
            } else {
                times = enough(pair.0.wall.max(pair.1.wall), rounds.times);
            }
        }
        Ok(Self(pairs))
    }

    /// The pairs of one measure.
    pub(crate) fn pairs(&self, of: fn(&Cost) -> f64) -> Vec<(f64, f64)> {
        self.0.iter().map(|(admit, reference)| (of(admit), of(reference))).collect()
    }

    /// The ratios of processor time and of time by the clock, with what goals there are.
    pub(crate) fn times(&self, cpu: Option<f64>, wall: Option<f64>) -> Vec<Finding> {
        vec![
            Finding::ratio(Measure::Cpu, &self.pairs(|cost| cost.cpu), cpu),
            Finding::ratio(Measure::Wall, &self.pairs(|cost| cost.wall), wall),
        ]
    }

    /// The same, and that of memory.
    pub(crate) fn ratios(&self, cpu: Option<f64>, wall: Option<f64>) -> Vec<Finding> {
        let memory = Finding::ratio(Measure::Memory, &self.pairs(|cost| cost.memory), None);
        let mut ratios = self.times(cpu, wall);
        ratios.push(memory);
        ratios
    }
}

/// Runs one command alone, and again and again; returns what it cost at its cheapest.
///
/// # Errors
/// When it fails or does not do its work.
pub(crate) fn cheapest(contender: &Contender<'_>, rounds: Rounds) -> Result<Cost> {
    let times = enough(measured(contender, 1)?.wall, rounds.times);
    let mut least = measured(contender, times)?;
    for _ in 1..rounds.counted {
        let cost = measured(contender, times)?;
        if cost.cpu < least.cpu {
            least = cost;
        }
    }
    Ok(least)
}

/// How often a command of so many seconds is run in a round.
fn enough(seconds: f64, most: u32) -> u32 {
    ((ENOUGH / seconds) as u32).clamp(1, most)
}

/// Runs one command in a fresh copy of this program, whose children's usage is then that command's alone.
///
/// # Errors
/// When it fails or does not do its work.
pub(crate) fn measured(contender: &Contender<'_>, times: u32) -> Result<Cost> {
    (contender.prepare)()?;
    let output = Command::new(std::env::current_exe()?)
        .arg(MEASURE)
        .arg(times.to_string())
        .arg(&contender.run.program)
        .args(&contender.run.arguments)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed: {said}", contender.run.program.display()).into());
    }
    (contender.check)()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers =
        text.split_whitespace().map(str::parse).collect::<std::result::Result<Vec<_>, _>>();
    match numbers?[..] {
        [cpu, wall, memory] => Ok(Cost { cpu, wall, memory }),
        _ => Err(format!("the measuring process said {text}").into()),
    }
}

/// The measuring process: runs the command and returns its cost as text.
///
/// # Errors
/// When the command fails. A code of 3 is none: that is how admit says that rows were bad.
pub(crate) fn measure(words: &[OsString]) -> Result<String> {
    let [times, program, arguments @ ..] = words else {
        return Err("usage: --measure TIMES PROGRAM ARGUMENT…".into());
    };
    let times: u32 = times.to_str().unwrap_or_default().parse()?;
    let run = Invocation::new(program, arguments);
    let mut wall = Duration::ZERO;
    for _ in 0..times {
        let mut command = run.command();
        command.stdout(Stdio::null());
        let start = Instant::now();
        let status = command.status()?;
        wall += start.elapsed();
        if !matches!(status.code(), Some(0 | 3)) {
            return Err(status.to_string().into());
        }
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = (usage.user_time() + usage.system_time()).num_microseconds();
    let cpu = micros as f64 / 1e6 / f64::from(times);
    let wall = wall.as_secs_f64() / f64::from(times);
    Ok(format!("{cpu} {wall} {}", usage.max_rss()))
}
