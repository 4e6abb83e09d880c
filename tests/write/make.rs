//! Reports made by hand, through the public model alone.

use std::sync::Arc;

use hedui::model::*;
use rust_decimal::Decimal;

/// A text as printed; `⟦…⟧` brackets what folding drops (a line break and the page number at it). The brackets themselves go.
pub fn document(path: &str, marked: &str) -> Document {
    let (mut text, mut fold) = (String::new(), Folded::default());
    let (mut dropping, mut anchor) = (false, true);
    for c in marked.chars() {
        match c {
            '⟦' => dropping = true,
            '⟧' => (dropping, anchor) = (false, true),
            _ => {
                if !dropping {
                    if anchor {
                        fold.anchors.push(Anchor { view: fold.text.len() as u32, print: text.len() as u32 });
                        anchor = false;
                    }
                    fold.text.push(c);
                }
                text.push(c);
            }
        }
    }
    let (mut lines, mut start) = (Vec::new(), 0);
    for (i, line) in text.split_terminator('\n').enumerate() {
        let span = Span::new(start, start + line.len());
        lines.push(Line { span, page: 1, number: i as u32 + 1, bbox: None, face: None });
        start += line.len() + 1;
    }
    let source = Source {
        path: path.to_owned(),
        format: Format::Text,
        encoding: Some("utf-8"),
        sha256: "ab".repeat(32),
        bytes: text.len() as u64,
        pages: 1,
    };
    let whole = Span::new(0, text.len());
    let view = Span::new(0, fold.text.len());
    let blocks = vec![Block { kind: BlockKind::Prose, span: whole, view }];
    Document { source, text, lines, blocks, view: fold, notes: Vec::new(), edges: Vec::new(), crops: Vec::new() }
}

/// The place of the `nth` (from 0) `print` in the text.
pub fn place(doc: &Document, print: &str, nth: usize) -> Span {
    let at = doc.text.match_indices(print).nth(nth).unwrap_or_else(|| panic!("{print} is not there")).0;
    Span::new(at, at + print.len())
}

/// `span` in the folded view.
pub fn in_view(doc: &Document, span: Span) -> Span {
    Span { start: doc.view.view_at(span.start), end: doc.view.view_at(span.end) }
}

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// An amount in 元 printed at `span`.
pub fn money(doc: &Document, span: Span, value: &str, step: &str) -> Figure {
    Figure {
        value: Some(decimal(value)),
        range: None,
        step: decimal(step),
        measure: Measure::Yuan,
        bound: Bound::Exact,
        role: Role::Level,
        direction: None,
        span,
        view: in_view(doc, span),
        scale_from: None,
        section: None,
    }
}

pub fn section(doc: &Document, label: Option<&str>, title: Span, depth: u8, parent: Option<u32>, end: u32) -> Section {
    let label = label.map(|l| Span { start: title.start - l.len() as u32, end: title.start });
    let heading = Span { start: label.map_or(title.start, |l| l.start), end: title.end };
    let body = Span { start: (title.end + 1).min(end), end };
    Section {
        depth,
        parent,
        label,
        number: Some(Number { value: 1, marker: Marker::Han, recovered: label.is_none() }),
        title,
        heading,
        body,
        view: in_view(doc, body),
        topics: Default::default(),
    }
}

/// A report over the whole document with nothing in it.
pub fn bare(doc: Document) -> Report {
    let (extent, view) = (Span::new(0, doc.text.len()), Span::new(0, doc.view.text.len()));
    Report {
        document: Arc::new(doc),
        extent,
        view,
        family: FamilyId(0),
        title: None,
        org: None,
        year: None,
        sections: Vec::new(),
        figures: Vec::new(),
        facts: Vec::new(),
        indicators: Vec::new(),
        findings: Vec::new(),
        keywords: Vec::new(),
        section_keywords: Vec::new(),
        coverage: Coverage::default(),
        notes: Vec::new(),
    }
}

pub const TEXT: &str = "2022年度某市某中心整体支出⟦\n⟧绩效自评报告\n\
    单位：万元\n\
    一、基本情况\n\
    某中心编制10人。😀\n\
    （一）基本支出⟦\n  ⟧情况\n\
    基本支出132.⟦\n- 3 -\n  ⟧88 万元，比上年减少10-20万元，项目支出18.59。\n\
    绩效情况\n\
    优化营商环境，评价为优。政府性基金：无。文号〔2022〕7号\n";

/// A report with something of every kind in it.
pub fn full(path: &str) -> Report {
    let mut doc = document(path, TEXT);
    doc.notes.push(Note {
        id: "text.private_use",
        count: 2,
        message: "2 characters".into(),
        span: Some(place(&doc, "😀", 0)),
    });
    let end = doc.text.len() as u32;
    let title = Span { start: 0, end: place(&doc, "自评报告", 0).end };
    let (one, two, three) =
        (place(&doc, "基本情况", 0), place(&doc, "基本支出\n  情况", 0), place(&doc, "绩效情况", 0));
    let sections = vec![
        section(&doc, Some("一、"), one, 1, None, two.start - "（一）".len() as u32),
        section(&doc, Some("（一）"), two, 2, Some(0), three.start),
        section(&doc, None, three, 1, None, end),
    ];
    let header = place(&doc, "单位：万元", 0);
    let broken = money(&doc, place(&doc, "132.\n- 3 -\n  88 万元", 0), "1328800.00", "100");
    let range = Figure {
        value: None,
        range: Some((decimal("100000"), decimal("200000"))),
        bound: Bound::About,
        role: Role::Change,
        direction: Some(Direction::Decrease),
        section: Some(1),
        ..money(&doc, place(&doc, "10-20万元", 0), "0", "10000")
    };
    let scaled =
        Figure { scale_from: Some(header), section: Some(1), ..money(&doc, place(&doc, "18.59", 0), "185900", "100") };
    let slot = |concept, basis, fund, item: Option<&str>| Slot {
        concept: ConceptId(concept),
        basis,
        fund,
        year: Some(2022),
        item: item.map(str::to_owned),
    };
    let fact = |slot, value, span, section| Fact {
        slot,
        value,
        span,
        pattern: "prose.sample".into(),
        section,
        standing: Default::default(),
    };
    let keyword = |word: &str, count, weight| Keyword { word: word.into(), count, weight };
    let (org, grade) = (place(&doc, "某市某中心", 0), place(&doc, "优", 1));
    let facts = vec![
        fact(slot(0, Some(Basis::Final), Some(Fund::GeneralPublic), None), Value::Figure(0), broken.span, Some(1)),
        fact(slot(1, Some(Basis::Final), None, Some("某项目")), Value::Figure(1), range.span, Some(1)),
        fact(slot(2, None, None, None), Value::Text("优".into()), grade, Some(2)),
        fact(slot(0, None, Some(Fund::Government), None), Value::Nil(Nil::None), place(&doc, "无", 0), None),
    ];
    let evidence = vec![broken.span, range.span, scaled.span];
    let findings = vec![Finding {
        check: "sum.basic".into(),
        verdict: Verdict::Rounding,
        message: "113.97 + 18.90 = 132.87，原文 132.88".into(),
        evidence,
        gap: Some(decimal("100.0")),
        allowed: Some(decimal("150")),
        fingerprint: "00ff".into(),
    }];
    let indicators = vec![Indicator {
        level1: Some("产出指标".into()),
        level2: None,
        level3: "编制\"人数\"".into(),
        direction: None,
        measure: None,
        target: Some("≤10".into()),
        actual: Some("10".into()),
        weight: Some(decimal("10")),
        score: Some(decimal("9.50")),
        reason: None,
        span: place(&doc, "10人", 0),
    }];
    let unexplained = vec![place(&doc, "7", 0)];
    Report {
        title: Some(Printed { text: "2022年度某市某中心整体支出绩效自评报告".into(), span: title }),
        org: Some(Printed { text: "某市某中心".into(), span: org }),
        year: Some(2022),
        sections,
        figures: vec![Figure { section: Some(1), ..broken }, range, scaled],
        facts,
        indicators,
        findings,
        keywords: vec![keyword("营商环境", 14, 12345)],
        section_keywords: vec![(2, vec![keyword("营商", 1, 500)])],
        coverage: Coverage { digits: 9, explained: 8, unexplained },
        notes: vec![Note { id: "report.short", count: 1, message: "short".into(), span: None }],
        ..bare(doc)
    }
}
