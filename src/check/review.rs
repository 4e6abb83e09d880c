//! What reviewers criticise without arithmetic: vague targets, residue of the template, empty sections, outdated rules.

use memchr::memmem;
use rust_decimal::Decimal;

use super::Ctx;
use crate::model::{Finding, Role, Section, Span, Value, Verdict};
use crate::patterns::ReviewRule;

/// One rule of a reviewer.
pub(super) fn review(ctx: &Ctx<'_>, rule: &ReviewRule, out: &mut Vec<Finding>) {
    let family = ctx.patterns.families.get(ctx.report.family);
    if !family.report {
        return;
    }
    let text = ctx.text();
    let view = ctx.report.view;
    let rows = &ctx.report.indicators;
    let all = || Span { start: rows[0].span.start, end: rows[rows.len() - 1].span.end };
    let mut say = |message: String, evidence: Vec<Span>| {
        out.push(ctx.finding(Verdict::Suspect, message, evidence, None, None));
    };
    let find = |word: &str| -> Option<Span> {
        // The whole text is looked through for each word: memmem's vectors are several times faster at that than `str::find`.
        let at = memmem::find(view.of(text).as_bytes(), word.as_bytes())? + view.start as usize;
        Some(Span::new(at, at + word.len()))
    };
    match rule {
        ReviewRule::Vague { percent, least } => {
            let targets: Vec<&str> = rows.iter().filter_map(|r| r.target.as_deref()).collect();
            let vague = targets.iter().filter(|t| !t.contains(|c: char| c.is_ascii_digit())).count();
            if targets.len() >= *least && vague * 100 > targets.len() * *percent as usize {
                say(format!("{}个指标中{vague}个的目标值没有数字，无法衡量。", targets.len()), vec![all()]);
            }
        }
        ReviewRule::Words { families, words, from_year } => {
            if !families.is_empty() && !families.contains(&family.id)
                || from_year.is_some_and(|from| ctx.report.year.is_none_or(|y| y < from))
            {
                return;
            }
            for word in words {
                if let Some(span) = find(word) {
                    say(format!("文中有“{word}”：{}。", ctx.check.title), vec![ctx.place(span)]);
                    return;
                }
            }
        }
        ReviewRule::CopiedTarget { percent, least } => {
            let both: Vec<(&str, &str)> =
                rows.iter().filter_map(|r| Some((r.target.as_deref()?, r.actual.as_deref()?))).collect();
            let same = both.iter().filter(|(t, a)| t == a).count();
            if both.len() >= *least && same * 100 >= both.len() * *percent as usize {
                say(format!("{}个指标中{same}个的完成值与目标值逐字相同。", both.len()), vec![all()]);
            }
        }
        ReviewRule::AllFull { least } => {
            let scored = rows.iter().filter(|r| r.score.is_some() && r.weight.is_some());
            let full = scored.clone().filter(|r| r.score == r.weight).count();
            if full >= *least && scored.count() == full {
                say(format!("{full}个指标全部得满分。"), vec![all()]);
            }
        }
        ReviewRule::LowRate { concept, percent, words } => {
            for r in ctx.of(*concept).filter(|r| r.item.is_none() && r.value < Decimal::from(*percent)) {
                if super::ratio::of_another(ctx, r, &[*concept]) {
                    continue;
                }
                let from = ctx.paragraph_start(r.at()) as usize;
                let mut paragraphs = text[from..view.end.max(r.at()) as usize].splitn(4, '\n');
                let near = paragraphs.by_ref().take(3).any(|p| words.iter().any(|w| p.contains(w.as_str())));
                if !near && find("偏差原因").is_none() {
                    let message = format!("{}为{}，低于{percent}%而未说明原因。", ctx.name(*concept), ctx.print(r));
                    say(message, vec![r.figure.span]);
                    return;
                }
            }
        }
        ReviewRule::EmptySection { topic, words } => {
            for section in sections(ctx, topic) {
                let body = section.view.of(text).trim_matches(|c: char| " \n。；，:：".contains(c));
                if words.iter().any(|w| w == body) {
                    let message = format!("“{}”只写“{body}”。", section.title.of(&ctx.report.document.text).trim());
                    say(message, vec![section.heading]);
                }
            }
        }
        ReviewRule::NoMeasures { issues, measures, least } => {
            let count = |topic: &String| -> usize {
                sections(ctx, topic).map(|s| 1 + points(s.view.of(text)).max(children(ctx, s))).sum::<usize>()
            };
            let (problems, answers) = (count(issues).saturating_sub(1), count(measures));
            if problems >= *least
                && answers == 1
                && sections(ctx, measures).all(|s| s.view.of(text).chars().count() < 20)
            {
                let at = sections(ctx, issues).map(|s| s.heading).collect();
                say(format!("列了{problems}个问题，改进措施没有逐项回应。"), at);
            }
        }
        ReviewRule::Unfounded { families, concept, round: (step, from), words } => {
            if !families.contains(&family.id) {
                return;
            }
            // The value first: most reports state none, and then the text need not be looked through.
            if let Some(s) = ctx.of(*concept).find(|s| s.value >= *from || (s.value % step).is_zero())
                && !words.iter().any(|w| find(w).is_some())
            {
                say(format!("{}{}没有交代调查方式和样本数。", ctx.name(*concept), ctx.print(s)), vec![s.figure.span]);
            }
        }
        ReviewRule::MissingPart { families, topics } => {
            if !families.contains(&family.id) || ctx.report.sections.len() < 4 {
                return;
            }
            let missing: Vec<&str> = topics
                .iter()
                .filter(|t| sections(ctx, t).next().is_none())
                .map(|t| ctx.patterns.topics.id(t).map_or("", |id| ctx.patterns.topics.get(id).name.as_str()))
                .collect();
            if !missing.is_empty() {
                let at = ctx.report.title.as_ref().map(|t| t.span);
                say(format!("没有这些部分：{}。", missing.join("、")), at.into_iter().collect());
            }
        }
        ReviewRule::Privacy { digits } => {
            let bytes = text.as_bytes();
            let mut at = view.start as usize;
            while at < view.end as usize {
                if !bytes[at].is_ascii_digit() {
                    at += 1;
                    continue;
                }
                let end = (at..view.end as usize).find(|i| !bytes[*i].is_ascii_digit()).unwrap_or(view.end as usize);
                let run = &text[at..end];
                let lone = at == 0 || !matches!(bytes[at - 1], b'.' | b',' | b'-');
                let phone = run.len() == 11 && run.starts_with('1') && bytes[at + 1] >= b'3';
                let person = run.len() == 18 && matches!(run.get(6..8), Some("19" | "20"));
                if lone && digits.contains(&(run.len() as u32)) && (phone || person) {
                    let what = if phone { "手机号码" } else { "身份证号码" };
                    say(format!("公开的报告中印有{what}（{}…）。", &run[..3]), vec![ctx.place(Span::new(at, end))]);
                    return;
                }
                at = end;
            }
        }
        ReviewRule::ZeroBut { concept, words } => {
            let zero = ctx
                .of(*concept)
                .find(|f| f.item.is_none() && f.value.is_zero() && f.year == ctx.report.year)
                .map(|f| f.figure.span);
            let nil = ctx.report.facts.iter().find(|f| f.slot.concept == *concept && matches!(f.value, Value::Nil(_)));
            let Some(span) = zero.or(nil.map(|f| f.span)) else { return };
            for sentence in view.of(text).split(['。', '；', '，', '\n']) {
                let named = words
                    .iter()
                    .any(|w| sentence.find(w.as_str()).is_some_and(|at| nonzero(&sentence[at + w.len()..])));
                if named {
                    say(format!("{}为零，文中却写“{sentence}”。", ctx.name(*concept)), vec![span]);
                    return;
                }
            }
        }
        ReviewRule::Weights { most, needs, least } => {
            if rows.len() < *least {
                return;
            }
            if let Some(row) = rows.iter().find(|r| r.weight.is_some_and(|w| w >= Decimal::from(*most))) {
                let weight = row.weight.unwrap_or_default().normalize();
                say(format!("指标“{}”一项占{weight}分，权重过于集中。", row.level3), vec![row.span]);
            }
            let named = |word: &String| {
                rows.iter().any(|r| {
                    [r.level1.as_ref(), r.level2.as_ref(), Some(&r.level3)]
                        .into_iter()
                        .flatten()
                        .any(|l| l.contains(word.as_str()))
                })
            };
            let missing: Vec<&str> = needs.iter().filter(|w| !named(w)).map(String::as_str).collect();
            if !missing.is_empty() {
                say(format!("指标体系中没有{}指标。", missing.join("、")), vec![all()]);
            }
        }
        ReviewRule::OtherMoney { percent, own, topic } => {
            // Beside one's own money it must be large: a fine or a small donation deceives nobody.
            let Some(most) = own.iter().flat_map(|c| ctx.of(*c)).map(|s| s.value).max() else { return };
            let least = most * Decimal::from(*percent) / Decimal::ONE_HUNDRED;
            let at: Vec<Span> = ctx
                .report
                .figures
                .iter()
                .filter(|f| f.role == Role::OtherParty && f.value.is_some_and(|v| v >= least))
                .filter(|f| {
                    f.section.is_some_and(|s| {
                        ctx.report.sections[s as usize]
                            .topics
                            .iter()
                            .any(|t| ctx.patterns.topics.get(*t).id.starts_with(topic.as_str()))
                    })
                })
                .map(|f| f.span)
                .collect();
            if let Some(first) = at.first() {
                let quote = first.of(&ctx.report.document.text);
                say(format!("产出中列了不属于本单位收支的金额（{quote}等{}处）。", at.len()), at);
            }
        }
    }
}

/// Whether the first number of `text` is not zero.
fn nonzero(text: &str) -> bool {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    text.chars().position(|c| c.is_ascii_digit()).is_some_and(|at| at <= 4) && digits.bytes().any(|b| b != b'0')
}

fn sections<'a>(ctx: &'a Ctx<'_>, topic: &'a str) -> impl Iterator<Item = &'a Section> + 'a {
    let id = ctx.patterns.topics.id(topic);
    let under = move |t: &crate::model::TopicId| {
        let other = &ctx.patterns.topics.get(*t).id;
        Some(*t) == id || other.strip_prefix(topic).is_some_and(|rest| rest.starts_with('.'))
    };
    ctx.report.sections.iter().filter(move |s| s.topics.iter().any(under))
}

/// 一是…二是… of a body.
fn points(body: &str) -> usize {
    ["一是", "二是", "三是", "四是", "五是", "六是"].iter().filter(|w| body.contains(**w)).count()
}

fn children(ctx: &Ctx<'_>, section: &Section) -> usize {
    let at = ctx.report.sections.iter().position(|s| s.heading == section.heading);
    ctx.report.sections.iter().filter(|s| s.parent.is_some() && s.parent == at.map(|a| a as u32)).count()
}
