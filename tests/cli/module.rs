//! `admit module`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

/// A customer portal with people in it: ada (admin, active), bob and cid (users, invited; bob was granted
/// the dashboard and the sub-account north, cid nothing), and the sub-accounts north and south.
pub(crate) fn portal() -> World {
    let world = World::fresh();
    for words in [
        &["init", "--template", "customer-portal"][..],
        &["sub-account", "add", "north", "south"],
        &["invite", "ada@example.com", "--role", "admin", "--no-send"],
        &["invite", "bob@example.com", "--module", "dashboard", "--sub-account", "north"],
        &["invite", "cid@example.com"],
    ] {
        world.admit(words).assert_code(0);
    }
    world.put("ada@example.com", admit::domain::status::Status::Active);
    world
}

#[test]
fn modules_are_listed_with_who_may_have_them_and_how_many_do() {
    assert_data_eq!(
        portal().in_every_format(&["module", "list"]),
        str![[r#"
=== table
--- stdout
Module           Title            Access      Granted to
dashboard        Dashboard        everyone             1
messaging        Messaging        everyone             0
reports          Reports          everyone             0
configuration    Configuration    everyone             0
pricing          Pricing          admin-only           0
payment          Payment          admin-only           0
user-management  User Management  admin-only           0
--- exit 0
=== json
--- stdout
[
{"module":"dashboard","title":"Dashboard","access":"everyone","users":1},
{"module":"messaging","title":"Messaging","access":"everyone","users":0},
{"module":"reports","title":"Reports","access":"everyone","users":0},
{"module":"configuration","title":"Configuration","access":"everyone","users":0},
{"module":"pricing","title":"Pricing","access":"admin-only","users":0},
{"module":"payment","title":"Payment","access":"admin-only","users":0},
{"module":"user-management","title":"User Management","access":"admin-only","users":0}
]
--- exit 0
=== jsonl
--- stdout
{"module":"dashboard","title":"Dashboard","access":"everyone","users":1}
{"module":"messaging","title":"Messaging","access":"everyone","users":0}
{"module":"reports","title":"Reports","access":"everyone","users":0}
{"module":"configuration","title":"Configuration","access":"everyone","users":0}
{"module":"pricing","title":"Pricing","access":"admin-only","users":0}
{"module":"payment","title":"Payment","access":"admin-only","users":0}
{"module":"user-management","title":"User Management","access":"admin-only","users":0}
--- exit 0
=== csv
--- stdout
module,title,access,users
dashboard,Dashboard,everyone,1
messaging,Messaging,everyone,0
reports,Reports,everyone,0
configuration,Configuration,everyone,0
pricing,Pricing,admin-only,0
payment,Payment,admin-only,0
user-management,User Management,admin-only,0
--- exit 0
=== ids
--- stdout
dashboard
messaging
reports
configuration
pricing
payment
user-management
--- exit 0

"#]]
    );
}

#[test]
fn where_there_are_none_it_says_how_to_add_one() {
    assert_data_eq!(
        World::with_store().admit(["module", "ls"]).to_string(),
        str![[r#"
--- stderr
There are no modules in main.
hint: add one: admit module add NAME
--- exit 0

"#]]
    );
}

#[test]
fn a_module_is_added_in_any_spelling_behind_the_others() {
    let world = portal();
    let before = world.contents();
    let words = ["module", "add", "Phone Numbers", "call_logs"];
    assert_data_eq!(
        world.admit(words.iter().chain(&["--dry-run"])).to_string(),
        str![[r#"
--- stdout
Module         Title          Access    Granted to
phone-numbers  Phone Numbers  everyone           0
call-logs      Call Logs      everyone           0
--- stderr
Dry run, nothing was changed; it would say: Added 2 modules in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
Module         Title          Access    Granted to
phone-numbers  Phone Numbers  everyone           0
call-logs      Call Logs      everyone           0
--- stderr
Added 2 modules in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "module.add 2:  [module=phone-numbers module=call-logs]");
    assert_data_eq!(
        world
            .admit(["module", "add", "audit", "--title", "Audit trail", "--admin-only"])
            .to_string(),
        str![[r#"
--- stdout
Module  Title        Access      Granted to
audit   Audit trail  admin-only           0
--- stderr
Added 1 module in main.
--- exit 0

"#]]
    );
    let last = world.answer(["module", "list", "--format", "ids"]);
    assert!(last.ends_with("user-management\nphone-numbers\ncall-logs\naudit\n"), "{last}");
}

#[test]
fn a_module_that_is_there_is_refused_and_none_is_added() {
    let world = portal();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["module", "add", "calls", "Reports"]).to_string(),
        str![[r#"
--- stderr
error: there is a module reports already
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.admit(["module", "add", "calls", "logs", "--title", "Calls"]).to_string(),
        str![[r#"
--- stderr
error: --title is for one module; there are several here
--- exit 2

"#]]
    );
    world.admit(["module", "add", "a;b"]).assert_code(2);
    world.admit(["module", "add"]).assert_code(2);
    assert_eq!(world.contents(), before);
}

#[test]
fn removing_what_users_have_wants_a_yes_and_takes_it_from_them() {
    let world = portal();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["module", "remove", "dashboard"]).to_string(),
        str![[r#"
--- stderr
error: removing a module that users have needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["module", "remove", "dashboard", "reports", "--dry-run"]).to_string(),
        str![[r#"
--- stdout
Module     Title      Access    Granted to
dashboard  Dashboard  everyone           1
reports    Reports    everyone           0
--- stderr
Dry run, nothing was changed; it would say: Removed 2 modules in main; 1 user lost dashboard.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["module", "remove", "dashbord", "--yes"]).to_string(),
        str![[r#"
--- stderr
error: no module dashbord in main
hint: did you mean dashboard?
--- exit 67

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(["module", "remove", "dashboard", "Dashboard", "reports", "--yes"]).to_string(),
        str![[r#"
--- stdout
Module     Title      Access    Granted to
dashboard  Dashboard  everyone           1
reports    Reports    everyone           0
--- stderr
Removed 2 modules in main; 1 user lost dashboard.
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "module.remove 2:  [module=dashboard users=1 module=reports users=0]"
    );
    let fields = ["list", "--fields", "email,modules", "--format", "csv"];
    assert_eq!(
        world.answer(fields),
        "email,modules\nada@example.com,\nbob@example.com,\ncid@example.com,\n"
    );
    // Nobody has it, so nobody need be asked.
    world.admit(["module", "remove", "pricing"]).assert_code(0);
}

#[test]
fn who_may_not_manage_users_sees_modules_and_changes_none() {
    let world = portal();
    world.put("bob@example.com", admit::domain::status::Status::Active);
    world.admit(["--as", "bob@example.com", "module", "list"]).assert_code(0);
    for words in [&["module", "add", "calls"][..], &["module", "remove", "reports"]] {
        let run = world.admit(["--as", "bob@example.com"].iter().chain(words));
        run.assert_code(77);
        assert!(run.stderr.contains("ada@example.com"), "{run}");
    }
    world.admit(["--as", "ada@example.com", "module", "add", "calls"]).assert_code(0);
}

#[test]
fn what_is_added_or_removed_is_told_with_where() {
    let world = World::with_store();
    for verb in ["add", "remove"] {
        let run = world.admit(["module", verb, "fresh", "FRESH", "--format=jsonl"]);
        assert_eq!(
            run.assert_code(0).json(),
            serde_json::json!({ "module": "fresh", "title": "Fresh", "access": "everyone", "users": 0, "organization": "main" }),
            "{verb}"
        );
    }
}
