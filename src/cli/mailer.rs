//! INTERIM
use super::app::App;
use super::exit::Failure;
use crate::domain::email::EmailAddress;
use crate::mail::Transport;
use clap::Args;

/// How mail leaves.
#[derive(Args, Clone, Debug, Default)]
pub struct MailArgs {}

impl App {
    /// The way out.
    pub fn transport(&self, _args: &MailArgs) -> Result<Option<Box<dyn Transport>>, Failure> {
        Ok(None)
    }
    /// Default sender.
    pub fn default_sender(&self) -> Option<EmailAddress> {
        None
    }
    /// Run limit.
    pub fn mail_run_time(&self) -> std::time::Duration {
        std::time::Duration::from_secs(900)
    }
}
