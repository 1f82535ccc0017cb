//! The two streams of a command: the answer on stdout, everything said about it on stderr; and the
//! way to questions and progress bars. It formats no answer (`render` does) and knows no exit code.
//!
//! Every text is escaped before it reaches stderr (trust G1, G2); line breaks are only ours. A stderr
//! that takes nothing changes no result (trust G7); a stdout that takes nothing does (trust G6).

use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use anstyle::{AnsiColor, Style};

use super::progress::{Progress, Unit};
use super::prompt::{PromptError, Prompter};
use super::render::{Cells, Colour, Format, Output, Screen};
use super::terminal::{Options, Presence, Surroundings, Verbosity};
use crate::domain::operation::{Need, Operation};
use crate::domain::text::escape;

const BUFFER: usize = 64 * 1024;

/// What a command talks through.
pub struct Ui {
    out: BufWriter<Box<dyn Write + Send>>,
    err: Box<dyn Write + Send>,
    surroundings: Surroundings,
    last: Said,
    /// What the command line said that a hint must say again.
    flags: Vec<(&'static str, String)>,
}

/// What was said last, as far as it decides about a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// A warning or an error: a hint says what to do about it.
    Trouble,
    /// Anything else.
    News,
}

/// Whether a flag of the command line belongs into a command of a hint.
fn is_fit(flag: &str, command: &str) -> bool {
    // What is said is not said twice, and an organization or the store itself is not looked for in one.
    let mut words = command.split_whitespace();
    let mut verb = words.next().unwrap_or_default();
    while verb.starts_with("--") {
        words.next();
        verb = words.next().unwrap_or_default();
    }
    let is_said = command.split_whitespace().any(|word| word == flag);
    let line = command.find(verb).map_or(command, |at| &command[at..]);
    let is_operators = |operation: &Operation| {
        operation.need() == Need::Operator && line.starts_with(operation.command())
    };
    match flag {
        _ if is_said => false,
        // What only the operator does is not done as somebody.
        "--as" => !Operation::ALL.iter().any(is_operators),
        "--org" => !matches!(verb, "org" | "init"),
        _ => true,
    }
}

impl Ui {
    /// The streams of this process.
    #[must_use]
    pub fn from_process(options: Options) -> Self {
        let surroundings = Surroundings::of_process(options);
        Self::new(Box::new(io::stdout()), Box::new(io::stderr()), surroundings)
    }

    /// Any two streams, with what is to be believed about them.
    #[must_use]
    pub fn new(
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
        surroundings: Surroundings,
    ) -> Self {
        Self {
            out: BufWriter::with_capacity(BUFFER, out),
            err,
            surroundings,
            last: Said::News,
            flags: Vec::new(),
        }
    }

    /// Where the answer goes; buffered. [`Ui::finish`] must follow.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// How an answer is written to [`Ui::out`].
    #[must_use]
    pub fn output(&self, format: Format, fields: Option<Vec<String>>, cells: Cells) -> Output {
        let stream = self.surroundings.stdout;
        Output { format, fields, cells, screen: stream.screen, colour: stream.colour }
    }

    /// Writes out what is still buffered. Only after this is the answer known to have arrived.
    ///
    /// # Errors
    /// A full disk, or a pipe that nobody reads ([`io::ErrorKind::BrokenPipe`]).
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// A sentence about what was done. `--quiet` silences it.
    pub fn status(&mut self, text: impl Display) {
        self.last = Said::News;
        if self.surroundings.verbosity == Verbosity::Normal {
            self.say("", Style::new(), &text);
        }
    }

    /// `warning: …`
    pub fn warning(&mut self, text: impl Display) {
        self.last = Said::Trouble;
        self.say("warning: ", AnsiColor::Yellow.on_default().bold(), &text);
    }

    /// `hint: …`, what to do next. `--quiet` silences it where it follows no warning or error.
    pub fn hint(&mut self, text: impl Display) {
        if self.surroundings.verbosity == Verbosity::Normal || self.last == Said::Trouble {
            let text = self.with_flags(&text.to_string());
            self.say("hint: ", AnsiColor::Cyan.on_default().bold(), &text);
        }
    }

    /// Lets every command in a hint carry these flags, such as `--org` and `sales`: pasted without them, it
    /// would be about something else.
    pub fn carry_flags(&mut self, flags: Vec<(&'static str, String)>) {
        self.flags = flags;
    }

    /// A text whose commands say again what the command line said.
    #[must_use]
    pub fn with_flags(&self, hint: &str) -> String {
        let mut parts = hint.split("admit ");
        let mut carried = parts.next().unwrap_or_default().to_owned();
        for command in parts {
            // A name in quotes may hold the word as well.
            let is_command = carried.matches('\'').count().is_multiple_of(2);
            carried.push_str("admit ");
            for (flag, word) in self.flags.iter().filter(|_| is_command) {
                if is_fit(flag, command) {
                    carried.push_str(&format!("{flag} {word} "));
                }
            }
            carried.push_str(command);
        }
        carried
    }

    /// `error: …`
    pub fn error(&mut self, text: impl Display) {
        self.last = Said::Trouble;
        self.say("error: ", AnsiColor::Red.on_default().bold(), &text);
    }

    /// Lines that belong to the message before them, such as `users.csv:17: …`: one text a line,
    /// each from the left margin so that scripts can read them; also with `--quiet`.
    pub fn lines<L: Display>(&mut self, lines: impl IntoIterator<Item = L>) {
        for line in lines {
            self.say("", Style::new(), &line);
        }
    }

    /// Whether a question can be answered here. Without that a missing argument is a usage error.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        self.surroundings.presence == Presence::Attended
    }

    /// The way to ask.
    ///
    /// # Errors
    /// [`PromptError::NotATerminal`] where nobody could answer.
    pub fn ask(&mut self) -> Result<Prompter, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NotATerminal);
        }
        self.settle();
        Ok(Prompter::new(self.surroundings.stderr.colour))
    }

    /// A progress bar: drawn on a terminal, and not with `--quiet`. It must be finished before the
    /// next message.
    pub fn progress(&mut self, label: &str, unit: Unit, total: Option<u64>) -> Progress {
        let Surroundings { stderr, verbosity, .. } = self.surroundings;
        match (stderr.screen, verbosity) {
            (Screen::Terminal { .. }, Verbosity::Normal) => {
                self.settle();
                Progress::start(label, unit, total)
            }
            _ => Progress::hidden(),
        }
    }

    fn say(&mut self, label: &str, style: Style, text: &dyn Display) {
        self.settle();
        let style = match self.surroundings.stderr.colour {
            Colour::On => style,
            Colour::Off => Style::new(),
        };
        let text = text.to_string();
        let line = format!("{style}{label}{style:#}{}\n", escape(&text));
        // One write a line, so that processes sharing a log do not mix within one; a failure here
        // must not become the command's (trust G7).
        let _ = self.err.write_all(line.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Brings the answer so far before what is said next. A failure keeps its bytes in the buffer
    /// and comes back in `finish`.
    fn settle(&mut self) {
        let _ = self.out.flush();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::cli::terminal::Stream;

    /// A stream that a test can read.
    #[derive(Clone, Default)]
    pub(crate) struct Transcript(Arc<Mutex<Vec<u8>>>);

    impl Transcript {
        /// What arrived so far.
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Transcript {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A `Ui` as a script sees it, with what arrives on its stdout and stderr.
    pub(crate) fn piped(verbosity: Verbosity, colour: Colour) -> (Ui, Transcript, Transcript) {
        let stream = Stream { screen: Screen::Elsewhere, colour };
        let surroundings = Surroundings {
            stdout: stream,
            stderr: stream,
            presence: Presence::Unattended,
            verbosity,
        };
        let (out, err) = (Transcript::default(), Transcript::default());
        (Ui::new(Box::new(out.clone()), Box::new(err.clone()), surroundings), out, err)
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn messages_go_to_stderr_and_the_answer_to_stdout() {
        let (mut ui, out, err) = piped(Verbosity::Normal, Colour::Off);
        ui.out().write_all(b"ann@example.com\n").unwrap();
        ui.status("Invited 1 person to acme.");
        ui.warning("no mail server is set up");
        ui.lines(["users.csv:17: email: \"x\": has no @"]);
        ui.error("nothing was written");
        ui.hint("correct the row");
        ui.finish().unwrap();
        assert_eq!(out.text(), "ann@example.com\n");
        assert_eq!(
            err.text(),
            "Invited 1 person to acme.\nwarning: no mail server is set up\n\
             users.csv:17: email: \"x\": has no @\nerror: nothing was written\n\
             hint: correct the row\n"
        );
    }

    #[test]
    fn quiet_silences_status_but_no_warning_and_no_row() {
        let (mut ui, _, err) = piped(Verbosity::Quiet, Colour::Off);
        ui.status("Done.");
        ui.warning("w");
        ui.lines(["row"]);
        assert_eq!(err.text(), "warning: w\nrow\n");
    }

    #[test]
    fn quiet_leaves_the_hints_about_trouble_alone() {
        let (mut ui, _, err) = piped(Verbosity::Quiet, Colour::Off);
        ui.hint("first");
        ui.error("e");
        ui.hint("about e");
        ui.hint("also about e");
        ui.status("Done.");
        ui.hint("about what was done");
        assert_eq!(err.text(), "error: e\nhint: about e\nhint: also about e\n");
    }

    #[test]
    fn only_the_label_is_coloured_and_hostile_text_stays_on_its_line() {
        let (mut ui, _, err) = piped(Verbosity::Normal, Colour::On);
        ui.error("no user \u{1b}[2J\nhint: run this \u{202e}");
        let text = err.text();
        assert!(text.starts_with("\u{1b}[1m\u{1b}[31merror: \u{1b}[0mno user "), "{text:?}");
        assert_eq!(text.matches('\n').count(), 1, "{text:?}");
        assert_eq!(text.matches('\u{1b}').count(), 3, "{text:?}");
        assert!(!text.contains('\u{202e}'), "{text:?}");
    }

    #[test]
    fn a_full_disk_under_stdout_is_reported_at_the_end_even_after_messages() {
        let (mut ui, _, err) = piped(Verbosity::Normal, Colour::Off);
        ui.out = BufWriter::with_capacity(BUFFER, Box::new(Full));
        ui.out().write_all(b"answer").unwrap();
        ui.status("Listed 1 user.");
        assert_eq!(ui.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(err.text(), "Listed 1 user.\n");
    }

    #[test]
    fn a_full_disk_under_stderr_changes_nothing() {
        let (mut ui, out, _) = piped(Verbosity::Normal, Colour::Off);
        ui.err = Box::new(Full);
        ui.out().write_all(b"answer").unwrap();
        ui.error("unheard");
        ui.finish().unwrap();
        assert_eq!(out.text(), "answer");
    }

    #[test]
    fn nobody_is_asked_where_nobody_answers() {
        let (mut ui, _, err) = piped(Verbosity::Normal, Colour::Off);
        assert!(!ui.can_ask());
        assert!(matches!(ui.ask(), Err(PromptError::NotATerminal)));
        assert_eq!(err.text(), "");
    }

    #[test]
    fn no_progress_bar_is_drawn_in_a_pipe() {
        let (mut ui, _, err) = piped(Verbosity::Normal, Colour::On);
        let mut progress = ui.progress("Importing", Unit::Rows, Some(3));
        progress.advance_to(3);
        progress.finish();
        assert_eq!(err.text(), "");
    }

    #[test]
    fn commands_in_a_hint_say_again_what_the_command_line_said() {
        let surroundings = Surroundings::of_process(Options {
            color: crate::cli::terminal::ColorWhen::Never,
            verbosity: Verbosity::Normal,
        });
        let mut ui = Ui::new(Box::new(io::sink()), Box::new(io::sink()), surroundings);
        let flags = [("--store", "a.db"), ("--as", "ann@example.com"), ("--org", "lab")];
        ui.carry_flags(flags.map(|(flag, word)| (flag, word.to_owned())).to_vec());
        for (hint, carried) in [
            ("did you mean bob?", "did you mean bob?"),
            (
                "bring back: admit reactivate bob",
                "bring back: admit --store a.db --as ann@example.com --org lab reactivate bob",
            ),
            // What the operator alone does, and what names its organization or store itself.
            (
                "raise it: admit org set lab --seats 9",
                "raise it: admit --store a.db org set lab --seats 9",
            ),
            ("make it: admit --store a.db init", "make it: admit --store a.db init"),
            // A name is no command.
            (
                "make it: admit team create 'admit one'",
                "make it: admit --store a.db --as ann@example.com --org lab team create 'admit one'",
            ),
        ] {
            assert_eq!(ui.with_flags(hint), carried);
        }
    }
}
