//! A PDF file and what was found in it in, a copy with the places marked out: a highlight on each figure that a finding rests
//! on, with a note that says what was found. Finds nothing itself, and changes nothing that the file paints.
//!
//! The marks are an incremental update (ISO 32000-2, 7.5.6): the bytes of the file stay, what is new stands behind them, so that
//! signatures stay valid for what they signed and an encrypted file stays encrypted. Where the file's table of objects is
//! damaged it is written anew. Before the copy appears it is opened again and its marks are counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::error::{WriteError, WriteErrorKind};
use super::file::PendingFile;
use super::{Context, Record, Target};
use crate::model::{Crop, Finding, Format, Report, Span, Verdict};
use crate::patterns::Patterns;

/// `*.annotated.pdf`
pub(super) struct Annotated {
    file: PendingFile,
    patterns: Arc<Patterns>,
    input: Option<Input>,
}

/// The file that is marked, and its marks.
struct Input {
    path: String,
    sha256: String,
    crops: Vec<Crop>,
    /// For each page, from 1, its marks by their places, in the order of reading.
    marks: BTreeMap<u32, BTreeMap<Span, Mark>>,
    /// What was found about no place in particular, by the page where its report begins.
    loose: BTreeMap<u32, Vec<Said>>,
}

/// A place that findings rest on.
struct Mark {
    boxes: Vec<[f32; 4]>,
    said: Vec<Said>,
}

/// A finding in words.
#[derive(Clone)]
struct Said {
    verdict: Verdict,
    fingerprint: String,
    text: String,
}

impl Annotated {
    pub fn create(path: &Path, context: &Context) -> Result<Self, WriteError> {
        Ok(Annotated { file: PendingFile::create(path)?, patterns: context.patterns.clone(), input: None })
    }

    fn refused(&self, cause: String) -> WriteError {
        WriteError::new(WriteErrorKind::OnePdf, self.file.place(), cause, WriteErrorKind::OnePdf.next_step())
    }
}

impl Target for Annotated {
    fn put(&mut self, record: &Record<'_>, _json: &[u8]) -> Result<(), WriteError> {
        let path = record.path();
        if let Some(input) = &self.input
            && input.path != path
        {
            return Err(self.refused(format!("is a marked copy of {}, and {path} came too", input.path)));
        }
        let report = match record {
            Record::Report { report, .. } => report,
            Record::Problem(_) => return Err(self.refused(format!("would mark {path}, which could not be read"))),
        };
        let source = &report.document.source;
        if source.format != Format::Pdf {
            return Err(self.refused(format!("is a marked copy of a PDF file, and {path} is none")));
        }
        if path == "-" {
            return Err(self.refused("cannot mark standard input, which is read once".into()));
        }
        let input = self.input.get_or_insert_with(|| Input {
            path: path.to_owned(),
            sha256: source.sha256.clone(),
            crops: report.document.crops.clone(),
            marks: BTreeMap::new(),
            loose: BTreeMap::new(),
        });
        for finding in report.findings.iter().filter(|f| f.verdict > Verdict::Undecidable) {
            input.add(report, finding, &self.patterns);
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        let place = self.file.place().to_owned();
        let failed = |cause: String, next: &str| WriteError::new(WriteErrorKind::Other, place.clone(), cause, next);
        let Some(input) = self.input.take() else {
            return Err(self.refused("has nothing to mark: no PDF file was read".into()));
        };
        let bytes = fs::read(PathBuf::from(&input.path)).map_err(|e| WriteError::io(input.path.clone(), &e))?;
        let hash = Sha256::digest(&bytes).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        if hash != input.sha256 {
            return Err(failed(format!("{} changed while it was read", input.path), "run it again"));
        }
        let copy = input.marked(&bytes).map_err(|cause| {
            failed(
                format!("{} cannot be marked: {cause}", input.path),
                "print it to a new PDF in a viewer that opens it, and check that one",
            )
        })?;
        self.file.file().write_all(&copy).map_err(|e| WriteError::io(place.clone(), &e))?;
        self.file.persist()
    }
}

impl Input {
    /// Takes a finding of `report`.
    fn add(&mut self, report: &Report, finding: &Finding, patterns: &Patterns) {
        let document = &report.document;
        let said = said(report, finding, patterns);
        let mut placed = false;
        for &span in &finding.evidence {
            let mut pages: BTreeMap<u32, Vec<[f32; 4]>> = BTreeMap::new();
            for (page, bbox) in document.boxes(span) {
                pages.entry(page).or_default().push(bbox);
            }
            for (page, boxes) in pages {
                placed = true;
                let mark = self.marks.entry(page).or_default().entry(span);
                let mark = mark.or_insert_with(|| Mark { boxes, said: Vec::new() });
                if mark.said.iter().all(|other| other.fingerprint != said.fingerprint) {
                    mark.said.push(said.clone());
                }
            }
        }
        if !placed {
            let first = document.lines.partition_point(|line| line.span.end <= report.extent.start);
            let page = document.lines.get(first).map_or(1, |line| line.page);
            self.loose.entry(page).or_default().push(said);
        }
    }

    /// The file with its marks.
    fn marked(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        // What stands before the header is not counted by the file's own offsets.
        let start = memchr::memmem::find(bytes, b"%PDF-").unwrap_or(0);
        let bytes = &bytes[start..];
        let document = Document::load_mem(bytes).map_err(|error| error.to_string())?;
        if document.is_encrypted() {
            return Err("it is encrypted in a way that is not known".into());
        }
        let pages: Vec<ObjectId> = document.page_iter().collect();
        if pages.len() != self.crops.len() {
            return Err(format!("it is damaged: {} pages were read, {} are listed", self.crops.len(), pages.len()));
        }
        let appended = if document.xref_start > 0 && document.xref_recovery.is_none() {
            let mut update = IncrementalDocument::create_from(bytes.to_vec(), document.clone());
            let mut copy = Vec::new();
            self.mark(&pages, &document, &mut update.new_document)?;
            update.save_to(&mut copy).map_err(|error| error.to_string())?;
            Some(copy).filter(|copy| self.holds(copy))
        } else {
            None
        };
        match appended {
            Some(copy) => Ok(copy),
            None if document.was_encrypted() => Err("it is encrypted and damaged".into()),
            None => {
                let mut anew = document.clone();
                let mut copy = Vec::new();
                self.mark(&pages, &document, &mut anew)?;
                anew.save_to(&mut copy).map_err(|error| error.to_string())?;
                Some(copy).filter(|copy| self.holds(copy)).ok_or_else(|| "it is damaged".into())
            }
        }
    }

    /// Whether a copy can be opened and has all pages and marks.
    fn holds(&self, copy: &[u8]) -> bool {
        let Ok(copy) = Document::load_mem(copy) else { return false };
        let pages: Vec<ObjectId> = copy.page_iter().collect();
        let wanted = |number: u32| {
            self.marks.get(&number).map_or(0, BTreeMap::len) + usize::from(self.loose.contains_key(&number))
        };
        let ours = |page: &ObjectId| {
            let all = copy.get_page_annotations(*page).unwrap_or_default();
            all.iter().filter(|a| a.get(b"T").and_then(Object::as_str).is_ok_and(|t| t == AUTHOR)).count()
        };
        pages.len() == self.crops.len() && (1..).zip(&pages).all(|(number, page)| ours(page) >= wanted(number))
    }

    /// Puts the marks of all pages into `out`, which becomes or follows `document`.
    fn mark(&self, pages: &[ObjectId], document: &Document, out: &mut Document) -> Result<(), String> {
        for ((number, &page), crop) in (1..).zip(pages).zip(&self.crops) {
            let (marks, loose) = (self.marks.get(&number), self.loose.get(&number));
            if marks.is_none() && loose.is_none() {
                continue;
            }
            let mut own = document.get_dictionary(page).map_err(|error| error.to_string())?.clone();
            let listed = own.get(b"Annots").and_then(|list| document.dereference(list)).map(|(_, list)| list);
            let mut annotations = listed.and_then(Object::as_array).cloned().unwrap_or_default();
            let mut add = |mut annotation: Dictionary, look: Stream, name: String| {
                let look = out.try_add_object(look).map_err(|error| error.to_string())?;
                annotation.set("AP", dictionary! { "N" => look });
                annotation.set("P", page);
                annotation.set("NM", Object::string_literal(name));
                let id = out.try_add_object(annotation).map_err(|error| error.to_string())?;
                annotations.push(Object::Reference(id));
                Ok::<(), String>(())
            };
            for (span, mark) in marks.into_iter().flatten() {
                let (annotation, look) = highlight(mark, crop);
                add(annotation, look, format!("hedui-{number}-{}-{}", span.start, span.end))?;
            }
            if let Some(said) = loose {
                let (annotation, look) = sticker(said, crop);
                add(annotation, look, format!("hedui-{number}"))?;
            }
            own.set("Annots", annotations);
            out.set_object(page, own);
        }
        Ok(())
    }
}

/// Who signs the notes.
const AUTHOR: &[u8] = b"hedui";

/// A finding for a person: what was checked, what came of it, and the print that it rests on.
fn said(report: &Report, finding: &Finding, patterns: &Patterns) -> Said {
    let document = &report.document;
    let check = patterns.checks.iter().find(|check| check.id == finding.check);
    let title = check.map_or("", |check| check.title.as_str());
    let mut text = format!("【{}】{title}（{}）\n{}", verdict(finding.verdict), finding.check, finding.message);
    for (n, &span) in finding.evidence.iter().enumerate() {
        let page = document.boxes(span).first().map_or(1, |place| place.0);
        let quote: String = span.of(&document.text).split('\n').map(str::trim).collect();
        let short: String = quote.chars().take(QUOTE).collect();
        let more = if short.len() < quote.len() { "……" } else { "" };
        let _ = write!(text, "{}第{page}页“{short}{more}”", if n == 0 { "\n依据：" } else { "，" });
    }
    Said { verdict: finding.verdict, fingerprint: finding.fingerprint.clone(), text }
}

/// How many characters of the print are quoted.
const QUOTE: usize = 40;

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "相符",
        Verdict::Undecidable => "无法判断",
        Verdict::Rounding => "四舍五入",
        Verdict::Suspect => "可疑",
        Verdict::Conflict => "矛盾",
    }
}

/// Red, orange or blue; light enough that print shows through.
fn color(verdict: Verdict) -> [f32; 3] {
    match verdict {
        Verdict::Conflict => [1.0, 0.35, 0.35],
        Verdict::Suspect => [1.0, 0.75, 0.2],
        _ => [0.45, 0.75, 1.0],
    }
}

/// What every note has: its text, its colour by the gravest that is said, its place.
fn note(subtype: &str, said: &[Said], rect: [f32; 4]) -> (Dictionary, [f32; 3]) {
    let gravest = said.iter().map(|said| said.verdict).max().unwrap_or(Verdict::Suspect);
    let texts: Vec<&str> = said.iter().map(|said| said.text.as_str()).collect();
    let color = color(gravest);
    let annotation = dictionary! {
        "Type" => "Annot",
        "Subtype" => Object::Name(subtype.into()),
        "Rect" => numbers(&rect),
        "C" => numbers(&color),
        "T" => Object::string_literal(AUTHOR),
        "Subj" => text(verdict(gravest)),
        "Contents" => text(&texts.join("\n\n")),
        // Printed with the page.
        "F" => 4,
    };
    (annotation, color)
}

/// A highlight on the boxes of a mark.
fn highlight(mark: &Mark, crop: &Crop) -> (Dictionary, Stream) {
    // Upper left, upper right, lower left, lower right as read: the order that viewers expect, against the letter of the standard.
    let quads: Vec<[[f32; 2]; 4]> = mark
        .boxes
        .iter()
        .map(|&[left, top, right, bottom]| {
            [[left, top], [right, top], [left, bottom], [right, bottom]].map(|corner| crop.own(corner))
        })
        .collect();
    let rect = hull(quads.iter().flatten());
    let (mut annotation, color) = note("Highlight", &mark.said, rect);
    let points: Vec<f32> = quads.iter().flatten().flatten().copied().collect();
    annotation.set("QuadPoints", numbers(&points));
    let mut paint = format!("/M gs {} {} {} rg\n", color[0], color[1], color[2]);
    for [a, b, c, d] in &quads {
        let _ = writeln!(
            paint,
            "{:.2} {:.2} m {:.2} {:.2} l {:.2} {:.2} l {:.2} {:.2} l h f",
            a[0], a[1], b[0], b[1], d[0], d[1], c[0], c[1]
        );
    }
    // Multiplied, so that print stays black; half transparent for viewers that know no blending.
    let state = dictionary! { "Type" => "ExtGState", "BM" => "Multiply", "ca" => 0.6 };
    (annotation, look(rect, paint, state))
}

/// A note at the corner of a page for what has no place.
fn sticker(said: &[Said], crop: &Crop) -> (Dictionary, Stream) {
    const SIDE: f32 = 18.0;
    const AWAY: f32 = 12.0;
    // Such notes do not turn with the page: they hang, upright, from the upper left corner that the page's own space gives them.
    let [left, top] = crop.own([AWAY, AWAY]);
    let bottom = top - SIDE;
    let rect = [left, bottom, left + SIDE, top];
    let (mut annotation, color) = note("Text", said, rect);
    annotation.set("Name", "Comment");
    // Printed; neither zoomed nor turned.
    annotation.set("F", 4 | 8 | 16);
    let mut paint = format!("/M gs {} {} {} rg 0.3 G 1 w\n", color[0], color[1], color[2]);
    let _ = writeln!(paint, "{:.2} {:.2} {SIDE:.2} {SIDE:.2} re B", left, bottom);
    for line in [5.0, 9.0, 13.0] {
        let _ = writeln!(paint, "{:.2} {:.2} m {:.2} {:.2} l S", left + 4.0, bottom + line, left + 14.0, bottom + line);
    }
    (annotation, look(rect, paint, dictionary! { "Type" => "ExtGState", "ca" => 0.9 }))
}

/// The picture of a note, for viewers that draw none of their own.
fn look(rect: [f32; 4], paint: String, state: Dictionary) -> Stream {
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => numbers(&rect),
        "Resources" => dictionary! { "ExtGState" => dictionary! { "M" => state } },
    };
    Stream::new(dict, paint.into_bytes())
}

/// Left, bottom, right, top of points.
fn hull<'p>(points: impl Iterator<Item = &'p [f32; 2]>) -> [f32; 4] {
    points.fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |r, p| {
        [r[0].min(p[0]), r[1].min(p[1]), r[2].max(p[0]), r[3].max(p[1])]
    })
}

fn numbers(list: &[f32]) -> Object {
    // To a hundredth of a point: finer than any eye, and short.
    Object::Array(list.iter().map(|n| Object::Real((n * 100.0).round() / 100.0)).collect())
}

/// UTF-16 with its mark, which every viewer reads.
fn text(text: &str) -> Object {
    let bytes = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}
