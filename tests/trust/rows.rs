//! The table in SECURITY.md: each row stands there once, and is shown by what its last cell names.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::rust_files;
use crate::{none, read, root};

/// The sections, and how many rows each has.
const SECTIONS: [(char, u32); 12] = [
    ('A', 12),
    ('B', 15),
    ('C', 17),
    ('D', 13),
    ('E', 10),
    ('F', 15),
    ('G', 10),
    ('H', 11),
    ('I', 6),
    ('J', 7),
    ('K', 10),
    ('L', 4),
];

/// A reason has at least so many characters.
const REASON: usize = 20;

fn ids() -> impl Iterator<Item = String> {
    SECTIONS
        .into_iter()
        .flat_map(|(section, rows)| (1..=rows).map(move |row| format!("{section}{row}")))
}

/// Whether a word is a row's id, in lower case: `c14`.
fn is_id(word: &str) -> bool {
    let (section, number) = word.split_at(1.min(word.len()));
    section.bytes().all(|byte| byte.is_ascii_lowercase())
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The ids with which a name begins: `e2_e7_who_is_not_in` has two.
fn ids_of(name: &str) -> impl Iterator<Item = String> {
    name.split('_').take_while(|word| is_id(word)).map(str::to_uppercase)
}

/// The names of the test functions in a file.
fn tests_in(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        match line.strip_prefix("fn ") {
            Some(rest) if marked => {
                names.extend(rest.split('(').next());
                marked = false;
            }
            _ if line == "#[test]" => marked = true,
            _ if line.starts_with("#[") || line.starts_with("//") => {}
            _ => marked = false,
        }
    }
    names
}

/// Every row that a test or a case of the fault runner shows.
fn shown() -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    for folder in ["src", "tests"] {
        for path in rust_files(&root().join(folder)) {
            let text = std::fs::read_to_string(path).unwrap();
            shown.extend(tests_in(&text).into_iter().flat_map(ids_of));
        }
    }
    if let Ok(cases) = std::fs::read_dir(root().join("tests/faults/cases")) {
        for case in cases {
            let name = case.unwrap().file_name().into_string().unwrap();
            shown.extend(name.strip_suffix(".sh").into_iter().flat_map(ids_of));
        }
    }
    shown
}

/// The rows of the table: what must hold, and where that is shown.
fn table(text: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut rows: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").map(str::trim).collect();
        if let [id, what, place] = cells[..]
            && is_id(&id.to_lowercase())
        {
            rows.entry(id.to_owned()).or_default().push((what.to_owned(), place.to_owned()));
        }
    }
    rows
}

/// What is wrong with a table, where these rows are shown.
fn faults(text: &str, shown: &BTreeSet<String>) -> Vec<String> {
    let rows = table(text);
    let mut faults = Vec::new();
    for id in ids() {
        let [(what, place)] = rows.get(&id).map_or(&[][..], Vec::as_slice) else {
            faults.push(format!("SECURITY.md: {id} stands in the table not exactly once"));
            continue;
        };
        let named = format!("`{}_`", id.to_lowercase());
        let reason = place.strip_prefix("not held: ");
        if what.is_empty() {
            faults.push(format!("SECURITY.md: {id} does not say what must hold"));
        }
        match reason {
            Some(reason) if reason.len() < REASON => {
                faults.push(format!("SECURITY.md: {id} is not held, and why is not said"));
            }
            Some(_) => {}
            None if *place != named => {
                faults.push(format!(
                    "SECURITY.md: {id} says {place:?}, not {named} or \"not held: …\""
                ));
            }
            None if !shown.contains(&id) => faults.push(format!(
                "SECURITY.md: {id} is shown by no test: name one {named}… or say \"not held: …\""
            )),
            None => {}
        }
    }
    let known: BTreeSet<String> = ids().collect();
    faults.extend(
        rows.keys()
            .filter(|id| !known.contains(*id))
            .map(|id| format!("SECURITY.md: {id} is no row of this table: add it to SECTIONS")),
    );
    faults
}

#[test]
fn every_row_of_the_table_is_shown_by_a_test() {
    none(&faults(&read("SECURITY.md"), &shown()));
}

#[test]
fn no_test_names_a_row_that_is_not_there() {
    let known: BTreeSet<String> = ids().collect();
    let strange: Vec<String> = shown().difference(&known).cloned().collect();
    none(&strange);
}

/// The check itself finds what is wrong with a table.
#[test]
fn the_table_is_read_as_it_is_written() {
    let text = "#[test]\n#[cfg(unix)]\nfn a1_x() {\n#[test]\nfn e2_e7_y() {}\nfn b1_no_test() {}\n";
    assert_eq!(tests_in(text), ["a1_x", "e2_e7_y"]);
    assert_eq!(ids_of("e2_e7_who_c1").collect::<Vec<_>>(), ["E2", "E7"]);
    assert_eq!(ids_of("utf8_and_more").count(), 0);
    let whole: String =
        ids().map(|id| format!("| {id} | it holds | `{}_` |\n", id.to_lowercase())).collect();
    let all: BTreeSet<String> = ids().collect();
    assert_eq!(all.len(), 130);
    assert_eq!(faults(&whole, &all), Vec::<String>::new());
    for (from, to) in [
        ("| A1 | it holds | `a1_` |\n", ""),
        ("| A1 | it holds | `a1_` |\n", "| A1 | it holds | `a1_` |\n| A1 | it holds | `a1_` |\n"),
        ("| A1 | it holds | `a1_` |\n", "| A1 | it holds | `a2_` |\n"),
        ("| A1 | it holds | `a1_` |\n", "| A1 | it holds | not held: no |\n"),
        ("| A1 | it holds | `a1_` |\n", "| A1 | it holds | `a1_` |\n| A13 | it holds | `a13_` |\n"),
    ] {
        assert_eq!(faults(&whole.replace(from, to), &all).len(), 1, "{to}");
    }
    let less: BTreeSet<String> = ids().filter(|id| id != "A1").collect();
    assert_eq!(faults(&whole, &less).len(), 1);
}
