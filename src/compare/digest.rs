//! A report in, what comparing needs of it out.

use crate::model::{
    Amount, Answer, Block, BlockKind, Digest, Document, Measure, Paragraph, Passage, Place, Report, Role, Section,
    Span, Statement, Told, TopicId, Value,
};
use crate::patterns::Patterns;

/// How much of a long passage is quoted, in characters.
const QUOTE: usize = 160;
/// Paragraphs of more bytes are shown in part.
const LONG: usize = 1800;
/// How much of a long paragraph is shown on each side of a place, in bytes.
const AROUND: usize = 450;
/// How much of the neighbouring paragraphs is shown, in bytes.
const BESIDE: usize = 300;

/// What comparing needs of `report`, the report `ordinal` (from 1) of its file.
pub fn digest(report: &Report, ordinal: u32, patterns: &Patterns) -> Digest {
    let mut places = Places::new(&report.document);
    let statements = statements(report, &mut places);
    let amounts = amounts(report, &mut places);
    let findings = told(report, &mut places);
    let unread = report.coverage.unexplained.iter().map(|s| places.plain(*s)).collect();
    let passages = passages(report, &mut places, patterns);
    let (selves, reported_years) = selves(report, &mut places, patterns);
    let notes = report.document.notes.iter().chain(&report.notes).map(|n| n.message.clone()).collect();
    let source = &report.document.source;
    Digest {
        path: source.path.clone(),
        sha256: source.sha256.clone(),
        ordinal,
        family: report.family,
        title: report.title.as_ref().map(|t| t.text.clone()),
        org: report.org.as_ref().map(|o| o.text.clone()),
        year: report.year,
        sections: sections(report),
        statements,
        amounts,
        findings,
        unread,
        digits: report.coverage.digits,
        notes,
        paragraphs: places.paragraphs,
        passages: Some(passages),
        selves,
        reported_years,
    }
}

fn statements(report: &Report, places: &mut Places<'_>) -> Vec<Statement> {
    let mut out = Vec::with_capacity(report.facts.len());
    for fact in &report.facts {
        let answer = match &fact.value {
            Value::Text(text) => Answer::Text(text.clone()),
            Value::Nil(nil) => Answer::Nil(*nil),
            Value::Figure(at) => {
                let figure = &report.figures[*at as usize];
                if !matches!(figure.role, Role::Level | Role::Share) {
                    continue;
                }
                match figure.value {
                    Some(value) => {
                        let (step, measure, bound) = (figure.step, figure.measure, figure.bound);
                        Answer::Figure { value, step, measure, bound }
                    }
                    None => Answer::Text(figure.view.of(&report.document.view.text).to_owned()),
                }
            }
        };
        out.push(Statement { slot: fact.slot.clone(), answer, standing: fact.standing, at: places.shown(fact.span) });
    }
    out
}

fn amounts(report: &Report, places: &mut Places<'_>) -> Vec<Amount> {
    let mut concepts = vec![None; report.figures.len()];
    for fact in &report.facts {
        if let Value::Figure(at) = fact.value {
            concepts[at as usize] = Some(fact.slot.concept);
        }
    }
    let money = report.figures.iter().zip(concepts).filter(|(f, _)| f.measure == Measure::Yuan);
    money
        .map(|(figure, concept)| Amount {
            raw: figure.view.of(&report.document.view.text).to_owned(),
            value: figure.value,
            role: figure.role.name(),
            concept,
            section: figure.section.map(|s| title(report, &report.sections[s as usize])),
            at: places.plain(figure.span),
        })
        .collect()
}

fn title(report: &Report, section: &Section) -> String {
    section.title.of(&report.document.text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn told(report: &Report, places: &mut Places<'_>) -> Vec<Told> {
    report
        .findings
        .iter()
        .map(|f| Told {
            check: f.check.clone(),
            verdict: f.verdict,
            message: f.message.clone(),
            gap: f.gap,
            allowed: f.allowed,
            fingerprint: f.fingerprint.clone(),
            at: f.evidence.iter().map(|s| places.shown(*s)).collect(),
        })
        .collect()
}

/// Every topic that has a section; `false` where the sections on it say no more than 无.
fn sections(report: &Report) -> Vec<(TopicId, bool)> {
    let text = &report.document.view.text;
    let mut out: Vec<(TopicId, bool)> = Vec::new();
    for section in &report.sections {
        let said = section.view.of(text).trim_matches(|c: char| c.is_whitespace() || "。.;；，,".contains(c));
        let silent = matches!(said, "无" | "没有" | "暂无" | "不涉及");
        for &topic in &section.topics {
            match out.iter_mut().find(|(t, _)| *t == topic) {
                Some((_, has)) => *has |= !silent,
                None => out.push((topic, !silent)),
            }
        }
    }
    out.sort();
    out
}

/// The paragraphs under headings that are long enough to be evidence, but for the preamble.
fn passages(report: &Report, places: &mut Places<'_>, patterns: &Patterns) -> Vec<Passage> {
    let view = &report.document.view;
    let own = report.org.as_ref().map(|o| o.text.as_str()).filter(|name| name.chars().count() >= 4);
    let mut bodies: Vec<(Option<TopicId>, Span)> =
        report.sections.iter().map(|s| (s.topics.first().copied(), s.view)).collect();
    if bodies.is_empty() {
        bodies.push((None, report.view));
    }
    let mut out = Vec::new();
    for (topic, body) in bodies {
        let mut at = body.start as usize;
        for line in body.of(&view.text).split('\n') {
            let (start, end) = (at, at + line.len());
            at = end + 1;
            if line.len() < 2 * patterns.peers.least {
                continue;
            }
            let preamble = patterns.peers.preamble(line);
            let line = &line[preamble..];
            let characters = line.chars().count();
            if characters < patterns.peers.least {
                continue;
            }
            let span = Span::new(start + preamble, end);
            // One's own name is what a copyist changes first.
            let masked = own.filter(|name| line.contains(name)).map(|name| line.replace(name, "本单位"));
            let shingles = shingles(masked.as_deref().unwrap_or(line));
            let printed = view.to_print(span, &report.document.text);
            out.push(Passage { shingles, characters: characters as u32, topic, at: places.cut(printed) });
        }
    }
    out
}

/// Hashes of the threes of neighbouring characters; a number is one character, punctuation is none. Words would say no more: a
/// character in three costs a hash, a word costs a walk through the dictionary.
fn shingles(text: &str) -> Vec<u32> {
    const NUMBER: u64 = 1;
    let mut out = Vec::with_capacity(text.len() / 3);
    let (mut first, mut second) = (0, 0);
    for c in text.chars() {
        let third = match c {
            '\u{4e00}'..='\u{9fff}' => u64::from(c),
            '0'..='9' => NUMBER,
            c if c.is_alphanumeric() => u64::from(c),
            _ => continue,
        };
        if third == NUMBER && second == NUMBER {
            continue;
        }
        if first != 0 {
            out.push(mix(first << 42 | second << 21 | third) as u32);
        }
        (first, second) = (second, third);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The finish of splitmix64.
pub(super) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

type Named = Vec<(String, Place)>;

/// Where an organisation speaks of itself, and which years are named as the one reported on. The title is left out: it is
/// where both are read from.
fn selves(report: &Report, places: &mut Places<'_>, patterns: &Patterns) -> (Named, Vec<(i16, Place)>) {
    let view = &report.document.view;
    let after = report.title.as_ref().map_or(report.view.start, |t| view.view_at(t.span.end).max(report.view.start));
    let text = Span { start: after.min(report.view.end), end: report.view.end }.of(&view.text);
    let base = after.min(report.view.end) as usize;
    let printed = |range: std::ops::Range<usize>| {
        view.to_print(Span::new(base + range.start, base + range.end), &report.document.text)
    };
    let names = patterns.peers.selves(text).map(|r| (text[r.clone()].to_owned(), places.shown(printed(r)))).collect();
    let years = patterns.peers.reported_years(text).filter(|(year, _)| Some(*year) != report.year);
    let years = years.map(|(year, r)| (year, places.shown(printed(r)))).collect();
    (names, years)
}

/// From byte ranges of one document to places, and the paragraphs these lie in.
struct Places<'a> {
    document: &'a Document,
    /// How many characters stand before each block of [`MARK`] bytes.
    marks: Vec<u32>,
    paragraphs: Vec<Paragraph>,
    /// Blocks that are paragraphs already.
    made: Vec<Option<u32>>,
}

const MARK: usize = 256;

impl<'a> Places<'a> {
    fn new(document: &'a Document) -> Self {
        let mut marks = vec![0];
        let mut count = 0;
        for block in document.text.as_bytes().chunks(MARK) {
            count += characters(block);
            marks.push(count);
        }
        Places { document, marks, paragraphs: Vec::new(), made: vec![None; document.blocks.len()] }
    }

    fn before(&self, byte: usize) -> u32 {
        let block = byte / MARK;
        self.marks[block] + characters(&self.document.text.as_bytes()[block * MARK..byte])
    }

    /// The place alone.
    fn plain(&self, span: Span) -> Place {
        let lines = &self.document.lines;
        let line = lines.get(lines.partition_point(|l| l.span.start <= span.start).saturating_sub(1));
        let (page, line) = line.map_or((1, 1), |l| (l.page, l.number));
        Place {
            page,
            line,
            start: self.before(span.start as usize),
            end: self.before(span.end as usize),
            quote: span.of(&self.document.text).to_owned(),
            paragraph: None,
        }
    }

    /// The place with the beginning of its print.
    fn cut(&self, span: Span) -> Place {
        let mut place = self.plain(span);
        if let Some((end, _)) = place.quote.char_indices().nth(QUOTE) {
            place.quote.truncate(end);
        }
        place
    }

    /// The place in its paragraph.
    fn shown(&mut self, span: Span) -> Place {
        let mut place = self.plain(span);
        let blocks = &self.document.blocks;
        let at = blocks.partition_point(|b| b.span.start <= span.start);
        let inside = |b: &&usize| blocks[**b].kind != BlockKind::Furniture && blocks[**b].span.contains(span);
        let Some(&block) = (at.saturating_sub(4)..at).rev().collect::<Vec<_>>().iter().find(inside) else {
            return place;
        };
        place.paragraph = Some(self.paragraph(block, span));
        place
    }

    fn paragraph(&mut self, block: usize, around: Span) -> u32 {
        if let Some(made) = self.made[block] {
            return made;
        }
        let text = self.document.text.as_str();
        let Span { start, end } = self.document.blocks[block].span;
        let (start, end) = (start as usize, end as usize);
        let at = self.paragraphs.len() as u32;
        let paragraph = if end - start <= LONG {
            self.made[block] = Some(at);
            let is_text = |b: &&Block| b.kind != BlockKind::Furniture;
            let before = self.document.blocks[..block].iter().rev().find(is_text);
            let after = self.document.blocks[block + 1..].iter().find(is_text);
            let before = before.map_or("", |b| tail(b.span.of(text)));
            let after = after.map_or("", |b| head(b.span.of(text)));
            Paragraph {
                start: self.before(start),
                text: text[start..end].to_owned(),
                before: before.to_owned(),
                after: after.to_owned(),
            }
        } else {
            let from = floor(text, (around.start as usize).saturating_sub(AROUND).max(start));
            let to = floor(text, (around.end as usize + AROUND).min(end));
            Paragraph {
                start: self.before(from),
                text: text[from..to].to_owned(),
                before: tail(&text[start..from]).to_owned(),
                after: head(&text[to..end]).to_owned(),
            }
        };
        self.paragraphs.push(paragraph);
        at
    }
}

fn head(text: &str) -> &str {
    &text[..floor(text, BESIDE.min(text.len()))]
}

fn tail(text: &str) -> &str {
    &text[floor(text, text.len().saturating_sub(BESIDE))..]
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().map(|b| u32::from((*b as i8) >= -64)).sum()
}
