//! Modules and sub-accounts in files: `admit import` and the way back from `admit export`.

use snapbox::{assert_data_eq, str};

use crate::module::portal;
use crate::support::World;

const GOOD: &str = "E-Mail;Menus;Sub accounts\n\
    dan@example.com;\"Dashboard; reports\";north\n\
    eve@example.com;;\n\
    bob@example.com;messaging;\n";

fn granted(world: &World) -> String {
    world.answer(["list", "--format", "csv", "--fields", "email,role,modules,sub_accounts"])
}

#[test]
fn people_arrive_with_their_modules_and_sub_accounts() {
    let world = portal();
    world.file("users.csv", GOOD);
    let before = world.contents();
    world.admit(["import", "users.csv", "--dry-run"]).assert_code(0);
    assert_eq!(world.contents(), before);
    // eve sees nothing, and bob was there.
    assert_data_eq!(
        world.admit(["import", "users.csv"]).to_string(),
        str![[r#"
--- stdout
Organization   main
File           users.csv
Import         1
Invited        2
There already  1
--- stderr
Imported 2 people in main (import 1); 1 there already.
hint: they are pending; make their links: admit send --batch 1
hint: 1 person sees no module yet; grant some: admit grant USER… --module MODULE
--- exit 0

"#]]
    );
    assert_data_eq!(
        granted(&world),
        str![[r#"
email,role,modules,sub_accounts
ada@example.com,admin,,
bob@example.com,user,dashboard,north
cid@example.com,user,,
dan@example.com,user,dashboard;reports,north
eve@example.com,user,,

"#]]
    );
}

#[test]
fn an_update_replaces_what_the_row_names_and_leaves_the_rest() {
    let world = portal();
    world.file("users.csv", GOOD);
    assert_data_eq!(
        world.admit(["import", "users.csv", "--on-existing", "update"]).to_string(),
        str![[r#"
--- stdout
Organization  main
File          users.csv
Import        1
Invited       2
Updated       1
--- stderr
Imported 2 people in main (import 1); 1 updated.
hint: they are pending; make their links: admit send --batch 1
hint: 1 person sees no module yet; grant some: admit grant USER… --module MODULE
--- exit 0

"#]]
    );
    // bob keeps north, since his cell is empty.
    assert_data_eq!(
        granted(&world),
        str![[r#"
email,role,modules,sub_accounts
ada@example.com,admin,,
bob@example.com,user,messaging,north
cid@example.com,user,,
dan@example.com,user,dashboard;reports,north
eve@example.com,user,,

"#]]
    );
    let again = world.admit(["import", "users.csv", "--on-existing", "update"]);
    assert!(again.stderr.starts_with("Imported 0 people in main; 3 there already"), "{again}");
}

#[test]
fn who_was_cancelled_arrives_with_what_the_row_names_alone() {
    let world = portal();
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    world.file("users.csv", GOOD);
    world.admit(["import", "users.csv"]).assert_code(0);
    let bob = world.admit(["show", "bob@example.com", "--format", "json"]).json();
    assert_eq!(bob["modules"], serde_json::json!(["messaging"]));
    assert_eq!(bob["sub_accounts"], serde_json::json!([]));
}

#[test]
fn each_bad_name_is_told_and_the_rejects_are_a_file_again() {
    let world = portal();
    world.file(
        "users.csv",
        "email,role,modules,sub_accounts\n\
         dan@example.com,,dashbord;pricing,nort\n\
         eve@example.com,user,payment;reports,\n\
         fay@example.com,admin,reports,south\n\
         gus@example.com,,a;b/c,\n\
         hal@example.com,boss,xyz,\n\
         ida@example.com,,reports,\n",
    );
    let before = world.contents();
    assert_data_eq!(
        world.admit(["import", "users.csv"]).to_string(),
        str![[r#"
--- stderr
users.csv:2: modules: dashbord: no module dashbord in main; did you mean dashboard?
users.csv:2: sub_accounts: nort: no sub-account nort in main; did you mean north?
users.csv:3: modules: payment: eve@example.com has the role user, and payment is admin-only: only roles such as admin have it
users.csv:4: modules: reports: fay@example.com has the role admin, which has all modules anyway
users.csv:4: sub_accounts: south: fay@example.com has the role admin, which has all sub-accounts anyway
users.csv:5: modules: b/c: a module's name is 1 to 40 letters, digits and '-', such as user-management
users.csv:6: role: boss: no role boss in main; known roles: admin, user
users.csv:6: modules: xyz: no module xyz in main; known modules: admit module list; make it: admit module add xyz
error: users.csv has 5 bad rows; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["import", "users.csv", "--keep-going", "--rejects", "bad.csv"]).assert_code(3);
    let path = world.home().join("bad.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_data_eq!(
        text.as_str(),
        str![[r#"
email,name,role,team,agents,modules,sub_accounts,reason
dan@example.com,,,,,dashbord;pricing,nort,modules: no module dashbord in main; did you mean dashboard?; sub_accounts: no sub-account nort in main; did you mean north?
eve@example.com,,user,,,payment;reports,,"modules: eve@example.com has the role user, and payment is admin-only: only roles such as admin have it"
fay@example.com,,admin,,,reports,south,"modules: fay@example.com has the role admin, which has all modules anyway; sub_accounts: fay@example.com has the role admin, which has all sub-accounts anyway"
gus@example.com,,,,,a;b/c,,"modules: a module's name is 1 to 40 letters, digits and '-', such as user-management"
hal@example.com,,boss,,,xyz,,"role: no role boss in main; known roles: admin, user; modules: no module xyz in main; known modules: admit module list; make it: admit module add xyz"

"#]]
    );
    let corrected = text
        .replace("dashbord;pricing,nort,", "dashboard,north,")
        .replace("payment;reports", "reports")
        .replace("reports,south,", ",,")
        .replace("a;b/c", "messaging")
        .replace("boss,,,xyz", "user,,,");
    std::fs::write(&path, corrected).unwrap();
    let again = world.admit(["import", "bad.csv"]);
    assert!(again.assert_code(0).stderr.starts_with("Imported 5 people in main"), "{again}");
    assert_data_eq!(
        granted(&world),
        str![[r#"
email,role,modules,sub_accounts
ada@example.com,admin,,
bob@example.com,user,dashboard,north
cid@example.com,user,,
dan@example.com,user,dashboard,north
eve@example.com,user,reports,
fay@example.com,admin,,
gus@example.com,user,messaging,
hal@example.com,user,,
ida@example.com,user,reports,

"#]]
    );
}

#[test]
fn a_row_on_somebody_who_stays_is_no_fault_unless_a_name_means_nothing() {
    let world = portal();
    world.file("users.csv", "email,modules\nada@example.com,reports\n");
    world.admit(["import", "users.csv"]).assert_code(0);
    world.file("users.csv", "email,modules\nada@example.com,reprots\n");
    world.admit(["import", "users.csv"]).assert_code(65);
}

#[test]
fn what_is_exported_imports_to_the_same_grants() {
    for options in ["", "--raw", "--format jsonl"] {
        let world = portal();
        world.file("users.csv", GOOD);
        world.admit(["import", "users.csv"]).assert_code(0);
        // A grant that rests under a role with all modules is no fault on the way back.
        world.admit(["grant", "cid@example.com", "--module", "reports"]).assert_code(0);
        world.admit(["set-role", "cid@example.com", "--role", "admin"]).assert_code(0);
        let script = format!(
            "admit --store other.db init --template customer-portal && \
             admit --store other.db sub-account add north south && \
             admit export {options} | admit --store other.db import -"
        );
        world.bash(&script).assert_code(0);
        let list = ["list", "--format", "json", "--fields", "email,role,modules,sub_accounts"];
        let other = ["--store", "other.db"].into_iter().chain(list);
        assert_eq!(world.answer(other), world.answer(list), "{options:?}");
    }
}
