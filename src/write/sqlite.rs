//! Records in, an SQLite database out. The only home of `rusqlite`.
//!
//! The database is made afresh in a passing file and renamed into place, so it appears whole or not at all and needs no
//! journal. Equal records give equal bytes: nothing in it knows the clock.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, params};

use super::decimal::DecimalText;
use super::error::{WriteError, WriteErrorKind};
use super::file::PendingFile;
use super::place::Cite;
use super::view::{KeywordView, NoteView, View};
use super::{Context, Problem, Record, Target};
use crate::ENGINE;
use crate::model::{FamilyId, Report, Span, TopicId};
use crate::patterns::Patterns;
use crate::text::fold::fold_char;

/// `PRAGMA user_version` of the databases written: raised with every change of a table that a query could notice.
pub const SCHEMA_VERSION: i32 = 1;
/// `PRAGMA application_id` of the databases written: `hedu`.
pub const APPLICATION_ID: i32 = 0x6865_6475;

const SCHEMA: &str = include_str!("schema.sql");

/// Made when all rows are there: sorting once is faster than keeping sorted.
const INDEXES: &str = "
CREATE INDEX section_report ON section (report);
CREATE INDEX figure_report ON figure (report);
CREATE INDEX fact_report ON fact (report);
CREATE INDEX fact_slot ON fact (concept, basis, fund, year);
CREATE INDEX indicator_report ON indicator (report);
CREATE INDEX finding_report ON finding (report);
CREATE INDEX keyword_report ON keyword (report);
CREATE INDEX unexplained_report ON unexplained (report);
CREATE INDEX note_source ON note (source);
CREATE INDEX passage_report ON passage (report);
";

/// Records per transaction. More gain nothing (measured: 100 and 1000 are alike), fewer cost a little.
const BATCH: u32 = 100;

/// `text` as an FTS5 phrase for `passage_fts`: `营商环境` gives `"营 商 环 境"`, which finds it wherever it stands. Width is folded
/// as in the passages.
///
/// ```
/// assert_eq!(hedui::write::spread("营商环境"), r#""营 商 环 境""#);
/// ```
pub fn spread(text: &str) -> String {
    let mut phrase = String::with_capacity(text.len() * 2);
    phrase.push('"');
    for c in text.chars().filter_map(fold_char).filter(|c| !c.is_whitespace()) {
        if phrase.len() > 1 {
            phrase.push(' ');
        }
        phrase.push(c);
        if c == '"' {
            phrase.push(c);
        }
    }
    phrase.push('"');
    phrase
}

/// `*.sqlite`, `*.db`
pub(super) struct Sqlite {
    // Closed before the file goes: fields are dropped in order.
    connection: Connection,
    file: PendingFile,
    patterns: Arc<Patterns>,
    rows: Rows,
    waiting: u32,
    named: HashSet<Named>,
    sources: HashMap<String, i64>,
}

/// The last id of each table.
#[derive(Default)]
struct Rows {
    source: i64,
    report: i64,
    section: i64,
    figure: i64,
    finding: i64,
    passage: i64,
}

/// What has its Chinese name in the table `name`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Family(FamilyId),
    Topic(TopicId),
}

const INSERT_NAME: &str = "INSERT OR IGNORE INTO name (kind, id, name) VALUES (?, ?, ?)";

type Done = Result<(), rusqlite::Error>;

impl Sqlite {
    pub fn create(path: &Path, context: &Context) -> Result<Self, WriteError> {
        let file = PendingFile::create(path)?;
        let place = file.place().to_owned();
        let connection = start(file.passing_path(), context).map_err(|e| error(&place, &e))?;
        Ok(Sqlite {
            connection,
            file,
            patterns: context.patterns.clone(),
            rows: Rows::default(),
            waiting: 0,
            named: HashSet::new(),
            sources: HashMap::new(),
        })
    }

    fn insert(&mut self, record: &Record<'_>) -> Done {
        if self.waiting == 0 {
            self.connection.execute_batch("BEGIN")?;
        }
        match record {
            Record::Report { report, ordinal } => self.report(report, *ordinal)?,
            Record::Problem(problem) => self.problem(problem)?,
        }
        self.waiting += 1;
        if self.waiting >= BATCH { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> Done {
        if std::mem::take(&mut self.waiting) > 0 { self.connection.execute_batch("COMMIT") } else { Ok(()) }
    }

    fn problem(&mut self, problem: &Problem) -> Done {
        self.rows.source += 1;
        let sql = "INSERT INTO source (id, path, sha256, bytes, error, message) VALUES (?, ?, ?, ?, ?, ?)";
        let bytes = problem.bytes.map(|b| b as i64);
        let Problem { path, sha256, id, message, .. } = problem;
        self.connection.prepare_cached(sql)?.execute(params![self.rows.source, path, sha256, bytes, id, message])?;
        Ok(())
    }

    fn report(&mut self, report: &Report, ordinal: u32) -> Done {
        let patterns = self.patterns.clone();
        let view = View::new(report, &patterns);
        let source = self.source(&view, ordinal)?;
        self.names(report, &patterns)?;
        self.rows.report += 1;
        let row = Row { db: &self.connection, view: &view, report, source, id: self.rows.report };
        row.insert_report(ordinal)?;
        let sections = self.rows.section;
        self.rows.section = row.insert_sections(sections)?;
        let figures = self.rows.figure;
        let wan = row.insert_figures(figures, sections)?;
        self.rows.figure += wan.len() as i64;
        row.insert_facts(figures, sections, &wan)?;
        row.insert_indicators()?;
        self.rows.finding = row.insert_findings(self.rows.finding)?;
        row.insert_keywords(sections)?;
        row.insert_unexplained()?;
        row.insert_notes(Some(row.id), view.report_notes())?;
        self.rows.passage = row.insert_passages(self.rows.passage, sections)?;
        Ok(())
    }

    /// The row of the report's file, made with the first of its reports.
    fn source(&mut self, view: &View<'_>, ordinal: u32) -> Result<i64, rusqlite::Error> {
        let source = view.source();
        if let Some(id) = self.sources.get(source.path).filter(|_| ordinal > 1) {
            return Ok(*id);
        }
        self.rows.source += 1;
        let id = self.rows.source;
        let sql = "INSERT INTO source (id, path, format, encoding, sha256, bytes, pages) VALUES (?, ?, ?, ?, ?, ?, ?)";
        let bytes = source.bytes.map(|b| b as i64);
        self.connection.prepare_cached(sql)?.execute(params![
            id,
            source.path,
            source.format,
            source.encoding,
            source.sha256,
            bytes,
            source.pages
        ])?;
        insert_notes(&self.connection, id, None, view.document_notes())?;
        self.sources.insert(source.path.to_owned(), id);
        Ok(id)
    }

    fn names(&mut self, report: &Report, patterns: &Patterns) -> Done {
        let topics = report.sections.iter().flat_map(|s| &s.topics).map(|t| Named::Topic(*t));
        for named in std::iter::once(Named::Family(report.family)).chain(topics) {
            if !self.named.insert(named) {
                continue;
            }
            let (kind, id, name) = match named {
                Named::Family(id) => ("family", &patterns.families.get(id).id, &patterns.families.get(id).name),
                Named::Topic(id) => ("topic", &patterns.topics.get(id).id, &patterns.topics.get(id).name),
            };
            self.connection.prepare_cached(INSERT_NAME)?.execute(params![kind, id, name])?;
        }
        Ok(())
    }
}

impl Target for Sqlite {
    fn put(&mut self, record: &Record<'_>, _json: &[u8]) -> Result<(), WriteError> {
        self.insert(record).map_err(|e| error(self.file.place(), &e))
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.commit().map_err(|e| error(self.file.place(), &e))?;
        let Sqlite { connection, file, .. } = *self;
        connection.execute_batch(INDEXES).map_err(|e| error(file.place(), &e))?;
        connection.close().map_err(|(_, e)| error(file.place(), &e))?;
        file.persist()
    }
}

fn start(path: &Path, context: &Context) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(32);
    // The file is nobody's until it is renamed: no journal, no locks, no flush before the end.
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF;",
    )?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    connection.execute_batch(&format!("BEGIN; {SCHEMA}"))?;
    let arguments = serde_json::to_string(&context.arguments).unwrap_or_default();
    let patterns = &context.patterns;
    let concepts = patterns.concepts.iter().map(|(_, c)| ("concept", &c.id, &c.name));
    let checks = patterns.checks.iter().map(|c| ("check", &c.id, &c.title));
    for (kind, id, name) in concepts.chain(checks) {
        connection.execute(INSERT_NAME, params![kind, id, name])?;
    }
    connection.execute("COMMIT", [])?;
    connection.execute(
        "INSERT INTO run (engine, patterns, schema, arguments) VALUES (?, ?, ?, ?)",
        params![ENGINE, context.patterns.hash, SCHEMA_VERSION, arguments],
    )?;
    Ok(connection)
}

fn error(place: &str, error: &rusqlite::Error) -> WriteError {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => WriteErrorKind::Full,
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => WriteErrorKind::Denied,
        _ => WriteErrorKind::Other,
    };
    let next = match kind {
        WriteErrorKind::Other => "see whether the disk is full or a quota is reached",
        kind => kind.next_step(),
    };
    WriteError::new(kind, place, format!("the database could not be written: {error}"), next)
}

/// One report on its way into the tables.
struct Row<'r, 'a> {
    db: &'r Connection,
    view: &'r View<'a>,
    report: &'a Report,
    source: i64,
    id: i64,
}

/// Binds the columns `page line start end quote bbox`, then some others.
macro_rules! with_cite {
    ($cite:expr, $bbox:expr; $($other:expr),* $(,)?) => {
        params![$cite.page, $cite.line, $cite.start, $cite.end, $cite.quote, $bbox, $($other),*]
    };
}

impl<'r> Row<'r, '_> {
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'r>, rusqlite::Error> {
        self.db.prepare_cached(sql)
    }

    fn insert_report(&self, ordinal: u32) -> Done {
        let sql = "INSERT INTO report (id, source, ordinal, family, title, org, year, start, \"end\", digits, explained) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let (view, extent, coverage) = (self.view, self.view.extent(), &self.report.coverage);
        self.prepare(sql)?.execute(params![
            self.id,
            self.source,
            ordinal,
            view.family(),
            view.title(),
            view.org(),
            self.report.year,
            extent.start,
            extent.end,
            coverage.digits,
            coverage.explained,
        ])?;
        Ok(())
    }

    /// Gives the last id.
    fn insert_sections(&self, base: i64) -> Result<i64, rusqlite::Error> {
        let mut insert = self.prepare(
            "INSERT INTO section (page, line, start, \"end\", quote, bbox, id, report, position, parent, depth, label, number, \
             recovered, title, topic, body_start, body_end) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut insert_topic = self.prepare("INSERT INTO section_topic (section, position, topic) VALUES (?, ?, ?)")?;
        let mut last = base;
        for s in self.view.sections() {
            last = base + i64::from(s.id);
            insert.execute(with_cite![s.at, bbox(&s.at);
                last, self.id, s.id, s.parent.map(|p| base + i64::from(p)), s.depth, s.label, s.number, s.recovered, s.title,
                s.topic, s.body.start, s.body.end
            ])?;
            for (position, topic) in (1..).zip(&s.topics) {
                insert_topic.execute(params![last, position, topic])?;
            }
        }
        Ok(last)
    }

    /// Gives each figure's value in 万元, where it is money.
    fn insert_figures(&self, base: i64, sections: i64) -> Result<Vec<Option<f64>>, rusqlite::Error> {
        let mut insert = self.prepare(
            "INSERT INTO figure (page, line, start, \"end\", quote, bbox, id, report, position, section, raw, value, low, high, \
             step, wan, measure, bound, role, direction, scale_from_start, scale_from_end, scale_from_quote) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut all = Vec::with_capacity(self.report.figures.len());
        for f in self.view.figures() {
            let wan = f.value.as_ref().filter(|_| f.measure == "yuan").and_then(ten_thousands);
            let scale = f.scale_from.as_ref();
            insert.execute(with_cite![f.at, bbox(&f.at);
                base + i64::from(f.id), self.id, f.id, f.section.map(|s| sections + i64::from(s)), f.raw, text(&f.value),
                text(&f.low), text(&f.high), f.step.as_str(), wan, f.measure, f.bound, f.role, f.direction,
                scale.map(|s| s.start), scale.map(|s| s.end), scale.map(|s| s.quote)
            ])?;
            all.push(wan);
        }
        Ok(all)
    }

    fn insert_facts(&self, figures: i64, sections: i64, wan: &[Option<f64>]) -> Done {
        let mut insert = self.prepare(
            "INSERT INTO fact (page, line, start, \"end\", quote, bbox, report, section, concept, basis, fund, year, item, value, \
             wan, text, nil, figure, pattern) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for f in self.view.facts() {
            insert.execute(with_cite![f.at, bbox(&f.at);
                self.id, f.section.map(|s| sections + i64::from(s)), f.concept, f.basis, f.fund, f.year, f.item,
                text(&f.value), f.figure.and_then(|i| wan[i as usize - 1]), f.text, f.nil,
                f.figure.map(|i| figures + i64::from(i)), f.pattern
            ])?;
        }
        Ok(())
    }

    fn insert_indicators(&self) -> Done {
        let mut insert = self.prepare(
            "INSERT INTO indicator (page, line, start, \"end\", quote, bbox, report, level1, level2, level3, target, actual, \
             weight, score, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for i in self.view.indicators() {
            insert.execute(with_cite![i.at, bbox(&i.at);
                self.id, i.level1, i.level2, i.level3, i.target, i.actual, text(&i.weight), text(&i.score), i.reason
            ])?;
        }
        Ok(())
    }

    /// Gives the last id.
    fn insert_findings(&self, base: i64) -> Result<i64, rusqlite::Error> {
        let mut insert = self.prepare(
            "INSERT INTO finding (id, report, check_id, verdict, severity, gap, allowed, message, fingerprint) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut insert_cite = self.prepare(
            "INSERT INTO cite (page, line, start, \"end\", quote, bbox, finding, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut last = base;
        for (f, severity) in self.view.findings().zip(self.report.findings.iter().map(|f| f.verdict as u8)) {
            last += 1;
            insert.execute(params![
                last,
                self.id,
                f.check,
                f.verdict,
                severity,
                text(&f.gap),
                text(&f.allowed),
                f.message,
                f.fingerprint
            ])?;
            for (position, at) in (1..).zip(&f.at) {
                insert_cite.execute(with_cite![at, bbox(at); last, position])?;
            }
        }
        Ok(last)
    }

    fn insert_keywords(&self, sections: i64) -> Done {
        let mut insert =
            self.prepare("INSERT INTO keyword (report, section, word, count, weight) VALUES (?, ?, ?, ?, ?)")?;
        let mut put = |section: Option<i64>, k: &KeywordView<'_>| {
            insert.execute(params![self.id, section, k.word, k.count, k.weight.as_str()]).map(drop)
        };
        for k in self.view.keywords() {
            put(None, &k)?;
        }
        for section in self.view.sections().filter(|s| s.keywords.is_some()) {
            for k in section.keywords.iter().flatten() {
                put(Some(sections + i64::from(section.id)), k)?;
            }
        }
        Ok(())
    }

    fn insert_unexplained(&self) -> Done {
        let mut insert = self.prepare(
            "INSERT INTO unexplained (page, line, start, \"end\", quote, bbox, report) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?;
        for at in self.view.unexplained() {
            insert.execute(with_cite![at, bbox(&at); self.id])?;
        }
        Ok(())
    }

    fn insert_notes<'n>(&self, report: Option<i64>, notes: impl Iterator<Item = NoteView<'n>>) -> Done {
        insert_notes(self.db, self.source, report, notes)
    }

    /// The text of the report, cut before each heading, so that nothing of it is left out. Gives the last id.
    fn insert_passages(&self, base: i64, sections: i64) -> Result<i64, rusqlite::Error> {
        let mut insert =
            self.prepare("INSERT INTO passage (id, report, section, text, start, \"end\") VALUES (?, ?, ?, ?, ?, ?)")?;
        let mut index = self.prepare("INSERT INTO passage_fts (rowid, text) VALUES (?, ?)")?;
        let (fold, print) = (&self.report.document.view, &self.report.document.text);
        let (mut spaced, mut last) = (String::new(), base);
        let whole = self.report.view;
        let starts = self.report.sections.iter().map(|s| fold.view_at(s.heading.start));
        let (mut section, mut start) = (None, whole.start);
        for (next_section, next) in (1..).map(Some).zip(starts.chain(std::iter::once(whole.end))) {
            let end = next.clamp(start, whole.end);
            let stretch = trimmed(&fold.text, Span { start, end });
            if !stretch.is_empty() {
                let text = stretch.of(&fold.text);
                let at = self.view.places().extent(fold.to_print(stretch, print));
                last += 1;
                insert.execute(params![last, self.id, section, text, at.start, at.end])?;
                space(text, &mut spaced);
                index.execute(params![last, spaced])?;
            }
            (section, start) = (next_section.map(|s: i64| sections + s), end);
        }
        Ok(last)
    }
}

fn insert_notes<'n>(
    db: &Connection,
    source: i64,
    report: Option<i64>,
    notes: impl Iterator<Item = NoteView<'n>>,
) -> Done {
    let mut insert = db.prepare_cached(
        "INSERT INTO note (source, report, note, count, message, page, line, start, \"end\", quote, bbox) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for n in notes {
        let at = n.at.as_ref();
        insert.execute(params![
            source,
            report,
            n.id,
            n.count as i64,
            n.message,
            at.map(|a| a.page),
            at.map(|a| a.line),
            at.map(|a| a.start),
            at.map(|a| a.end),
            at.map(|a| a.quote),
            at.and_then(bbox)
        ])?;
    }
    Ok(())
}

/// `[72.0,90.5,180.25,104.0]`
fn bbox(at: &Cite<'_>) -> Option<String> {
    at.bbox.and_then(|b| serde_json::to_string(&b).ok())
}

fn text(decimal: &Option<DecimalText>) -> Option<&str> {
    decimal.as_ref().map(DecimalText::as_str)
}

/// 元 in 万元, as near as a floating point number comes.
fn ten_thousands(yuan: &DecimalText) -> Option<f64> {
    yuan.as_str().parse::<f64>().ok().map(|yuan| yuan / 10_000.0)
}

/// Every character but white space, with a space behind it: each is a token of its own then.
fn space(text: &str, spaced: &mut String) {
    spaced.clear();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        spaced.push(c);
        spaced.push(' ');
    }
}

/// The stretch without white space at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let part = span.of(text);
    let behind = part.len() - part.trim_end().len();
    let before = part.len() - part.trim_start().len();
    if before == part.len() {
        return Span { start: span.start, end: span.start };
    }
    Span { start: span.start + before as u32, end: span.end - behind as u32 }
}
