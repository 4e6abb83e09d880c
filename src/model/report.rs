//! One self-assessment: what it states and where.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Document, Note, Section, Span};

/// A concept that a fact can be about: its index in `Patterns::concepts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConceptId(pub u16);

/// A report family (`department_overall`, `notice` …): its index in `Patterns::families`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyId(pub u16);

/// A printed number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its value in the measure's base (元, per cent, heads, points): `151.47万元` is 1514700. `None` for a range.
    pub value: Option<Decimal>,
    /// Lower and upper end of a range; `None` otherwise.
    pub range: Option<(Decimal, Decimal)>,
    /// What one unit of its last printed digit is worth: `151.47万元` has step 100.
    pub step: Decimal,
    /// What is counted.
    pub measure: Measure,
    /// How the words around it bound it.
    pub bound: Bound,
    /// What kind of statement it belongs to.
    pub role: Role,
    /// Whether words say that it went up or down.
    pub direction: Option<Direction>,
    /// From the sign or first digit to the scale or measure.
    pub span: Span,
    /// The same place in the folded view.
    pub view: Span,
    /// Where its scale was declared, when it does not stand at the figure itself (`单位：万元`, the last item of a list).
    pub scale_from: Option<Span>,
    /// The section it stands in: an index into `Report::sections`.
    pub section: Option<u32>,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// 元
    Yuan,
    /// %
    Percent,
    /// 个百分点
    PercentPoint,
    /// 人 (名, 位)
    Person,
    /// 分
    Score,
}

impl Measure {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Yuan => "yuan",
            Measure::Percent => "percent",
            Measure::PercentPoint => "percent_point",
            Measure::Person => "person",
            Measure::Score => "score",
        }
    }
}

/// How the words around a figure bound it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// As printed.
    #[default]
    Exact,
    /// 约 近 左右
    About,
    /// 超 逾 余 多
    Over,
    /// 不足 不到 低于
    Under,
    /// 以上 不低于 不少于 ≥
    AtLeast,
    /// 以内 不超过 以下 ≤
    AtMost,
}

impl Bound {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Bound::Exact => "exact",
            Bound::About => "about",
            Bound::Over => "over",
            Bound::Under => "under",
            Bound::AtLeast => "at_least",
            Bound::AtMost => "at_most",
        }
    }
}

/// What kind of statement a figure belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// An amount as it stands.
    #[default]
    Level,
    /// A difference: 增加2.01万元
    Change,
    /// A price per thing: 1600元/亩
    UnitPrice,
    /// A threshold of a rule: 单笔20万元以上的采购
    Limit,
    /// A part of a whole in per cent: 占88.86%
    Share,
    /// A wanted value: 目标值≥90%
    Target,
    /// Other people's money: 授信50亿元
    OtherParty,
}

impl Role {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Role::Level => "level",
            Role::Change => "change",
            Role::UnitPrice => "unit_price",
            Role::Limit => "limit",
            Role::Share => "share",
            Role::Target => "target",
            Role::OtherParty => "other_party",
        }
    }
}

/// Up or down, said in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// 增加 上升 增长
    Increase,
    /// 减少 下降 节约
    Decrease,
}

impl Direction {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Increase => "increase",
            Direction::Decrease => "decrease",
        }
    }
}

/// At which stage of the budget an amount stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// 年初预算
    Initial,
    /// 调整预算, 全年预算
    Adjusted,
    /// 到位, 下达
    Received,
    /// 决算, 支出, 执行
    Final,
}

impl Basis {
    /// The name in the output and in `patterns/`.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Initial => "initial",
            Basis::Adjusted => "adjusted",
            Basis::Received => "received",
            Basis::Final => "final",
        }
    }
}

/// Whose money by budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fund {
    /// 一般公共预算
    GeneralPublic,
    /// 政府性基金预算
    Government,
    /// 国有资本经营预算
    StateCapital,
    /// 社会保险基金预算
    SocialInsurance,
    /// 其他资金, 单位资金
    Other,
}

impl Fund {
    /// The name in the output and in `patterns/`.
    pub fn name(self) -> &'static str {
        match self {
            Fund::GeneralPublic => "general_public",
            Fund::Government => "government",
            Fund::StateCapital => "state_capital",
            Fund::SocialInsurance => "social_insurance",
            Fund::Other => "other",
        }
    }
}

/// The question that a fact answers. Two facts can be compared exactly when their slots are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// What it is about.
    pub concept: ConceptId,
    /// The stage of the budget; `None` for what has none (scores, heads).
    pub basis: Option<Basis>,
    /// The fund, where the text says one.
    pub fund: Option<Fund>,
    /// The fiscal year, where the text or the report says one.
    pub year: Option<i16>,
    /// The named project or category, as printed.
    pub item: Option<String>,
}

/// A figure, a text or an explicit 无 that answers a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The question.
    pub slot: Slot,
    /// The answer.
    pub value: Value,
    /// Where it is stated.
    pub span: Span,
    /// The id of the pattern that read it.
    pub pattern: Arc<str>,
    /// The section it stands in: an index into `Report::sections`.
    pub section: Option<u32>,
    /// Whether it speaks for the report among all statements of its slot, and why.
    pub standing: Standing,
}

/// What a fact is among the statements of its slot. Every statement is kept; exactly one of each slot is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// It speaks for the report.
    pub chosen: bool,
    /// Why, or why not.
    pub why: Why,
}

impl Default for Standing {
    /// Of a statement alone in its slot.
    fn default() -> Self {
        Standing { chosen: true, why: Why::Only }
    }
}

/// Why a statement speaks for its report, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Chosen: nothing else answers the slot.
    Only,
    /// Chosen: the others say the same, within what they were rounded to.
    Agreed,
    /// Chosen over others: it gives a figure or a text, they say 无 or nothing.
    Said,
    /// Chosen over others: they are bounded (约、不超过), it is not.
    Exact,
    /// Chosen over others: it stands in a table, they stand in prose.
    Table,
    /// Chosen over others: it stands in the section that is about it.
    Home,
    /// Chosen over others: it is printed more precisely.
    Precise,
    /// Chosen over others: it is printed first.
    First,
    /// Not chosen: it says what the chosen one says.
    Repeats,
    /// Not chosen, and it says something else.
    Differs,
}

impl Why {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Why::Only => "only",
            Why::Agreed => "agreed",
            Why::Said => "said",
            Why::Exact => "exact",
            Why::Table => "table",
            Why::Home => "home",
            Why::Precise => "precise",
            Why::First => "first",
            Why::Repeats => "repeats",
            Why::Differs => "differs",
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A figure: an index into `Report::figures`.
    Figure(u32),
    /// A text (`优秀`).
    Text(String),
    /// An explicit nothing.
    Nil(Nil),
}

/// The kinds of explicit nothing: not zero, not missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nil {
    /// 无
    None,
    /// — / or an empty cell
    Blank,
    /// 78.*
    Masked,
}

impl Nil {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Nil::None => "none",
            Nil::Blank => "blank",
            Nil::Masked => "masked",
        }
    }
}

/// What a check concludes; ordered from harmless to grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It adds up.
    Holds,
    /// A piece is missing.
    Undecidable,
    /// The gap is what rounding of the printed figures explains.
    Rounding,
    /// A slip would explain the gap.
    Suspect,
    /// The figures contradict each other.
    Conflict,
}

impl Verdict {
    /// The name in the output and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Undecidable => "undecidable",
            Verdict::Rounding => "rounding",
            Verdict::Suspect => "suspect",
            Verdict::Conflict => "conflict",
        }
    }
}

/// What a check says about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check's id in `patterns/checks.toml`.
    pub check: String,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence in Chinese with the arithmetic.
    pub message: String,
    /// The figures it rests on, at their places.
    pub evidence: Vec<Span>,
    /// How far the figures are apart, in their measure.
    pub gap: Option<Decimal>,
    /// How far rounding may part them.
    pub allowed: Option<Decimal>,
    /// Stable over runs as long as check and quotes stay: hexadecimal.
    pub fingerprint: String,
}

/// A row of an indicator table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indicator {
    /// First level (产出指标).
    pub level1: Option<String>,
    /// Second level (数量指标).
    pub level2: Option<String>,
    /// Third level, the indicator itself.
    pub level3: String,
    /// 指标性质: whether the target is a floor (≥), a ceiling (≤) or a point (＝, `Exact`); from a column of its own only.
    pub direction: Option<Bound>,
    /// 度量单位, from a column of its own only.
    pub measure: Option<String>,
    /// Wanted value as printed.
    pub target: Option<String>,
    /// Reached value as printed.
    pub actual: Option<String>,
    /// Points to be had.
    pub weight: Option<Decimal>,
    /// Points taken.
    pub score: Option<Decimal>,
    /// Why points were lost, as printed.
    pub reason: Option<String>,
    /// Its row.
    pub span: Span,
}

/// A word that marks a text out.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyword {
    /// The word.
    pub word: String,
    /// How often it stands there.
    pub count: u32,
    /// Its weight against the background, in thousandths.
    pub weight: u32,
}

/// How many digits were understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Runs of digits seen.
    pub digits: u32,
    /// Those that a figure, date, marker, document number or count explains.
    pub explained: u32,
    /// The places of the others.
    pub unexplained: Vec<Span>,
}

/// A text that was read off a place: an organisation, a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The text, line breaks and stray spaces folded away.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One self-assessment inside a document, and what was read off it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The document.
    pub document: Arc<Document>,
    /// Its part of the document.
    pub extent: Span,
    /// Its stretch of the folded view.
    pub view: Span,
    /// What kind of paper it is.
    pub family: FamilyId,
    /// Its title.
    pub title: Option<Printed>,
    /// The organisation that reports.
    pub org: Option<Printed>,
    /// The fiscal year it reports on; `None` where none is printed.
    pub year: Option<i16>,
    /// Its sections in print order; parents are indices into this list.
    pub sections: Vec<Section>,
    /// Every money figure, percentage, head count and score, in print order.
    pub figures: Vec<Figure>,
    /// What it states.
    pub facts: Vec<Fact>,
    /// Rows of indicator tables.
    pub indicators: Vec<Indicator>,
    /// What the checks say.
    pub findings: Vec<Finding>,
    /// Words that mark it out.
    pub keywords: Vec<Keyword>,
    /// Words that mark its sections out: by index into `sections`.
    pub section_keywords: Vec<(u32, Vec<Keyword>)>,
    /// Digits understood and not.
    pub coverage: Coverage,
    /// Losses that concern this report (the document's own are in `document.notes`).
    pub notes: Vec<Note>,
}
