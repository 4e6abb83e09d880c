//! `peers.toml`: who is compared with whom, what counts as far out, and which text counts as copied.

use regex::Regex;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::expression::Expression;
use super::families::Families;
use super::load::RuleError;
use super::topics::Topics;
use crate::model::{FamilyId, TopicId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    whole: Vec<String>,
    group: Vec<RawGroup>,
    size: Vec<RawSize>,
    outlier: RawOutlier,
    copied: RawCopied,
    foreign: RawForeign,
    stale: RawMatch,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    id: String,
    name: String,
    ends: Vec<String>,
    has: Vec<String>,
    #[serde(default)]
    examples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSize {
    name: String,
    up_to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutlier {
    times: String,
    members: usize,
    scale: String,
    jump_percent: String,
    jump_least: String,
    jump_alone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCopied {
    least: usize,
    same: u32,
    common: u32,
    preamble: Vec<String>,
    lasting: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawForeign {
    r#match: String,
    between: String,
    examples: Vec<String>,
    counterexamples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatch {
    r#match: String,
    examples: Vec<String>,
    counterexamples: Vec<String>,
}

/// A kind of organisations.
#[derive(Clone, Debug)]
pub struct Group {
    /// `school`
    pub id: String,
    /// 学校
    pub name: String,
    ends: Vec<String>,
    has: Vec<String>,
}

/// Who is compared with whom.
#[derive(Debug)]
pub struct Peers {
    whole: Vec<FamilyId>,
    groups: Vec<Group>,
    /// Upper ends in 元 and names, smallest first; the last has no end.
    sizes: Vec<(Option<Decimal>, String)>,
    /// How many median absolute deviations from the median are far out.
    pub times: Decimal,
    /// How many peers it takes.
    pub members: usize,
    /// How many times the median hint at a slip of scale.
    pub scale: Decimal,
    /// Changes of more than so many per cent are told.
    pub jump_percent: Decimal,
    /// Changes of less than so many 元 are not told.
    pub jump_least: Decimal,
    /// Instead of `jump_percent` where too few peers have both years.
    pub jump_alone: Decimal,
    /// The shortest paragraph that is evidence, in characters.
    pub least: usize,
    /// Shared part of all threes of characters from which on two paragraphs are the same, in per cent.
    pub same: u32,
    /// The part of all organisations, in per cent, above which a shared paragraph is a common template.
    pub common: u32,
    preamble: Vec<Expression>,
    lasting: Vec<TopicId>,
    foreign: Expression,
    /// What may stand between a name and that, at the end of the text.
    between: Expression,
    stale: Expression,
}

impl Peers {
    /// `proved`: the tests of this build have tried every expression and example; then neither is done again.
    pub(super) fn compile(raw: Raw, families: &Families, topics: &Topics, proved: bool) -> Result<Self, RuleError> {
        if !proved {
            raw.copied.preamble.iter().try_for_each(|e| regex(e).map(drop))?;
            [&raw.foreign.r#match, &raw.foreign.between].iter().try_for_each(|e| regex(e).map(drop))?;
            tried(&raw.stale)?;
        }
        let family = |id: &String| {
            families.id(id).ok_or_else(|| RuleError::new(id, "no family is called so; see families.toml"))
        };
        let number = |text: &String| text.parse::<Decimal>().map_err(|_| RuleError::new(text, "is no number"));
        let mut groups: Vec<Group> = Vec::new();
        let mut examples = Vec::new();
        for g in raw.group {
            if groups.iter().any(|other| other.id == g.id || other.name == g.name) {
                return Err(RuleError::new(&g.id, "this group stands twice; ids and names are unique"));
            }
            if g.ends.is_empty() && g.has.is_empty() {
                return Err(RuleError::new(&g.id, "has neither `ends` nor `has`, so nothing could belong to it"));
            }
            examples.extend(g.examples.into_iter().map(|e| (g.id.clone(), e)));
            groups.push(Group { id: g.id, name: g.name, ends: g.ends, has: g.has });
        }
        let mut sizes = Vec::new();
        for (i, size) in raw.size.iter().enumerate() {
            let up_to = size.up_to.as_ref().map(number).transpose()?;
            let last = i + 1 == raw.size.len();
            let rises =
                sizes.last().is_none_or(|(before, _): &(Option<Decimal>, String)| up_to.is_none() || *before < up_to);
            if up_to.is_none() != last || !rises {
                return Err(RuleError::new(&size.name, "sizes rise, and the last one alone has no `up_to`"));
            }
            sizes.push((up_to, size.name.clone()));
        }
        let topic =
            |id: &String| topics.id(id).ok_or_else(|| RuleError::new(id, "no topic is called so; see topics.toml"));
        let peers = Peers {
            whole: raw.whole.iter().map(family).collect::<Result<_, _>>()?,
            groups,
            sizes,
            times: number(&raw.outlier.times)?,
            members: raw.outlier.members.max(3),
            scale: number(&raw.outlier.scale)?,
            jump_percent: number(&raw.outlier.jump_percent)?,
            jump_least: number(&raw.outlier.jump_least)?,
            jump_alone: number(&raw.outlier.jump_alone)?,
            least: raw.copied.least,
            same: raw.copied.same.min(100),
            common: raw.copied.common.min(100),
            preamble: raw.copied.preamble.iter().map(|e| Expression::one(e)).collect(),
            lasting: raw.copied.lasting.iter().map(topic).collect::<Result<_, _>>()?,
            foreign: Expression::one(&raw.foreign.r#match),
            between: Expression::one(&raw.foreign.between),
            stale: Expression::one(&raw.stale.r#match),
        };
        if proved {
            return Ok(peers);
        }
        let RawForeign { examples: right, counterexamples: wrong, .. } = raw.foreign;
        if let Some(example) = right.iter().find(|e| peers.selves(e).next().is_none()) {
            return Err(RuleError::new(example, "is an example that the rule does not match"));
        }
        if let Some(example) = wrong.iter().find(|e| peers.selves(e).next().is_some()) {
            return Err(RuleError::new(example, "is a counterexample that the rule matches"));
        }
        for (id, example) in examples {
            if peers.group(&example).is_none_or(|g| g.id != id) {
                let cause = format!("`{example}` is an example of it but does not belong to it");
                return Err(RuleError::new(id, cause));
            }
        }
        Ok(peers)
    }

    /// Whether papers of this family report on a whole department.
    pub fn is_whole(&self, family: FamilyId) -> bool {
        self.whole.contains(&family)
    }

    /// The kind of the organisation called `name`; `None` where its name does not tell.
    pub fn group(&self, name: &str) -> Option<&Group> {
        let ends = |g: &&Group| g.ends.iter().any(|end| name.ends_with(end.as_str()));
        let has = |g: &&Group| g.has.iter().any(|word| name.contains(word.as_str()));
        self.groups.iter().find(ends).or_else(|| self.groups.iter().find(has))
    }

    /// The size of an organisation that spends `yuan`.
    pub fn size(&self, yuan: Decimal) -> Option<&str> {
        self.sizes.iter().find(|(up_to, _)| up_to.is_none_or(|end| yuan <= end)).map(|(_, name)| name.as_str())
    }

    /// How many bytes of a paragraph, folded, are the usual preamble: whole sentences from its beginning.
    pub fn preamble(&self, text: &str) -> usize {
        let mut at = 0;
        while self.preamble.iter().any(|e| e.get().is_match(&text[at..])) {
            match text[at..].find('。') {
                Some(end) => at += end + '。'.len_utf8(),
                None => return text.len(),
            }
        }
        at
    }

    /// Whether sections on `topic` say the same every year for good reason.
    pub fn is_lasting(&self, topic: TopicId) -> bool {
        self.lasting.contains(&topic)
    }

    /// Byte ranges in folded `text` where an organisation says something of itself: what may be its name.
    pub fn selves<'t>(&self, text: &'t str) -> impl Iterator<Item = std::ops::Range<usize>> + use<'t, '_> {
        // What follows a name is searched for, the name is found by walking back: a search for both together tries every character.
        self.foreign.get().find_iter(text).filter_map(|said| {
            let near = floor(text, said.start().saturating_sub(NAME));
            let before = &text[near..said.start()];
            let end = self.between.get().find(before).map_or(before.len(), |m| m.start());
            let name = before[..end].char_indices().rev().take_while(|(_, c)| is_name(*c));
            let (start, many) = name.fold((end, 0), |(_, many), (at, _)| (at, many + 1));
            (many >= 3).then_some(near + start..near + end)
        })
    }

    /// Years in folded `text` that are named as the one reported on, with their byte ranges.
    pub fn reported_years<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = (i16, std::ops::Range<usize>)> + use<'t, '_> {
        self.stale.get().captures_iter(text).filter_map(|c| Some((c.get(1)?.as_str().parse().ok()?, c.get(0)?.range())))
    }
}

/// How far before what an organisation says of itself its name is looked for, in bytes.
const NAME: usize = 160;

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn is_name(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '（' | '）' | '(' | ')')
}

fn regex(typed: &str) -> Result<Regex, RuleError> {
    Regex::new(typed).map_err(|e| RuleError::new(typed, format!("is no regular expression: {e}")))
}

/// A rule with one group, and sentences that prove it.
fn tried(raw: &RawMatch) -> Result<(), RuleError> {
    let compiled = regex(&raw.r#match)?;
    if compiled.captures_len() != 2 {
        return Err(RuleError::new(&raw.r#match, "needs exactly one group in round brackets"));
    }
    if let Some(example) = raw.examples.iter().find(|e| !compiled.is_match(e)) {
        return Err(RuleError::new(example, "is an example that the rule does not match"));
    }
    match raw.counterexamples.iter().find(|e| compiled.is_match(e)) {
        Some(wrong) => Err(RuleError::new(wrong, "is a counterexample that the rule matches")),
        None => Ok(()),
    }
}
