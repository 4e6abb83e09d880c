//! The data of a stream in, what its filters hide out (ISO 32000-2, 7.4). Decodes no picture, and never more than it is told to.

use flate2::{Decompress, FlushDecompress, Status};

use super::object::Dict;

/// What came of decoding.
pub(super) struct Decoded {
    pub bytes: Vec<u8>,
    /// The data was damaged, or longer than allowed: `bytes` is what came before.
    pub cut: bool,
}

/// Undoes one filter; `None` where it is unknown or one for pictures. At most `limit` bytes come out.
pub(super) fn undo(name: &[u8], data: &[u8], parameters: &Dict, limit: usize) -> Option<Decoded> {
    let mut decoded = match name {
        b"FlateDecode" | b"Fl" => inflate(data, limit),
        b"LZWDecode" | b"LZW" => {
            let early = parameters.get(b"EarlyChange").and_then(|n| n.int()) != Some(0);
            lzw(data, early, limit)
        }
        b"ASCII85Decode" | b"A85" => ascii85(data),
        b"ASCIIHexDecode" | b"AHx" => ascii_hex(data),
        b"RunLengthDecode" | b"RL" => run_length(data, limit),
        b"Crypt" => Decoded { bytes: data.to_vec(), cut: false },
        _ => return None,
    };
    decoded.bytes = predict(decoded.bytes, parameters);
    Some(decoded)
}

/// zlib data; where its header is damaged, bare deflate. What inflates before the damage is kept.
fn inflate(data: &[u8], limit: usize) -> Decoded {
    // White space between `stream` and the data is a common slip.
    let skip = data.iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let data = &data[skip..];
    let zlib = data.len() > 1 && data[0] & 15 == 8 && (u16::from(data[0]) << 8 | u16::from(data[1])) % 31 == 0;
    let first = inflate_as(data, zlib, limit);
    if !first.cut || !first.bytes.is_empty() {
        return first;
    }
    let second = inflate_as(data.get(if zlib { 2 } else { 0 }..).unwrap_or_default(), false, limit);
    if second.bytes.is_empty() && !zlib { inflate_as(data.get(2..).unwrap_or_default(), false, limit) } else { second }
}

fn inflate_as(data: &[u8], zlib: bool, limit: usize) -> Decoded {
    let mut machine = Decompress::new(zlib);
    let mut bytes = Vec::with_capacity((data.len() * 4).clamp(256, limit.max(256)).min(1 << 20));
    loop {
        let read = machine.total_in() as usize;
        let before = bytes.len();
        let status = machine.decompress_vec(&data[read.min(data.len())..], &mut bytes, FlushDecompress::None);
        let stuck = machine.total_in() as usize == read && bytes.len() == before;
        match status {
            Ok(Status::StreamEnd) => return Decoded { bytes, cut: false },
            Err(_) => return Decoded { bytes, cut: true },
            _ if bytes.len() >= limit => {
                bytes.truncate(limit);
                return Decoded { bytes, cut: true };
            }
            _ if bytes.len() == bytes.capacity() => bytes.reserve(bytes.len().max(256)),
            _ if stuck => return Decoded { bytes, cut: true },
            _ => {}
        }
    }
}

fn lzw(data: &[u8], early: bool, limit: usize) -> Decoded {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const MOST: usize = 4096;
    let mut bytes: Vec<u8> = Vec::new();
    // Each entry is a stretch of the output.
    let mut table: Vec<(usize, usize)> = Vec::with_capacity(MOST);
    let (mut buffer, mut bits, mut width) = (0u32, 0u32, 9u32);
    let mut last: Option<(usize, usize)> = None;
    let mut input = data.iter();
    loop {
        while bits < width {
            let Some(&b) = input.next() else { return Decoded { bytes, cut: false } };
            buffer = buffer << 8 | u32::from(b);
            bits += 8;
        }
        bits -= width;
        let code = (buffer >> bits) as usize & ((1 << width) - 1);
        let start = bytes.len();
        match code {
            CLEAR => {
                table.clear();
                (width, last) = (9, None);
                continue;
            }
            END => return Decoded { bytes, cut: false },
            0..=255 => bytes.push(code as u8),
            _ => match (table.get(code - 258).copied(), last) {
                (Some((from, to)), _) => bytes.extend_from_within(from..to),
                (None, Some((from, to))) if code - 258 == table.len() => {
                    bytes.extend_from_within(from..to);
                    bytes.push(bytes[from]);
                }
                _ => return Decoded { bytes, cut: true },
            },
        }
        if bytes.len() > limit {
            bytes.truncate(limit);
            return Decoded { bytes, cut: true };
        }
        if let Some((from, to)) = last.filter(|_| table.len() + 258 < MOST) {
            // The entry is the last stretch and the first byte of this one, which follows it in the output.
            table.push((from, to + 1));
        }
        last = Some((start, bytes.len()));
        let next = table.len() + 258 + usize::from(early);
        width = match next {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
    }
}

fn ascii85(data: &[u8]) -> Decoded {
    let mut bytes = Vec::with_capacity(data.len() / 5 * 4 + 4);
    let (mut group, mut count) = (0u32, 0usize);
    let mut cut = false;
    for &b in data.strip_prefix(b"<~").unwrap_or(data) {
        match b {
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(b - b'!'));
                count += 1;
                if count == 5 {
                    bytes.extend(group.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            b'z' if count == 0 => bytes.extend([0; 4]),
            b'~' => break,
            b if super::lexer::is_space(b) => {}
            _ => cut = true,
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        bytes.extend(&group.to_be_bytes()[..count - 1]);
    }
    Decoded { bytes, cut }
}

fn ascii_hex(data: &[u8]) -> Decoded {
    let mut bytes = Vec::with_capacity(data.len() / 2);
    let mut high = None;
    for &b in data.iter().take_while(|&&b| b != b'>') {
        let Some(digit) = char::from(b).to_digit(16) else { continue };
        match high.take() {
            Some(high) => bytes.push((high * 16 + digit) as u8),
            None => high = Some(digit),
        }
    }
    bytes.extend(high.map(|high| (high * 16) as u8));
    Decoded { bytes, cut: false }
}

fn run_length(data: &[u8], limit: usize) -> Decoded {
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(&n) = data.get(at) {
        let n = usize::from(n);
        match n {
            0..=127 => {
                bytes.extend(data.iter().skip(at + 1).take(n + 1));
                at += n + 2;
            }
            128 => break,
            _ => {
                let Some(&b) = data.get(at + 1) else { break };
                bytes.resize(bytes.len() + 257 - n, b);
                at += 2;
            }
        }
        if bytes.len() > limit {
            bytes.truncate(limit);
            return Decoded { bytes, cut: true };
        }
    }
    Decoded { bytes, cut: false }
}

/// Undoes the predictors of PNG and TIFF.
fn predict(bytes: Vec<u8>, parameters: &Dict) -> Vec<u8> {
    let number = |key: &[u8], default: usize| {
        let n = parameters.get(key).and_then(|n| n.int()).and_then(|n| usize::try_from(n).ok());
        n.unwrap_or(default)
    };
    let predictor = number(b"Predictor", 1);
    if predictor < 2 {
        return bytes;
    }
    let (colours, bits, columns) = (number(b"Colors", 1), number(b"BitsPerComponent", 8), number(b"Columns", 1));
    if colours > 64 || bits > 32 || columns > 1 << 24 {
        return bytes;
    }
    let pixel = (colours * bits).div_ceil(8).max(1);
    let row = (colours * bits * columns).div_ceil(8).max(1);
    if predictor == 2 {
        return tiff(bytes, row, pixel, bits);
    }
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in bytes.chunks(row + 1) {
        let (kind, line) = (line[0], &line[1..]);
        let start = out.len();
        let above = start.checked_sub(row);
        for (i, &b) in line.iter().enumerate() {
            let left = if i >= pixel { out[start + i - pixel] } else { 0 };
            let up = above.map_or(0, |above| out[above + i]);
            let corner = if i >= pixel { above.map_or(0, |above| out[above + i - pixel]) } else { 0 };
            let guess = match kind {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            out.push(b.wrapping_add(guess));
        }
        // The last line may be short; the next one cannot come.
        if line.len() < row {
            break;
        }
    }
    out
}

fn tiff(mut bytes: Vec<u8>, row: usize, pixel: usize, bits: usize) -> Vec<u8> {
    if bits == 8 {
        for line in bytes.chunks_mut(row) {
            for i in pixel..line.len() {
                line[i] = line[i].wrapping_add(line[i - pixel]);
            }
        }
    }
    bytes
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let guess = a + b - c;
    let (da, db, dc) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    fn plain(name: &[u8], data: &[u8]) -> (Vec<u8>, bool) {
        let decoded = undo(name, data, &Dict::default(), LIMIT).expect("a known filter");
        (decoded.bytes, decoded.cut)
    }

    /// "Hello" as zlib.
    const HELLO: &[u8] = &[0x78, 0x9c, 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x05, 0x8c, 0x01, 0xf5];

    #[test]
    fn each_filter_is_undone() {
        assert_eq!(plain(b"FlateDecode", HELLO), (b"Hello".to_vec(), false));
        assert_eq!(plain(b"Fl", &HELLO[2..]).0, b"Hello");
        assert_eq!(plain(b"ASCIIHexDecode", b"48 65 6c6C 6f>").0, b"Hello");
        assert_eq!(plain(b"A85", b"87cURDZ~>").0, b"Hello");
        assert_eq!(plain(b"RunLengthDecode", &[1, b'H', b'e', 255, b'l', 0, b'o', 128]).0, b"Hello");
        // The example of ISO 32000-2, 7.4.4.2.
        let lzw = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(plain(b"LZWDecode", &lzw).0, [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
        assert!(undo(b"DCTDecode", b"", &Dict::default(), LIMIT).is_none());
    }

    #[test]
    fn what_inflates_before_the_damage_is_kept() {
        let (bytes, cut) = plain(b"FlateDecode", &HELLO[..7]);
        assert!(cut && b"Hello".starts_with(&bytes) && !bytes.is_empty());
        assert_eq!(plain(b"FlateDecode", b"").0, b"");
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let zeros = vec![0u8; 4 << 20];
        let mut packed = Vec::with_capacity(1 << 16);
        let mut machine = flate2::Compress::new(flate2::Compression::best(), true);
        machine.compress_vec(&zeros, &mut packed, flate2::FlushCompress::Finish).expect("packed");
        let (bytes, cut) = plain(b"FlateDecode", &packed);
        assert_eq!((bytes.len(), cut), (LIMIT, true));
    }
}
