//! `admit grant`, and modules and sub-accounts at `invite`, in `show` and in `list`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::module::portal;
use crate::support::World;
use crate::support::terminal::{DOWN, ENTER};

#[test]
fn each_user_gets_what_they_do_not_have() {
    let world = portal();
    let words = ["grant", "bob@example.com", "cid@example.com", "--module", "Dashboard,reports"];
    let words: Vec<&str> = words.into_iter().chain(["--sub-account", "north"]).collect();
    let before = world.contents();
    assert_data_eq!(
        world.admit(words.iter().chain(&["--dry-run"])).to_string(),
        str![[r#"
--- stdout
User             Result                                             Role  Modules now         Sub-accounts now
bob@example.com  granted reports; had dashboard, sub-account north  user  dashboard, reports  north
cid@example.com  granted dashboard, reports, sub-account north      user  dashboard, reports  north
--- stderr
Dry run, nothing was changed; it would say: Granted access to 2 users in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(&words).to_string(),
        str![[r#"
--- stdout
User             Result                                             Role  Modules now         Sub-accounts now
bob@example.com  granted reports; had dashboard, sub-account north  user  dashboard, reports  north
cid@example.com  granted dashboard, reports, sub-account north      user  dashboard, reports  north
--- stderr
Granted access to 2 users in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.last_entry(),
        str![
            "user.grant 2: bob@example.com cid@example.com [user=bob@example.com module=reports user=cid@example.com module=dashboard module=reports sub-account=north]"
        ]
    );
    assert_data_eq!(
        world.admit(&words).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Modules now  Sub-accounts now
bob@example.com  refused  -     -            -
cid@example.com  refused  -     -            -
--- stderr
error: bob@example.com has dashboard, reports, sub-account north already
error: cid@example.com has dashboard, reports, sub-account north already
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.in_every_format(&["grant", "cid@example.com", "--module=messaging", "--dry-run"]),
        str![[r#"
=== table
--- stdout
User             Result             Role  Modules now                    Sub-accounts now
cid@example.com  granted messaging  user  dashboard, messaging, reports  north
--- stderr
Dry run, nothing was changed; it would say: Granted access to 1 user in main.
--- exit 0
=== json
--- stdout
[
{"user":"cid@example.com","name":null,"result":"granted messaging","role":"user","modules":["dashboard","messaging","reports"],"sub_accounts":["north"],"reason":null,"organization":"main"}
]
--- stderr
Dry run, nothing was changed; it would say: Granted access to 1 user in main.
--- exit 0
=== jsonl
--- stdout
{"user":"cid@example.com","name":null,"result":"granted messaging","role":"user","modules":["dashboard","messaging","reports"],"sub_accounts":["north"],"reason":null,"organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Granted access to 1 user in main.
--- exit 0
=== csv
--- stdout
user,name,result,role,modules,sub_accounts,reason,organization
cid@example.com,,granted messaging,user,dashboard;messaging;reports,north,,main
--- stderr
Dry run, nothing was changed; it would say: Granted access to 1 user in main.
--- exit 0
=== ids
--- stdout
cid@example.com
--- stderr
Dry run, nothing was changed; it would say: Granted access to 1 user in main.
--- exit 0

"#]]
    );
}

#[test]
fn a_role_that_has_all_and_an_admin_only_module_are_refused_with_the_reason() {
    let world = portal();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["grant", "ada@example.com", "--module", "reports"]).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Modules now  Sub-accounts now
ada@example.com  refused  -     -            -
--- stderr
error: ada@example.com has the role admin, which has all modules anyway
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.admit(["grant", "ada@example.com", "--sub-account", "north"]).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Modules now  Sub-accounts now
ada@example.com  refused  -     -            -
--- stderr
error: ada@example.com has the role admin, which has all sub-accounts anyway
--- exit 1

"#]]
    );
    // All or nothing: what could be granted is not, either.
    assert_data_eq!(
        world.admit(["grant", "bob@example.com", "--module", "reports,pricing"]).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Modules now  Sub-accounts now
bob@example.com  refused  -     -            -
--- stderr
error: bob@example.com has the role user, and pricing is admin-only: only roles such as admin have it
hint: admit set-role bob@example.com --role admin
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    world
        .admit(["grant", "ada@example.com", "bob@example.com", "--module", "reports"])
        .assert_code(3);
}

#[test]
fn what_is_not_there_is_named_with_the_nearest() {
    let world = portal();
    let before = world.contents();
    for (words, says) in [
        (["--module", "report"], "hint: did you mean reports?\n"),
        (["--module", "xyz"], "admit module add xyz\n"),
        (["--sub-account", "nort"], "hint: did you mean north?\n"),
        (["--sub-account", "xyz"], "admit sub-account add xyz\n"),
    ] {
        let run = world.admit(["grant", "bob@example.com"].iter().chain(&words));
        run.assert_code(67);
        assert!(run.stderr.contains(says), "{run}");
    }
    world.admit(["grant", "bob@example.com"]).assert_code(2);
    world.admit(["grant", "--module", "reports"]).assert_code(2);
    world.admit(["grant", "bob@example.com", "--module", "a;b"]).assert_code(2);
    assert_eq!(world.contents(), before);
}

#[test]
fn only_who_manages_users_grants() {
    let world = portal();
    world.put("bob@example.com", Status::Active);
    let words = ["grant", "bob@example.com", "--module", "reports"];
    let run = world.admit(["--as", "bob@example.com"].iter().chain(&words));
    run.assert_code(77);
    assert!(run.stderr.contains("ada@example.com"), "{run}");
    world.admit(["--as", "ada@example.com"].iter().chain(&words)).assert_code(0);
}

/// Cleo manages users, and has but what is granted to her: reports and north (rule 3).
#[test]
fn nobody_grants_or_adds_what_they_do_not_have() {
    let world = portal();
    let script = "set -e
        admit role create clerk --below admin --grant manage-users --grant invite-users
        admit invite cleo@example.com --role clerk --module reports --sub-account north --no-send";
    world.bash(script).assert_code(0);
    world.put("cleo@example.com", Status::Active);
    world.file("people.csv", "email,modules\nnew@example.com,messaging\n");
    let standing = || {
        let people = world.answer(["list", "--fields=email,modules,sub_accounts", "--format=csv"]);
        people + &world.answer(["module", "list"]) + &world.answer(["sub-account", "list"])
    };
    let before = standing();
    for (line, says) in [
        ("grant bob@example.com --module messaging", "cannot grant"),
        ("grant bob@example.com --sub-account south", "cannot grant"),
        ("invite new@example.com --module reports,messaging --no-send", "cannot grant"),
        ("import people.csv", "cannot grant"),
        ("module add calls", "does not have all modules"),
        ("module remove reports --yes", "does not have all modules"),
        ("sub-account add west", "does not have all sub-accounts"),
        ("sub-account remove north --yes", "does not have all sub-accounts"),
    ] {
        let run = world.bash(&format!("ADMIT_AS=cleo@example.com admit {line}"));
        assert!(run.code != 0 && run.stderr.contains(says), "{line}: {run}");
    }
    assert_eq!(standing(), before);
    for line in [
        "grant bob@example.com --module reports --sub-account north",
        "invite new@example.com --module reports --no-send",
    ] {
        world.bash(&format!("ADMIT_AS=cleo@example.com admit {line}")).assert_code(0);
    }
}

#[test]
fn show_and_list_tell_what_a_user_has() {
    let world = portal();
    assert_data_eq!(
        world
            .admit(["show", "bob@example.com", "--fields", "role,modules,sub_accounts,next"])
            .to_string(),
        str![[r#"
--- stdout
Role          user
Modules       dashboard
Sub-accounts  north
Next          admit resend bob@example.com
              admit set-role bob@example.com --role ROLE
              admit grant bob@example.com --module MODULE
              admit revoke bob@example.com --module MODULE
              admit cancel bob@example.com
              admit remove bob@example.com
--- exit 0

"#]]
    );
    assert_data_eq!(
        world
            .admit(["show", "ada@example.com", "--fields", "role,modules,sub_accounts,next"])
            .to_string(),
        str![[r#"
--- stdout
Role          admin
Modules       all
Sub-accounts  all
Next          admit set-role ada@example.com --role ROLE
              admit deactivate ada@example.com
              admit remove ada@example.com
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["list", "--fields", "email,modules,sub_accounts"]).to_string(),
        str![[r#"
--- stdout
E-mail           Modules    Sub-accounts
ada@example.com  -          -
bob@example.com  dashboard  north
cid@example.com  -          -
--- exit 0

"#]]
    );
    // An organization without either is not bothered with them; a script finds the fields.
    let plain = World::with_people();
    let run = plain.admit(["show", "ann@example.com"]);
    assert!(!run.stdout.contains("Modules") && !run.stdout.contains("admit grant"), "{run}");
    let run = plain.admit(["show", "bob@example.com", "--format", "json"]);
    assert_eq!(run.json()["modules"], serde_json::json!([]));
}

#[test]
fn grants_rest_while_the_role_has_all_and_are_there_again_after_it() {
    let world = portal();
    let modules =
        || world.answer(["list", "--fields", "modules", "--search", "bob", "--format=csv"]);
    world.admit(["set-role", "bob@example.com", "--role", "admin"]).assert_code(0);
    assert_eq!(modules(), "modules\n\"\"\n");
    world.admit(["set-role", "bob@example.com", "--role", "user"]).assert_code(0);
    assert_eq!(modules(), "modules\ndashboard\n");
}

#[test]
fn who_is_invited_without_modules_sees_none_and_a_hint_says_so() {
    let world = portal();
    assert_data_eq!(
        world.admit(["invite", "d@example.com", "e@example.com", "--no-send"]).to_string(),
        str![[r#"
--- stdout
User           Result   Role  Link expires
d@example.com  invited  user  -
e@example.com  invited  user  -
--- stderr
Invited 2 people in main.
hint: no link yet; make it: admit send d@example.com e@example.com
hint: these users see no module yet; grant some: admit grant d@example.com e@example.com --module MODULE
--- exit 0

"#]]
    );
    assert_data_eq!(
        world
            .admit(["invite", "f@example.com", "--no-send", "--module=reports", "--format=json"])
            .to_string(),
        str![[r#"
--- stdout
[
{"user":"f@example.com","name":null,"result":"invited","role":"user","team":null,"agents":[],"modules":["reports"],"sub_accounts":[],"expires_at":null,"link":null,"mail":null,"answer":null,"reason":null,"organization":"main"}
]
--- stderr
Invited 1 person in main.
hint: no link yet; make it: admit send f@example.com
--- exit 0

"#]]
    );
    let run = world.admit(["invite", "g@example.com", "--role", "admin"]);
    assert!(!run.assert_code(0).stderr.contains("module"), "{run}");
    // No modules, no need of any.
    let run = World::with_store().admit(["invite", "g@example.com"]);
    assert!(!run.assert_code(0).stderr.contains("module"), "{run}");
}

#[test]
fn an_invite_with_what_cannot_be_granted_is_refused_before_anything_is_written() {
    let world = portal();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["invite", "d@example.com", "--module", "reprots"]).to_string(),
        str![[r#"
--- stderr
error: no module reprots in main
hint: did you mean reports?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world
            .admit(["invite", "d@example.com", "e@example.com", "--module", "payment"])
            .to_string(),
        str![[r#"
--- stdout
User           Result   Role  Link expires
d@example.com  refused  -     -
e@example.com  refused  -     -
--- stderr
error: d@example.com has the role user, and payment is admin-only: only roles such as admin have it
hint: the role that does: --role admin
error: e@example.com has the role user, and payment is admin-only: only roles such as admin have it
hint: the role that does: --role admin
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.admit(["invite", "d@example.com", "--role=admin", "--sub-account=north"]).to_string(),
        str![[r#"
--- stdout
User           Result   Role  Link expires
d@example.com  refused  -     -
--- stderr
error: d@example.com has the role admin, which has all sub-accounts anyway
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn who_is_invited_again_starts_without_the_old_grants() {
    let world = portal();
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    world.admit(["invite", "bob@example.com", "--module", "messaging"]).assert_code(0);
    let run = world.admit(["show", "bob@example.com", "--format", "json"]);
    assert_eq!(run.json()["modules"], serde_json::json!(["messaging"]));
    assert_eq!(run.json()["sub_accounts"], serde_json::json!([]));
}

#[test]
fn on_a_terminal_modules_are_marked_in_a_list() {
    let world = portal();
    let mut terminal = world.terminal("admit invite dan@example.com --role user --no-send");
    terminal.see("Which modules?").press([" ", DOWN, DOWN, " ", ENTER]);
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
✔ Which modules? Space marks, Enter goes on · Dashboard, Reports
User             Result   Role  Link expires
dan@example.com  invited  user  -
Invited 1 person in main.
hint: no link yet; make it: admit send dan@example.com
[exit 0]

"#]]
    );
    // What bob has is not offered again.
    let mut terminal = world.terminal("admit grant bob@example.com");
    terminal.see("Which modules to grant?").press([" ", ENTER]);
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
✔ Which modules to grant? Space marks, Enter goes on · Messaging
User             Result             Role  Modules now           Sub-accounts now
bob@example.com  granted messaging  user  dashboard, messaging  north
Granted access to 1 user in main.
[exit 0]

"#]]
    );
    let mut terminal = world.terminal("admit revoke bob@example.com");
    terminal.see("What to revoke?").press([DOWN, " ", DOWN, " ", ENTER]);
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
✔ What to revoke? Space marks, Enter goes on · messaging, sub-account north
User             Result                      Role  Modules now  Sub-accounts now
bob@example.com  revoked messaging, sub-ac…  user  dashboard    -
Revoked access of 1 user in main.
[exit 0]

"#]]
    );
    // Nothing marked is nothing wanted.
    let mut terminal = world.terminal("admit grant bob@example.com");
    terminal.see("Which modules to grant?").press([ENTER]);
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
✔ Which modules to grant? Space marks, Enter goes on ·
Nothing changed.
[exit 1]

"#]]
    );
    let mut terminal = world.terminal("admit module remove dashboard");
    terminal
        .see("Remove also from whom it was granted to: dashboard (2 users)?")
        .press(["n", ENTER]);
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
✔ Remove also from whom it was granted to: dashboard (2 users)? · no
Nothing changed.
[exit 1]

"#]]
    );
}
