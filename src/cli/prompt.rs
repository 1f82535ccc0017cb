//! Questions to a person, on stderr; the only file that calls dialoguer's prompts. A [`Prompter`]
//! comes from `Ui::ask` alone, which hands none out where nobody could answer: dialoguer's fuzzy
//! select would redraw for ever without a terminal.
//!
//! The cursor is never hidden, so that no way to die (Ctrl-C, a signal, a crash) can leave it hidden.
//! No signal handler is set here but for hidden lines, whose echo must come back: with none, Ctrl-C ends the process as it does everywhere; with
//! one that returns, it is [`PromptError::Interrupted`].

use std::fmt;
use std::io::{self, Stderr, Write};
use std::os::fd::{AsRawFd, RawFd};

use dialoguer::console::{self, Term};
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, FuzzySelect, Input, MultiSelect, Password, Select};
use zeroize::Zeroizing;

use super::render::{Colour, clip};
use super::signals::giving_echo_back;
use crate::domain::text::escape;

/// The most [`Prompter::pick`] offers; callers search first.
pub const PICK_MAX: usize = 50;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// This.
    Given(T),
    /// The person would rather not (Esc, or an empty line).
    Declined,
}

/// A line that was not shown while it was typed. Wiped when dropped; never printed by `Debug`.
#[derive(PartialEq, Eq)]
pub struct Unseen(Zeroizing<String>);

impl Unseen {
    /// The line itself, for what wipes it.
    #[must_use]
    pub fn take(mut self) -> String {
        std::mem::take(&mut *self.0)
    }

    /// The same again, for what wipes it.
    #[must_use]
    pub fn copy(&self) -> String {
        self.0.as_str().to_owned()
    }
}

impl fmt::Debug for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unseen(…)")
    }
}

/// An answer to a yes-or-no question, and what Enter alone means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Yes,
    /// Leave it.
    No,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// Nobody could answer; nothing was shown.
    #[error("there is no terminal to ask on")]
    NotATerminal,
    /// There is nothing to choose from.
    #[error("there is nothing to choose from")]
    NothingToChoose,
    /// A signal came while waiting.
    #[error("interrupted")]
    Interrupted,
    /// The terminal went away.
    #[error("the terminal cannot be read: {0}")]
    Failed(#[source] io::Error),
}

/// Asks. Texts are escaped here; questions carry no punctuation but a `?` where it is yes or no.
pub struct Prompter {
    term: Term,
    theme: Box<dyn Theme>,
}

impl Prompter {
    pub(super) fn new(colour: Colour) -> Self {
        let theme: Box<dyn Theme> = match colour {
            Colour::On => Box::new(ColorfulTheme::default()),
            Colour::Off => Box::new(SimpleTheme),
        };
        console::set_colors_enabled_stderr(matches!(colour, Colour::On));
        Self { term: Term::read_write_pair(io::stdin(), CursorKept(io::stderr())), theme }
    }

    /// Yes or no, confirmed with Enter so that no stray key decides. Esc takes the default away;
    /// then Enter alone is no.
    ///
    /// # Errors
    /// See [`PromptError`].
    pub fn confirm(&self, question: &str, default: Decision) -> Result<Decision, PromptError> {
        let answer = Confirm::with_theme(&*self.theme)
            .with_prompt(escape(question))
            .default(default == Decision::Yes)
            .wait_for_newline(true)
            .interact_on_opt(&self.term);
        Ok(match self.settled(answer)? {
            Some(true) => Decision::Yes,
            Some(false) | None => Decision::No,
        })
    }

    /// One of a few, by arrow keys; returns its position. `default` is where the mark starts.
    ///
    /// # Errors
    /// See [`PromptError`].
    pub fn select(
        &self,
        question: &str,
        items: &[impl AsRef<str>],
        default: usize,
    ) -> Result<Answer<usize>, PromptError> {
        let items = self.offered(items)?;
        let answer = Select::with_theme(&*self.theme)
            .with_prompt(escape(question))
            .default(default.min(items.len() - 1))
            .items(items)
            .report(true)
            .interact_on_opt(&self.term);
        Ok(self.settled(answer)?.map_or(Answer::Declined, Answer::Given))
    }

    /// Any of a few, marked with the space bar; returns the positions of those marked.
    ///
    /// # Errors
    /// See [`PromptError`].
    pub fn choose(
        &self,
        question: &str,
        items: &[impl AsRef<str>],
    ) -> Result<Answer<Vec<usize>>, PromptError> {
        let items = self.offered(items)?;
        let answer = MultiSelect::with_theme(&*self.theme)
            .with_prompt(escape(question))
            .items(items)
            .report(true)
            .interact_on_opt(&self.term);
        Ok(self.settled(answer)?.map_or(Answer::Declined, Answer::Given))
    }

    /// One of the first [`PICK_MAX`] items, by typing a part of it; returns its position. That there are more
    /// is said in the question.
    ///
    /// # Errors
    /// See [`PromptError`].
    pub fn pick(
        &self,
        question: &str,
        items: &[impl AsRef<str>],
    ) -> Result<Answer<usize>, PromptError> {
        let question = match items.len() > PICK_MAX {
            true => format!("{question} (the first {PICK_MAX})"),
            false => question.to_owned(),
        };
        let items = self.offered(&items[..items.len().min(PICK_MAX)])?;
        let answer = FuzzySelect::with_theme(&*self.theme)
            .with_prompt(escape(&question))
            .default(0)
            .items(items)
            .interact_on_opt(&self.term);
        Ok(self.settled(answer)?.map_or(Answer::Declined, Answer::Given))
    }

    /// One line. `check` says what is wrong with it, and the person tries again. An empty line
    /// declines.
    ///
    /// # Errors
    /// See [`PromptError`].
    pub fn text(
        &self,
        question: &str,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Answer<String>, PromptError> {
        let answer = Input::<String>::with_theme(&*self.theme)
            .with_prompt(escape(question))
            .allow_empty(true)
            .validate_with(|line: &String| match line.trim() {
                "" => Ok(()),
                line => check(line).map_err(|wrong| escape(&wrong).into_owned()),
            })
            .interact_text_on(&self.term);
        let line = self.settled(answer)?;
        Ok(match line.trim() {
            "" => Answer::Declined,
            line => Answer::Given(line.to_owned()),
        })
    }

    /// One line that is not shown while it is typed, nor afterwards; asked for `again` where it must not be
    /// mistyped. An empty line declines.
    ///
    /// # Errors
    /// See [`PromptError`].
    pub fn secret(
        &self,
        question: &str,
        again: Option<&str>,
    ) -> Result<Answer<Unseen>, PromptError> {
        let mut prompt = Password::with_theme(&*self.theme)
            .with_prompt(escape(question))
            .allow_empty_password(true)
            .report(false);
        if let Some(again) = again {
            prompt = prompt.with_confirmation(again, "They differ");
        }
        let line = self.settled(giving_echo_back(|| prompt.interact_on(&self.term)))?;
        Ok(if line.is_empty() {
            Answer::Declined
        } else {
            Answer::Given(Unseen(Zeroizing::new(line)))
        })
    }

    /// What is drawn: escaped, on one line each (a wrapped one would not be wiped), and each
    /// different, because dialoguer finds the chosen one by its text.
    fn offered(&self, items: &[impl AsRef<str>]) -> Result<Vec<String>, PromptError> {
        if items.is_empty() {
            return Err(PromptError::NothingToChoose);
        }
        let columns = usize::from(self.term.size().1).saturating_sub(4).max(1);
        Ok(distinct_labels(items, columns))
    }

    fn settled<T>(&self, answer: dialoguer::Result<T>) -> Result<T, PromptError> {
        answer.map_err(|error| {
            // The question is still on the line; the message to come starts on its own.
            let _ = self.term.write_line("");
            let dialoguer::Error::IO(error) = error;
            match error.kind() {
                io::ErrorKind::Interrupted => PromptError::Interrupted,
                io::ErrorKind::NotConnected => PromptError::NotATerminal,
                _ => PromptError::Failed(error),
            }
        })
    }
}

fn distinct_labels(items: &[impl AsRef<str>], columns: usize) -> Vec<String> {
    let mut labels: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        let mut whole = escape(item.as_ref()).into_owned();
        clip(&mut whole, columns);
        let mut label = whole.clone();
        let mut copy = 2;
        while labels.contains(&label) {
            let number = format!(" ({copy})");
            label.clone_from(&whole);
            clip(&mut label, columns.saturating_sub(number.len()).max(1));
            label.push_str(&number);
            copy += 1;
        }
        labels.push(label);
    }
    labels
}

/// stderr, less the wish to hide the cursor. `Term` writes each control sequence on its own.
#[derive(Debug)]
struct CursorKept(Stderr);

impl Write for CursorKept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes {
            b"\x1b[?25l" => Ok(bytes.len()),
            _ => self.0.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl AsRawFd for CursorKept {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn labels_fit_the_line_are_escaped_and_differ() {
        let long = "x".repeat(90);
        let labels = distinct_labels(&["A1", "A1", "\u{1b}[2J", &long, &long], 20);
        assert_eq!(labels[..2], ["A1", "A1 (2)"]);
        assert!(!labels[2].contains('\u{1b}'));
        assert_ne!(labels[3], labels[4]);
        assert!(labels.iter().all(|label| label.width() <= 20), "{labels:?}");
    }
}
