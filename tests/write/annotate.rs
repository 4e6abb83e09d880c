//! Marked copies of PDF files: what other programs see of them, on whole, cropped, turned, encrypted, linearised and damaged files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use hedui::model::{Finding, Report, Source, Span, Verdict};
use hedui::patterns::Patterns;
use hedui::pipeline::one;
use hedui::write::{WriteErrorKind, open};

use super::targets::{context, problem, put, put_problem, spec};
use super::{make, tools};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pdf").join(name)
}

/// The report in `bytes` as if it stood at `path`, with a finding on every figure and one on nothing.
fn report(path: &Path, bytes: &[u8]) -> Report {
    let source = Source { path: path.display().to_string(), ..Source::default() };
    let mut reports = one(source, bytes, &Patterns::builtin()).expect("the file is read");
    let mut report = reports.swap_remove(0);
    let verdicts = [Verdict::Conflict, Verdict::Suspect, Verdict::Rounding];
    let finding = |(i, evidence): (usize, Vec<Span>)| Finding {
        check: "sum.basic".into(),
        verdict: verdicts[i % 3],
        message: format!("第{i}处：差额0.03万元"),
        evidence,
        gap: None,
        allowed: None,
        fingerprint: i.to_string(),
    };
    let places = report.figures.iter().map(|figure| vec![figure.span]);
    report.findings = places.chain([Vec::new()]).enumerate().map(finding).collect();
    report
}

/// Marks `name` (given as `bytes`) and gives the report and the path of the copy.
fn marked(folder: &Path, name: &str, bytes: &[u8]) -> (Report, PathBuf) {
    let (path, copy) = (folder.join(name), folder.join(name).with_extension("annotated.pdf"));
    fs::write(&path, bytes).expect("written");
    let report = report(&path, bytes);
    assert!(report.figures.len() >= 3, "{name}: {} figures", report.figures.len());
    let mut target = open(&spec(&copy), &context()).expect("opens");
    put(target.as_mut(), &report, 1).expect("is taken");
    target.finish().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(fs::read(&path).expect("read"), bytes, "the input stays");
    (report, copy)
}

/// The pages of a file at 72 pixels an inch, so that a point is a pixel: width, height, colours.
fn pictures(path: &Path, folder: &Path) -> Vec<(usize, usize, Vec<u8>)> {
    let stem = folder.join("page");
    let mut command = Command::new("pdftoppm");
    command.args(["-r", "72", "-cropbox"]).arg(path).arg(&stem);
    assert!(tools::succeeds(&mut command), "pdftoppm draws {}", path.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "ppm"));
    files.sort();
    let pictures = files.iter().map(|file| {
        let bytes = fs::read(file).expect("a picture");
        fs::remove_file(file).expect("removed");
        let mut lines = bytes.splitn(4, |b| *b == b'\n');
        assert_eq!(lines.next(), Some(&b"P6"[..]));
        let size = String::from_utf8_lossy(lines.next().expect("a size")).into_owned();
        let (width, height) = size.split_once(' ').expect("two numbers");
        lines.next();
        let pixels = lines.next().expect("pixels").to_vec();
        (width.parse().expect("a number"), height.parse().expect("a number"), pixels)
    });
    pictures.collect()
}

/// Asserts that the copy shows colour on every figure and nowhere else.
fn shows(name: &str, report: &Report, original: &Path, copy: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let (before, after) = (pictures(original, folder.path()), pictures(copy, folder.path()));
    assert_eq!(before.len(), after.len(), "{name}");
    let mut boxes: BTreeMap<u32, Vec<[f32; 4]>> = BTreeMap::new();
    for figure in &report.figures {
        for (page, bbox) in report.document.boxes(figure.span) {
            boxes.entry(page).or_default().push(bbox);
        }
    }
    assert!(!boxes.is_empty(), "{name}");
    for ((number, (width, height, old)), (_, _, new)) in (1u32..).zip(&before).zip(&after) {
        let vivid = |pixels: &[u8], x: usize, y: usize| {
            let pixel = pixels.get((y * width + x) * 3..).and_then(|rest| rest.get(..3));
            pixel.is_some_and(|c| c.iter().max().unwrap() - c.iter().min().unwrap() > 40)
        };
        // Where pages are blended, the grey at the edges of letters may part by a little.
        let changed = |x: usize, y: usize| vivid(new, x, y) && !vivid(old, x, y);
        let on_page = boxes.remove(&number).unwrap_or_default();
        for b in &on_page {
            let middle = ((b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0);
            // On white, so that a stroke of a digit does not hide it.
            let near = (-4..=4).flat_map(|dx| (-4..=4).map(move |dy| (dx, dy)));
            let mut near = near.map(|(dx, dy)| (middle.0 as i32 + dx, middle.1 as i32 + dy));
            let coloured = near.any(|(x, y)| vivid(new, x.max(0) as usize, y.max(0) as usize));
            assert!(coloured, "{name}: page {number}, {b:?}");
        }
        for y in 0..*height {
            for x in 0..*width {
                let (px, py) = (x as f32, y as f32);
                let inside =
                    on_page.iter().any(|b| px > b[0] - 2.5 && px < b[2] + 2.5 && py > b[1] - 2.5 && py < b[3] + 2.5)
                        || number == 1 && px < 33.0 && py < 33.0;
                assert!(inside || !changed(x, y), "{name}: page {number} is coloured at {x}, {y}");
            }
        }
    }
}

const NAMES: &[&str] = &[
    "01_lo_odt_truetype.pdf",
    "04_chromium_cff.pdf",
    "07_typst_cff.pdf",
    "10_reportlab_ttf.pdf",
    "31_raw_rot90_matrix.pdf",
    "32_raw_page_rotate90.pdf",
    "34_raw_vertical.pdf",
    "42_scan_ocr_layer.pdf",
    "55_objstm_xrefstm.pdf",
    "56_enc_rc4_128.pdf",
    "58_enc_aes256.pdf",
    "59_enc_rc4_gbk.pdf",
    "60_linearized.pdf",
    "62_incremental.pdf",
    "70_dmg_xref.pdf",
    "76_dmg_prefix.pdf",
];

#[test]
fn every_figure_is_coloured_at_its_place_and_nothing_else_changes() {
    if tools::program("pdftoppm").is_none() {
        return tools::skipped("no pdftoppm: marked copies are not drawn");
    }
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        let bytes = fs::read(data(name)).unwrap();
        let (report, copy) = marked(folder.path(), name, &bytes);
        shows(name, &report, &folder.path().join(name), &copy);
    }
}

#[test]
fn a_page_that_is_cropped_and_turned_is_marked_where_it_is_read() {
    if tools::program("pdftoppm").is_none() {
        return tools::skipped("no pdftoppm: marked copies are not drawn");
    }
    let folder = tempfile::tempdir().unwrap();
    for turn in [0i64, 90, 180, 270, -90] {
        let mut file = lopdf::Document::load(data("01_lo_odt_truetype.pdf")).unwrap();
        let pages: Vec<_> = file.page_iter().collect();
        for page in pages {
            let page = file.get_dictionary_mut(page).unwrap();
            page.set("Rotate", turn);
            page.set("CropBox", vec![40.into(), 70.into(), 560.into(), 800.into()]);
        }
        let mut bytes = Vec::new();
        file.save_to(&mut bytes).unwrap();
        let name = format!("turned{turn}.pdf");
        let (report, copy) = marked(folder.path(), &name, &bytes);
        shows(&name, &report, &folder.path().join(&name), &copy);
    }
}

/// Prints, page by page, the notes of the file as pdfium sees them.
const NOTES: &str = "import sys, json, ctypes, pypdfium2 as p, pypdfium2.raw as r
def text(a, key):
    n = r.FPDFAnnot_GetStringValue(a, key, None, 0)
    b = ctypes.create_string_buffer(n)
    r.FPDFAnnot_GetStringValue(a, key, ctypes.cast(b, ctypes.POINTER(r.FPDF_WCHAR)), n)
    return b.raw[:n].decode('utf-16-le').rstrip('\\0')
out = []
pdf = p.PdfDocument(sys.argv[1])
for page in pdf:
    for i in range(r.FPDFPage_GetAnnotCount(page)):
        a = r.FPDFPage_GetAnnot(page, i)
        out.append([r.FPDFAnnot_GetSubtype(a), text(a, b'T'), text(a, b'Contents'), r.FPDFAnnot_CountAttachmentPoints(a)])
print(json.dumps(out))";

#[test]
fn notes_can_be_read_by_another_program() {
    let Some(python) = tools::python("pypdfium2") else {
        return tools::skipped("no pypdfium2: the notes of marked copies are not read back");
    };
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        let (report, copy) = marked(folder.path(), name, &fs::read(data(name)).unwrap());
        let output = Command::new(&python).args(["-c", NOTES]).arg(&copy).output().expect("Python runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let notes: Vec<(u32, String, String, u32)> =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{name}: {said}"));
        let ours: Vec<_> = notes.iter().filter(|note| note.1 == "hedui").collect();
        // Highlights are annotations of kind 9, notes of kind 1.
        let highlights = ours.iter().filter(|note| note.0 == 9 && note.3 >= 1).count();
        assert!(highlights >= report.figures.len(), "{name}: {highlights} of {}", report.figures.len());
        assert_eq!(ours.iter().filter(|note| note.0 == 1).count(), 1, "{name}");
        let (page, quote) = first(&report);
        let first = format!("【矛盾】{}（sum.basic）\n第0处：差额0.03万元\n依据：第{page}页“{quote}”", title());
        assert!(ours.iter().any(|note| note.2 == first), "{name}: {first} is not in {:?}", ours[0].2);
    }
}

/// The page and the print of the first figure.
fn first(report: &Report) -> (u32, String) {
    let span = report.figures[0].span;
    (report.document.boxes(span)[0].0, span.of(&report.document.text).replace('\n', ""))
}

fn title() -> String {
    let patterns = Patterns::builtin();
    let check = patterns.checks.iter().find(|check| check.id == "sum.basic").expect("a check");
    check.title.clone()
}

#[test]
fn a_copy_says_the_same_as_its_original_and_begins_with_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        let bytes = fs::read(data(name)).unwrap();
        let (report, copy) = marked(folder.path(), name, &bytes);
        let copy = fs::read(copy).unwrap();
        let again = hedui::read::read(Source::default(), &copy).expect("the copy is read");
        assert_eq!(again.text, report.document.text, "{name}");
        if !name.contains("dmg") {
            assert_eq!(copy[..bytes.len()], bytes, "{name}: the marks stand behind what was there");
        }
    }
}

#[test]
fn findings_at_one_place_share_a_note_of_the_gravest_colour() {
    let folder = tempfile::tempdir().unwrap();
    let name = "07_typst_cff.pdf";
    let (path, copy) = (folder.path().join(name), folder.path().join("x.annotated.pdf"));
    let bytes = fs::read(data(name)).unwrap();
    fs::write(&path, &bytes).unwrap();
    let mut report = report(&path, &bytes);
    let span = report.figures[0].span;
    report.findings.truncate(3);
    report.findings.iter_mut().for_each(|f| f.evidence = vec![span]);
    report.findings[0].verdict = Verdict::Rounding;
    report.findings[1].verdict = Verdict::Conflict;
    report.findings[2].verdict = Verdict::Holds;
    let mut target = open(&spec(&copy), &context()).unwrap();
    put(target.as_mut(), &report, 1).unwrap();
    target.finish().unwrap();
    let file = lopdf::Document::load(&copy).unwrap();
    let notes: Vec<_> = file.page_iter().flat_map(|page| file.get_page_annotations(page).unwrap()).collect();
    let notes: Vec<_> =
        notes.iter().filter(|n| n.get(b"T").and_then(|t| t.as_str()).is_ok_and(|t| t == b"hedui")).collect();
    assert_eq!(notes.len(), 1);
    let red: Vec<f32> = notes[0].get(b"C").unwrap().as_array().unwrap().iter().map(|n| n.as_float().unwrap()).collect();
    assert_eq!(red, [1.0, 0.35, 0.35]);
    let said = lopdf::decode_text_string(notes[0].get(b"Contents").unwrap()).unwrap();
    assert!(said.contains("【四舍五入】") && said.contains("【矛盾】") && !said.contains("【相符】"), "{said}");
}

#[test]
fn what_is_not_one_pdf_file_is_refused_and_the_target_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.annotated.pdf");
    let text = make::full("甲.txt");
    let bytes = fs::read(data("07_typst_cff.pdf")).unwrap();
    let (first, second) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
    fs::write(&first, &bytes).unwrap();
    fs::write(&second, &bytes).unwrap();
    let refused = |reports: &[&Report]| {
        fs::write(&path, "as it was").unwrap();
        let mut target = open(&spec(&path), &context()).unwrap();
        let error = reports.iter().find_map(|report| put(target.as_mut(), report, 1).err());
        let error = error.unwrap_or_else(|| target.finish().expect_err("nothing to mark"));
        assert_eq!(fs::read(&path).unwrap(), b"as it was");
        error
    };
    let (a, b) = (report(&first, &bytes), report(&second, &bytes));
    assert_eq!(refused(&[&text]).kind, WriteErrorKind::OnePdf);
    assert_eq!(refused(&[&a, &b]).kind, WriteErrorKind::OnePdf);
    assert_eq!(refused(&[]).kind, WriteErrorKind::OnePdf);
    let mut stdin = report(&first, &bytes);
    Arc::make_mut(&mut stdin.document).source.path = "-".into();
    assert_eq!(refused(&[&stdin]).kind, WriteErrorKind::OnePdf);
    let mut target = open(&spec(&path), &context()).unwrap();
    assert!(put_problem(target.as_mut(), &problem("没有.pdf")).is_err());
    fs::write(&first, b"%PDF-1.4 something else").unwrap();
    let error = refused(&[&a]);
    assert!(error.cause.ends_with("changed while it was read"), "{error}");
}
