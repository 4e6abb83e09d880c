//! Passages in, those that stand in two reports out; and names and years that were forgotten in copying.
//!
//! Sets of threes of characters are compared by minima of hash functions (Broder, "On the resemblance and containment of documents",
//! 1997), sorted into bands so that only likely pairs meet (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4);
//! every pair that meets is then compared exactly. In a band a passage meets the few before it, so that the work grows with the
//! number of passages and not with its square.

use std::collections::{BTreeMap, BTreeSet};

use super::digest::mix;
use super::remark;
use crate::model::{Comparison, CopiedPassage, Evidence, Passage, Place, Verdict};
use crate::patterns::{Directory, Patterns, fold_name};

/// Bands of so many minima each: passages alike by 0.8 meet with a chance of 0.999, by 0.3 of 0.12.
const BANDS: usize = 16;
const ROWS: usize = 4;
/// How many passages before it one meets in a band.
const MEETS: usize = 4;

/// How many passages of a group are tried for one that the next is like: a group is a chain, and its ends may differ.
const FIRST: usize = 16;

/// A passage: report, passage.
type Id = (u32, u32);

/// Fills `copies` and adds findings; `keys` are the identities of the rows' organisations.
pub(super) fn find(comparison: &mut Comparison, keys: &[Option<String>], directory: &Directory, patterns: &Patterns) {
    let identity = identities(comparison, directory);
    passages(comparison, &identity, patterns);
    names(comparison, &identity, keys, directory, patterns);
    stale(comparison);
    let without = comparison.reports.iter().filter(|d| d.passages.is_none()).count();
    if without > 0 {
        let why = format!("{without}份报告来自以前的运行记录，没有原文，未查找雷同文字");
        comparison.left_out.push(("-".to_owned(), why));
    }
}

/// Who each report is of; a report without organisation is its own.
fn identities(comparison: &Comparison, directory: &Directory) -> Vec<String> {
    let of = |at: usize| match comparison.reports[at].org.as_deref() {
        Some(name) => directory.find(name).map_or_else(|| fold_name(name), |e| fold_name(&e.name)),
        None => format!("\u{0}{}", comparison.reports[at].path),
    };
    (0..comparison.reports.len()).map(of).collect()
}

fn passages(comparison: &mut Comparison, identity: &[String], patterns: &Patterns) {
    let all: Vec<Id> = (0..)
        .zip(&comparison.reports)
        .flat_map(|(r, d)| (0..d.passages.as_ref().map_or(0, Vec::len) as u32).map(move |p| (r, p)))
        .filter(|&id| !shingles(comparison, id).is_empty())
        .collect();
    let clusters = clusters(comparison, &all, patterns.peers.same);
    let orgs: BTreeSet<&String> = identity.iter().collect();
    let common = 5.max(orgs.len() * patterns.peers.common as usize / 100);
    let mut pairs: BTreeMap<(u32, u32), Vec<CopiedPassage>> = BTreeMap::new();
    for cluster in clusters {
        let members: BTreeSet<&String> = cluster.iter().map(|id| &identity[id.0 as usize]).collect();
        if members.len() > common {
            template(comparison, &cluster, members.len());
            continue;
        }
        // Each with the first that is like it; and each with the one before it of the same organisation, where that is another.
        let mut latest: BTreeMap<&String, Id> = BTreeMap::new();
        let mut met: BTreeSet<(Id, Id)> = BTreeSet::new();
        for (i, &id) in cluster.iter().enumerate() {
            let own = latest.insert(&identity[id.0 as usize], id);
            let same = |other: &&Id| {
                resemblance(shingles(comparison, **other), shingles(comparison, id)) >= patterns.peers.same
            };
            let first = cluster[..i].iter().take(FIRST).find(same).copied();
            for other in own.into_iter().chain(first).filter(|other| met.insert((*other, id))) {
                if let Some(copy) = copy(comparison, identity, other, id, patterns) {
                    pairs.entry((other.0, id.0)).or_default().push(copy);
                }
            }
        }
    }
    for ((a, b), mut copies) in pairs {
        copies.sort_by_key(|c| (c.second.at.start, c.first.at.start));
        let found = told(comparison, identity, a, b, &copies);
        comparison.findings.push(found);
        comparison.copies.extend(copies);
    }
}

fn passage(comparison: &Comparison, id: Id) -> &Passage {
    // Ids are made from the passages that are there.
    &comparison.reports[id.0 as usize].passages.as_ref().expect("an id of a passage")[id.1 as usize]
}

fn shingles(comparison: &Comparison, id: Id) -> &[u32] {
    &passage(comparison, id).shingles
}

/// Groups of passages that are the same, each in the order of reports.
fn clusters(comparison: &Comparison, all: &[Id], same: u32) -> Vec<Vec<Id>> {
    let mut bands: Vec<(u32, u64, u32)> = Vec::with_capacity(all.len() * BANDS);
    for (at, &id) in (0..).zip(all) {
        for (band, hash) in (0..).zip(signature(shingles(comparison, id))) {
            bands.push((band, hash, at));
        }
    }
    bands.sort_unstable();
    let mut parent: Vec<u32> = (0..all.len() as u32).collect();
    let mut start = 0;
    while start < bands.len() {
        let (band, hash, _) = bands[start];
        let end = start + bands[start..].partition_point(|b| (b.0, b.1) == (band, hash));
        for later in start + 1..end {
            for earlier in (start..later).rev().take(MEETS) {
                let (a, b) = (bands[earlier].2, bands[later].2);
                let (x, y) = (root(&mut parent, a), root(&mut parent, b));
                if x == y {
                    break;
                }
                let [left, right] = [a, b].map(|at| shingles(comparison, all[at as usize]));
                if resemblance(left, right) >= same {
                    parent[x.max(y) as usize] = x.min(y);
                    break;
                }
            }
        }
        start = end;
    }
    let mut groups: BTreeMap<u32, Vec<Id>> = BTreeMap::new();
    for at in 0..all.len() as u32 {
        groups.entry(root(&mut parent, at)).or_default().push(all[at as usize]);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

fn root(parent: &mut [u32], mut at: u32) -> u32 {
    while parent[at as usize] != at {
        parent[at as usize] = parent[parent[at as usize] as usize];
        at = parent[at as usize];
    }
    at
}

/// One hash for each band of minima. Each row of the bands is one permutation, which is cut into as many parts as there are
/// bands, so that a shingle is hashed once a row and not once a minimum; a part without shingles takes the minimum of the next
/// part that has one (Li, Owen, Zhang, "One permutation hashing", 2012; Shrivastava and Li, "Densifying one permutation
/// hashing", 2014).
fn signature(shingles: &[u32]) -> [u64; BANDS] {
    let mut out: [u64; BANDS] = std::array::from_fn(|band| band as u64);
    for row in 1..=ROWS as u64 {
        let mut minima = [u64::MAX; BANDS];
        for &shingle in shingles {
            let hash = mix(u64::from(shingle) ^ row << 32);
            let minimum = &mut minima[hash as usize % BANDS];
            *minimum = (*minimum).min(hash / BANDS as u64);
        }
        for (band, value) in out.iter_mut().enumerate() {
            let filled = (0..BANDS).find(|away| minima[(band + away) % BANDS] != u64::MAX);
            let lent = filled.map_or(u64::MAX, |away| minima[(band + away) % BANDS] ^ (away as u64) << 60);
            *value = mix(*value ^ lent);
        }
    }
    out
}

/// The shared part of two sorted sets, in per cent.
fn resemblance(a: &[u32], b: &[u32]) -> u32 {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    (100 * both / (a.len() + b.len() - both).max(1)) as u32
}

/// Two passages as a copy, where it is worth telling.
fn copy(c: &Comparison, identity: &[String], a: Id, b: Id, patterns: &Patterns) -> Option<CopiedPassage> {
    let (one, two) = (&c.reports[a.0 as usize], &c.reports[b.0 as usize]);
    let same_org = identity[a.0 as usize] == identity[b.0 as usize];
    let (left, right) = (passage(c, a), passage(c, b));
    if a.0 == b.0 || same_org && one.year == two.year {
        return None;
    }
    if same_org && right.topic.is_some_and(|t| patterns.peers.is_lasting(t)) {
        return None;
    }
    let evidence = |id: Id, p: &Passage| Evidence { report: id.0, at: p.at.clone() };
    let same = resemblance(&left.shingles, &right.shingles);
    Some(CopiedPassage { first: evidence(a, left), second: evidence(b, right), same, characters: right.characters })
}

fn who(comparison: &Comparison, report: u32) -> String {
    let digest = &comparison.reports[report as usize];
    let year = digest.year.map_or(String::new(), |y| format!("{y}年"));
    format!("{}{year}", digest.org.as_deref().unwrap_or(&digest.path))
}

/// One finding for all copies between two reports.
fn told(c: &Comparison, identity: &[String], a: u32, b: u32, copies: &[CopiedPassage]) -> crate::model::Remark {
    let check = if identity[a as usize] == identity[b as usize] { "copied.years" } else { "copied.orgs" };
    let characters: u32 = copies.iter().map(|c| c.characters).sum();
    let least = copies.iter().map(|c| c.same).min().unwrap_or(0);
    let longest = copies.iter().max_by_key(|c| (c.characters, std::cmp::Reverse(c.second.at.start)));
    let begins = longest.map_or(String::new(), |c| start(&c.second.at));
    let alike = match least {
        100 => "除数字和单位名称外完全相同".to_owned(),
        _ => format!("相同程度不低于{least}%"),
    };
    let message = format!(
        "{}与{}的报告有{}段文字雷同，共{characters}字，{alike}；最长一段：“{begins}……”。",
        who(c, b),
        who(c, a),
        copies.len()
    );
    let evidence = copies.iter().take(5).flat_map(|c| [c.second.clone(), c.first.clone()]).collect();
    remark(c, check, Verdict::Suspect, message, evidence, vec![a, b])
}

/// The beginning of a quote on one line.
fn start(at: &Place) -> String {
    at.quote.chars().filter(|c| !c.is_whitespace()).take(24).collect()
}

/// A passage that too many share to accuse anyone of it.
fn template(comparison: &mut Comparison, cluster: &[Id], orgs: usize) {
    let evidence: Vec<Evidence> =
        (cluster.iter().take(3)).map(|&id| Evidence { report: id.0, at: passage(comparison, id).at.clone() }).collect();
    let message = format!("{orgs}家单位的报告都有这段文字，应为共用模板：“{}……”。", start(&evidence[0].at));
    let mut reports: Vec<u32> = cluster.iter().map(|id| id.0).collect();
    reports.dedup();
    let found = remark(comparison, "copied.orgs", Verdict::Undecidable, message, evidence, reports);
    comparison.findings.push(found);
}

/// Another organisation's name where one's own should stand.
fn names(
    comparison: &mut Comparison,
    identity: &[String],
    keys: &[Option<String>],
    directory: &Directory,
    patterns: &Patterns,
) {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for key in keys.iter().flatten() {
        known.insert(key.clone(), key.clone());
    }
    for digest in &comparison.reports {
        if let Some(name) = &digest.org {
            let key = directory.find(name).map_or_else(|| fold_name(name), |e| fold_name(&e.name));
            known.insert(fold_name(name), key);
        }
    }
    known.extend(directory.names().map(|(name, entry)| (name.to_owned(), fold_name(&entry.name))));
    let mut found = Vec::new();
    for (at, digest) in comparison.reports.iter().enumerate() {
        let Some(own) = &digest.org else { continue };
        let own = fold_name(own);
        let kind = patterns.peers.group(&own).map(|g| &g.id);
        let mut seen = BTreeSet::new();
        for (said, place) in &digest.selves {
            let said = fold_name(said);
            let endings = said.char_indices().map(|(i, _)| &said[i..]).take_while(|rest| rest.chars().count() >= 4);
            let Some((name, key)) = endings.filter_map(|rest| known.get_key_value(rest)).next() else { continue };
            // A department above or below it is often named; one of its own kind is not.
            let related =
                own.starts_with(name.as_str()) || name.starts_with(own.as_str()) || own.ends_with(name.as_str());
            let peer = patterns.peers.group(name).map(|g| &g.id) == kind;
            if *key == identity[at] || related || !peer || !seen.insert(name.clone()) {
                continue;
            }
            let message =
                format!("{}的报告在应当写本单位的地方写了“{name}”，疑为照搬时漏改。", who(comparison, at as u32));
            let evidence = vec![Evidence { report: at as u32, at: place.clone() }];
            found.push(remark(comparison, "copied.name", Verdict::Suspect, message, evidence, vec![at as u32]));
        }
    }
    comparison.findings.append(&mut found);
}

/// A year before the one reported on, named as the one reported on.
fn stale(comparison: &mut Comparison) {
    let mut found = Vec::new();
    for (at, digest) in comparison.reports.iter().enumerate() {
        let Some(year) = digest.year else { continue };
        let mut seen = BTreeSet::new();
        for (said, place) in digest.reported_years.iter().filter(|(said, _)| *said < year) {
            if !seen.insert(*said) {
                continue;
            }
            let message = format!(
                "{}的报告中有“{}”，报告年度是{year}年，疑为照搬{said}年报告时漏改。",
                who(comparison, at as u32),
                start(place)
            );
            let evidence = vec![Evidence { report: at as u32, at: place.clone() }];
            found.push(remark(comparison, "copied.stale", Verdict::Suspect, message, evidence, vec![at as u32]));
        }
    }
    comparison.findings.append(&mut found);
}
