//! `admit can`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

mod templates;

/// ann (admin), tom (leads Support), lea (leads nothing), bob (agent in Support with voice:4711 and
/// chat:ana.r), cid (agent in no team with voice:4712), uma (user), all active; ivy (user), invited. The
/// module reports is granted to uma, the sub-account east too.
pub(crate) fn mixed() -> World {
    let world = World::with_store();
    for words in [
        &["agent", "add", "voice:4711", "voice:4712", "chat:ana.r", "voice:9"][..],
        &["team", "create", "Support"],
    ] {
        world.admit(words).assert_code(0);
    }
    for (name, role, more) in [
        ("ann", "admin", &[][..]),
        ("tom", "team-leader", &[]),
        ("lea", "team-leader", &[]),
        ("bob", "agent", &["--team=Support", "--agent=voice:4711", "--agent=chat:ana.r"]),
        ("cid", "agent", &["--agent=voice:4712"]),
        ("uma", "user", &[]),
        ("ivy", "user", &[]),
    ] {
        let email = format!("{name}@example.com");
        let words = ["invite", &email, "--role", role, "--no-send"];
        world.admit(words.iter().chain(more)).assert_code(0);
        if name != "ivy" {
            world.put(&email, Status::Active);
        }
    }
    let user = "(SELECT id FROM users WHERE email = 'uma@example.com')";
    world
        .sql()
        .execute_batch(&format!(
            "INSERT INTO team_leaders SELECT t.id, u.id, 0 FROM teams t, users u
                 WHERE u.email = 'tom@example.com';
             INSERT INTO modules VALUES (1, 0, 'reports', 'Reports', 0), (1, 1, 'pricing', 'Pricing', 1),
                 (1, 2, 'messaging', 'Messaging', 0);
             INSERT INTO user_modules VALUES ({user}, 'reports', 1, 0);
             INSERT INTO sub_accounts (organization_id, name, title)
                 VALUES (1, 'east', 'East'), (1, 'kids', 'Kids & Co');
             INSERT INTO user_sub_accounts VALUES ({user}, 1, 0);"
        ))
        .unwrap();
    world
}

/// What `can` says to each, one block a question.
fn asked(world: &World, questions: &[&str]) -> String {
    let mut said = String::new();
    for question in questions {
        let run = world.admit(["can"].into_iter().chain(question.split(' ')));
        said += &format!("$ can {question}\n{run}");
    }
    said
}

#[test]
fn the_answer_comes_with_its_chain_of_reasons() {
    let world = mixed();
    let questions = [
        "ann@example.com manage-users",
        "uma@example.com manage-users",
        "ivy@example.com view-insights",
        "tom@example.com view-agent-performance",
        "tom@example.com view-agent-performance --agent voice:4711",
        "tom@example.com view-agent-performance --agent voice:4712",
        "lea@example.com view-agent-performance",
        "bob@example.com view-agent-performance",
        "bob@example.com view-agent-performance --agent ana.r",
        "bob@example.com view-agent-performance --agent voice:9",
        "ann@example.com view-insights --agent voice:9",
    ];
    assert_data_eq!(
        asked(&world, &questions),
        str![[r#"
$ can ann@example.com manage-users
--- stdout
Answer      yes
User        ann@example.com
Permission  manage-users
Reasons     ✔  status       ann@example.com is active
            ✔  role         the role admin has manage-users
            ✔  scope        all: the whole organization
--- exit 0
$ can uma@example.com manage-users
--- stdout
Answer      no
User        uma@example.com
Permission  manage-users
Reasons     ✔  status       uma@example.com is active
            ✘  role         the role user does not have manage-users
--- exit 1
$ can ivy@example.com view-insights
--- stdout
Answer      no
User        ivy@example.com
Permission  view-insights
Reasons     ✘  status       ivy@example.com is invited (no link sent yet); only active users can do anything
            ✔  role         the role user has view-insights
            ✔  scope        all: the whole organization
--- exit 1
$ can tom@example.com view-agent-performance
--- stdout
Answer      yes
User        tom@example.com
Permission  view-agent-performance
Reasons     ✔  status       tom@example.com is active
            ✔  role         the role team-leader has view-agent-performance
            ✔  scope        team: who is in a team that they lead
            ✔  team         tom@example.com leads Support
--- exit 0
$ can tom@example.com view-agent-performance --agent voice:4711
--- stdout
Answer      yes
User        tom@example.com
Permission  view-agent-performance
Agent       voice:4711
Reasons     ✔  status       tom@example.com is active
            ✔  role         the role team-leader has view-agent-performance
            ✔  scope        team: who is in a team that they lead
            ✔  team         voice:4711 belongs to a user in Support, which tom@example.com leads
--- exit 0
$ can tom@example.com view-agent-performance --agent voice:4712
--- stdout
Answer      no
User        tom@example.com
Permission  view-agent-performance
Agent       voice:4712
Reasons     ✔  status       tom@example.com is active
            ✔  role         the role team-leader has view-agent-performance
            ✔  scope        team: who is in a team that they lead
            ✘  team         voice:4712 belongs to nobody in Support, led by tom@example.com
--- exit 1
$ can lea@example.com view-agent-performance
--- stdout
Answer      no
User        lea@example.com
Permission  view-agent-performance
Reasons     ✔  status       lea@example.com is active
            ✔  role         the role team-leader has view-agent-performance
            ✔  scope        team: who is in a team that they lead
            ✘  team         lea@example.com leads no team
--- exit 1
$ can bob@example.com view-agent-performance
--- stdout
Answer      yes
User        bob@example.com
Permission  view-agent-performance
Reasons     ✔  status       bob@example.com is active
            ✔  role         the role agent has view-agent-performance
            ✔  scope        own: only what is their own
            ✔  assignment   bob@example.com holds chat:ana.r, voice:4711
--- exit 0
$ can bob@example.com view-agent-performance --agent ana.r
--- stdout
Answer      yes
User        bob@example.com
Permission  view-agent-performance
Agent       chat:ana.r
Reasons     ✔  status       bob@example.com is active
            ✔  role         the role agent has view-agent-performance
            ✔  scope        own: only what is their own
            ✔  assignment   chat:ana.r is assigned to bob@example.com
--- exit 0
$ can bob@example.com view-agent-performance --agent voice:9
--- stdout
Answer      no
User        bob@example.com
Permission  view-agent-performance
Agent       voice:9
Reasons     ✔  status       bob@example.com is active
            ✔  role         the role agent has view-agent-performance
            ✔  scope        own: only what is their own
            ✘  assignment   voice:9 is not assigned to bob@example.com
--- exit 1
$ can ann@example.com view-insights --agent voice:9
--- stdout
Answer      yes
User        ann@example.com
Permission  view-insights
Agent       voice:9
Reasons     ✔  status       ann@example.com is active
            ✔  role         the role admin has view-insights
            ✔  scope        all: the whole organization
--- exit 0

"#]]
    );
}

#[test]
fn modules_and_sub_accounts_are_reached_or_granted() {
    let world = mixed();
    let questions = [
        "ann@example.com --module pricing --sub-account east",
        "uma@example.com --module reports --sub-account east",
        "uma@example.com --module messaging",
        "uma@example.com --module pricing",
        "uma@example.com view-insights --module reports",
        "tom@example.com --sub-account east",
    ];
    assert_data_eq!(
        asked(&world, &questions),
        str![[r#"
$ can ann@example.com --module pricing --sub-account east
--- stdout
Answer       yes
User         ann@example.com
Module       pricing
Sub-account  east
Reasons      ✔  status       ann@example.com is active
             ✔  module       the role admin has every module
             ✔  sub-account  the role admin has every sub-account
--- exit 0
$ can uma@example.com --module reports --sub-account east
--- stdout
Answer       yes
User         uma@example.com
Module       reports
Sub-account  east
Reasons      ✔  status       uma@example.com is active
             ✔  module       reports is granted to uma@example.com
             ✔  sub-account  east is granted to uma@example.com
--- exit 0
$ can uma@example.com --module messaging
--- stdout
Answer   no
User     uma@example.com
Module   messaging
Reasons  ✔  status       uma@example.com is active
         ✘  module       messaging is not granted to uma@example.com
--- exit 1
$ can uma@example.com --module pricing
--- stdout
Answer   no
User     uma@example.com
Module   pricing
Reasons  ✔  status       uma@example.com is active
         ✘  module       pricing is admin-only, and the role user has no admin-only module
--- exit 1
$ can uma@example.com view-insights --module reports
--- stdout
Answer      yes
User        uma@example.com
Permission  view-insights
Module      reports
Reasons     ✔  status       uma@example.com is active
            ✔  role         the role user has view-insights
            ✔  scope        all: the whole organization
            ✔  module       reports is granted to uma@example.com
--- exit 0
$ can tom@example.com --sub-account east
--- stdout
Answer       no
User         tom@example.com
Sub-account  east
Reasons      ✔  status       tom@example.com is active
             ✘  sub-account  east is not granted to tom@example.com
--- exit 1

"#]]
    );
    world.admit(["can", "ann@example.com", "--sub-account", "kids"]).assert_code(0);
}

#[test]
fn every_format() {
    let world = mixed();
    let words = ["can", "uma@example.com", "view-insights", "--module", "pricing"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
Answer      no
User        uma@example.com
Permission  view-insights
Module      pricing
Reasons     ✔  status       uma@example.com is active
            ✔  role         the role user has view-insights
            ✔  scope        all: the whole organization
            ✘  module       pricing is admin-only, and the role user has no admin-only module
--- exit 1
=== json
--- stdout
{"allowed":false,"user":"uma@example.com","role":"user","permission":"view-insights","scope":"all","agent":null,"module":"pricing","sub_account":null,"organization":"main","reasons":[{"holds":true,"step":"status","reason":"uma@example.com is active"},{"holds":true,"step":"role","reason":"the role user has view-insights"},{"holds":true,"step":"scope","reason":"all: the whole organization"},{"holds":false,"step":"module","reason":"pricing is admin-only, and the role user has no admin-only module"}]}
--- exit 1
=== jsonl
--- stdout
{"allowed":false,"user":"uma@example.com","role":"user","permission":"view-insights","scope":"all","agent":null,"module":"pricing","sub_account":null,"organization":"main","reasons":[{"holds":true,"step":"status","reason":"uma@example.com is active"},{"holds":true,"step":"role","reason":"the role user has view-insights"},{"holds":true,"step":"scope","reason":"all: the whole organization"},{"holds":false,"step":"module","reason":"pricing is admin-only, and the role user has no admin-only module"}]}
--- exit 1
=== csv
--- stdout
allowed,user,role,permission,scope,agent,module,sub_account,organization,reasons
false,uma@example.com,user,view-insights,all,,pricing,,main,"[{""holds"":true,""step"":""status"",""reason"":""uma@example.com is active""},{""holds"":true,""step"":""role"",""reason"":""the role user has view-insights""},{""holds"":true,""step"":""scope"",""reason"":""all: the whole organization""},{""holds"":false,""step"":""module"",""reason"":""pricing is admin-only, and the role user has no admin-only module""}]"
--- exit 1
=== ids
--- exit 1

"#]]
    );
    let yes = ["can", "uma@example.com", "view-insights", "--format=ids"];
    assert_eq!(world.answer(yes), "uma@example.com\n");
}

/// Rule 5.
#[test]
fn the_plan_decides_about_premium_permissions_and_seats_about_inviting() {
    let world = World::fresh();
    let olga = "olga@example.com";
    world.admit(["init", "--template=security-console", "--owner", olga]).assert_code(0);
    let ask =
        |permission| asked(&world, &[&format!("{olga} {permission} --fields=allowed,reasons")]);
    let before = [ask("manage-decisions"), ask("invite-users"), ask("cti-data")].concat();
    world
        .sql()
        .execute_batch(
            "INSERT INTO premium_features VALUES (1, 'manage-decisions');
             UPDATE organizations SET plan = 'enterprise', seat_limit = 2;",
        )
        .unwrap();
    let after = [ask("manage-decisions"), ask("invite-users")].concat();
    world.admit(["invite", "new@example.com"]).assert_code(0);
    let full = ask("invite-users");
    // What `can` says is what happens.
    world.admit(["invite", "one@example.com"]).assert_code(1);
    assert_data_eq!(
        [before, after, full].join("======\n"),
        str![[r#"
$ can olga@example.com manage-decisions --fields=allowed,reasons
--- stdout
Answer   no
Reasons  ✔  status       olga@example.com is active
         ✔  role         the role owner has manage-decisions
         ✔  scope        all: the whole organization
         ✘  plan         manage-decisions is premium, and the plan does not have it
--- exit 1
$ can olga@example.com invite-users --fields=allowed,reasons
--- stdout
Answer   yes
Reasons  ✔  status       olga@example.com is active
         ✔  role         the role owner has invite-users
         ✔  scope        all: the whole organization
         ✔  plan         no limit of seats is set
--- exit 0
$ can olga@example.com cti-data --fields=allowed,reasons
--- stdout
Answer   yes
Reasons  ✔  status       olga@example.com is active
         ✔  role         the role owner has cti-data
         ✔  scope        all: the whole organization
         ✔  plan         the plan limits how much of cti-data
--- exit 0
======
$ can olga@example.com manage-decisions --fields=allowed,reasons
--- stdout
Answer   yes
Reasons  ✔  status       olga@example.com is active
         ✔  role         the role owner has manage-decisions
         ✔  scope        all: the whole organization
         ✔  plan         manage-decisions is premium, and the plan enterprise has it
--- exit 0
$ can olga@example.com invite-users --fields=allowed,reasons
--- stdout
Answer   yes
Reasons  ✔  status       olga@example.com is active
         ✔  role         the role owner has invite-users
         ✔  scope        all: the whole organization
         ✔  plan         1 of 2 seats left
--- exit 0
======
$ can olga@example.com invite-users --fields=allowed,reasons
--- stdout
Answer   no
Reasons  ✔  status       olga@example.com is active
         ✔  role         the role owner has invite-users
         ✔  scope        all: the whole organization
         ✘  plan         none of 2 seats is left
--- exit 1

"#]]
    );
}

#[test]
fn what_is_unknown_is_named_with_the_nearest() {
    let world = mixed();
    let questions = [
        "ana@example.com view-insights",
        "ann@example.com view-insight",
        "ann@example.com view-agent-performance --agent voice:471",
        "ann@example.com view-agent-performance --agent nothing",
        "ann@example.com --module report",
        "ann@example.com --module xyz",
        "ann@example.com --sub-account eats",
        "ann@example.com --sub-account xyz",
    ];
    assert_data_eq!(
        asked(&world, &questions),
        str![[r#"
$ can ana@example.com view-insights
--- stderr
error: no user ana@example.com in main
hint: did you mean ann@example.com, lea@example.com or uma@example.com?
--- exit 67
$ can ann@example.com view-insight
--- stderr
error: no permission view-insight in main
hint: did you mean view-insights?
--- exit 67
$ can ann@example.com view-agent-performance --agent voice:471
--- stderr
error: no agent voice:471 in main
hint: did you mean voice:4711, voice:4712 or voice:9?
--- exit 67
$ can ann@example.com view-agent-performance --agent nothing
--- stderr
error: no agent nothing in main
hint: agents come from interaction data: admit agent import FILE, or admit agent add SOURCE:nothing
--- exit 67
$ can ann@example.com --module report
--- stderr
error: no module report in main
hint: did you mean reports?
--- exit 67
$ can ann@example.com --module xyz
--- stderr
error: no module xyz in main
hint: known modules: admit module list; make it: admit module add xyz
--- exit 67
$ can ann@example.com --sub-account eats
--- stderr
error: no sub-account eats in main
hint: did you mean east?
--- exit 67
$ can ann@example.com --sub-account xyz
--- stderr
error: no sub-account xyz in main
hint: known sub-accounts: admit sub-account list; make it: admit sub-account add xyz
--- exit 67

"#]]
    );
}

#[test]
fn a_question_without_a_question_is_a_wrong_command_line() {
    let world = mixed();
    let questions = [
        "ann@example.com",
        "ann@example.com --agent voice:9",
        "--module=reports",
        "view-insights x",
    ];
    assert_data_eq!(
        asked(&world, &questions),
        str![[r#"
$ can ann@example.com
--- stderr
error: nothing is asked about
hint: admit can USER PERMISSION, or --module MODULE, --sub-account SUB-ACCOUNT
--- exit 2
$ can ann@example.com --agent voice:9
--- stderr
error: --agent needs a permission to ask about
hint: admit can USER PERMISSION, or --module MODULE, --sub-account SUB-ACCOUNT
--- exit 2
$ can --module=reports
--- stderr
error: no user is named
hint: admit can USER PERMISSION
--- exit 2
$ can view-insights x
--- stderr
error: invalid value 'view-insights' for '[USER]': the address has no '@'; a user is named by e-mail address, by number (#12) or by extension (ext:1001)

For more information, try '--help'.
--- exit 2

"#]]
    );
    world.admit(["can"]).assert_code(2);
}

#[test]
fn everybody_may_ask_about_themselves_and_managers_about_all() {
    let world = mixed();
    let (ann, bob) = ("--as=ann@example.com", "--as=bob@example.com");
    world.admit(["can", "bob@example.com", "manage-coaching-plans", bob]).assert_code(0);
    world.admit(["can", "bob@example.com", "manage-users", bob]).assert_code(1);
    world.admit(["can", "bob@example.com", "manage-users", ann]).assert_code(1);
    let run = world.admit(["can", "ann@example.com", "manage-users", bob]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: bob@example.com may not do this: can needs manage-users, which the role agent does not have
hint: who could: ann@example.com
--- exit 77

"#]]
    );
    // Who is not there is answered as who is.
    world.admit(["can", "zoe@example.com", "manage-users", bob]).assert_code(77);
    // Whose an agent is, and which there are, is not theirs to know.
    let other = ["can", "bob@example.com", "view-coaching-plans", bob, "--agent"];
    let run = world.admit(other.iter().chain(&["voice:4712"]));
    run.assert_code(1);
    assert!(!run.to_string().contains("cid@"), "{run}");
    let run = world.admit(other.iter().chain(&["voice:471"]));
    run.assert_code(67);
    assert!(!run.stderr.contains("voice:4711"), "{run}");
}

#[test]
fn asking_changes_nothing() {
    let world = mixed();
    let before = world.contents();
    world.admit(["can", "ann@example.com", "manage-users"]).assert_code(0);
    world.admit(["can", "uma@example.com", "manage-users"]).assert_code(1);
    assert_eq!(world.contents(), before);
}
