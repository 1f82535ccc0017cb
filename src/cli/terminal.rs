//! What this process is connected to: the only place that asks whether a stream is a terminal, how
//! wide it is and whether it takes colour. It writes nothing and asks nobody.

use std::io::{self, IsTerminal, Stderr, Stdin, Stdout};

use anstream::stream::RawStream;
use dialoguer::console::Term;
use indicatif::ProgressDrawTarget;

use super::render::{Colour, Screen};

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that can, unless NO_COLOR is set
    #[default]
    Auto,
    /// Also in a pipe
    Always,
    /// Not at all
    Never,
}

/// `--quiet`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Sentences about what was done, and progress bars.
    #[default]
    Normal,
    /// Only warnings and errors.
    Quiet,
}

/// Whether somebody is there to answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A person at a terminal that can be drawn on.
    Attended,
    /// A script, a cron job, a pipe, or a terminal that only prints (`TERM=dumb`).
    Unattended,
}

/// What the command line says about all this.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `--color`.
    pub color: ColorWhen,
    /// `--quiet`.
    pub verbosity: Verbosity,
}

/// One output stream.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    /// Where it ends.
    pub screen: Screen,
    /// Whether it may be coloured.
    pub colour: Colour,
}

/// Everything a [`Ui`](super::ui::Ui) needs to know; plain values, so that a test can make it up.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// The answer's stream.
    pub stdout: Stream,
    /// The messages' stream.
    pub stderr: Stream,
    /// Whether a question can be answered: stdin and stderr are terminals.
    pub presence: Presence,
    /// How much is said.
    pub verbosity: Verbosity,
}

impl Surroundings {
    /// Looks at this process's streams.
    #[must_use]
    pub fn of_process(options: Options) -> Self {
        let (stdin, stdout, stderr): (Stdin, Stdout, Stderr) =
            (io::stdin(), io::stdout(), io::stderr());
        let answers = stdin.is_terminal() && stderr.is_terminal();
        Self {
            stdout: stream(&stdout, &Term::stdout(), &ProgressDrawTarget::stdout(), options.color),
            stderr: stream(&stderr, &Term::stderr(), &ProgressDrawTarget::stderr(), options.color),
            presence: if answers && !ProgressDrawTarget::stderr().is_hidden() {
                Presence::Attended
            } else {
                Presence::Unattended
            },
            verbosity: options.verbosity,
        }
    }
}

/// Width on a terminal that does not tell its own.
const USUAL_COLUMNS: usize = 80;

fn stream<S: RawStream>(
    raw: &S,
    term: &Term,
    target: &ProgressDrawTarget,
    color: ColorWhen,
) -> Stream {
    let screen = if raw.is_terminal() {
        let told = term.size_checked().map(|(_, columns)| usize::from(columns));
        Screen::Terminal { columns: told.unwrap_or(USUAL_COLUMNS) }
    } else {
        Screen::Elsewhere
    };
    // indicatif draws on no terminal whose TERM is missing or dumb; anstream would colour one in CI.
    let dumb = raw.is_terminal() && target.is_hidden();
    let colour = match color {
        ColorWhen::Always => Colour::On,
        ColorWhen::Never => Colour::Off,
        ColorWhen::Auto if dumb => Colour::Off,
        ColorWhen::Auto => match anstream::AutoStream::choice(raw) {
            anstream::ColorChoice::Never => Colour::Off,
            _ => Colour::On,
        },
    };
    Stream { screen, colour }
}
