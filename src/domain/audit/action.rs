//! What was done, in the words that are kept for ever.

use std::fmt;
use std::str::FromStr;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What was done. The texts are kept for ever.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $variant,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The text that is kept.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

actions! {
    /// An organization was made.
    CreateOrganization = "organization.create",
    /// People were invited.
    Invite = "user.invite",
    /// People were imported.
    Import = "user.import",
    /// First links were made.
    Send = "invite.send",
    /// New links took the place of old ones.
    Resend = "invite.resend",
    /// A link was made for a message that is to be handed over.
    BeginDelivery = "delivery.begin",
    /// A message was handed over, or was not.
    SettleDelivery = "delivery.settle",
    /// Deliveries were queued again.
    RetryDelivery = "delivery.retry",
    /// Invites were withdrawn.
    Cancel = "invite.cancel",
    /// Somebody came in by their link, or set their password by it.
    Accept = "invite.accept",
    /// Somebody declined their invite.
    Decline = "invite.decline",
    /// A link was followed that leads nowhere.
    RefuseLink = "invite.refuse",
    /// Invites ran out.
    Expire = "invite.expire",
    /// People were reminded of their invites.
    Remind = "invite.remind",
    /// Access was taken away.
    Deactivate = "user.deactivate",
    /// Access was given back.
    Reactivate = "user.reactivate",
    /// Users were deleted.
    Remove = "user.remove",
    /// Roles were changed.
    SetRole = "user.set-role",
    /// Agent IDs were mapped to a user.
    AssignAgent = "agent.assign",
    /// Agent IDs were taken from a user.
    UnassignAgent = "agent.unassign",
    /// One agent ID took another's place.
    ReplaceAgent = "agent.replace",
    /// Agents were added or brought up to date.
    ImportAgents = "agent.import",
    /// Teams were made.
    CreateTeam = "team.create",
    /// A team got another name.
    RenameTeam = "team.rename",
    /// Teams were deleted.
    DeleteTeam = "team.delete",
    /// A team got or lost leaders.
    ChangeLeaders = "team.leaders",
    /// Users were put into a team, or out of theirs.
    SetTeam = "user.set-team",
    /// A role was made.
    CreateRole = "role.create",
    /// A role was changed.
    EditRole = "role.edit",
    /// A role was deleted.
    DeleteRole = "role.delete",
    /// Modules or sub-accounts were granted to users.
    Grant = "user.grant",
    /// Modules or sub-accounts were taken from users.
    Revoke = "user.revoke",
    /// A mail was put into other words.
    ChangeWording = "mail.template",
    /// Modules were added.
    AddModule = "module.add",
    /// Modules were removed.
    RemoveModule = "module.remove",
    /// Sub-accounts were added.
    AddSubAccount = "sub-account.add",
    /// Sub-accounts were removed.
    RemoveSubAccount = "sub-account.remove",
    /// Users without a login were added.
    AddLoginLess = "user.add",
    /// Users got links to set a new password.
    ResetPassword = "password.reset",
    /// Users without a login got new PINs.
    ResetPin = "pin.reset",
    /// A PIN was tried too often, or wrong.
    RefusePin = "pin.refuse",
    /// A PIN was right after wrong ones.
    AcceptPin = "pin.accept",
    /// Somebody logged in.
    AcceptLogin = "login.accept",
    /// Somebody was not let in.
    RefuseLogin = "login.refuse",
    /// Domains were allowed.
    AllowDomain = "domain.allow",
    /// Domains were blocked.
    BlockDomain = "domain.block",
    /// Domains were left to the list again.
    ForgetDomain = "domain.forget",
    /// Another organization became the current one.
    UseOrganization = "organization.use",
    /// An organization's settings were changed.
    SetOrganization = "organization.set",
    /// An organization got another name.
    RenameOrganization = "organization.rename",
    /// An organization was deleted.
    DeleteOrganization = "organization.delete",
    /// The search index was made.
    BuildSearchIndex = "search-index.build",
    /// The search index was taken away.
    DropSearchIndex = "search-index.drop",
    /// What is kept beside the rows was worked out anew.
    Repair = "store.repair",
    /// Rows were taken as they are that something else had changed.
    AcceptRows = "store.accept",
    /// The store was put back as a backup has it.
    Restore = "store.restore",
    /// Somebody tried what they may not.
    Refuse = "access.refuse",
}

/// Why a text is no action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no action is called that; user.invite and agent.assign are two")]
pub struct ActionError;

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(text: &str) -> Result<Self, ActionError> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text).ok_or(ActionError)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One action, or all of a group: `user` is `user.invite`, `user.remove` and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actions(Vec<Action>);

impl Actions {
    /// Each of them.
    #[must_use]
    pub fn as_slice(&self) -> &[Action] {
        &self.0
    }
}

/// Why a text is neither an action nor a group.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no action and no group is called that; user.invite is an action, agent a group")]
pub struct ActionsError;

impl FromStr for Actions {
    type Err = ActionsError;

    fn from_str(text: &str) -> Result<Self, ActionsError> {
        let text = text.trim();
        let fits = |action: &Action| {
            let (group, _) = action.as_str().split_once('.').unwrap_or_default();
            action.as_str() == text || group == text
        };
        let actions: Vec<Action> = Action::ALL.iter().copied().filter(fits).collect();
        if actions.is_empty() { Err(ActionsError) } else { Ok(Self(actions)) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_action_is_read_by_its_word_and_a_group_by_what_stands_before_the_dot() {
        for action in Action::ALL {
            assert_eq!(action.to_string().parse(), Ok(*action));
            let alone: Actions = action.as_str().parse().unwrap();
            assert_eq!(alone.as_slice(), [*action]);
        }
        assert_eq!("invite".parse::<Action>(), Err(ActionError));
        let links: Actions = " invite\n".parse().unwrap();
        assert!(links.as_slice().len() > 1 && links.as_slice().len() < Action::ALL.len());
        assert!(links.as_slice().iter().all(|action| action.as_str().starts_with("invite.")));
        for bad in ["", ".", "invite.", "nothing", "user.nothing"] {
            assert_eq!(bad.parse::<Actions>(), Err(ActionsError), "{bad}");
        }
    }
}
