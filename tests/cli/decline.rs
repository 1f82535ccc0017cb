//! `admit decline`: who was invited would rather not come in.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::{PASSWORD, World};

#[test]
fn who_declines_is_out_and_their_agent_ids_are_free() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let words = ["--as=ann@example.com", "invite", "dan@example.com", "--role=agent"];
    let token = world.token([words[0], words[1], words[2], words[3], "--agent=voice:4711"]);
    let run = world.decline(&token);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User               dan@example.com
Name               -
Organization       main
Organization name  main
Role               agent
Team               -
Invited by         ann@example.com
Link expires       [DAY, HOUR AND ZONE]
Result             declined
--- stderr
Declined the invite to main.
--- exit 0

"#]]
    );
    assert_eq!(world.status("dan@example.com"), "declined");
    assert_data_eq!(
        world.last_entry_anywhere(),
        str!["dan@example.com,invite.decline,main,dan@example.com,invite=#3;released=voice:4711"]
    );
    assert_eq!(world.password_hash("dan@example.com"), None);
    let run = world.admit(["agent", "show", "voice:4711", "--format=csv", "--fields=agent,user"]);
    assert_eq!(run.stdout, "agent,user\nvoice:4711,\n");
    let run = world.admit(["stats", "--format=csv"]);
    assert!(run.stdout.contains("closed_invites,declined,1\n"), "{run}");
    // And can be invited again (rule 7), by another link.
    world.decline(&token).assert_code(1);
    world.accept(&token, PASSWORD, &[]).assert_code(1);
    let again = world.token(["invite", "dan@example.com", "--role=user"]);
    world.accept(&again, PASSWORD, &[]).assert_code(0);
}

#[test]
fn declining_is_confirmed_and_can_be_rehearsed() {
    let world = World::with_store();
    let token = world.token(["invite", "ann@example.com"]);
    let before = world.contents();
    let no_yes = world.admit_with(&token, ["decline", "--token-stdin"]);
    let rehearsed = world.admit_with(&token, ["decline", "--token-stdin", "--dry-run"]);
    assert_data_eq!(
        format!("{no_yes}{rehearsed}"),
        str![[r#"
--- stderr
error: declining an invite needs a yes
hint: nobody can answer here; add --yes
--- exit 2
--- stdout
User               ann@example.com
Name               -
Organization       main
Organization name  main
Role               user
Team               -
Invited by         -
Link expires       [DAY, HOUR AND ZONE]
Result             declined
--- stderr
Dry run, nothing was changed; it would say: Declined the invite to main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.file("token", &token);
    let words = ["decline", "--token-file=token", "--yes", "--format=json"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
{"user":"ann@example.com","name":null,"organization":"main","organization_name":"main","role":"user","team":null,"inviter":null,"expires_at":"[TIME]","result":"declined"}
--- stderr
Declined the invite to main.
--- exit 0

"#]]
    );
}

#[test]
fn an_owner_who_is_in_has_nothing_to_decline() {
    let world = World::fresh();
    let token = world.token(["init", "--owner=olga@example.com"]);
    let before = world.contents();
    assert_data_eq!(
        world.decline(&token).to_string(),
        str![[r#"
--- stderr
error: olga@example.com is in already, and has nothing to decline
hint: set the password: admit accept
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    world.accept(&token, PASSWORD, &[]).assert_code(0);
}
