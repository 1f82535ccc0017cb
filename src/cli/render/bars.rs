//! Counts as bars for people: a title, then a line a thing with its name, its number and a bar. Bars of
//! one chart are to scale, names and numbers of all charts stand below each other.
//!
//! A terminal's line is never exceeded: names are cut and end in `…`. In a pipe nothing is cut.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::cell::{clip, close_direction, style};
use super::table::Look;
use super::value::Tone;
use super::{Colour, Screen};
use crate::domain::text::escape;

/// The longest bar, in characters.
const LONGEST: usize = 40;
/// The shortest that a long name must leave room for.
const SHORTEST: usize = 4;
/// Blanks before a name, between it and its number, and behind that.
const GAP: usize = 2;
/// An eighth of a character, two, … all of it.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// Counts of one kind.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What is counted; untrusted.
    pub title: String,
    /// What there is of it.
    pub bars: Vec<Bar>,
}

/// One count.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Of what; untrusted.
    pub label: String,
    /// How many.
    pub count: u64,
    /// How that is to be taken.
    pub tone: Option<Tone>,
}

impl Chart {
    /// Whether anything was counted: otherwise the title says all.
    fn is_empty(&self) -> bool {
        self.bars.iter().all(|bar| bar.count == 0)
    }
}

/// Writes charts one below the other.
pub(super) fn charts(out: &mut dyn Write, look: Look, charts: &[Chart]) -> io::Result<()> {
    let shown = |chart: &&Chart| !chart.is_empty();
    let bars: Vec<&Bar> = charts.iter().filter(shown).flat_map(|chart| &chart.bars).collect();
    let counts = bars.iter().map(|bar| grouped(bar.count).len()).max().unwrap_or_default();
    let longest = bars.iter().map(|bar| escape(&bar.label).width()).max().unwrap_or_default();
    let (labels, room) = match look.screen {
        Screen::Elsewhere => (longest, LONGEST),
        Screen::Terminal { columns } => {
            let rest = columns.saturating_sub(3 * GAP + counts);
            // Of a name that is cut, its `…` is left.
            let labels = longest.min(rest.saturating_sub(SHORTEST.max(rest / 2)).max(1));
            (labels, rest.saturating_sub(labels).min(LONGEST))
        }
    };
    let bold = if look.colour == Colour::On { Style::new().bold() } else { Style::new() };
    for (position, chart) in charts.iter().enumerate() {
        let title = fitted(&chart.title, look.screen, |columns| columns);
        let blank = if position == 0 { "" } else { "\n" };
        writeln!(out, "{blank}{bold}{title}{bold:#}")?;
        let most = chart.bars.iter().map(|bar| bar.count).max().unwrap_or_default();
        for bar in chart.bars.iter().filter(|_| !chart.is_empty()) {
            let label = fitted(&bar.label, look.screen, |_| labels);
            let fill = " ".repeat(labels.saturating_sub(label.width()));
            let (count, tone) = (grouped(bar.count), style(bar.tone, look.colour));
            let length = length(bar.count, most, room);
            write!(out, "  {label}{fill}  {count:>counts$}")?;
            if !length.is_empty() {
                write!(out, "  {tone}{length}{tone:#}")?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

/// A text as it can stand on the screen.
fn fitted(text: &str, screen: Screen, columns: impl Fn(usize) -> usize) -> String {
    let mut text = escape(text).into_owned();
    if let Screen::Terminal { columns: there } = screen {
        clip(&mut text, columns(there));
    }
    close_direction(&mut text, screen);
    text
}

/// A bar; whatever is there at all has at least an eighth of a character.
fn length(count: u64, most: u64, room: usize) -> String {
    if count == 0 || room == 0 {
        return String::new();
    }
    let whole = u128::from(most.max(1));
    let eighths = (u128::from(count) * room as u128 * 8).div_ceil(whole);
    let eighths = usize::try_from(eighths).unwrap_or(room * 8).min(room * 8);
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(eighths.checked_rem(8).and_then(|rest| EIGHTHS.get(rest.checked_sub(1)?)));
    bar
}

/// `1,234`.
fn grouped(count: u64) -> String {
    crate::cli::report::grouped(count)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn drawn(screen: Screen, colour: Colour, bars: &[(&str, u64)]) -> String {
        let bars = bars.iter().map(|(label, count)| Bar {
            label: (*label).to_owned(),
            count: *count,
            tone: Some(Tone::Good),
        });
        let chart = Chart { title: "Things".to_owned(), bars: bars.collect() };
        let mut out = Vec::new();
        charts(&mut out, Look { screen, colour }, &[chart]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn bars_are_to_scale_and_whatever_is_there_can_be_seen() {
        assert_eq!(length(8, 8, 10), "█".repeat(10));
        assert_eq!(length(4, 8, 10), "█".repeat(5));
        assert_eq!(length(1, 16, 2), "▏");
        assert_eq!(length(1, 1_000_000, 40), "▏");
        assert_eq!(length(15, 16, 1), "█");
        assert_eq!(length(13, 16, 1), "▉");
        assert_eq!(length(0, 8, 10), "");
        assert_eq!(length(u64::MAX, u64::MAX, 3), "███");
        assert_eq!(length(3, 0, 3), "███");
    }

    #[test]
    fn no_line_is_longer_than_the_terminal_whatever_its_width() {
        let name = "Kundendienst Süd und alle anderen, die dort anrufen";
        for columns in 1..100 {
            let text =
                drawn(Screen::Terminal { columns }, Colour::Off, &[(name, 1_234_567), ("x", 3)]);
            let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
            // A number is never cut; below that there is nothing to look at.
            assert!(widest <= columns.max(3 * GAP + 9 + 1), "{columns}\n{text}");
        }
    }

    #[test]
    fn in_a_pipe_nothing_is_cut_and_nothing_coloured() {
        let name = "a".repeat(80);
        let text = drawn(Screen::Elsewhere, Colour::Off, &[(&name, 2), ("b", 0)]);
        let full = "█".repeat(LONGEST);
        let blanks = " ".repeat(79);
        assert_eq!(text, format!("Things\n  {name}  2  {full}\n  b{blanks}  0\n"));
        let coloured = drawn(Screen::Elsewhere, Colour::On, &[("b", 1)]);
        assert!(coloured.contains("\u{1b}[32m█"), "{coloured:?}");
    }

    #[test]
    fn names_cannot_steer_a_terminal_and_where_nothing_is_the_title_stands_alone() {
        let text = drawn(Screen::Elsewhere, Colour::Off, &[("a\u{1b}[2J\nb", 1)]);
        assert!(!text.contains('\u{1b}') && text.lines().count() == 2, "{text:?}");
        assert_eq!(drawn(Screen::Elsewhere, Colour::Off, &[("a", 0)]), "Things\n");
    }
}
