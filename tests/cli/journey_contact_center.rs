//! The contact centre's two documents, step by step in their order: inviting and revoking (S0), then
//! agents and their IDs (S1). Each step is a command as it is typed. What each role sees is
//! `journey_roles`'; the mails are not sent yet: their steps are not here.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::{Run, World};

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
fn an_admin_invites_people_and_revokes_their_access() {
    let world = portal();

    // "You will need to have the 'Admin' role": somebody else is told whom to ask.
    world.bash("admit invite uma@example.com --role user").assert_code(0);
    world.put("uma@example.com", Status::Active);
    assert_data_eq!(
        world.bash("admit --as uma@example.com invite eve@example.com").to_string(),
        str![[r#"
--- stderr
error: uma@example.com may not do this: invite needs invite-users, which the role user does not have
hint: who could: grace@example.com
--- exit 77

"#]]
    );

    // "Enter the name, email address and role type": a confirmation follows.
    let run = grace(&world, "admit invite tom@example.com --name 'Tom Hill' --role user");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
tom@example.com  invited  user  [DAY, HOUR AND ZONE]

Token for tom@example.com:
[TOKEN]
--- stderr
Invited 1 person in main.
--- exit 0

"#]]
    );

    // "You can click Add a user to invite multiple users at the same time."
    let run = grace(
        &world,
        "admit invite lea@example.com max@example.com tom@example.com --role team-leader",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result           Role         Link expires
lea@example.com  invited          team-leader  [DAY, HOUR AND ZONE]
max@example.com  invited          team-leader  [DAY, HOUR AND ZONE]
tom@example.com  already invited  -            -

Token for lea@example.com:
[TOKEN]

Token for max@example.com:
[TOKEN]
--- stderr
error: tom@example.com is invited already
hint: send a new link: admit resend tom@example.com
Invited 2 people in main.
--- exit 3

"#]]
    );

    // "There are different roles available": which, and what each may do, is a list to look at.
    let run = grace(&world, "admit role list --format ids");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
admin
team-leader
user
agent
--- exit 0

"#]]
    );

    // "Users who have accepted their invitation and set up a login."
    world.put("tom@example.com", Status::Active);

    // "In the All users tab, use the search function to find the user."
    assert_data_eq!(
        grace(&world, "admit list").to_string(),
        str![[r#"
--- stdout
E-mail             Name      Role         Team  Status   Agents
grace@example.com  -         admin        -     active   -
lea@example.com    -         team-leader  -     invited  -
max@example.com    -         team-leader  -     invited  -
tom@example.com    Tom Hill  user         -     active   -
uma@example.com    -         user         -     active   -
--- exit 0

"#]]
    );
    assert_data_eq!(
        grace(&world, "admit list --search HILL").to_string(),
        str![[r#"
--- stdout
E-mail           Name      Role  Team  Status  Agents
tom@example.com  Tom Hill  user  -     active  -
--- exit 0

"#]]
    );

    // "If the user is Active, click Deactivate; if the user is Invited, click Cancel invite": the wrong
    // one of the two is refused and names the right one.
    assert_data_eq!(
        grace(&world, "admit cancel tom@example.com").to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
tom@example.com  refused  -
--- stderr
error: tom@example.com is active, so cancel does not apply
hint: take the access away: admit deactivate tom@example.com
--- exit 1

"#]]
    );
    assert_data_eq!(
        grace(&world, "admit deactivate max@example.com").to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
max@example.com  refused  -
--- stderr
error: max@example.com is invited, so deactivate does not apply
hint: withdraw the invite: admit cancel max@example.com
--- exit 1

"#]]
    );
    assert_data_eq!(
        grace(&world, "admit deactivate tom@example.com").to_string(),
        str![[r#"
--- stdout
User             Result       Released agents
tom@example.com  deactivated  -
--- stderr
Deactivated 1 user in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        grace(&world, "admit cancel max@example.com").to_string(),
        str![[r#"
--- stdout
User             Result     Released agents
max@example.com  cancelled  -
--- stderr
Cancelled 1 invite in main.
--- exit 0

"#]]
    );

    // "The user will no longer appear under the All users tab. Switch to the Inactive tab."
    assert_data_eq!(
        grace(&world, "admit list").to_string(),
        str![[r#"
--- stdout
E-mail             Name  Role         Team  Status   Agents
grace@example.com  -     admin        -     active   -
lea@example.com    -     team-leader  -     invited  -
uma@example.com    -     user         -     active   -
--- exit 0

"#]]
    );
    assert_data_eq!(
        grace(&world, "admit list --inactive").to_string(),
        str![[r#"
--- stdout
E-mail           Name      Role         Team  Status       Agents
max@example.com  -         team-leader  -     cancelled    -
tom@example.com  Tom Hill  user         -     deactivated  -
--- exit 0

"#]]
    );

    // What she did is hers in the audit. (The two `user.reactivate` are this test's way to accept.)
    let run = world.bash("admit audit list --format csv --fields actor,action,subjects");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
actor,action,subjects
grace@example.com,invite.cancel,max@example.com
grace@example.com,user.deactivate,tom@example.com
operator,user.reactivate,
grace@example.com,user.invite,lea@example.com;max@example.com
grace@example.com,user.invite,tom@example.com
uma@example.com,access.refuse,
operator,user.reactivate,
operator,user.invite,uma@example.com
operator,organization.create,grace@example.com
--- exit 0

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn agents_are_invited_and_mapped_to_their_ids() {
    let world = portal();

    // "Invite the agent and give them the role of 'Agent', then select the agent IDs": there is no
    // interaction of hers yet.
    let run = grace(
        &world,
        "admit invite ana@example.com --name 'Ana Ruiz' --role agent --agent voice:4711",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
ana@example.com  refused  -     -
--- stderr
error: no agent voice:4711 in main
hint: agents come from interaction data: admit agent import FILE, or admit agent add voice:4711
--- exit 67

"#]]
    );
    // "You can come back once they have interactions."
    let run = grace(
        &world,
        "admit invite ana@example.com --name 'Ana Ruiz' --role agent
         admit invite ben@example.com --name 'Ben Oz' --role agent --quiet",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role   Link expires
ana@example.com  invited  agent  [DAY, HOUR AND ZONE]

Token for ana@example.com:
[TOKEN]
User             Result   Role   Link expires
ben@example.com  invited  agent  [DAY, HOUR AND ZONE]

Token for ben@example.com:
[TOKEN]
--- stderr
Invited 1 person in main.
--- exit 0

"#]]
    );
    world.put("ana@example.com", Status::Active);

    // Both systems hand over what they have seen; Ana appears twice, and there are two of her name.
    world.file(
        "agents.csv",
        "source,agent_id,name,interactions\n\
         voice,4711,Ana Ruiz,812\n\
         voice,4712,Ana Ruis,3\n\
         chat,ana.r,Ana Ruiz,95\n\
         voice,4800,Ben Oz,44\n",
    );
    assert_data_eq!(
        grace(&world, "admit agent import agents.csv").to_string(),
        str![[r#"
--- stdout
Organization  main
Added         4
Updated       0
Unchanged     0
--- stderr
Brought 4 agents into main: 4 added, 0 updated, 0 unchanged.
--- exit 0

"#]]
    );

    // Steps 1 and 2: "If you do not see the 'Admin' option you do not have admin access. Speak to your
    // portal administrator."
    let run = world.bash("admit --as ana@example.com assign-agent ana@example.com voice:4711");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: ana@example.com may not do this: assign-agent needs manage-users, which the role agent does not have
hint: who could: grace@example.com
--- exit 77

"#]]
    );

    // Step 3: "Next to the user's details click 'View'."
    let run = grace(&world, "admit show ana@example.com --fields email,name,role,status,agents");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
E-mail  ana@example.com
Name    Ana Ruiz
Role    agent
Status  active
Agents  -
--- exit 0

"#]]
    );

    // Step 4: "Start typing their agent name from the list." Two names are alike, and the wrong
    // one is chosen.
    assert_data_eq!(
        grace(&world, "admit agent list --search 'ana ru'").to_string(),
        str![[r#"
--- stdout
Agent       Name      Interactions  Last interaction  User
chat:ana.r  Ana Ruiz            95  -                 -
voice:4711  Ana Ruiz           812  -                 -
voice:4712  Ana Ruis             3  -                 -
--- exit 0

"#]]
    );
    let run = grace(&world, "admit assign-agent ana@example.com voice:4712 ana.r");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
ana@example.com  voice:4712  assigned  -
ana@example.com  chat:ana.r  assigned  -
--- stderr
Assigned 2 agent IDs to ana@example.com in main.
--- exit 0

"#]]
    );

    // "Remove the incorrect agent ID and replace it with the correct one."
    let run = grace(&world, "admit assign-agent ana@example.com --replace voice:4712 voice:4711");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Agent       Result    Taken from
ana@example.com  voice:4712  released  -
ana@example.com  voice:4711  assigned  -
--- stderr
Replaced an agent ID of ana@example.com in main.
--- exit 0

"#]]
    );

    // "An agent ID can only be assigned to one user with the role 'Agent' at a time."
    let run = grace(&world, "admit assign-agent ben@example.com voice:4800 4711");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: agent voice:4711 belongs to ana@example.com
hint: take it over: admit assign-agent ben@example.com voice:4711 --move
--- exit 1

"#]]
    );
    let run = grace(&world, "admit assign-agent grace@example.com voice:4800");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: grace@example.com has the role admin, which holds no agent IDs
hint: admit set-role grace@example.com --role agent
--- exit 1

"#]]
    );
    grace(&world, "admit assign-agent ben@example.com voice:4800").assert_code(0);

    // "A user can have multiple agent IDs assigned to them": so it stands, with the past in it.
    let run = grace(&world, "admit agent list --fields agent,name,interactions,user");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Agent       Name      Interactions  User
chat:ana.r  Ana Ruiz            95  ana@example.com
voice:4711  Ana Ruiz           812  ana@example.com
voice:4712  Ana Ruis             3  -
voice:4800  Ben Oz              44  ben@example.com
--- exit 0

"#]]
    );
    let run = grace(&world, "admit agent show voice:4712");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Agent             voice:4712
Name              Ana Ruis
Interactions      3
Last interaction  -
User              -
Assignments       ana@example.com  [DAY, HOUR AND ZONE]  [DAY, HOUR AND ZONE]
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ana@example.com,Ana Ruiz,agent,,chat:ana.r;voice:4711,active,false
ben@example.com,Ben Oz,agent,,voice:4800,invited,false
grace@example.com,,admin,,,active,false

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
}
