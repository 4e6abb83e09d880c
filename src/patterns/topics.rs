//! `topics.toml`: the one taxonomy onto which the outlines of all places are mapped.
//!
//! A title goes in, topics come out, by text alone: the number in front of a title says nothing about its topic, because the
//! same number heads other things in other places. Depth and neighbours are the outline stage's business; here they are only
//! described ([`Topics::beside`], [`Topics::under`]).

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use smallvec::SmallVec;

use super::load::RuleError;
use crate::model::TopicId;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(default)]
    topic: Vec<RawTopic>,
    #[serde(default)]
    compound: Vec<RawCompound>,
    #[serde(default)]
    beside: Vec<RawBeside>,
    #[serde(default)]
    within: Vec<RawWithin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTopic {
    id: String,
    name: String,
    #[serde(default)]
    titles: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
    #[serde(default)]
    inline: bool,
    #[serde(default = "yes")]
    inherit: bool,
    #[serde(default)]
    owns: bool,
    #[serde(default)]
    gives_way: Vec<String>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    counterexamples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCompound {
    titles: Vec<String>,
    topics: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBeside {
    topics: Vec<String>,
    #[serde(default)]
    under: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWithin {
    under: String,
    topic: String,
    becomes: String,
}

fn yes() -> bool {
    true
}

/// One entry of the taxonomy.
#[derive(Clone, Debug)]
pub struct Topic {
    /// `funding.basic`
    pub id: String,
    /// 基本支出
    pub name: String,
    /// Its titles head a text on the same line even without a number (`质量指标：办结率99%`).
    pub inline: bool,
    /// A heading under it whose own title says nothing is about it too.
    pub inherit: bool,
    /// A heading under it that only touches another topic (`预算编制不够精细` under 存在的问题) is about this one.
    pub owns: bool,
}

/// How a title was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// Not at all.
    No,
    /// A cue stands in it.
    Cue,
    /// Each of its parts is a known title: `经验、问题和建议`.
    Parts,
    /// It is a known title.
    Title,
}

/// The topics of a title, the main one first, and how they were found.
#[derive(Clone, Debug)]
pub struct Reading {
    /// In print order.
    pub topics: SmallVec<[TopicId; 2]>,
    /// How sure.
    pub known: Known,
}

impl Reading {
    /// Of a text that is no title.
    pub fn none() -> Reading {
        Reading { topics: SmallVec::new(), known: Known::No }
    }
}

struct Group {
    topics: Vec<TopicId>,
    under: Vec<TopicId>,
}

/// The taxonomy.
pub struct Topics {
    list: Vec<Topic>,
    titles: FxHashMap<String, SmallVec<[TopicId; 2]>>,
    /// Titles that lost their first character (`有资本经营预算`).
    beheaded: FxHashMap<String, SmallVec<[TopicId; 2]>>,
    /// The last characters of titles, and of words behind them that change nothing.
    ends: FxHashSet<char>,
    cues: AhoCorasick,
    cue_topics: Vec<TopicId>,
    groups: Vec<Group>,
    /// Topics that step back where one of the others is found too.
    ways: Vec<(TopicId, TopicId)>,
    within: Vec<[TopicId; 3]>,
}

impl std::fmt::Debug for Topics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Topics").field("list", &self.list).finish_non_exhaustive()
    }
}

/// What stands in front of a title without changing what it is about.
const PREFIXES: [&str; 16] = [
    "关于",
    "部门",
    "项目",
    "整体支出",
    "整体",
    "年度",
    "本级",
    "本",
    "全年",
    "当年",
    "主要",
    "资金",
    "预算",
    "绩效",
    "财政",
    "支出",
];
/// What stands behind a title without changing what it is about.
const SUFFIXES: [&str; 14] = [
    "情况的说明",
    "情况说明",
    "情况分析",
    "的说明",
    "的情况",
    "情况",
    "说明",
    "分析",
    "方面",
    "概述",
    "简述",
    "简介",
    "的",
    "内容",
];

/// A title without brackets and what is in them, quotes and spaces; 单位 reads as 部门.
fn clean(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let bytes = title.as_bytes();
    let (mut depth, mut run, mut i) = (0usize, 0, 0);
    while i < bytes.len() {
        // Han characters, whose first byte is E4 to E9 (and 单位 among them), letters and digits stay.
        let plain = bytes[i].is_ascii_alphanumeric() || matches!(bytes[i], 0x80..=0xC1 | 0xE4..=0xE9);
        let Some(c) = title.get(i..).filter(|_| !plain).and_then(|rest| rest.chars().next()) else {
            if depth > 0 {
                run = i + 1;
            }
            i += 1;
            continue;
        };
        let (open, close) = (matches!(c, '(' | '（' | '〔' | '[' | '【'), matches!(c, ')' | '）' | '〕' | ']' | '】'));
        let drop = open
            || close
            || depth > 0
            || matches!(c, '“' | '”' | '‘' | '’' | '"' | '\'' | '《' | '》' | '*' | '_')
            || c.is_whitespace();
        let next = i + c.len_utf8();
        if drop {
            if depth == 0 {
                out.push_str(&title[run..i]);
            }
            run = next;
        }
        depth = if open { depth + 1 } else { depth.saturating_sub(usize::from(close)) };
        i = next;
    }
    if depth == 0 {
        out.push_str(&title[run..]);
    }
    while out.ends_with([':', '：', '。', '、', '；', '.', '，']) {
        out.pop();
    }
    if out.contains("单位") {
        out = out.replace("单位", "部门");
    }
    out
}

/// A clean title without the year in front and empty words behind.
fn normalise(clean: &str) -> &str {
    let mut out = Some(strip_year(clean)).filter(|r| !r.is_empty()).unwrap_or(clean);
    while out.ends_with(['况', '明', '析', '的', '面', '述', '介', '容']) {
        let rest = SUFFIXES.iter().find_map(|s| out.strip_suffix(s));
        let Some(rest) = rest.filter(|r| r.chars().nth(1).is_some()) else { break };
        out = rest;
    }
    out
}

/// `2022年度预算` → `预算`
fn strip_year(s: &str) -> &str {
    let s = s.strip_prefix("关于").unwrap_or(s);
    let digits = s.bytes().take_while(u8::is_ascii_digit).count();
    let year = digits == 4 || s.starts_with("20") && s.as_bytes().get(2).is_some_and(|b| matches!(b, b'x' | b'X'));
    if !year {
        return s;
    }
    let rest = &s[4..];
    rest.strip_prefix("年度").or_else(|| rest.strip_prefix("年")).unwrap_or(s)
}

impl Topics {
    pub(super) fn compile(raw: Raw) -> Result<Self, RuleError> {
        let mut list: Vec<Topic> = Vec::new();
        for t in &raw.topic {
            if list.iter().any(|known| known.id == t.id) {
                return Err(RuleError::new(&t.id, "is the id of two topics; give each its own"));
            }
            list.push(Topic {
                id: t.id.clone(),
                name: t.name.clone(),
                inline: t.inline,
                inherit: t.inherit,
                owns: t.owns,
            });
        }
        let find = |id: &String| {
            list.iter()
                .position(|t| t.id == *id)
                .map(|i| TopicId(i as u16))
                .ok_or_else(|| RuleError::new(id, "is no topic; the ids are those of [[topic]] in this file"))
        };
        // A title counts as it is written and, where that says the same of all, without the empty words behind it.
        let mut titles: FxHashMap<String, SmallVec<[TopicId; 2]>> = FxHashMap::default();
        let mut short: Vec<(String, SmallVec<[TopicId; 2]>)> = Vec::new();
        let mut add = |title: &String, topics: SmallVec<[TopicId; 2]>| {
            let full = clean(title);
            let key = normalise(&full);
            if key.is_empty() {
                return Err(RuleError::new(title, "is empty once brackets and empty words are taken away"));
            }
            if key != full {
                short.push((key.to_owned(), topics.clone()));
            }
            match titles.insert(full, topics.clone()) {
                Some(before) if before != topics => Err(RuleError::new(title, "is the title of two topics; keep one")),
                _ => Ok(()),
            }
        };
        let mut cues = Vec::new();
        let mut cue_topics = Vec::new();
        for (i, t) in raw.topic.iter().enumerate() {
            let id = TopicId(i as u16);
            add(&t.name, SmallVec::from_slice(&[id])).or_else(|e| if t.titles.is_empty() { Ok(()) } else { Err(e) })?;
            for title in &t.titles {
                add(title, SmallVec::from_slice(&[id]))?;
            }
            for cue in &t.contains {
                if cues.contains(cue) {
                    return Err(RuleError::new(cue, "is the cue of two topics; keep one"));
                }
                cues.push(cue.replace("单位", "部门"));
                cue_topics.push(id);
            }
        }
        for c in &raw.compound {
            let topics = c.topics.iter().map(find).collect::<Result<SmallVec<[TopicId; 2]>, _>>()?;
            for title in &c.titles {
                add(title, topics.clone())?;
            }
        }
        for (key, topics) in short {
            titles.entry(key).or_insert(topics);
        }
        let mut beheaded = FxHashMap::default();
        for (title, topics) in &titles {
            let mut chars = title.chars();
            chars.next();
            let rest = chars.as_str();
            if rest.chars().count() >= 4 && !titles.contains_key(rest) {
                beheaded.insert(rest.to_owned(), topics.clone());
            }
        }
        let words = titles.keys().map(String::as_str).chain(SUFFIXES);
        let ends = words.filter_map(|w| w.chars().next_back()).chain([')', '”', ':', '等']).collect();
        let mut groups = Vec::new();
        for g in &raw.beside {
            groups.push(Group {
                topics: g.topics.iter().map(find).collect::<Result<_, _>>()?,
                under: g.under.iter().map(find).collect::<Result<_, _>>()?,
            });
        }
        let mut ways = Vec::new();
        for (i, t) in raw.topic.iter().enumerate() {
            for other in &t.gives_way {
                ways.push((TopicId(i as u16), find(other)?));
            }
        }
        let within = raw.within.iter().map(|w| Ok([find(&w.under)?, find(&w.topic)?, find(&w.becomes)?]));
        let within = within.collect::<Result<_, RuleError>>()?;
        let cues = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&cues)
            .map_err(|e| RuleError::new("", e.to_string()))?;
        let topics = Topics { list, titles, beheaded, ends, cues, cue_topics, groups, ways, within };
        topics.try_examples(&raw.topic)?;
        Ok(topics)
    }

    /// Every example gives its topic and no counterexample does; all that fail are named at once.
    fn try_examples(&self, raw: &[RawTopic]) -> Result<(), RuleError> {
        let mut wrong: Vec<(&str, String)> = Vec::new();
        for (i, t) in raw.iter().enumerate() {
            let id = TopicId(i as u16);
            for example in &t.examples {
                let reading = self.read(example);
                if !reading.topics.contains(&id) {
                    let given: Vec<&str> = reading.topics.iter().map(|t| self.get(*t).id.as_str()).collect();
                    let given = given.join(", ");
                    wrong.push((
                        example,
                        format!("example `{example}` of `{}` gives [{given}]; add a title or a cue", t.id),
                    ));
                }
            }
            for example in &t.counterexamples {
                if self.read(example).topics.contains(&id) {
                    wrong.push((example, format!("counterexample `{example}` of `{}` gives that topic", t.id)));
                }
            }
        }
        match wrong.first() {
            None => Ok(()),
            Some((at, _)) => {
                let causes: Vec<&str> = wrong.iter().map(|(_, cause)| cause.as_str()).collect();
                Err(RuleError::new(*at, causes.join("; ")))
            }
        }
    }

    /// All topics in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Topic> {
        self.list.iter()
    }

    /// The topic behind an id of the model.
    pub fn get(&self, id: TopicId) -> &Topic {
        &self.list[id.0 as usize]
    }

    /// The id of the topic called `id`, where there is one.
    pub fn id(&self, id: &str) -> Option<TopicId> {
        self.list.iter().position(|t| t.id == id).map(|i| TopicId(i as u16))
    }

    /// What `title` (folded, without its marker) is about.
    pub fn read(&self, title: &str) -> Reading {
        let clean = clean(title);
        let text = normalise(&clean);
        if let Some(topics) = self.titles.get(strip_year(&clean)).cloned().or_else(|| self.title(text)) {
            return Reading { topics, known: Known::Title };
        }
        if let Some(mut topics) = self.parts(text) {
            self.yield_way(&mut topics);
            return Reading { topics, known: Known::Parts };
        }
        if let Some(topics) = self.beheaded.get(text) {
            return Reading { topics: topics.clone(), known: Known::Title };
        }
        let mut topics: SmallVec<[TopicId; 2]> = SmallVec::new();
        for m in self.cues.find_iter(&clean) {
            let id = self.cue_topics[m.pattern().as_usize()];
            if !topics.contains(&id) {
                topics.push(id);
            }
        }
        // What is said more exactly by a descendant is not said again: 绩效情况 … 数量指标.
        let all = topics.clone();
        topics.retain(|t| !all.iter().any(|o| *o != *t && self.descends(*o, *t)));
        self.yield_way(&mut topics);
        if !topics.is_empty() {
            return Reading { topics, known: Known::Cue };
        }
        Reading { topics, known: Known::No }
    }

    /// False where `line` as a whole is certainly no known title: a look at its last character.
    pub fn may_be_title(&self, line: &str) -> bool {
        line.chars().next_back().is_some_and(|c| self.ends.contains(&c))
    }

    /// Takes away the topics that give way to another one found beside them.
    fn yield_way(&self, topics: &mut SmallVec<[TopicId; 2]>) {
        let all = topics.clone();
        topics.retain(|t| !all.iter().any(|o| self.ways.contains(&(*t, *o))));
    }

    /// What a heading on `topic` is about under one on `parent`: 组织实施 under 自评工作开展 is part of that.
    pub fn within(&self, parent: TopicId, topic: TopicId) -> TopicId {
        self.within.iter().find(|w| w[0] == parent && w[1] == topic).map_or(topic, |w| w[2])
    }

    /// True where `a` is `b.something`.
    fn descends(&self, a: TopicId, b: TopicId) -> bool {
        let (a, b) = (&self.get(a).id, &self.get(b).id);
        a.len() > b.len() && a.starts_with(b.as_str()) && a.as_bytes()[b.len()] == b'.'
    }

    /// The topics of a normalised title, with words in front that change nothing taken away one by one.
    fn title(&self, text: &str) -> Option<SmallVec<[TopicId; 2]>> {
        let mut text = text;
        loop {
            if let Some(topics) = self.titles.get(text) {
                return Some(topics.clone());
            }
            text = PREFIXES
                .iter()
                .find_map(|p| text.strip_prefix(p))
                .or_else(|| Some(strip_year(text)).filter(|r| r.len() < text.len()))
                .map(|r| r.strip_prefix('的').unwrap_or(r))
                .filter(|r| r.chars().nth(1).is_some())?;
        }
    }

    /// The topics of a title whose every part is a known title.
    fn parts(&self, text: &str) -> Option<SmallVec<[TopicId; 2]>> {
        const SIGNS: [char; 9] = ['、', '，', ',', '.', '及', '和', '与', '；', '/'];
        if !text.contains(SIGNS) {
            return None;
        }
        let mut out: SmallVec<[TopicId; 2]> = SmallVec::new();
        let mut several = false;
        for part in text.split(SIGNS) {
            several |= part.len() < text.len();
            let part = part.strip_suffix('以').unwrap_or(part);
            let part = part.strip_prefix("其他").filter(|r| r.chars().count() > 3).unwrap_or(part);
            let part = normalise(part);
            for topic in self.title(part)? {
                if !out.contains(&topic) {
                    out.push(topic);
                }
            }
        }
        (several && !out.is_empty()).then_some(out)
    }

    /// True where headings on `a` and on `b` usually stand side by side.
    pub fn beside(&self, a: TopicId, b: TopicId) -> bool {
        self.groups.iter().any(|g| g.topics.contains(&a) && g.topics.contains(&b))
    }

    /// True where a heading on `a` usually stands under one on `parent` (`None`: at the top).
    pub fn under(&self, a: TopicId, parent: Option<TopicId>) -> bool {
        self.groups.iter().any(|g| {
            g.topics.contains(&a)
                && match parent {
                    Some(parent) => g.under.contains(&parent),
                    None => g.under.is_empty(),
                }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Patterns;

    fn compile(toml: &str) -> Result<Topics, String> {
        let raw: Raw = toml::from_str(toml).map_err(|e| e.message().to_owned())?;
        Topics::compile(raw).map_err(|e| e.cause)
    }

    fn ids(title: &str) -> Vec<String> {
        let patterns = Patterns::builtin();
        let reading = patterns.topics.read(title);
        reading.topics.iter().map(|t| patterns.topics.get(*t).id.clone()).collect()
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let error = compile("[[topic]]\nid = 'a'\nname = '甲'\ntitel = ['乙']").unwrap_err();
        assert!(error.contains("titel"), "{error}");
    }

    #[test]
    fn an_id_that_stands_twice_is_an_error() {
        let error = compile("[[topic]]\nid = 'a'\nname = '甲乙'\n[[topic]]\nid = 'a'\nname = '丙丁'").unwrap_err();
        assert!(error.contains("two topics"), "{error}");
    }

    #[test]
    fn an_example_that_gives_another_topic_and_a_counterexample_that_gives_it_are_errors() {
        let error = compile("[[topic]]\nid = 'a'\nname = '甲乙'\nexamples = ['丙丁']").unwrap_err();
        assert!(error.contains("`丙丁`"), "{error}");
        let error = compile("[[topic]]\nid = 'a'\nname = '甲乙'\ncounterexamples = ['甲乙情况']").unwrap_err();
        assert!(error.contains("`甲乙情况`"), "{error}");
    }

    #[test]
    fn a_topic_that_nothing_defines_is_an_error() {
        assert!(compile("[[beside]]\ntopics = ['a']").unwrap_err().contains("no topic"));
    }

    #[test]
    fn brackets_years_quotes_and_empty_words_do_not_change_a_topic() {
        for title in ["基本支出情况", "2022年度基本支出情况说明", "(部门)基本支出", "关于2021年基本支出情况的说明"]
        {
            assert_eq!(ids(title), ["funding.basic"], "{title}");
        }
        for title in ["“三公”经费支出情况", "三公”经费情况", "三公经费"] {
            assert_eq!(ids(title), ["three_public"], "{title}");
        }
    }

    #[test]
    fn a_compound_heading_has_several_topics_in_print_order() {
        assert_eq!(ids("绩效自评工作的经验、问题和建议"), ["experience", "issues", "suggestions"]);
        assert_eq!(ids("机构设置及人员编制"), ["overview.organisation", "overview.staffing"]);
        assert_eq!(ids("主要经验及做法、存在的问题和有关建议"), ["experience", "issues", "suggestions"]);
        assert_eq!(ids("偏离绩效目标的原因和下一步改进措施"), ["issues", "improvements"]);
    }

    #[test]
    fn the_word_that_says_more_decides() {
        assert_eq!(ids("绩效目标完成情况分析"), ["results"]);
        assert_eq!(ids("产出指标完成情况分析"), ["results.output"]);
        assert_eq!(ids("其他需要说明的问题"), ["other"]);
        assert_eq!(ids("绩效自评结果拟应用和公开情况"), ["application_disclosure"]);
        assert_eq!(ids("政府性基金预算财政拨款支出决算情况说明"), ["funding.gov_fund"]);
    }

    #[test]
    fn a_title_that_lost_its_first_character_is_still_known() {
        assert_eq!(ids("有资本经营预算支出情况"), ["funding.state_capital"]);
        assert_eq!(ids("效自评结果应用"), ["application_disclosure"]);
    }

    #[test]
    fn a_text_that_is_no_title_has_no_topic() {
        assert_eq!(ids("高标准农田"), Vec::<String>::new());
        assert_eq!(ids(""), Vec::<String>::new());
    }
}
