//! A faulty template is told everything that is wrong with it. The four builtin ones are tested in
//! `builtin`, shapes of single names in `name`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::domain::permission::Offer;

/// A sound template that uses every key; the faults below are single changes to it.
const SOUND: &str = r#"name = "help-desk"
title = "Help desk"
summary = "Answers questions"
default-role = "clerk"
login-less = "allowed"
permissions = [
    { name = "invite-users", title = "Invite" },
    { name = "manage-users", title = "Manage" },
    { name = "view-alerts", title = "View alerts", offer = "premium" },
]
modules = [{ name = "pricing", title = "Pricing", access = "admin-only" }]

[invites]
lifetime = "2 weeks"
delivery = "on-command"
disposable = "refused"
subject = "Welcome"

[[roles]]
name = "Chief Clerk"
title = "Chief Clerk"
invites = ["chief clerk", "clerk"]
modules = "all"
sub-accounts = "all"
permissions = { view-alerts = "team", manage-users = "all", invite-users = "all" }

[[roles]]
name = "clerk"
title = "Clerk"
agents = "allowed"
permissions = { view-alerts = "own" }
"#;

#[test]
fn a_sound_template_is_read_as_written() {
    let template = Template::parse(SOUND).unwrap();
    let chief = template.find_role(&"chief-clerk".parse().unwrap()).unwrap();
    let grants: Vec<String> =
        chief.grants.iter().map(|grant| format!("{} {}", grant.permission, grant.scope)).collect();
    assert_eq!(grants, ["invite-users all", "manage-users all", "view-alerts team"]);
    assert_eq!((chief.modules, chief.sub_accounts), (Reach::All, Reach::All));
    assert_eq!(chief.agents, AgentHolding::Refused);
    let clerk = template.find_role(&template.default_role).unwrap();
    assert_eq!(clerk.agents, AgentHolding::Allowed);
    assert_eq!((clerk.modules, clerk.sub_accounts), (Reach::Granted, Reach::Granted));
    assert_eq!(template.permissions[2].offer, Offer::Premium);
    assert_eq!(template.modules[0].access, ModuleAccess::AdminOnly);
    assert_eq!(template.invites.lifetime.seconds(), 14 * 86_400);
}

#[test]
fn the_example_in_the_documentation_reads() {
    let example: Vec<&str> = include_str!("mod.rs")
        .lines()
        .skip_while(|line| !line.ends_with("```toml"))
        .skip(1)
        .take_while(|line| !line.ends_with("```"))
        .map(|line| line.trim_start_matches("//!"))
        .collect();
    assert_eq!(Template::parse(&example.join("\n")).unwrap().roles.len(), 2);
}

/// The sound template with one text in place of another.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(SOUND.matches(from).count(), 1, "{from:?} is not there once");
    SOUND.replace(from, to)
}

fn faults(text: &str) -> Vec<String> {
    let error = Template::parse(text).unwrap_err();
    error.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_text_of_the_wrong_shape_is_refused_at_its_line_and_column() {
    let cases = [
        ("[invites]", "[invites", "line 13, column 9: unclosed table, expected `]`"),
        ("\"2 weeks\"", "14", "line 14, column 12: invalid type: integer `14`, expected a string"),
        ("name = \"clerk\"\n", "", "line 27, column 1: missing field `name`"),
        (
            "\"on-command\"",
            "\"later\"",
            "line 15, column 12: unknown variant `later`, expected `at-once` or `on-command`",
        ),
        (
            "offer =",
            "\"of\\nfer\" =",
            "line 9, column 52: unknown field `of\\nfer`, expected one of `name`, `title`, `offer`",
        ),
        (
            "{ view-alerts = \"own\" }",
            "{ view-alerts = \"own\", view-alerts = \"all\" }",
            "line 31, column 38: duplicate key",
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(faults(&changed(from, to)), [expected]);
    }
    let unknown = faults(&changed("title = \"Help", "titel = \"Help"));
    assert!(unknown[0].starts_with("line 2, column 1: unknown field `titel`"), "{unknown:?}");
    let unknown = faults(&changed("agents = ", "holds-agents = "));
    assert!(unknown[0].starts_with("line 30, column 1: unknown field `holds-agents`"));
}

#[test]
fn every_fault_of_sense_is_named_with_its_place() {
    let long = "x".repeat(TITLE_MAX + 1);
    let (title, subject) = (format!("\"{long}\""), format!("\"{}\"", "x".repeat(SUBJECT_MAX + 1)));
    let summary = format!("\"{}\"", "x".repeat(SUMMARY_MAX + 1));
    let cases = [
        (
            "\"help-desk\"",
            "\"./help\"",
            "name: \"./help\" does not fit: a name is 1 to 40 lower-case letters, digits and '-', \
             no '-' first, such as help-desk",
        ),
        ("\"Help desk\"", "\" \"", "title: is empty"),
        ("\"Answers questions\"", &summary, "summary: is longer than 200 characters"),
        (
            "\"Answers questions\"",
            "\"a\\tb\"",
            "summary: holds a line break or another control character",
        ),
        ("\"Welcome\"", &subject, "invites.subject: is longer than 150 characters"),
        (
            "\"Welcome\"",
            "\"Welcome\\r\\nBcc: all\"",
            "invites.subject: holds a line break or another control character",
        ),
        ("\"Invite\"", "\"\"", "permissions.invite-users.title: is empty"),
        ("\"Pricing\"", "\"\\u0000x\"", {
            "modules.pricing.title: holds a line break or another control character"
        }),
        ("\"Clerk\"", &title, "roles.clerk.title: is longer than 80 characters"),
        ("\"clerk\"\nlogin", "\"clark\"\nlogin", {
            "default-role: there is no role clark; did you mean clerk?"
        }),
        ("\"clerk\"\nlogin", "\"visitor\"\nlogin", "default-role: there is no role visitor"),
        (
            "{ view-alerts = \"own\" }",
            "{ view-alert = \"own\" }",
            "roles.clerk.permissions.view-alert: there is no permission view-alert; \
             did you mean view-alerts?",
        ),
        (
            "{ view-alerts = \"own\" }",
            "{ view-alerts = \"mine\" }",
            "roles.clerk.permissions.view-alerts: \"mine\" does not fit: a scope is all, team or own",
        ),
        (
            "{ view-alerts = \"own\" }",
            "{ \"View alerts\" = \"own\" }",
            "roles.clerk.permissions.\"View alerts\": \"View alerts\" does not fit: a permission is \
             1 to 40 lower-case letters, digits and '-', such as view-alerts",
        ),
        ("\"clerk\"]", "\"clark\"]", {
            "roles.chief-clerk.invites: there is no role clark; did you mean clerk?"
        }),
        ("\"clerk\"]", "\"Chief_Clerk\"]", {
            "roles.chief-clerk.invites: the role chief-clerk is there twice"
        }),
        (
            "invites = [\"chief clerk\", \"clerk\"]\n",
            "",
            "roles.chief-clerk.invites: it is granted invite-users but hands out no role",
        ),
        (
            "agents = \"allowed\"",
            "invites = [\"clerk\"]",
            "roles.clerk.invites: it hands out roles but is not granted invite-users",
        ),
        (
            "agents = \"allowed\"\npermissions = { view-alerts = \"own\" }",
            "invites = [\"chief-clerk\"]\npermissions = { invite-users = \"team\" }",
            "roles.clerk.invites: chief-clerk is above clerk, \
             and nobody hands out a role above their own",
        ),
        (
            "invite-users = \"all\"",
            "invite-user = \"all\"",
            "roles.chief-clerk.permissions.invite-user: there is no permission invite-user; \
             did you mean invite-users?",
        ),
        (
            "manage-users = \"all\"",
            "manage-users = \"team\"",
            "roles: no role has both invite-users and manage-users with the scope all",
        ),
        (
            "name = \"manage-users\"",
            "name = \"manage-users\", title = \"Manage\" },\n    { name = \"view-alerts\"",
            "permissions.#4.name: the permission view-alerts is there twice",
        ),
        (
            "modules = [",
            "modules = [{ name = \"pricing\", title = \"Prices\" }, ",
            "modules.#2.name: the module pricing is there twice",
        ),
        (
            "[[roles]]\nname = \"clerk\"",
            "[[roles]]\nname = \"Clerk\"\ntitle = \"Other\"\n\n[[roles]]\nname = \"clerk\"",
            "roles.#3.name: the role clerk is there twice",
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(faults(&changed(from, to)), [expected], "after {from:?} became {to:?}");
    }
}

#[test]
fn a_lifetime_is_refused_outside_its_limits_never_clamped() {
    for bad in ["59 minutes", "366 days", "soon", ""] {
        let rule = bad.parse::<Lifetime>().unwrap_err();
        let expected = format!("invites.lifetime: {bad:?} does not fit: {rule}");
        assert_eq!(faults(&changed("\"2 weeks\"", &format!("{bad:?}"))), [expected]);
    }
    for good in ["1 hour", "365 days"] {
        assert!(Template::parse(&changed("\"2 weeks\"", &format!("{good:?}"))).is_ok());
    }
}

#[test]
fn all_faults_are_told_at_once_and_a_misspelt_grant_only_once() {
    let text = changed("title = \"Help desk\"", "title = \"\"")
        .replace("default-role = \"clerk\"", "default-role = \"visitor\"")
        .replace("\"chief clerk\", \"clerk\"]", "\"chief-clerks\"]")
        .replace("manage-users = \"all\"", "manage-user = \"all\"")
        .replace("name = \"clerk\"", "name = \"the clerk's\"");
    let expected = [
        "title: is empty",
        "roles.#2.name: \"the clerk's\" does not fit: a role's name is 1 to 40 letters, digits and \
         '-', such as team-leader",
        "default-role: there is no role visitor",
        "roles.chief-clerk.permissions.manage-user: there is no permission manage-user; \
         did you mean manage-users?",
        "roles.chief-clerk.invites: there is no role chief-clerks; did you mean chief-clerk?",
    ];
    assert_eq!(faults(&text), expected);
    assert_eq!(Template::parse(&text).unwrap_err().to_string(), expected.join("\n"));
}

#[test]
fn a_template_needs_roles_and_lists_within_their_limits() {
    let (head, _) = SOUND.split_once("[[roles]]").unwrap();
    assert_eq!(faults(head), ["roles: there is no role", "default-role: there is no role clerk"]);

    let role = |n: usize| format!("[[roles]]\nname = \"r{n}\"\ntitle = \"R\"\n");
    let most: String = (2..ROLES_MAX).map(role).collect();
    assert!(Template::parse(&format!("{SOUND}{most}")).is_ok());
    let beyond = format!("{SOUND}{most}{}", role(ROLES_MAX));
    assert_eq!(faults(&beyond), ["roles: there are 51, and 50 is the limit"]);

    let entry = |n: usize| format!("{{ name = \"n{n}\", title = \"N\" }},");
    let many: String = (0..500).map(entry).collect();
    let beyond = changed("permissions = [\n", &format!("permissions = [{many}\n"))
        .replace("modules = [", &format!("modules = [{many}"));
    assert_eq!(
        faults(&beyond),
        [
            "permissions: there are 503, and 500 is the limit",
            "modules: there are 501, and 500 is the limit"
        ]
    );
}

#[test]
fn what_admit_itself_asks_for_waits_for_no_plan() {
    for name in ["invite-users", "manage-users"] {
        let from = format!("{{ name = \"{name}\", ");
        let premium = changed(&from, &format!("{from}offer = \"premium\", "));
        let place = format!("permissions.{name}.offer");
        assert_eq!(
            faults(&premium),
            [format!("{place}: cannot be premium: admit itself asks for it, whatever the plan")]
        );
    }
}
