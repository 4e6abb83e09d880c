//! PDF files in, the same files with something wrong in them out: bytes, numbers, pieces, streams behind their filters, objects in
//! each other's place, lengths that lie, ends that are missing.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use memchr::memmem;

/// The next number of a xorshift generator.
pub fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// A number below `end`, which is not 0.
fn below(end: usize, state: &mut u64) -> usize {
    (next(state) % end.max(1) as u64) as usize
}

/// Changes `bytes`, one of `others`, at random.
pub fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], state: &mut u64) {
    match next(state) % 10 {
        0..=3 => scatter(bytes, others, state),
        4..=6 => {
            stream(bytes, others, state);
            if next(state).is_multiple_of(3) {
                scatter(bytes, others, state);
            }
        }
        7 => objects(bytes, state),
        8 => {
            numbers(bytes, state);
            if next(state).is_multiple_of(2) {
                objects(bytes, state);
            }
        }
        _ => deep(bytes, state),
    }
    // A table that fits again, so that the first reader goes on where it would have given up.
    if next(state).is_multiple_of(2) {
        table(bytes);
    }
    if next(state).is_multiple_of(8) {
        let end = below(bytes.len(), state).max(64);
        bytes.truncate(end);
    }
}

/// One to eight small changes: bits, digits, pieces cut out, doubled, or taken from another file.
fn scatter(bytes: &mut Vec<u8>, others: &[Vec<u8>], state: &mut u64) {
    for _ in 0..1 + next(state) % 8 {
        if bytes.is_empty() {
            return;
        }
        let at = below(bytes.len(), state);
        let length = (1 + below(64, state)).min(bytes.len() - at);
        match next(state) % 6 {
            0 => bytes[at] ^= 1 << (next(state) % 8),
            1 => bytes[at] = next(state) as u8,
            2 => drop(bytes.drain(at..at + length)),
            3 => {
                let piece = bytes[at..at + length].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let other = &others[below(others.len(), state)];
                let from = below(other.len(), state);
                let piece = other[from..(from + length).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes[at + digit] = b'0' + (next(state) % 10) as u8;
                }
            }
        }
    }
}

/// Opens one deflated stream, changes what is in it, and closes it again, with its length or with a wrong one.
fn stream(bytes: &mut Vec<u8>, others: &[Vec<u8>], state: &mut u64) {
    let starts: Vec<usize> = memmem::find_iter(bytes, b"stream\n")
        .chain(memmem::find_iter(bytes, b"stream\r\n"))
        .filter(|at| !bytes[..*at].ends_with(b"end"))
        .collect();
    if starts.is_empty() {
        return scatter(bytes, others, state);
    }
    let word = starts[below(starts.len(), state)];
    let start = word + bytes[word..].iter().position(|b| *b == b'\n').unwrap_or(6) + 1;
    let end = memmem::find(&bytes[start..], b"endstream").map_or(bytes.len(), |at| start + at);
    let dict = bytes[..word].windows(2).rposition(|two| two == b"<<").unwrap_or(0);
    let flate = memmem::find(&bytes[dict..word], b"FlateDecode").is_some();
    let mut inside = Vec::new();
    if flate {
        // What comes out before an error is good enough.
        let _ = ZlibDecoder::new(&bytes[start..end]).take(1 << 20).read_to_end(&mut inside);
    } else {
        inside.extend_from_slice(&bytes[start..end]);
    }
    match next(state) % 4 {
        0 => numbers(&mut inside, state),
        1 => tokens(&mut inside, state),
        2 => deep(&mut inside, state),
        _ => scatter(&mut inside, others, state),
    }
    if flate {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        let _ = encoder.write_all(&inside);
        inside = encoder.finish().unwrap_or_default();
    }
    let told = match next(state) % 5 {
        0 => next(state) as usize % 100_000,
        _ => inside.len(),
    };
    bytes.splice(start..end, inside);
    if let Some(at) = memmem::find(&bytes[dict..word], b"/Length ") {
        let from = dict + at + 8;
        let digits = bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits > 0 && !bytes[from + digits..].starts_with(b" 0 R") {
            bytes.splice(from..from + digits, told.to_string().into_bytes());
        }
    }
}

/// Words of a content stream are doubled, left out, or change places.
fn tokens(bytes: &mut Vec<u8>, state: &mut u64) {
    let mut words: Vec<Vec<u8>> = bytes.split(|b| *b == b' ' || *b == b'\n').map(<[u8]>::to_vec).collect();
    const OPERATORS: &[&str] = &[
        "q", "Q", "BT", "ET", "Tj", "TJ", "'", "\"", "Td", "TD", "T*", "Tf", "Tm", "Tz", "TL", "Ts", "Tr", "Tc", "Tw",
        "cm", "Do", "BDC", "BMC", "EMC", "BI", "ID", "EI", "re", "f", "S", "m", "l", "c", "h", "W", "n", "gs", "d0",
        "d1", "MP",
    ];
    for _ in 0..1 + next(state) % 12 {
        let (a, b) = (below(words.len(), state), below(words.len(), state));
        match next(state) % 4 {
            0 => words.swap(a, b),
            1 => drop(words.remove(a)),
            2 => words.insert(a, OPERATORS[below(OPERATORS.len(), state)].as_bytes().to_vec()),
            _ => {
                let word = words[b].clone();
                words.insert(a, word);
            }
        }
        if words.is_empty() {
            break;
        }
    }
    *bytes = words.join(&b' ');
}

/// Numbers become the ones that programs stumble over.
fn numbers(bytes: &mut Vec<u8>, state: &mut u64) {
    const STRANGE: &[&str] = &[
        "0",
        "-1",
        "1",
        "65535",
        "65536",
        "2147483647",
        "-2147483648",
        "4294967295",
        "4294967296",
        "9223372036854775807",
        "99999999999999999999",
        "1e30",
        ".0000001",
        "-.5",
        "--3",
        "NaN",
        "3 0 R",
        "1 65535 R",
    ];
    for _ in 0..1 + next(state) % 4 {
        let at = below(bytes.len(), state);
        let Some(from) = bytes.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_digit)).map(|i| at + i)
        else {
            return;
        };
        let length = bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let number = STRANGE[below(STRANGE.len(), state)];
        bytes.splice(from..from + length, number.bytes());
    }
}

/// Where objects stand: their number, the byte where they begin, and the one behind their `endobj`.
fn places(bytes: &[u8]) -> Vec<(u32, usize, usize)> {
    let mut found = Vec::new();
    for at in memmem::find_iter(bytes, b" obj") {
        let head = &bytes[at.saturating_sub(16)..at];
        let mut words = head.rsplit(|b| !b.is_ascii_digit()).filter(|word| !word.is_empty());
        let (Some(generation), Some(number)) = (words.next(), words.next()) else { continue };
        let text = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
        let (Some(n), Some(_)) = (text(number), text(generation)) else { continue };
        let start = at.saturating_sub(number.len() + 1 + generation.len());
        let end = memmem::find(&bytes[at..], b"endobj").map_or(bytes.len(), |e| at + e + 6);
        found.push((n, start, end));
    }
    found
}

/// Two objects change their contents, one is left out, one refers to another than before, or one is there twice.
fn objects(bytes: &mut Vec<u8>, state: &mut u64) {
    let places = places(bytes);
    if places.len() < 2 {
        return;
    }
    let (a, b) = (places[below(places.len(), state)], places[below(places.len(), state)]);
    match next(state) % 4 {
        0 if a.2 <= b.1 => {
            let body = |p: (u32, usize, usize)| {
                let head = memmem::find(&bytes[p.1..p.2], b"obj").map_or(0, |i| i + 3);
                (p.1 + head, bytes[p.1 + head..p.2].to_vec())
            };
            let ((at_a, body_a), (at_b, body_b)) = (body(a), body(b));
            bytes.splice(at_b..b.2, body_a);
            bytes.splice(at_a..a.2, body_b);
        }
        1 => drop(bytes.drain(a.1..a.2.max(a.1))),
        2 => {
            let copy = bytes[a.1..a.2.max(a.1)].to_vec();
            bytes.splice(b.1..b.1, copy);
        }
        _ => {
            let references: Vec<usize> = memmem::find_iter(bytes, b" 0 R").collect();
            if references.is_empty() {
                return;
            }
            let end = references[below(references.len(), state)];
            let digits = bytes[..end].iter().rev().take_while(|b| b.is_ascii_digit()).count();
            bytes.splice(end - digits..end, a.0.to_string().into_bytes());
        }
    }
}

/// Something that never seems to end: brackets in brackets, a long string, a long number.
fn deep(bytes: &mut Vec<u8>, state: &mut u64) {
    const BEGIN: &[&str] = &["[", "<<", "<</A ", "(", "[<<", "q ", "BT ", "/A BMC ", "{", "1", "%"];
    let piece = BEGIN[below(BEGIN.len(), state)].repeat(1 + below(3000, state));
    let at = below(bytes.len(), state);
    bytes.splice(at..at, piece.bytes());
}

/// Writes the table of objects anew behind the file, where it had one of the old kind.
fn table(bytes: &mut Vec<u8>) {
    let Some(trailer) = memmem::rfind(bytes, b"trailer") else { return };
    let Some(start) = memmem::rfind(bytes, b"startxref").filter(|start| *start > trailer) else { return };
    let dict = bytes[trailer..start].to_vec();
    let mut places = places(&bytes[..trailer]);
    places.sort();
    places.dedup_by_key(|place| place.0);
    let at = bytes.len() + 1;
    let mut out = String::from("\nxref\n0 1\n0000000000 65535 f \n");
    for (number, start, _) in places.iter().filter(|place| place.0 > 0) {
        out += &format!("{number} 1\n{start:010} 00000 n \n");
    }
    bytes.extend(out.bytes());
    bytes.extend(dict);
    bytes.extend(format!("startxref\n{at}\n%%EOF\n").bytes());
}
