//! S4, the security console: the document's steps in its order, with the template of that product.
//! Signing up and accepting are not here: until they are, the store is told that somebody joined.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn a_member_is_invited_to_the_right_organization_with_the_least_privileges() {
    let world = World::fresh();
    let admit = |line: &str| world.admit(line.split(' '));
    let done = |line: &str| admit(line).assert_code(0).stdout.clone();
    done("init --template security-console --organization acme --owner olga@example.com");
    done("org create lab --template security-console --owner leo@example.com");
    done("invite vera@example.com --name Vera --role viewer");
    world.put("vera@example.com", Status::Active);

    // "For security reasons the user wanting to do the invite must be at least role ADMIN or OWNER. If
    // they do not satisfy this requirement they will be prompted to contact a user that has these roles."
    assert_data_eq!(
        admit("--as vera@example.com invite new@example.com").to_string(),
        str![[r#"
--- stderr
error: vera@example.com may not do this: invite needs invite-users, which the role viewer does not have
hint: who could: olga@example.com
--- exit 77

"#]]
    );

    // "Firstly ensure you are within the organization you wish to invite the new user to … the
    // organization that has the green tick is the one you are currently within."
    assert_data_eq!(
        admit("org list").to_string(),
        str![[r#"
--- stdout
   Organization  Name  Template          Users  Seats taken  Of
✔  acme          acme  security-console      2            2  -
   lab           lab   security-console      1            1  -
--- exit 0

"#]]
    );
    assert_data_eq!(
        admit("org use lab").to_string(),
        str![[r#"
--- stdout
Organization  lab
Name          lab
Was           acme
--- stderr
Commands work in lab now.
--- exit 0

"#]]
    );
    assert_data_eq!(
        admit("org list --format csv --fields organization,current").to_string(),
        str![[r#"
--- stdout
organization,current
acme,false
lab,true
--- exit 0

"#]]
    );
    done("org use acme");
    // Whoever acts for one organization sees that one.
    assert_data_eq!(
        admit("--as olga@example.com org list --format ids").to_string(),
        str![[r#"
--- stdout
acme
--- exit 0

"#]]
    );

    // "We always recommend to follow the practice of least privileges so here is a breakdown of the
    // roles and what access they have."
    assert_data_eq!(
        admit("role show").to_string(),
        str![[r#"
--- stdout
Permission          Owner  Admin  Editor  Viewer  What it is
invite-users **     ✔      ✔                      Invite
create-api-key      ✔      ✔                      Create API key
manage-instances    ✔      ✔      ✔               Manage instances: add, remove, transfer
manage-blocklists   ✔      ✔      ✔               Manage third-party blocklists
manage-decisions *  ✔      ✔      ✔               Manage decisions
cti-data **         ✔      ✔      ✔       ✔       CTI data via console
view-alerts         ✔      ✔      ✔       ✔       View alerts
manage-users        ✔      ✔                      Manage users
--- stderr
(*) premium: only where the organization's plan has it.
(**) limited: how much depends on the organization's plan.
--- exit 0

"#]]
    );

    // "Invite someone … set the email and which role the user has": nobody says which, so it is the least.
    assert_data_eq!(
        admit("--as olga@example.com invite new@example.com").to_string(),
        str![[r#"
--- stdout
User             Result   Role    Link expires
new@example.com  invited  viewer  [DAY, HOUR AND ZONE]

Token for new@example.com:
[TOKEN]
--- stderr
Invited 1 person in acme.
--- exit 0

"#]]
    );
    done("--as olga@example.com invite eddy@example.com --role editor");

    // "(*) are premium features, please consult the organization settings page."
    world.put("eddy@example.com", Status::Active);
    assert_data_eq!(
        admit("can eddy@example.com manage-decisions").to_string(),
        str![[r#"
--- stdout
Answer      no
User        eddy@example.com
Permission  manage-decisions
Reasons     ✔  status       eddy@example.com is active
            ✔  role         the role editor has manage-decisions
            ✔  scope        all: the whole organization
            ✘  plan         manage-decisions is premium, and the plan does not have it
--- exit 1

"#]]
    );
    done("org set --plan enterprise --premium manage-decisions");
    assert_data_eq!(
        admit("can eddy@example.com manage-decisions").to_string(),
        str![[r#"
--- stdout
Answer      yes
User        eddy@example.com
Permission  manage-decisions
Reasons     ✔  status       eddy@example.com is active
            ✔  role         the role editor has manage-decisions
            ✔  scope        all: the whole organization
            ✔  plan         manage-decisions is premium, and the plan enterprise has it
--- exit 0

"#]]
    );
    assert_data_eq!(
        admit("can vera@example.com manage-decisions").to_string(),
        str![[r#"
--- stdout
Answer      no
User        vera@example.com
Permission  manage-decisions
Reasons     ✔  status       vera@example.com is active
            ✘  role         the role viewer does not have manage-decisions
            ✔  plan         manage-decisions is premium, and the plan enterprise has it
--- exit 1

"#]]
    );

    // "(**) has limits depending on your plan": olga, vera, new and eddy have the four seats.
    done("org set --seats 4");
    assert_data_eq!(
        admit("--as olga@example.com invite one@example.com").to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
one@example.com  no seat  -     -
--- stderr
error: acme has no room for one@example.com: 0 of its 4 seats are left
hint: free seats: admit --as olga@example.com cancel USER, admit --as olga@example.com deactivate USER; or raise the limit: admit org set acme --seats NUMBER
--- exit 1

"#]]
    );
    done("org set --seats 5");
    done("--as olga@example.com invite one@example.com");

    // What the document promises: the invited are members of this organization and of no other.
    world.put("new@example.com", Status::Active);
    world.account("new@example.com", "quiet yellow trams");
    assert_data_eq!(
        admit("list --format csv --fields email,role,status").to_string(),
        str![[r#"
--- stdout
email,role,status
eddy@example.com,editor,active
new@example.com,viewer,active
olga@example.com,owner,active
one@example.com,viewer,invited
vera@example.com,viewer,active
--- exit 0

"#]]
    );
    assert_data_eq!(
        admit("--org lab list --format csv --fields email,role,status").to_string(),
        str![[r#"
--- stdout
email,role,status
leo@example.com,owner,active
--- exit 0

"#]]
    );
    // One person may stand in both, with a role in each.
    done("--org lab --as leo@example.com invite new@example.com --role admin");
    assert_data_eq!(
        admit("show new@example.com --fields organization,role").to_string(),
        str![[r#"
--- stdout
Organization  acme
Role          viewer
--- exit 0

"#]]
    );
    assert_data_eq!(
        admit("--org lab show new@example.com --fields organization,role").to_string(),
        str![[r#"
--- stdout
Organization  lab
Role          admin
--- exit 0

"#]]
    );
    world.admit(["doctor"]).assert_code(0);
}
