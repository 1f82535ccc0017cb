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
    assert_data_eq!(admit("--as vera@example.com invite new@example.com").to_string(), str![]);

    // "Firstly ensure you are within the organization you wish to invite the new user to … the
    // organization that has the green tick is the one you are currently within."
    assert_data_eq!(admit("org list").to_string(), str![]);
    assert_data_eq!(admit("org use lab").to_string(), str![]);
    assert_data_eq!(admit("org list --format csv --fields slug,current").to_string(), str![]);
    done("org use acme");
    // Whoever acts for one organization sees that one.
    assert_data_eq!(admit("--as olga@example.com org list --format ids").to_string(), str![]);

    // "We always recommend to follow the practice of least privileges so here is a breakdown of the
    // roles and what access they have."
    assert_data_eq!(admit("role show").to_string(), str![]);

    // "Invite someone … set the email and which role the user has": nobody says which, so it is the least.
    assert_data_eq!(admit("--as olga@example.com invite new@example.com").to_string(), str![]);
    done("--as olga@example.com invite eddy@example.com --role editor");

    // "(*) are premium features, please consult the organization settings page."
    world.put("eddy@example.com", Status::Active);
    assert_data_eq!(admit("can eddy@example.com manage-decisions").to_string(), str![]);
    done("org set --plan enterprise --premium manage-decisions");
    assert_data_eq!(admit("can eddy@example.com manage-decisions").to_string(), str![]);
    assert_data_eq!(admit("can vera@example.com manage-decisions").to_string(), str![]);

    // "(**) has limits depending on your plan": olga, vera, new and eddy have the four seats.
    done("org set --seats 4");
    assert_data_eq!(admit("--as olga@example.com invite one@example.com").to_string(), str![]);
    done("org set --seats 5");
    done("--as olga@example.com invite one@example.com");

    // What the document promises: the invited are members of this organization and of no other.
    world.put("new@example.com", Status::Active);
    assert_data_eq!(admit("list --format csv --fields email,role,status").to_string(), str![]);
    assert_data_eq!(
        admit("--org lab list --format csv --fields email,role,status").to_string(),
        str![]
    );
    // One person may stand in both, with a role in each.
    done("--org lab --as leo@example.com invite new@example.com --role admin");
    assert_data_eq!(admit("show new@example.com --fields organization,role").to_string(), str![]);
    assert_data_eq!(
        admit("--org lab show new@example.com --fields organization,role").to_string(),
        str![]
    );
}
