//! What the sources name: where a secret could be printed, what decides by a path, which variables are read.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Kind, Source, read_all};
use crate::{none, read, root};

fn sources() -> Vec<Source> {
    read_all(&root().join("src"))
}

/// The types that a text defines with `Debug` derived and what is wiped inside.
fn unhidden(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let items = text.split("\n#[derive(").skip(1);
    for item in items {
        let (derived, rest) = item.split_once(")]").unwrap();
        let kinds = ["struct ", "enum "];
        let Some(start) = kinds.iter().filter_map(|kind| rest.find(kind)).min() else { continue };
        // Up to the end of the item: a brace at the start of a line, or a semicolon at the end of the first.
        let body = &rest[start..];
        let first = body.lines().next().unwrap();
        let end =
            if first.ends_with(';') { first.len() } else { body.find("\n}").unwrap_or(body.len()) };
        let body = &body[..end];
        if derived.contains("Debug") && (body.contains("Zeroizing") || body.contains("reveal")) {
            found.push(first.to_owned());
        }
    }
    found
}

#[test]
fn i1_whatever_is_wiped_hides_itself_from_debug() {
    let mut breaches = Vec::new();
    for path in crate::source::rust_files(&root().join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for item in unhidden(&text) {
            breaches.push(format!(
                "{}: {item} prints a secret: write its Debug by hand",
                path.display()
            ));
        }
    }
    none(&breaches);
    let hidden =
        "\n#[derive(Clone)]\npub struct A(Zeroizing<String>);\n#[derive(Debug)]\nstruct B;\n";
    assert_eq!(unhidden(hidden), Vec::<String>::new());
    for open in [
        "\n#[derive(Clone, Debug)]\npub struct A(Zeroizing<String>);\n",
        "\n#[derive(Debug)]\n#[must_use]\npub struct A {\n    a: u8,\n    b: Zeroizing<String>,\n}\n",
    ] {
        assert_eq!(unhidden(open).len(), 1, "{open}");
    }
}

/// What asks something of a path rather than of what was opened, or might.
const QUESTIONS: [&str; 6] =
    [".metadata()", ".symlink_metadata()", ".is_file()", ".is_dir()", ".exists()", ".try_exists()"];

/// Where such a question stands, how often, and why an answer that is out of date a moment later harms nothing
/// (trust I4).
const ASKED: &[(&str, usize, &str)] = &[
    ("cli/app.rs", 1, "which of two ways to open the store, and both say what is wrong with it"),
    ("cli/commands/restore.rs", 1, "whether to make the directory, which may be there by then"),
    ("cli/input.rs", 4, "of the open file; of a path that a person typed, to ask again at once"),
    (
        "cli/mailer.rs",
        3,
        "for a clear message: whatever is there later is used, or fails, as it is",
    ),
    (
        "cli/output_file.rs",
        5,
        "a device is asked again once it is open; else a new file takes the place of whatever is there",
    ),
    ("settings.rs", 1, "which directory has room; files in it are made by O_EXCL"),
    ("settings/trusted_file.rs", 4, "of the open file"),
    (
        "store/backups/place.rs",
        3,
        "of the open and locked file, and whether the path still leads to it; which words a refusal has",
    ),
    (
        "store/backups/reading.rs",
        2,
        "noted before and asked again after the copy, which is thrown away where it differs",
    ),
    ("store/backups/stand_in.rs", 1, "which directory has room; files in it are made by O_EXCL"),
    ("store/header.rs", 3, "of the open file"),
    ("store/making.rs", 1, "of a file under a name that nobody else has"),
    (
        "store/open.rs",
        3,
        "for a warning; where a store is to be made, its name is given by link(2)",
    ),
    (
        "store/standing.rs",
        2,
        "the question itself: whether the path still leads to the open store (trust A9)",
    ),
    (
        "store/unnamed.rs",
        3,
        "of the open file; whether what stands at its path is that, and not to be left alone",
    ),
];

#[test]
fn i4_what_decides_is_asked_of_what_was_opened() {
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for file in sources() {
        let questions: usize =
            QUESTIONS.iter().map(|text| file.lines_with(text, false).len()).sum();
        if questions > 0 {
            asked.insert(file.path.clone(), questions);
        }
    }
    let known: BTreeMap<String, usize> =
        ASKED.iter().map(|(path, count, _)| ((*path).to_owned(), *count)).collect();
    assert_eq!(asked, known, "a new question about a path: say in ASKED why it decides nothing");
}

/// Every variable of ours, and where it is described. None changes a check, a permission or the clock.
const VARIABLES: [&str; 7] = [
    "ADMIT_AS",
    "ADMIT_CONFIG",
    "ADMIT_MAIL",
    "ADMIT_MAIL_PASSWORD_FILE",
    "ADMIT_ORG",
    "ADMIT_PORTAL",
    "ADMIT_STORE",
];

/// The variables of ours that a text names.
fn variables(text: &str) -> BTreeSet<String> {
    let behind = text.split("ADMIT_").skip(1);
    behind
        .map(|rest| {
            let end =
                rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_')).unwrap_or(rest.len());
            format!("ADMIT_{}", &rest[..end])
        })
        .collect()
}

#[test]
fn i5_these_variables_are_read_and_no_other() {
    let known: BTreeSet<String> = VARIABLES.map(str::to_owned).into();
    let mut named = BTreeSet::new();
    let mut read_by_name = BTreeSet::new();
    for file in sources() {
        for (_, literal) in &file.literals {
            named.extend(variables(literal));
        }
        // Who else could read one: the architecture test lets nobody but the settings.
        if file.lines_with("env::var_os", true).is_empty() {
            continue;
        }
        assert_eq!(file.path, "settings.rs");
        read_by_name.insert(file.path);
    }
    assert_eq!(read_by_name.len(), 1);
    assert_eq!(named, known);
    let settings = Source::new("settings.rs", &read("src/settings.rs"), Kind::Code);
    // Each goes through this one function: ours by their constants, and who is behind sudo.
    let calls = settings.lines_with("variable(", false).len();
    assert_eq!(calls, VARIABLES.len() + 3, "a new variable: pin it here, and in README.md");
    for (place, text) in [("README.md", read("README.md")), ("SECURITY.md", read("SECURITY.md"))] {
        let said: BTreeSet<String> =
            variables(&text).into_iter().filter(|name| !name.ends_with("PYTHON")).collect();
        assert_eq!(said, known, "{place}");
    }
}

#[test]
fn i5_nothing_is_left_out_of_a_release() {
    let mut breaches = Vec::new();
    for file in sources() {
        for text in ["debug_assert", "debug_assertions", "cfg(feature", "cfg!(", "cfg_attr("] {
            for line in file.lines_with(text, false) {
                breaches.push(format!(
                    "src/{}:{line}: {text} makes a release another program",
                    file.path
                ));
            }
        }
    }
    none(&breaches);
}
