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
    // are set as User." Modules and sub-accounts are not here.
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
    // Step 10: "the email invite link, which is valid for seven days": Ann's and Cid's, and the link
    // with which Kim sets a password.
    assert_eq!(open, (3, 3));

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
kim@example.com,,admin,,,active,false
old@example.com,,user,,,active,false

"#]]
    );
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
}
