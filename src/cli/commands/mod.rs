//! The verbs: one file each, with its arguments and what it does with them.

mod accept;
mod add;
mod agent;
mod assign_agent;
mod audit;
mod can;
mod cancel;
mod completions;
mod deactivate;
mod decline;
mod delivery;
mod doctor;
mod domain;
mod expire;
mod export;
mod grant;
mod import;
mod init;
mod invite;
mod list;
mod login;
mod mail;
mod man;
mod module;
mod org;
mod password;
mod pin;
mod reactivate;
mod remove;
mod resend;
mod revoke;
mod role;
mod search_index;
mod send;
mod set_role;
mod set_team;
mod show;
mod stats;
mod sub_account;
mod team;
mod template;
mod unassign_agent;
mod who_can;

use clap::Subcommand;

use super::app::App;
use super::exit::{Exit, Failure};

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident($args:ty) => $run:path,)*) => {
        /// What to do.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$doc])* $variant($args),)*
        }

        impl Command {
            /// Does it.
            ///
            /// # Errors
            /// Says why it was not done.
            pub fn run(self, app: &mut App) -> Result<Exit, Failure> {
                match self { $(Self::$variant(args) => $run(app, args),)* }
            }
        }
    };
}

commands! {
    /// Make a store with its first organization
    Init(init::InitArgs) => init::run,
    /// Invite people and make their links
    Invite(invite::InviteArgs) => invite::run,
    /// Add somebody without a login: an extension and a PIN
    Add(add::AddArgs) => add::run,
    /// Import people from a CSV or JSON-lines file
    Import(import::ImportArgs) => import::run,
    /// List and search users
    #[command(visible_alias = "ls")]
    List(list::ListArgs) => list::run,
    /// Show one user on one screen
    Show(show::ShowArgs) => show::run,
    /// Make the first links of pending users
    Send(send::SendArgs) => send::run,
    /// Make new links in place of the old ones
    Resend(resend::RenewalArgs) => resend::run,
    /// List mails, and try again what did not go out
    Delivery(delivery::DeliveryArgs) => delivery::run,
    /// Withdraw invites that nobody has accepted
    Cancel(cancel::CancelArgs) => cancel::run,
    /// Accept an invite, or set a password, with the token in a link
    ///
    /// In a terminal everything is asked for. A portal hands the token and the password over on stdin or in a
    /// file; with --dry-run and no password it is shown what the link offers. Who has an account already proves
    /// its password and says yes, or --yes.
    Accept(accept::AcceptArgs) => accept::run,
    /// Decline an invite, with the token in its link
    ///
    /// The link ends, and whoever invited sees it. One can be invited again.
    Decline(decline::DeclineArgs) => decline::run,
    /// Mark invites expired whose time is over; for cron
    Expire(expire::ExpireArgs) => expire::run,
    /// Take the access of active users away
    Deactivate(deactivate::DeactivateArgs) => deactivate::run,
    /// Bring deactivated users back
    Reactivate(reactivate::ReactivateArgs) => reactivate::run,
    /// Delete users, save in the audit
    Remove(remove::RemoveArgs) => remove::run,
    /// Give users another role
    SetRole(set_role::SetRoleArgs) => set_role::run,
    /// Put users into a team, or into none
    SetTeam(set_team::SetTeamArgs) => set_team::run,
    /// Say whether a person may log in, and record it
    Login(login::LoginArgs) => login::run,
    /// Let active users set a new password
    Password(password::PasswordArgs) => password::run,
    /// Give users without a login new PINs, and try one
    Pin(pin::PinArgs) => pin::run,
    /// Map agent IDs to a user
    AssignAgent(assign_agent::AssignAgentArgs) => assign_agent::run,
    /// Take agent IDs from a user
    UnassignAgent(unassign_agent::UnassignAgentArgs) => unassign_agent::run,
    /// Grant modules and sub-accounts to users
    Grant(grant::GrantArgs) => grant::run,
    /// Take modules and sub-accounts from users
    Revoke(revoke::RevokeArgs) => revoke::run,
    /// Bring in, list and show agents
    Agent(agent::AgentArgs) => agent::run,
    /// Show, make and change roles and what they may do
    Role(role::RoleArgs) => role::run,
    /// Say whether somebody can do something, and why
    Can(can::CanArgs) => can::run,
    /// List who can do something
    WhoCan(who_can::WhoCanArgs) => who_can::run,
    /// Make, list and change teams and who leads them
    Team(team::TeamArgs) => team::run,
    /// Make, list, choose and set organizations
    Org(org::OrgArgs) => org::run,
    /// Say whose addresses are let in, by their domain
    Domain(domain::DomainArgs) => domain::run,
    /// List, add and remove modules, the menus of the portal
    Module(module::ModuleArgs) => module::run,
    /// List, add and remove sub-accounts
    SubAccount(sub_account::SubAccountArgs) => sub_account::run,
    /// Make searching fast in a large store
    SearchIndex(search_index::SearchIndexArgs) => search_index::run,
    /// Show an organization in numbers and bars
    Stats(stats::StatsArgs) => stats::run,
    /// Try the way out for mail; show what mails say, and put it into other words
    Mail(mail::MailCommandArgs) => mail::run,
    /// Look at the audit and verify it
    Audit(audit::AuditArgs) => audit::run,
    /// Check that the store agrees with itself
    Doctor(doctor::DoctorArgs) => doctor::run,
    /// Write users to a file that `import` reads back
    Export(export::ExportArgs) => export::run,
    /// Look at templates for organizations
    Template(template::TemplateArgs) => template::run,
    /// Print the completion script for a shell
    Completions(completions::CompletionsArgs) => completions::run,
    /// Print the manual, or write its pages into a directory
    Man(man::ManArgs) => man::run,
}
