//! Everything a human sees and types. It holds no rule and no SQL: it asks `ops` and shows the answer.

pub mod app;
pub mod args;
pub mod ask;
pub mod commands;
pub mod complete;
pub mod confirm;
pub mod crash;
pub mod exit;
pub mod input;
pub mod mailer;
pub mod mailing;
pub mod output_file;
pub mod pins;
pub mod progress;
pub mod prompt;
pub mod render;
pub mod report;
pub mod secrets;
pub mod signals;
pub mod terminal;
pub mod tokens;
pub mod ui;
pub mod views;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser};
use clap_complete::CompleteEnv;

use self::app::App;
use self::args::GlobalArgs;
use self::commands::Command;
use self::exit::{Exit, Failure};
use self::terminal::{Options, Verbosity};
use self::ui::Ui;
use crate::domain::text::escape;
use crate::settings::Settings;
use crate::store::Store;

/// Lets people in and out of a product: invites, bulk import, roles and agent IDs over one SQLite file
#[derive(Debug, Parser)]
#[command(name = "admit", version, long_version = version_of_all())]
#[command(max_term_width = 100, propagate_version = false)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
#[command(
    after_help = "Environment: ADMIT_STORE names the store, ADMIT_CONFIG the settings file, \
    ADMIT_PORTAL the address that links start with, ADMIT_AS who acts, ADMIT_ORG the organization, \
    ADMIT_MAIL where mail goes, ADMIT_MAIL_PASSWORD_FILE the file with the password for that."
)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `--version` says; `-V` says the first line.
fn version_of_all() -> String {
    format!("{}\nSQLite {}", env!("CARGO_PKG_VERSION"), Store::sqlite_version())
}

/// Reads the command line, runs the command, and says how it ended.
#[must_use]
pub fn run() -> Exit {
    crash::keep_memory_private();
    crash::contained(run_command_line)
}

fn run_command_line() -> Exit {
    signals::survive_file_size_limits();
    let words = crate::settings::command_line();
    CompleteEnv::with_factory(Cli::command).bin("admit").complete();
    let cli = match parse(&words) {
        Ok(cli) => cli,
        Err(error) => return explain(&error, &words),
    };
    let verbosity = if cli.global.quiet { Verbosity::Quiet } else { Verbosity::Normal };
    let mut ui = Ui::from_process(Options { color: cli.global.color, verbosity });
    ui.carry_flags(cli.global.spoken());
    let settings = match Settings::from_process() {
        Ok(settings) => settings,
        Err(error) => {
            let failure = Failure::from(error);
            failure.tell(&mut ui);
            return failure.exit;
        }
    };
    let mut app = App::new(ui, settings, cli.global);
    let ended = cli.command.run(&mut app);
    // Only what is flushed has arrived: a full disk shows here at the latest.
    let flushed = app.ui.finish().map_err(Failure::from);
    match ended.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(failure) => {
            failure.tell(&mut app.ui);
            failure.exit
        }
    }
}

fn parse(words: &[OsString]) -> Result<Cli, clap::Error> {
    if let Some(cli) = parse_as_meant(words) {
        return Ok(cli);
    }
    let command = for_good(Cli::command());
    let mut matches = command.try_get_matches_from_mut(words)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(command))
}

/// Reads a command line that is right. Describing every command to clap costs a short one a third of its time:
/// here it hears of the one alone that a word names. Whatever is wrong with that, and every question for help,
/// is for the whole description.
fn parse_as_meant(words: &[OsString]) -> Option<Cli> {
    if words.iter().any(|word| word == "--help" || word == "-h") {
        return None;
    }
    let meant = words.iter().skip(1).find_map(|word| Command::taking(word.to_str()?))?;
    let command = GlobalArgs::augment_args(clap::Command::new("admit"))
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .subcommand(meant);
    let mut matches = for_good(command).try_get_matches_from_mut(words).ok()?;
    Cli::from_arg_matches_mut(&mut matches).ok()
}

/// Leaves a description to the end of the process: to take it apart costs a short command a twentieth of its
/// time.
fn for_good(command: clap::Command) -> &'static mut clap::Command {
    Box::leak(Box::new(command))
}

/// Help and version go to stdout and are no error; everything else is a usage error.
fn explain(error: &clap::Error, words: &[OsString]) -> Exit {
    let exit = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        _ => Exit::Usage,
    };
    // clap repeats what was typed as it is: where that could mislead a terminal, it is escaped (trust
    // G1), and the colours go with it.
    let misleads = |word: &OsString| matches!(escape(&word.to_string_lossy()), Cow::Owned(_));
    // Nobody may be there to read it, which changes nothing about the exit code.
    let _ = if exit == Exit::Usage && words.iter().any(misleads) {
        let mut text = error.render().to_string();
        for word in words {
            let word = word.to_string_lossy();
            let value = word.split_once('=').map_or(&*word, |(_, value)| value);
            if value.contains('\n') {
                text = text.replace(value, &escape(value));
            }
        }
        let lines: Vec<Cow<'_, str>> = text.split('\n').map(escape).collect();
        std::io::stderr().write_all(lines.join("\n").as_bytes())
    } else {
        error.print()
    };
    exit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::operation::Operation;

    /// The words of every command that does something.
    fn leaves(command: &clap::Command, before: &str) -> Vec<String> {
        let name = format!("{before} {}", command.get_name());
        let inner: Vec<String> =
            command.get_subcommands().flat_map(|inner| leaves(inner, &name)).collect();
        if inner.is_empty() { vec![name] } else { inner }
    }

    #[test]
    fn e1_every_command_has_a_row_in_the_table_of_who_may_and_every_row_a_command() {
        let mut rows: Vec<&str> = Operation::ALL.iter().map(|row| row.command()).collect();
        let commands = leaves(&Cli::command(), "");
        let mut commands: Vec<&str> =
            commands.iter().map(|words| words.trim().trim_start_matches("admit ")).collect();
        rows.sort_unstable();
        commands.sort_unstable();
        assert_eq!(commands, rows);
    }

    /// Every argument of a command and those in it, with the words of the command.
    fn arguments(command: &clap::Command, before: &str) -> Vec<(String, clap::Arg)> {
        let name = format!("{before} {}", command.get_name());
        let own = command.get_arguments().map(|argument| (name.clone(), argument.clone()));
        let inner = command.get_subcommands().flat_map(|inner| arguments(inner, &name));
        own.chain(inner).collect()
    }

    #[test]
    fn c9_d10_no_argument_and_no_variable_is_a_secret() {
        // A setting of how long passwords are, which is none.
        const NO_SECRETS: [&str; 1] = ["password-minimum"];
        let mut ways = std::collections::BTreeSet::new();
        for (command, argument) in arguments(&Cli::command(), "") {
            let name = argument.get_long().unwrap_or(argument.get_id().as_str()).to_owned();
            let values = argument.get_value_names().unwrap_or_default().join(" ");
            let said = format!("{name} {values}").to_lowercase().replace('_', "-");
            let words = ["password", "passphrase", "token", "secret", "pin", "link", "code"];
            let is_about = said.split(['-', ' ']).any(|word| words.contains(&word));
            if !is_about || NO_SECRETS.contains(&name.as_str()) {
                continue;
            }
            let takes = argument.get_action().takes_values();
            let from = match takes {
                false => name.ends_with("-stdin"),
                true => {
                    name.ends_with("-file")
                        && argument.get_value_hint() == clap::ValueHint::FilePath
                }
            };
            assert!(from, "{command} --{name} {values}");
            ways.insert(name);
        }
        let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
        let expected =
            ["mail-password-stdin", "password-stdin", "pin-stdin", "token-file", "token-stdin"];
        assert_eq!(ways, expected);
    }

    /// What clap is told of one command, save what help says of it.
    fn told(command: &clap::Command) -> String {
        let arguments = command.get_arguments().map(|argument| format!("{argument:?}"));
        let inner = command.get_subcommands().map(told);
        let mut names = vec![command.get_name()];
        names.extend(command.get_all_aliases());
        let rules = [
            command.is_subcommand_required_set(),
            command.is_arg_required_else_help_set(),
            command.is_args_conflicts_with_subcommands_set(),
            command.is_subcommand_negates_reqs_set(),
            command.is_allow_external_subcommands_set(),
        ];
        let groups: Vec<_> = command.get_groups().collect();
        format!("{names:?} {rules:?} {groups:?}\n{}", arguments.chain(inner).collect::<String>())
    }

    #[test]
    fn a_command_takes_the_same_alone_as_among_all() {
        for whole in Cli::command().get_subcommands() {
            for name in std::iter::once(whole.get_name()).chain(whole.get_all_aliases()) {
                let alone = Command::taking(name).map(|command| told(&command));
                assert_eq!(alone.as_deref(), Some(&*told(whole)), "{name}");
            }
        }
        assert!(Command::taking("help").is_none());
    }

    #[test]
    fn a_word_that_names_another_command_is_taken_for_what_it_is() {
        for (line, meant) in [
            ("admit --store list show #7", "show"),
            ("admit --store=list ls --search show", "list"),
            ("admit show list@example.com", "show"),
            ("admit -qy --format json ls --sort email", "list"),
            ("admit org list --org show", "org"),
        ] {
            let words: Vec<OsString> = line.split(' ').map(Into::into).collect();
            let read = parse(&words).map(|cli| format!("{:?}", cli.command));
            let whole = Cli::try_parse_from(&words).map(|cli| format!("{:?}", cli.command));
            assert_eq!(read.as_ref().ok(), whole.as_ref().ok(), "{line}");
            assert!(read.is_ok_and(|read| read.to_lowercase().starts_with(meant)), "{line}");
        }
    }
}
