//! Pages set by hand, and what becomes of them.

use super::Layout;
use crate::model::{BlockKind, Document, Source};
use crate::read::page::{Glyph, Page, Picture, Rule};

/// Sets text on a page: `size` points, the first character's left edge at `x`, its baseline at `y`.
fn set(page: &mut Page, text: &str, x: f32, y: f32, size: f32) {
    let mut at = x;
    for c in text.chars() {
        let width = if c.is_ascii() { size / 2.0 } else { size };
        page.glyphs.push(Glyph {
            text: c,
            bbox: [at, y - 0.88 * size, at + width, y + 0.12 * size],
            origin: [at, y],
            end: [at + width, y],
            size,
            angle: 0,
            font: 0,
            bold: false,
            vertical: false,
            hidden: false,
            sure: 100,
        });
        at += width;
    }
}

fn page(number: u32) -> Page {
    Page { number, width: 595.0, height: 842.0, ..Page::default() }
}

/// Breaks a text into lines of 28 Han characters from the left margin at 87, the first set in by two.
fn paragraph(page: &mut Page, text: &str, y: &mut f32) {
    let mut line = String::new();
    let (mut x, mut room) = (87.0 + 30.0, 26.0);
    for c in text.chars() {
        let width = if c.is_ascii() { 0.5 } else { 1.0 };
        if width > room && !"，。；、".contains(c) {
            set(page, &line, x, *y, 15.0);
            *y += 28.0;
            (line, x, room) = (String::new(), 87.0, 28.0);
        }
        room -= width;
        line.push(c);
    }
    set(page, &line, x, *y, 15.0);
    *y += 28.0;
}

fn layout(pages: &[Page]) -> Document {
    let mut layout = Layout::default();
    pages.iter().for_each(|p| layout.page(p));
    let doc = layout.finish(Source::default(), Vec::new()).unwrap();
    sound(&doc);
    doc
}

/// What holds of every document.
fn sound(doc: &Document) {
    for line in &doc.lines {
        let owners = doc.blocks.iter().filter(|b| b.span.contains(line.span)).count();
        assert!(owners >= 1, "{:?} belongs to no block", line.span.of(&doc.text));
        let face = line.face.unwrap();
        let count = line.span.of(&doc.text).chars().count();
        assert!(face.edges as usize + count < doc.edges.len());
    }
    let views: Vec<_> =
        doc.blocks.iter().filter(|b| b.kind != BlockKind::Furniture).map(|b| b.view.of(&doc.view.text)).collect();
    assert_eq!(views.join("\n"), doc.view.text);
    assert!(doc.lines.windows(2).all(|w| w[0].span.end <= w[1].span.start));
    assert!(doc.blocks.windows(2).all(|w| w[0].span.start <= w[1].span.start));
}

fn blocks(doc: &Document) -> Vec<String> {
    let prose = doc.blocks.iter().filter(|b| b.kind == BlockKind::Prose);
    prose.map(|b| b.view.of(&doc.view.text).to_owned()).collect()
}

fn furniture(doc: &Document) -> Vec<&str> {
    doc.blocks.iter().filter(|b| b.kind == BlockKind::Furniture).map(|b| b.span.of(&doc.text)).collect()
}

/// Each table as rows of `row,column rows×columns text`.
fn tables(doc: &Document) -> Vec<Vec<String>> {
    let cells = |b: &crate::model::Block| match &b.kind {
        BlockKind::Table(cells) => Some(
            cells
                .iter()
                .map(|c| format!("{},{} {}×{} {}", c.row, c.column, c.rows, c.columns, c.span.of(&doc.text)))
                .collect(),
        ),
        _ => None,
    };
    doc.blocks.iter().filter_map(cells).collect()
}

const LONG: &str = "根据上级文件要求，我单位认真组织开展了2022年度部门整体支出绩效自评工作，现将有关情况报告如下，本单位为区政府直属事业单位，内设综合科、业务科、财务科三个科室，年末实有在职人员23人。";

#[test]
fn lines_of_a_paragraph_are_joined_and_paragraphs_parted_by_their_indent() {
    let mut p = page(1);
    let mut y = 120.0;
    for _ in 0..4 {
        paragraph(&mut p, LONG, &mut y);
    }
    assert_eq!(blocks(&layout(&[p])), vec![crate::text::fold::fold(LONG); 4]);
}

#[test]
fn a_paragraph_goes_on_over_a_page_with_its_head_and_number() {
    let (mut a, mut b, mut c) = (page(1), page(2), page(3));
    let mut y = 120.0;
    for _ in 0..4 {
        paragraph(&mut a, LONG, &mut y);
    }
    // The last paragraph's last line stands on the next page.
    let at = a.glyphs.iter().rposition(|g| g.origin[1] < y - 29.0).unwrap() + 1;
    let rest: String = a.glyphs.drain(at..).map(|g| g.text).collect();
    set(&mut b, &rest, 87.0, 120.0, 15.0);
    y = 148.0;
    paragraph(&mut b, LONG, &mut y);
    paragraph(&mut c, LONG, &mut { 120.0 });
    for (n, p) in [&mut a, &mut b, &mut c].into_iter().enumerate() {
        set(p, "某区水利局绩效自评报告", 200.0, 60.0, 9.0);
        set(p, &format!("- {} -", n + 1), 280.0, 790.0, 10.5);
    }
    let doc = layout(&[a, b, c]);
    assert_eq!(blocks(&doc), vec![crate::text::fold::fold(LONG); 6]);
    let head = "某区水利局绩效自评报告";
    assert_eq!(furniture(&doc), [head, "- 1 -", head, "- 2 -", head, "- 3 -"]);
    assert_eq!(doc.lines.iter().map(|l| l.page).max(), Some(3));
}

#[test]
fn a_title_on_two_centred_lines_stays_two_lines() {
    let mut p = page(1);
    set(&mut p, "某区水利局2022年度部门整体支出", 132.0, 100.0, 22.0);
    set(&mut p, "绩效自评报告", 231.0, 135.0, 22.0);
    paragraph(&mut p, LONG, &mut { 190.0 });
    let doc = layout(&[p]);
    assert_eq!(blocks(&doc)[..2], ["某区水利局2022年度部门整体支出", "绩效自评报告"]);
    let face = doc.lines[1].face.unwrap();
    assert!(face.centred && face.size == 22.0 && !face.bold);
    assert!(!doc.lines[2].face.unwrap().centred);
}

#[test]
fn the_order_of_painting_says_nothing() {
    let mut p = page(1);
    let mut y = 120.0;
    paragraph(&mut p, LONG, &mut y);
    paragraph(&mut p, LONG, &mut y);
    let straight = layout(&[p.clone()]).text;
    // Every seventh glyph first, then the next ones.
    let n = p.glyphs.len();
    let shuffled: Vec<Glyph> = (0..7).flat_map(|k| (k..n).step_by(7)).map(|i| p.glyphs[i]).collect();
    p.glyphs = shuffled;
    assert_eq!(layout(&[p]).text, straight);
}

#[test]
fn spaces_stand_where_words_part_and_not_between_han_characters() {
    let mut p = page(1);
    set(&mut p, "支出", 100.0, 100.0, 10.0);
    set(&mut p, "31.62", 122.5, 100.0, 10.0);
    set(&mut p, "万元", 150.0, 100.0, 10.0);
    set(&mut p, "GDP", 100.0, 130.0, 10.0);
    set(&mut p, "Index", 117.5, 130.0, 10.0);
    set(&mut p, "12", 100.0, 160.0, 10.0);
    set(&mut p, "34", 113.0, 160.0, 10.0);
    assert_eq!(layout(&[p]).text, "支出31.62万元\nGDP Index\n12 34\n");
}

#[test]
fn bold_painted_twice_is_printed_once_and_a_raised_number_stays_on_its_line() {
    let mut p = page(1);
    for c in "一、概况".chars().enumerate() {
        let x = 100.0 + 12.0 * c.0 as f32;
        set(&mut p, &c.1.to_string(), x, 100.0, 12.0);
        set(&mut p, &c.1.to_string(), x + 0.3, 100.0, 12.0);
    }
    set(&mut p, "面积300m", 100.0, 130.0, 12.0);
    set(&mut p, "2", 148.0, 125.0, 7.0);
    set(&mut p, "，新增", 151.5, 130.0, 12.0);
    let doc = layout(&[p]);
    assert_eq!(doc.text, "一、概况\n面积300m2，新增\n");
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let mut p = page(1);
    set(&mut p, "跨栏的标题一行写满了整个页面的宽度所以不是栏里面的一行字", 60.0, 80.0, 15.0);
    for i in 0..8 {
        let y = 120.0 + 20.0 * i as f32;
        set(&mut p, &format!("左栏第{i}行写满二十个字左栏写满二十个字"), 60.0, y, 10.0);
        set(&mut p, &format!("右栏第{i}行写满二十个字右栏写满二十个字"), 320.0, y + 3.0, 10.0);
    }
    let text = layout(&[p]).text;
    assert!(text.find("左栏第7行").unwrap() < text.find("右栏第0行").unwrap(), "{text}");
    assert!(text.find("跨栏").unwrap() < text.find("左栏第0行").unwrap());
}

/// Draws a table: the places of its lines, without those listed (`[x0, y0, x1, y1]`).
fn draw(page: &mut Page, xs: &[f32], ys: &[f32]) {
    for &y in ys {
        page.rules.push(Rule { bbox: [xs[0], y, xs[xs.len() - 1], y + 0.5] });
    }
    for &x in xs {
        page.rules.push(Rule { bbox: [x, ys[0], x + 0.5, ys[ys.len() - 1]] });
    }
}

#[test]
fn a_ruled_table_gives_its_cells_and_a_cell_keeps_its_lines_together() {
    let mut p = page(1);
    set(&mut p, "单位：万元", 380.0, 90.0, 10.0);
    draw(&mut p, &[80.0, 200.0, 300.0, 450.0], &[100.0, 120.0, 150.0, 170.0]);
    for (text, x, y) in [
        ("项目", 90.0, 114.0),
        ("预算", 210.0, 114.0),
        ("完成情况", 310.0, 114.0),
        ("人员经费", 90.0, 139.0),
        ("35.20", 210.0, 139.0),
        ("按月足额发放，没有发生", 310.0, 132.0),
        ("拖欠", 310.0, 145.0),
        ("公用经费", 90.0, 164.0),
        ("12.00", 210.0, 164.0),
    ] {
        set(&mut p, text, x, y, 10.0);
    }
    let doc = layout(&[p]);
    assert_eq!(
        doc.text,
        "单位：万元\n项目\t预算\t完成情况\n人员经费\t35.20\t按月足额发放，没有发生\n拖欠\n公用经费\t12.00\t\n"
    );
    assert_eq!(tables(&doc)[0][5], "1,2 1×1 按月足额发放，没有发生\n拖欠");
    assert_eq!(tables(&doc)[0][8], "2,2 1×1 ");
    assert!(doc.view.text.ends_with("人员经费\n35.20\n按月足额发放，没有发生拖欠\n公用经费\n12.00"));
}

#[test]
fn a_table_that_runs_over_pages_is_one_table_and_its_repeated_header_is_furniture() {
    let (mut a, mut b) = (page(1), page(2));
    for (p, first) in [(&mut a, 1), (&mut b, 4)] {
        draw(p, &[80.0, 200.0, 300.0], &[100.0, 120.0, 140.0, 160.0, 180.0]);
        set(p, "项目", 90.0, 114.0, 10.0);
        set(p, "金额", 210.0, 114.0, 10.0);
        for i in 0..3 {
            set(p, &format!("项目{}", first + i), 90.0, 134.0 + 20.0 * i as f32, 10.0);
            set(p, &format!("{}.5", first + i), 210.0, 134.0 + 20.0 * i as f32, 10.0);
        }
    }
    let doc = layout(&[a, b]);
    let tables = tables(&doc);
    assert_eq!(tables.len(), 1);
    assert_eq!(tables[0].len(), 14);
    assert_eq!(tables[0][13], "6,1 1×1 6.5");
    assert_eq!(furniture(&doc), ["项目", "金额"]);
}

#[test]
fn a_table_without_lines_is_found_by_its_columns() {
    let mut p = page(1);
    set(&mut p, "支出情况如下表所示。", 87.0, 80.0, 12.0);
    for (i, row) in [
        ["支出类别", "年初预算", "决算数"],
        ["基本支出", "512.36", "518.77"],
        ["项目支出", "298.00", "293.16"],
        ["合计", "810.36", "811.93"],
    ]
    .iter()
    .enumerate()
    {
        for (j, cell) in row.iter().enumerate() {
            set(&mut p, cell, 90.0 + 130.0 * j as f32, 110.0 + 20.0 * i as f32, 10.0);
        }
    }
    let doc = layout(&[p]);
    assert_eq!(tables(&doc)[0].len(), 12);
    assert!(doc.text.contains("合计\t810.36\t811.93\n"));
}

/// Sets the rows of a table without lines: each cell's text from its column's left edge.
fn open(page: &mut Page, xs: &[f32], rows: &[(f32, &[&str])]) {
    for (y, cells) in rows {
        for (x, text) in xs.iter().zip(*cells).filter(|(_, text)| !text.is_empty()) {
            set(page, text, *x, *y, 10.0);
        }
    }
}

#[test]
fn cells_set_closely_are_parted_where_other_rows_have_their_columns() {
    let mut p = page(1);
    // Half an em parts the headers; the numbers below stand far apart.
    open(&mut p, &[90.0, 200.0, 255.0], &[(200.0, &["项目名称", "年初预算数", "全年支出数"])]);
    open(
        &mut p,
        &[90.0, 210.0, 265.0],
        &[(220.0, &["河道清淤", "96.00", "91.20"]), (240.0, &["泵站维修", "52.50", "52.00"])],
    );
    let found = tables(&layout(&[p]));
    assert_eq!(found[0][..3], ["0,0 1×1 项目名称", "0,1 1×1 年初预算数", "0,2 1×1 全年支出数"]);
}

#[test]
fn a_cell_without_lines_around_it_goes_on_where_it_filled_its_column() {
    let mut p = page(1);
    let rows: &[(f32, &[&str])] = &[
        (200.0, &["一级指标", "三级指标", "实际完成值", "得分"]),
        (220.0, &["产出指标", "维修屋面", "2,436平方", "15"]),
        (234.0, &["", "面积", "米", ""]),
        (254.0, &["效益指标", "受益学生", "1,186人", "30"]),
        (268.0, &["", "人数", "", ""]),
    ];
    open(&mut p, &[90.0, 150.0, 210.0, 280.0], rows);
    let found = tables(&layout(&[p]));
    let cells = ["1,1 1×1 维修屋面\n面积", "1,2 1×1 2,436平方\n米", "2,1 1×1 受益学生\n人数"];
    assert!(cells.iter().all(|cell| found[0].iter().any(|f| f == cell)), "{found:?}");
}

#[test]
fn numbers_below_each_other_never_become_one() {
    let mut p = page(1);
    let rows: &[(f32, &[&str])] = &[
        (200.0, &["项目名称", "资金来源", "全年支出数"]),
        (214.0, &["河道清淤", "中央资金", "120,000.00"]),
        (228.0, &["", "县级资金", "112,500.00"]),
        (242.0, &["泵站维修", "县级资金", "352,000.00"]),
    ];
    open(&mut p, &[90.0, 150.0, 210.0], rows);
    let found = tables(&layout(&[p]));
    assert!(found[0].contains(&"2,2 1×1 112,500.00".to_owned()), "{found:?}");
    assert!(found[0].contains(&"2,1 1×1 县级资金".to_owned()), "{found:?}");
}

#[test]
fn cells_of_one_line_stand_in_the_middle_beside_cells_of_two() {
    let mut p = page(1);
    let rows: &[(f32, &[&str])] = &[
        (200.0, &["二级指标", "三级指标", "得分"]),
        (220.0, &["数量指标", "改造运动场", "15"]),
        (240.0, &["", "维修教学楼", ""]),
        (247.0, &["质量指标", "", "10"]),
        (254.0, &["", "屋面", ""]),
        (274.0, &["时效指标", "完成时间", "10"]),
    ];
    open(&mut p, &[90.0, 150.0, 215.0], rows);
    let found = tables(&layout(&[p]));
    let row = ["2,0 1×1 质量指标", "2,1 1×1 维修教学楼\n屋面", "2,2 1×1 10"];
    assert!(row.iter().all(|cell| found[0].iter().any(|f| f == cell)), "{found:?}");
}

#[test]
fn a_turned_page_reads_like_an_upright_one_and_keeps_its_boxes() {
    let mut p = page(1);
    paragraph(&mut p, LONG, &mut { 120.0 });
    let straight = layout(&[p.clone()]);
    // Turned by a quarter counter-clockwise: (x, y) goes to (y, width - x).
    let size = p.width;
    for g in &mut p.glyphs {
        let [l, t, r, b] = g.bbox;
        g.bbox = [t, size - r, b, size - l];
        g.origin = [g.origin[1], size - g.origin[0]];
        g.end = [g.end[1], size - g.end[0]];
        g.angle = 90;
    }
    (p.width, p.height) = (p.height, p.width);
    let turned = layout(&[p]);
    assert_eq!(turned.text, straight.text);
    let [l, t, r, b] = straight.lines[0].bbox.unwrap();
    let expected = [t, size - r, b, size - l];
    assert!(turned.lines[0].bbox.unwrap().iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.01));
    assert!(turned.lines[0].face.unwrap().down);
}

#[test]
fn a_figure_has_the_box_of_its_characters() {
    let mut p = page(1);
    set(&mut p, "支出31.62万元。", 100.0, 100.0, 10.0);
    let doc = layout(&[p]);
    let at = doc.text.find("31.62").unwrap();
    let boxed = doc.bbox(crate::model::Span::new(at, at + "31.62万元".len())).unwrap();
    assert_eq!((boxed[0], boxed[2]), (120.0, 165.0));
}

#[test]
fn pages_without_values_and_pictures_are_notes_and_no_text() {
    let (mut a, mut b, mut c) = (page(1), page(2), page(3));
    set(&mut a, LONG, 20.0, 100.0, 5.0);
    set(&mut b, "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}支出", 20.0, 100.0, 10.0);
    b.unmapped = 6;
    c.pictures.push(Picture { bbox: [0.0, 0.0, 595.0, 842.0] });
    let doc = layout(&[a, b.clone(), c.clone()]);
    assert!(!doc.text.contains('\u{FFFD}'));
    let notes: Vec<_> = doc.notes.iter().map(|n| (n.id, n.count)).collect();
    assert_eq!(notes, [("pdf.picture", 1), ("pdf.garbled", 6)]);
    assert!(doc.notes[0].message.contains("page 3") && doc.notes[0].message.contains("--ocr"));
    let mut layout = Layout::default();
    layout.page(&c);
    assert_eq!(layout.finish(Source::default(), Vec::new()).unwrap_err().id, "pdf.needs_ocr");
}

#[test]
fn the_hidden_text_of_a_scan_is_used_and_marked() {
    let mut p = page(1);
    set(&mut p, "一、概况", 100.0, 100.0, 12.0);
    p.glyphs.iter_mut().for_each(|g| g.hidden = true);
    p.pictures.push(Picture { bbox: [0.0, 0.0, 595.0, 842.0] });
    let doc = layout(&[p]);
    assert_eq!(doc.text, "一、概况\n");
    assert!(doc.lines[0].face.unwrap().recognised);
    assert_eq!(doc.notes[0].id, "pdf.ocr_layer");
}
