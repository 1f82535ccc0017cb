//! The verbs: one file each, with its arguments and what it does with them.

mod accept;
mod add;
mod agent;
mod assign_agent;
mod audit;
mod backup;
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
mod restore;
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
    ($($(#[$doc:meta])* $name:literal $(| $alias:literal)* => $variant:ident($args:ty) => $run:path,)*) => {
        /// What to do.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$doc])* #[command(name = $name)] $variant($args),)*
        }

        impl Command {
            /// Does it.
            ///
            /// # Errors
            /// Says why it was not done.
            pub fn run(self, app: &mut App) -> Result<Exit, Failure> {
                match self { $(Self::$variant(args) => $run(app, args),)* }
            }

            /// What the command of this name takes; nothing is said about it.
            pub(super) fn taking(word: &str) -> Option<clap::Command> {
                match word {
                    $($name $(| $alias)* => {
                        let command = clap::Command::new($name).aliases([$($alias,)*] as [&str; _]);
                        Some(<$args as clap::Args>::augment_args(command))
                    })*
                    _ => None,
                }
            }
        }
    };
}

commands! {
    /// Make a store with its first organization
    "init" => Init(init::InitArgs) => init::run,
    /// Invite people and make their links
    "invite" => Invite(invite::InviteArgs) => invite::run,
    /// Add somebody without a login: an extension and a PIN
    "add" => Add(add::AddArgs) => add::run,
    /// Import people from a CSV or JSON-lines file
    "import" => Import(import::ImportArgs) => import::run,
    /// List and search users
    #[command(visible_alias = "ls")]
    "list" | "ls" => List(list::ListArgs) => list::run,
    /// Show one user on one screen
    "show" => Show(show::ShowArgs) => show::run,
    /// Make the first links of pending users
    "send" => Send(send::SendArgs) => send::run,
    /// Make new links in place of the old ones
    "resend" => Resend(resend::RenewalArgs) => resend::run,
    /// List mails, and try again what did not go out
    "delivery" => Delivery(delivery::DeliveryArgs) => delivery::run,
    /// Withdraw invites that nobody has accepted
    "cancel" => Cancel(cancel::CancelArgs) => cancel::run,
    /// Accept an invite, or set a password, with the token in a link
    ///
    /// In a terminal everything is asked for. A portal hands the token and the password over on stdin or in a
    /// file; with --dry-run and no password it is shown what the link offers. Who has an account already proves
    /// its password and says yes, or --yes.
    "accept" => Accept(accept::AcceptArgs) => accept::run,
    /// Decline an invite, with the token in its link
    ///
    /// The link ends, and whoever invited sees it. One can be invited again.
    "decline" => Decline(decline::DeclineArgs) => decline::run,
    /// Mark invites expired whose time is over; for cron
    "expire" => Expire(expire::ExpireArgs) => expire::run,
    /// Take the access of active users away
    "deactivate" => Deactivate(deactivate::DeactivateArgs) => deactivate::run,
    /// Bring deactivated users back
    "reactivate" => Reactivate(reactivate::ReactivateArgs) => reactivate::run,
    /// Delete users, save in the audit
    "remove" => Remove(remove::RemoveArgs) => remove::run,
    /// Give users another role
    "set-role" => SetRole(set_role::SetRoleArgs) => set_role::run,
    /// Put users into a team, or into none
    "set-team" => SetTeam(set_team::SetTeamArgs) => set_team::run,
    /// Say whether a person may log in, and record it
    "login" => Login(login::LoginArgs) => login::run,
    /// Let active users set a new password
    "password" => Password(password::PasswordArgs) => password::run,
    /// Give users without a login new PINs, and try one
    "pin" => Pin(pin::PinArgs) => pin::run,
    /// Map agent IDs to a user
    "assign-agent" => AssignAgent(assign_agent::AssignAgentArgs) => assign_agent::run,
    /// Take agent IDs from a user
    "unassign-agent" => UnassignAgent(unassign_agent::UnassignAgentArgs) => unassign_agent::run,
    /// Grant modules and sub-accounts to users
    "grant" => Grant(grant::GrantArgs) => grant::run,
    /// Take modules and sub-accounts from users
    "revoke" => Revoke(revoke::RevokeArgs) => revoke::run,
    /// Bring in, list and show agents
    "agent" => Agent(agent::AgentArgs) => agent::run,
    /// Show, make and change roles and what they may do
    "role" => Role(role::RoleArgs) => role::run,
    /// Say whether somebody can do something, and why
    "can" => Can(can::CanArgs) => can::run,
    /// List who can do something
    "who-can" => WhoCan(who_can::WhoCanArgs) => who_can::run,
    /// Make, list and change teams and who leads them
    "team" => Team(team::TeamArgs) => team::run,
    /// Make, list, choose and set organizations
    "org" => Org(org::OrgArgs) => org::run,
    /// Say whose addresses are let in, by their domain
    "domain" => Domain(domain::DomainArgs) => domain::run,
    /// List, add and remove modules, the menus of the portal
    "module" => Module(module::ModuleArgs) => module::run,
    /// List, add and remove sub-accounts
    "sub-account" => SubAccount(sub_account::SubAccountArgs) => sub_account::run,
    /// Make searching fast in a large store
    "search-index" => SearchIndex(search_index::SearchIndexArgs) => search_index::run,
    /// Show an organization in numbers and bars
    "stats" => Stats(stats::StatsArgs) => stats::run,
    /// Try the way out for mail; show what mails say, and put it into other words
    "mail" => Mail(mail::MailCommandArgs) => mail::run,
    /// Look at the audit and verify it
    "audit" => Audit(audit::AuditArgs) => audit::run,
    /// Check that the store agrees with itself
    "doctor" => Doctor(doctor::DoctorArgs) => doctor::run,
    /// Copy the whole store into a file, while others work
    "backup" => Backup(backup::BackupArgs) => backup::run,
    /// Put a backup in the place of the store
    "restore" => Restore(restore::RestoreArgs) => restore::run,
    /// Write users to a file that `import` reads back
    "export" => Export(export::ExportArgs) => export::run,
    /// Look at templates for organizations
    "template" => Template(template::TemplateArgs) => template::run,
    /// Print the completion script for a shell
    "completions" => Completions(completions::CompletionsArgs) => completions::run,
    /// Print the manual, or write its pages into a directory
    "man" => Man(man::ManArgs) => man::run,
}
