//! Every text argument of every command, given what has broken other programs (trust F5, F15). The commands
//! and their arguments are asked of clap, so that a new one is among them at once.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;

use admit::domain::token::Token;
use clap::{Arg, ArgAction};

use super::naughty::{NAUGHTY, NO_UTF8, overlong};
use super::{Leaf, assert_harmless, assert_output_harmless, leaves};
use crate::support::World;

/// How many texts each argument gets: they come in turns, so that each is tried somewhere.
/// `ADMIT_TEST_NAUGHTY=20` gives it twenty, a great number all, which takes many minutes.
const EACH: usize = 2;
const AT_ONCE: usize = 2;

/// A place for a text on a command line: the words before it, how it is given, and the words behind it.
struct Place {
    before: Vec<String>,
    given: Given,
    after: Vec<String>,
}

enum Given {
    Flag(String),
    Word,
}

impl Place {
    fn line(&self, text: &OsStr) -> Vec<OsString> {
        let mut line: Vec<OsString> = self.before.iter().map(OsString::from).collect();
        match &self.given {
            Given::Flag(name) => {
                let mut flag = OsString::from(format!("--{name}="));
                flag.push(text);
                line.push(flag);
                line.extend(self.after.iter().map(OsString::from));
            }
            Given::Word => {
                line.push("--".into());
                line.push(text.into());
                line.extend(self.after.iter().map(OsString::from));
            }
        }
        line
    }
}

/// Something that fits an argument, by what help calls it.
fn fitting(arg: &Arg) -> Option<&'static str> {
    let name = arg.get_value_names()?.first()?.trim_end_matches(['…', '.', ',']);
    Some(match name {
        "USER" => "bob@example.com",
        "EMAIL" => "zed@example.com",
        "SOURCE:ID" => "voice:9",
        "AGENT" => "voice:4711",
        "ROLE" => "agent",
        "TEAM" | "OLD" => "Support",
        "NEW" => "Night",
        "NAME" => "fresh",
        "PERMISSION" => "view-insights",
        "SLUG" => "main",
        "NEW-SLUG" => "other",
        "DOMAIN" | "DOMAIN|EMAIL" => "example.org",
        "DELIVERY|USER" => "1",
        "TEMPLATE" => "contact-center",
        "FILE" => "people.csv",
        "SHELL" => "bash",
        _ => return None,
    })
}

/// Whether an argument takes a text, not one of a few words.
fn takes_text(arg: &Arg) -> bool {
    let takes = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    takes && arg.get_possible_values().is_empty()
}

fn places(leaf: &Leaf) -> Vec<Place> {
    let own = || leaf.command.get_arguments().filter(|arg| !arg.is_global_set());
    let words = |skip: &Arg| -> Vec<String> {
        let others = own().filter(|arg| arg.is_positional() && arg.get_id() != skip.get_id());
        others.filter_map(fitting).map(str::to_owned).collect()
    };
    let texts = own().filter(|arg| takes_text(arg));
    texts
        .map(|arg| match arg.get_long() {
            Some(name) => Place {
                before: leaf.words.clone(),
                given: Given::Flag(name.to_owned()),
                after: words(arg),
            },
            None => {
                let index = arg.get_index().unwrap_or(1);
                let (mut before, mut after) = (leaf.words.clone(), Vec::new());
                for other in own().filter(|other| other.is_positional()) {
                    let side =
                        if other.get_index() < Some(index) { &mut before } else { &mut after };
                    if other.get_id() != arg.get_id() {
                        side.extend(fitting(other).map(str::to_owned));
                    }
                }
                // Words before it cannot stand behind `--`, and are none that begin with a dash.
                Place { before, given: Given::Word, after }
            }
        })
        .collect()
}

/// The flags that every command takes.
fn global_places() -> Vec<Place> {
    let flag = |name: &str, words: &[&str]| Place {
        before: words.iter().map(|word| (*word).to_owned()).collect(),
        given: Given::Flag(name.to_owned()),
        after: Vec::new(),
    };
    ["store", "as", "org", "fields", "format", "color"]
        .iter()
        .flat_map(|name| [flag(name, &["list"]), flag(name, &["cancel", "bob@example.com"])])
        .collect()
}

/// A store that is put back before each command, and a directory deep enough for `..`.
struct Bench {
    world: World,
    pristine: Vec<u8>,
    here: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let world = World::with_people();
        let here = world.home().join("a/b/c");
        std::fs::create_dir_all(&here).unwrap();
        std::fs::write(here.join("people.csv"), "email\nyan@example.com\n").unwrap();
        let pristine = std::fs::read(world.store_path()).unwrap();
        Self { world, pristine, here }
    }

    fn try_line(&self, line: &[OsString]) {
        let store = self.world.store_path();
        for beside in ["db-wal", "db-shm"] {
            let _ = std::fs::remove_file(store.with_extension(beside));
        }
        std::fs::write(&store, &self.pristine).unwrap();
        let mut command = self.world.command();
        let command = command.args(line).current_dir(&self.here).stdin(Stdio::null());
        let output = command.output().unwrap();
        let what = format!("{line:?}");
        let code = output.status.code().unwrap_or_else(|| panic!("killed: {what}"));
        let text = |bytes| String::from_utf8(bytes).unwrap_or_else(|_| panic!("no UTF-8: {what}"));
        assert_output_harmless(code, &text(output.stdout), &text(output.stderr), &what);
        let hacked = [self.world.home(), &self.here].iter().any(|dir| dir.join("hacked").exists());
        assert!(!hacked, "{line:?}");
    }
}

#[test]
fn f5_naughty_texts_do_no_harm_in_any_argument_of_any_command() {
    let places: Vec<Place> = leaves().iter().flat_map(places).chain(global_places()).collect();
    assert!(places.len() > 150, "only {} places", places.len());
    let texts: Vec<OsString> = NAUGHTY
        .iter()
        .map(OsString::from)
        .chain(overlong().into_iter().map(OsString::from))
        .chain(NO_UTF8.iter().map(|bytes| OsStr::from_bytes(bytes).to_owned()))
        .collect();
    let wanted = std::env::var("ADMIT_TEST_NAUGHTY").ok().and_then(|many| many.parse().ok());
    let each = wanted.unwrap_or(EACH).min(texts.len());
    assert!(places.len() * each >= texts.len(), "not every text has its turn");
    let lines: Vec<Vec<OsString>> = places
        .iter()
        .enumerate()
        .flat_map(|(number, place)| {
            let texts = &texts;
            // A step that shares no divisor with their number, so that neighbours get other kinds.
            (0..each).map(move |n| place.line(&texts[(number * 7 + n * 61) % texts.len()]))
        })
        .collect();
    thread::scope(|scope| {
        for lines in lines.chunks(lines.len().div_ceil(AT_ONCE)) {
            scope.spawn(move || {
                let bench = Bench::new();
                lines.iter().for_each(|line| bench.try_line(line));
            });
        }
    });
}

#[test]
fn f15_bytes_that_are_no_utf8_are_a_wrong_command_line_and_no_crash() {
    let world = World::with_people();
    for bytes in NO_UTF8 {
        for words in [&["invite", "--"][..], &["list", "--search"], &["team", "create", "--"]] {
            let line = words.iter().map(OsStr::new).chain([OsStr::from_bytes(bytes)]);
            let run = world.admit(line);
            assert_harmless(&run, &format!("{words:?} {bytes:?}"));
            assert_eq!(run.code, 2, "{run}");
        }
    }
    assert_eq!(world.people().lines().count(), 4);
}

#[test]
fn c10_no_naughty_text_is_a_token() {
    for text in NAUGHTY.iter().map(|text| (*text).to_owned()).chain(overlong()) {
        let start: String = text.chars().take(60).collect();
        assert!(text.parse::<Token>().is_err(), "{start:?}");
    }
    for bytes in NO_UTF8 {
        assert!(Token::from_bytes(bytes.to_vec()).is_err(), "{bytes:?}");
    }
}
