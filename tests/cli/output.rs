//! What holds for the output of every command: where it goes, what happens when it cannot go there,
//! and what never gets into it.

use snapbox::{assert_data_eq, str};

use crate::support::World;

/// What would move a cursor, ring a bell or turn a line around.
const HOSTILE: [char; 4] = ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'];

/// As many people as fill a pipe several times.
fn crowd() -> World {
    let world = World::with_store();
    let rows: String = (0..5_000).map(|n| format!("user{n:05}@example.com\n")).collect();
    world.admit_with(format!("email\n{rows}"), ["import", "-"]).assert_code(0);
    world
}

#[test]
fn g6_a_full_disk_under_stdout_is_74() {
    let world = World::with_people();
    for words in ["list", "list --format json", "export", "template list", "man", "import --sample"]
    {
        let run = world.bash(&format!("admit {words} > /dev/full"));
        assert_eq!(run.code, 74, "{words}: {run}");
        let says = "error: the output cannot be written: no space left on device\n";
        assert!(run.stderr.ends_with(says), "{words}: {run}");
    }
}

#[test]
fn g5_a_pipe_that_is_closed_early_ends_quietly() {
    let world = crowd();
    for format in ["table", "json", "jsonl", "csv", "ids"] {
        let script = format!(
            "admit list --all --format {format} | head -1 > /dev/null; echo ${{PIPESTATUS[0]}}"
        );
        let run = world.bash(&script);
        assert_eq!(run.stderr, "", "{format}");
        assert_eq!(run.stdout, "0\n", "{format}");
    }
}

#[test]
fn g7_a_stderr_that_takes_nothing_changes_no_result() {
    let world = World::with_people();
    world.bash("admit cancel bob@example.com 2> /dev/full > /dev/null").assert_code(0);
    world.bash("admit cancel cid@example.com 2>&- > /dev/null").assert_code(0);
    world.bash("admit cancel cid@example.com 2>&-").assert_code(1);
    world.bash("admit --nope 2> /dev/full").assert_code(2);
    assert_eq!(world.answer(["list", "--format", "ids"]), "ann@example.com\n");
}

#[test]
fn g9_nothing_is_needed_from_the_environment() {
    let world = World::with_people();
    let store = world.store_path();
    let script = format!(
        "cd /; admit=$(command -v admit); env -i $admit --store '{}' list --format ids <&-",
        store.display()
    );
    let run = world.bash(&script);
    assert_eq!(run.stdout, "ann@example.com\nbob@example.com\ncid@example.com\n", "{run}");
    let script = "cd /; admit import - <&-";
    assert_data_eq!(
        world.bash(script).to_string(),
        str![[r#"
--- stderr
error: stdin: the file is empty
--- exit 65

"#]]
    );
    world.bash("cd /; admit invite ann@example.com <&- >&- 2>&-").assert_code(1);
}

#[test]
fn f15_arguments_that_are_no_utf8_are_a_usage_error_and_paths_may_be_anything() {
    let world = World::with_people();
    for words in ["show", "list --search", "invite", "cancel", "assign-agent", "init --template"] {
        let run = world.bash(&format!("admit {words} $'\\xff\\xfe'"));
        assert_eq!(run.code, 2, "{words}: {run}");
        assert!(run.stderr.contains("invalid UTF-8"), "{words}: {run}");
    }
    let run = world.bash("admit import $'\\xff.csv' 2>/dev/null");
    run.assert_code(66);
    world
        .bash("printf 'email\\nzoe@example.com\\n' > $'\\xff.csv'; admit import $'\\xff.csv'")
        .assert_code(0);
    world.bash("admit --store $'\\xff.db' init && admit --store $'\\xff.db' list").assert_code(0);
}

#[test]
fn f15_two_dashes_end_the_options() {
    let world = World::with_people();
    world.admit(["invite", "--", "-dash@example.com"]).assert_code(0);
    world.admit(["cancel", "--", "-dash@example.com"]).assert_code(0);
    world.file("-odd.csv", "email\nzoe@example.com\n");
    world.admit(["import", "--", "-odd.csv"]).assert_code(0);
}

#[test]
fn g8_a_pipe_gets_no_colour_unless_it_is_asked_for() {
    let world = World::with_people();
    let codes = |words: &str| {
        let run = world.bash(&format!("{words} list; {words} cancel nobody@example.com"));
        (run.stdout.contains("\u{1b}["), run.stderr.contains("\u{1b}["))
    };
    assert_eq!(codes("admit"), (false, false));
    assert_eq!(codes("TERM=xterm COLORTERM=truecolor admit"), (false, false));
    assert_eq!(codes("NO_COLOR=1 admit"), (false, false));
    assert_eq!(codes("admit --color always"), (true, true));
    assert_eq!(codes("NO_COLOR=1 admit --color always"), (true, true), "a flag says more");
    assert_eq!(codes("CLICOLOR_FORCE=1 admit --color never"), (false, false));
    for format in ["json", "jsonl", "csv", "ids"] {
        let run = world.admit(["list", "--format", format, "--color", "always"]);
        assert!(!run.stdout.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn controls_in_the_store_are_damage_and_come_out_in_no_format() {
    let world = World::with_people();
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\r\nroot";
    let sqlite = world.sqlite();
    sqlite.execute_batch("PRAGMA ignore_check_constraints = on").unwrap();
    for sql in [
        "UPDATE users SET name = ?1 WHERE id = 2",
        "UPDATE agents SET name = ?1 WHERE agent_id = '4711'",
    ] {
        sqlite.execute(sql, [hostile]).unwrap();
    }
    drop(sqlite);
    for words in [
        &["list"][..],
        &["show", "bob@example.com"],
        &["agent", "list"],
        &["agent", "show", "voice:4711"],
        &["cancel", "bob@example.com"],
    ] {
        for format in ["table", "json", "jsonl", "csv", "ids"] {
            let run = world.admit(words.iter().chain(&["--format", format]));
            run.assert_code(74);
            assert!(run.stderr.contains("name holds a control character (U+001B)"), "{run}");
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(!said.contains(HOSTILE), "{words:?} {format}: {said:?}");
        }
    }
}

#[test]
fn g1_who_acts_and_from_which_file_reaches_a_person_escaped() {
    let world = World::with_store();
    let name = "$'a\\e]0;x\\a\\xc2\\x9b\\xe2\\x80\\xae.csv'";
    let script = format!(
        "printf 'email\\nann@example.com\\n' > {name}; SUDO_USER={name} admit import {name}; \
         admit audit list; admit show ann@example.com"
    );
    let run = world.bash(&script);
    run.assert_code(0);
    assert!(run.stdout.contains(r"\u{1b}]0;x\u{7}\u{9b}\u{202e}.csv"), "{run}");
    assert!(!format!("{}{}", run.stdout, run.stderr).contains(HOSTILE), "{run}");
}

#[test]
fn g2_what_is_typed_does_not_come_back_raw() {
    let world = World::with_people();
    for words in [
        "show",
        "list --status",
        "import",
        "agent show",
        "cancel",
        "init --template",
        "list",
        "assign-agent bob@example.com",
        "import --team",
        "--fields",
    ] {
        let run = world.bash(&format!("admit {words} $'\\e]0;x\\a\\xc2\\x9b31m\\xe2\\x80\\xaey'"));
        assert_ne!(run.code, 0, "{words}: {run}");
        assert!(!run.stderr.contains(HOSTILE), "{words}: {run}");
    }
}

#[test]
fn quiet_leaves_the_answer_and_the_errors() {
    let world = World::with_people();
    let run = world.admit(["cancel", "bob@example.com", "nobody@example.com", "--quiet"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User                Result     Released agents
bob@example.com     cancelled  -
nobody@example.com  unknown    -
--- stderr
error: no user nobody@example.com in main
hint: find people: admit list --search TEXT
--- exit 3

"#]]
    );
}

#[test]
fn unknown_fields_and_formats_are_usage_errors_before_anything_happens() {
    let world = World::with_people();
    for words in [
        ["cancel", "bob@example.com", "--fields", "nope"],
        ["cancel", "bob@example.com", "--format", "xml"],
    ] {
        world.admit(words).assert_code(2);
    }
    assert!(world.answer(["list", "--format", "ids"]).contains("bob@example.com"));
    assert_data_eq!(
        world.admit(["list", "--fields", "email,emial"]).to_string(),
        str![[r#"
--- stderr
error: there is no field `emial`; the fields are id, email, name, role, team, status, pending, agents, modules, sub_accounts, expires_at, last_login_at, created_at, batch, extension, portal_access
--- exit 2

"#]]
    );
}

#[test]
fn a_change_whose_answer_cannot_be_written_says_that_it_was_made() {
    let world = World::with_people();
    let run = world.bash("admit send cid@example.com >/dev/full");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
warning: the change was made; its answer was not read to the end
hint: links that were not seen are lost; make new ones: admit resend USER…
error: the output cannot be written: no space left on device
--- exit 74

"#]]
    );
    let run = world.bash("admit resend cid@example.com | true; echo ${PIPESTATUS[0]}");
    assert_eq!(run.stdout, "0\n");
}

#[test]
fn an_address_may_begin_like_a_number() {
    let world = World::with_store();
    world.admit(["invite", "#12@example.com", "--no-send"]).assert_code(0);
    let run = world
        .bash("admit list --pending --format ids | admit send - --format csv --fields user,link");
    assert!(run.assert_code(0).stdout.contains("#12@example.com,"), "{run}");
}
