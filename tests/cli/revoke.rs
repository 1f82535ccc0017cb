//! `admit revoke`.

use snapbox::{assert_data_eq, str};

use crate::module::portal;

#[test]
fn what_a_user_has_is_taken() {
    let world = portal();
    let words = ["revoke", "bob@example.com", "--module", "dashboard,reports"];
    let before = world.contents();
    world.admit(words.iter().chain(&["--dry-run"])).assert_code(0);
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User             Result                                   Role  Modules now  Sub-accounts now
bob@example.com  revoked dashboard; did not have reports  user  -            north
--- stderr
Revoked access of 1 user in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.last_entry(),
        str!["user.revoke 1: bob@example.com [user=bob@example.com module=dashboard]"]
    );
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Modules now  Sub-accounts now
bob@example.com  refused  -     -            -
--- stderr
error: bob@example.com was not granted dashboard, reports
hint: granted: sub-account north
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.in_every_format(&["revoke", "bob@example.com", "--sub-account=north", "--dry-run"]),
        str![[r#"
=== table
--- stdout
User             Result                     Role  Modules now  Sub-accounts now
bob@example.com  revoked sub-account north  user  -            -
--- stderr
Dry run, nothing was changed; it would say: Revoked access of 1 user in main.
--- exit 0
=== json
--- stdout
[
{"user":"bob@example.com","name":null,"result":"revoked sub-account north","role":"user","modules":[],"sub_accounts":[],"reason":null,"organization":"main"}
]
--- stderr
Dry run, nothing was changed; it would say: Revoked access of 1 user in main.
--- exit 0
=== jsonl
--- stdout
{"user":"bob@example.com","name":null,"result":"revoked sub-account north","role":"user","modules":[],"sub_accounts":[],"reason":null,"organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Revoked access of 1 user in main.
--- exit 0
=== csv
--- stdout
user,name,result,role,modules,sub_accounts,reason,organization
bob@example.com,,revoked sub-account north,user,,,,main
--- stderr
Dry run, nothing was changed; it would say: Revoked access of 1 user in main.
--- exit 0
=== ids
--- stdout
bob@example.com
--- stderr
Dry run, nothing was changed; it would say: Revoked access of 1 user in main.
--- exit 0

"#]]
    );
}

#[test]
fn all_is_all() {
    let world = portal();
    assert_data_eq!(
        world.admit(["revoke", "bob@example.com", "cid@example.com", "--all"]).to_string(),
        str![[r#"
--- stdout
User             Result                                Role  Modules now  Sub-accounts now
bob@example.com  revoked dashboard, sub-account north  user  -            -
cid@example.com  refused                               -     -            -
--- stderr
error: cid@example.com was not granted anything
Revoked access of 1 user in main.
--- exit 3

"#]]
    );
    let run = world.admit(["show", "bob@example.com", "--format", "json"]);
    assert_eq!(run.json()["modules"], serde_json::json!([]));
    assert_eq!(run.json()["sub_accounts"], serde_json::json!([]));
}

#[test]
fn nothing_named_unknown_and_both_are_wrong() {
    let world = portal();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["revoke", "bob@example.com"]).to_string(),
        str![[r#"
--- stderr
error: nothing to revoke is named
hint: admit revoke USER… --module MODULE or --sub-account SUB-ACCOUNT, or --all
--- exit 2

"#]]
    );
    world.admit(["revoke", "bob@example.com", "--all", "--module", "reports"]).assert_code(2);
    world.admit(["revoke", "bob@example.com", "--module", "reprots"]).assert_code(67);
    world.admit(["revoke", "nobody@example.com", "--all"]).assert_code(67);
    assert_eq!(world.contents(), before);
}

#[test]
fn only_who_manages_users_revokes() {
    let world = portal();
    world.put("bob@example.com", admit::domain::status::Status::Active);
    world.admit(["--as", "bob@example.com", "revoke", "bob@example.com", "--all"]).assert_code(77);
    world.admit(["--as", "ada@example.com", "revoke", "bob@example.com", "--all"]).assert_code(0);
}
