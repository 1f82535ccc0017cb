//! Texts that reach the store past admit, by another program: none of them comes out raw, whatever is asked
//! (trust G1). Most are refused as damage; where one can be shown, it is escaped.

use admit::domain::status::Status;

use super::{assert_harmless, steers};
use crate::support::World;
use crate::support::terminal::ENTER;

const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\r\nroot";

/// Every column of text in which somebody's words stand.
const COLUMNS: &[(&str, &str)] = &[
    ("users", "name"),
    ("users", "email_typed"),
    ("users", "email"),
    ("organizations", "name"),
    ("organizations", "slug"),
    ("organizations", "template"),
    ("organizations", "mail_subject"),
    ("organizations", "plan"),
    ("organizations", "sender"),
    ("organizations", "portal"),
    ("teams", "name"),
    ("roles", "name"),
    ("roles", "title"),
    ("permissions", "name"),
    ("permissions", "title"),
    ("role_grants", "permission"),
    ("modules", "name"),
    ("modules", "title"),
    ("sub_accounts", "name"),
    ("sub_accounts", "title"),
    ("agents", "source"),
    ("agents", "agent_id"),
    ("agents", "name"),
    ("batches", "source"),
    ("phones", "extension"),
    ("phones", "pin_hash"),
    ("domains", "domain"),
    ("deliveries", "answer"),
    ("mail_templates", "source"),
    ("audit", "actor"),
    ("audit", "login"),
    ("audit", "sudo_user"),
    ("audit", "action"),
    ("audit", "organization"),
    ("audit", "subjects"),
    ("audit", "detail"),
    ("store", "seen_boot"),
];

/// What shows, asks about, exports or mails what is there.
const COMMANDS: &[&str] = &[
    "list",
    "list --format csv",
    "show bob@example.com",
    "agent list",
    "role show",
    "team list",
    "org show",
    "module list",
    "sub-account list",
    "domain list",
    "delivery list",
    "stats",
    "audit list --all",
    "audit verify",
    "can bob@example.com view-insights",
    "mail preview bob@example.com",
    "export --format jsonl",
    "cancel bob@example.com --dry-run",
    "import people.csv --dry-run",
    "resend bob@example.com",
];

/// One of everything that has a text, with a mail in a folder.
fn with_one_of_everything() -> World {
    let world = World::with_people();
    std::fs::create_dir(world.home().join("mails")).unwrap();
    world.mail_settings(&format!("server = \"folder:{}/mails\"", world.home().display()));
    world.file("people.csv", "email,name,role\nyan@example.com,Yan,agent\n");
    world.file("words.txt", "Come to {{ organization }}: {{ link }}\n");
    let door = ["add", "Door", "--extension=1001", "--pin-stdin"];
    for words in [
        &["org", "set", "--login-less=allowed", "--plan=Gold", "--sender=in@acme.example"][..],
        &["org", "set", "--portal=https://p.example.com/in"],
        &["module", "add", "own-page"],
        &["sub-account", "add", "north"],
        &["domain", "block", "bad.example"],
        &["import", "people.csv"],
        &["set-team", "bob@example.com", "--team", "Support"],
        &["assign-agent", "bob@example.com", "voice:4711"],
        &["mail", "template", "set", "words.txt", "--kind=invitation", "--part=text"],
        &["resend", "bob@example.com"],
    ] {
        world.admit(words).assert_code(0);
    }
    world.admit_with("481516\n", door).assert_code(0);
    world.put("ann@example.com", Status::Active);
    world
}

#[test]
fn g1_no_text_in_the_store_reaches_a_person_raw() {
    let world = with_one_of_everything();
    let pristine = std::fs::read(world.store_path()).unwrap();
    let mut shown = 0;
    for (number, (table, column)) in COLUMNS.iter().enumerate() {
        std::fs::write(world.store_path(), &pristine).unwrap();
        let sqlite = world.sqlite();
        sqlite
            .execute_batch(
                "PRAGMA ignore_check_constraints = on; PRAGMA foreign_keys = off;
                 DROP TRIGGER audit_is_never_changed",
            )
            .unwrap();
        // A number behind it keeps what must be unique so.
        let update = format!("UPDATE {table} SET {column} = ?1 || rowid");
        let update = match sqlite.prepare(&update) {
            Ok(_) => update,
            Err(_) => format!("UPDATE {table} SET {column} = ?1 || substr({column}, 1)"),
        };
        let changed = sqlite.execute(&update, [HOSTILE]).unwrap();
        assert!(changed > 0, "there is no {table}.{column}");
        sqlite.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(sqlite);
        // Every fourth for each, in turns: all meet all kinds of commands in little time.
        for line in COMMANDS.iter().skip(number % 4).step_by(4).chain(&COMMANDS[..2]) {
            let run = world.admit(line.split(' '));
            assert_harmless(&run, &format!("{table}.{column}: {line}"));
            shown += usize::from(run.stdout.contains("\\u{1b}") || run.stdout.contains("\\u001b"));
        }
    }
    assert!(shown > 0, "{shown} answers show one: what is asked for shows too little");
    for mail in std::fs::read_dir(world.home().join("mails")).unwrap() {
        let mail = std::fs::read_to_string(mail.unwrap().path()).unwrap();
        let raw = mail.replace("\r\n", "\n").chars().find(|&c| steers(c));
        assert_eq!(raw, None, "{mail:?}");
    }
}

/// Puts a hostile text into a column that no rule is asked about when it is shown.
fn soiled() -> World {
    let world = with_one_of_everything();
    let sqlite = world.sqlite();
    for (table, column) in [("roles", "title"), ("permissions", "title"), ("batches", "source")] {
        let sql = format!("UPDATE {table} SET {column} = ?1 || {column}");
        sqlite.execute(&sql, [HOSTILE]).unwrap();
    }
    world
}

#[test]
fn g1_questions_and_completions_show_nothing_raw() {
    let world = soiled();
    let ours = regex_lite::Regex::new("\u{1b}\\[[0-9;?]*[A-Za-z]").unwrap();
    let clean = |raw: &str, what: &str| {
        let left = ours.replace_all(raw, "").replace(['\r', '\n'], "");
        assert_eq!(left.chars().find(|&c| steers(c)), None, "{what}: {left:?}");
    };
    for line in ["admit role show", "admit list", "admit show bob@example.com", "admit audit list"]
    {
        clean(&world.terminal(line).end().raw, line);
    }
    let mut terminal = world.terminal("admit set-role bob@example.com");
    terminal.see("Which role for").press([ENTER]);
    clean(&terminal.end().raw, "a question");
    for words in ["admit set-role bob@example.com --role ''", "admit import --team ''"] {
        let count = words.split(' ').count() - 1;
        let script = format!(
            "COMPLETE=bash _CLAP_COMPLETE_INDEX={count} _CLAP_IFS=$'\\n' _CLAP_COMPLETE_COMP_TYPE=9 _CLAP_COMPLETE_SPACE=true admit -- {words}"
        );
        let run = world.bash(&script);
        assert_harmless(&run, words);
        assert!(!run.stdout.is_empty(), "{run}");
    }
}
