//! The tables whose rows carry a checksum, and of which columns it is made. What is done with it is
//! `checksums`'.

use super::Sealed;

/// How a user is called, in a statement that reads a table with their number.
macro_rules! user {
    ($table:literal) => {
        concat!(
            "coalesce((SELECT email FROM users WHERE id = ",
            $table,
            ".user_id), '#' || ",
            $table,
            ".user_id)"
        )
    };
}

/// Which organization a user is in, in the same statement.
macro_rules! organization_of_user {
    ($table:literal) => {
        concat!("(SELECT organization_id FROM users WHERE id = ", $table, ".user_id)")
    };
}

pub(in crate::store) const USERS: Sealed = Sealed {
    table: "users",
    noun: "user",
    parts: &[
        ("user", &["id", "organization_id", "email", "email_typed", "created_at"]),
        ("status", &["status", "status_since"]),
        ("role", &["role_id"]),
        ("team", &["team_id"]),
        ("name", &["name"]),
        ("batch", &["batch_id"]),
        ("login", &["last_login_at"]),
    ],
    belonging: &[],
    organization: "organization_id",
    name: "coalesce(email, '#' || id)",
};

pub(in crate::store) const INVITES: Sealed = Sealed {
    table: "invites",
    noun: "invite",
    parts: &[
        (
            "invite",
            &["id", "user_id", "purpose", "secret_hash", "created_at", "expires_at", "inviter_id"],
        ),
        ("state", &["state", "closed_at"]),
        ("reminder", &["reminder_hash"]),
        ("reminded", &["reminded_at"]),
    ],
    belonging: &[],
    organization: organization_of_user!("invites"),
    name: concat!("'#' || id || ' of ' || ", user!("invites")),
};

pub(in crate::store) const AGENTS: Sealed = Sealed {
    table: "agents",
    noun: "agent",
    // What a source says of its interactions grants nothing.
    parts: &[("agent", &["id", "organization_id", "source", "agent_id"]), ("name", &["name"])],
    belonging: &[],
    organization: "organization_id",
    name: "source || ':' || agent_id",
};

pub(in crate::store) const ASSIGNMENTS: Sealed = Sealed {
    table: "assignments",
    noun: "assignment",
    parts: &[("assignment", &["agent_id", "user_id", "from_at"]), ("until", &["until_at"])],
    belonging: &[],
    organization: organization_of_user!("assignments"),
    name: concat!(
        "coalesce((SELECT a.source || ':' || a.agent_id FROM agents a WHERE a.id = assignments.agent_id), \
         'an agent') || ' to ' || ",
        user!("assignments")
    ),
};

pub(in crate::store) const ACCOUNTS: Sealed = Sealed {
    table: "accounts",
    noun: "account",
    parts: &[
        ("account", &["email", "created_at"]),
        ("password", &["password_hash", "password_set_at"]),
    ],
    belonging: &[],
    organization: "NULL",
    name: "email",
};

pub(in crate::store) const PHONES: Sealed = Sealed {
    table: "phones",
    noun: "extension",
    parts: &[
        ("phone", &["user_id", "organization_id", "extension"]),
        ("pin", &["pin_hash", "pin_set_at"]),
    ],
    belonging: &[],
    organization: "organization_id",
    name: "extension",
};

pub(in crate::store) const ROLES: Sealed = Sealed {
    table: "roles",
    noun: "role",
    parts: &[
        ("role", &["organization_id", "name"]),
        ("rank", &["rank"]),
        ("details", &["title", "holds_agents", "modules", "sub_accounts"]),
    ],
    belonging: &[
        (("grant", &["permission", "scope"]), "role_grants", "role_id = roles.id"),
        (("gives", &["invited_role_id"]), "role_invites", "role_id = roles.id"),
    ],
    organization: "organization_id",
    name: "name",
};

pub(in crate::store) const TEAMS: Sealed = Sealed {
    table: "teams",
    noun: "team",
    parts: &[("team", &["id", "organization_id"]), ("name", &["name", "name_folded"])],
    belonging: &[],
    organization: "organization_id",
    name: "name",
};

pub(in crate::store) const TEAM_LEADERS: Sealed = Sealed {
    table: "team_leaders",
    noun: "leader",
    parts: &[("leader", &["team_id", "user_id"])],
    belonging: &[],
    organization: organization_of_user!("team_leaders"),
    name: concat!(
        user!("team_leaders"),
        " || ' of ' || coalesce((SELECT name FROM teams WHERE id = team_leaders.team_id), 'a team')"
    ),
};

pub(in crate::store) const USER_MODULES: Sealed = Sealed {
    table: "user_modules",
    noun: "module",
    parts: &[("module", &["user_id", "organization_id", "module"])],
    belonging: &[],
    organization: "organization_id",
    name: concat!("module || ' of ' || ", user!("user_modules")),
};

pub(in crate::store) const SUB_ACCOUNTS: Sealed = Sealed {
    table: "sub_accounts",
    noun: "sub-account",
    parts: &[("sub-account", &["id", "organization_id", "name", "title"])],
    belonging: &[],
    organization: "organization_id",
    name: "name",
};

pub(in crate::store) const USER_SUB_ACCOUNTS: Sealed = Sealed {
    table: "user_sub_accounts",
    noun: "sub-account",
    parts: &[("sub-account", &["user_id", "sub_account_id"])],
    belonging: &[],
    organization: organization_of_user!("user_sub_accounts"),
    name: concat!(
        "coalesce((SELECT name FROM sub_accounts WHERE id = user_sub_accounts.sub_account_id), 'one') \
         || ' of ' || ",
        user!("user_sub_accounts")
    ),
};

pub(in crate::store) const ORGANIZATIONS: Sealed = Sealed {
    table: "organizations",
    noun: "organization",
    parts: &[
        ("organization", &["id", "template", "mail_subject", "created_at"]),
        ("names", &["slug", "name"]),
        ("default-role", &["default_role_id"]),
        (
            "settings",
            &[
                "lifetime",
                "delivery",
                "disposable",
                "login_less",
                "sso",
                "plan",
                "seat_limit",
                "sender",
                "portal",
                "password_minimum",
            ],
        ),
    ],
    belonging: &[
        (("premium", &["permission"]), "premium_features", "organization_id = organizations.id"),
        (("offer", &["name", "offer"]), "permissions", "organization_id = organizations.id"),
        (("menu", &["name", "admin_only"]), "modules", "organization_id = organizations.id"),
    ],
    organization: "id",
    name: "slug",
};

pub(in crate::store) const DOMAINS: Sealed = Sealed {
    table: "domains",
    noun: "domain",
    parts: &[("domain", &["organization_id", "domain", "verdict"])],
    belonging: &[],
    organization: "organization_id",
    name: "domain",
};

/// All of them.
pub(in crate::store) const SEALED: [&Sealed; 14] = [
    &USERS,
    &INVITES,
    &AGENTS,
    &ASSIGNMENTS,
    &ACCOUNTS,
    &PHONES,
    &ROLES,
    &TEAMS,
    &TEAM_LEADERS,
    &USER_MODULES,
    &SUB_ACCOUNTS,
    &USER_SUB_ACCOUNTS,
    &ORGANIZATIONS,
    &DOMAINS,
];
