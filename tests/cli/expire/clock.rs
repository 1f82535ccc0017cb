//! `admit expire` and a clock that jumped, ahead or back: what the store noted is written by SQL here, as if
//! the last command had run then.

use std::path::Path;
use std::process::Command;

use admit::clock;
use admit::domain::machine::Reading;
use snapbox::{assert_data_eq, str};

use super::{invite, with_due_invites};
use crate::support::{Run, World, skip};

const DAY: i64 = 86_400;

/// What stands in the store about its last use.
type Note = (Option<i64>, Option<String>, Option<i64>);

fn note(world: &World) -> Note {
    let sql = "SELECT seen_at, seen_boot, seen_uptime FROM store";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    world.sql().query_row(sql, [], row).unwrap()
}

fn put_note(world: &World, (at, boot, uptime): Note) {
    let sql = "UPDATE store SET seen_at = ?1, seen_boot = ?2, seen_uptime = ?3";
    world.sql().execute(sql, rusqlite::params![at, boot, uptime]).unwrap();
}

/// As if the store was last used so many seconds ago, and the machine started since.
fn used_before_a_start(world: &World, seconds: i64) {
    let now = clock::reading().at.timestamp();
    put_note(world, (Some(now - seconds), Some("0".to_owned()), Some(1_000_000)));
}

/// As if the store was last used a moment ago, and the clock was set ahead since.
fn set_ahead_since(world: &World, seconds: i64) {
    let Reading { at, uptime } = clock::reading();
    let uptime = uptime.expect("Linux says how long the machine has been up");
    let boot = uptime.boot.as_str().to_owned();
    // A minute more, as the two are cut to seconds each for itself.
    put_note(world, (Some(at.timestamp() - seconds - 60), Some(boot), Some(uptime.seconds.into())));
}

#[test]
fn k6_a_clock_that_was_set_ahead_ends_no_link() {
    let world = with_due_invites();
    set_ahead_since(&world, 45 * DAY);
    let before = world.contents();
    for words in [&["expire"][..], &["expire", "--dry-run"]] {
        assert_data_eq!(
            world.admit(words).to_string(),
            str![[r#"
--- stderr
error: the clock was set ahead by 45 days since [DAY, HOUR AND ZONE]; nothing was changed
hint: look at it: date; where it is right: admit expire --force
--- exit 1

"#]]
        );
    }
    assert_eq!(world.contents(), before);
}

#[test]
fn a_day_more_or_less_is_no_jump() {
    let world = with_due_invites();
    set_ahead_since(&world, DAY - 120);
    world.admit(["expire"]).assert_code(0);
    assert_eq!(world.status("old@example.com"), "expired");
}

#[test]
fn k6_force_goes_by_the_clock_and_is_in_the_audit() {
    let world = with_due_invites();
    set_ahead_since(&world, 45 * DAY);
    let before = world.contents();
    world.admit(["expire", "--force", "--dry-run"]).assert_code(0);
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(["expire", "--force"]).to_string(),
        str![[r#"
--- stdout
User              Result
old@example.com   expired
dora@example.com  expired
--- stderr
Expired 2 invites in main.
--- exit 0

"#]]
    );
    let entry = world.last_entry();
    let forced = "invite.expire 2: old@example.com dora@example.com \
                  [forced=the clock was set ahead by 45 days since ";
    assert!(entry.starts_with(forced), "{entry}");
    // From now on this clock is the one that is gone by.
    assert_eq!(world.admit(["expire"]).to_string(), "--- exit 0\n");
    let run = world.admit(["expire", "--force"]);
    assert_eq!(run.to_string(), "--- exit 0\n");
}

#[test]
fn with_nothing_due_a_doubtful_clock_is_a_warning_and_stays_doubtful() {
    let world = World::with_people();
    set_ahead_since(&world, 2 * DAY);
    let before = world.contents();
    assert_data_eq!(
        world.admit(["expire"]).to_string(),
        str![[r#"
--- stderr
warning: the clock was set ahead by 2 days since [DAY, HOUR AND ZONE]
hint: look at it: date; where it is right: admit expire --force
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_eq!(world.admit(["expire", "--force"]).to_string(), "--- exit 0\n");
    assert_eq!(world.admit(["expire"]).to_string(), "--- exit 0\n");
}

#[test]
fn no_other_command_makes_a_doubtful_clock_believed() {
    let world = with_due_invites();
    set_ahead_since(&world, 45 * DAY);
    let noted = note(&world);
    world.admit(["invite", "new@example.com"]).assert_code(0);
    world.admit(["cancel", "new@example.com"]).assert_code(0);
    assert_eq!(note(&world), noted);
    world.admit(["expire"]).assert_code(1);
}

#[test]
fn k6_weeks_of_downtime_are_made_up_for_and_months_are_asked_about() {
    let world = with_due_invites();
    used_before_a_start(&world, 61 * DAY);
    assert_data_eq!(
        world.admit(["expire"]).to_string(),
        str![[r#"
--- stderr
error: the clock says that 61 days have passed since the store was last used, at [DAY, HOUR AND ZONE]; nothing was changed
hint: look at it: date; where it is right: admit expire --force
--- exit 1

"#]]
    );
    used_before_a_start(&world, 59 * DAY);
    world.admit(["expire"]).assert_code(0);
    assert_eq!(world.status("old@example.com"), "expired");
}

#[test]
fn a_store_that_noted_nothing_is_believed() {
    let world = with_due_invites();
    put_note(&world, (None, None, None));
    world.admit(["expire"]).assert_code(0);
    assert_ne!(note(&world), (None, None, None));
}

#[test]
fn a_quiet_run_notes_once_an_hour_that_it_was_there() {
    let world = World::with_people();
    let entries = world.entries();
    let now = clock::reading().at.timestamp();
    used_before_a_start(&world, 30 * DAY);
    assert_eq!(world.admit(["expire", "--dry-run"]).to_string(), "--- exit 0\n");
    assert_eq!(note(&world).0, Some(now - 30 * DAY), "a dry run notes nothing");
    assert_eq!(world.admit(["expire"]).to_string(), "--- exit 0\n");
    let noted = note(&world);
    assert!(noted.0.unwrap() >= now, "{noted:?}");
    world.admit(["expire"]).assert_code(0);
    assert_eq!(note(&world), noted);
    assert_eq!(world.entries(), entries, "it is no change");
}

#[test]
fn a_quiet_run_does_not_wait_for_who_writes() {
    let world = World::with_people();
    used_before_a_start(&world, DAY);
    let noted = note(&world);
    let writer = world.sql();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(world.admit(["expire"]).to_string(), "--- exit 0\n");
    drop(writer);
    assert_eq!(note(&world), noted);
}

#[test]
fn changes_note_when_the_store_was_used() {
    let world = World::with_store();
    put_note(&world, (None, None, None));
    world.admit(["invite", "new@example.com"]).assert_code(0);
    let Reading { at, uptime } = clock::reading();
    let (noted_at, boot, _) = note(&world);
    assert!((at.timestamp() - 60..=at.timestamp()).contains(&noted_at.unwrap()));
    assert_eq!(boot, uptime.map(|uptime| uptime.boot.as_str().to_owned()));
}

#[test]
fn j6_a_clock_behind_the_audit_is_said_and_noted_and_the_order_stays() {
    let world = with_due_invites();
    world.admit(["expire"]).assert_code(0);
    world.at("2099-01-01T00:00:00Z", |store, context| {
        let tx = store.write(context.now, &context.actor).unwrap();
        let entry = admit::domain::audit::AuditEntry {
            action: admit::domain::audit::Action::Cancel,
            organization: None,
            subjects: Vec::new(),
            count: 0,
            batch: None,
            detail: Vec::new(),
        };
        tx.commit(&entry).unwrap();
    });
    let behind = "warning: the clock is behind the newest audit entry, of 2099-01-01 00:00 UTC\n";
    let run = world.admit(["expire"]);
    assert_eq!((run.code, &*run.stdout, &*run.stderr), (0, "", behind));
    assert_eq!(world.status("old@example.com"), "expired");
    let run = world.admit(["resend", "old@example.com"]);
    assert!(run.assert_code(0).stderr.starts_with(behind), "{run}");
    let entry = world.last_entry();
    assert!(entry.ends_with(", 2099-01-01T00:00:00Z]"), "{entry}");
    assert!(entry.contains("[clock=behind entry "), "{entry}");
    // It is said until something was written at the time that it is now.
    let run = world.admit(["audit", "verify"]);
    assert!(run.assert_code(0).stderr.starts_with("The audit is whole"), "{run}");
}

#[test]
fn k7_the_time_zone_of_whoever_runs_it_changes_no_instant() {
    let world = with_due_invites();
    world.admit(["expire", "--quiet"]).assert_code(0);
    let answers = |zone: &str| {
        let runs = [
            &["list", "--format=json", "--fields=email,status,expires_at,created_at"][..],
            &["audit", "list", "--all", "--format=csv"],
            &["show", "old@example.com"],
        ]
        .map(|words| {
            let mut command = world.command();
            command.args(words).env("TZ", zone).output().unwrap().stdout
        });
        runs.map(|stdout| String::from_utf8(stdout).unwrap())
    };
    let here = answers("UTC");
    assert!(here[1].contains("invite.expire"), "{}", here[1]);
    for zone in ["Pacific/Apia", "America/New_York", "Europe/London", "nowhere", ":/dev/null"] {
        assert_eq!(answers(zone), here, "{zone}");
    }
}

/// Runs admit on a machine whose clock says something else. `None` where no faketime is installed.
fn at_another_time(world: &World, time: &str, words: &[&str]) -> Option<Run> {
    if !Path::new("/usr/bin/faketime").exists() {
        skip("faketime is not installed");
        return None;
    }
    let mut command = Command::new("/usr/bin/faketime");
    command.args(["-f", time, env!("CARGO_BIN_EXE_admit")]).args(words);
    Some(world.run(&mut command))
}

#[test]
fn k6_a_clock_that_really_jumps_ahead_is_caught_and_one_that_comes_back_goes_on() {
    let world = World::with_people();
    for time in ["+8d", "@2038-01-19 03:14:08", "@2099-01-01 00:00:00"] {
        let Some(run) = at_another_time(&world, time, &["expire"]) else { return };
        run.assert_code(1);
        assert!(run.stderr.starts_with("error: the clock was set ahead by "), "{run}");
    }
    for time in ["-15d", "@1970-01-01 00:00:01", "@1960-01-01 00:00:00"] {
        let Some(run) = at_another_time(&world, time, &["expire"]) else { return };
        run.assert_code(0);
        assert!(run.stderr.starts_with("warning: the clock is behind "), "{run}");
        assert_eq!(run.stdout, "");
    }
    assert_eq!(world.admit(["expire"]).to_string(), "--- exit 0\n");
    assert_eq!(world.status("ann@example.com"), "invited");
}

#[test]
fn c3_links_end_at_the_second_they_say() {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com", "--expires-in=1h"]).assert_code(0);
    let Some(run) = at_another_time(&world, "+3590s", &["expire"]) else { return };
    assert_eq!(run.to_string(), "--- exit 0\n");
    let Some(run) = at_another_time(&world, "+3601s", &["expire", "--format=ids"]) else { return };
    assert_eq!(run.stdout, "ann@example.com\n");
}

#[test]
fn k6_clocks_that_are_centuries_off_leave_a_store_that_agrees_with_itself() {
    for time in ["1901-12-13T20:45:51Z", "1969-12-31T12:00:00Z", "2038-01-19T03:14:08Z"] {
        let world = World::with_store();
        world.at(time, |store, context| invite(store, context, "ann@example.com"));
        world.admit(["doctor"]).assert_code(0);
        world.admit(["resend", "ann@example.com"]).assert_code(0);
        world.admit(["cancel", "ann@example.com"]).assert_code(0);
        world.admit(["doctor"]).assert_code(0);
        world.admit(["audit", "verify"]).assert_code(0);
    }
}
