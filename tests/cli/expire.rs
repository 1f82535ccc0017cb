//! `admit expire`: links run out. Clocks that jump are in `expire/clock.rs`, reminders in
//! `expire/remind.rs`.

use admit::domain::status::Status;
use admit::ops::Context;
use admit::ops::delivery::Outlet;
use admit::ops::invites::{self, InviteRequest};
use admit::random::SystemEntropy;
use admit::store::Store;
use snapbox::{assert_data_eq, str};

use crate::support::World;

mod clock;
mod remind;

/// Two invites whose seven days were over in March, the younger first by name; and bob's and ann's,
/// which are not due yet.
fn with_due_invites() -> World {
    let world = World::with_people();
    for (email, time) in [("old@example.com", "2026-03-01"), ("dora@example.com", "2026-03-02")] {
        world.at(&format!("{time}T00:00:00Z"), |store, context| invite(store, context, email));
    }
    world
}

/// Invites somebody at that time, with a link of the usual seven days.
fn invite(store: &mut Store, context: &Context, email: &str) {
    let request = InviteRequest {
        people: vec![email.parse().unwrap()],
        name: None,
        role: None,
        team: None,
        agents: Vec::new(),
        holdings: Default::default(),
        lifetime: None,
        delivery: None,
        outlet: Outlet::Print,
    };
    invites::invite(store, context, &mut SystemEntropy, &request).unwrap();
}

#[test]
fn due_invites_are_marked_and_named_in_one_entry() {
    let world = with_due_invites();
    let entries = world.entries();
    assert_data_eq!(
        world.admit(["expire"]).to_string(),
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
    assert_eq!(world.entries(), entries + 1);
    assert_eq!(world.last_entry(), "invite.expire 2: old@example.com dora@example.com []");
    let statuses = world.statuses();
    for (email, status) in [
        ("old@example.com", "expired"),
        ("dora@example.com", "expired"),
        ("ann@example.com", "invited"),
        ("bob@example.com", "invited"),
        ("cid@example.com", "pending"),
    ] {
        assert_eq!(statuses[email], status, "{email}");
    }
}

#[test]
fn nothing_due_is_silence() {
    let world = World::with_people();
    let before = world.contents();
    let run = world.admit(["expire"]);
    assert_eq!((run.code, &*run.stdout, &*run.stderr), (0, "", ""));
    assert_eq!(world.contents(), before);
}

#[test]
fn k3_a_second_run_is_silent() {
    let world = with_due_invites();
    world.admit(["expire"]).assert_code(0);
    let before = world.contents();
    let run = world.admit(["expire"]);
    assert_eq!((run.code, &*run.stdout, &*run.stderr), (0, "", ""));
    assert_eq!(world.contents(), before);
}

#[test]
fn k3_runs_at_the_same_moment_do_it_once() {
    let world = with_due_invites();
    let entries = world.entries();
    let together: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..16).map(|_| scope.spawn(|| world.admit(["expire"]))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let mut said = Vec::new();
    for run in &together {
        run.assert_code(0);
        said.extend(run.lines());
    }
    assert_eq!(
        said,
        ["User              Result", "old@example.com   expired", "dora@example.com  expired"]
    );
    assert_eq!(world.entries(), entries + 1);
}

#[test]
fn a_dry_run_names_them_in_every_format_and_changes_nothing() {
    let world = with_due_invites();
    let before = world.contents();
    assert_data_eq!(
        world.in_every_format(&["expire", "--dry-run"]),
        str![[r#"
=== table
--- stdout
User              Result
old@example.com   expired
dora@example.com  expired
--- stderr
Dry run, nothing was changed; it would say: Expired 2 invites in main.
--- exit 0
=== json
--- stdout
[
{"user":"old@example.com","name":null,"result":"expired","reason":null,"organization":"main"},
{"user":"dora@example.com","name":null,"result":"expired","reason":null,"organization":"main"}
]
--- stderr
Dry run, nothing was changed; it would say: Expired 2 invites in main.
--- exit 0
=== jsonl
--- stdout
{"user":"old@example.com","name":null,"result":"expired","reason":null,"organization":"main"}
{"user":"dora@example.com","name":null,"result":"expired","reason":null,"organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Expired 2 invites in main.
--- exit 0
=== csv
--- stdout
user,name,result,reason,organization
old@example.com,,expired,,main
dora@example.com,,expired,,main
--- stderr
Dry run, nothing was changed; it would say: Expired 2 invites in main.
--- exit 0
=== ids
--- stdout
old@example.com
dora@example.com
--- stderr
Dry run, nothing was changed; it would say: Expired 2 invites in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn the_expired_are_in_the_list_and_get_new_links() {
    let world = with_due_invites();
    world.admit(["expire", "--quiet"]).assert_code(0);
    let expired = world.admit(["list", "--status=expired", "--format=ids"]);
    assert_eq!(expired.stdout, "dora@example.com\nold@example.com\n");
    world.admit_with(&expired.stdout, ["resend", "-"]).assert_code(0);
    assert_eq!(world.status("old@example.com"), "invited");
    assert_eq!(world.admit(["expire"]).stdout, "");
}

#[test]
fn who_has_gone_on_is_left_alone() {
    let world = with_due_invites();
    world.admit(["cancel", "old@example.com"]).assert_code(0);
    world.put("dora@example.com", Status::Active);
    let run = world.admit(["expire"]);
    assert_eq!((run.code, &*run.stdout, &*run.stderr), (0, "", ""));
}

#[test]
fn an_owner_whose_first_link_ran_out_stays_active() {
    let world = World::fresh();
    world.admit(["init", "--owner=olga@example.com"]).assert_code(0);
    let long_ago = "UPDATE invites SET created_at = 1, expires_at = 2;
                    UPDATE tallies SET bucket = 0 WHERE kind = 2";
    world.sql().execute_batch(long_ago).unwrap();
    assert_data_eq!(
        world.admit(["expire"]).to_string(),
        str![[r#"
--- stdout
User              Result
olga@example.com  link ran out
--- stderr
Expired 1 invite in main.
hint: a new link to set a password: admit password reset olga@example.com
--- exit 0

"#]]
    );
    assert_eq!(world.status("olga@example.com"), "active");
    assert_eq!(world.admit(["expire"]).stderr, "");
}

#[test]
fn quiet_names_them_and_wrong_command_lines_do_nothing() {
    let world = with_due_invites();
    let before = world.contents();
    world.admit(["expire", "old@example.com"]).assert_code(2);
    world.admit(["expire", "--fields=nonsense"]).assert_code(2);
    assert_eq!(world.contents(), before);
    let run = world.admit(["expire", "--quiet"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User              Result
old@example.com   expired
dora@example.com  expired
--- exit 0

"#]]
    );
}

#[test]
fn no_store_is_an_error_for_cron_to_see() {
    let run = World::fresh().admit(["expire"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: there is no store at [HOME]/.local/share/admit/admit.db
hint: make it: admit init, or admit import FILE, or admit invite EMAIL
--- exit 66

"#]]
    );
}
