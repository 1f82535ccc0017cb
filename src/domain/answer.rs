//! Whether somebody can do something, and why: facts in, an answer with its chain of reasons out (rules
//! 5 and 28). Gathering the facts is `ops::answers`'.

use std::fmt;

use super::agent::AgentKey;
use super::organization::PlanName;
use super::permission::{PermissionName, Scope};
use super::role::RoleName;
use super::status::Status;
use super::team::TeamName;
use super::template::{ModuleAccess, Reach};
use super::user::{PortalAccess, Standing};
use super::user_ref::UserRef;

/// All that decides about one user and one question.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Who.
    pub user: UserRef,
    /// How they stand.
    pub standing: Standing,
    /// Whether they have a login.
    pub access: PortalAccess,
    /// Their role.
    pub role: RoleName,
    /// The permission that is asked about.
    pub right: Option<Right>,
    /// The module that is asked about.
    pub module: Option<Thing>,
    /// The sub-account that is asked about.
    pub sub_account: Option<Thing>,
}

/// A permission, and how far it goes for one user.
#[derive(Clone, Debug)]
pub struct Right {
    /// What.
    pub permission: PermissionName,
    /// How far the role has it, if at all.
    pub scope: Option<Scope>,
    /// The agent that is asked about.
    pub agent: Option<AgentAsked>,
    /// The teams that the user leads. Read with the scope `team` alone.
    pub leads: Vec<TeamName>,
    /// The agent IDs that the user holds. Read with the scope `own` alone.
    pub holds: Vec<AgentKey>,
    /// What the plan says.
    pub plan: Plan,
}

/// An agent, as it stands to one user. Whose it is otherwise is not told: whoever asks about themselves
/// need not know.
#[derive(Clone, Debug)]
pub struct AgentAsked {
    /// Which.
    pub key: AgentKey,
    /// Whether the user holds it.
    pub assigned: Assigned,
    /// The team led by the user that its holder is in.
    pub team: Option<TeamName>,
}

/// Whether an agent is somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// It is theirs.
    ToThem,
    /// It is another's, or nobody's.
    Elsewhere,
}

/// What the plan says about a permission (rule 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    Silent,
    /// That it is premium.
    Premium {
        /// The plan, if it has a name.
        plan: Option<PlanName>,
        /// Whether it has the permission.
        included: Included,
    },
    /// That there is a limit, which is not admit's to count.
    Limited,
    /// How many seats there are for people to be invited to.
    Seats {
        /// The limit; none where nobody set one.
        limit: Option<u32>,
        /// How many are left.
        left: u64,
    },
}

/// Whether a plan has a premium permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Included {
    /// It has.
    Yes,
    /// It has not.
    No,
}

/// A module or a sub-account, as it stands to one user (S2).
#[derive(Clone, Debug)]
pub struct Thing {
    /// Which.
    pub name: String,
    /// Who may have it.
    pub access: ModuleAccess,
    /// How far the user's role reaches.
    pub reach: Reach,
    /// Whether it was granted to the user.
    pub granted: Granted,
}

/// Whether something was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// It was.
    Yes,
    /// It was not.
    No,
}

/// A link in the chain of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Who is in.
    Status,
    /// What the role has.
    Role,
    /// How far.
    Scope,
    /// Whom one leads.
    Team,
    /// Which agent IDs are one's own.
    Assignment,
    /// Which menus one has.
    Module,
    /// Which sub-accounts one has.
    SubAccount,
    /// What is paid for.
    Plan,
}

impl Step {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Role => "role",
            Self::Scope => "scope",
            Self::Team => "team",
            Self::Assignment => "assignment",
            Self::Module => "module",
            Self::SubAccount => "sub-account",
            Self::Plan => "plan",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One reason, for or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Where in the chain.
    pub step: Step,
    /// Whether the chain holds here.
    pub holds: bool,
    /// In words.
    pub text: String,
}

/// Yes or no, and why. Every link that breaks is there, so that all of them can be mended at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The chain, in its order.
    pub reasons: Vec<Reason>,
}

impl Answer {
    /// Whether every link holds.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        self.reasons.iter().all(|reason| reason.holds)
    }
}

impl Facts {
    /// The answer.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let mut reasons = vec![self.status()];
        if let Some(right) = &self.right {
            right.explain(&self.user, &self.role, &mut reasons);
        }
        if let Some(module) = &self.module {
            reasons.push(module.explain(Step::Module, &self.user, &self.role));
        }
        if let Some(sub_account) = &self.sub_account {
            reasons.push(sub_account.explain(Step::SubAccount, &self.user, &self.role));
        }
        reasons.extend(self.right.as_ref().and_then(|right| right.plan.explain(&right.permission)));
        Answer { reasons }
    }

    fn status(&self) -> Reason {
        let Self { user, standing, access, .. } = self;
        match (standing, access) {
            (_, PortalAccess::None) => no(Step::Status, format!("{user} has no login")),
            (Standing::Status(Status::Active), _) => yes(Step::Status, format!("{user} is active")),
            _ => {
                no(Step::Status, format!("{user} is {standing}; only active users can do anything"))
            }
        }
    }
}

impl Right {
    fn explain(&self, user: &UserRef, role: &RoleName, reasons: &mut Vec<Reason>) {
        let permission = &self.permission;
        let Some(scope) = self.scope else {
            let text = format!("the role {role} does not have {permission}");
            reasons.push(no(Step::Role, text));
            return;
        };
        reasons.push(yes(Step::Role, format!("the role {role} has {permission}")));
        let reach = match scope {
            Scope::All => "all: the whole organization",
            Scope::Team => "team: who is in a team that they lead",
            Scope::Own => "own: only what is their own",
        };
        reasons.push(yes(Step::Scope, reach.to_owned()));
        match scope {
            Scope::All => {}
            Scope::Team => reasons.push(self.in_team(user)),
            Scope::Own => reasons.push(self.own(user)),
        }
    }

    fn in_team(&self, user: &UserRef) -> Reason {
        let step = Step::Team;
        match (&self.agent, self.leads.as_slice()) {
            (_, []) => no(step, format!("{user} leads no team")),
            (None, leads) => yes(step, format!("{user} leads {}", joined(leads))),
            (Some(AgentAsked { key, team: Some(team), .. }), _) => {
                yes(step, format!("{key} belongs to a user in {team}, which {user} leads"))
            }
            (Some(AgentAsked { key, team: None, .. }), leads) => {
                no(step, format!("{key} belongs to nobody in {}, led by {user}", joined(leads)))
            }
        }
    }

    fn own(&self, user: &UserRef) -> Reason {
        let step = Step::Assignment;
        match (&self.agent, self.holds.as_slice()) {
            (None, []) => yes(step, format!("{user} holds no agent IDs")),
            (None, holds) => yes(step, format!("{user} holds {}", joined(holds))),
            (Some(AgentAsked { key, assigned: Assigned::ToThem, .. }), _) => {
                yes(step, format!("{key} is assigned to {user}"))
            }
            (Some(AgentAsked { key, .. }), _) => {
                no(step, format!("{key} is not assigned to {user}"))
            }
        }
    }
}

impl Thing {
    fn explain(&self, step: Step, user: &UserRef, role: &RoleName) -> Reason {
        let name = &self.name;
        match (self.reach, self.access, self.granted) {
            (Reach::All, ..) => yes(step, format!("the role {role} has every {step}")),
            (Reach::Granted, ModuleAccess::AdminOnly, _) => no(
                step,
                format!("{name} is admin-only, and the role {role} has no admin-only {step}"),
            ),
            (Reach::Granted, ModuleAccess::Everyone, Granted::Yes) => {
                yes(step, format!("{name} is granted to {user}"))
            }
            (Reach::Granted, ModuleAccess::Everyone, Granted::No) => {
                no(step, format!("{name} is not granted to {user}"))
            }
        }
    }
}

impl Plan {
    /// What the plan has to do with a permission, if anything.
    #[must_use]
    pub fn explain(&self, permission: &PermissionName) -> Option<Reason> {
        let step = Step::Plan;
        Some(match self {
            Self::Silent => return None,
            Self::Premium { plan, included } => {
                let plan = plan
                    .as_ref()
                    .map_or_else(|| "the plan".to_owned(), |plan| format!("the plan {plan}"));
                match included {
                    Included::Yes => {
                        yes(step, format!("{permission} is premium, and {plan} has it"))
                    }
                    Included::No => {
                        no(step, format!("{permission} is premium, and {plan} does not have it"))
                    }
                }
            }
            Self::Limited => yes(step, format!("the plan limits how much of {permission}")),
            Self::Seats { limit: None, .. } => yes(step, "no limit of seats is set".to_owned()),
            Self::Seats { limit: Some(limit), left: 0 } => {
                no(step, format!("none of {limit} seats is left"))
            }
            Self::Seats { limit: Some(limit), left } => {
                yes(step, format!("{left} of {limit} seats left"))
            }
        })
    }
}

const fn yes(step: Step, text: String) -> Reason {
    Reason { step, holds: true, text }
}

const fn no(step: Step, text: String) -> Reason {
    Reason { step, holds: false, text }
}

fn joined<T: ToString>(things: &[T]) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
