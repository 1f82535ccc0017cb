//! The templates inside the binary. What they say is in `src/templates`, and only there.

use super::{Template, TemplateError};

pub(super) const ALL: &[BuiltinTemplate] = &[
    BuiltinTemplate {
        name: "contact-center",
        text: include_str!("../../templates/contact-center.toml"),
    },
    BuiltinTemplate {
        name: "customer-portal",
        text: include_str!("../../templates/customer-portal.toml"),
    },
    BuiltinTemplate {
        name: "phone-system",
        text: include_str!("../../templates/phone-system.toml"),
    },
    BuiltinTemplate {
        name: "security-console",
        text: include_str!("../../templates/security-console.toml"),
    },
];

/// A template inside the binary, as text: read only when it is wanted.
#[derive(Debug)]
pub struct BuiltinTemplate {
    name: &'static str,
    text: &'static str,
}

impl BuiltinTemplate {
    /// The name by which it is found; the same as in the text.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The file with its comments: what an admin starts from who writes their own.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The template.
    ///
    /// # Errors
    /// A fault in it would be a bug of admit; a test reads them all.
    pub fn read(&self) -> Result<Template, TemplateError> {
        Template::parse(self.text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::{Delivery, Disposable, LoginLess, ModuleAccess, Reach, TemplateRole};
    use super::*;
    use crate::domain::permission::{Offer, Scope};
    use crate::domain::role::{AgentHolding, RoleName};

    fn builtin(name: &str) -> Template {
        Template::find_builtin(name).unwrap().read().unwrap()
    }

    /// One line a permission: its name, then a word for each role, highest first.
    fn matrix(template: &Template, cell: fn(Option<Scope>) -> &'static str) -> String {
        let mut lines = Vec::new();
        for permission in &template.permissions {
            let mut words = vec![permission.name.as_str()];
            let name = permission.name.as_str();
            words.extend(template.roles.iter().map(|role| cell(role.find_scope(name))));
            lines.push(words.join(" "));
        }
        lines.join("\n")
    }

    /// The table of a test in the shape of [`matrix`]: blanks between words do not count.
    fn table(text: &str) -> String {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.trim().lines().map(words).collect::<Vec<_>>().join("\n")
    }

    fn scope_or_dash(scope: Option<Scope>) -> &'static str {
        scope.map_or("-", Scope::as_str)
    }

    /// The roles that a role hands out, one line a role.
    fn handed_out(template: &Template) -> String {
        let line = |role: &TemplateRole| {
            let names: Vec<&str> = role.invites.iter().map(RoleName::as_str).collect();
            format!("{}: {}", role.name, names.join(" ")).trim_end().to_owned()
        };
        template.roles.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_builtin_reads_and_is_found_by_the_name_it_gives_itself() {
        let names: Vec<&str> = Template::builtin().iter().map(BuiltinTemplate::name).collect();
        assert_eq!(
            names,
            ["contact-center", "customer-portal", "phone-system", "security-console"]
        );
        for name in names {
            assert_eq!(builtin(name).name.as_str(), name);
        }
        assert!(Template::find_builtin("contact-centre").is_none());
    }

    #[test]
    fn the_contact_center_grants_what_s0_says() {
        let template = builtin("contact-center");
        let expected = "
                                   admin  team-leader  user  agent
            invite-users           all    -            -     -
            manage-users           all    -            -     -
            view-last-login        all    -            -     -
            export-charts          all    -            -     -
            view-insights          all    all          all   -
            view-agent-performance -      team         -     own
            view-coaching-plans    -      team         -     own
            manage-coaching-plans  -      -            -     own
        ";
        let roles: Vec<&str> = template.roles.iter().map(|role| role.name.as_str()).collect();
        let actual = format!("{}\n{}", roles.join(" "), matrix(&template, scope_or_dash));
        assert_eq!(actual, table(expected));
        assert_eq!(
            handed_out(&template),
            "admin: admin team-leader user agent\nteam-leader:\nuser:\nagent:"
        );
        for role in &template.roles {
            assert_eq!(role.agents == AgentHolding::Allowed, role.name.as_str() == "agent");
        }
        assert_eq!(template.default_role.as_str(), "user");
        assert_eq!(template.invites.lifetime.seconds(), 7 * 86_400);
        assert_eq!(template.invites.delivery, Delivery::AtOnce);
        assert_eq!(template.login_less, LoginLess::Refused);
    }

    #[test]
    fn the_customer_portal_keeps_three_modules_for_admins_as_s2_says() {
        let template = builtin("customer-portal");
        let admin_only: Vec<&str> = template
            .modules
            .iter()
            .filter(|module| module.access == ModuleAccess::AdminOnly)
            .map(|module| module.title.as_str())
            .collect();
        assert_eq!(admin_only, ["Pricing", "Payment", "User Management"]);
        assert!(template.modules.len() > admin_only.len());
        let reach: Vec<_> = template
            .roles
            .iter()
            .map(|role| (role.name.as_str(), role.modules, role.sub_accounts))
            .collect();
        assert_eq!(
            reach,
            [("admin", Reach::All, Reach::All), ("user", Reach::Granted, Reach::Granted)]
        );
        assert_eq!(matrix(&template, scope_or_dash), "invite-users all -\nmanage-users all -");
        assert_eq!(handed_out(&template), "admin: admin user\nuser:");
        assert_eq!(template.default_role.as_str(), "user");
        assert_eq!(template.invites.lifetime.seconds(), 7 * 86_400);
        assert_eq!(template.invites.delivery, Delivery::AtOnce);
        assert_eq!(template.invites.disposable, Disposable::Refused);
    }

    #[test]
    fn the_phone_system_lets_members_wait_for_their_mail_as_s3_says() {
        let template = builtin("phone-system");
        assert_eq!(handed_out(&template), "owner: admin member\nadmin: member\nmember:");
        assert_eq!(
            matrix(&template, scope_or_dash),
            "invite-users all all -\nmanage-users all all -"
        );
        assert_eq!(template.default_role.as_str(), "member");
        assert_eq!(template.login_less, LoginLess::Allowed);
        assert_eq!(template.invites.subject, "Your account has been created!");
        assert_eq!(template.invites.lifetime.seconds(), 30 * 86_400);
        assert_eq!(template.invites.delivery, Delivery::OnCommand);
        assert_eq!(template.invites.disposable, Disposable::Allowed);
    }

    #[test]
    fn the_security_console_has_the_ticks_of_s4() {
        let template = builtin("security-console");
        // The last row is this project's own: S4 does not say who manages users.
        let expected = "
                               owner  admin  editor  viewer
            invite-users       ✔      ✔      .       .
            create-api-key     ✔      ✔      .       .
            manage-instances   ✔      ✔      ✔       .
            manage-blocklists  ✔      ✔      ✔       .
            manage-decisions   ✔      ✔      ✔       .
            cti-data           ✔      ✔      ✔       ✔
            view-alerts        ✔      ✔      ✔       ✔
            manage-users       ✔      ✔      .       .
        ";
        let tick = |scope: Option<Scope>| if scope == Some(Scope::All) { "✔" } else { "." };
        let roles: Vec<&str> = template.roles.iter().map(|role| role.name.as_str()).collect();
        assert_eq!(format!("{}\n{}", roles.join(" "), matrix(&template, tick)), table(expected));

        let offered = |offer: Offer| -> Vec<&str> {
            let names = template.permissions.iter().filter(|permission| permission.offer == offer);
            names.map(|permission| permission.name.as_str()).collect()
        };
        assert_eq!(offered(Offer::Premium), ["manage-decisions"]);
        assert_eq!(offered(Offer::Limited), ["invite-users", "cti-data"]);
        assert_eq!(
            handed_out(&template),
            "owner: owner admin editor viewer\nadmin: admin editor viewer\neditor:\nviewer:"
        );
        assert_eq!(template.default_role.as_str(), "viewer");
        assert_eq!(template.invites.delivery, Delivery::AtOnce);
    }
}
