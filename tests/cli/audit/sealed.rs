//! The audit as evidence: what is refused is in it too, an entry is a line, and reading it takes the same memory
//! however long it is (trust J2, J5, J7).

use admit::domain::audit::{Action, AuditRecord, Kept, Seal, SystemLogin};
use rusqlite::params;

use super::with_history;
use crate::support::{PASSWORD, World};

/// Everything that is listed, one entry a line.
const ALL: [&str; 5] = ["audit", "list", "--everywhere", "--all", "--quiet"];

#[test]
fn j2_whatever_is_refused_is_an_entry_of_its_own() {
    let world = World::with_people();
    world.account("ann@example.com", PASSWORD);
    world.put("ann@example.com", admit::domain::status::Status::Active);
    world.admit(["init"]).assert_code(1);
    let entries = || world.admit(ALL.into_iter().chain(["--format=ids"])).lines().len();
    let mut before = entries();
    let mut refused = |code: i32, stdin: &str, words: &[&str], entry: &str| {
        let run = world.admit_with(stdin, words);
        run.assert_code(code);
        let last = world.last_entry_anywhere();
        assert!(last.starts_with(entry), "{words:?}: {last}");
        before += 1;
        assert_eq!(entries(), before, "{words:?}: one entry, no more and no less");
    };
    let access = "bob@example.com,access.refuse,";
    refused(77, "", &["--as=bob@example.com", "invite", "new@example.com"], access);
    refused(77, "", &["--as=bob@example.com", "invite", "new@example.com", "--dry-run"], access);
    refused(77, "", &["--as=bob@example.com", "list"], access);
    refused(77, "", &["--as=bob@example.com", "audit", "verify"], access);
    refused(77, "", &["--as=nobody@example.com", "list"], "nobody@example.com,access.refuse,");
    let login = ["login", "ann@example.com", "--password-stdin"];
    refused(1, "not her password at all\n", &login, "operator,login.refuse,");
    refused(
        1,
        "not her password at all\n",
        &["login", "who@example.com", "--password-stdin"],
        "operator,login.refuse,",
    );
    let accept = ["accept", "--token-stdin", "--password-stdin"];
    refused(1, "no token\npassword\n", &accept, "operator,invite.refuse,");
    refused(1, "no token\n", &["decline", "--token-stdin", "--yes"], "operator,invite.refuse,");
    world.admit(["audit", "verify"]).assert_code(0);
}

#[test]
fn j2_a_wrong_pin_is_an_entry_too() {
    let world = World::with_phone_system();
    world.admit_with("830417", ["add", "Lobby", "--extension=1001", "--pin-stdin"]).assert_code(0);
    let entries = world.entries();
    world.try_pin("ext:1001", "592608").assert_code(1);
    assert!(world.last_entry_anywhere().starts_with("operator,pin.refuse,"));
    assert_eq!(world.entries(), entries + 1);
}

/// Writes entries past admit, sealed as admit would: each with such texts.
fn write_entries(world: &World, entries: usize, text: &str) {
    let mut sql = world.sql();
    let tx = sql.transaction().unwrap();
    let (mut number, seal): (i64, [u8; 32]) = tx
        .query_row("SELECT number, seal FROM audit ORDER BY number DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let mut seal = Seal::from_stored(seal);
    let mut insert = tx
        .prepare(
            "INSERT INTO audit (number, at, actor, login, uid, sudo_user, action, organization, count,
                 batch_id, subjects, detail, seal, organization_id)
             VALUES (?1, ?2, ?3, ?3, 0, ?3, 'user.invite', ?3, 1, NULL, '[]', ?4, ?5, 1)",
        )
        .unwrap();
    for _ in 0..entries {
        number += 1;
        let detail = vec![("why".to_owned(), text.to_owned())];
        let record = AuditRecord {
            number: number.unsigned_abs(),
            at: "2026-01-02T00:00:00Z".parse().unwrap(),
            actor: text.to_owned(),
            login: SystemLogin { name: text.to_owned(), uid: 0, sudo_user: Some(text.to_owned()) },
            action: Action::Invite,
            organization: Some(text.to_owned()),
            organization_id: Some(admit::domain::id::OrganizationId::new(1)),
            count: 1,
            batch: None,
            subjects: Kept { text: "[]".to_owned(), value: Vec::new() },
            detail: Kept { text: serde_json::json!([["why", text]]).to_string(), value: detail },
        };
        seal = record.seal(&seal);
        insert
            .execute(params![
                number,
                record.at.timestamp(),
                text,
                record.detail.text,
                seal.as_bytes()
            ])
            .unwrap();
    }
    drop(insert);
    tx.commit().unwrap();
}

#[test]
fn j5_one_entry_is_one_line_whatever_texts_it_holds() {
    let world = with_history();
    // Whoever runs admit says who is behind sudo.
    let forged = "root\\n8,2026-01-01T00:00:00Z,operator,root,user.remove\\x1b[2J\\u2028";
    world.bash(&format!("SUDO_USER=$'{forged}' admit cancel cid@example.com")).assert_code(0);
    let long = "x".repeat(100_000);
    world.bash(&format!("SUDO_USER={long} admit remove cid@example.com --yes")).assert_code(0);
    write_entries(&world, 3, "a\nb\r\nc\u{85}d\u{2028}e\u{1b}[2J\",\0 {}");
    world.admit(["audit", "verify"]).assert_code(0);
    let entries = usize::try_from(world.entries()).unwrap();
    assert_eq!(entries, 7 + 2 + 3);
    let all = "number,at,actor,login,uid,sudo_user,action,organization,count,batch,subjects,detail";
    for (format, more) in [("jsonl", 0), ("csv", 1), ("ids", 0), ("table", 1)] {
        let fields = format!("--fields={all}");
        let format_flag = format!("--format={format}");
        let run = world.admit(
            ALL.into_iter().chain([&*format_flag]).chain((format != "ids").then_some(&*fields)),
        );
        run.assert_code(0);
        let breaks = |c: char| {
            matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
        };
        let lines: Vec<&str> = run.stdout.trim_end_matches('\n').split(breaks).collect();
        assert_eq!(lines.len(), entries + more, "{format}: {run}");
        assert!(!run.stdout.contains('\u{1b}'), "{format}");
        assert!(lines.iter().all(|line| line.len() < 2_000), "{format}");
    }
}

/// How much more memory a long audit may take, in KiB, and how exactly that is measured.
const ROOM_KIB: usize = 6 * 1024;
const STEP_KIB: usize = 4 * 1024;

#[cfg(target_os = "linux")]
#[test]
fn j7_a_long_audit_is_read_in_the_memory_of_a_short_one() {
    let world = with_history();
    let verify = "admit audit verify --quiet --format=csv --fields=whole,entries";
    let list = format!("admit {} --format=jsonl --fields=number,detail >all", ALL.join(" "));
    let within =
        |room: usize, line: &str| world.bash(&format!("ulimit -v {room}; {line}; exit $?"));
    let enough = (4..)
        .map(|steps| steps * STEP_KIB)
        .find(|room| [verify, &list].iter().all(|line| within(*room, line).code == 0))
        .unwrap();
    write_entries(&world, 150, &"x".repeat(24 * 1024));
    let size = std::fs::metadata(world.store_path()).unwrap().len();
    assert!(size > 2 * 1024 * ROOM_KIB as u64, "{size}");
    let run = within(enough + ROOM_KIB, verify);
    assert_eq!(run.assert_code(0).stdout, "whole,entries\ntrue,157\n");
    within(enough + ROOM_KIB, &list).assert_code(0);
    assert_eq!(std::fs::read_to_string(world.home().join("all")).unwrap().lines().count(), 157);
}
