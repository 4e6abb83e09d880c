//! A directory of organisations (`--orgs FILE`, CSV): names, aliases, codes, kinds and mergers, as its owner knows them.

use std::collections::BTreeMap;

use super::load::PatternError;

/// An organisation of the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its code, where it has one.
    pub code: Option<String>,
    /// Its kind, where the directory says one: overrules what the name tells.
    pub group: Option<String>,
    /// The organisation it was merged into.
    pub merged_into: Option<String>,
}

/// A directory of organisations. Names are compared with spaces and the width of brackets folded away.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    entries: Vec<Entry>,
    /// Folded names and aliases.
    index: BTreeMap<String, usize>,
}

/// A name as it is compared: no spaces, half-width brackets.
pub fn fold_name(name: &str) -> String {
    let folded = |c: char| match c {
        '（' => Some('('),
        '）' => Some(')'),
        c if c.is_whitespace() || c == '\u{FEFF}' => None,
        c => Some(c),
    };
    name.chars().filter_map(folded).collect()
}

const COLUMNS: [(&str, &[&str]); 5] = [
    ("name", &["name", "名称", "单位名称", "单位"]),
    ("aliases", &["aliases", "alias", "别名", "曾用名", "简称"]),
    ("code", &["code", "编码", "代码", "预算编码", "单位编码"]),
    ("group", &["group", "类别", "类型", "分组"]),
    ("merged_into", &["merged_into", "并入", "合并到"]),
];

impl Directory {
    /// Reads the text of a CSV file; `file` is its name in messages.
    ///
    /// # Errors
    /// Where the head does not name the columns, a name or alias stands twice, or a merger leads to an unknown name or in a
    /// circle: file, line and cause.
    pub fn parse(text: &str, file: &str) -> Result<Directory, PatternError> {
        let fail = |line: usize, cause: String| PatternError { file: file.to_owned(), line: Some(line), cause };
        let mut rows = rows(text).into_iter();
        let (_, head) = rows.next().ok_or_else(|| fail(1, "is empty; the first line names the columns".into()))?;
        let mut places = [None; 5];
        for (at, title) in head.iter().map(|t| fold_name(t)).enumerate() {
            let found = COLUMNS.iter().position(|(_, names)| names.contains(&title.as_str()));
            let Some(column) = found else {
                let cause = format!(
                    "no column is called `{title}`; there are 名称 别名 编码 类别 并入 (name aliases code group merged_into)"
                );
                return Err(fail(1, cause));
            };
            if places[column].replace(at).is_some() {
                return Err(fail(1, format!("the column `{title}` stands twice")));
            }
        }
        if places[0].is_none() {
            return Err(fail(1, "has no column 名称 (name)".into()));
        }
        let mut directory = Directory::default();
        let mut lines: Vec<usize> = Vec::new();
        for (line, row) in rows {
            let cell = |column: usize| {
                let cell = places[column].and_then(|at| row.get(at)).map(|c| c.trim()).unwrap_or_default();
                (!cell.is_empty()).then(|| cell.to_owned())
            };
            if row.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            let name = cell(0).ok_or_else(|| fail(line, "has no name".into()))?;
            let at = directory.entries.len();
            let aliases = cell(1).unwrap_or_default();
            let mut named = vec![name.clone()];
            named.extend(
                aliases.split([';', '；', '、', '|']).map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned),
            );
            for name in &named {
                if let Some(other) = directory.index.insert(fold_name(name), at).filter(|&other| other != at) {
                    let (entry, first) = (&directory.entries[other], lines[other]);
                    let as_alias = if fold_name(&entry.name) == fold_name(name) { "" } else { " as another name of " };
                    let whose = if as_alias.is_empty() { "" } else { &entry.name };
                    let cause = format!(
                        "`{name}` stands in line {first} already{as_alias}{whose}; each name belongs to one organisation"
                    );
                    return Err(fail(line, cause));
                }
            }
            directory.entries.push(Entry { name, code: cell(2), group: cell(3), merged_into: cell(4) });
            lines.push(line);
        }
        for (entry, line) in directory.entries.iter().zip(&lines) {
            let mut at = entry;
            let mut steps = 0;
            while let Some(into) = &at.merged_into {
                steps += 1;
                let Some(&next) = directory.index.get(&fold_name(into)) else {
                    return Err(fail(*line, format!("is merged into `{into}`, which the directory does not have")));
                };
                at = &directory.entries[next];
                if steps > directory.entries.len() {
                    return Err(fail(*line, format!("the merger of `{}` leads in a circle", entry.name)));
                }
            }
        }
        Ok(directory)
    }

    /// The organisation called `name`, mergers followed; `None` where the directory does not know it.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let mut entry = &self.entries[*self.index.get(&fold_name(name))?];
        while let Some(into) = &entry.merged_into {
            entry = &self.entries[*self.index.get(&fold_name(into))?];
        }
        Some(entry)
    }

    /// All names and aliases, folded, and whose they are.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.index.iter().map(|(name, &at)| (name.as_str(), &self.entries[at]))
    }
}

/// The rows of a CSV text (RFC 4180, comma or tab) with the lines they begin in.
fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let text = text.trim_start_matches('\u{FEFF}');
    let comma = if text.lines().next().is_some_and(|l| l.contains('\t') && !l.contains(',')) { '\t' } else { ',' };
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let (mut line, mut began) = (1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push((began, std::mem::take(&mut row)));
                began = line;
            }
            '\r' if !quoted => {}
            c if c == comma && !quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((began, row));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Directory, String> {
        Directory::parse(text, "单位.csv").map_err(|e| e.to_string())
    }

    #[test]
    fn an_organisation_is_found_by_every_name_it_has() {
        let text = "名称,别名,编码,类别\n某县教育体育局,某县教育局；县教体局,101,教育部门\n\"某县(城关)镇\",,,\n";
        let directory = parse(text).expect("a directory");
        assert_eq!(directory.find("某县 教育局").map(|e| e.name.as_str()), Some("某县教育体育局"));
        assert_eq!(directory.find("某县（城关）镇").and_then(|e| e.code.clone()), None);
        assert_eq!(directory.find("某县水利局"), None);
    }

    #[test]
    fn a_merger_leads_to_the_organisation_that_is_left() {
        let directory = parse("名称,并入\n某县扶贫办,某县乡村振兴局\n某县乡村振兴局,某县农业农村局\n某县农业农村局,\n");
        let found = directory.expect("a directory").find("某县扶贫办").map(|e| e.name.clone());
        assert_eq!(found.as_deref(), Some("某县农业农村局"));
    }

    #[test]
    fn a_name_that_stands_twice_is_an_error_with_both_lines() {
        let error = parse("名称,别名\n甲局,\n乙局,甲局\n").expect_err("a duplicate");
        assert!(error.starts_with("单位.csv:3: `甲局` stands in line 2 already"), "{error}");
        let error = parse("名称\n甲局\n甲 局\n").expect_err("a duplicate");
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_circle_of_mergers_and_an_unknown_column_are_errors() {
        assert!(parse("名称,并入\n甲局,乙局\n乙局,甲局\n").expect_err("a circle").contains("circle"));
        assert!(parse("名称,电话\n甲局,1\n").expect_err("a column").contains("`电话`"));
        assert!(parse("名称,并入\n甲局,丙局\n").expect_err("nobody").contains("`丙局`"));
    }
}
