//! A progress bar on stderr, cheap enough to be told about every row. Whether one is drawn at all is
//! decided by `Ui::progress`.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::domain::text::escape;

/// Redrawing is considered after at most this many rows.
const ROWS_BETWEEN: u64 = 10_000;
/// The same in bytes.
const BYTES_BETWEEN: u64 = 1 << 20;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Rows, users, mails.
    Rows,
    /// Bytes read.
    Bytes,
}

/// How far something is. It vanishes when it is finished or dropped.
pub struct Progress {
    bar: Option<ProgressBar>,
    step: u64,
    next: u64,
}

impl Progress {
    /// One that shows nothing.
    #[must_use]
    pub fn hidden() -> Self {
        Self { bar: None, step: u64::MAX, next: u64::MAX }
    }

    /// One on stderr. `total` is in `unit`s; without it the bar has no length.
    pub(super) fn start(label: &str, unit: Unit, total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr())
            .with_style(style(unit, total))
            .with_message(escape(label).into_owned());
        let most = match unit {
            Unit::Rows => ROWS_BETWEEN,
            Unit::Bytes => BYTES_BETWEEN,
        };
        // A hundred steps where the total is known, so that a few slow mails move it too.
        let step = total.map_or(most / 100, |total| total / 100).clamp(1, most);
        bar.tick();
        Self { bar: Some(bar), step, next: step }
    }

    /// Tells how much is done in all. Costs a comparison, mostly.
    pub fn advance_to(&mut self, done: u64) {
        if done < self.next {
            return;
        }
        self.next = done.saturating_add(self.step);
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        }
    }

    /// Takes the bar off the screen.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(unit: Unit, total: Option<u64>) -> ProgressStyle {
    let template = match (unit, total) {
        (Unit::Rows, Some(_)) => "{msg} {wide_bar} {human_pos} of {human_len}, {eta} left",
        (Unit::Rows, None) => "{msg} {spinner} {human_pos}",
        (Unit::Bytes, Some(_)) => {
            "{msg} {wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} left"
        }
        (Unit::Bytes, None) => "{msg} {spinner} {binary_bytes}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn every_template_is_one_that_indicatif_reads() {
        for unit in [Unit::Rows, Unit::Bytes] {
            for total in [Some(3), None] {
                let bar = ProgressBar::hidden().with_style(style(unit, total));
                bar.set_position(2);
                assert_eq!(bar.position(), 2);
            }
        }
    }

    #[test]
    fn a_bar_follows_every_mail_of_a_few_but_not_every_row_of_a_million() {
        let mut few = Progress::start("Sending", Unit::Rows, Some(3));
        few.advance_to(1);
        assert_eq!(few.bar.as_ref().unwrap().position(), 1);
        let mut many = Progress::start("Importing", Unit::Rows, Some(1_000_000));
        many.advance_to(9_999);
        assert_eq!(many.bar.as_ref().unwrap().position(), 0);
        many.advance_to(10_000);
        assert_eq!(many.bar.as_ref().unwrap().position(), 10_000);
    }
}
