//! The content of a page in, what it paints out: characters, lines, pictures (ISO 32000-2, 8 and 9). Clips nothing, colours nothing.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::Fonts;
use super::file::File;
use super::font::Font;
use super::lexer::{Lexer, Token};
use super::matrix::Matrix;
use super::object::{Dict, Id, Object, Stream};
use super::path::Path;
use super::spell::{self, Spelling};
use crate::read::page::{Glyph, Page, Picture, Rule};

/// Limits of one page. A dense page of a report has 3,000 characters, 2,000 lines and 30,000 operators; drawings have a million.
const GLYPHS: usize = 200_000;
const RULES: usize = 50_000;
const PICTURES: usize = 10_000;
const OPERATORS: u64 = 4_000_000;
/// How deep graphics states and forms may stand in each other.
const STATES: usize = 512;
const FORMS: usize = 16;
/// How many operands an operator may have; `TJ` takes an array of them.
const OPERANDS: usize = 64;
const ARRAY: usize = 1 << 16;

/// Above and below the baseline, in units of the size: what common fonts for Chinese take.
const ASCENT: f64 = 0.88;
const DESCENT: f64 = 0.12;

/// What one piece of content names its fonts and forms by.
struct Scope {
    resources: Dict,
    fonts: Option<Dict>,
    by_name: FxHashMap<Rc<[u8]>, Rc<Font>>,
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character: f64,
    word: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    mode: u8,
    pen: f64,
}

/// A string of `TJ`: bytes in the buffer, or a shift.
enum Piece {
    Text(usize, usize),
    Shift(f64),
}

/// Paints content.
pub(super) struct Painter<'a> {
    file: &'a File,
    fonts: &'a mut Fonts,
    page: &'a mut Page,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    path: Path,
    spelling: Spelling,
    operators: u64,
    forms: Vec<Id>,
    /// Layers that are switched off.
    off: &'a [Id],
    /// How many marked pieces deep the content is, and at which depth a layer that is off began.
    hidden: Option<usize>,
}

impl<'a> Painter<'a> {
    /// `base` takes the page's own space to that of [`Page`].
    pub fn new(file: &'a File, fonts: &'a mut Fonts, page: &'a mut Page, base: Matrix, off: &'a [Id]) -> Self {
        let state = State {
            matrix: base,
            font: None,
            size: 0.0,
            character: 0.0,
            word: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
            pen: 1.0,
        };
        Painter {
            file,
            fonts,
            page,
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            path: Path::default(),
            spelling: Spelling::default(),
            operators: 0,
            forms: Vec::new(),
            off,
            hidden: None,
        }
    }

    /// Runs content with its resources.
    pub fn run(&mut self, bytes: &[u8], resources: &Dict) {
        let mut scope = Scope {
            resources: resources.clone(),
            fonts: self.file.dict(resources, b"Font"),
            by_name: FxHashMap::default(),
        };
        let floor = self.saved.len();
        let mut lexer = Lexer::new(bytes, 0);
        let mut operands: Vec<Object> = Vec::new();
        let mut numbers = [0.0; 6];
        let mut count = 0usize;
        let mut buffer = Vec::new();
        let mut strings: Vec<u8> = Vec::new();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut in_array = false;
        while let Some(token) = lexer.token(&mut buffer) {
            match token {
                Token::Number(n) if in_array => {
                    if pieces.len() < ARRAY {
                        pieces.push(Piece::Shift(n));
                    }
                }
                Token::Number(n) => {
                    if count == 6 {
                        numbers.rotate_left(1);
                        count = 5;
                    }
                    numbers[count] = n;
                    count += 1;
                }
                Token::Text => {
                    if pieces.len() < ARRAY {
                        pieces.push(Piece::Text(strings.len(), strings.len() + buffer.len()));
                        strings.extend_from_slice(&buffer);
                    }
                }
                Token::Open => in_array = true,
                Token::Close => in_array = false,
                Token::Object(object) => {
                    if operands.len() < OPERANDS {
                        operands.push(object);
                    }
                }
                Token::Word(word) => {
                    in_array = false;
                    self.operators += 1;
                    if self.operators > OPERATORS {
                        self.page.cut = true;
                        break;
                    }
                    if word == b"BI" {
                        self.inline(&mut lexer);
                    } else {
                        let call = Call {
                            operands: &operands,
                            numbers: &numbers[..count],
                            pieces: &pieces,
                            strings: &strings,
                        };
                        self.operator(word, &call, &mut scope, floor);
                    }
                    operands.clear();
                    pieces.clear();
                    strings.clear();
                    count = 0;
                }
            }
        }
        // Content that forgets to restore must not disturb what comes after it.
        if self.saved.len() > floor {
            self.state = self.saved[floor].clone();
            self.saved.truncate(floor);
        }
    }

    /// Ends the page.
    pub fn finish(self) {
        self.spelling.finish(self.page);
    }

    fn operator(&mut self, word: &[u8], call: &Call<'_>, scope: &mut Scope, floor: usize) {
        match word {
            b"Tj" => self.show(call),
            b"TJ" => self.show(call),
            b"Td" => {
                if let Some([x, y]) = call.last() {
                    self.next_line(x, y);
                }
            }
            b"TD" => {
                if let Some([x, y]) = call.last() {
                    self.state.leading = -y;
                    self.next_line(x, y);
                }
            }
            b"Tm" => {
                if let Some([a, b, c, d, e, f]) = call.last()
                    && let Some(m) = Matrix([a, b, c, d, e, f]).sound()
                {
                    (self.text, self.line) = (m, m);
                }
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(call);
            }
            b"\"" => {
                if let Some([word, character]) = call.last() {
                    (self.state.word, self.state.character) = (word, character);
                }
                self.next_line(0.0, -self.state.leading);
                self.show(call);
            }
            b"Tf" => {
                if let Some([size]) = call.last() {
                    self.state.size = size;
                }
                if let Some(name) = call.name() {
                    self.state.font = self.font(scope, name);
                }
            }
            b"BT" => (self.text, self.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            b"Tc" => call.set(&mut self.state.character),
            b"Tw" => call.set(&mut self.state.word),
            b"Tz" => {
                call.set(&mut self.state.stretch);
                self.state.stretch /= if call.numbers.is_empty() { 1.0 } else { 100.0 };
            }
            b"TL" => call.set(&mut self.state.leading),
            b"Ts" => call.set(&mut self.state.rise),
            b"Tr" => {
                if let Some([mode]) = call.last() {
                    self.state.mode = mode as u8;
                }
            }
            b"q" => {
                if self.saved.len() < STATES {
                    self.saved.push(self.state.clone());
                }
            }
            b"Q" => {
                if self.saved.len() > floor
                    && let Some(state) = self.saved.pop()
                {
                    self.state = state;
                }
            }
            b"cm" => {
                if let Some([a, b, c, d, e, f]) = call.last()
                    && let Some(m) = Matrix([a, b, c, d, e, f]).then(self.state.matrix).sound()
                {
                    self.state.matrix = m;
                }
            }
            b"Do" => {
                if let Some(name) = call.name() {
                    self.external(scope, name);
                }
            }
            b"BDC" => self.mark(call, scope),
            b"BMC" => self.spelling.open(None, self.page),
            b"EMC" => {
                self.spelling.close(self.page);
                if self.hidden.is_some_and(|depth| self.spelling.depth() < depth) {
                    self.hidden = None;
                }
            }
            b"gs" => self.graphics_state(call, scope),
            _ => self.draw(word, call),
        }
    }

    fn draw(&mut self, word: &[u8], call: &Call<'_>) {
        let m = self.state.matrix;
        match word {
            b"re" => {
                if let Some([x, y, w, h]) = call.last() {
                    self.path.rectangle(m, x, y, w, h);
                }
            }
            b"m" => {
                if let Some([x, y]) = call.last() {
                    self.path.move_to(m, x, y);
                }
            }
            b"l" => {
                if let Some([x, y]) = call.last() {
                    self.path.line_to(m, x, y);
                }
            }
            b"c" | b"v" | b"y" => {
                if let Some([x, y]) = call.last() {
                    self.path.curve_to(m, x, y);
                }
            }
            b"h" => self.path.close(),
            b"f" | b"F" | b"f*" => self.paint(true, false),
            b"S" => self.paint(false, true),
            b"s" => {
                self.path.close();
                self.paint(false, true);
            }
            b"B" | b"B*" => self.paint(true, true),
            b"b" | b"b*" => {
                self.path.close();
                self.paint(true, true);
            }
            b"n" => self.path.clear(),
            b"w" => call.set(&mut self.state.pen),
            _ => {}
        }
    }

    fn paint(&mut self, fill: bool, stroke: bool) {
        if self.hidden.is_none() {
            if fill {
                self.path.filled(&mut self.page.rules, RULES);
            }
            if stroke {
                let [a, b, c, d, ..] = self.state.matrix.0;
                let width = self.state.pen * (a * d - b * c).abs().sqrt();
                self.path.stroked(width, &mut self.page.rules, RULES);
            }
        }
        self.path.clear();
    }

    fn next_line(&mut self, x: f64, y: f64) {
        if let Some(m) = self.line.moved(x, y).sound() {
            (self.text, self.line) = (m, m);
        }
    }

    fn font(&mut self, scope: &mut Scope, name: &Rc<[u8]>) -> Option<Rc<Font>> {
        if let Some(font) = scope.by_name.get(name) {
            return Some(font.clone());
        }
        let font = self.fonts.get(self.file, scope.fonts.as_ref()?.get(name)?)?;
        scope.by_name.insert(name.clone(), font.clone());
        Some(font)
    }

    fn graphics_state(&mut self, call: &Call<'_>, scope: &Scope) {
        let Some(name) = call.name() else { return };
        let Some(all) = self.file.dict(&scope.resources, b"ExtGState") else { return };
        let Some(own) = self.file.dict(&all, name) else { return };
        if let Some(width) = self.file.number(&own, b"LW") {
            self.state.pen = width;
        }
        if let Some(Object::Array(font)) = self.file.get(&own, b"Font")
            && let [font, size] = font.as_ref()
        {
            self.state.font = self.fonts.get(self.file, font).or_else(|| self.state.font.take());
            self.state.size = size.number().unwrap_or(self.state.size);
        }
    }

    fn mark(&mut self, call: &Call<'_>, scope: &Scope) {
        let tag = call.name();
        let properties = match call.operands.get(1) {
            Some(Object::Name(name)) => {
                let all = self.file.dict(&scope.resources, b"Properties");
                let entry = all.as_ref().and_then(|all| all.get(name)).cloned();
                if tag.is_some_and(|tag| tag.as_ref() == b"OC")
                    && self.hidden.is_none()
                    && entry.as_ref().and_then(Object::reference).is_some_and(|id| self.off.contains(&id))
                {
                    self.hidden = Some(self.spelling.depth() + 1);
                }
                entry.and_then(|entry| self.file.resolve(&entry)?.dict().cloned())
            }
            Some(Object::Dict(dict)) => Some(dict.clone()),
            _ => None,
        };
        let actual = properties.and_then(|dict| self.file.get(&dict, b"ActualText"));
        self.spelling.open(actual.as_ref().and_then(Object::text).map(spell::text_string), self.page);
    }

    fn external(&mut self, scope: &Scope, name: &[u8]) {
        let Some(all) = self.file.dict(&scope.resources, b"XObject") else { return };
        let Some(Object::Stream(stream)) = self.file.get(&all, name) else { return };
        let off = stream.dict.get(b"OC").and_then(Object::reference).is_some_and(|id| self.off.contains(&id));
        if off || self.hidden.is_some() {
            return;
        }
        match self.file.get(&stream.dict, b"Subtype").as_ref().and_then(Object::name) {
            Some(b"Image") => self.picture(),
            _ => self.form(&stream, &scope.resources),
        }
    }

    /// Runs a form with its own resources, or those around it.
    pub fn form(&mut self, stream: &Stream, around: &Dict) {
        if self.forms.len() >= FORMS || self.forms.contains(&stream.id) {
            self.page.cut |= self.forms.len() >= FORMS;
            return;
        }
        let Some(data) = self.file.data(stream) else { return };
        self.page.cut |= data.cut;
        let resources = self.file.dict(&stream.dict, b"Resources").unwrap_or_else(|| around.clone());
        let state = self.state.clone();
        let (text, line) = (self.text, self.line);
        if let Some(m) = self.file.numbers(&stream.dict, b"Matrix").and_then(|m| <[f64; 6]>::try_from(m).ok())
            && let Some(m) = Matrix(m).then(self.state.matrix).sound()
        {
            self.state.matrix = m;
        }
        let path = std::mem::take(&mut self.path);
        self.forms.push(stream.id);
        let depth = self.spelling.depth();
        self.run(&data.bytes, &resources);
        while self.spelling.depth() > depth {
            self.spelling.close(self.page);
        }
        self.forms.pop();
        (self.state, self.text, self.line, self.path) = (state, text, line, path);
    }

    fn picture(&mut self) {
        let b = self.state.matrix.bounds([0.0, 0.0, 1.0, 1.0]);
        let (w, h) = (b[2] - b[0], b[3] - b[1]);
        if !b.iter().all(|n| n.is_finite()) || self.hidden.is_some() {
            return;
        }
        // A picture one pixel high is a line.
        if w.min(h) <= 1.5 && w.max(h) >= 20.0 && self.page.rules.len() < RULES {
            self.page.rules.push(Rule { bbox: b.map(|n| n as f32) });
        } else if self.page.pictures.len() < PICTURES {
            self.page.pictures.push(Picture { bbox: b.map(|n| n as f32) });
        }
    }

    /// A picture within the content: skips its data.
    fn inline(&mut self, lexer: &mut Lexer<'_>) {
        let dict = lexer.entries(0);
        self.picture();
        let number = |long: &[u8], short: &[u8]| dict.get(long).or_else(|| dict.get(short)).and_then(Object::int);
        // Plain data is as long as it says; other data ends at an `EI` between white space that content follows.
        lexer.at = (lexer.at + 1).min(lexer.bytes.len());
        if dict.get(b"Filter").or_else(|| dict.get(b"F")).is_none()
            && let (Some(w), Some(h)) = (number(b"Width", b"W"), number(b"Height", b"H"))
        {
            let bits = number(b"BitsPerComponent", b"BPC").unwrap_or(1).clamp(1, 16);
            let colours = match dict.get(b"ColorSpace").or_else(|| dict.get(b"CS")).and_then(Object::name) {
                Some(b"DeviceRGB" | b"RGB") => 3,
                Some(b"DeviceCMYK" | b"CMYK") => 4,
                _ => 1,
            };
            let row = w.saturating_mul(bits * colours).saturating_add(7) / 8;
            let length = usize::try_from(row.saturating_mul(h)).unwrap_or(usize::MAX);
            let end = lexer.at.saturating_add(length);
            if end < lexer.bytes.len() && Lexer::new(lexer.bytes, end).take(b"EI") {
                lexer.at = end;
            }
        }
        for at in memchr::memmem::find_iter(lexer.rest(), b"EI") {
            let at = lexer.at + at;
            let space = |i: usize| lexer.bytes.get(i).is_none_or(|&b| super::lexer::is_space(b));
            let follows =
                lexer.bytes[at + 2..].iter().take(24).all(|b| matches!(b, b'\n' | b'\r' | b'\t' | 0x20..=0x7E));
            if (at == lexer.at || space(at - 1)) && space(at + 2) && follows {
                lexer.at = at + 2;
                return;
            }
        }
        lexer.at = lexer.bytes.len();
    }

    fn show(&mut self, call: &Call<'_>) {
        let Some(font) = self.state.font.clone() else { return };
        for piece in call.pieces {
            match *piece {
                Piece::Text(from, to) => self.string(&font, &call.strings[from..to]),
                Piece::Shift(n) => {
                    let by = -n / 1000.0 * self.state.size;
                    let (x, y) = if font.vertical { (0.0, by) } else { (by * self.state.stretch, 0.0) };
                    self.text = self.text.moved(x, y).sound().unwrap_or(self.text);
                }
            }
        }
    }

    fn string(&mut self, font: &Font, bytes: &[u8]) {
        let state = &self.state;
        let (size, stretch) = (state.size, state.stretch);
        let place = Matrix([size * stretch, 0.0, 0.0, size, 0.0, state.rise]);
        let whole = place.then(self.text).then(state.matrix);
        let em = font.type3.map_or(1.0, |type3| type3.em);
        let height = whole.height() * em;
        let [a, b, c, d, ..] = whole.0;
        let angle = (-b).atan2(a).to_degrees().round().rem_euclid(360.0) as u16 % 360;
        let upright = b == 0.0 && c == 0.0;
        let hidden = state.mode == 3;
        let bold = font.bold || state.mode == 2;
        let shows = self.hidden.is_none() && height > 0.0 && height.is_finite();
        let text_to_page = self.text.then(state.matrix);
        let [tx, ty, ux, uy, ..] = text_to_page.0;
        let [mut x, mut y] = whole.point(0.0, 0.0);
        let (mut moved_x, mut moved_y) = (0.0, 0.0);
        let mut rest = bytes;
        while !rest.is_empty() {
            let (shown, length) = font.next(self.file, rest);
            rest = &rest[length.min(rest.len())..];
            let spacing = self.state.character + if shown.space { self.state.word } else { 0.0 };
            let advance = f64::from(shown.advance);
            if shows && self.page.glyphs.len() < GLYPHS {
                let (ox, oy) = (f64::from(shown.origin[0]), f64::from(shown.origin[1]));
                let (left, right) = (-ox, f64::from(shown.width) - ox);
                let (low, high) = (-oy - DESCENT * em, -oy + ASCENT * em);
                let bbox = if upright {
                    let (x0, x1) = (x + a * left, x + a * right);
                    let (y0, y1) = (y + d * high, y + d * low);
                    [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
                } else {
                    Matrix([a, b, c, d, x, y]).bounds([left, low, right, high])
                };
                let end =
                    if font.vertical { [x + c * advance, y + d * advance] } else { [x + a * advance, y + b * advance] };
                let glyph = Glyph {
                    text: shown.first,
                    bbox: bbox.map(|n| n as f32),
                    origin: [x as f32, y as f32],
                    end: end.map(|n| n as f32),
                    size: height as f32,
                    angle,
                    font: font.number,
                    bold,
                    vertical: font.vertical,
                    hidden,
                    sure: if hidden { 0 } else { 100 },
                };
                let page = &mut *self.page;
                if !font.text(shown, |text| spell::spread(&mut page.glyphs, glyph, text)) {
                    page.glyphs.push(glyph);
                }
            } else if self.page.glyphs.len() >= GLYPHS {
                self.page.cut = true;
            }
            let (by_x, by_y) = if font.vertical {
                (0.0, advance * size + spacing)
            } else {
                ((advance * size + spacing) * stretch, 0.0)
            };
            moved_x += by_x;
            moved_y += by_y;
            x += by_x * tx + by_y * ux;
            y += by_x * ty + by_y * uy;
        }
        self.text = self.text.moved(moved_x, moved_y).sound().unwrap_or(self.text);
    }
}

/// The operands before an operator.
struct Call<'c> {
    operands: &'c [Object],
    numbers: &'c [f64],
    pieces: &'c [Piece],
    strings: &'c [u8],
}

impl Call<'_> {
    /// The last `N` numbers; none where there are fewer, so that the pattern does not match.
    fn last<const N: usize>(&self) -> Option<[f64; N]> {
        let from = self.numbers.len().checked_sub(N);
        from.and_then(|from| <[f64; N]>::try_from(&self.numbers[from..]).ok())
    }

    fn set(&self, to: &mut f64) {
        if let Some(&n) = self.numbers.last().filter(|n| n.is_finite()) {
            *to = n;
        }
    }

    fn name(&self) -> Option<&Rc<[u8]>> {
        match self.operands.first() {
            Some(Object::Name(name)) => Some(name),
            _ => None,
        }
    }
}
