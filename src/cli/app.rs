//! Puts together what a command needs, when it needs it: the store, the time, the actor, the screen.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::args::GlobalArgs;
use super::exit::{Exit, Failure};
use super::prompt::Answer;
use super::render::{Cells, Format, Output};
use super::ui::Ui;
use crate::clock;
use crate::domain::audit::{Actor, Identity};
use crate::domain::filter::SearchText;
use crate::domain::machine::is_behind;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, Slug};
use crate::domain::portal::PortalAddress;
use crate::domain::status::Status;
use crate::domain::template::Template;
use crate::domain::text::plain;
use crate::domain::time::{Timestamp, to_human};
use crate::domain::user_ref::UserRef;
use crate::ops::delivery::Outlet;
use crate::ops::organizations::{self, InitRequest};
use crate::ops::users::{self, ListRequest};
use crate::ops::{Context, Mode, OrganizationChoice, access, shell_word};
use crate::random::SystemEntropy;
use crate::settings::{Settings, StoreChoice, system_login};
use crate::store::{FileMode, Store, StoreError, UserLine};

/// The template of a store that is made on first use.
pub const DEFAULT_TEMPLATE: &str = "contact-center";
/// The short name of a new store's organization.
pub const DEFAULT_ORGANIZATION: &str = "main";

/// Most people that a question offers.
const OFFERED: u32 = 50;

/// A store to plan in.
pub enum Found {
    /// The store.
    Store(Store),
    /// There is none yet; this is what it would be, and lives in memory only.
    Rehearsal(Store),
}

impl Found {
    /// Either.
    pub const fn store(&mut self) -> &mut Store {
        match self {
            Self::Store(store) | Self::Rehearsal(store) => store,
        }
    }
}

/// One run of admit.
pub struct App {
    /// What a person sees.
    pub ui: Ui,
    settings: Settings,
    global: GlobalArgs,
}

impl App {
    /// Starts a run. Opens nothing yet.
    #[must_use]
    pub const fn new(ui: Ui, settings: Settings, global: GlobalArgs) -> Self {
        Self { ui, settings, global }
    }

    /// What the environment and the settings file say.
    pub(super) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time, for an answer in which times are compared with it. To be asked once for each.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        clock::now()
    }

    /// What a change needs to know, its time included: to be asked for after the last question, which
    /// may have stood open overnight.
    #[must_use]
    pub fn context(&self, mode: Mode) -> Context {
        let actor = self.settings.actor(self.global.actor.as_ref());
        let identity = actor.map_or(Identity::Operator, Identity::Person);
        let organization = self.settings.organization(self.global.organization.as_ref());
        Context {
            now: self.now(),
            actor: Actor { identity, login: system_login() },
            organization: organization
                .map_or(OrganizationChoice::Current, OrganizationChoice::Named),
            mode,
        }
    }

    /// What a command needs to know that only looks.
    #[must_use]
    pub fn asking(&self) -> Context {
        self.context(Mode::Apply)
    }

    /// What a question needs to know to offer something: who may not see it is simply not asked.
    #[must_use]
    pub fn suggesting(&self) -> Context {
        self.context(Mode::Suggest)
    }

    /// Where the store is.
    ///
    /// # Errors
    /// When nobody says so.
    pub fn store_choice(&self) -> Result<StoreChoice, Failure> {
        Ok(self.settings.store(self.global.store.as_deref())?)
    }

    /// Opens the store, which must be there.
    ///
    /// # Errors
    /// When it is not, or is no store.
    pub fn store(&mut self) -> Result<Store, Failure> {
        let store = self.opened()?;
        self.checked(store)
    }

    /// Opens the store to look for what is wrong with it, also where the audit cannot be read.
    ///
    /// # Errors
    /// When it is not there, or is no store.
    pub fn store_to_check(&mut self) -> Result<Store, Failure> {
        let mut store = self.opened()?;
        match newest_entry(&mut store) {
            // The clock has nothing to be held against; what is wrong is said by what looks for it.
            Err(StoreError::Damaged(_)) => self.attended(store, None),
            newest => self.attended(store, newest?),
        }
    }

    fn opened(&self) -> Result<Store, Failure> {
        let choice = self.store_choice()?;
        match Store::open(choice.path()) {
            Err(error @ StoreError::Missing(_)) if matches!(choice, StoreChoice::Default(_)) => {
                Err(Failure::new(Exit::NoInput, error)
                    .hinted("make it: admit init, or admit import FILE, or admit invite EMAIL"))
            }
            opened => Ok(opened?),
        }
    }

    /// Opens the store to copy it: an older one stays as it is, and nothing has to be written beside it. A
    /// person is refused, which is kept in a store that is up to date.
    ///
    /// # Errors
    /// When it is not there, or is no store.
    pub fn store_to_copy(&mut self) -> Result<Store, Failure> {
        let choice = self.store_choice()?;
        if matches!(self.asking().actor.identity, Identity::Person(_)) || !choice.path().exists() {
            return self.store();
        }
        self.checked(Store::open_to_copy(choice.path())?)
    }

    /// Opens the store; where the default one is not there yet, in memory what it would be.
    ///
    /// # Errors
    /// When a store that was named is not there.
    pub fn store_or_rehearsal(&mut self) -> Result<Found, Failure> {
        let choice = self.store_choice()?;
        match Store::open(choice.path()) {
            Err(StoreError::Missing(_)) if matches!(choice, StoreChoice::Default(_)) => {}
            opened => return Ok(Found::Store(self.checked(opened?)?)),
        }
        let template = builtin_template(DEFAULT_TEMPLATE)?;
        let request = first_organization(&template)?;
        let context = self.context(Mode::DryRun);
        let (store, _) = organizations::rehearse(&context, &mut SystemEntropy, &request)?;
        Ok(Found::Rehearsal(store))
    }

    /// Makes the default store that was rehearsed (first use of `invite` and `import`). A dry run stays
    /// with the rehearsal.
    ///
    /// # Errors
    /// When none can be made.
    pub fn make_store(&mut self, rehearsal: Store, mode: Mode) -> Result<Store, Failure> {
        let choice = self.store_choice()?;
        let path = choice.path().display().to_string();
        if mode == Mode::DryRun {
            self.ui.status(format!("There is no store yet; it would be made at {path}."));
            return Ok(rehearsal);
        }
        let template = builtin_template(DEFAULT_TEMPLATE)?;
        let request = first_organization(&template)?;
        let context = self.context(mode);
        self.make_directory(choice.path())?;
        match organizations::init(choice.path(), &context, &mut SystemEntropy, &request) {
            // Another command made it at the same moment: then it is simply there.
            Err(crate::ops::Error::Store(StoreError::Exists(_))) => {}
            made => {
                made?;
                self.ui
                    .status(format!("Made the store {path} from the template {DEFAULT_TEMPLATE}."));
            }
        }
        self.checked(Store::open(choice.path())?)
    }

    /// Makes the default store's directory.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_directory(&self, store: &Path) -> Result<(), Failure> {
        let Some(directory) = store.parent() else { return Ok(()) };
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(|error| {
            let directory = directory.display();
            Failure::new(
                Exit::CannotCreate,
                format!("{directory} cannot be created: {}", plain(&error)),
            )
        })
    }

    /// How the answer is written; the format is the flag's, or the command's own default.
    #[must_use]
    pub fn output(&self, default: Format) -> Output {
        self.output_with(default, Cells::Guarded)
    }

    /// The same, with what becomes of formulas in CSV.
    #[must_use]
    pub fn output_with(&self, default: Format, cells: Cells) -> Output {
        self.ui.output(self.global.format.unwrap_or(default), self.global.fields.clone(), cells)
    }

    /// The format that was asked for, if one was.
    #[must_use]
    pub const fn format(&self) -> Option<Format> {
        self.global.format
    }

    /// Whether every confirmation is answered already.
    #[must_use]
    pub const fn says_yes(&self) -> bool {
        self.global.yes
    }

    /// Whether to ask for what is missing: somebody can answer, and did not say "yes to all".
    #[must_use]
    pub fn may_ask(&self) -> bool {
        !self.global.yes && self.ui.can_ask()
    }

    /// The address that an organization's links start with.
    #[must_use]
    pub fn portal(&self, organization: &Organization) -> Option<PortalAddress> {
        self.settings.portal(organization.portal.as_ref())
    }

    /// The organization that commands work in whatever the store's current one is, and who says so.
    #[must_use]
    pub fn override_of_current(&self) -> Option<(Slug, &'static str)> {
        match &self.global.organization {
            Some(slug) => Some((slug.clone(), "--org")),
            None => self.settings.organization(None).map(|slug| (slug, "ADMIT_ORG")),
        }
    }

    /// The organization that `--org` names.
    #[must_use]
    pub const fn spoken_organization(&self) -> Option<&Slug> {
        self.global.organization.as_ref()
    }

    /// Asks for one user: a few letters, then a choice. `None` where nobody can answer.
    ///
    /// # Errors
    /// When the store fails or the person stops or declines.
    pub fn ask_for_user(&mut self, question: &str) -> Result<Option<UserRef>, Failure> {
        if !self.may_ask() {
            return Ok(None);
        }
        let prompter = self.ui.ask()?;
        let Answer::Given(letters) =
            prompter.text(&format!("{question} Part of a name or address"), |_| Ok(()))?
        else {
            return Err(Failure::declined());
        };
        let found = match self.people_matching(&letters) {
            // Who may not see everybody types the address.
            Err(failure) if failure.exit == Exit::Forbidden => {
                let typed = letters.trim().parse().map_err(Failure::usage)?;
                return Ok(Some(typed));
            }
            found => found?,
        };
        let items: Vec<String> = found
            .iter()
            .map(|line| {
                let name = line.user.name.as_ref().map_or("-", |name| name.as_str());
                format!("{}  {name}  {}", line.user.reference(), line.user.state.standing())
            })
            .collect();
        if items.is_empty() {
            return Err(Failure::new(Exit::Unknown, format!("nobody matches {letters}")));
        }
        let more = if items.len() >= OFFERED as usize { " (the first 50)" } else { "" };
        match prompter.pick(&format!("{question}{more}"), &items)? {
            Answer::Given(index) => Ok(found.get(index).map(|line| line.user.reference())),
            Answer::Declined => Err(Failure::declined()),
        }
    }

    /// A few people whose name or address holds some letters. Nothing is open when it returns.
    fn people_matching(&mut self, letters: &str) -> Result<Vec<UserLine>, Failure> {
        let mut store = self.store()?;
        let (tx, session) = access::read(&mut store, &self.suggesting(), Operation::List)?;
        let request = ListRequest {
            search: Some(SearchText::new(letters)),
            limit: Some(OFFERED),
            ..ListRequest::with_statuses(Status::ALL.to_vec())
        };
        let plan = users::plan_list(&tx, &session, &request)?;
        let mut query = plan.open(&tx)?;
        Ok(query.rows()?.collect::<Result<Vec<_>, _>>()?)
    }

    fn checked(&mut self, mut store: Store) -> Result<Store, Failure> {
        let newest = newest_entry(&mut store)?;
        self.attended(store, newest)
    }

    fn attended(&mut self, mut store: Store, newest: Option<Timestamp>) -> Result<Store, Failure> {
        let reading = clock::reading();
        if let Some(written) = newest
            && is_behind(reading.at, written)
        {
            let written = to_human(written);
            self.ui.warning(format!("the clock is behind the newest audit entry, of {written}"));
        }
        store.attend(reading);
        if let FileMode::Open(mode) = store.file_mode()? {
            let path = store.path().display().to_string();
            self.ui.warning(format!("others may open the store: {path} has mode {mode:04o}"));
            self.ui.hint(format!("chmod 600 {}", shell_word(&path)));
        }
        Ok(store)
    }
}

/// When the newest audit entry was made.
fn newest_entry(store: &mut Store) -> Result<Option<Timestamp>, StoreError> {
    store.read()?.find_newest_entry_time()
}

/// A template inside the binary.
///
/// # Errors
/// When there is none of that name.
pub fn builtin_template(name: &str) -> Result<Template, Failure> {
    let known = Template::find_builtin(name).ok_or_else(|| {
        let names: Vec<&str> = Template::builtin().iter().map(|known| known.name()).collect();
        Failure::new(Exit::Setting, format!("there is no template {name}"))
            .hinted(format!("templates: {}, or a file such as ./mine.toml", names.join(", ")))
    })?;
    known.read().map_err(|error| Failure::new(Exit::Bug, error))
}

fn first_organization(template: &Template) -> Result<InitRequest<'_>, Failure> {
    let bug = |error: &dyn std::fmt::Display| Failure::new(Exit::Bug, error.to_string());
    Ok(InitRequest {
        template,
        slug: DEFAULT_ORGANIZATION.parse().map_err(|error| bug(&error))?,
        name: DEFAULT_ORGANIZATION.parse().map_err(|error| bug(&error))?,
        owner: None,
        outlet: Outlet::Print,
    })
}
