//! `families.toml`: the kinds of papers that arrive in one folder, and what their titles and organisations look like.

use regex::Regex;
use serde::Deserialize;

use super::expression::Expression;
use super::load::RuleError;
use crate::model::FamilyId;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    title: RawTitle,
    org: RawOrg,
    #[serde(default)]
    family: Vec<RawFamily>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTitle {
    ends: Vec<String>,
    never: Vec<String>,
    examples: Vec<String>,
    counterexamples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOrg {
    labels: Vec<String>,
    above: Vec<String>,
    stops: Vec<String>,
    suffixes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFamily {
    id: String,
    name: String,
    report: bool,
    #[serde(default)]
    one_project: bool,
    #[serde(default)]
    when: Vec<RawWhen>,
    #[serde(default)]
    examples: Vec<RawExample>,
    #[serde(default)]
    counterexamples: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWhen {
    #[serde(default)]
    title_all: Vec<String>,
    #[serde(default)]
    title_any: Vec<String>,
    #[serde(default)]
    title_none: Vec<String>,
    #[serde(default)]
    body_all: Vec<String>,
    #[serde(default)]
    body_any: Vec<String>,
    #[serde(default)]
    body_none: Vec<String>,
    body_least: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExample {
    title: String,
    #[serde(default)]
    body: String,
}

/// One kind of paper.
#[derive(Clone, Debug)]
pub struct Family {
    /// `department_overall`, `notice` …
    pub id: String,
    /// Its Chinese name.
    pub name: String,
    /// True for self-assessments; false for notices, templates, third-party evaluations and other text.
    pub report: bool,
    /// True where it is about one project, whose money is the money of the paper.
    pub one_project: bool,
    when: Vec<When>,
}

/// One way to know a family; all of it must hold.
#[derive(Clone, Debug)]
struct When {
    title: Cues,
    body: Cues,
    least: usize,
}

/// Expressions on one text.
#[derive(Clone, Debug)]
struct Cues {
    all: Vec<Expression>,
    any: Option<Expression>,
    none: Option<Expression>,
}

impl Cues {
    fn hold(&self, text: &str, least: usize) -> bool {
        self.none.as_ref().is_none_or(|r| !r.get().is_match(text))
            && self.all.iter().all(|r| r.get().is_match(text))
            && self.any.as_ref().is_none_or(|r| match least {
                0 | 1 => r.get().is_match(text),
                n => r.get().find_iter(text).nth(n - 1).is_some(),
            })
    }
}

/// All kinds of papers, and how title and organisation are told from the lines around them.
#[derive(Debug)]
pub struct Families {
    list: Vec<Family>,
    /// The family that takes what no other does.
    rest: usize,
    ends: Regex,
    never: Regex,
    labels: Vec<Regex>,
    above: Regex,
    /// Any of `labels` or `above`: most places that are asked hold none.
    any_label: Regex,
    stops: Regex,
    suffixes: Vec<String>,
}

impl Families {
    /// The rank of labels that name the organisation above the one that reports.
    pub const ABOVE: usize = usize::MAX;

    /// `proved`: the tests of this build have compiled every expression and tried every example; then neither is done again.
    pub(super) fn compile(raw: Raw, proved: bool) -> Result<Self, RuleError> {
        if !proved {
            prove(&raw)?;
        }
        let mut list: Vec<Family> = Vec::new();
        let mut rest = None;
        for family in &raw.family {
            if list.iter().any(|f| f.id == family.id) {
                return Err(RuleError::new(&family.id, "is there twice; give each family one entry"));
            }
            if family.when.is_empty() && rest.replace(list.len()).is_some() {
                return Err(RuleError::new(
                    &family.id,
                    "has no `when`, and another family has none either; only one can take what is left",
                ));
            }
            let when = family.when.iter().map(|w| compile_when(w, &family.id)).collect::<Result<_, _>>()?;
            list.push(Family {
                id: family.id.clone(),
                name: family.name.clone(),
                report: family.report,
                one_project: family.one_project,
                when,
            });
        }
        let Some(rest) = rest else {
            return Err(RuleError::new("", "every family has a `when`; one without must take what is left"));
        };
        let families = Families {
            list,
            rest,
            ends: one_of(&raw.title.ends)?,
            never: one_of(&raw.title.never)?,
            labels: raw.org.labels.iter().map(|l| label(l)).collect::<Result<_, _>>()?,
            above: label(&raw.org.above.join("|"))?,
            any_label: label(&[raw.org.labels.as_slice(), raw.org.above.as_slice()].concat().join("|"))?,
            stops: one_of(&raw.org.stops)?,
            suffixes: raw.org.suffixes,
        };
        if !proved {
            families.try_examples(&raw.title, &raw.family)?;
        }
        Ok(families)
    }

    fn try_examples(&self, title: &RawTitle, list: &[RawFamily]) -> Result<(), RuleError> {
        for line in &title.examples {
            if !self.ends_title(line) || self.never_title(line) {
                return Err(RuleError::new(line, "is an example of a title line and is not taken for one"));
            }
        }
        for line in &title.counterexamples {
            if self.ends_title(line) && !self.never_title(line) {
                return Err(RuleError::new(line, "is a counterexample and is taken for a title line"));
            }
        }
        for family in list {
            for (example, wanted) in
                family.examples.iter().map(|e| (e, true)).chain(family.counterexamples.iter().map(|e| (e, false)))
            {
                let found = &self.get(self.of(&example.title, &example.body)).id;
                if (*found == family.id) != wanted {
                    let print = if example.title.is_empty() { &example.body } else { &example.title };
                    let what = if wanted { "an example" } else { "a counterexample" };
                    return Err(RuleError::new(
                        print,
                        format!("is {what} of `{}` and is taken for `{found}`", family.id),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The family behind an id of the model.
    pub fn get(&self, id: FamilyId) -> &Family {
        &self.list[id.0 as usize]
    }

    /// All families in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Family> {
        self.list.iter()
    }

    /// The id of the family called `id`, where there is one.
    pub fn id(&self, id: &str) -> Option<FamilyId> {
        self.list.iter().position(|f| f.id == id).map(|i| FamilyId(i as u16))
    }

    /// The family of a paper with this title (empty where it has none) and this beginning of its text, both folded.
    pub fn of(&self, title: &str, body: &str) -> FamilyId {
        let holds = |f: &Family| f.when.iter().any(|w| w.title.hold(title, 1) && w.body.hold(body, w.least));
        FamilyId(self.list.iter().position(holds).unwrap_or(self.rest) as u16)
    }

    /// Whether a title can end with this line.
    pub fn ends_title(&self, line: &str) -> bool {
        self.ends.is_match(line)
    }

    /// Whether this line cannot be part of a title.
    pub fn never_title(&self, line: &str) -> bool {
        self.never.is_match(line)
    }

    /// The label of an organisation at the start of `line`: its rank (the smaller the surer; [`Families::ABOVE`] is not the one
    /// that reports), and where its value begins.
    pub fn org_label(&self, line: &str) -> Option<(usize, usize)> {
        let at = |r: &Regex| {
            let end = r.find(line)?.end();
            let (words, rest) = line.split_at(end);
            let stamp = bracket(rest).filter(|s| s.contains('章') || s.contains("全称")).map_or(0, str::len);
            let value = &rest[stamp..];
            let parted = value.is_empty() || value.starts_with([':', ' ', '_']);
            (parted || stamp > 0 || words.ends_with("名称"))
                .then(|| line.len() - value.trim_start_matches([':', ' ', '_']).len())
        };
        if !self.any_label.is_match(line) {
            return None;
        }
        if let Some(end) = at(&self.above) {
            return Some((Self::ABOVE, end));
        }
        self.labels.iter().enumerate().find_map(|(i, r)| at(r).map(|end| (i, end)))
    }

    /// Where in `value` the next label begins.
    pub fn org_stop(&self, value: &str) -> usize {
        self.stops.find(value).map_or(value.len(), |m| m.start())
    }

    /// Whether `name` ends as the name of an organisation does.
    pub fn ends_org(&self, name: &str) -> bool {
        self.suffixes.iter().any(|s| name.ends_with(s.as_str()) && name.len() > s.len())
    }

    /// The longest ending of `name` that names of organisations have; empty where it has none.
    pub fn org_suffix<'a>(&self, name: &'a str) -> &'a str {
        let longest = self.suffixes.iter().filter(|s| name.ends_with(s.as_str())).map(String::len).max();
        &name[name.len() - longest.unwrap_or(0)..]
    }
}

fn compile_when(when: &RawWhen, id: &str) -> Result<When, RuleError> {
    let cues = |all: &[String], any: &[String], none: &[String]| {
        let option = |list: &[String]| (!list.is_empty()).then(|| Expression::any(list));
        let all = all.iter().map(|e| Expression::one(e)).collect();
        Cues { all, any: option(any), none: option(none) }
    };
    if when.body_least.is_some() && when.body_any.is_empty() {
        return Err(RuleError::new(id, "has `body_least` without `body_any`; say what is to be counted"));
    }
    Ok(When {
        title: cues(&when.title_all, &when.title_any, &when.title_none),
        body: cues(&when.body_all, &when.body_any, &when.body_none),
        least: when.body_least.unwrap_or(1),
    })
}

/// Compiles every expression alone, so that an error names the one it is in.
fn prove(raw: &Raw) -> Result<(), RuleError> {
    let (title, org) = (&raw.title, &raw.org);
    for list in [&title.ends, &title.never, &org.labels, &org.above, &org.stops] {
        list.iter().try_for_each(|e| compiles(e, e))?;
    }
    for family in &raw.family {
        for w in &family.when {
            for list in [&w.title_all, &w.title_any, &w.title_none, &w.body_all, &w.body_any, &w.body_none] {
                list.iter().try_for_each(|e| compiles(e, &family.id))?;
            }
        }
    }
    Ok(())
}

fn compiles(expression: &str, at: &str) -> Result<(), RuleError> {
    let regex = Regex::new(expression)
        .map_err(|e| RuleError::new(at, format!("`{expression}` is no regular expression: {e}")))?;
    if regex.is_match("") {
        return Err(RuleError::new(at, format!("`{expression}` matches nothing at all; it would match everywhere")));
    }
    Ok(())
}

/// One expression for several.
fn one_of(list: &[String]) -> Result<Regex, RuleError> {
    let all = list.iter().map(|e| format!("(?:{e})")).collect::<Vec<_>>().join("|");
    Regex::new(&all).map_err(|e| RuleError::new("", e.to_string()))
}

/// A label at the start of a line.
fn label(words: &str) -> Result<Regex, RuleError> {
    Regex::new(&format!("^(?:{words})")).map_err(|e| RuleError::new(words, e.to_string()))
}

/// The bracket that `text` starts with.
fn bracket(text: &str) -> Option<&str> {
    let end = text.strip_prefix('(')?.find(')')?;
    Some(&text[..end + 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Patterns;

    const HEAD: &str = "[title]\nends = ['报告$']\nnever = ['。']\nexamples = []\ncounterexamples = []\n[org]\nlabels = ['单位']\nabove = ['主管']\nstops = ['日期']\nsuffixes = ['局']\n";
    const OTHER: &str = "[[family]]\nid = 'other'\nname = '其他'\nreport = false\n";

    fn compile(families: &str) -> Result<Families, String> {
        let raw: Raw = toml::from_str(&format!("{HEAD}{families}")).map_err(|e| e.message().to_owned())?;
        Families::compile(raw, false).map_err(|e| format!("{}: {}", e.at, e.cause))
    }

    fn error(families: &str) -> String {
        compile(families).err().unwrap_or_default()
    }

    #[test]
    fn a_family_that_cannot_be_right_is_refused_with_its_cause() {
        let family = |keys: &str| format!("[[family]]\nid = 'a'\nname = '甲'\nreport = true\n{keys}\n{OTHER}");
        assert!(compile(&family("when = [{ title_any = ['自评'] }]")).is_ok());
        assert!(error(&family("when = [{ title_some = ['自评'] }]")).contains("unknown field"));
        assert!(error(&family("when = [{ title_any = ['自评'] }]").repeat(2)).contains("is there twice"));
        assert!(error(&family("when = [{ title_any = ['(自评'] }]")).contains("is no regular expression"));
        assert!(error(&family("when = [{ title_any = ['自评|'] }]")).contains("matches nothing"));
        assert!(error(&family("when = [{ title_any = ['自评'], body_least = 2 }]")).contains("without `body_any`"));
        assert!(error(&family("")).contains("has no `when`"));
        assert!(error("").contains("must take what is left"));
        assert!(
            error(&family("when = [{ title_any = ['自评'] }]\nexamples = [{ title = '决算' }]"))
                .contains("is taken for `other`")
        );
        assert!(
            error(&family("when = [{ title_any = ['自评'] }]\ncounterexamples = [{ title = '自评' }]"))
                .contains("is a counterexample")
        );
    }

    #[test]
    fn every_family_of_the_samples_is_there() {
        let patterns = Patterns::builtin();
        for (id, report) in [
            ("department_overall", true),
            ("department_form", true),
            ("base_data", true),
            ("project", true),
            ("project_form", true),
            ("transfer", true),
            ("final_accounts", true),
            ("three_public", true),
            ("third_party", false),
            ("rectification", false),
            ("notice", false),
            ("template", false),
            ("other", false),
        ] {
            let family = patterns.families.id(id).map(|id| patterns.families.get(id));
            assert_eq!(family.map(|f| f.report), Some(report), "{id}");
        }
    }

    #[test]
    fn titles_tell_families_apart() {
        let families = &Patterns::builtin().families;
        for (title, body, id) in [
            ("2022年度某镇部门整体支出绩效评价报告", "我镇内设六个办公室。", "department_overall"),
            ("某县2021年度部门整体支出绩效自查报告", "", "department_overall"),
            ("某市2018年度部门整体支出绩效评价自评报告", "", "department_overall"),
            ("某局2022年度整体绩效自评报告", "", "department_overall"),
            ("2022年度部门(单位)整体支出绩效自评情况", "", "department_overall"),
            ("某局2022年度预算绩效自评报告", "一、部门概况", "department_overall"),
            ("2022年度部门整体支出绩效评价指标评分表", "", "department_form"),
            ("部门(单位)整体支出绩效自评表", "", "department_form"),
            ("某局2022年度专项资金绩效自评报告", "", "transfer"),
            ("2021年省级旅游发展专项资金绩效自评报告", "", "transfer"),
            ("某县2022年度中央农业生产发展资金绩效自评报告", "", "transfer"),
            ("2022年中央对地方专项转移支付绩效自评表", "", "transfer"),
            ("某中学2022年义务教育薄弱环节改善项目绩效自评报告", "", "project"),
            ("某局信息系统运维经费绩效自评报告", "", "project"),
            ("某局2022年度工作经费项目支出绩效自评报告", "", "project"),
            ("绩效自评报告", "一、项目概况", "project"),
            ("2023年项目支出绩效目标自评表", "", "project_form"),
            ("2022年某单位部门决算公开", "", "final_accounts"),
            ("2022年度部门决算绩效评价情况说明", "", "final_accounts"),
            ("2022年某单位“三公”经费公开", "", "three_public"),
            ("某区2021年老旧小区改造项目重点绩效评价报告", "我单位负责实施。", "third_party"),
            ("某县某项目绩效评价报告", "受某县财政局委托,我公司对该项目开展评价。我局积极配合。", "third_party"),
            ("关于做好2022年度绩效自评工作的通知", "", "notice"),
            ("某县预算绩效管理暂行办法", "", "notice"),
            ("关于某项目绩效评价发现问题整改情况的报告", "", "rectification"),
            ("部门整体支出绩效自评报告(参考提纲)", "", "template"),
            ("某县2022年国民经济和社会发展统计公报", "", "other"),
            ("工作总结", "", "other"),
        ] {
            assert_eq!(families.get(families.of(title, body)).id, id, "{title}");
        }
    }

    #[test]
    fn labels_end_where_their_value_begins() {
        let families = &Patterns::builtin().families;
        for (line, value) in [
            ("单位名称(盖章):某局", "某局"),
            ("部门(单位)名称 某局", "某局"),
            ("填报单位:____某局", "某局"),
            ("单位名称", ""),
            ("部门(单位)名称(公章)某局", "某局"),
            ("实施单位:某局", "某局"),
        ] {
            assert_eq!(families.org_label(line).map(|(_, end)| &line[end..]), Some(value), "{line}");
        }
        assert_eq!(families.org_label("主管部门:某局").map(|l| l.0), Some(Families::ABOVE));
        for line in ["单位的职责", "部门整体支出", "填报说明", "单位职工"] {
            assert_eq!(families.org_label(line), None, "{line}");
        }
    }
}
