//! Measures two commands side by side: round by round, each in turn, the order swapped every round, so
//! that whatever else the machine does hits both. What is compared is `cases`' to say.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// A failed bench says why and stops: a wrong number is worse than none.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The word that makes this program run and measure one command.
pub(crate) const MEASURE: &str = "--measure";

/// A command to be run with an empty environment.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

impl Invocation {
    /// It, ready to run.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().stdin(Stdio::null());
        command
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

/// A comparison.
pub(crate) struct Case<'a> {
    pub(crate) rounds: u32,
    /// How often a command runs in a round: often, where one run is too short to be measured.
    pub(crate) times: u32,
    pub(crate) admit: Contender<'a>,
    pub(crate) reference: Contender<'a>,
    pub(crate) goals: Vec<(Measure, f64)>,
}

/// What is measured of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Processor time, of the program and of the kernel for it.
    Cpu,
    /// Time by the clock.
    Wall,
    /// The most memory it had.
    Memory,
    /// Instructions executed outside the kernel.
    Instructions,
}

impl Measure {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::Wall => "wall",
            Self::Memory => "memory",
            Self::Instructions => "instructions",
        }
    }
}

/// What one command cost, a run, in seconds, KiB or instructions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    cpu: f64,
    wall: f64,
    memory: f64,
}

/// How two commands compare by one measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    pub(crate) measure: Measure,
    /// The median of admit.
    pub(crate) admit: f64,
    /// The median of the reference.
    pub(crate) reference: f64,
    /// The median of the rounds' ratios.
    pub(crate) ratio: f64,
    /// The least and the greatest of them.
    pub(crate) spread: (f64, f64),
    pub(crate) goal: Option<f64>,
}

impl Comparison {
    /// Compares what was measured round by round.
    pub(crate) fn of(measure: Measure, pairs: &[(f64, f64)], goal: Option<f64>) -> Self {
        let ratios = sorted(pairs.iter().map(|(admit, reference)| admit / reference));
        let ends = (ratios.first(), ratios.last());
        Self {
            measure,
            admit: median(&sorted(pairs.iter().map(|pair| pair.0))),
            reference: median(&sorted(pairs.iter().map(|pair| pair.1))),
            ratio: median(&ratios),
            spread: (ends.0.copied().unwrap_or(f64::NAN), ends.1.copied().unwrap_or(f64::NAN)),
            goal,
        }
    }

    /// What to make of it. A goal inside the spread is neither met nor missed.
    pub(crate) fn verdict(&self) -> &'static str {
        let (least, greatest) = self.spread;
        match self.goal {
            None => "",
            Some(goal) if greatest <= goal => "met",
            Some(goal) if least > goal => "missed",
            Some(goal) if self.ratio <= goal => "met, within the noise",
            Some(_) => "missed, within the noise",
        }
    }
}

/// Runs a case.
///
/// # Errors
/// When a command fails or does not do its work.
pub(crate) fn compare(case: &Case<'_>) -> Result<Vec<Comparison>> {
    let mut pairs = Vec::new();
    // One round warms the caches and is not counted.
    for round in 0..=case.rounds {
        let pair = if round % 2 == 0 {
            let admit = measured(&case.admit, case.times)?;
            (admit, measured(&case.reference, case.times)?)
        } else {
            let reference = measured(&case.reference, case.times)?;
            (measured(&case.admit, case.times)?, reference)
        };
        if round > 0 {
            pairs.push(pair);
        }
    }
    let of = |measure: Measure, part: fn(&Cost) -> f64| {
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (part(a), part(b))).collect();
        let goal = case.goals.iter().find(|(of, _)| *of == measure).map(|(_, goal)| *goal);
        Comparison::of(measure, &pairs, goal)
    };
    Ok(vec![
        of(Measure::Cpu, |cost| cost.cpu),
        of(Measure::Wall, |cost| cost.wall),
        of(Measure::Memory, |cost| cost.memory),
    ])
}

/// Runs one command in a fresh copy of this program, whose children's usage is then that command's alone.
fn measured(contender: &Contender<'_>, times: u32) -> Result<Cost> {
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
/// When the command fails.
pub(crate) fn measure(words: &[OsString]) -> Result<String> {
    let [times, program, arguments @ ..] = words else {
        return Err("usage: --measure TIMES PROGRAM ARGUMENT…".into());
    };
    let times: u32 = times.to_str().unwrap_or_default().parse()?;
    let run = Invocation { program: program.into(), arguments: arguments.to_vec() };
    let mut wall = Duration::ZERO;
    for _ in 0..times {
        let mut command = run.command();
        command.stdout(Stdio::null());
        let start = Instant::now();
        let status = command.status()?;
        wall += start.elapsed();
        if !status.success() {
            return Err(status.to_string().into());
        }
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = (usage.user_time() + usage.system_time()).num_microseconds();
    let cpu = micros as f64 / 1e6 / f64::from(times);
    let wall = wall.as_secs_f64() / f64::from(times);
    Ok(format!("{cpu} {wall} {}", usage.max_rss()))
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}
