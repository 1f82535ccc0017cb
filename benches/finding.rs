//! What came out of a case by one measure, and what to make of it. How it is shown is `report`'s.

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Processor time, of the program and of the kernel for it; in seconds.
    Cpu,
    /// Time by the clock; in seconds.
    Wall,
    /// The most memory it had; in KiB.
    Memory,
    /// Instructions executed outside the kernel.
    Instructions,
    /// Processor time divided by the rows of the file; in seconds.
    CpuPerRow,
    /// The size of a store divided by its users; in bytes.
    BytesPerUser,
    /// The longest time by the clock that one of many had to wait; in seconds.
    LongestWait,
    /// Commands that failed.
    Failures,
    /// Changes that were reported and are not there.
    Losses,
}

impl Measure {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::Wall => "wall",
            Self::Memory => "memory",
            Self::Instructions => "instructions",
            Self::CpuPerRow => "CPU a row",
            Self::BytesPerUser => "bytes a user",
            Self::LongestWait => "longest wait",
            Self::Failures => "failures",
            Self::Losses => "lost",
        }
    }

    /// A difference of it, with sign and unit.
    pub(crate) fn show_excess(self, difference: f64) -> String {
        let sign = if difference < 0.0 { '-' } else { '+' };
        format!("{sign}{}", self.show(difference.abs()))
    }

    /// An amount of it, with its unit.
    pub(crate) fn show(self, amount: f64) -> String {
        match self {
            Self::Cpu | Self::Wall | Self::LongestWait if amount >= 1.0 => format!("{amount:.2} s"),
            Self::Cpu | Self::Wall | Self::LongestWait => format!("{:.1} ms", amount * 1e3),
            Self::CpuPerRow => format!("{:.2} µs", amount * 1e6),
            Self::Memory => format!("{:.1} MB", amount * 1.024e-3),
            Self::Instructions if amount >= 1e6 => format!("{:.2} M", amount / 1e6),
            Self::BytesPerUser => format!("{amount:.0} B"),
            Self::Instructions | Self::Failures | Self::Losses => format!("{amount:.0}"),
        }
    }
}

/// What a goal is set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Admit over the reference.
    Ratio,
    /// What admit takes beyond the reference.
    Excess,
    /// What admit takes.
    Amount,
}

/// What came out by one measure.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) measure: Measure,
    pub(crate) judged: Judged,
    /// The median of admit.
    pub(crate) admit: f64,
    /// The median of the reference, if there is one.
    pub(crate) reference: Option<f64>,
    /// The median of what is judged.
    pub(crate) value: f64,
    /// The least and the greatest of that.
    pub(crate) spread: (f64, f64),
    pub(crate) goal: Option<f64>,
}

impl Finding {
    /// The ratio of what was measured, admit and the reference side by side.
    pub(crate) fn ratio(measure: Measure, pairs: &[(f64, f64)], goal: Option<f64>) -> Self {
        let ratios = sorted(pairs.iter().map(|(admit, reference)| admit / reference));
        Self::of_pairs(measure, Judged::Ratio, pairs, &ratios, goal)
    }

    /// What admit takes beyond the reference.
    pub(crate) fn excess(measure: Measure, pairs: &[(f64, f64)], goal: Option<f64>) -> Self {
        let excesses = sorted(pairs.iter().map(|(admit, reference)| admit - reference));
        Self::of_pairs(measure, Judged::Excess, pairs, &excesses, goal)
    }

    /// What admit takes, beside nothing.
    pub(crate) fn amount(measure: Measure, amount: f64, goal: Option<f64>) -> Self {
        Self {
            measure,
            judged: Judged::Amount,
            admit: amount,
            reference: None,
            value: amount,
            spread: (amount, amount),
            goal,
        }
    }

    fn of_pairs(
        measure: Measure,
        judged: Judged,
        pairs: &[(f64, f64)],
        values: &[f64],
        goal: Option<f64>,
    ) -> Self {
        let end = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
        Self {
            measure,
            judged,
            admit: median(&sorted(pairs.iter().map(|pair| pair.0))),
            reference: Some(median(&sorted(pairs.iter().map(|pair| pair.1)))),
            value: median(values),
            spread: (end(values.first()), end(values.last())),
            goal,
        }
    }

    /// What is judged, with its unit.
    pub(crate) fn show_value(&self) -> String {
        match self.judged {
            Judged::Ratio => format!("{}x", ratio(self.value)),
            Judged::Excess => self.measure.show_excess(self.value),
            Judged::Amount => self.measure.show(self.value),
        }
    }

    /// The goal, with its unit; nothing where there is none.
    pub(crate) fn show_goal(&self) -> String {
        match (self.goal, self.judged) {
            (None, _) => String::new(),
            (Some(goal), Judged::Ratio) => format!("<= {goal}x"),
            (Some(goal), Judged::Excess) => format!("<= {}", self.measure.show_excess(goal)),
            (Some(goal), Judged::Amount) => format!("<= {}", self.measure.show(goal)),
        }
    }

    /// The least and the greatest ratio; nothing where one number is all there is.
    pub(crate) fn show_spread(&self) -> String {
        match (self.judged, self.spread) {
            (Judged::Ratio, (least, greatest)) if least < greatest => {
                format!("{}..{}", ratio(least), ratio(greatest))
            }
            _ => String::new(),
        }
    }

    /// What to make of it; nothing where there is no goal.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let goal = self.goal?;
        let (least, greatest) = self.spread;
        Some(match self.value <= goal {
            true if greatest <= goal => Verdict::Met,
            true => Verdict::MetWithinNoise,
            false if least > goal => Verdict::Missed,
            false => Verdict::MissedWithinNoise,
        })
    }
}

/// Whether a goal is met. Where the goal lies inside the spread, the median decides, and it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Met,
    MetWithinNoise,
    Missed,
    MissedWithinNoise,
}

impl Verdict {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::MetWithinNoise => "met, within the noise",
            Self::Missed => "missed",
            Self::MissedWithinNoise => "missed, within the noise",
        }
    }

    pub(crate) const fn is_met(self) -> bool {
        matches!(self, Self::Met | Self::MetWithinNoise)
    }
}

/// A ratio, with as many digits as say something.
fn ratio(value: f64) -> String {
    match value {
        small if small < 0.1 => format!("{small:.4}"),
        large if large >= 100.0 => format!("{large:.0}"),
        _ => format!("{value:.2}"),
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[odd / 2],
        even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
    }
}
