//! What a reviewer said of earlier findings: a file of fingerprints in, what is known of each out. Never changes a record.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::Finding;

/// What a reviewer said of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is a true finding; false where it was dismissed.
    pub confirmed: bool,
    /// What was written beside it; empty where nothing was.
    pub note: String,
}

/// Verdicts by the fingerprint of their finding.
#[derive(Debug, Default)]
pub struct Verdicts(BTreeMap<String, Verdict>);

impl Verdicts {
    /// Reads `fingerprint,confirmed|dismissed,note` (CSV, with or without a header) or JSON Lines of objects with these keys.
    ///
    /// # Errors
    /// Where the file cannot be read or a line is neither: the line and the cause.
    pub fn load(path: &Path) -> Result<Verdicts, String> {
        let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
        let mut out = BTreeMap::new();
        for (n, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let cells = if line.starts_with('{') { json(line) } else { csv(line) };
            let Some([fingerprint, verdict, note]) = cells else {
                return Err(format!("line {}: neither CSV nor a JSON object", n + 1));
            };
            let confirmed = match verdict.trim() {
                "confirmed" | "确认" | "属实" => true,
                "dismissed" | "排除" | "误报" => false,
                _ if n == 0 => continue,
                other => return Err(format!("line {}: `{other}` is neither confirmed nor dismissed", n + 1)),
            };
            out.insert(fingerprint.trim().to_owned(), Verdict { confirmed, note });
        }
        Ok(Verdicts(out))
    }

    /// What was said of `finding`.
    pub fn of(&self, finding: &Finding) -> Option<&Verdict> {
        self.0.get(&finding.fingerprint)
    }
}

fn json(line: &str) -> Option<[String; 3]> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let cell = |key: &str| value[key].as_str().map(str::to_owned);
    Some([cell("fingerprint")?, cell("verdict")?, cell("note").unwrap_or_default()])
}

/// Three cells; the third may hold commas in quotes.
fn csv(line: &str) -> Option<[String; 3]> {
    let (fingerprint, rest) = line.split_once(',')?;
    let (verdict, note) = rest.split_once(',').unwrap_or((rest, ""));
    let plain = |cell: &str| {
        let cell = cell.trim();
        let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"'));
        inner.map_or(cell.to_owned(), |c| c.replace("\"\"", "\""))
    };
    Some([plain(fingerprint), plain(verdict), plain(note)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_and_json_lines_say_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let load = |text: &str| {
            let path = dir.path().join("v");
            std::fs::write(&path, text).unwrap();
            Verdicts::load(&path)
        };
        let csv = load("fingerprint,verdict,note\nab12,dismissed,\"另有附属单位支出, 见附表\"\ncd34,确认,\n").unwrap();
        let json = load(
            "{\"fingerprint\":\"ab12\",\"verdict\":\"dismissed\",\"note\":\"另有附属单位支出, 见附表\"}\n{\"fingerprint\":\"cd34\",\"verdict\":\"confirmed\"}\n",
        )
        .unwrap();
        assert_eq!(csv.0, json.0);
        assert!(csv.0["cd34"].confirmed && !csv.0["ab12"].confirmed);
        assert_eq!(
            load("ab12,dismissed,\ncd34,maybe,\n").unwrap_err(),
            "line 2: `maybe` is neither confirmed nor dismissed"
        );
    }
}
