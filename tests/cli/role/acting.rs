//! Roles under `--as`: nobody makes, changes or revokes a role above their own, or allows more than they
//! may themselves (rule 3).

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::{Run, World};

/// The security console with ada and abe (admins), olga (owner) and vic (viewer), all active.
fn console() -> World {
    let world = World::fresh();
    world.admit(["init", "--template=security-console"]).assert_code(0);
    for (email, role) in [
        ("ada@example.com", "admin"),
        ("abe@example.com", "admin"),
        ("olga@example.com", "owner"),
        ("vic@example.com", "viewer"),
    ] {
        world.admit(["invite", email, "--role", role, "--no-send"]).assert_code(0);
        world.put(email, Status::Active);
    }
    world
}

fn as_ada(world: &World, words: &str) -> Run {
    let words = words.split(' ').chain(["--as=ada@example.com", "--format=ids"]);
    world.admit(["role"].into_iter().chain(words))
}

#[test]
fn what_is_above_ones_own_is_forbidden_and_says_who_could() {
    let world = console();
    // One permission that the owner alone has.
    world.admit(["role", "edit", "admin", "--withdraw=create-api-key"]).assert_code(0);
    world.admit(["role", "edit", "admin", "--modules=granted"]).assert_code(0);
    let roles = world.answer(["role", "show", "--format=json"]);
    let mut said = String::new();
    for words in [
        "edit owner --withdraw manage-users",
        "edit owner --title Boss",
        "delete owner --yes",
        "create sheriff --below owner",
        "create keeper --grant create-api-key",
        "create keeper --below admin --copy owner",
        "create keeper --modules all",
        "edit viewer --grant create-api-key:own",
        "edit editor --modules all",
        "edit admin --grant create-api-key",
    ] {
        let run = as_ada(&world, words);
        assert_eq!(run.stdout, "");
        said += &format!("$ role {words}\n{}[{}]\n", run.stderr, run.code);
    }
    assert_data_eq!(
        said,
        str![[r#"
$ role edit owner --withdraw manage-users
error: the role owner is above ada@example.com's role admin
hint: who could: olga@example.com
[77]
$ role edit owner --title Boss
error: the role owner is above ada@example.com's role admin
hint: who could: olga@example.com
[77]
$ role delete owner --yes
error: the role owner is above ada@example.com's role admin
hint: who could: olga@example.com
[77]
$ role create sheriff --below owner
error: the role owner is above ada@example.com's role admin
hint: who could: olga@example.com
[77]
$ role create keeper --grant create-api-key
error: ada@example.com cannot allow create-api-key:all: the role admin does not have it
hint: who could: olga@example.com
[77]
$ role create keeper --below admin --copy owner
error: ada@example.com cannot allow create-api-key:all: the role admin does not have it
hint: who could: olga@example.com
[77]
$ role create keeper --modules all
error: ada@example.com does not have all modules: the role admin has those alone that are granted
hint: who could: olga@example.com
[77]
$ role edit viewer --grant create-api-key:own
error: ada@example.com cannot allow create-api-key:own: the role admin does not have it
hint: who could: olga@example.com
[77]
$ role edit editor --modules all
error: ada@example.com does not have all modules: the role admin has those alone that are granted
hint: who could: olga@example.com
[77]
$ role edit admin --grant create-api-key
error: ada@example.com cannot allow create-api-key:all: the role admin does not have it
hint: who could: olga@example.com
[77]

"#]]
    );
    assert_eq!(world.answer(["role", "show", "--format=json"]), roles);
    assert!(world.last_entry().starts_with("access.refuse 1:  [command=role edit reason="));
}

#[test]
fn what_is_ones_own_or_below_is_allowed() {
    let world = console();
    for words in [
        "create triager --below editor --grant view-alerts --grant invite-users:team",
        "create helper --below admin --copy editor --hands-out viewer --grant invite-users",
        "edit viewer --withdraw cti-data",
        "edit admin --title Administrator",
        "delete helper --yes",
    ] {
        as_ada(&world, words).assert_code(0);
    }
    // Nor does it take all modules to make a role that has those alone that are granted.
    let narrow = ["role", "edit", "admin", "--modules=granted", "--sub-accounts=granted"];
    world.admit(narrow).assert_code(0);
    as_ada(&world, "create watcher --below editor --grant view-alerts").assert_code(0);
    // The highest role may make one for what it does not do itself.
    world.admit(["role", "edit", "owner", "--withdraw=create-api-key"]).assert_code(0);
    let keeper = ["role", "create", "keeper", "--grant=create-api-key", "--as=olga@example.com"];
    world.admit(keeper).assert_code(0);
}

#[test]
fn who_has_it_or_stands_highest_is_whom_to_ask() {
    let world = console();
    let script = "set -e
        admit role edit admin --withdraw create-api-key
        admit role edit owner --withdraw create-api-key
        admit role create clerk --below admin --grant manage-users --grant create-api-key
        admit invite cleo@example.com --role clerk --no-send";
    world.bash(script).assert_code(0);
    world.put("cleo@example.com", Status::Active);
    let said = as_ada(&world, "create keeper --grant create-api-key").stderr.clone();
    assert!(said.ends_with("\nhint: who could: olga@example.com, cleo@example.com\n"), "{said}");
}

/// Where it is not said who hands a new role out, nobody does who has less than it.
#[test]
fn a_new_role_is_handed_out_by_those_alone_who_have_all_of_it() {
    let world = console();
    let narrow = "role edit admin --withdraw create-api-key --grant view-alerts:team \
                  --modules granted --sub-accounts granted --hands-out viewer";
    world.admit(narrow.split(' ')).assert_code(0);
    for words in [
        "same --grant view-alerts:team",
        "less --grant view-alerts:own",
        "more --grant create-api-key:own",
        "further --grant view-alerts:all",
        "modules --modules all",
        "accounts --sub-accounts all",
    ] {
        let words = ["role", "create", "--below=admin"].into_iter().chain(words.split(' '));
        world.admit(words).assert_code(0);
    }
    let hands_out =
        |role: &str| world.answer(["role", "show", role, "--fields=hands_out", "--format=csv"]);
    assert_eq!(hands_out("admin"), "hands_out\nless;same;viewer\n");
    let all = "owner;admin;accounts;modules;further;more;less;same;editor;viewer";
    assert_eq!(hands_out("owner"), format!("hands_out\n{all}\n"));
}

/// A role hands out what its maker hands out, and no more.
#[test]
fn nobody_lets_a_role_hand_out_what_they_do_not() {
    let world = console();
    world.admit(["role", "edit", "admin", "--hands-out=viewer"]).assert_code(0);
    let run = as_ada(&world, "create helper --below admin --grant invite-users --hands-out editor");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: ada@example.com may not give the role editor: the role admin gives viewer
hint: who could: olga@example.com
--- exit 77

"#]]
    );
    // Unless it is said, what they hand out too.
    as_ada(&world, "create helper --below admin --grant invite-users").assert_code(0);
    let helper = world.answer(["role", "show", "helper", "--fields=hands_out", "--format=csv"]);
    assert_eq!(helper, "hands_out\nviewer\n");
}

#[test]
fn who_does_not_manage_users_may_look_and_no_more() {
    let world = console();
    world.admit(["role", "show", "--as=vic@example.com"]).assert_code(0);
    for words in [
        &["role", "create", "x"][..],
        &["role", "edit", "viewer", "--title=x"],
        &["role", "delete", "editor", "--yes"],
    ] {
        world.admit(words.iter().chain(&["--as=vic@example.com"])).assert_code(77);
    }
}
