//! `admit who-can`: exactly those about whom `can` says yes.

use admit::domain::operation::Operation;
use admit::domain::status::Status;
use admit::domain::template::Template;
use admit::ops::access;
use admit::ops::answers::{self, Question};
use snapbox::{assert_data_eq, str};

use crate::can::mixed;
use crate::support::World;

#[test]
fn people_are_listed_from_the_highest_role_with_their_scope() {
    let world = mixed();
    assert_data_eq!(
        world.in_every_format(&["who-can", "view-agent-performance"]),
        str![[r#"
=== table
--- stdout
User             Name  Role         Scope
tom@example.com  -     team-leader  team
bob@example.com  -     agent        own
cid@example.com  -     agent        own
--- exit 0
=== json
--- stdout
[
{"user":"tom@example.com","email":"tom@example.com","name":null,"role":"team-leader","scope":"team","why":["tom@example.com is active","the role team-leader has view-agent-performance","team: who is in a team that they lead","tom@example.com leads Support"]},
{"user":"bob@example.com","email":"bob@example.com","name":null,"role":"agent","scope":"own","why":["bob@example.com is active","the role agent has view-agent-performance","own: only what is their own","bob@example.com holds chat:ana.r, voice:4711"]},
{"user":"cid@example.com","email":"cid@example.com","name":null,"role":"agent","scope":"own","why":["cid@example.com is active","the role agent has view-agent-performance","own: only what is their own","cid@example.com holds voice:4712"]}
]
--- exit 0
=== jsonl
--- stdout
{"user":"tom@example.com","email":"tom@example.com","name":null,"role":"team-leader","scope":"team","why":["tom@example.com is active","the role team-leader has view-agent-performance","team: who is in a team that they lead","tom@example.com leads Support"]}
{"user":"bob@example.com","email":"bob@example.com","name":null,"role":"agent","scope":"own","why":["bob@example.com is active","the role agent has view-agent-performance","own: only what is their own","bob@example.com holds chat:ana.r, voice:4711"]}
{"user":"cid@example.com","email":"cid@example.com","name":null,"role":"agent","scope":"own","why":["cid@example.com is active","the role agent has view-agent-performance","own: only what is their own","cid@example.com holds voice:4712"]}
--- exit 0
=== csv
--- stdout
user,email,name,role,scope,why
tom@example.com,tom@example.com,,team-leader,team,tom@example.com is active;the role team-leader has view-agent-performance;team: who is in a team that they lead;tom@example.com leads Support
bob@example.com,bob@example.com,,agent,own,"bob@example.com is active;the role agent has view-agent-performance;own: only what is their own;bob@example.com holds chat:ana.r, voice:4711"
cid@example.com,cid@example.com,,agent,own,cid@example.com is active;the role agent has view-agent-performance;own: only what is their own;cid@example.com holds voice:4712
--- exit 0
=== ids
--- stdout
tom@example.com
bob@example.com
cid@example.com
--- exit 0

"#]]
    );
    let mut said = String::new();
    for question in [
        "view-agent-performance --agent voice:4711",
        "view-insights --agent voice:4711",
        "--module reports",
        "view-insights --module reports --sub-account east",
        "view-last-login",
    ] {
        let words = ["who-can"].into_iter().chain(question.split(' '));
        let words = words.chain(["--format=csv", "--fields=email,scope"]);
        said += &format!("$ who-can {question}\n{}", world.admit(words).assert_code(0).stdout);
    }
    assert_data_eq!(
        said,
        str![[r#"
$ who-can view-agent-performance --agent voice:4711
email,scope
tom@example.com,team
bob@example.com,own
$ who-can view-insights --agent voice:4711
email,scope
ann@example.com,all
tom@example.com,all
lea@example.com,all
uma@example.com,all
$ who-can --module reports
email,scope
ann@example.com,
uma@example.com,
$ who-can view-insights --module reports --sub-account east
email,scope
ann@example.com,all
uma@example.com,all
$ who-can view-last-login
email,scope
ann@example.com,all

"#]]
    );
}

#[test]
fn nobody_is_an_empty_list_and_a_sentence() {
    let world = World::fresh();
    world.admit(["init", "--template=security-console", "--owner=o@example.com"]).assert_code(0);
    assert_data_eq!(
        world.admit(["who-can", "manage-decisions"]).to_string(),
        str![[r#"
--- stderr
Nobody in main can: manage-decisions is premium, and the plan does not have it.
--- exit 0

"#]]
    );
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["who-can", "view-insights"]).to_string(),
        str![[r#"
--- stderr
Nobody active in main can.
--- exit 0

"#]]
    );
}

#[test]
fn wrong_questions() {
    let world = mixed();
    let mut said = String::new();
    for question in
        ["view-insight", "view-insights --agent voice:47", "--agent voice:9", "--module x"]
    {
        let run = world.admit(["who-can"].into_iter().chain(question.split(' ')));
        said += &format!("$ who-can {question}\n{run}");
    }
    assert_data_eq!(
        said,
        str![[r#"
$ who-can view-insight
--- stderr
error: no permission view-insight in main
hint: did you mean view-insights?
--- exit 67
$ who-can view-insights --agent voice:47
--- stderr
error: no agent voice:47 in main
hint: did you mean voice:4711, voice:4712 or voice:9?
--- exit 67
$ who-can --agent voice:9
--- stderr
error: --agent needs a permission to ask about
hint: admit who-can PERMISSION, or --module MODULE, --sub-account SUB-ACCOUNT
--- exit 2
$ who-can --module x
--- stderr
error: no module x in main
hint: known modules: admit module list; make it: admit module add x
--- exit 67

"#]]
    );
    world.admit(["who-can"]).assert_code(2);
}

/// Who is refused something may ask before whom to ask (rule 2); strangers may not.
#[test]
fn every_active_user_may_ask() {
    let world = mixed();
    let uma = "--as=uma@example.com";
    world.admit(["who-can", "manage-users", uma]).assert_code(0);
    // Not whose an agent is, who leads whom, or what was granted to whom.
    let words = ["who-can", "view-agent-performance", uma, "--format=json"];
    let run = world.admit(words);
    run.assert_code(0);
    assert!(!run.stdout.contains("voice:") && !run.stdout.contains("Support"), "{run}");
    let entries = world.entries();
    for more in [
        &["view-insights", "--agent=voice:4711"][..],
        &["--module=reports"],
        &["--sub-account=east"],
    ] {
        world.admit(["who-can", uma].iter().chain(more)).assert_code(77);
    }
    assert_eq!(world.entries(), entries + 3);
    world.admit(["who-can", "manage-users", "--as=ivy@example.com"]).assert_code(77);
    world.admit(["who-can", "manage-users", "--as=eve@example.com"]).assert_code(77);
}

#[test]
fn who_can_and_can_agree_about_everybody() {
    let world = mixed();
    world.admit(["role", "edit", "user", "--grant=manage-users:own"]).assert_code(0);
    world.admit(["deactivate", "lea@example.com"]).assert_code(0);
    let everybody: Vec<String> = world.statuses().into_keys().collect();
    assert!(everybody.len() >= 7);
    let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
    let permissions = template.permissions.iter().map(|known| Some(known.name.clone()));
    let permissions: Vec<_> = permissions.chain([None]).collect();
    let agents = [None, Some("voice:4711"), Some("voice:4712"), Some("voice:9")];
    let modules = [None, Some("reports"), Some("pricing"), Some("messaging")];
    let sub_accounts = [None, Some("east"), Some("kids")];
    let (mut yes, mut no) = (0, 0);
    world.at("2026-01-03T00:00:00Z", |store, context| {
        for permission in &permissions {
            for agent in agents {
                for module in modules {
                    for sub_account in sub_accounts {
                        let question = Question {
                            permission: permission.clone(),
                            agent: agent.map(|agent| agent.parse().unwrap()),
                            module: module.map(|module| module.parse().unwrap()),
                            sub_account: sub_account.map(|name| name.parse().unwrap()),
                        };
                        let (tx, session) =
                            access::read(store, context, Operation::WhoCan).unwrap();
                        let able: Vec<String> = answers::who_can(&tx, &session, &question)
                            .unwrap()
                            .map(|able| able.unwrap().user.reference().to_string())
                            .collect();
                        drop(tx);
                        for user in &everybody {
                            let verdict =
                                answers::can(store, context, &user.parse().unwrap(), &question)
                                    .unwrap();
                            let can = verdict.answer.is_yes();
                            assert_eq!(can, able.contains(user), "{user}: {question:?}");
                            if can { yes += 1 } else { no += 1 }
                        }
                    }
                }
            }
        }
    });
    assert!(yes > 100 && no > 100, "{yes} yes, {no} no");
}

/// More people than are read at once, in several roles.
#[test]
fn a_long_list_is_read_to_its_end() {
    let world = World::with_store();
    let people = (0..1203).map(|n| format!("p{n}@example.com,{}\n", ["user", "agent"][n % 2]));
    world.file(
        "p.csv",
        std::iter::once("email,role\n".to_owned()).chain(people).collect::<String>(),
    );
    world.admit(["import", "p.csv"]).assert_code(0);
    // Straight into the table: the counters do not matter here.
    let active = format!("UPDATE users SET status = {}", Status::Active as i64);
    world.sql().execute(&active, []).unwrap();
    let able = world.answer(["who-can", "view-insights", "--format=ids"]);
    assert_eq!(able.lines().count(), 602);
    let able = world.answer(["who-can", "view-coaching-plans", "--format=ids"]);
    assert_eq!(able.lines().count(), 601);
}
