//! The house rules as data, and a machine that reads the sources against them: who may use whom, where
//! each crate may be named, what stands nowhere, and how long a file may be. What the compiler and
//! clippy refuse already is not repeated here, save where a rule must hold without them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "architecture/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Kind, Source};

/// Who may use whom: a layer, and the layers its files may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("lib", &[]),
    ("cli", &["ops", "domain", "files", "settings", "clock", "random", "store", "mail"]),
    ("ops", &["domain", "store", "mail"]),
    ("mail", &["domain"]),
    ("store", &["domain"]),
    ("files", &["domain"]),
    ("settings", &["domain"]),
    ("clock", &["domain"]),
    ("random", &["domain"]),
    ("domain", &[]),
];

/// What `cli` may name of the store: what is shown, and the store that it hands on to `ops`. Nothing
/// with which it could write.
const STORE_FOR_CLI: &[&str] = &[
    "AgentFilter",
    "AgentLine",
    "Assignment",
    "DeliveryLine",
    "FileMode",
    "HeldFilter",
    "ExportLine",
    "OwnDomain",
    "SearchIndex",
    "Stage",
    "Store",
    "StoreError",
    "UserLine",
    "Verdict",
    "Watch",
];

/// Every dependency, and the files that may name it. One that stands in no row is refused.
const CRATES: &[(&str, &[&str])] = &[
    ("anstream", &["cli/terminal.rs"]),
    ("anstyle", &["cli/render/", "cli/ui.rs"]),
    ("argon2", &["domain/argon2id.rs"]),
    ("chrono", &["clock.rs", "domain/", "files/moments.rs", "store/codec.rs"]),
    ("clap", &["cli/"]),
    ("clap_complete", &["cli/"]),
    ("clap_mangen", &["cli/commands/man.rs"]),
    ("comfy_table", &["cli/render/"]),
    ("crc32fast", &["domain/checksum.rs"]),
    ("csv", &["cli/render/", "files/"]),
    ("data_encoding", &["domain/", "mail/smtp/login.rs"]),
    ("dialoguer", &["cli/prompt.rs", "cli/terminal.rs"]),
    ("encoding_rs", &["files/"]),
    ("etcetera", &["settings.rs"]),
    ("foldhash", &["files/users.rs", "store/checksums/", "store/exports.rs", "store/rows.rs"]),
    ("humantime", &["domain/"]),
    ("idna", &["domain/email/idn.rs"]),
    ("indicatif", &["cli/progress.rs", "cli/terminal.rs"]),
    ("lettre", &["mail/smtp/", "mail/letter.rs"]),
    ("minijinja", &["mail/wording.rs"]),
    (
        "nix",
        &[
            "cli/crash.rs",
            "cli/signals.rs",
            "settings.rs",
            "settings/",
            "store/backups/place.rs",
            "store/header.rs",
        ],
    ),
    ("rand", &["random.rs"]),
    ("rusqlite", &["store/"]),
    ("rustls", &["mail/smtp/tls.rs"]),
    ("rustls_native_certs", &["mail/smtp/tls.rs"]),
    // Views are written out, domain types never; of those only templates are read in.
    (
        "serde",
        &[
            "cli/render/",
            "domain/module.rs",
            "domain/template/",
            "files/json_lines.rs",
            "settings.rs",
        ],
    ),
    ("serde_json", &["cli/render/", "files/json_lines.rs", "store/audit.rs"]),
    ("sha2", &["domain/audit.rs", "domain/token.rs"]),
    ("signal_hook", &["cli/signals.rs"]),
    ("strsim", &["domain/", "files/header.rs"]),
    ("subtle", &["domain/token.rs"]),
    (
        "tempfile",
        &["cli/output_file.rs", "mail/folder.rs", "store/rows/run.rs", "store/unnamed.rs"],
    ),
    ("thiserror", &[""]),
    ("toml", &["domain/template/", "settings.rs"]),
    ("unicode_normalization", &["domain/"]),
    ("unicode_width", &["cli/"]),
    (
        "zeroize",
        &[
            "cli/mailer.rs",
            "cli/prompt.rs",
            "cli/secrets.rs",
            "cli/tokens.rs",
            "cli/views/",
            "domain/",
            "mail/",
        ],
    ),
];

/// A text that code may hold in a few files only, or nowhere.
struct Ban {
    text: &'static str,
    /// Where it may stand: files or folders below `src`.
    only_in: &'static [&'static str],
    /// Whether it is told from a longer word in front, as `print!` from `eprint!`.
    kind: Ending,
    instead: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// A word, or a path that begins with one.
    Word,
    /// Anything, such as `.unwrap()`.
    Any,
}

const fn word(text: &'static str, only_in: &'static [&'static str], instead: &'static str) -> Ban {
    Ban { text, only_in, kind: Ending::Word, instead }
}

const fn any(text: &'static str, only_in: &'static [&'static str], instead: &'static str) -> Ban {
    Ban { text, only_in, kind: Ending::Any, instead }
}

const NOWHERE: &[&str] = &[];
const PRINT: &str = "write through cli::ui: print macros panic on a closed or full output";
const CLOCK: &str = "take the time as an argument; crate::clock reads it";
const CHANCE: &str = "take an Entropy as an argument; crate::random is the only source";
const ENVIRONMENT: &str = "let crate::settings read it and pass the value on";
const EFFECT: &str = "let cli or files do it and pass the bytes on";
const END: &str = "return an Exit; main hands the code to the system";
const ERROR: &str = "return an error with a variant of its own";
const DONE: &str = "finish it or leave it out";

const BANS: &[Ban] = &[
    word("println!", NOWHERE, PRINT),
    word("eprintln!", NOWHERE, PRINT),
    word("print!", NOWHERE, PRINT),
    word("eprint!", NOWHERE, PRINT),
    word("dbg!", NOWHERE, DONE),
    word("todo!", NOWHERE, DONE),
    word("unimplemented!", NOWHERE, DONE),
    word("panic!", NOWHERE, ERROR),
    word("unreachable!", NOWHERE, ERROR),
    any(".unwrap()", NOWHERE, ERROR),
    any(".unwrap_err()", NOWHERE, ERROR),
    any(".expect(", NOWHERE, ERROR),
    word("process::exit", NOWHERE, END),
    word("process::abort", NOWHERE, END),
    word("std::env", &["settings.rs"], ENVIRONMENT),
    word("env::var", &["settings.rs"], ENVIRONMENT),
    word("env::var_os", &["settings.rs"], ENVIRONMENT),
    word("env::vars", &["settings.rs"], ENVIRONMENT),
    word("env::vars_os", &["settings.rs"], ENVIRONMENT),
    word("env::args", &["settings.rs"], ENVIRONMENT),
    word("env::args_os", &["settings.rs"], ENVIRONMENT),
    word("env::current_dir", &["settings.rs"], ENVIRONMENT),
    word("env::current_exe", &["settings.rs"], ENVIRONMENT),
    word("env::temp_dir", &["settings.rs"], ENVIRONMENT),
    word("Utc::now", &["clock.rs"], CLOCK),
    word("Local::now", NOWHERE, CLOCK),
    word("SystemTime", &["clock.rs"], CLOCK),
    word("Instant", &["clock.rs"], CLOCK),
    word("SysRng", &["random.rs"], CHANCE),
    word("getrandom", NOWHERE, CHANCE),
    word(
        "Store::open",
        &["cli/app.rs", "cli/complete.rs", "store/backups/"],
        "take the store from cli::app",
    ),
    word("Store::begin", &["ops/organizations.rs"], "a store is made by ops::organizations::init"),
    word(
        "Store::rehearse",
        &["ops/organizations.rs", "store/checkup.rs"],
        "use ops::organizations::rehearse",
    ),
    any(".commit(", &["ops/", "store/"], "let an operation in ops change the store"),
    word(
        "std::fs",
        &[
            "cli/",
            "clock.rs",
            "mail/folder.rs",
            "settings.rs",
            "settings/",
            "store/backups/",
            "store/header.rs",
            "store/open.rs",
            "store/rows/",
            "store/standing.rs",
            "store/unnamed.rs",
        ],
        EFFECT,
    ),
    word(
        "std::io",
        &[
            "cli/",
            "files/",
            "mail/folder.rs",
            "mail/sendmail.rs",
            "mail/smtp/",
            "settings.rs",
            "settings/",
            "store/backups.rs",
            "store/backups/",
            "store/header.rs",
            "store/making.rs",
            "store/open.rs",
            "store/rows.rs",
            "store/rows/",
            "store/unnamed.rs",
        ],
        EFFECT,
    ),
    word("std::net", &["domain/mail_server.rs", "domain/portal.rs", "mail/smtp/"], EFFECT),
    word(
        "std::thread",
        &[
            "cli/",
            "mail/sendmail.rs",
            "mail/smtp/connect.rs",
            "store/backups/stopping.rs",
            "store/waiting.rs",
        ],
        EFFECT,
    ),
    word("std::process", &["main.rs", "cli/signals.rs", "mail/sendmail.rs"], END),
];

/// What gives SQL away in a literal. Words in capitals: a sentence for a person has none.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE FROM",
    "PRAGMA",
    "CREATE TABLE",
    "ORDER BY",
    " WHERE ",
];

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "manager", "common", "misc", "core", "csv"];

/// The longest file, in lines, in each folder.
const CEILINGS: &[(&str, usize)] =
    &[("src", 400), ("tests", 600), ("benches", 400), ("examples", 400)];

/// From how many files on `tests/cli` counts as complete, so that every verb must be in it.
const CLI_TESTS_BEGUN: usize = 5;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    source::read_all(&root().join("src"))
}

/// Fails with every breach, one a line.
#[track_caller]
fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

fn is_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| match *place {
        "" => true,
        folder if folder.ends_with('/') => path.starts_with(folder),
        file => path == file,
    })
}

fn layers_of(layers: &[(&str, &[&str])], file: &Source) -> Vec<String> {
    let layer = file.layer();
    let Some((_, allowed)) = layers.iter().find(|(name, _)| *name == layer) else {
        return vec![format!(
            "src/{}:1: the layer {layer} is in no row of LAYERS: give it one here",
            file.path
        )];
    };
    let mut breaches = Vec::new();
    for (line, used) in file.layers_used() {
        let own = used == layer && layer != "main";
        let known = layers.iter().any(|(name, _)| *name == used);
        if known && !own && !allowed.contains(&used.as_str()) {
            breaches.push(format!(
                "src/{}:{line}: {layer} may not use {used}: move the code up, or pass the value in",
                file.path
            ));
        }
    }
    breaches
}

fn crates_of(file: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    for (name, places) in CRATES.iter().filter(|(_, places)| !is_in(&file.path, places)) {
        for line in file.lines_naming_crate(name) {
            breaches.push(format!(
                "src/{}:{line}: {name} may be named in {} only: wrap it there",
                file.path,
                places.join(", ")
            ));
        }
    }
    breaches
}

fn bans_of(file: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    for ban in BANS.iter().filter(|ban| !is_in(&file.path, ban.only_in)) {
        for line in file.lines_with(ban.text, ban.kind == Ending::Word) {
            let (path, text, instead) = (&file.path, ban.text, ban.instead);
            breaches.push(format!("src/{path}:{line}: {text} does not belong here: {instead}"));
        }
    }
    breaches
}

fn sql_of(file: &Source) -> Vec<String> {
    if file.layer() == "store" {
        return Vec::new();
    }
    let sql = file.literals.iter().filter(|(_, text)| SQL.iter().any(|word| text.contains(word)));
    sql.map(|(line, _)| {
        format!("src/{}:{line}: SQL outside src/store: give the store a function for it", file.path)
    })
    .collect()
}

#[test]
fn no_layer_reaches_for_one_that_is_not_its_to_use() {
    none(&sources().iter().flat_map(|file| layers_of(LAYERS, file)).collect::<Vec<_>>());
}

#[test]
fn the_screen_sees_of_the_store_only_what_it_shows() {
    let mut breaches = Vec::new();
    for file in sources().iter().filter(|file| file.layer() == "cli") {
        for (line, name) in file.names_from("store") {
            if !STORE_FOR_CLI.contains(&name.as_str()) {
                breaches.push(format!(
                    "src/{}:{line}: cli may not name store::{name}: let ops return what is shown",
                    file.path
                ));
            }
        }
    }
    none(&breaches);
}

#[test]
fn every_crate_is_named_only_where_it_is_wrapped() {
    none(&sources().iter().flat_map(crates_of).collect::<Vec<_>>());
}

#[test]
fn every_dependency_has_its_place() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = manifest.split("[dependencies]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let there: BTreeSet<String> = section
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0.trim().replace('-', "_")))
        .collect();
    let placed: BTreeSet<String> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert!(!there.is_empty());
    let all = there.symmetric_difference(&placed).map(|name| {
        format!("Cargo.toml and the table CRATES in tests/architecture.rs differ in {name}")
    });
    none(&all.collect::<Vec<_>>());
}

#[test]
fn what_is_banned_stands_nowhere_else() {
    none(&sources().iter().flat_map(bans_of).collect::<Vec<_>>());
}

#[test]
fn all_sql_is_in_the_store() {
    none(&sources().iter().flat_map(sql_of).collect::<Vec<_>>());
}

#[test]
fn no_test_is_switched_off() {
    let mut breaches = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for path in source::rust_files(&root().join(folder)) {
            let file = Source::new("any.rs", &fs::read_to_string(&path).unwrap(), Kind::Test);
            for line in file.lines_with("#[ignore", false) {
                breaches.push(format!(
                    "{}:{line}: #[ignore hides a failure: mend the test or delete it",
                    shown(&path)
                ));
            }
        }
    }
    none(&breaches);
}

#[test]
fn every_file_says_first_what_it_holds() {
    let mut breaches = Vec::new();
    for (folder, _) in CEILINGS {
        for path in source::rust_files(&root().join(folder)) {
            if !fs::read_to_string(&path).unwrap().starts_with("//! ") {
                breaches.push(format!(
                    "{}:1: no opening comment: say after //! what the file holds and what not",
                    shown(&path)
                ));
            }
        }
    }
    none(&breaches);
}

#[test]
fn no_file_grows_beyond_its_ceiling() {
    let mut breaches = Vec::new();
    for (folder, ceiling) in CEILINGS {
        for path in source::rust_files(&root().join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > *ceiling {
                breaches.push(format!(
                    "{}:{ceiling}: {lines} lines, the ceiling is {ceiling}: split it by its nouns",
                    shown(&path)
                ));
            }
        }
    }
    none(&breaches);
}

#[test]
fn every_file_name_says_what_is_in_it() {
    let mut breaches = Vec::new();
    for path in source::rust_files(&root().join("src")) {
        let below = path.strip_prefix(root().join("src")).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        // `core` and `csv` shadow crates at the root alone.
        let at_root = below.components().count() == 1;
        if EMPTY_NAMES.contains(&&*name) && (at_root || !["core", "csv"].contains(&&*name)) {
            breaches.push(format!("{}:1: name the file for the noun it is about", shown(&path)));
        }
    }
    none(&breaches);
}

#[test]
fn every_verb_has_a_file_of_tests() {
    let stems = |folder: &str| -> BTreeSet<String> {
        let there = fs::read_dir(root().join(folder)).unwrap();
        there
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_none_or(|extension| extension == "rs"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .filter(|stem| !["mod", "main", "support"].contains(&stem.as_str()))
            .collect()
    };
    let tests = stems("tests/cli");
    if tests.len() <= CLI_TESTS_BEGUN {
        return;
    }
    let untested = stems("src/cli/commands").into_iter().filter(|verb| !tests.contains(verb));
    let missing = untested.map(|verb| {
        format!("src/cli/commands/{verb}.rs:1: tests/cli/{verb}.rs is missing: write it")
    });
    none(&missing.collect::<Vec<_>>());
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The rules themselves: each finds a breach that was made for it.
#[test]
fn every_rule_finds_what_it_looks_for() {
    let domain = |text: &str| Source::new("domain/user.rs", text, Kind::Code);
    for text in [
        "use crate::store::Store;",
        "use crate::{domain::id, ops};",
        "use super::super::cli::app::App;",
        "fn f() { crate::clock::now(); }",
    ] {
        assert_eq!(layers_of(LAYERS, &domain(text)).len(), 1, "{text}");
    }
    for text in [
        "use crate::domain::id;",
        "use super::id::UserId;",
        "//! crate::store",
        "const A: &str = \"crate::ops\";",
        "#[cfg(test)]\nmod tests { use crate::store::Store; }",
    ] {
        assert_eq!(layers_of(LAYERS, &domain(text)), Vec::<String>::new(), "{text}");
    }
    let main = Source::new("main.rs", "use admit::store::Store;", Kind::Code);
    assert_eq!(layers_of(LAYERS, &main).len(), 1);
    let stray = Source::new("postal/smtp.rs", "", Kind::Code);
    assert_eq!(layers_of(LAYERS, &stray).len(), 1);

    assert_eq!(crates_of(&domain("use rusqlite::{params, Row};")).len(), 1);
    assert_eq!(crates_of(&domain("fn f(row: &::csv::Reader<u8>) {}")).len(), 1);
    assert_eq!(crates_of(&domain("use chrono::Utc; // rusqlite::Row")), Vec::<String>::new());

    for ban in BANS {
        let found = bans_of(&domain(&format!("fn f() {{ x{} }}", spaced(ban))));
        assert!(!found.is_empty(), "{}", ban.text);
    }
    assert_eq!(bans_of(&domain("fn f() { my_print!(\"println!\"); }")), Vec::<String>::new());

    assert_eq!(sql_of(&domain("const A: &str = r\"SELECT 1\";")).len(), 1);
    assert_eq!(
        sql_of(&domain("// SELECT 1\nconst A: &str = \"select one\";")),
        Vec::<String>::new()
    );
}

/// The banned text as it stands in code.
fn spaced(ban: &Ban) -> String {
    match ban.kind {
        Ending::Word => format!("; {}", ban.text),
        Ending::Any => ban.text.to_owned(),
    }
}
