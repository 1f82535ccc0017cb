//! Every limit on a text, at it and one beyond, by every way in (trust F14). Each says how long it may be.

use crate::support::{Run, World};

/// A command with `{}` for a text of that many letters, and what one more is told.
struct Limit {
    words: &'static [&'static str],
    letters: usize,
    letter: &'static str,
    says: &'static str,
}

const fn limit(
    words: &'static [&'static str],
    letters: usize,
    letter: &'static str,
    says: &'static str,
) -> Limit {
    Limit { words, letters, letter, says }
}

const LIMITS: &[Limit] = &[
    limit(&["invite", "{}@example.com", "--no-send"], 64, "a", "before the '@'"),
    limit(&["invite", "a@{}.example", "--no-send"], 63, "b", "63"),
    limit(&["invite", "n@example.com", "--no-send", "--name={}"], 200, "é", "200 characters"),
    limit(&["add", "{}", "--extension=1001"], 200, "字", "200 characters"),
    limit(&["add", "Door", "--extension={}"], 15, "7", "2 to 15 digits"),
    limit(&["team", "create", "{}"], 80, "é", "80 characters"),
    limit(&["team", "rename", "Support", "{}"], 80, "字", "80 characters"),
    limit(&["agent", "add", "voice:{}"], 100, "é", "100 characters"),
    limit(&["agent", "add", "{}:1"], 40, "v", "1 to 40 letters"),
    limit(&["role", "create", "{}", "--below=agent"], 40, "r", "1 to 40 letters"),
    limit(&["role", "create", "coach", "--below=agent", "--title={}"], 80, "é", "80 characters"),
    limit(&["module", "add", "{}"], 40, "m", "1 to 40 letters"),
    limit(&["module", "add", "own", "--title={}"], 80, "é", "80 characters"),
    limit(&["sub-account", "add", "{}"], 40, "s", "1 to 40 letters"),
    limit(&["sub-account", "add", "own", "--title={}"], 80, "é", "80 characters"),
    limit(&["org", "create", "{}", "--owner=o@example.com"], 40, "o", "1 to 40"),
    limit(
        &["org", "create", "lab", "--name={}", "--owner=o@example.com"],
        100,
        "é",
        "100 characters",
    ),
    limit(&["org", "set", "--plan={}"], 40, "é", "40 characters"),
    limit(&["org", "rename", "main", "{}"], 40, "o", "1 to 40"),
    // 483 letters, and what stands before them.
    limit(&["org", "set", "--portal=https://p.example/{}"], 482, "p", "portal's address"),
    limit(&["domain", "block", "{}.example"], 63, "d", "63"),
];

/// Columns of files, with the rest of a row.
const CELLS: &[(&[&str], &str, &str, usize, &str)] = &[
    (&["import", "-"], "email\n{}@example.com\n", "a", 64, "before the '@'"),
    (&["import", "-"], "email,name\nn@example.com,{}\n", "é", 200, "200 characters"),
    (
        &["import", "-", "--create-teams"],
        "email,team\nn@example.com,{}\n",
        "é",
        80,
        "80 characters",
    ),
    (&["agent", "import", "-"], "agent_id,source\n{},voice\n", "é", 100, "100 characters"),
    (&["agent", "import", "-"], "agent_id,source\n1,{}\n", "v", 40, "1 to 40 letters"),
    (&["agent", "import", "-"], "agent_id,source,name\n1,voice,{}\n", "字", 200, "200 characters"),
    (
        &["import", "-", "--type=login-less"],
        "name,extension\n{},1001\n",
        "é",
        200,
        "200 characters",
    ),
    (&["import", "-", "--type=login-less"], "name,extension\nDoor,{}\n", "7", 15, "2 to 15 digits"),
    (
        &["import", "-", "--type=login-less"],
        "name,extension,pin\nDoor,1001,90{}\n",
        "7281694035",
        1,
        "digits",
    ),
];

fn world() -> (World, Vec<u8>) {
    let world = World::with_people();
    world.admit(["org", "set", "--login-less=allowed", "--disposable=allowed"]).assert_code(0);
    let pristine = std::fs::read(world.store_path()).unwrap();
    (world, pristine)
}

#[track_caller]
fn refused(run: &Run, what: &str, says: &str) {
    assert!([1, 2, 3, 65].contains(&run.code), "{what}: {run}");
    assert!(run.stderr.contains(says), "{what}: {run}");
    assert!(run.stderr.len() < 2_000, "{what}: {run}");
}

#[test]
fn f14_arguments_fit_up_to_their_limit_and_not_beyond() {
    let (world, pristine) = world();
    for Limit { words, letters, letter, says } in LIMITS {
        let run = |count: usize| {
            std::fs::write(world.store_path(), &pristine).unwrap();
            let text = letter.repeat(count);
            world.admit(words.iter().map(|word| word.replace("{}", &text)))
        };
        let fits = run(*letters);
        assert_eq!(fits.code, 0, "{words:?}: {fits}");
        refused(&run(letters + 1), &format!("{words:?}"), says);
    }
}

#[test]
fn f14_cells_fit_up_to_their_limit_and_not_beyond() {
    let (world, pristine) = world();
    for (words, file, letter, letters, says) in CELLS {
        let run = |count: usize| {
            std::fs::write(world.store_path(), &pristine).unwrap();
            world.admit_with(file.replace("{}", &letter.repeat(count)), *words)
        };
        let fits = run(*letters);
        assert_eq!(fits.code, 0, "{file:?}: {fits}");
        refused(&run(letters + 1), file, says);
    }
}

#[test]
fn f14_addresses_and_files_fit_up_to_their_limit_and_not_beyond() {
    let (world, _) = world();
    let address = |length: usize| {
        let domain = format!("{0}.{0}.{0}.", "d".repeat(49));
        format!("ann@{domain}{}.example", "e".repeat(length - 4 - domain.len() - 8))
    };
    // 254 octets would have a label that is too long; three of 49 and one of 63 are a lawful 225.
    world.admit(["invite", &address(225), "--no-send"]).assert_code(0);
    let whole = format!("{}@{}", "l".repeat(64), "d.".repeat(91) + "example");
    assert_eq!(whole.len(), 254);
    world.admit(["invite", &whole, "--no-send"]).assert_code(0);
    let run =
        world.admit(["invite", &format!("{}@d{}", "l".repeat(64), "d.".repeat(91) + "example")]);
    refused(&run, "an address", "254");
    let words = |bytes: usize| {
        world.file("words.txt", format!("{{{{ link }}}}{}", "w".repeat(bytes - 10)));
        world.admit(["mail", "template", "set", "words.txt", "--kind=invitation", "--part=text"])
    };
    words(64 * 1024).assert_code(0);
    let run = words(64 * 1024 + 1);
    assert!(run.code != 0 && run.stderr.contains("64 KB"), "{run}");
}
