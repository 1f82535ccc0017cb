//! `admit can` against the matrix of each template, pinned in full.

use admit::domain::status::Status;
use admit::domain::template::Template;
use admit::ops::answers::{self, Question};
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// Every permission x every role of every template: what `can` says to an active user of that role who
/// leads no team, on a plan without premium features. `all`, `own`: yes; in brackets: no, for lack of a
/// team or of the plan. Requirements, section 2.
#[test]
fn every_template_answers_as_its_matrix_says() {
    let mut told = String::new();
    for template in Template::builtin() {
        let world = World::fresh();
        world.admit(["init", "--template", template.name()]).assert_code(0);
        let template = template.read().unwrap();
        for role in &template.roles {
            let email = format!("{}@example.com", role.name);
            world
                .admit(["invite", &email, "--no-send", "--role", role.name.as_str()])
                .assert_code(0);
            world.put(&email, Status::Active);
        }
        let roles: Vec<&str> = template.roles.iter().map(|role| role.name.as_str()).collect();
        told += &format!("{}: {}\n", template.name, roles.join(" "));
        world.at("2026-01-03T00:00:00Z", |store, context| {
            for permission in &template.permissions {
                let asked = Some(permission.name.clone());
                let question = Question { permission: asked, ..Question::default() };
                told += &format!("  {}:", permission.name);
                for role in &roles {
                    let user = format!("{role}@example.com").parse().unwrap();
                    let verdict = answers::can(store, context, &user, &question).unwrap();
                    let scope = verdict.scope.map_or("-", |scope| scope.as_str());
                    told += &match (verdict.answer.is_yes(), scope) {
                        (false, "-") => " -".to_owned(),
                        (false, scope) => format!(" ({scope})"),
                        (true, scope) => format!(" {scope}"),
                    };
                }
                told += "\n";
            }
            for module in &template.modules {
                let question =
                    Question { module: Some(module.name.clone()), ..Question::default() };
                told += &format!("  --module {}:", module.name);
                for role in &roles {
                    let user = format!("{role}@example.com").parse().unwrap();
                    let verdict = answers::can(store, context, &user, &question).unwrap();
                    told += if verdict.answer.is_yes() { " yes" } else { " -" };
                }
                told += "\n";
            }
        });
    }
    assert_data_eq!(
        told,
        str![[r#"
contact-center: admin team-leader user agent
  invite-users: all - - -
  manage-users: all - - -
  view-last-login: all - - -
  export-charts: all - - -
  view-insights: all all all -
  view-agent-performance: - (team) - own
  view-coaching-plans: - (team) - own
  manage-coaching-plans: - - - own
customer-portal: admin user
  invite-users: all -
  manage-users: all -
  --module dashboard: yes -
  --module messaging: yes -
  --module reports: yes -
  --module configuration: yes -
  --module pricing: yes -
  --module payment: yes -
  --module user-management: yes -
phone-system: owner admin member
  invite-users: all all -
  manage-users: all all -
security-console: owner admin editor viewer
  invite-users: all all - -
  create-api-key: all all - -
  manage-instances: all all all -
  manage-blocklists: all all all -
  manage-decisions: (all) (all) (all) -
  cti-data: all all all all
  view-alerts: all all all all
  manage-users: all all - -

"#]]
    );
}
