//! `checks.toml`: the relations that a report must satisfy, and the bands of grades.

mod kind;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::concepts::{Concepts, RawBasis};
use super::load::RuleError;
use crate::model::{Basis, ConceptId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    bands: Vec<RawBands>,
    check: Vec<RawCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBands {
    title: String,
    source: String,
    certain: bool,
    #[serde(default)]
    places: Vec<String>,
    grades: Vec<RawGrade>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGrade {
    names: Vec<String>,
    from: String,
    below: String,
}

/// One relation as `patterns/` spells it; which keys it needs depends on `kind`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    id: String,
    title: String,
    weight: u8,
    why: String,
    basis: String,
    holds: String,
    breaks: String,
    kind: RawKind,
    total: Option<String>,
    #[serde(default)]
    parts: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    #[serde(default)]
    others: Vec<String>,
    concept: Option<String>,
    #[serde(default)]
    closing: Vec<String>,
    #[serde(default)]
    opening: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    gives: Vec<String>,
    #[serde(default)]
    takes: Vec<String>,
    left: Option<String>,
    right: Option<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    families: Vec<String>,
    rate: Option<String>,
    part: Option<String>,
    whole: Option<String>,
    #[serde(default)]
    over: Vec<RawBasis>,
    #[serde(default)]
    sums: Vec<Vec<String>>,
    #[serde(default)]
    pairs: Vec<(String, String)>,
    stage: Option<RawBasis>,
    percent: Option<u32>,
    #[serde(default)]
    percents: Vec<u32>,
    plus: Option<String>,
    #[serde(default)]
    round: Vec<String>,
    #[serde(default)]
    own: Vec<String>,
    #[serde(default)]
    selves: Vec<(String, Vec<String>)>,
    least: Option<u32>,
    #[serde(default)]
    years: i16,
    #[serde(default)]
    unless: Vec<String>,
    says: Option<String>,
    #[serde(default)]
    last: Vec<String>,
    #[serde(default)]
    times: Vec<String>,
    score: Option<String>,
    grade: Option<String>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    more: Vec<String>,
    #[serde(default)]
    less: Vec<String>,
    from_year: Option<i16>,
    topic: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    digits: Vec<u32>,
    issues: Option<String>,
    measures: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawKind {
    Sum,
    Funds,
    Items,
    Categories,
    Balance,
    Levels,
    Equal,
    Ratio,
    Order,
    Same,
    Capital,
    Across,
    Restated,
    Score,
    ChangeAmount,
    ChangeRate,
    ChangeParts,
    Share,
    ShareTotal,
    Product,
    Grade,
    Filing,
    Year,
    Org,
    ExecutionScore,
    RowWeights,
    RowScores,
    RowOverWeight,
    RowMissed,
    RowDirection,
    RowNoReason,
    RowOvershoot,
    ReviewVague,
    ReviewWords,
    ReviewCopiedTarget,
    ReviewAllFull,
    ReviewLowRate,
    ReviewEmptySection,
    ReviewNoMeasures,
    ReviewUnfounded,
    ReviewMissingPart,
    ReviewPrivacy,
    ReviewZeroBut,
    ReviewWeights,
    ReviewOtherMoney,
}

/// What a check compares.
#[derive(Clone, Debug)]
pub enum Kind {
    /// total = Σ parts; parts in `optional` may be missing, and the total may hold what stands there without being a part.
    Sum {
        /// The whole.
        total: ConceptId,
        /// What it is made of.
        parts: Vec<ConceptId>,
        /// Those of `parts` that need not be stated.
        optional: Vec<ConceptId>,
        /// Words of further parts that no concept names (上缴上级支出): where they stand a shortfall is undecidable.
        others: Vec<String>,
    },
    /// total = Σ of the same over the kinds of money.
    Funds {
        /// The whole.
        total: ConceptId,
        /// What states its parts by fund; the first also without a fund of its own.
        parts: Vec<ConceptId>,
    },
    /// total = Σ named items.
    Items {
        /// The whole, and by item its parts.
        concept: ConceptId,
        /// Words that call the last amount of a list its total (合计).
        closing: Vec<String>,
        /// Words that say, behind a total, how many amounts follow (个项目).
        opening: Vec<String>,
    },
    /// heads = Σ of their categories.
    Categories {
        /// The whole, and by item its parts.
        concept: ConceptId,
        /// The categories that leave nothing out.
        names: Vec<String>,
    },
    /// Σ gives = Σ takes; the last of each side is the carry-over.
    Balance {
        /// What comes in.
        gives: Vec<ConceptId>,
        /// What goes out.
        takes: Vec<ConceptId>,
    },
    /// total = Σ by the level of government that gave it.
    Levels {
        /// How the levels are called.
        names: Vec<String>,
    },
    /// left = right, where one paragraph states both as one of `words`.
    Equal {
        /// One side.
        left: ConceptId,
        /// The other side.
        right: ConceptId,
        /// What both must be called (总计).
        words: Vec<String>,
    },
    /// rate = part ÷ whole, the whole at one of several stages.
    Ratio {
        /// The printed rate, in per cent.
        rate: ConceptId,
        /// The numerator, at its final stage.
        part: ConceptId,
        /// The denominator.
        whole: ConceptId,
        /// The stages of the denominator that are tried, in order; empty for what has no stage.
        over: Vec<Basis>,
    },
    /// One does not exceed the other.
    Order(Order),
    /// Mentions of one slot agree.
    Same {
        /// Words before a figure that make it a part of the slot (省级, 事业编制).
        unless: Vec<String>,
    },
    /// Title, cover, tables and body name one year; no rule is cited that is younger than the report.
    Year {
        /// What a heading is about that names the year reported on (自评).
        words: Vec<String>,
        /// Labels of the year.
        labels: Vec<String>,
        /// Words of a line about another year on purpose.
        unless: Vec<String>,
    },
    /// Title, cover, tables and body name one organisation.
    Org {
        /// Labels of the organisation.
        labels: Vec<String>,
        /// What an organisation calls itself behind 我, and what its name then holds.
        selves: Vec<(String, Vec<String>)>,
    },
    /// An amount in capital numerals and the one in digits beside it agree.
    Capital,
    /// A relation between reports: `hedui compare` judges it, one report alone cannot.
    Across,
    /// An amount said twice in one breath.
    Restated {
        /// The words between (即).
        words: Vec<String>,
    },
    /// The scores of one report agree.
    Score {
        /// The total score.
        score: ConceptId,
    },
    /// A change against last year.
    Change {
        /// How last year is called.
        last: Vec<String>,
        /// What of it is judged.
        what: ChangeKind,
    },
    /// The change of a total is the sum of those of its parts.
    Parts {
        /// A total and its parts, each.
        sums: Vec<Vec<ConceptId>>,
        /// How last year is called.
        last: Vec<String>,
    },
    /// The shares of one whole add up to 100.
    ShareTotal,
    /// share = part ÷ whole.
    Share {
        /// Words that call the whole of the paragraph.
        whole: Vec<String>,
    },
    /// number × price = cost.
    Product {
        /// Words that multiply once more (每月) or make a price that is none: then nothing is said.
        times: Vec<String>,
    },
    /// The grade is the one that the score gives.
    Grade {
        /// The total score.
        score: ConceptId,
        /// The grade.
        grade: ConceptId,
    },
    /// The date of signature is after the year reported on.
    Filing {
        /// Labels of the date.
        words: Vec<String>,
    },
    /// points = weight × rate.
    ExecutionScore {
        /// The printed rate.
        rate: ConceptId,
    },
    /// The rows of an indicator table.
    Row(RowRule),
    /// What reviewers criticise without arithmetic.
    Review(ReviewRule),
}

/// What of a change against last year is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// this − last = the change
    Amount,
    /// the change ÷ last = the rate
    Rate,
}

/// `small` ≤ `large` × percent / 100.
#[derive(Clone, Debug)]
pub struct Order {
    /// What should not exceed, and what it should not exceed.
    pub pairs: Vec<(ConceptId, ConceptId)>,
    /// The stage of the small side; `None` for any.
    pub basis: Option<Basis>,
    /// The stages of the large side, each with how far it may be exceeded, in per cent of it: the first that is stated counts. `None`
    /// for any stage.
    pub over: Vec<(Option<Basis>, u32)>,
    /// What the large side may be added to (上年结转).
    pub plus: Option<ConceptId>,
    /// How low it may go, in per cent of the large side.
    pub least: Option<u32>,
    /// How many years the small side is later.
    pub years: i16,
    /// Words that explain an excess.
    pub unless: Vec<String>,
    /// The end of the message.
    pub says: String,
}

/// Rules on the rows of an indicator table.
#[derive(Clone, Debug)]
pub enum RowRule {
    /// Weights add up.
    Weights,
    /// Scores add up to the total.
    Scores {
        /// The total score.
        score: ConceptId,
    },
    /// No score above its weight.
    OverWeight,
    /// No full marks for a target that is missed.
    Missed,
    /// The direction fits the indicator.
    Direction(RowWords),
    /// What is far above its target has a reason.
    Overshoot {
        /// In per cent of the target.
        percent: u32,
        /// Headers of the column for reasons.
        columns: Vec<String>,
    },
    /// Points lost have a reason.
    NoReason {
        /// Headers of the column for it.
        columns: Vec<String>,
    },
}

/// Words of indicators by what is better.
#[derive(Clone, Debug)]
pub struct RowWords {
    /// More is better: 覆盖率, 满意度.
    pub more: Vec<String>,
    /// Less is better: 成本, 投诉率.
    pub less: Vec<String>,
}

/// Rules of reviewers.
#[derive(Clone, Debug)]
pub enum ReviewRule {
    /// More than `percent` of at least `least` targets have no number.
    Vague {
        /// In per cent.
        percent: u32,
        /// How many targets there must be.
        least: usize,
    },
    /// One of these stands in the text.
    Words {
        /// In which families; all where there is none.
        families: Vec<String>,
        /// They themselves.
        words: Vec<String>,
        /// From which report year on.
        from_year: Option<i16>,
    },
    /// At least `percent` of the rows reach their target to the letter.
    CopiedTarget {
        /// In per cent.
        percent: u32,
        /// How many rows there must be.
        least: usize,
    },
    /// All rows have full marks.
    AllFull {
        /// How many rows there must be.
        least: usize,
    },
    /// A low rate without a reason.
    LowRate {
        /// The rate.
        concept: ConceptId,
        /// Below how many per cent.
        percent: u32,
        /// Words that give a reason.
        words: Vec<String>,
    },
    /// A section that says only 无.
    EmptySection {
        /// Its topic.
        topic: String,
        /// What it says.
        words: Vec<String>,
    },
    /// Problems without measures.
    NoMeasures {
        /// Topic of the problems.
        issues: String,
        /// Topic of the measures.
        measures: String,
        /// From how many problems on.
        least: usize,
    },
    /// A value without the survey it comes from.
    Unfounded {
        /// In which families.
        families: Vec<String>,
        /// The value.
        concept: ConceptId,
        /// A value is doubted where the first of these divides it, or from the second on: rounder than a survey comes out.
        round: (Decimal, Decimal),
        /// Words of a survey.
        words: Vec<String>,
    },
    /// Sections that must be there.
    MissingPart {
        /// In which families.
        families: Vec<String>,
        /// Their topics.
        topics: Vec<String>,
    },
    /// Numbers of persons in a public paper.
    Privacy {
        /// How many digits they have.
        digits: Vec<u32>,
    },
    /// Zero in one place, something in another.
    ZeroBut {
        /// What is zero.
        concept: ConceptId,
        /// Words that stand before a number of the other.
        words: Vec<String>,
    },
    /// A set of indicators out of balance.
    Weights {
        /// The largest weight of one row.
        most: u32,
        /// Words of which every set needs one row each.
        needs: Vec<String>,
        /// How many rows there must be.
        least: usize,
    },
    /// Other people's money among the outputs.
    OtherMoney {
        /// From how many per cent of one's own money on.
        percent: u32,
        /// One's own money.
        own: Vec<ConceptId>,
        /// The topic of outputs.
        topic: String,
    },
}

/// One relation.
#[derive(Clone, Debug)]
pub struct Check {
    /// `sum.basic`
    pub id: String,
    /// Its name in Chinese.
    pub title: String,
    /// How much a finding of it matters to an auditor: 1 (a hint) to 9 (money does not add up).
    pub weight: u8,
    /// Why it matters, in Chinese.
    pub why: String,
    /// The rule or practice it rests on, in Chinese.
    pub basis: String,
    /// A text for which it holds.
    pub holds: String,
    /// A text that breaks it.
    pub breaks: String,
    /// Families whose reports are also held against each other where they stand in one file.
    pub families: Vec<String>,
    /// What it compares.
    pub kind: Kind,
}

/// The scores that make each grade, somewhere.
#[derive(Clone, Debug)]
pub struct Bands {
    /// `优≥90，良80–90`
    pub title: String,
    /// Where they are laid down.
    pub source: String,
    /// Whether the rule itself was at hand.
    pub certain: bool,
    /// Words of an organisation or title for which they hold; empty for the usual ones.
    pub places: Vec<String>,
    /// The grades.
    pub grades: Vec<Grade>,
}

/// One grade: from ≤ score < below.
#[derive(Clone, Debug)]
pub struct Grade {
    /// How it is called (优, 优秀).
    pub names: Vec<String>,
    /// The lowest score.
    pub from: Decimal,
    /// What the score stays below.
    pub below: Decimal,
}

/// All relations.
#[derive(Debug)]
pub struct Checks {
    list: Vec<Check>,
    bands: Vec<Bands>,
}

impl Checks {
    pub(super) fn compile(raw: Raw, concepts: &Concepts) -> Result<Self, RuleError> {
        let bands = raw.bands.into_iter().map(bands).collect::<Result<Vec<_>, _>>()?;
        if !bands.iter().any(|b| b.places.is_empty()) {
            return Err(RuleError::new("bands", "none of the bands is for all places; leave `places` out of one"));
        }
        let mut list: Vec<Check> = Vec::new();
        for c in raw.check {
            if list.iter().any(|other| other.id == c.id) {
                return Err(RuleError::new(&c.id, "this id stands twice; ids are unique"));
            }
            if !(1..=9).contains(&c.weight) {
                return Err(RuleError::new(&c.id, "`weight` is a number from 1 to 9"));
            }
            let kind = kind::kind(&c, concepts)?;
            list.push(Check {
                id: c.id,
                title: c.title,
                weight: c.weight,
                why: c.why,
                basis: c.basis,
                holds: c.holds,
                breaks: c.breaks,
                families: c.families,
                kind,
            });
        }
        Ok(Checks { list, bands })
    }

    /// All relations in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Check> {
        self.list.iter()
    }

    /// How much a finding of `check` matters; 0 for an id that no check has.
    pub fn weight(&self, check: &str) -> u8 {
        self.list.iter().find(|c| c.id == check).map_or(0, |c| c.weight)
    }

    /// All bands: the usual ones and those of places.
    pub fn all_bands(&self) -> &[Bands] {
        &self.bands
    }

    /// The bands for a report whose title or organisation is `head`.
    pub fn bands(&self, head: &str) -> &Bands {
        let local = self.bands.iter().find(|b| b.places.iter().any(|p| head.contains(p.as_str())));
        local.or_else(|| self.bands.iter().find(|b| b.places.is_empty())).unwrap_or(&self.bands[0])
    }
}

fn bands(raw: RawBands) -> Result<Bands, RuleError> {
    let number = |text: &str| {
        text.parse::<Decimal>().map_err(|_| RuleError::new(&raw.title, format!("`{text}` is no number of points")))
    };
    let grades = raw
        .grades
        .iter()
        .map(|g| match g.names.is_empty() {
            true => Err(RuleError::new(&raw.title, "a grade has no name")),
            false => Ok(Grade { names: g.names.clone(), from: number(&g.from)?, below: number(&g.below)? }),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Bands { title: raw.title.clone(), source: raw.source.clone(), certain: raw.certain, places: raw.places, grades })
}
