//! Counting what is found, missed and extra.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

/// What is counted on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Records,
    Sections,
    Numbers,
    Recovered,
    Topics,
    Amounts,
    Spans,
    Bounds,
    Roles,
    Facts,
    FactsLenient,
    Findings,
    Indicators,
    FormFacts,
    Planted,
    Conflicts,
    Family,
    Title,
    Org,
    Year,
}

impl Kind {
    pub const ALL: [Kind; 20] = [
        Kind::Records,
        Kind::Sections,
        Kind::Numbers,
        Kind::Recovered,
        Kind::Topics,
        Kind::Amounts,
        Kind::Spans,
        Kind::Bounds,
        Kind::Roles,
        Kind::Facts,
        Kind::FactsLenient,
        Kind::Findings,
        Kind::Indicators,
        Kind::FormFacts,
        Kind::Planted,
        Kind::Conflicts,
        Kind::Family,
        Kind::Title,
        Kind::Org,
        Kind::Year,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Records => "records",
            Kind::Sections => "sections",
            Kind::Numbers => "labels, numbers",
            Kind::Recovered => "recovered",
            Kind::Topics => "topics",
            Kind::Amounts => "amounts",
            Kind::Spans => "raw spans",
            Kind::Bounds => "bounds",
            Kind::Roles => "roles",
            Kind::Facts => "facts",
            Kind::FactsLenient => "facts, lenient",
            Kind::Findings => "findings",
            Kind::Indicators => "indicator rows",
            Kind::FormFacts => "facts of forms",
            Kind::Planted => "planted errors",
            Kind::Conflicts => "conflicts",
            Kind::Family => "family",
            Kind::Title => "title",
            Kind::Org => "org",
            Kind::Year => "year",
        }
    }

    /// The F1 that is asked for (of facts the precision, their recall being asked for separately).
    pub fn bound(self) -> Option<f64> {
        match self {
            Kind::Sections | Kind::Bounds => Some(0.97),
            Kind::Amounts | Kind::Facts => Some(0.99),
            Kind::Spans | Kind::Org | Kind::Year | Kind::Title => Some(0.98),
            Kind::Recovered | Kind::Indicators | Kind::Planted => Some(0.95),
            Kind::FormFacts => Some(0.97),
            Kind::Conflicts => Some(1.0),
            _ => None,
        }
    }

    /// The F1 that was reached on the cases to tune on and on those kept aside, rounded down: what a change must not fall below.
    pub fn floor(self, aside: bool) -> Option<f64> {
        Some(match (self, aside) {
            // Raised and lowered with the set of cases only: it has grown from 85 to 161, most of them harder, and those that had been
            // kept aside until then have joined the ones to tune on.
            (Kind::Sections, false) => 0.97,
            (Kind::Sections, true) => 0.97,
            (Kind::Recovered, false) => 0.96,
            (Kind::Recovered, true) => 0.95,
            (Kind::Topics, false) => 0.95,
            (Kind::Topics, true) => 0.90,
            (Kind::Amounts | Kind::Spans, false) => 0.99,
            (Kind::Amounts | Kind::Spans, true) => 0.97,
            (Kind::Bounds, _) => 0.99,
            (Kind::Facts, false) => 0.97,
            (Kind::Facts, true) => 0.88,
            (Kind::Indicators, false) => 0.97,
            (Kind::Indicators, true) => 0.98,
            (Kind::Planted, false) => 0.90,
            (Kind::Planted, true) => 0.85,
            (Kind::Conflicts, false) => 0.98,
            (Kind::Conflicts, true) => 0.88,
            (Kind::Title, false) => 0.99,
            (Kind::Title, true) => 0.87,
            (Kind::Org, false) => 0.98,
            (Kind::Org, true) => 0.94,
            (Kind::Year, false) => 0.99,
            (Kind::Year, true) => 0.98,
            _ => return None,
        })
    }

    /// Why `count` is not good enough.
    pub fn missed(self, count: Count) -> Option<String> {
        let (bound, f1) = (self.bound()?, count.f1()?);
        match self {
            Kind::Facts => {
                let (p, r) = (count.precision().unwrap_or(1.0), count.recall().unwrap_or(1.0));
                (p < bound || r < 0.92).then(|| format!("precision {p:.3} (0.99 asked), recall {r:.3} (0.92 asked)"))
            }
            // Only the recall is asked for: what is not planted need not be silent.
            Kind::Planted => {
                let r = count.recall().unwrap_or(1.0);
                (r < bound).then(|| format!("recall {r:.3} ({bound} asked)"))
            }
            Kind::Conflicts => (count.output > count.found)
                .then(|| format!("{} false conflicts (none asked)", count.output - count.found)),
            Kind::Amounts if count.output > count.found => {
                Some(format!("F1 {f1:.3} ({bound} asked), {} false money (none asked)", count.output - count.found))
            }
            _ => (f1 < bound).then(|| format!("F1 {f1:.3} ({bound} asked)")),
        }
    }
}

/// How many there are, how many were printed, and how many of the printed are right.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    pub truth: usize,
    pub output: usize,
    pub found: usize,
}

impl Count {
    pub fn precision(self) -> Option<f64> {
        (self.output > 0).then(|| self.found as f64 / self.output as f64)
    }

    pub fn recall(self) -> Option<f64> {
        (self.truth > 0).then(|| self.found as f64 / self.truth as f64)
    }

    pub fn f1(self) -> Option<f64> {
        (self.truth + self.output > 0).then(|| 2.0 * self.found as f64 / (self.truth + self.output) as f64)
    }
}

/// The counts of some cases and, where they are wanted, what was missed (`-`) and what was extra (`+`).
#[derive(Default)]
pub struct Scores {
    counts: [Count; Kind::ALL.len()],
    listing: bool,
    pub errors: [Vec<String>; Kind::ALL.len()],
}

impl Scores {
    /// No counts yet; `listing` keeps the errors beside them.
    pub fn listing(listing: bool) -> Self {
        Scores { listing, ..Scores::default() }
    }

    pub fn count(&self, kind: Kind) -> Count {
        self.counts[kind as usize]
    }

    pub fn add(&mut self, other: &Scores) {
        for (sum, count) in self.counts.iter_mut().zip(&other.counts) {
            sum.truth += count.truth;
            sum.output += count.output;
            sum.found += count.found;
        }
    }

    fn record(&mut self, kind: Kind, truth: usize, output: usize, found: usize) {
        let count = &mut self.counts[kind as usize];
        count.truth += truth;
        count.output += output;
        count.found += found;
    }

    fn error(&mut self, kind: Kind, sign: char, what: &str) {
        if self.listing {
            self.errors[kind as usize].push(format!("{sign} {what}"));
        }
    }

    /// One answer: right, wrong, missed or extra. Right silence counts for nothing.
    pub fn same(&mut self, kind: Kind, truth: Option<String>, output: Option<String>) {
        let right = truth.is_some() && truth == output;
        self.record(kind, truth.is_some().into(), output.is_some().into(), right.into());
        if !right {
            truth.iter().for_each(|t| self.error(kind, '-', t));
            output.iter().for_each(|o| self.error(kind, '+', o));
        }
    }

    /// Answers without order, each counted once.
    pub fn set(&mut self, kind: Kind, truth: BTreeSet<String>, output: BTreeSet<String>) {
        self.record(kind, truth.len(), output.len(), truth.intersection(&output).count());
        truth.difference(&output).for_each(|t| self.error(kind, '-', t));
        output.difference(&truth).for_each(|o| self.error(kind, '+', o));
    }

    /// Answers in order.
    pub fn sequence<A: PartialEq>(&mut self, kind: Kind, truth: &[A], output: &[A], show: impl Fn(&A) -> String) {
        let pairs = align(truth, output);
        self.aligned(kind, truth, output, &pairs, show);
    }

    /// Answers in order, the right ones paired up already.
    pub fn aligned<A>(
        &mut self,
        kind: Kind,
        truth: &[A],
        output: &[A],
        pairs: &[(usize, usize)],
        show: impl Fn(&A) -> String,
    ) {
        self.record(kind, truth.len(), output.len(), pairs.len());
        if self.listing {
            // In order of place, so that a wrong one stands beside what it should be.
            let (mut i, mut j) = (0, 0);
            for &(a, b) in pairs.iter().chain([&(truth.len(), output.len())]) {
                truth[i..a].iter().for_each(|t| self.error(kind, '-', &show(t)));
                output[j..b].iter().for_each(|o| self.error(kind, '+', &show(o)));
                (i, j) = (a + 1, b + 1);
            }
        }
    }
}

/// The longest common subsequence, as pairs of places.
pub fn align<A: PartialEq>(a: &[A], b: &[A]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut length = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            length[i * width + j] = match a[i] == b[j] {
                true => length[(i + 1) * width + j + 1] + 1,
                false => length[(i + 1) * width + j].max(length[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Without spaces, and with signs of one width.
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{FEFF}')
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '“' | '”' | '„' => '"',
            '‘' | '’' => '\'',
            '。' => '.',
            '—' | '–' => '-',
            other => other,
        })
        .collect()
}

/// A decimal without trailing zeros; what is no number stays as it is.
pub fn number(text: &str) -> String {
    text.parse::<Decimal>().map_or(text.to_owned(), |n| n.normalize().to_string())
}
