//! What admit is built from: no crate with a known hole, no unsafe code of its own, nothing for tests in a
//! release. What may be in it at all is `deny.toml`'s, which `.ci/run` asks cargo-deny about.

use std::collections::BTreeMap;
use std::process::Command;

use toml::{Table, Value};

use crate::{none, read, root};

/// The lowest version of a crate that is taken, and why not less.
const FLOORS: &[(&str, [u64; 3], &str)] = &[
    ("idna", [1, 0, 0], "RUSTSEC-2024-0421: names that are not the same, taken for the same"),
    ("lettre", [0, 11, 0], "RUSTSEC-2021-0069: a line with one dot ended a message"),
    (
        "libsqlite3-sys",
        [0, 25, 1],
        "RUSTSEC-2022-0090: long texts went beyond their room in SQLite",
    ),
    ("rustls", [0, 23, 18], "RUSTSEC-2024-0399: a hello in two parts stopped a server"),
    ("rustls-webpki", [0, 103, 0], "RUSTSEC-2023-0053: a certificate took minutes to verify"),
    ("ring", [0, 17, 12], "RUSTSEC-2025-0009: a panic where overflow is checked"),
    ("chrono", [0, 4, 20], "RUSTSEC-2020-0159: the environment read while another thread wrote it"),
    ("time", [0, 2, 23], "RUSTSEC-2020-0071: as chrono's"),
];

/// What is in no program of ours, whatever asks for it.
const NEVER: [&str; 4] = ["openssl", "native-tls", "reqwest", "libloading"];

fn locked() -> BTreeMap<String, Vec<(String, Option<String>)>> {
    let lock: Table = read("Cargo.lock").parse().unwrap();
    let mut crates: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let text = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
        crates
            .entry(text("name").unwrap())
            .or_default()
            .push((text("version").unwrap(), text("source")));
    }
    crates
}

fn numbers(version: &str) -> [u64; 3] {
    let plain = version.split(['-', '+']).next().unwrap();
    let mut parts = plain.split('.').map(|part| part.parse().unwrap());
    [parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap()]
}

#[test]
fn l1_no_crate_is_older_than_the_mending_of_its_holes() {
    let crates = locked();
    let mut breaches = Vec::new();
    for (name, floor, why) in FLOORS {
        let versions = crates.get(*name).into_iter().flatten();
        for (version, _) in versions.filter(|(version, _)| numbers(version) < *floor) {
            breaches.push(format!("Cargo.lock: {name} {version} is below {floor:?}: {why}"));
        }
    }
    for name in NEVER.iter().filter(|name| crates.contains_key(**name)) {
        breaches.push(format!("Cargo.lock: {name} is not to be built in"));
    }
    none(&breaches);
}

#[test]
fn l1_every_crate_is_from_the_registry_and_of_the_bytes_that_were_looked_at() {
    let lock: Table = read("Cargo.lock").parse().unwrap();
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    let mut breaches = Vec::new();
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let from = package.get("source").and_then(Value::as_str);
        let sealed =
            package.get("checksum").and_then(Value::as_str).is_some_and(|sum| sum.len() == 64);
        if name != "admit" && !(from == Some(registry) && sealed) {
            breaches.push(format!("Cargo.lock: {name} is from {from:?}"));
        }
    }
    none(&breaches);
}

#[test]
fn l1_the_policy_is_asked_in_every_run() {
    let policy: Table = read("deny.toml").parse().unwrap();
    assert_eq!(policy["bans"]["multiple-versions"].as_str(), Some("deny"));
    assert_eq!(policy["bans"]["wildcards"].as_str(), Some("deny"));
    assert_eq!(policy["sources"]["unknown-registry"].as_str(), Some("deny"));
    assert_eq!(policy["sources"]["unknown-git"].as_str(), Some("deny"));
    assert!(policy["advisories"]["ignore"].as_array().unwrap().is_empty());
    for row in policy["bans"]["skip"].as_array().unwrap() {
        assert!(row.get("reason").is_some(), "{row:?}: say why there are two");
    }
    let run = read(".ci/run");
    assert!(run.contains("check bans licenses sources"), "{run}");
    assert!(run.contains("--locked -- -D warnings"), "{run}");
}

#[test]
fn l2_no_unsafe_code_and_no_panic_by_the_way_are_rules_of_the_compiler() {
    let manifest: Table = read("Cargo.toml").parse().unwrap();
    let level = |tool: &str, lint: &str| match &manifest["lints"][tool][lint] {
        Value::String(level) => level.clone(),
        other => other["level"].as_str().unwrap().to_owned(),
    };
    assert_eq!(level("rust", "unsafe_code"), "forbid");
    // .ci/run makes errors of warnings.
    for lint in [
        "unwrap_used",
        "expect_used",
        "print_stdout",
        "print_stderr",
        "dbg_macro",
        "todo",
        "unimplemented",
        "exit",
    ] {
        assert_eq!(level("clippy", lint), "warn", "{lint}");
    }
    let mut breaches = Vec::new();
    for file in crate::source::read_all(&root().join("src")) {
        for text in [
            "unsafe",
            "allow(clippy::unwrap_used",
            "allow(clippy::expect_used",
            "allow(clippy::print",
        ] {
            for line in file.lines_with(text, text == "unsafe") {
                breaches.push(format!("src/{}:{line}: {text}", file.path));
            }
        }
    }
    none(&breaches);
}

#[test]
fn l3_a_release_is_the_program_that_was_tested() {
    let manifest: Table = read("Cargo.toml").parse().unwrap();
    // No switch at build time, so that there is one program; and no code that runs while it is built.
    assert!(manifest.get("features").is_none());
    assert!(manifest.get("build-dependencies").is_none() && !root().join("build.rs").exists());
    let release = &manifest["profile"]["release"];
    assert!(release.get("debug-assertions").is_none() && release.get("panic").is_none());
}

/// The command in SECURITY.md that lists what is in the program.
fn list_of_parts() -> Vec<String> {
    let text = read("SECURITY.md");
    let line = text.lines().find(|line| line.starts_with("cargo tree ")).unwrap();
    let (command, rest) = line.split_once(" | ").unwrap();
    assert_eq!(rest, "sort -u");
    let words = command.split(" '").enumerate().flat_map(|(at, part)| match at {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.trim_end_matches('\'').to_owned()],
    });
    words.skip(1).collect()
}

#[test]
fn l3_what_is_in_the_program_is_listed_with_its_licences() {
    let output = Command::new(env!("CARGO"))
        .args(list_of_parts())
        .arg("--offline")
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).unwrap();
    let crates = locked();
    let mut names = Vec::new();
    for line in listed.lines() {
        let line = line.trim_end_matches(" (*)");
        let (name, rest) = line.split_once(" v").unwrap();
        let (version, licence) = rest.split_once(' ').unwrap();
        assert!(crates[name].iter().any(|(locked, _)| locked == version), "{line}");
        assert!(licence.contains(|c: char| c.is_ascii_uppercase()), "{line}: under which licence?");
        names.push(name.to_owned());
    }
    for part in ["rusqlite", "libsqlite3-sys", "rustls", "argon2"] {
        assert!(names.iter().any(|name| name == part), "{part} is not in the list");
    }
    // What tests alone need is in no release.
    for tool in ["assert_cmd", "expectrl", "proptest", "snapbox", "mail-parser"] {
        assert!(!names.iter().any(|name| name == tool), "{tool} is in the program");
    }
}
