//! `prose.toml`: the small words of budget prose, and `figures.toml`: the words around numbers.
//!
//! Together with the names of `concepts.toml` they make one vocabulary, matched in one pass over a sentence.

use aho_corasick::AhoCorasick;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use serde::Deserialize;

use super::concepts::{Concepts, RawBasis};
use super::load::RuleError;
use crate::model::{Basis, Bound, ConceptId, Fund, Span};
use crate::text::figure::{Ends, Lexicon};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    basis: Vec<RawBasisWords>,
    fund: Vec<RawFundWords>,
    words: RawWords,
    silent: RawSilent,
    heads: RawHeads,
    parts: RawParts,
    roles: Roles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHeads {
    served: Vec<String>,
}

/// Words that are looked for at every place of a text at once.
#[derive(Deserialize)]
#[serde(try_from = "Vec<String>")]
struct Anywhere(AhoCorasick);

impl TryFrom<Vec<String>> for Anywhere {
    type Error = aho_corasick::BuildError;

    fn try_from(words: Vec<String>) -> Result<Self, Self::Error> {
        AhoCorasick::new(words).map(Anywhere)
    }
}

impl Anywhere {
    /// Whether one of them is in `text`.
    fn in_(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Words that tell what kind of statement an amount is, looked for in its clause.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// What a threshold is about, or what it makes necessary, right behind a bounded amount.
    threshold: Vec<String>,
    /// What is given, spent or won: behind `的` it makes a bounded amount no threshold.
    given: Vec<String>,
    /// Behind 每: no thing that has a price.
    times: Vec<String>,
    /// Behind 单: a thing that has a price.
    things: Vec<String>,
    /// Who is better off …
    others: Anywhere,
    /// … and by what.
    saved: Anywhere,
    /// The organisation pays.
    pays: Vec<String>,
    /// Headers of differences in a table.
    difference: Vec<String>,
    /// Who earns and pays beside the organisation …
    parties: Anywhere,
    /// … and what they do with money.
    acts: Anywhere,
    /// Who bears a cost in the organisation's stead: how their names end …
    payers: Vec<String>,
    /// … and what they do.
    borne: Vec<String>,
    /// Behind `按` and an amount: what is reckoned with it.
    reckoned: Vec<String>,
}

impl Roles {
    /// `以上的项目`, `以下由局长审批`: whether what stands behind a bounded amount makes it a threshold.
    pub fn threshold(&self, behind: &str) -> bool {
        let rest = behind.strip_prefix("之间").unwrap_or(behind);
        let rest = rest.strip_prefix(')').unwrap_or(rest);
        let starts = |list: &[String], rest: &str| list.iter().any(|w| rest.starts_with(w.as_str()));
        match rest.strip_prefix('的') {
            Some(rest) => !starts(&self.given, rest),
            None => starts(&self.threshold, rest),
        }
    }

    /// 每块650元, 单盏年维护成本242元: whether the words before an amount say what it is the price of.
    pub fn each(&self, clause: &str) -> bool {
        let behind = |c: char| clause.match_indices(c).map(move |(at, _)| &clause[at + c.len_utf8()..]);
        let starts = |list: &[String], rest: &str| list.iter().any(|w| rest.starts_with(w.as_str()));
        behind('每').any(|rest| !rest.is_empty() && !starts(&self.times, rest))
            || behind('单').any(|rest| starts(&self.things, rest))
    }

    /// 为群众节省检查费用540万元: what others are spared or earn.
    pub fn benefits(&self, clause: &str) -> bool {
        self.saved.in_(clause) && self.others.in_(clause)
    }

    /// 运营公司上缴特许经营费120万元: what others earn or pay.
    pub fn others_pay(&self, clause: &str) -> bool {
        self.acts.in_(clause) && self.parties.in_(clause)
    }

    /// `由县人社局列支`: whether the words behind an amount say that another organisation pays it.
    pub fn paid_elsewhere(&self, behind: &str) -> bool {
        let Some(rest) = behind.strip_prefix('，').unwrap_or(behind).strip_prefix('由') else { return false };
        let clause = rest.split(['，', '。', '；', '\n']).next().unwrap_or(rest);
        let payer = self.borne.iter().find_map(|w| clause.split_once(w.as_str())).map(|(payer, _)| payer);
        payer.is_some_and(|p| {
            !p.starts_with(['我', '本'])
                && self.payers.iter().any(|w| p.ends_with(w.as_str()))
                && p.chars().count() <= 12
        })
    }

    /// `按900元测算`: whether the words behind an amount say that it is reckoned with.
    pub fn reckoned(&self, behind: &str) -> bool {
        self.reckoned.iter().any(|w| behind.starts_with(w.as_str()))
    }

    /// 差额, 比上年增减额: whether a column or a row holds differences.
    pub fn difference(&self, header: &str) -> bool {
        self.difference.iter().any(|w| header.contains(w.as_str()))
    }

    /// 支付劳务工资180万元: whether the clause says that the organisation pays.
    pub fn pays(&self, clause: &str) -> bool {
        self.pays.iter().any(|w| clause.contains(w.as_str()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParts {
    kinds: Vec<String>,
    ends: Vec<String>,
    unless: Vec<String>,
    places: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSilent {
    nothing: Vec<String>,
    of: Vec<String>,
    grade: Vec<String>,
    empty: Vec<String>,
    within: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBasisWords {
    id: RawBasis,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFundWords {
    id: RawFund,
    words: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawFund {
    GeneralPublic,
    Government,
    StateCapital,
    SocialInsurance,
    Other,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    link: Vec<String>,
    prefix: Vec<String>,
    up: Vec<String>,
    down: Vec<String>,
    becomes: Vec<String>,
    than: Vec<String>,
    share: Vec<String>,
    of_which: Vec<String>,
    each: Vec<String>,
    same: Vec<String>,
    per: Vec<String>,
    other_party: Vec<String>,
    limit: Vec<String>,
    target: Vec<String>,
    none: Vec<String>,
    last_year: Vec<String>,
    this_year: Vec<String>,
    grade: Vec<String>,
    stop: Vec<String>,
    partial: Vec<String>,
}

/// What a sentence says without figures.
struct Silent {
    /// A bit for each character of the basic plane that one of `words` begins with: hardly any sentence holds one of the words,
    /// and every sentence is asked.
    firsts: Vec<u64>,
    words: Vec<(String, Says)>,
    empty: Vec<String>,
    within: Vec<String>,
}

#[derive(Clone, Copy)]
enum Says {
    Nothing,
    Of,
    Grade,
}

impl Silent {
    fn new(raw: RawSilent) -> Result<Self, RuleError> {
        let lists = [(raw.nothing, Says::Nothing), (raw.of, Says::Of), (raw.grade, Says::Grade)];
        let words: Vec<(String, Says)> =
            lists.into_iter().flat_map(|(words, says)| words.into_iter().map(move |w| (w, says))).collect();
        let mut firsts = vec![0; 0x1_0000 / 64];
        for (word, _) in &words {
            let Some(first) = word.chars().next() else {
                return Err(RuleError::new("", "an empty word would match everywhere"));
            };
            let first = first as usize & 0xFFFF;
            firsts[first / 64] |= 1 << (first % 64);
        }
        Ok(Silent { firsts, words, empty: raw.empty, within: raw.within })
    }

    fn speaks(&self, sentence: &str) -> bool {
        let (mut nothing, mut of) = (false, false);
        for (at, c) in sentence.char_indices() {
            let first = c as usize & 0xFFFF;
            if self.firsts[first / 64] >> (first % 64) & 1 == 0 {
                continue;
            }
            let rest = &sentence[at..];
            for (_, says) in self.words.iter().filter(|(word, _)| rest.starts_with(word.as_str())) {
                match says {
                    Says::Nothing => nothing = true,
                    Says::Of => of = true,
                    Says::Grade => return true,
                }
            }
            if nothing && of {
                return true;
            }
        }
        false
    }
}

/// What a word of the vocabulary does in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A concept by one of its names.
    Concept(ConceptId),
    /// A concept by a name that needs known ground before it.
    Strict(ConceptId),
    /// A concept by a name that holds only inside a composition.
    Short(ConceptId),
    /// One figure for several concepts.
    Pair(usize),
    /// A stage of the budget.
    Basis(Basis),
    /// A fund.
    Fund(Fund),
    /// Binds a name to its figure: 为 共 合计 达到
    Link,
    /// May stand before a name: 全年 本年 实际 我局
    Prefix,
    /// 增加
    Up,
    /// 减少
    Down,
    /// 增加到: the figure behind it is a level again
    Becomes,
    /// 较 比: what follows is what it is compared with
    Than,
    /// 占
    Share,
    /// 其中
    OfWhich,
    /// 分别
    Each,
    /// 均
    Same,
    /// 每亩 人均
    Per,
    /// 授信 总投资
    OtherParty,
    /// 单笔 限额
    Limit,
    /// 目标值
    Target,
    /// 无 未发生
    None,
    /// 上年
    LastYear,
    /// 本年
    ThisYear,
    /// 优 良 中 差
    Grade,
    /// Ends the reach of a name: 用于 主要是
    Stop,
    /// A part of the year: 上半年
    Partial,
}

/// A word found in a sentence.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its place in the folded view.
    pub view: Span,
    /// Index into the vocabulary; see [`Prose::word`].
    pub word: u32,
}

/// The vocabulary of budget prose.
pub struct Prose {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    words: Vec<Word>,
    pairs: Vec<Vec<ConceptId>>,
    silent: Silent,
    heads: RawHeads,
    parts: RawParts,
    /// Words that tell what kind of statement an amount is.
    pub roles: Roles,
}

impl std::fmt::Debug for Prose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prose").field("words", &self.words.len()).finish_non_exhaustive()
    }
}

impl Prose {
    pub(super) fn compile(raw: Raw, concepts: &Concepts) -> Result<Self, RuleError> {
        let mut list: Vec<(String, Word)> = Vec::new();
        for (id, c) in concepts.iter() {
            list.extend(c.names.iter().map(|n| (n.clone(), Word::Concept(id))));
            list.extend(c.strict.iter().map(|n| (n.clone(), Word::Strict(id))));
            list.extend(c.short.iter().map(|n| (n.clone(), Word::Short(id))));
        }
        let mut pairs = Vec::new();
        for (name, ids) in &concepts.pairs {
            list.push((name.clone(), Word::Pair(pairs.len())));
            pairs.push(ids.clone());
        }
        for b in raw.basis {
            list.extend(b.words.into_iter().map(|w| (w, Word::Basis(b.id.into()))));
        }
        for f in raw.fund {
            let fund = match f.id {
                RawFund::GeneralPublic => Fund::GeneralPublic,
                RawFund::Government => Fund::Government,
                RawFund::StateCapital => Fund::StateCapital,
                RawFund::SocialInsurance => Fund::SocialInsurance,
                RawFund::Other => Fund::Other,
            };
            list.extend(f.words.into_iter().map(|w| (w, Word::Fund(fund))));
        }
        let w = raw.words;
        for (words, word) in [
            (w.link, Word::Link),
            (w.prefix, Word::Prefix),
            (w.up, Word::Up),
            (w.down, Word::Down),
            (w.becomes, Word::Becomes),
            (w.than, Word::Than),
            (w.share, Word::Share),
            (w.of_which, Word::OfWhich),
            (w.each, Word::Each),
            (w.same, Word::Same),
            (w.per, Word::Per),
            (w.other_party, Word::OtherParty),
            (w.limit, Word::Limit),
            (w.target, Word::Target),
            (w.none, Word::None),
            (w.last_year, Word::LastYear),
            (w.this_year, Word::ThisYear),
            (w.grade, Word::Grade),
            (w.stop, Word::Stop),
            (w.partial, Word::Partial),
        ] {
            list.extend(words.into_iter().map(|s| (s, word.clone())));
        }
        let mut seen = std::collections::BTreeMap::new();
        for (name, word) in &list {
            if name.is_empty() {
                return Err(RuleError::new("", "an empty word would match everywhere"));
            }
            if let Some(other) = seen.insert(name.clone(), word.clone())
                && other != *word
            {
                return Err(RuleError::new(
                    name,
                    format!("this word is both {other:?} and {word:?}; a word has one meaning"),
                ));
            }
        }
        // The same word may stand in two lists of one meaning; the automaton takes each once.
        let mut once = std::collections::BTreeSet::new();
        list.retain(|(name, _)| once.insert(name.clone()));
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(list.iter().map(|(name, _)| name))
            .map_err(|e| RuleError::new("", e.to_string()))?;
        Ok(Prose {
            automaton,
            words: list.into_iter().map(|(_, w)| w).collect(),
            pairs,
            silent: Silent::new(raw.silent)?,
            heads: raw.heads,
            parts: raw.parts,
            roles: raw.roles,
        })
    }

    /// Every word of `text`, leftmost longest, shifted by `offset`.
    pub fn find(&self, text: &str, offset: usize, out: &mut Vec<Hit>) {
        out.extend(
            self.automaton
                .leftmost_find_iter(text)
                .map(|m| Hit { view: Span::new(offset + m.start(), offset + m.end()), word: m.value() }),
        );
    }

    /// What a hit does.
    pub fn word(&self, hit: &Hit) -> &Word {
        &self.words[hit.word as usize]
    }

    /// Whether a sentence without a figure can state a fact: an explicit nothing, a grade.
    pub fn speaks_without_digits(&self, sentence: &str) -> bool {
        self.silent.speaks(sentence)
    }

    /// Whether a part of the projects is a kind of expense or a source of money, not a project.
    pub fn kind_of_expense(&self, name: &str) -> bool {
        let ends = |words: &[String]| words.iter().any(|w| name.ends_with(w.as_str()));
        self.parts.kinds.iter().any(|w| name.contains(w.as_str()))
            || ends(&self.parts.ends) && !ends(&self.parts.unless)
    }

    /// Whether the heads named behind these words are served, not employed.
    pub fn served(&self, before: &str) -> bool {
        self.heads.served.iter().any(|w| before.ends_with(w.as_str()))
    }

    /// Whether a name without 项目 is that of a project: 节水宣传经费.
    pub fn project_by_its_end(&self, name: &str) -> bool {
        self.parts.unless.iter().any(|w| name.ends_with(w.as_str())) && !self.kind_of_expense(name)
    }

    /// Whether a name is that of a place or an organisation, among which money is shared out.
    pub fn place(&self, name: &str) -> bool {
        self.parts.places.iter().any(|w| name.ends_with(w.as_str()))
    }

    /// Whether a section of this text states that there is none of what its heading names.
    pub fn says_nothing(&self, body: &str) -> bool {
        const SHORT: usize = 24;
        self.silent.empty.iter().any(|w| w == body)
            || body.chars().count() <= SHORT
                && !body.contains(['，', '。', '；', '\n'])
                && self.silent.within.iter().any(|w| body.contains(w.as_str()))
    }

    /// The concepts that one figure states together.
    pub fn pair(&self, index: usize) -> &[ConceptId] {
        &self.pairs[index]
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFigures {
    bound: Vec<RawBound>,
    counters: Vec<String>,
    money: Vec<String>,
    fillers: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBound {
    id: RawBoundId,
    before: Vec<String>,
    behind: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawBoundId {
    Exact,
    About,
    Over,
    Under,
    AtLeast,
    AtMost,
}

pub(super) fn lexicon(raw: RawFigures) -> Result<Lexicon, RuleError> {
    let mut before = Vec::new();
    let mut behind = Vec::new();
    for b in raw.bound {
        let bound = match b.id {
            RawBoundId::Exact => Bound::Exact,
            RawBoundId::About => Bound::About,
            RawBoundId::Over => Bound::Over,
            RawBoundId::Under => Bound::Under,
            RawBoundId::AtLeast => Bound::AtLeast,
            RawBoundId::AtMost => Bound::AtMost,
        };
        before.extend(b.before.into_iter().map(|w| (w, bound)));
        behind.extend(b.behind.into_iter().map(|w| (w, bound)));
    }
    for list in [&before, &behind] {
        let mut seen = std::collections::BTreeSet::new();
        for (word, _) in list {
            if word.is_empty() || !seen.insert(word) {
                return Err(RuleError::new(word, "this word stands twice; a word bounds in one way"));
            }
        }
    }
    Ok(Lexicon {
        before: Ends::before(before),
        behind: Ends::behind(behind),
        counters: raw.counters,
        money: raw.money,
        fillers: raw.fillers,
    })
}
