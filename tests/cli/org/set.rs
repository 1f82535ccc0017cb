//! `admit org show` and `admit org set`, and what the settings do elsewhere.

use snapbox::{assert_data_eq, str};

use super::two;
use crate::support::World;

#[test]
fn show_has_everything_on_one_screen() {
    let world = two();
    let words =
        ["org", "set", "acme", "--plan=enterprise", "--seats=5", "--sender=it@acme.example"];
    world.admit(words).assert_code(0);
    assert_data_eq!(
        world.in_every_format(&["org", "show", "acme"]),
        str![[r#"
=== table
--- stdout
Organization          acme
Name                  Acme Ltd
Current               no
Template              security-console
Default role          viewer
Link lives            7 days
Links are made        at once
Single sign-on        off
Password minimum      15
Disposable addresses  allowed
Login-less users      refused
Sender                it@acme.example
Portal                -
Plan                  enterprise
Seats taken           0
Seat limit            5
Seats left            5
Premium permissions   -
Not in the plan       manage-decisions
Users
  Invited             0
  Expired             0
  Active              0
  Deactivated         0
  Cancelled           0
  Declined            0
Roles                 4
Teams                 0
Agents                0
--- exit 0
=== json
--- stdout
{"organization":"acme","name":"Acme Ltd","current":false,"template":"security-console","default_role":"viewer","lifetime":"7 days","delivery":"at once","sso":"off","password_minimum":15,"disposable_addresses":"allowed","login_less":"refused","sender":"it@acme.example","portal":null,"plan":"enterprise","seats_taken":0,"seat_limit":5,"seats_left":5,"premium":[],"premium_missing":["manage-decisions"],"users":{"invited":0,"expired":0,"active":0,"deactivated":0,"cancelled":0,"declined":0},"roles":4,"teams":0,"agents":0}
--- exit 0
=== jsonl
--- stdout
{"organization":"acme","name":"Acme Ltd","current":false,"template":"security-console","default_role":"viewer","lifetime":"7 days","delivery":"at once","sso":"off","password_minimum":15,"disposable_addresses":"allowed","login_less":"refused","sender":"it@acme.example","portal":null,"plan":"enterprise","seats_taken":0,"seat_limit":5,"seats_left":5,"premium":[],"premium_missing":["manage-decisions"],"users":{"invited":0,"expired":0,"active":0,"deactivated":0,"cancelled":0,"declined":0},"roles":4,"teams":0,"agents":0}
--- exit 0
=== csv
--- stdout
organization,name,current,template,default_role,lifetime,delivery,sso,password_minimum,disposable_addresses,login_less,sender,portal,plan,seats_taken,seat_limit,seats_left,premium,premium_missing,users,roles,teams,agents
acme,Acme Ltd,false,security-console,viewer,7 days,at once,off,15,allowed,refused,it@acme.example,,enterprise,0,5,5,,manage-decisions,"{""invited"":0,""expired"":0,""active"":0,""deactivated"":0,""cancelled"":0,""declined"":0}",4,0,0
--- exit 0
=== ids
--- stdout
acme
--- exit 0

"#]]
    );
    assert!(world.answer(["org", "show"]).starts_with("Organization          main\n"));
    assert!(
        world.answer(["org", "show", "--org=acme"]).starts_with("Organization          acme\n")
    );
}

#[test]
fn somebody_elses_organization_is_answered_for_as_if_it_were_not_there() {
    let world = two();
    for words in [
        &["org", "show", "acme"][..],
        &["org", "use", "acme"],
        &["org", "set", "acme", "--plan=none"],
        &["org", "rename", "acme", "apex"],
        &["org", "delete", "acme", "--yes"],
        &["org", "list", "--org=acme"],
        &["list", "--org=acme"],
        &["team", "list", "--org=acme"],
    ] {
        let asking = |words: Vec<String>| {
            let run = world.admit(words.iter().map(String::as_str).chain(["--as=ann@example.com"]));
            run.assert_code(67);
            run.to_string()
        };
        let foreign = asking(words.iter().map(|&word| word.to_owned()).collect());
        let unknown = asking(words.iter().map(|word| word.replace("acme", "zzzz")).collect());
        assert_eq!(foreign.replace("acme", "zzzz"), unknown, "{words:?}");
    }
    world.admit(["org", "show", "--as=ann@example.com"]).assert_code(0);
}

#[test]
fn set_says_what_changed_from_what_to_what() {
    let world = two();
    let words = [
        "org",
        "set",
        "acme",
        "--lifetime=3d",
        "--sso=on",
        "--password-minimum=12",
        "--plan=Gold",
        "--seats=5",
        "--premium=all",
        "--sender=it@acme.example",
        "--portal=https://acme.example/join",
        "--default-role=Editor",
        "--disposable=refused",
        "--login-less=allowed",
        "--delivery=on-command",
    ];
    let before = world.contents();
    world.admit(words.iter().chain(&["--dry-run"])).assert_code(0);
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
Setting               Was      Now
default_role          viewer   editor
lifetime              7 days   3 days
delivery              at once  on command
sso                   off      on
password_minimum      15       12
disposable_addresses  allowed  refused
login_less            refused  allowed
sender                -        it@acme.example
portal                -        https://acme.example/join
plan                  -        Gold
seat_limit            -        5
premium               -        manage-decisions
--- stderr
Changed 12 settings of acme.
--- exit 0

"#]]
    );
    let entries = world.entries();
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stderr
Nothing to change: acme is set so already.
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), entries);
    assert_data_eq!(
        world.answer(["org", "show", "acme", "--format=json"]),
        str![[r#"
{"organization":"acme","name":"Acme Ltd","current":false,"template":"security-console","default_role":"editor","lifetime":"3 days","delivery":"on command","sso":"on","password_minimum":12,"disposable_addresses":"refused","login_less":"allowed","sender":"it@acme.example","portal":"https://acme.example/join","plan":"Gold","seats_taken":0,"seat_limit":5,"seats_left":5,"premium":["manage-decisions"],"premium_missing":[],"users":{"invited":0,"expired":0,"active":0,"deactivated":0,"cancelled":0,"declined":0},"roles":4,"teams":0,"agents":0}

"#]]
    );
    let undo = [
        "org",
        "set",
        "acme",
        "--sso=off",
        "--password-minimum=15",
        "--plan=none",
        "--seats=none",
        "--premium=none",
        "--sender=none",
        "--portal=none",
        "--format=json",
    ];
    assert_data_eq!(
        world.admit(undo).to_string(),
        str![[r#"
--- stdout
[
{"setting":"sso","was":"on","now":"off","organization":"acme"},
{"setting":"password_minimum","was":"12","now":"15","organization":"acme"},
{"setting":"sender","was":"it@acme.example","now":null,"organization":"acme"},
{"setting":"portal","was":"https://acme.example/join","now":null,"organization":"acme"},
{"setting":"plan","was":"Gold","now":null,"organization":"acme"},
{"setting":"seat_limit","was":"5","now":null,"organization":"acme"},
{"setting":"premium","was":"manage-decisions","now":null,"organization":"acme"}
]
--- stderr
Changed 7 settings of acme.
--- exit 0

"#]]
    );
}

#[test]
fn set_works_in_the_organization_that_commands_work_in() {
    let world = two();
    world.admit(["org", "set", "--lifetime=3d", "--org=acme"]).assert_code(0);
    world.admit(["org", "set", "--lifetime=5d"]).assert_code(0);
    assert_eq!(world.last_entry(), "organization.set 1:  [setting=lifetime from=7 days to=5 days]");
    let lifetime =
        |slug| world.admit(["org", "show", slug, "--format=json"]).json()["lifetime"].clone();
    assert_eq!((lifetime("acme"), lifetime("main")), ("3 days".into(), "5 days".into()));
}

#[test]
fn set_changes_nothing_where_one_word_is_wrong() {
    let world = two();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["org", "set"]).to_string(),
        str![[r#"
--- stderr
error: no setting is named
hint: admit org set --lifetime 7d; all settings: admit org set --help
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "set", "acme", "--plan=Gold", "--premium=view-alerts"]).to_string(),
        str![[r#"
--- stderr
error: view-alerts is no premium permission of acme
hint: premium permissions: manage-decisions
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "set", "--plan=Gold", "--premium=view-alerts"]).to_string(),
        str![[r#"
--- stderr
error: view-alerts is no premium permission of main
hint: its template sells none
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "set", "--plan=Gold", "--default-role=owner"]).to_string(),
        str![[r#"
--- stderr
error: no role owner in main
hint: known roles: admin, team-leader, user, agent
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "set", "--seats=0"]).to_string(),
        str![[r#"
--- stderr
error: invalid value '0' for '--seats <NUMBER|none>': seats are a number from 1 to 4294967295; `none` takes the limit away

For more information, try '--help'.
--- exit 2

"#]]
    );
    for word in [
        "--lifetime=30m",
        "--sso=maybe",
        "--password-minimum=7",
        "--password-minimum=65",
        "--password-minimum=many",
        "--plan=",
        "--seats=-1",
        "--seats=many",
        "--premium=",
        "--premium=all,manage-decisions!",
        "--sender=it",
        "--portal=http://acme.example",
        "--disposable=yes",
        "--login-less=yes",
        "--delivery=later",
        "--format=ids --fields=x",
    ] {
        let words: Vec<&str> = ["org", "set"].into_iter().chain(word.split(' ')).collect();
        world.admit(words).assert_code(2);
    }
    assert_eq!(world.contents(), before);
    world.admit(["org", "set", "--plan=Gold", "--as=boss@example.com"]).assert_code(77);
    assert!(world.last_entry().starts_with("access.refuse 1:"), "{}", world.last_entry());
}

#[test]
fn a_limit_below_what_is_taken_is_warned_of() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["org", "set", "--seats=2"]).to_string(),
        str![[r#"
--- stdout
Setting     Was  Now
seat_limit  -    2
--- stderr
Changed 1 setting of main.
warning: main has 3 seats taken, 1 more than its limit: nobody new gets in
hint: free seats: admit cancel USER, admit deactivate USER
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "set", "--seats=3"]).to_string(),
        str![[r#"
--- stdout
Setting     Was  Now
seat_limit  2    3
--- stderr
Changed 1 setting of main.
--- exit 0

"#]]
    );
}

#[test]
fn links_begin_with_the_variable_then_the_organization_then_the_settings_file() {
    let world = two();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    world.file(".config/admit/config.toml", "portal = \"https://file.example\"\n");
    let invite = |variable: &str, organization: &str, email: &str| {
        let line = format!("{variable} admit --org {organization} invite {email} --format json");
        let run = world.shell(&line);
        run.json()[0]["link"].as_str().unwrap().split('?').next().unwrap().to_owned()
    };
    assert_eq!(invite("", "acme", "a@example.com"), "https://file.example");
    world.admit(["org", "set", "acme", "--portal=https://acme.example/join"]).assert_code(0);
    assert_eq!(invite("", "acme", "b@example.com"), "https://acme.example/join");
    assert_eq!(invite("", "main", "b@example.com"), "https://file.example");
    let variable = "ADMIT_PORTAL=https://variable.example";
    assert_eq!(invite(variable, "acme", "c@example.com"), "https://variable.example");
    // Every command that makes links, and the one that only says what they are.
    for line in [
        "admit --org acme resend a@example.com",
        "admit --org acme invite d@example.com --no-send -q && admit --org acme send d@example.com",
        "printf 'email\\ne@example.com\\n' | admit --org acme import - --send",
    ] {
        let run = world.shell(line);
        run.assert_code(0);
        assert!(run.stdout.contains("Link for "), "{run}");
        assert!(run.stdout.contains("https://acme.example/join?invite="), "{run}");
    }
}

#[test]
fn whoever_invites_into_single_sign_on_is_reminded_to_arrange_it() {
    let world = World::with_store();
    world.file("people.csv", "email\ndora@example.com\n");
    world.file("more.csv", "email\nfay@example.com\n");
    let reminds = |words: &[&str]| {
        let run = world.admit(words);
        run.assert_code(0);
        run.stderr.contains("single sign-on")
    };
    assert!(!reminds(&["invite", "ann@example.com"]));
    world.admit(["org", "set", "--sso=on"]).assert_code(0);
    assert_data_eq!(
        world.admit(["invite", "bob@example.com", "--format=ids"]).to_string(),
        str![[r#"
--- stdout
bob@example.com
--- stderr
warning: 1 link was made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
Invited 1 person in main.
main has single sign-on: have these people set up there before they follow their links.
--- exit 0

"#]]
    );
    assert!(!reminds(&["invite", "bob@example.com", "--if-not-exists"]));
    assert!(!reminds(&["import", "people.csv"]));
    assert!(reminds(&["import", "more.csv", "--send"]));
}
