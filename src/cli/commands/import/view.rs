//! What is shown of an import: how many rows ended how.

use crate::cli::app::App;
use crate::cli::exit::Failure;
use crate::cli::mailing::MailCounts;
use crate::cli::render::{Field, Format, Output, Shape, Value};
use crate::cli::report::{self, counted, grouped, would};
use crate::cli::views::{ChangeView, ShownLink, count};
use crate::domain::id::BatchId;
use crate::domain::organization::Organization;
use crate::domain::portal::PortalAddress;
use crate::domain::template::Delivery;
use crate::domain::user_ref::UserRef;
use crate::ops::Mode;
use crate::ops::delivery::Outlet;
use crate::ops::imports::{ImportOutcome, ImportRequest, Totals};
use crate::ops::invites::SentLink;

/// The outcome of an import.
pub(super) struct ImportView {
    organization: Organization,
    source: String,
    batch: Option<i64>,
    totals: Totals,
    links: Vec<ChangeView>,
    delivery: Delivery,
    outlet: Outlet,
    mails: MailCounts,
    mode: Mode,
}

/// Everything, for scripts.
pub(super) static SHAPE: Shape<ImportView> = Shape {
    fields: &[
        Field::new("batch", "Import", |view| view.batch.into()),
        Field::new("organization", "Organization", |view| {
            Value::text(view.organization.slug.as_str())
        }),
        Field::new("source", "File", |view| Value::text(&view.source)),
        Field::new("invited", "Invited", |view| count(view.totals.invited)),
        Field::new("invited_again", "Invited again", |view| count(view.totals.invited_again)),
        Field::new("updated", "Updated", |view| count(view.totals.updated)),
        Field::new("existing", "There already", |view| count(view.totals.existing)),
        Field::new("deactivated", "Deactivated", |view| count(view.totals.deactivated)),
        Field::new("repeated", "Repeated lines", |view| count(view.totals.repeated)),
        Field::new("rejected", "Bad rows", |view| count(view.totals.rejected)),
        Field::new("dry_run", "Dry run", |view| Value::Truth(view.mode == Mode::DryRun)),
        Field::new("released_agents", "Released agents", |view| count(view.totals.released)),
        Field::new("ended_links", "Ended links", |view| count(view.totals.ended_links)),
        Field::new("mails_handed_over", "Mails handed over", |view| count(view.mails.handed_over)),
        Field::new("mails_queued", "Mails queued", |view| count(view.mails.queued)),
        Field::new("mails_refused", "Mails refused", |view| count(view.mails.refused)),
        Field::new("mails_unknown", "Mails in doubt", |view| count(view.mails.unknown)),
        Field::new("links", "Links", |view| Value::many(view.links.iter().map(link))),
    ],
    reference,
};

fn reference(view: &ImportView) -> String {
    view.batch.map_or_else(String::new, |batch| batch.to_string())
}

fn link(view: &ChangeView) -> Value<'_> {
    Value::Record(vec![
        ("user", Value::text(&view.user)),
        ("link", view.link.as_ref().map(ShownLink::as_str).into()),
        ("expires_at", view.expires_at.into()),
    ])
}

impl ImportView {
    pub(super) fn new(
        organization: Organization,
        source: String,
        outcome: ImportOutcome,
        request: &ImportRequest,
        portal: Option<PortalAddress>,
        mails: MailCounts,
        mode: Mode,
    ) -> Self {
        let link = |(user, link): (UserRef, SentLink)| ChangeView {
            user: user.to_string(),
            link: ShownLink::of(&link, portal.as_ref()),
            expires_at: Some(link.expires_at),
            ..ChangeView::default()
        };
        Self {
            organization,
            source,
            batch: outcome.batch.map(BatchId::get),
            totals: outcome.totals,
            links: outcome.links.into_iter().map(link).collect(),
            delivery: request.delivery,
            outlet: request.outlet.clone(),
            mails,
            mode,
        }
    }

    /// The answer.
    pub(super) fn show(&self, app: &mut App, output: &Output) -> Result<(), Failure> {
        if output.format == Format::Ids && self.batch.is_none() {
            return Ok(());
        }
        if output.format != Format::Table || output.fields.is_some() {
            output.one(app.ui.out(), &SHAPE, self)?;
            let hides = !report::shows(output, "links");
            report::warn_of_unseen_links(app, if hides { self.links.len() } else { 0 });
            return Ok(());
        }
        // For people: links stand below, whole; and what did not happen takes no room.
        let happened = self.happened().into_iter().map(str::to_owned).collect();
        let table = Output { fields: Some(happened), ..output.clone() };
        table.one(app.ui.out(), &SHAPE, self)?;
        for view in &self.links {
            if let Some(link) = &view.link {
                report::link(app, &self.organization, &view.user, link)?;
            }
        }
        Ok(())
    }

    /// The fields that a person wants to see: what the import is, and what happened.
    fn happened(&self) -> Vec<&'static str> {
        let totals = &self.totals;
        let counts = [
            ("invited", totals.invited),
            ("invited_again", totals.invited_again),
            ("updated", totals.updated),
            ("existing", totals.existing),
            ("deactivated", totals.deactivated),
            ("repeated", totals.repeated),
            ("rejected", totals.rejected),
            ("released_agents", totals.released),
            ("ended_links", totals.ended_links),
            ("mails_handed_over", self.mails.handed_over),
            ("mails_queued", self.mails.queued),
            ("mails_refused", self.mails.refused),
            ("mails_unknown", self.mails.unknown),
        ];
        let mut fields = vec!["organization", "source"];
        fields.extend(self.batch.map(|_| "batch"));
        fields.extend(counts.into_iter().filter(|(_, count)| *count > 0).map(|(key, _)| key));
        fields
    }

    /// The talk.
    pub(super) fn tell(&self, app: &mut App) {
        let Totals { invited, invited_again, updated, existing, deactivated, .. } = self.totals;
        let people = counted(invited + invited_again, "person", "people");
        let mut parts = Vec::new();
        for (number, words) in [
            (updated, "updated"),
            (existing, "there already"),
            (deactivated, "deactivated and left so"),
            (self.totals.repeated, "repeated in the file"),
            (self.totals.rejected, "rejected"),
        ] {
            if number > 0 {
                parts.push(format!("{} {words}", grouped(number)));
            }
        }
        let Totals { released, ended_links, .. } = self.totals;
        for (number, one, many) in [
            (released, "agent ID released", "agent IDs released"),
            (ended_links, "link ended", "links ended"),
        ] {
            if number > 0 {
                parts.push(counted(number, one, many));
            }
        }
        let sent = self.delivery == Delivery::AtOnce && invited + invited_again > 0;
        if sent {
            parts.insert(
                0,
                match self.outlet {
                    Outlet::Print => "links made".to_owned(),
                    Outlet::Mail { .. } if self.mode != Mode::Apply => {
                        counted(self.mails.queued, "mail queued", "mails queued")
                    }
                    Outlet::Mail { .. } => {
                        counted(self.mails.handed_over, "mail handed over", "mails handed over")
                    }
                },
            );
        }
        let batch = self.batch.map_or(String::new(), |batch| format!(" (import {batch})"));
        let more = if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) };
        let would = would(self.mode);
        app.ui.status(format!(
            "{would}Imported {people} in {}{batch}{more}.",
            self.organization.slug
        ));
        if sent {
            report::remind_of_sign_on(app, &self.organization);
        }
        if self.mode == Mode::Apply && invited + invited_again > 0 && !sent {
            let batch = self.batch.unwrap_or_default();
            app.ui.hint(format!("they are pending; make their links: admit send --batch {batch}"));
        }
        if self.mode == Mode::Apply && self.totals.without_modules > 0 {
            let people = counted(self.totals.without_modules, "person sees", "people see");
            app.ui.hint(format!(
                "{people} no module yet; grant some: admit grant USER… --module MODULE"
            ));
        }
    }
}
