//! A ToUnicode CMap in, the characters of each code out (ISO 32000-2, 9.10.3). Reads as much of a damaged one as there is.

use std::rc::Rc;

use super::lexer::{Lexer, Token};
use super::object::Object;

/// How many entries are kept; there are 65,536 codes of two bytes.
const MOST: usize = 1 << 17;

/// Characters by code.
#[derive(Debug, Default)]
pub(super) struct ToUnicode {
    /// By first code; of equal ones the later counts.
    ranges: Vec<Range>,
    /// A predefined CMap that it goes on with: `Adobe-GB1-UCS2`.
    pub base: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Range {
    first: u32,
    last: u32,
    to: Target,
}

#[derive(Clone, Debug)]
pub(super) enum Target {
    /// The character of the first code; the others follow it.
    Char(u32),
    Text(Rc<str>),
}

impl ToUnicode {
    pub fn parse(bytes: &[u8]) -> Self {
        let mut map = ToUnicode::default();
        let mut lexer = Lexer::new(bytes, 0);
        let mut text = Vec::new();
        let mut name: Option<Vec<u8>> = None;
        while let Some(token) = lexer.token(&mut text) {
            match token {
                Token::Object(Object::Name(n)) => name = Some(n.to_vec()),
                Token::Word(b"beginbfchar") => map.list(&mut lexer, false),
                Token::Word(b"beginbfrange") => map.list(&mut lexer, true),
                // Some producers write the code point as a CID.
                Token::Word(b"begincidchar") => map.list(&mut lexer, false),
                Token::Word(b"begincidrange") => map.list(&mut lexer, true),
                Token::Word(b"usecmap") => map.base = name.take(),
                _ => {}
            }
            if map.ranges.len() > MOST {
                break;
            }
        }
        map.ranges.sort_by_key(|range| range.first);
        map
    }

    /// Reads pairs or triples up to the word that ends them.
    fn list(&mut self, lexer: &mut Lexer<'_>, ranges: bool) {
        let mut text = Vec::new();
        while self.ranges.len() <= MOST {
            let Some(first) = code(lexer, &mut text) else { return };
            let last = if ranges {
                let Some(last) = code(lexer, &mut text) else { return };
                last
            } else {
                first
            };
            match lexer.token(&mut text) {
                Some(Token::Text) => self.push(first, last, target(&text)),
                Some(Token::Number(n)) => self.push(first, last, Some(Target::Char(n as u32))),
                Some(Token::Object(Object::Name(name))) => {
                    let chars: String = std::str::from_utf8(&name).map(super::names::chars).unwrap_or_default();
                    self.push(first, last, (!chars.is_empty()).then(|| Target::Text(chars.into())));
                }
                Some(Token::Open) => {
                    for i in 0.. {
                        let code = first.saturating_add(i);
                        match lexer.token(&mut text) {
                            Some(Token::Text) if code <= last && self.ranges.len() <= MOST => {
                                self.push(code, code, target(&text));
                            }
                            Some(Token::Text | Token::Object(_) | Token::Number(_)) => {}
                            _ => break,
                        }
                    }
                }
                _ => return,
            }
        }
    }

    fn push(&mut self, first: u32, last: u32, to: Option<Target>) {
        if let Some(to) = to.filter(|_| last >= first) {
            self.ranges.push(Range { first, last, to });
        }
    }

    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.base.is_none()
    }

    /// What is written for `code`; `None` where nothing is, or only what prints nothing at all.
    pub fn get(&self, code: u32) -> Option<Target> {
        let end = self.ranges.partition_point(|range| range.first <= code);
        // Ranges may overlap; the one that begins last is meant.
        let range = self.ranges[..end].iter().rev().take(8).find(|range| range.last >= code)?;
        match &range.to {
            Target::Char(base) => {
                let c = char::from_u32(base.checked_add(code - range.first)?)?;
                (!matches!(c, '\0' | '\u{FFFD}' | '\u{FFFF}' | '\u{FEFF}')).then_some(Target::Char(c as u32))
            }
            Target::Text(text) if range.first == code => Some(Target::Text(text.clone())),
            Target::Text(text) => {
                // The last character counts up.
                let mut chars: Vec<char> = text.chars().collect();
                let last = chars.pop()?;
                chars.push(char::from_u32(last as u32 + (code - range.first))?);
                Some(Target::Text(chars.into_iter().collect::<String>().into()))
            }
        }
    }
}

fn code(lexer: &mut Lexer<'_>, text: &mut Vec<u8>) -> Option<u32> {
    match lexer.token(text)? {
        Token::Text if !text.is_empty() && text.len() <= 4 => {
            Some(text.iter().fold(0, |code, &b| code << 8 | u32::from(b)))
        }
        _ => None,
    }
}

/// UTF-16BE; a single byte is a character too.
fn target(bytes: &[u8]) -> Option<Target> {
    let text = utf16(bytes)?;
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(Target::Char(c as u32)),
        (Some(_), Some(_)) => {
            let kept: String = text.chars().filter(|&c| c != '\0').collect();
            (!kept.is_empty()).then(|| Target::Text(kept.into()))
        }
        _ => None,
    }
}

fn utf16(bytes: &[u8]) -> Option<String> {
    if let [b] = bytes {
        return Some(char::from(*b).to_string());
    }
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(map: &ToUnicode, code: u32) -> String {
        match map.get(code) {
            Some(Target::Char(c)) => char::from_u32(c).expect("a character").to_string(),
            Some(Target::Text(text)) => text.to_string(),
            None => String::new(),
        }
    }

    #[test]
    fn pairs_ranges_and_lists_are_read() {
        let map = ToUnicode::parse(
            b"begincmap 2 beginbfchar <0001> <652F> <0002> <00660069> endbfchar 3 beginbfrange <10><12><4E00>\n\
              <20> <21> [<51FA> <FFFD>] <30><31><D842DFB7> endbfrange endcmap",
        );
        assert_eq!((shown(&map, 1), shown(&map, 2)), ("支".into(), "fi".into()));
        assert_eq!(
            (shown(&map, 0x11), shown(&map, 0x12), shown(&map, 0x13)),
            ("丁".into(), "丂".into(), String::new())
        );
        assert_eq!((shown(&map, 0x20), shown(&map, 0x21)), ("出".into(), String::new()));
        assert_eq!(shown(&map, 0x31), "𠮸");
    }

    #[test]
    fn a_damaged_map_gives_what_stands_before_the_damage() {
        let map = ToUnicode::parse(b"1 beginbfchar <01> <4E00> <02> <4E8C> <03 (");
        assert_eq!((shown(&map, 1), shown(&map, 2)), ("一".into(), "二".into()));
        assert!(ToUnicode::parse(b"").is_empty());
    }
}
