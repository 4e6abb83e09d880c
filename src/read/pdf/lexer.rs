//! Bytes in, the objects and operators written there out (ISO 32000-2, 7.2 and 7.3). Follows no reference and knows no operator.

use std::rc::Rc;

use super::object::{Dict, Id, Object};

/// How deep arrays and dictionaries may stand in each other; real files stay below ten.
const DEPTH: u32 = 32;
/// How many items an array or a dictionary may have. Width arrays of a whole CJK font have some 60,000.
const ITEMS: usize = 1 << 20;

/// Reads from a slice.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

/// What stands at a place of a content stream.
pub(super) enum Token<'a> {
    /// An operand.
    Object(Object),
    /// A number, the most frequent operand.
    Number(f64),
    /// A string; its bytes are in the buffer that was given.
    Text,
    /// An operator or a keyword.
    Word(&'a [u8]),
    /// `[` or `]`
    Open,
    Close,
}

pub(super) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\n' | b'\r' | b'\t' | b'\x0c' | 0)
}

pub(super) fn is_delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(b: u8) -> bool {
    !is_space(b) && !is_delimiter(b)
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Lexer { bytes, at: at.min(bytes.len()) }
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Skips white space and comments.
    pub fn space(&mut self) {
        while let Some(b) = self.peek() {
            if is_space(b) {
                self.at += 1;
            } else if b == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else {
                break;
            }
        }
    }

    /// The regular characters from here on.
    pub fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// Takes `word` if it stands here as a whole.
    pub fn take(&mut self, word: &[u8]) -> bool {
        self.space();
        let found =
            self.rest().starts_with(word) && !self.bytes.get(self.at + word.len()).is_some_and(|&b| is_regular(b));
        if found {
            self.at += word.len();
        }
        found
    }

    /// A whole number without sign.
    pub fn whole(&mut self) -> Option<u64> {
        self.space();
        let start = self.at;
        let mut n = 0u64;
        while let Some(b @ b'0'..=b'9') = self.peek() {
            n = n.checked_mul(10)?.checked_add(u64::from(b - b'0'))?;
            self.at += 1;
        }
        (self.at > start).then_some(n)
    }

    /// `12 0`, followed by `word`.
    pub fn id(&mut self, word: &[u8]) -> Option<Id> {
        let start = self.at;
        let id = (|| {
            let number = u32::try_from(self.whole()?).ok()?;
            self.peek().filter(|&b| is_space(b))?;
            let generation = u16::try_from(self.whole()?).ok()?;
            self.take(word).then_some(Id { number, generation })
        })();
        if id.is_none() {
            self.at = start;
        }
        id
    }

    /// A number; what is none at all is 0 where it looks like one (`-`, `.`), as viewers read it.
    fn number(&mut self) -> f64 {
        let start = self.at;
        let mut negative = false;
        while let Some(b @ (b'+' | b'-')) = self.peek() {
            negative |= b == b'-';
            self.at += 1;
        }
        let (mut whole, mut digits) = (0u64, 0);
        while let Some(b @ b'0'..=b'9') = self.peek() {
            whole = whole.wrapping_mul(10).wrapping_add(u64::from(b - b'0'));
            digits += 1;
            self.at += 1;
        }
        let mut value = whole as f64;
        if digits > 18 {
            value = std::str::from_utf8(&self.bytes[start..self.at]).ok().and_then(|s| s.parse().ok()).unwrap_or(0.0);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            let (mut part, mut scale) = (0u64, 1u64);
            while let Some(b @ b'0'..=b'9') = self.peek() {
                if scale < 1_000_000_000_000_000 {
                    part = part * 10 + u64::from(b - b'0');
                    scale *= 10;
                }
                self.at += 1;
            }
            value += part as f64 / scale as f64;
        }
        // `12-34` and `0.1.2` are written by broken producers; viewers drop the tail.
        while self.peek().is_some_and(|b| matches!(b, b'0'..=b'9' | b'-' | b'.')) {
            self.at += 1;
        }
        if negative { -value } else { value }
    }

    fn name(&mut self) -> Rc<[u8]> {
        self.at += 1;
        let word = self.word();
        if !word.contains(&b'#') {
            return word.into();
        }
        let mut name = Vec::with_capacity(word.len());
        let mut i = 0;
        while i < word.len() {
            let hex = |at: usize| word.get(at).and_then(|&b| char::from(b).to_digit(16));
            if let (b'#', Some(high), Some(low)) = (word[i], hex(i + 1), hex(i + 2)) {
                name.push((high * 16 + low) as u8);
                i += 3;
            } else {
                name.push(word[i]);
                i += 1;
            }
        }
        name.into()
    }

    /// A string in parentheses, into `out`.
    fn literal(&mut self, out: &mut Vec<u8>) {
        self.at += 1;
        let mut depth = 1;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                b'\\' => {
                    self.escape(out);
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    out.push(b'\n');
                    continue;
                }
                _ => {}
            }
            out.push(b);
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(b) = self.peek() else { return };
        self.at += 1;
        match b {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(b - b'0');
                for _ in 0..2 {
                    let Some(b @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(b - b'0');
                    self.at += 1;
                }
                out.push(value as u8);
            }
            _ => out.push(b),
        }
    }

    /// A string in angle brackets, into `out`.
    fn hexadecimal(&mut self, out: &mut Vec<u8>) {
        self.at += 1;
        let mut high = None;
        while let Some(b) = self.peek() {
            self.at += 1;
            let digit = match b {
                b'0'..=b'9' => b - b'0',
                b'a'..=b'f' => b - b'a' + 10,
                b'A'..=b'F' => b - b'A' + 10,
                b'>' => break,
                _ => continue,
            };
            match high.take() {
                Some(high) => out.push(high << 4 | digit),
                None => high = Some(digit),
            }
        }
        if let Some(high) = high {
            out.push(high << 4);
        }
    }

    /// The next piece of a content stream; a string goes into `text`, which is emptied first.
    pub fn token(&mut self, text: &mut Vec<u8>) -> Option<Token<'a>> {
        self.space();
        Some(match self.peek()? {
            b'0'..=b'9' | b'+' | b'-' | b'.' => Token::Number(self.number()),
            b'(' => {
                text.clear();
                self.literal(text);
                Token::Text
            }
            b'<' if self.bytes.get(self.at + 1) != Some(&b'<') => {
                text.clear();
                self.hexadecimal(text);
                Token::Text
            }
            b'[' => {
                self.at += 1;
                Token::Open
            }
            b']' => {
                self.at += 1;
                Token::Close
            }
            b'/' => Token::Object(Object::Name(self.name())),
            b'<' => Token::Object(self.object(0).unwrap_or(Object::Null)),
            b')' | b'>' | b'{' | b'}' => {
                self.at += 1;
                Token::Word(b"")
            }
            _ => Token::Word(self.word()),
        })
    }

    /// The object that stands here; `None` where none does. `depth` is that of what it stands in.
    pub fn object(&mut self, depth: u32) -> Option<Object> {
        if depth > DEPTH {
            return None;
        }
        self.space();
        Some(match self.peek()? {
            b'0'..=b'9' => match self.id(b"R") {
                Some(id) => Object::Ref(id),
                None => Object::Number(self.number()),
            },
            b'+' | b'-' | b'.' => Object::Number(self.number()),
            b'/' => Object::Name(self.name()),
            b'(' => {
                let mut text = Vec::new();
                self.literal(&mut text);
                Object::Text(text.into())
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while items.len() < ITEMS {
                    self.space();
                    match self.peek() {
                        None => break,
                        Some(b']') => {
                            self.at += 1;
                            break;
                        }
                        _ => {}
                    }
                    let Some(item) = self.object(depth + 1) else { break };
                    items.push(item);
                }
                Object::Array(items.into())
            }
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                Object::Dict(self.entries(depth))
            }
            b'<' => {
                let mut text = Vec::new();
                self.hexadecimal(&mut text);
                Object::Text(text.into())
            }
            _ => match self.word() {
                b"true" => Object::Bool(true),
                b"false" => Object::Bool(false),
                b"null" => Object::Null,
                _ => return None,
            },
        })
    }

    /// The entries of a dictionary behind its `<<`, up to `>>` or `ID`.
    pub fn entries(&mut self, depth: u32) -> Dict {
        let mut entries = Vec::new();
        while entries.len() < ITEMS {
            self.space();
            match self.peek() {
                Some(b'/') => {
                    let key = self.name();
                    let start = self.at;
                    match self.object(depth + 1) {
                        Some(value) => entries.push((key, value)),
                        // A key without a value, or a value that is none: go on with the next key.
                        None if self.at > start && depth < DEPTH => {}
                        None => break,
                    }
                }
                Some(b'>') => {
                    self.at += if self.bytes.get(self.at + 1) == Some(&b'>') { 2 } else { 1 };
                    break;
                }
                Some(b) if is_regular(b) => {
                    if matches!(self.word(), b"ID" | b"endobj" | b"stream") {
                        break;
                    }
                }
                _ => break,
            }
        }
        Dict::new(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        Lexer::new(text.as_bytes(), 0).object(0).expect("an object")
    }

    #[test]
    fn a_dictionary_is_read_with_all_kinds_of_values() {
        let dict =
            object("<< /A 1 /B [ 2 0 R (a\\(b\\051\\n) <4E0> ] /C#20D /E /F<</G null>> /N -.5 % comment\n /T true >>");
        let dict = dict.dict().expect("a dictionary");
        assert_eq!(dict.get(b"A"), Some(&Object::Number(1.0)));
        let array = dict.get(b"B").and_then(Object::array).expect("an array");
        assert_eq!(array[0], Object::Ref(Id { number: 2, generation: 0 }));
        assert_eq!(array[1].text(), Some(&b"a(b)\n"[..]));
        assert_eq!(array[2].text(), Some(&[0x4E, 0][..]));
        assert_eq!(dict.get(b"C D").and_then(Object::name), Some(&b"E"[..]));
        assert_eq!(dict.get(b"N"), Some(&Object::Number(-0.5)));
        assert_eq!(dict.get(b"T"), Some(&Object::Bool(true)));
    }

    #[test]
    fn numbers_of_broken_producers_are_read_as_viewers_read_them() {
        for (text, value) in [("--5", -5.0), ("4.", 4.0), ("12-34", 12.0), ("0.1.2", 0.1), ("-", 0.0), ("+17", 17.0)] {
            assert_eq!(object(text), Object::Number(value), "{text}");
        }
    }

    #[test]
    fn nesting_without_end_ends() {
        let deep = "[".repeat(100_000);
        assert!(matches!(object(&deep), Object::Array(_)));
        let deep = "<</A".repeat(100_000);
        assert!(matches!(object(&deep), Object::Dict(_)));
    }

    #[test]
    fn what_is_cut_off_gives_what_is_there() {
        assert_eq!(object("(abc").text(), Some(&b"abc"[..]));
        assert_eq!(object("[1 2").array().map(<[_]>::len), Some(2));
        assert!(object("<</A 1 /B").dict().is_some_and(|d| d.get(b"A").is_some()));
    }
}
