//! The customer portal's document (S2), step by step in its order: inviting, the pending invitations,
//! deactivating and removing. Each step is a command as it is typed.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::{Run, World};

/// What Kim, who made the account, types.
fn kim(world: &World, script: &str) -> Run {
    world.bash(&format!("export ADMIT_AS=kim@example.com\n{script}"))
}

#[test]
fn the_creator_of_an_account_invites_deactivates_and_removes_people() {
    let world = World::fresh();

    // "Once you have created your account, you will have an administrator access by default."
    let run = world.bash("admit init --template customer-portal --owner kim@example.com");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Store         [HOME]/.local/share/admit/admit.db
Organization  main
Template      customer-portal
Owner         kim@example.com
Link expires  [DAY, HOUR AND ZONE]

Token for kim@example.com:
[TOKEN]
--- stderr
Made the store [HOME]/.local/share/admit/admit.db with the organization main.
--- exit 0

"#]]
    );
    kim(&world, "admit invite old@example.com").assert_code(0);
    world.put("old@example.com", Status::Active);
    kim(&world, "admit invite known@example.com").assert_code(0);

    // Steps 4 to 6: "You can invite as many users as you want at the same time. By default permissions
    // are set as User."
    // Step 7: "Previously-invited users, existing users and users with disposable email addresses will
    // not be shown": here they are named instead.
    let run = kim(
        &world,
        "admit invite ann@example.com bob@example.com cid@example.com old@example.com \
         known@example.com dot@mailinator.com eve@sub.yopmail.com nobody",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User                 Result              Role  Link expires
ann@example.com      invited             user  [DAY, HOUR AND ZONE]
bob@example.com      invited             user  [DAY, HOUR AND ZONE]
cid@example.com      invited             user  [DAY, HOUR AND ZONE]
old@example.com      already active      -     -
known@example.com    already invited     -     -
dot@mailinator.com   disposable address  -     -
eve@sub.yopmail.com  disposable address  -     -
nobody               invalid             -     -

Token for ann@example.com:
[TOKEN]

Token for bob@example.com:
[TOKEN]

Token for cid@example.com:
[TOKEN]
--- stderr
error: nobody is no address: the address has no '@'
error: old@example.com is active already
error: known@example.com is invited already
hint: send a new link: admit resend known@example.com
error: dot@mailinator.com cannot be invited: mailinator.com is on the list of disposable domains of [LIST DATE]
hint: let it in: admit domain allow mailinator.com
error: eve@sub.yopmail.com cannot be invited: yopmail.com is on the list of disposable domains of [LIST DATE]
hint: let it in: admit domain allow sub.yopmail.com
Invited 3 people in main.
hint: these users see no module yet; grant some: admit grant ann@example.com bob@example.com cid@example.com --module MODULE
--- exit 3

"#]]
    );

    // Step 5: "You need to set the modules that your users are going to access. User type permissions
    // don't have access to Pricing, Payment and User Management modules. Then you can set the
    // sub-accounts your user can access." Each can be set with the invitation as well.
    let run = kim(&world, "admit sub-account add north south && admit module list");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Sub-account  Title  Granted to
north        North           0
south        South           0
Module           Title            Access      Granted to
dashboard        Dashboard        everyone             0
messaging        Messaging        everyone             0
reports          Reports          everyone             0
configuration    Configuration    everyone             0
pricing          Pricing          admin-only           0
payment          Payment          admin-only           0
user-management  User Management  admin-only           0
--- stderr
Added 2 sub-accounts in main.
--- exit 0

"#]]
    );
    let run = kim(
        &world,
        "admit grant ann@example.com bob@example.com --module reports,messaging --sub-account north",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result                                         Role  Modules now         Sub-accounts now
ann@example.com  granted reports, messaging, sub-account north  user  messaging, reports  north
bob@example.com  granted reports, messaging, sub-account north  user  messaging, reports  north
--- stderr
Granted access to 2 users in main.
--- exit 0

"#]]
    );
    let run = kim(&world, "admit grant ann@example.com --module pricing");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Modules now  Sub-accounts now
ann@example.com  refused  -     -            -
--- stderr
error: ann@example.com has the role user, and pricing is admin-only: only roles such as admin have it
hint: admit set-role ann@example.com --role admin
--- exit 1

"#]]
    );
    let run = kim(&world, "admit invite dan@example.com --module payment");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
dan@example.com  refused  -     -
--- stderr
error: dan@example.com has the role user, and payment is admin-only: only roles such as admin have it
hint: the role that does: --role admin
--- exit 1

"#]]
    );
    kim(&world, "admit invite dan@example.com --module dashboard --sub-account south")
        .assert_code(0);

    // "Invited users will be shown under 'Pending Invitations'."
    let run = kim(&world, "admit list --status invited");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
E-mail             Name  Role  Team  Status   Agents
ann@example.com    -     user  -     invited  -
bob@example.com    -     user  -     invited  -
cid@example.com    -     user  -     invited  -
dan@example.com    -     user  -     invited  -
known@example.com  -     user  -     invited  -
--- exit 0

"#]]
    );

    // Step 9: "To remove a user or to resend an invitation": the old link ends.
    let run = kim(&world, "admit resend ann@example.com");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result                   Link expires
ann@example.com  new link, old one ended  [DAY, HOUR AND ZONE]

Token for ann@example.com:
[TOKEN]
--- stderr
Renewed the links of 1 person in main.
--- exit 0

"#]]
    );
    let run = kim(&world, "admit remove bob@example.com known@example.com");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: removing 2 users needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    let run = kim(&world, "admit remove bob@example.com known@example.com --yes");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User               Result   Released agents
bob@example.com    removed  -
known@example.com  removed  -
--- stderr
Removed 2 users in main.
--- exit 0

"#]]
    );
    let links = "SELECT count(*), sum(expires_at - created_at = 7 * 86400) FROM invites
                 WHERE state = 1";
    let open: (i64, i64) =
        world.sql().query_row(links, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    // Step 10: "the email invite link, which is valid for seven days": Ann's, Cid's and Dan's, and the link
    // with which Kim sets a password.
    assert_eq!(open, (4, 4));

    // Steps 11 and 12: "The user will now be registered under 'Active Users'."
    world.put("ann@example.com", Status::Active);
    world.put("cid@example.com", Status::Active);
    let run = kim(&world, "admit list --status active");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
E-mail           Name  Role   Team  Status  Agents
ann@example.com  -     user   -     active  -
cid@example.com  -     user   -     active  -
kim@example.com  -     admin  -     active  -
old@example.com  -     user   -     active  -
--- exit 0

"#]]
    );

    // "To remove a user, simply click 'Remove user', or if you want to deactivate a user, click on
    // 'Deactivate'."
    let run = kim(&world, "admit deactivate ann@example.com");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result       Released agents
ann@example.com  deactivated  -
--- stderr
Deactivated 1 user in main.
--- exit 0

"#]]
    );
    let run = kim(&world, "admit remove cid@example.com --yes");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
cid@example.com  removed  -
--- stderr
Removed 1 user in main.
--- exit 0

"#]]
    );
    // Nobody does that to themselves, and the account keeps somebody who can manage it.
    let run = kim(&world, "admit deactivate kim@example.com");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
kim@example.com  refused  -
--- stderr
error: kim@example.com cannot deactivate themselves
--- exit 77

"#]]
    );
    let run = world.bash("admit remove kim@example.com --yes");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
kim@example.com  refused  -
--- stderr
error: kim@example.com is the last active user of main who can manage users
hint: first give somebody else the role admin: admit set-role USER --role admin
--- exit 1

"#]]
    );

    // "Deactivated users will be listed under 'Deactivated users', while users that have been removed
    // will be completely removed from the account."
    assert_data_eq!(
        kim(&world, "admit list --status deactivated").to_string(),
        str![[r#"
--- stdout
E-mail           Name  Role  Team  Status       Agents
ann@example.com  -     user  -     deactivated  -
--- exit 0

"#]]
    );
    assert_data_eq!(
        kim(&world, "admit show cid@example.com").to_string(),
        str![[r#"
--- stderr
error: no user cid@example.com in main
hint: did you mean kim@example.com, old@example.com or ann@example.com?
--- exit 67

"#]]
    );

    // "You can however still invite the users that have been previously removed", while who was
    // deactivated is brought back instead.
    let run = kim(&world, "admit invite cid@example.com bob@example.com ann@example.com");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result       Role  Link expires
cid@example.com  invited      user  [DAY, HOUR AND ZONE]
bob@example.com  invited      user  [DAY, HOUR AND ZONE]
ann@example.com  deactivated  -     -

Token for cid@example.com:
[TOKEN]

Token for bob@example.com:
[TOKEN]
--- stderr
error: ann@example.com is deactivated already
hint: bring back: admit reactivate ann@example.com
Invited 2 people in main.
hint: these users see no module yet; grant some: admit grant cid@example.com bob@example.com --module MODULE
--- exit 3

"#]]
    );
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ann@example.com,,user,,,deactivated,false
bob@example.com,,user,,,invited,false
cid@example.com,,user,,,invited,false
dan@example.com,,user,,,invited,false
kim@example.com,,admin,,,active,false
old@example.com,,user,,,active,false

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn the_account_has_its_own_word_on_who_is_disposable() {
    let world = World::fresh();
    world.bash("admit init --template customer-portal --owner kim@example.com").assert_code(0);
    kim(&world, "admit invite dot@mail.yopmail.com").assert_code(1);
    let run = kim(
        &world,
        "admit domain allow mail.yopmail.com
         admit invite dot@mail.yopmail.com --quiet
         admit domain block rival.example --quiet
         admit invite spy@rival.example",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Domain            Result
mail.yopmail.com  allowed
User                  Result   Role  Link expires
dot@mail.yopmail.com  invited  user  [DAY, HOUR AND ZONE]

Token for dot@mail.yopmail.com:
[TOKEN]
Domain         Result
rival.example  blocked
User               Result          Role  Link expires
spy@rival.example  blocked domain  -     -
--- stderr
Allowed 1 domain in main.
error: spy@rival.example cannot be invited: rival.example is blocked in main
hint: let it in: admit domain allow rival.example
--- exit 1

"#]]
    );
    // Removed, she is as if never there, and asked anew when she is invited again.
    let run = kim(
        &world,
        "admit remove dot@mail.yopmail.com --yes --quiet
         admit domain forget mail.yopmail.com --quiet
         admit invite dot@mail.yopmail.com",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User                  Result   Released agents
dot@mail.yopmail.com  removed  -
Domain            Result
mail.yopmail.com  left to the list
User                  Result              Role  Link expires
dot@mail.yopmail.com  disposable address  -     -
--- stderr
error: dot@mail.yopmail.com cannot be invited: yopmail.com is on the list of disposable domains of [LIST DATE]
hint: let it in: admit domain allow mail.yopmail.com
--- exit 1

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn each_user_sees_the_modules_and_sub_accounts_that_were_granted() {
    let world = World::fresh();
    world.bash("admit init --template customer-portal --owner kim@example.com").assert_code(0);
    kim(&world, "admit sub-account add north south").assert_code(0);
    kim(&world, "admit invite ann@example.com --module reports --sub-account north").assert_code(0);
    world.put("ann@example.com", Status::Active);
    let asked = |question: &str| {
        let run = world.bash(&format!("admit can {question} --fields allowed,reasons"));
        run.to_string()
    };
    assert_data_eq!(
        asked("ann@example.com --module reports --sub-account north"),
        str![[r#"
--- stdout
Answer   yes
Reasons  ✔  status       ann@example.com is active
         ✔  module       reports is granted to ann@example.com
         ✔  sub-account  north is granted to ann@example.com
--- exit 0

"#]]
    );
    assert_data_eq!(
        asked("ann@example.com --module messaging"),
        str![[r#"
--- stdout
Answer   no
Reasons  ✔  status       ann@example.com is active
         ✘  module       messaging is not granted to ann@example.com
--- exit 1

"#]]
    );
    assert_data_eq!(
        asked("ann@example.com --module pricing"),
        str![[r#"
--- stdout
Answer   no
Reasons  ✔  status       ann@example.com is active
         ✘  module       pricing is admin-only, and the role user has no admin-only module
--- exit 1

"#]]
    );
    assert_data_eq!(
        asked("ann@example.com --module reports --sub-account south"),
        str![[r#"
--- stdout
Answer   no
Reasons  ✔  status       ann@example.com is active
         ✔  module       reports is granted to ann@example.com
         ✘  sub-account  south is not granted to ann@example.com
--- exit 1

"#]]
    );
    assert_data_eq!(
        asked("kim@example.com --module pricing --sub-account south"),
        str![[r#"
--- stdout
Answer   yes
Reasons  ✔  status       kim@example.com is active
         ✔  module       the role admin has every module
         ✔  sub-account  the role admin has every sub-account
--- exit 0

"#]]
    );

    // "Give them permissions on certain menus or sub-accounts", and take them back.
    kim(&world, "admit revoke ann@example.com --module reports").assert_code(0);
    kim(&world, "admit grant ann@example.com --module messaging --sub-account south")
        .assert_code(0);
    let run = world.bash("admit show ann@example.com --fields role,status,modules,sub_accounts");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Role          user
Status        active
Modules       messaging
Sub-accounts  north
              south
--- exit 0

"#]]
    );
    // An Admin needs no grants: all of it is there.
    kim(&world, "admit set-role ann@example.com --role admin").assert_code(0);
    assert_data_eq!(
        asked("ann@example.com --module user-management --sub-account south"),
        str![[r#"
--- stdout
Answer   yes
Reasons  ✔  status       ann@example.com is active
         ✔  module       the role admin has every module
         ✔  sub-account  the role admin has every sub-account
--- exit 0

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
}
