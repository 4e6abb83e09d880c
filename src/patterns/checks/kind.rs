//! The keys of one check as written in, what it compares out. Says which key is missing.

use super::{ChangeKind, Kind, Order, RawCheck, RawKind, ReviewRule, RowRule, RowWords};
use crate::model::Basis;
use crate::patterns::concepts::Concepts;
use crate::patterns::load::RuleError;

/// What a check compares.
///
/// # Errors
/// Where a key that its kind needs is missing, or a concept that it names is not known.
pub(super) fn kind(c: &RawCheck, concepts: &Concepts) -> Result<Kind, RuleError> {
    let find = |id: &String| {
        concepts.id(id).ok_or_else(|| RuleError::new(&c.id, format!("no concept is called `{id}`; see concepts.toml")))
    };
    let needs = |key: &str| RuleError::new(&c.id, format!("a check of this kind needs `{key}`"));
    let one = |key: &str, id: &Option<String>| id.as_ref().ok_or_else(|| needs(key)).and_then(find);
    let all = |ids: &Vec<String>| ids.iter().map(find).collect::<Result<Vec<_>, _>>();
    let some = |key: &str, words: &Vec<String>| match words.is_empty() {
        true => Err(needs(key)),
        false => Ok(words.clone()),
    };
    let text = |key: &str, text: &Option<String>| text.clone().ok_or_else(|| needs(key));
    let percent = || c.percent.ok_or_else(|| needs("percent"));
    let least = || c.least.map(|n| n as usize).ok_or_else(|| needs("least"));
    Ok(match c.kind {
        RawKind::Sum => Kind::Sum {
            total: one("total", &c.total)?,
            parts: all(&c.parts)?,
            optional: all(&c.optional)?,
            others: c.others.clone(),
        },
        RawKind::Funds => Kind::Funds {
            total: one("total", &c.total)?,
            parts: match c.parts.is_empty() {
                true => return Err(needs("parts")),
                false => all(&c.parts)?,
            },
        },
        RawKind::Items => Kind::Items {
            concept: one("concept", &c.concept)?,
            closing: some("closing", &c.closing)?,
            opening: some("opening", &c.opening)?,
        },
        RawKind::Categories => {
            Kind::Categories { concept: one("concept", &c.concept)?, names: some("names", &c.names)? }
        }
        RawKind::Balance => Kind::Balance { gives: all(&c.gives)?, takes: all(&c.takes)? },
        RawKind::Levels => Kind::Levels { names: some("names", &c.names)? },
        RawKind::Equal => {
            Kind::Equal { left: one("left", &c.left)?, right: one("right", &c.right)?, words: some("words", &c.words)? }
        }
        RawKind::Ratio => Kind::Ratio {
            rate: one("rate", &c.rate)?,
            part: one("part", &c.part)?,
            whole: one("whole", &c.whole)?,
            over: c.over.iter().map(|b| Basis::from(*b)).collect(),
        },
        RawKind::Order => Kind::Order(Order {
            pairs: match c.pairs.is_empty() {
                true => return Err(needs("pairs")),
                false => c.pairs.iter().map(|(a, b)| Ok((find(a)?, find(b)?))).collect::<Result<_, RuleError>>()?,
            },
            basis: c.stage.map(Basis::from),
            over: match (c.over.as_slice(), c.percents.as_slice()) {
                ([], _) => vec![(None, percent()?)],
                (over, []) => {
                    over.iter().map(|b| Ok((Some((*b).into()), percent()?))).collect::<Result<_, RuleError>>()?
                }
                (over, percents) if over.len() == percents.len() => {
                    over.iter().zip(percents).map(|(b, p)| (Some((*b).into()), *p)).collect()
                }
                _ => return Err(RuleError::new(&c.id, "`percents` has one number for each stage of `over`")),
            },
            plus: c.plus.as_ref().map(find).transpose()?,
            least: c.least,
            years: c.years,
            unless: c.unless.clone(),
            says: text("says", &c.says)?,
        }),
        RawKind::Same => Kind::Same { unless: c.unless.clone() },
        RawKind::Year => Kind::Year {
            words: some("words", &c.words)?,
            labels: some("columns", &c.columns)?,
            unless: c.unless.clone(),
        },
        RawKind::Org => Kind::Org { labels: some("names", &c.names)?, selves: c.selves.clone() },
        RawKind::RowOvershoot => {
            Kind::Row(RowRule::Overshoot { percent: percent()?, columns: some("columns", &c.columns)? })
        }
        RawKind::Capital => Kind::Capital,
        RawKind::Across => Kind::Across,
        RawKind::Restated => Kind::Restated { words: some("words", &c.words)? },
        RawKind::Score => Kind::Score { score: one("score", &c.score)? },
        RawKind::ChangeAmount => Kind::Change { last: some("last", &c.last)?, what: ChangeKind::Amount },
        RawKind::ChangeRate => Kind::Change { last: some("last", &c.last)?, what: ChangeKind::Rate },
        RawKind::ChangeParts => Kind::Parts {
            sums: match c.sums.iter().any(|s| s.len() > 2) {
                true => c.sums.iter().map(all).collect::<Result<_, _>>()?,
                false => return Err(needs("sums")),
            },
            last: some("last", &c.last)?,
        },
        RawKind::ShareTotal => Kind::ShareTotal,
        RawKind::Share => Kind::Share { whole: some("words", &c.words)? },
        RawKind::Product => Kind::Product { times: c.times.clone() },
        RawKind::Grade => Kind::Grade { score: one("score", &c.score)?, grade: one("grade", &c.grade)? },
        RawKind::Filing => Kind::Filing { words: some("words", &c.words)? },
        RawKind::ExecutionScore => Kind::ExecutionScore { rate: one("rate", &c.rate)? },
        RawKind::RowWeights => Kind::Row(RowRule::Weights),
        RawKind::RowScores => Kind::Row(RowRule::Scores { score: one("score", &c.score)? }),
        RawKind::RowOverWeight => Kind::Row(RowRule::OverWeight),
        RawKind::RowMissed => Kind::Row(RowRule::Missed),
        RawKind::RowDirection => {
            Kind::Row(RowRule::Direction(RowWords { more: some("more", &c.more)?, less: some("less", &c.less)? }))
        }
        RawKind::RowNoReason => Kind::Row(RowRule::NoReason { columns: some("columns", &c.columns)? }),
        RawKind::ReviewVague => Kind::Review(ReviewRule::Vague { percent: percent()?, least: least()? }),
        RawKind::ReviewWords => Kind::Review(ReviewRule::Words {
            families: c.families.clone(),
            words: some("words", &c.words)?,
            from_year: c.from_year,
        }),
        RawKind::ReviewCopiedTarget => Kind::Review(ReviewRule::CopiedTarget { percent: percent()?, least: least()? }),
        RawKind::ReviewAllFull => Kind::Review(ReviewRule::AllFull { least: least()? }),
        RawKind::ReviewLowRate => Kind::Review(ReviewRule::LowRate {
            concept: one("concept", &c.concept)?,
            percent: percent()?,
            words: some("words", &c.words)?,
        }),
        RawKind::ReviewEmptySection => {
            Kind::Review(ReviewRule::EmptySection { topic: text("topic", &c.topic)?, words: some("words", &c.words)? })
        }
        RawKind::ReviewNoMeasures => Kind::Review(ReviewRule::NoMeasures {
            issues: text("issues", &c.issues)?,
            measures: text("measures", &c.measures)?,
            least: least()?,
        }),
        RawKind::ReviewUnfounded => Kind::Review(ReviewRule::Unfounded {
            families: some("families", &c.families)?,
            round: match c.round.iter().map(|n| n.parse().ok()).collect::<Option<Vec<_>>>().as_deref() {
                Some([step, from]) => (*step, *from),
                _ => return Err(RuleError::new(&c.id, "a check of this kind needs `round`, two numbers")),
            },
            concept: one("concept", &c.concept)?,
            words: some("words", &c.words)?,
        }),
        RawKind::ReviewMissingPart => Kind::Review(ReviewRule::MissingPart {
            families: some("families", &c.families)?,
            topics: some("topics", &c.topics)?,
        }),
        RawKind::ReviewPrivacy => Kind::Review(ReviewRule::Privacy { digits: c.digits.clone() }),
        RawKind::ReviewZeroBut => {
            Kind::Review(ReviewRule::ZeroBut { concept: one("concept", &c.concept)?, words: some("words", &c.words)? })
        }
        RawKind::ReviewWeights => {
            Kind::Review(ReviewRule::Weights { most: percent()?, needs: some("names", &c.names)?, least: least()? })
        }
        RawKind::ReviewOtherMoney => Kind::Review(ReviewRule::OtherMoney {
            percent: percent()?,
            own: all(&c.own)?,
            topic: text("topic", &c.topic)?,
        }),
    })
}
