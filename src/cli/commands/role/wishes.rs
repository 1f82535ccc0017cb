//! What `role create` and `role edit` let one say about a role.

use clap::Args;
use clap::ValueEnum;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::Whether;
use crate::cli::complete;
use crate::domain::permission::Grant;
use crate::domain::role::{AgentHolding, RoleName};
use crate::domain::template::Reach;
use crate::domain::title::Title;
use crate::ops::roles::RoleWishes;

/// What a role is to be.
#[derive(Args, Clone, Debug)]
pub(super) struct WishesArgs {
    /// Show this title
    #[arg(long, value_name = "TITLE")]
    title: Option<Title>,
    /// Allow this: everywhere, or with :team or :own only there
    #[arg(long = "grant", value_name = "PERMISSION[:SCOPE]", add = ArgValueCompleter::new(complete::permissions))]
    grants: Vec<Grant>,
    /// Let it hand out this role, and none that is not named; every role below it when left out
    #[arg(long, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    hands_out: Vec<RoleName>,
    /// Whether its users may hold agent IDs
    #[arg(long, value_name = "WHETHER")]
    agents: Option<Whether>,
    /// Which modules its users see
    #[arg(long, value_name = "WHICH")]
    modules: Option<ReachArg>,
    /// Which sub-accounts its users see
    #[arg(long, value_name = "WHICH")]
    sub_accounts: Option<ReachArg>,
}

impl WishesArgs {
    /// What it asks for.
    pub(super) fn into_wishes(self) -> RoleWishes {
        RoleWishes {
            title: self.title,
            grants: self.grants,
            hands_out: (!self.hands_out.is_empty()).then_some(self.hands_out),
            agents: self.agents.map(|it| it.choose(AgentHolding::Allowed, AgentHolding::Refused)),
            modules: self.modules.map(ReachArg::reach),
            sub_accounts: self.sub_accounts.map(ReachArg::reach),
        }
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.grants.is_empty()
            && self.hands_out.is_empty()
            && self.agents.is_none()
            && self.modules.is_none()
            && self.sub_accounts.is_none()
    }

    /// What is to be allowed.
    pub(super) fn grants(&self) -> &[Grant] {
        &self.grants
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReachArg {
    /// All, also those to come and the admin-only ones
    All,
    /// Those granted to the user
    Granted,
}

impl ReachArg {
    const fn reach(self) -> Reach {
        match self {
            Self::All => Reach::All,
            Self::Granted => Reach::Granted,
        }
    }
}
