//! Facts, and what follows from them.

#![allow(clippy::unwrap_used)]
use super::*;

fn facts() -> Facts {
    Facts {
        user: "ann@example.com".parse().unwrap(),
        standing: Standing::Status(Status::Active),
        access: PortalAccess::Granted,
        role: "coach".parse().unwrap(),
        right: None,
        module: None,
        sub_account: None,
    }
}

fn right(scope: Option<Scope>) -> Right {
    Right {
        permission: "view-calls".parse().unwrap(),
        scope,
        agent: None,
        leads: Vec::new(),
        holds: Vec::new(),
        plan: Plan::Silent,
    }
}

fn with(right: Right) -> Facts {
    Facts { right: Some(right), ..facts() }
}

fn agent(assigned: Assigned, team: Option<&str>) -> Option<AgentAsked> {
    let team = team.map(|team| team.parse().unwrap());
    Some(AgentAsked { key: "voice:1".parse().unwrap(), assigned, team })
}

fn thing(reach: Reach, access: ModuleAccess, granted: Granted) -> Option<Thing> {
    Some(Thing { name: "reports".to_owned(), access, reach, granted })
}

/// The steps behind the status, `+` where they hold and `-` where they do not.
fn steps(facts: &Facts) -> String {
    let answer = facts.answer();
    let (status, rest) = answer.reasons.split_first().unwrap();
    assert_eq!(status.step, Step::Status);
    let sign = |holds| if holds { '+' } else { '-' };
    let steps: Vec<String> =
        rest.iter().map(|reason| format!("{}{}", sign(reason.holds), reason.step)).collect();
    let all = status.holds && rest.iter().all(|reason| reason.holds);
    assert_eq!(answer.is_yes(), all);
    steps.join(" ")
}

#[test]
fn only_active_users_with_a_login_can_do_anything() {
    for (status, expected) in [
        (Status::Active, true),
        (Status::Invited, false),
        (Status::Expired, false),
        (Status::Deactivated, false),
        (Status::Cancelled, false),
        (Status::Declined, false),
    ] {
        let facts = Facts { standing: Standing::Status(status), ..with(right(Some(Scope::All))) };
        assert_eq!(facts.answer().is_yes(), expected, "{status}");
    }
    let pending = Facts { standing: Standing::Pending, ..with(right(Some(Scope::All))) };
    assert!(!pending.answer().is_yes());
    let phone = Facts { access: PortalAccess::None, ..with(right(Some(Scope::All))) };
    assert!(!phone.answer().is_yes());
    assert_eq!(phone.answer().reasons[0].text, "ann@example.com has no login");
}

#[test]
fn a_permission_reaches_as_far_as_its_scope() {
    let leads = || vec!["Support".parse().unwrap()];
    let (theirs, elsewhere) = (Assigned::ToThem, Assigned::Elsewhere);
    for (case, expected) in [
        (right(None), "-role"),
        (right(Some(Scope::All)), "+role +scope"),
        (Right { agent: agent(elsewhere, None), ..right(Some(Scope::All)) }, "+role +scope"),
        (right(Some(Scope::Team)), "+role +scope -team"),
        (Right { leads: leads(), ..right(Some(Scope::Team)) }, "+role +scope +team"),
        (
            Right {
                agent: agent(elsewhere, Some("Support")),
                leads: leads(),
                ..right(Some(Scope::Team))
            },
            "+role +scope +team",
        ),
        (
            Right { agent: agent(theirs, None), leads: leads(), ..right(Some(Scope::Team)) },
            "+role +scope -team",
        ),
        (right(Some(Scope::Own)), "+role +scope +assignment"),
        (
            Right { agent: agent(theirs, None), ..right(Some(Scope::Own)) },
            "+role +scope +assignment",
        ),
        (
            Right { agent: agent(elsewhere, Some("Support")), ..right(Some(Scope::Own)) },
            "+role +scope -assignment",
        ),
    ] {
        assert_eq!(steps(&with(case.clone())), expected, "{case:?}");
    }
}

#[test]
fn a_module_is_reached_by_the_role_or_granted_and_admin_only_is_never_granted() {
    use ModuleAccess::{AdminOnly, Everyone};
    for (reach, access, granted, expected) in [
        (Reach::All, Everyone, Granted::No, "+module"),
        (Reach::All, AdminOnly, Granted::No, "+module"),
        (Reach::Granted, Everyone, Granted::Yes, "+module"),
        (Reach::Granted, Everyone, Granted::No, "-module"),
        (Reach::Granted, AdminOnly, Granted::No, "-module"),
        (Reach::Granted, AdminOnly, Granted::Yes, "-module"),
    ] {
        let facts = Facts { module: thing(reach, access, granted), ..facts() };
        assert_eq!(steps(&facts), expected, "{facts:?}");
    }
    let sub_account = thing(Reach::Granted, Everyone, Granted::No);
    let facts = Facts { sub_account, ..with(right(None)) };
    assert_eq!(steps(&facts), "-role -sub-account", "every broken link is told");
}

#[test]
fn the_plan_has_the_last_word() {
    let premium = |included| Plan::Premium { plan: Some("basic".parse().unwrap()), included };
    for (plan, expected, said) in [
        (
            premium(Included::Yes),
            "+role +scope +plan",
            "view-calls is premium, and the plan basic has it",
        ),
        (
            premium(Included::No),
            "+role +scope -plan",
            "view-calls is premium, and the plan basic does not have it",
        ),
        (Plan::Limited, "+role +scope +plan", "the plan limits how much of view-calls"),
        (Plan::Seats { limit: None, left: 0 }, "+role +scope +plan", "no limit of seats is set"),
        (Plan::Seats { limit: Some(5), left: 2 }, "+role +scope +plan", "2 of 5 seats left"),
        (Plan::Seats { limit: Some(5), left: 0 }, "+role +scope -plan", "none of 5 seats is left"),
    ] {
        let facts = with(Right { plan, ..right(Some(Scope::All)) });
        assert_eq!(steps(&facts), expected);
        assert_eq!(facts.answer().reasons.last().unwrap().text, said);
    }
    // The role's lack is told beside the plan's.
    let facts = with(Right { plan: premium(Included::No), ..right(None) });
    assert_eq!(steps(&facts), "-role -plan");
}
