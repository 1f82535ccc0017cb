//! What the contact centre's documents (S0, S1) say of each role: what an Admin, a User, a Team Leader, an
//! Agent and somebody with a custom role sees.

use crate::support::{Run, World};
use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

/// What Grace, who is Admin, types.
fn grace(world: &World, script: &str) -> Run {
    world.bash(&format!("export ADMIT_AS=grace@example.com\n{script}"))
}

/// A portal with its Admin.
fn portal() -> World {
    let world = World::fresh();
    world.bash("admit init --owner grace@example.com").assert_code(0);
    world
}

#[test]
fn each_role_sees_what_the_document_says() {
    let world = portal();
    world.put("grace@example.com", Status::Active);
    let people = "admit team create Voice Chat
        admit agent add voice:1 voice:2 chat:1
        admit invite uma@example.com --role user
        admit invite tea@example.com --role team-leader --team Voice
        admit invite ana@example.com --role agent --team Voice --agent voice:1 --agent chat:1
        admit invite ben@example.com --role agent --team Chat --agent voice:2
        admit team leaders Voice --add tea@example.com";
    grace(&world, &format!("set -e; {people}")).assert_code(0);
    for email in ["uma@example.com", "tea@example.com", "ana@example.com", "ben@example.com"] {
        world.put(email, Status::Active);
    }
    // "User stats breakdown."
    let run = grace(&world, "admit stats");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
5 users in main by status
  pending      0
  invited      0
  expired      0
  active       5  ████████████████████████████████████████
  deactivated  0
  cancelled    0
  declined     0

5 current users by role
  admin        1  ████████████████████
  team-leader  1  ████████████████████
  user         1  ████████████████████
  agent        2  ████████████████████████████████████████

5 current users by team
  Voice        2  ████████████████████████████████████████
  Chat         1  ████████████████████
  (no team)    2  ████████████████████████████████████████

0 open invites by days left

4 closed invites by outcome
  accepted     4  ████████████████████████████████████████
  expired      0
  withdrawn    0
  declined     0
  replaced     0

3 agents
  with a user  3  ████████████████████████████████████████
  without      0
--- exit 0

"#]]
    );

    // "Admin: can view all insights pages, invite other users and view when other users have most
    // recently logged in, export chart data to .CSV. User: can view all insights pages."
    assert_data_eq!(
        grace(&world, "admit role show").to_string(),
        str![[r#"
--- stdout
Permission              Admin  Team Leader  User  Agent  What it is
invite-users            ✔                                Invite users
manage-users            ✔                                Manage users and their agent IDs
view-last-login         ✔                                See when others last logged in
export-charts           ✔                                Export chart data to CSV
view-insights           ✔      ✔            ✔            View all insights pages
view-agent-performance         ✔ team             ✔ own  View the performance of agents
view-coaching-plans            ✔ team             ✔ own  View coaching plans of agents
manage-coaching-plans                             ✔ own  Create and track coaching plans
--- exit 0

"#]]
    );
    let who = |question: &str| {
        grace(&world, &format!("admit who-can {question} --format csv --fields email,why"))
            .to_string()
    };
    assert_data_eq!(
        who("export-charts"),
        str![[r#"
--- stdout
email,why
grace@example.com,grace@example.com is active;the role admin has export-charts;all: the whole organization
--- exit 0

"#]]
    );
    assert_data_eq!(
        who("view-insights"),
        str![[r#"
--- stdout
email,why
grace@example.com,grace@example.com is active;the role admin has view-insights;all: the whole organization
tea@example.com,tea@example.com is active;the role team-leader has view-insights;all: the whole organization
uma@example.com,uma@example.com is active;the role user has view-insights;all: the whole organization
--- exit 0

"#]]
    );

    // "Team Leader: plus the 'My Team' page to view performance and coaching plans for agents in their
    // team. Agent: can view their own agent performance page and create and track coaching plans."
    assert_data_eq!(
        who("view-agent-performance --agent voice:1"),
        str![[r#"
--- stdout
email,why
tea@example.com,"tea@example.com is active;the role team-leader has view-agent-performance;team: who is in a team that they lead;voice:1 belongs to a user in Voice, which tea@example.com leads"
ana@example.com,ana@example.com is active;the role agent has view-agent-performance;own: only what is their own;voice:1 is assigned to ana@example.com
--- exit 0

"#]]
    );
    assert_data_eq!(
        who("view-agent-performance --agent voice:2"),
        str![[r#"
--- stdout
email,why
ben@example.com,ben@example.com is active;the role agent has view-agent-performance;own: only what is their own;voice:2 is assigned to ben@example.com
--- exit 0

"#]]
    );
    assert_data_eq!(
        who("manage-coaching-plans"),
        str![[r#"
--- stdout
email,why
ana@example.com,"ana@example.com is active;the role agent has manage-coaching-plans;own: only what is their own;ana@example.com holds chat:1, voice:1"
ben@example.com,ben@example.com is active;the role agent has manage-coaching-plans;own: only what is their own;ben@example.com holds voice:2
--- exit 0

"#]]
    );
    let run = world.bash("ADMIT_AS=tea@example.com admit team show Voice");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
E-mail           Name  Role         Status  Agents           Leads  Member
tea@example.com  -     team-leader  active  -                yes    yes
ana@example.com  -     agent        active  chat:1, voice:1  no     yes
--- stderr
Voice in main: 1 leader, 2 members.
--- exit 0

"#]]
    );
    world.bash("ADMIT_AS=tea@example.com admit team show Chat").assert_code(77);

    // "The agent can now log in and will see only data for the agent(s) assigned to them."
    let own = |agent: &str| {
        world.bash(&format!(
            "ADMIT_AS=ana@example.com admit can ana@example.com view-agent-performance --agent {agent}"
        ))
    };
    assert_data_eq!(
        own("chat:1").to_string(),
        str![[r#"
--- stdout
Answer      yes
User        ana@example.com
Permission  view-agent-performance
Agent       chat:1
Reasons     ✔  status       ana@example.com is active
            ✔  role         the role agent has view-agent-performance
            ✔  scope        own: only what is their own
            ✔  assignment   chat:1 is assigned to ana@example.com
--- exit 0

"#]]
    );
    assert_data_eq!(
        own("voice:2").to_string(),
        str![[r#"
--- stdout
Answer      no
User        ana@example.com
Permission  view-agent-performance
Agent       voice:2
Reasons     ✔  status       ana@example.com is active
            ✔  role         the role agent has view-agent-performance
            ✔  scope        own: only what is their own
            ✘  assignment   voice:2 is not assigned to ana@example.com
--- exit 1

"#]]
    );

    // "Other: in some cases custom roles may be set up for your organization."
    let coach = "admit role create coach --below team-leader --grant view-insights \
                 --grant view-coaching-plans:team
                 admit invite cora@example.com --role coach --team Chat
                 admit team leaders Chat --add cora@example.com";
    grace(&world, &format!("set -e; {coach}")).assert_code(0);
    world.put("cora@example.com", Status::Active);
    assert_data_eq!(
        who("view-coaching-plans --agent voice:2"),
        str![[r#"
--- stdout
email,why
cora@example.com,"cora@example.com is active;the role coach has view-coaching-plans;team: who is in a team that they lead;voice:2 belongs to a user in Chat, which cora@example.com leads"
ben@example.com,ben@example.com is active;the role agent has view-coaching-plans;own: only what is their own;voice:2 is assigned to ben@example.com
--- exit 0

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
}
