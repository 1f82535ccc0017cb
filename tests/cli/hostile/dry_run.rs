//! `--dry-run` of every command that has it: the store stays as it was, byte for byte, and the exit code is
//! that of the command without it (trust F12). The commands are asked of clap.

use std::collections::BTreeSet;

use admit::domain::status::Status;

use super::leaves;
use crate::support::{PASSWORD, World};

/// One that is done and some that are refused, of every command. The file T holds the token of a link.
/// What is no link is not here: that somebody guesses is kept in the audit, also where it is a rehearsal.
const LINES: &[&str] = &[
    "init --store other.db",
    "init",
    "invite zed@example.com",
    "invite ann@example.com",
    "invite zed@example.com ann@example.com",
    "add Door --extension 1002",
    "add Door --extension 1001",
    "import people.csv",
    "import bad.csv",
    "import bad.csv --keep-going",
    "import phones.csv --type login-less",
    "send cid@example.com",
    "send ann@example.com",
    "resend bob@example.com",
    "resend bob@example.com nobody@example.com",
    "delivery retry bob@example.com",
    "delivery retry nobody@example.com",
    "cancel bob@example.com",
    "cancel ann@example.com",
    "accept --token-file T --password-stdin --name Bob",
    "decline --token-file T --yes",
    "expire",
    "deactivate max@example.com",
    "deactivate bob@example.com",
    "reactivate off@example.com",
    "reactivate ann@example.com",
    "remove bob@example.com --yes",
    "remove nobody@example.com --yes",
    "set-role bob@example.com --role user",
    "set-role bob@example.com --role boss",
    "set-team bob@example.com --team Night",
    "set-team bob@example.com --team Nowhere",
    "password reset ann@example.com",
    "password reset bob@example.com",
    "pin reset ext:1001",
    "pin reset bob@example.com",
    "assign-agent bob@example.com voice:4712",
    "assign-agent bob@example.com voice:nope",
    "unassign-agent bob@example.com voice:4711",
    "unassign-agent bob@example.com voice:4712",
    "grant bob@example.com --sub-account south",
    "grant bob@example.com --sub-account nowhere",
    "revoke bob@example.com --sub-account north",
    "revoke bob@example.com --sub-account nowhere",
    "agent import agents.csv",
    "agent import people.csv",
    "agent add voice:9",
    "agent add voice:4711",
    "role create coach --below agent",
    "role create agent --below agent",
    "role edit user --grant export-charts",
    "role edit boss --grant export-charts",
    "role delete spare --yes",
    "role delete agent --yes",
    "team create Dawn",
    "team create Night",
    "team rename Night Late",
    "team rename Night Support",
    "team delete Night --yes",
    "team delete Nowhere --yes",
    "team leaders Support --add ann@example.com",
    "team leaders Nowhere --add ann@example.com",
    "org create acme --owner o@example.com",
    "org create main --owner o@example.com",
    "org use lab",
    "org use nowhere",
    "org set --plan Silver",
    "org set nowhere --plan Silver",
    "org rename lab works",
    "org rename lab main",
    "org delete lab --yes",
    "org delete nowhere --yes",
    "domain allow example.org",
    "domain block example.org",
    "domain forget bad.example",
    "domain forget example.org",
    "module add own",
    "module add own-page",
    "module remove own-page --yes",
    "module remove nowhere --yes",
    "sub-account add east",
    "sub-account add north",
    "sub-account remove north --yes",
    "sub-account remove nowhere --yes",
    "search-index build",
    "search-index drop",
    "mail template set words.txt --kind invitation --part subject",
    "mail template set bad.txt --kind invitation --part subject",
    "mail template reset --kind reminder --part subject",
    "doctor",
    "doctor --repair",
    "doctor --accept-changes --yes",
    "restore copy.db --yes",
    "restore people.csv --yes",
];

fn with_everything() -> World {
    let world = World::with_people();
    world.file("people.csv", "email,name,role\nyan@example.com,Yan,agent\n");
    world.file("bad.csv", "email,role\nyan@example.com,boss\nyes@example.com,user\n");
    world.file("phones.csv", "name,extension,pin\nHall,1003,481516\n");
    world.file("agents.csv", "agent_id,source\n77,voice\n");
    world.file("words.txt", "Come to {{ organization }}");
    world.file("bad.txt", "Come to {{ nowhere }}");
    world.admit(["invite", "late@example.com", "off@example.com", "--no-send"]).assert_code(0);
    world.put("off@example.com", Status::Deactivated);
    let token = world.token(["resend", "bob@example.com"]);
    world.file("T", format!("{token}\n"));
    world.put("ann@example.com", Status::Active);
    world.another_manager();
    let _ = world.token_made_at("2020-01-01T00:00:00Z", "late@example.com");
    for words in [
        &["org", "set", "--login-less=allowed"][..],
        &["team", "create", "Night"],
        &["module", "add", "own-page"],
        &["sub-account", "add", "north", "south"],
        &["domain", "block", "bad.example"],
        &["role", "create", "spare", "--below=agent"],
        &["grant", "bob@example.com", "--sub-account=north"],
        &["assign-agent", "bob@example.com", "voice:4711"],
        &["org", "create", "lab", "--owner=olga@example.com"],
        &["mail", "template", "set", "words.txt", "--kind=reminder", "--part=subject"],
    ] {
        world.admit(words).assert_code(0);
    }
    world
        .admit_with("481516\n", ["add", "Lobby", "--extension=1001", "--pin-stdin"])
        .assert_code(0);
    world.admit(["backup", "copy.db"]).assert_code(0);
    world
}

#[test]
fn f12_a_dry_run_of_any_command_changes_nothing_and_ends_with_the_same_code() {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let world = with_everything();
    let password = format!("{PASSWORD}\n");
    let pristine = std::fs::read(world.store_path()).unwrap();
    let beside = ["db-wal", "db-shm"].map(|end| world.store_path().with_extension(end));
    let restore = || {
        beside.iter().for_each(|path| drop(std::fs::remove_file(path)));
        std::fs::write(world.store_path(), &pristine).unwrap();
        let _ = std::fs::remove_file(world.home().join("other.db"));
    };
    let mut done = BTreeSet::new();
    for line in LINES {
        restore();
        let before = world.contents();
        let mut rehearsed = words(line);
        rehearsed.push("--dry-run".to_owned());
        let rehearsal = world.admit_with(&password, &rehearsed);
        let after = std::fs::read(world.store_path()).unwrap();
        // A refusal of an actor would be kept in the audit; here the operator acts.
        assert!(after == pristine, "{line}: the file is another: {rehearsal}");
        assert_eq!(world.contents(), before, "{line}: {rehearsal}");
        assert!(!world.home().join("other.db").exists(), "{line}");
        restore();
        let run = world.admit_with(&password, words(line));
        assert_eq!(rehearsal.code, run.code, "{line}\n{rehearsal}\n{run}");
        if run.code == 0 {
            done.insert(*line);
        }
    }
    for leaf in leaves() {
        let has = leaf.command.get_arguments().any(|arg| arg.get_long() == Some("dry-run"));
        let command = leaf.words.join(" ");
        // Needs a mail server that refused, or an index: in tests of their own.
        if !has || ["delivery retry", "search-index drop"].contains(&command.as_str()) {
            continue;
        }
        let begun = |line: &&str| line.starts_with(&format!("{command} ")) || **line == command;
        assert!(done.iter().any(begun), "no line of {command} is done");
    }
}
