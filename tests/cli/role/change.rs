//! `admit role create`, `edit` and `delete`: S0's "Other", and the rules that hold for every role.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// What a script reads of a role.
fn role(world: &World, name: &str) -> String {
    let fields =
        "--fields=role,title,hands_out,handed_out_by,holds_agents,modules,sub_accounts,permissions";
    world.answer(["role", "show", name, fields, "--format=jsonl"])
}

fn ranks(world: &World) -> Vec<String> {
    let ids = world.answer(["role", "list", "--format=ids"]);
    ids.lines().map(str::to_owned).collect()
}

#[test]
fn a_custom_role_stands_below_the_named_one_and_may_be_given() {
    let world = World::with_store();
    let words = [
        "role",
        "create",
        "Quality Coach",
        "--below=admin",
        "--grant=view-insights",
        "--grant",
        "view-coaching-plans:team",
    ];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
Role           quality-coach
Title          Quality Coach
Users          0
Active users   0
Hands out      -
Handed out by  admin
Holds agents   no
Modules        granted
Sub-accounts   granted

Permission              Quality Coach  What it is
invite-users                           Invite users
manage-users                           Manage users and their agent IDs
view-last-login                        See when others last logged in
export-charts                          Export chart data to CSV
view-insights           ✔              View all insights pages
view-agent-performance                 View the performance of agents
view-coaching-plans     ✔ team         View coaching plans of agents
manage-coaching-plans                  Create and track coaching plans
--- stderr
Made the role quality-coach in main.
--- exit 0

"#]]
    );
    assert_eq!(ranks(&world), ["admin", "quality-coach", "team-leader", "user", "agent"]);
    assert_eq!(
        world.last_entry(),
        "role.create 1:  [role=quality-coach below=admin title=Quality Coach \
         granted=view-insights:all granted=view-coaching-plans:team]"
    );
    world.admit(["invite", "kim@example.com", "--role", "quality coach"]).assert_code(0);
    world.put("kim@example.com", Status::Active);
    world.admit(["can", "kim@example.com", "view-insights"]).assert_code(0);
}

#[test]
fn a_role_starts_as_a_copy_and_goes_its_own_way() {
    let world = World::with_store();
    let words = [
        "role",
        "create",
        "deputy",
        "--copy=admin",
        "--below=admin",
        "--title=Deputy Admin",
        "--grant=export-charts:team",
        "--agents=allowed",
        "--modules=granted",
    ];
    world.admit(words).assert_code(0);
    assert_data_eq!(
        role(&world, "deputy"),
        str![[r#"
{"role":"deputy","title":"Deputy Admin","hands_out":["team-leader","user","agent"],"handed_out_by":["admin"],"holds_agents":true,"modules":"granted","sub_accounts":"all","permissions":["invite-users:all","manage-users:all","view-last-login:all","export-charts:team","view-insights:all"]}

"#]]
    );
    assert_data_eq!(
        role(&world, "admin"),
        str![[r#"
{"role":"admin","title":"Admin","hands_out":["admin","deputy","team-leader","user","agent"],"handed_out_by":["admin"],"holds_agents":false,"modules":"all","sub_accounts":"all","permissions":["invite-users:all","manage-users:all","view-last-login:all","export-charts:all","view-insights:all"]}

"#]]
    );
}

#[test]
fn who_invites_hands_out_what_is_below_unless_it_is_said() {
    let world = World::with_store();
    world.admit(["role", "create", "lead", "--below=admin", "--grant=invite-users"]).assert_code(0);
    assert_data_eq!(
        role(&world, "lead"),
        str![[r#"
{"role":"lead","title":"Lead","hands_out":["team-leader","user","agent"],"handed_out_by":["admin"],"holds_agents":false,"modules":"granted","sub_accounts":"granted","permissions":["invite-users:all"]}

"#]]
    );
    let narrow = ["role", "edit", "lead", "--hands-out=agent", "--hands-out=user"];
    world.admit(narrow).assert_code(0);
    assert_data_eq!(
        role(&world, "lead"),
        str![[r#"
{"role":"lead","title":"Lead","hands_out":["user","agent"],"handed_out_by":["admin"],"holds_agents":false,"modules":"granted","sub_accounts":"granted","permissions":["invite-users:all"]}

"#]]
    );
    // A role that comes later is given by those above it.
    world.admit(["role", "create", "guest"]).assert_code(0);
    assert_data_eq!(
        role(&world, "guest"),
        str![[r#"
{"role":"guest","title":"Guest","hands_out":[],"handed_out_by":["admin","lead"],"holds_agents":false,"modules":"granted","sub_accounts":"granted","permissions":[]}

"#]]
    );
    // Without inviting nothing is handed out.
    world.admit(["role", "edit", "lead", "--withdraw=invite-users"]).assert_code(0);
    assert_data_eq!(
        role(&world, "lead"),
        str![[r#"
{"role":"lead","title":"Lead","hands_out":[],"handed_out_by":["admin"],"holds_agents":false,"modules":"granted","sub_accounts":"granted","permissions":[]}

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "role.edit 1:  [role=lead withdrawn=invite-users hands_out_no_more=user \
         hands_out_no_more=agent hands_out_no_more=guest]"
    );
}

#[test]
fn what_a_role_cannot_be_is_refused() {
    let world = World::with_store();
    let before = world.contents();
    let mut said = String::new();
    for words in [
        "create user",
        "create coach --grant view-insight",
        "create coach --grant view-insights:mine",
        "create coach --below amin",
        "create coach --copy amin",
        "create coach --grant invite-users",
        "create coach --hands-out agent",
        "create coach --below user --grant invite-users --hands-out admin",
        "create ???",
        "create",
        "edit user",
        "edit user --hands-out agent",
        "edit user --grant invite-users --hands-out user",
        "edit admin --withdraw invite-user",
        "edit admin --withdraw invite-users --grant invite-users",
        "edit manager --title Manager",
        "delete manager",
        "delete user",
    ] {
        let words = ["role"].into_iter().chain(words.split(' '));
        let run = world.admit(words.clone());
        let lines = run.stderr.lines().take_while(|line| !line.is_empty());
        let line: Vec<&str> = words.collect();
        said += &format!(
            "$ {}\n{}\n[{}]\n",
            line.join(" "),
            lines.collect::<Vec<_>>().join("\n"),
            run.code
        );
        assert_eq!(run.stdout, "");
    }
    assert_data_eq!(
        said,
        str![[r#"
$ role create user
error: there is a role user already
hint: change it: admit role edit user
[1]
$ role create coach --grant view-insight
error: no permission view-insight in main
hint: did you mean view-insights?
[67]
$ role create coach --grant view-insights:mine
error: invalid value 'view-insights:mine' for '--grant <PERMISSION[:SCOPE]>': a scope is all, team or own
[2]
$ role create coach --below amin
error: no role amin in main
hint: did you mean admin?
[67]
$ role create coach --copy amin
error: no role amin in main
hint: did you mean admin?
[67]
$ role create coach --grant invite-users
error: the role coach may invite people, and would hand out no role to them
hint: name one with --hands-out ROLE; a new role stands above others with --below ROLE
[1]
$ role create coach --hands-out agent
error: the role coach hands out no roles, because it may not invite anybody
hint: add --grant invite-users
[1]
$ role create coach --below user --grant invite-users --hands-out admin
error: the role coach cannot hand out admin, which is not below it
hint: below it: agent
[1]
$ role create ???
error: invalid value '???' for '[NAME]': a role's name is 1 to 40 letters, digits and '-', such as team-leader
[2]
$ role create
error: the role has no name yet
hint: admit role create NAME --grant PERMISSION
[2]
$ role edit user
error: nothing is to be changed
hint: admit role edit ROLE --grant PERMISSION, or --withdraw, --title, --hands-out, …
[2]
$ role edit user --hands-out agent
error: the role user hands out no roles, because it may not invite anybody
hint: add --grant invite-users
[1]
$ role edit user --grant invite-users --hands-out user
error: the role user cannot hand out user, which is not below it
hint: below it: agent
[1]
$ role edit admin --withdraw invite-user
error: no permission invite-user in main
hint: did you mean invite-users?
[67]
$ role edit admin --withdraw invite-users --grant invite-users
error: invite-users is both granted and withdrawn
[2]
$ role edit manager --title Manager
error: no role manager in main
hint: known roles: admin, team-leader, user, agent
[67]
$ role delete manager
error: no role manager in main
hint: known roles: admin, team-leader, user, agent
[67]
$ role delete user
error: the role user is what people of main get who are invited without one
hint: first let another be it: admit org set main --default-role ROLE
[1]

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn nothing_to_change_leaves_no_entry() {
    let world = World::with_store();
    let before = world.contents();
    let words = ["role", "edit", "user", "--grant=view-insights", "--title=User", "--format=ids"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
user
--- stderr
The role user in main is so already.
--- exit 0

"#]]
    );
    world.admit(["role", "edit", "user", "--withdraw=export-charts"]).assert_code(0);
    assert_eq!(world.contents(), before);
}

#[test]
fn a_dry_run_shows_it_and_changes_nothing() {
    let world = World::with_store();
    let before = world.contents();
    let fields = "--fields=role,permissions";
    for (words, sentence) in [
        (&["create", "coach", "--grant=view-insights", fields][..], "Made the role coach in main."),
        (&["edit", "user", "--withdraw=view-insights", fields], "Changed the role user in main."),
        (&["delete", "agent"], "Deleted the role agent in main."),
    ] {
        let run = world.admit(["role"].iter().chain(words).chain(&["--dry-run"]));
        run.assert_code(0);
        assert!(run.stderr.contains(&format!("it would say: {sentence}")), "{run}");
        assert!(!run.stdout.is_empty());
        assert_eq!(world.contents(), before);
    }
}

#[test]
fn a_role_that_somebody_has_stays() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["role", "delete", "agent", "-y"]).to_string(),
        str![[r#"
--- stderr
error: the role agent has 2 users
hint: see who: admit list --role agent; move them: admit set-role USER --role ROLE
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["cancel", "bob@example.com", "cid@example.com"]).assert_code(0);
    assert_data_eq!(
        world.admit(["role", "delete", "agent", "-y"]).to_string(),
        str![[r#"
--- stderr
error: the role agent has 2 users
hint: see who: admit list --inactive --role agent; delete them: admit remove USER
--- exit 1

"#]]
    );
    world.admit(["remove", "bob@example.com", "cid@example.com", "-y"]).assert_code(0);
    assert_data_eq!(
        world.admit(["role", "delete", "agent", "-y"]).to_string(),
        str![[r#"
--- stdout
Role          agent
Title         Agent
Result        deleted
Organization  main
--- stderr
Deleted the role agent in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "role.delete 1:  [role=agent]");
    assert_eq!(ranks(&world), ["admin", "team-leader", "user"]);
    let gaps = "SELECT count(*) FROM roles WHERE rank >= 3";
    assert_eq!(world.sql().query_row(gaps, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn agent_ids_are_freed_before_a_role_refuses_them() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    let before = world.contents();
    let words = ["role", "edit", "agent", "--agents=refused", "--format=ids"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stderr
error: 1 user holds agent IDs, which the role agent would no longer allow
hint: see who: admit list --role agent; free them: admit unassign-agent USER --all
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["unassign-agent", "bob@example.com", "--all"]).assert_code(0);
    world.admit(words).assert_code(0);
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(1);
}

#[test]
fn what_is_only_called_otherwise_is_changed_whoever_has_it() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    // There is no active manager yet, and none is lost.
    world.put("bob@example.com", admit::domain::status::Status::Active);
    world.admit(["role", "edit", "agent", "--title=Voice"]).assert_code(0);
}

/// Rule 4.
#[test]
fn the_last_role_whose_users_manage_users_keeps_that() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let before = world.contents();
    for change in ["--withdraw=manage-users", "--grant=manage-users:team"] {
        let run = world.admit(["role", "edit", "admin", change, "--format=ids"]);
        assert_data_eq!(
            run.to_string(),
            str![[r#"
--- stderr
error: nobody could manage users of main any more without the role admin
hint: first let another role do it: admit role edit ROLE --grant manage-users
--- exit 1

"#]]
        );
    }
    assert_eq!(world.contents(), before);
    // Another role that has it helps once somebody active is in it.
    world.admit(["role", "edit", "user", "--grant=manage-users"]).assert_code(0);
    let withdraw = ["role", "edit", "admin", "--withdraw=manage-users", "--format=ids"];
    assert_data_eq!(
        world.admit(withdraw).to_string(),
        str![[r#"
--- stderr
error: nobody could manage users of main any more without the role admin
hint: first give it to somebody: admit set-role USER --role user
--- exit 1

"#]]
    );
    world.admit(["invite", "uma@example.com", "--role=user", "--no-send"]).assert_code(0);
    world.put("uma@example.com", Status::Active);
    world.admit(withdraw).assert_code(0);
    // Nobody is active in `admin` who would lose it, but no other role has it.
    world.admit(["role", "edit", "admin", "--grant=manage-users"]).assert_code(0);
    world.admit(["role", "edit", "user", "--withdraw=manage-users"]).assert_code(0);
    world.put("ann@example.com", Status::Deactivated);
    world.admit(withdraw).assert_code(1);
}
