//! The one table of who may do what: every command, and what whoever acts must be for it. Which role has
//! which permission is data (`template`); that the answer is asked for is `ops::access`'.

use std::fmt;

use super::permission::PermissionName;

/// What a command asks of whoever gives it (rule 1). The operator at the shell has every right (D).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it opens no store.
    Nothing,
    /// To know the secret that it asks for: a password, a link's token. Whoever acts need not be anybody.
    Secret,
    /// To be an active user of the organization.
    Membership,
    /// To be an active user; what is not about oneself needs this permission everywhere.
    OwnOr(&'static str),
    /// This permission, with the scope `all`.
    Everywhere(&'static str),
    /// This permission; with the scope `team` or `own`, only what is in it.
    InScope(&'static str),
    /// To be the operator: it concerns the store, or several organizations.
    Operator,
}

macro_rules! operations {
    ($($variant:ident $command:literal => $need:expr;)*) => {
        /// Something that a person can do: a command.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operation {
            $(
                #[doc = concat!("`admit ", $command, "`.")]
                $variant,
            )*
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The words of the command.
            #[must_use]
            pub const fn command(self) -> &'static str {
                match self { $(Self::$variant => $command,)* }
            }

            /// What it asks of whoever acts.
            #[must_use]
            pub const fn need(self) -> Need {
                match self { $(Self::$variant => $need,)* }
            }
        }
    };
}

const INVITE: &str = PermissionName::INVITE_USERS;
const MANAGE: &str = PermissionName::MANAGE_USERS;

operations! {
    Init "init" => Need::Operator;
    Invite "invite" => Need::InScope(INVITE);
    Add "add" => Need::InScope(INVITE);
    // Rule 34: who may not invite may not import.
    Import "import" => Need::InScope(INVITE);
    List "list" => Need::Everywhere(MANAGE);
    Show "show" => Need::OwnOr(MANAGE);
    Send "send" => Need::InScope(INVITE);
    Resend "resend" => Need::InScope(INVITE);
    Cancel "cancel" => Need::InScope(INVITE);
    DeliveryList "delivery list" => Need::InScope(INVITE);
    DeliveryRetry "delivery retry" => Need::InScope(INVITE);
    // Who is invited is nobody yet: the link is all that they have.
    Accept "accept" => Need::Secret;
    Decline "decline" => Need::Secret;
    // Links run out in every organization at once.
    Expire "expire" => Need::Operator;
    Deactivate "deactivate" => Need::InScope(MANAGE);
    Reactivate "reactivate" => Need::InScope(MANAGE);
    Remove "remove" => Need::InScope(MANAGE);
    SetRole "set-role" => Need::InScope(MANAGE);
    SetTeam "set-team" => Need::InScope(MANAGE);
    AssignAgent "assign-agent" => Need::InScope(MANAGE);
    UnassignAgent "unassign-agent" => Need::InScope(MANAGE);
    Grant "grant" => Need::InScope(MANAGE);
    Revoke "revoke" => Need::InScope(MANAGE);
    // Whoever vouches for a single sign-on is the operator: `ops::accounts`.
    Login "login" => Need::Secret;
    PasswordReset "password reset" => Need::InScope(MANAGE);
    PinReset "pin reset" => Need::InScope(MANAGE);
    PinVerify "pin verify" => Need::InScope(MANAGE);
    AgentImport "agent import" => Need::Everywhere(MANAGE);
    AgentAdd "agent add" => Need::Everywhere(MANAGE);
    AgentList "agent list" => Need::Everywhere(MANAGE);
    AgentShow "agent show" => Need::Everywhere(MANAGE);
    Can "can" => Need::OwnOr(MANAGE);
    // Whoever is refused something is told whom to ask (rule 2); this asks before.
    WhoCan "who-can" => Need::Membership;
    RoleList "role list" => Need::Membership;
    RoleShow "role show" => Need::Membership;
    RoleCreate "role create" => Need::Everywhere(MANAGE);
    RoleEdit "role edit" => Need::Everywhere(MANAGE);
    RoleDelete "role delete" => Need::Everywhere(MANAGE);
    TeamCreate "team create" => Need::Everywhere(MANAGE);
    TeamList "team list" => Need::Membership;
    // One's own is the team that one leads: My Team (S0).
    TeamShow "team show" => Need::OwnOr(MANAGE);
    TeamRename "team rename" => Need::Everywhere(MANAGE);
    TeamDelete "team delete" => Need::Everywhere(MANAGE);
    TeamLeaders "team leaders" => Need::Everywhere(MANAGE);
    // What a customer pays for is not the customer's to set.
    OrgCreate "org create" => Need::Operator;
    OrgList "org list" => Need::Membership;
    OrgUse "org use" => Need::Operator;
    OrgShow "org show" => Need::Membership;
    OrgSet "org set" => Need::Operator;
    OrgRename "org rename" => Need::Operator;
    OrgDelete "org delete" => Need::Operator;
    ModuleList "module list" => Need::Membership;
    ModuleAdd "module add" => Need::Everywhere(MANAGE);
    ModuleRemove "module remove" => Need::Everywhere(MANAGE);
    // A user sees only the sub-accounts that are theirs (S2): `show`.
    SubAccountList "sub-account list" => Need::Everywhere(MANAGE);
    SubAccountAdd "sub-account add" => Need::Everywhere(MANAGE);
    SubAccountRemove "sub-account remove" => Need::Everywhere(MANAGE);
    DomainList "domain list" => Need::Everywhere(MANAGE);
    DomainAllow "domain allow" => Need::Everywhere(MANAGE);
    DomainBlock "domain block" => Need::Everywhere(MANAGE);
    DomainForget "domain forget" => Need::Everywhere(MANAGE);
    // Whoever invites may ask beforehand.
    DomainCheck "domain check" => Need::InScope(INVITE);
    // Whoever may send it may look at it.
    MailPreview "mail preview" => Need::InScope(INVITE);
    MailTemplateShow "mail template show" => Need::Everywhere(MANAGE);
    // What goes out through the operator's mail server, to people outside, is in the operator's words.
    MailTemplateSet "mail template set" => Need::Operator;
    MailTemplateReset "mail template reset" => Need::Operator;
    // It shows how the operator's mail server is reached.
    MailTest "mail test" => Need::Operator;
    // It holds the users of all organizations.
    SearchIndexBuild "search-index build" => Need::Operator;
    SearchIndexDrop "search-index drop" => Need::Operator;
    SearchIndexStatus "search-index status" => Need::Operator;
    Stats "stats" => Need::Everywhere(MANAGE);
    AuditList "audit list" => Need::Everywhere(MANAGE);
    // The chain is the store's, across organizations.
    AuditVerify "audit verify" => Need::Operator;
    Doctor "doctor" => Need::Operator;
    // A copy holds the secrets of all organizations, and a store that is put back undoes what they did.
    Backup "backup" => Need::Operator;
    Restore "restore" => Need::Operator;
    Export "export" => Need::Everywhere(MANAGE);
    TemplateList "template list" => Need::Nothing;
    TemplateShow "template show" => Need::Nothing;
    TemplateCheck "template check" => Need::Nothing;
    Completions "completions" => Need::Nothing;
    Man "man" => Need::Nothing;
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.command())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_has_two_rows() {
        let mut commands: Vec<&str> = Operation::ALL.iter().map(|it| it.command()).collect();
        commands.sort_unstable();
        let rows = commands.len();
        commands.dedup();
        assert_eq!(commands.len(), rows);
    }
}
