//! The tables of a run as markdown: which goals are met, and by how much. Lines without a goal are left out.

use std::collections::BTreeMap;

use super::report::{Entered, Entry};

/// What became of a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Measured at a size that the goal is not set for.
    NotJudged,
    Skipped,
    Met,
    Missed,
    Failed,
}

/// How many goals are met, and how many not.
pub(crate) fn summary(entries: &[Entry]) -> String {
    let mut fates: BTreeMap<u8, Fate> = BTreeMap::new();
    for entry in entries {
        let fate = fates.entry(entry.goal).or_insert(Fate::NotJudged);
        // One line missed is a goal missed; one skipped is nothing where others are judged.
        *fate = (*fate).max(match &entry.result {
            Entered::Found(finding) => match finding.verdict() {
                None => Fate::NotJudged,
                Some(verdict) if verdict.is_met() => Fate::Met,
                Some(_) => Fate::Missed,
            },
            Entered::Skipped(_) => Fate::Skipped,
            Entered::Failed(_) => Fate::Failed,
        });
    }
    let count = |wanted: Fate| fates.values().filter(|fate| **fate == wanted).count();
    let mut text = format!(
        "{} goals met, {} missed, {} skipped",
        count(Fate::Met),
        count(Fate::Missed),
        count(Fate::Skipped)
    );
    for (fate, word) in [(Fate::NotJudged, "not set for these sizes"), (Fate::Failed, "failed")] {
        if count(fate) > 0 {
            text = format!("{text}, {} {word}", count(fate));
        }
    }
    text
}

/// Everything that was measured against a goal, and how cost grows.
pub(crate) fn document(machine: &str, entries: &[Entry], growth: Option<&str>) -> String {
    let mut text = format!("{machine}.\n");
    if !entries.is_empty() {
        text.push_str("\n| # | what | measure | result | goal | |\n|--:|---|---|--:|--:|---|\n");
    }
    for Entry { goal, what, result } in entries {
        match result {
            Entered::Found(finding) => {
                if let Some(verdict) = finding.verdict() {
                    let (measure, verdict) = (finding.measure.as_str(), verdict.as_str());
                    let (value, limit) = (finding.show_value(), finding.show_goal());
                    let row = format!(
                        "| {goal} | {what} | {measure} | {value} | {limit} | {verdict} |\n"
                    );
                    text.push_str(&row);
                }
            }
            Entered::Skipped(reason) => {
                text.push_str(&format!("| {goal} | {what} | | | | skipped: {reason} |\n"));
            }
            Entered::Failed(reason) => {
                text.push_str(&format!("| {goal} | | | | | failed: {reason} |\n"));
            }
        }
    }
    if !entries.is_empty() {
        text.push_str(&format!("\n{}.\n", summary(entries)));
    }
    if let Some(growth) = growth {
        text.push_str(&format!("\n{growth}"));
    }
    text
}
