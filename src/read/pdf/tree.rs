//! A file in, its pages in order out, each with what it inherits (ISO 32000-2, 7.7.3). Reads no content.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::file::File;
use super::object::{Dict, Id, Object};

/// How many pages are read. The longest reports of provinces have some 2,000.
pub(super) const MOST: usize = 50_000;
/// How deep the tree may be; balanced trees of a million pages stay below ten.
const DEPTH: usize = 64;
/// How many nodes are looked at, so that a tree of empty branches ends.
const NODES: usize = 4 * MOST;

/// A page that is not read yet.
#[derive(Clone)]
pub(super) struct Leaf {
    node: Object,
    inherited: Rc<Inherited>,
}

/// What pages take over from the nodes above them.
#[derive(Clone, Default)]
struct Inherited {
    resources: Option<Object>,
    media: Option<Object>,
    crop: Option<Object>,
    rotate: Option<Object>,
}

/// A page as its dictionary says.
pub(super) struct Sheet {
    pub resources: Dict,
    /// Content streams, in order.
    pub contents: Vec<Object>,
    /// Left, bottom, right, top of what is shown, in the page's own space.
    pub shown: [f64; 4],
    /// Quarter turns clockwise.
    pub turns: u8,
}

/// The pages of a file.
pub(super) struct Tree {
    pub leaves: Vec<Leaf>,
    /// There are more pages than are read.
    pub cut: bool,
    /// The tree is lost; the pages are in the order of the file.
    pub strayed: bool,
}

impl Inherited {
    fn below(&self, node: &Dict) -> Self {
        let own = |key: &[u8], above: &Option<Object>| node.get(key).cloned().or_else(|| above.clone());
        Inherited {
            resources: own(b"Resources", &self.resources),
            media: own(b"MediaBox", &self.media),
            crop: own(b"CropBox", &self.crop),
            rotate: own(b"Rotate", &self.rotate),
        }
    }
}

/// Walks the page tree; where it gives nothing, or less than there is in a damaged file, takes the pages as they lie.
pub(super) fn pages(file: &File) -> Tree {
    let mut tree = walk(file);
    if tree.leaves.is_empty() || file.repaired {
        let strays = strays(file);
        if strays.len() > tree.leaves.len() {
            tree = Tree { leaves: strays, cut: false, strayed: true };
        }
    }
    tree
}

fn walk(file: &File) -> Tree {
    let mut tree = Tree { leaves: Vec::new(), cut: false, strayed: false };
    let root = file.root().and_then(|root| file.get(root.dict()?, b"Pages"));
    let Some(Object::Dict(root)) = root else { return tree };
    let mut seen: FxHashSet<Id> = FxHashSet::default();
    let mut nodes = 0;
    let kids = |dict: &Dict| match file.get(dict, b"Kids") {
        Some(Object::Array(kids)) => Some(kids),
        _ => None,
    };
    let Some(first) = kids(&root) else { return tree };
    let mut stack = vec![(first, 0usize, Rc::new(Inherited::default().below(&root)))];
    while let Some((list, at, inherited)) = stack.last_mut() {
        let Some(kid) = list.get(*at).cloned() else {
            stack.pop();
            continue;
        };
        *at += 1;
        nodes += 1;
        if nodes > NODES || tree.leaves.len() >= MOST {
            tree.cut = true;
            break;
        }
        if kid.reference().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        let Some(Object::Dict(node)) = file.resolve(&kid) else { continue };
        let branch = kids(&node).filter(|_| node.get(b"Type").and_then(Object::name) != Some(b"Page"));
        match branch {
            Some(list) => {
                let below = Rc::new(inherited.below(&node));
                if stack.len() < DEPTH {
                    stack.push((list, 0, below));
                } else {
                    tree.cut = true;
                }
            }
            None => tree.leaves.push(Leaf { node: kid, inherited: inherited.clone() }),
        }
    }
    tree
}

/// Pages without a tree. Content streams without a page become pages too, with the resources of the others.
fn strays(file: &File) -> Vec<Leaf> {
    let mut shared: Option<Object> = None;
    let mut leaves = Vec::new();
    for id in file.strays().into_iter().take(MOST) {
        match file.object(id) {
            Some(Object::Dict(node)) => {
                let mut inherited = Inherited::default();
                let mut above = file.dict(&node, b"Parent");
                for _ in 0..DEPTH {
                    let Some(parent) = above else { break };
                    let mut own = Inherited::default().below(&parent);
                    own.resources = inherited.resources.or(own.resources);
                    own.media = inherited.media.or(own.media);
                    own.rotate = inherited.rotate.or(own.rotate);
                    inherited = own;
                    above = file.dict(&parent, b"Parent");
                }
                if shared.is_none() {
                    shared = node.get(b"Resources").cloned().or_else(|| inherited.resources.clone());
                }
                leaves.push(Leaf { node: Object::Ref(id), inherited: Rc::new(inherited) });
            }
            Some(Object::Stream(_)) => leaves.push(Leaf { node: Object::Ref(id), inherited: Rc::default() }),
            _ => {}
        }
    }
    orphans(file, leaves, shared)
}

/// How many streams are looked at for text that no page names: a damaged file has a few.
const ORPHANS: usize = 2000;

/// Keeps those streams among `leaves` that hold text and that no page among them names.
fn orphans(file: &File, leaves: Vec<Leaf>, shared: Option<Object>) -> Vec<Leaf> {
    let mut named: FxHashSet<Id> = FxHashSet::default();
    for leaf in &leaves {
        let Some(Object::Dict(node)) = file.resolve(&leaf.node) else { continue };
        match node.get(b"Contents") {
            Some(Object::Array(items)) => named.extend(items.iter().filter_map(Object::reference)),
            Some(Object::Ref(id)) => {
                named.insert(*id);
                if let Some(Object::Array(items)) = file.object(*id) {
                    named.extend(items.iter().filter_map(Object::reference));
                }
            }
            _ => {}
        }
    }
    let (mut kept, mut looked) = (Vec::new(), 0);
    for mut leaf in leaves {
        if let Some(Object::Stream(stream)) = file.resolve(&leaf.node) {
            if named.contains(&stream.id) || shared.is_none() || looked >= ORPHANS {
                continue;
            }
            looked += 1;
            let text = file.data(&stream).is_some_and(|data| {
                let has = |word: &[u8]| memchr::memmem::find(&data.bytes, word).is_some();
                has(b"BT") && has(b"Tf") && (has(b"Tj") || has(b"TJ"))
            });
            if !text {
                continue;
            }
            leaf.inherited = Rc::new(Inherited { resources: shared.clone(), ..Inherited::default() });
        }
        kept.push(leaf);
    }
    kept
}

impl Leaf {
    /// Reads the page's dictionary.
    pub fn sheet(&self, file: &File) -> Sheet {
        let node = file.resolve(&self.node);
        let dict = match &node {
            // A content stream whose page is lost.
            Some(Object::Stream(_)) | None => Dict::default(),
            Some(other) => other.dict().cloned().unwrap_or_default(),
        };
        let own = |key: &[u8], above: &Option<Object>| {
            file.get(&dict, key).or_else(|| above.as_ref().and_then(|object| file.resolve(object)))
        };
        let contents = match (&node, file.get(&dict, b"Contents")) {
            (Some(Object::Stream(_)), _) => node.iter().cloned().collect(),
            (_, Some(Object::Array(items))) => items.iter().filter_map(|item| file.resolve(item)).collect(),
            (_, Some(stream @ Object::Stream(_))) => vec![stream],
            _ => Vec::new(),
        };
        let rectangle = |object: Option<Object>| {
            let object = object?;
            let sides: Vec<f64> = object.array()?.iter().filter_map(|n| file.resolve(n)?.number()).collect();
            let [a, b, c, d] = *sides.as_slice() else { return None };
            let sides = [a.min(c), b.min(d), a.max(c), b.max(d)];
            let sound = sides.iter().all(|n| n.is_finite() && n.abs() < 1e6);
            (sound && sides[2] - sides[0] > 1.0 && sides[3] - sides[1] > 1.0).then_some(sides)
        };
        // A4, as viewers assume.
        let media = rectangle(own(b"MediaBox", &self.inherited.media)).unwrap_or([0.0, 0.0, 595.28, 841.89]);
        let shown = rectangle(own(b"CropBox", &self.inherited.crop)).and_then(|crop| {
            let cut = [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
            (cut[2] - cut[0] > 1.0 && cut[3] - cut[1] > 1.0).then_some(cut)
        });
        let turns = own(b"Rotate", &self.inherited.rotate).and_then(|n| n.int()).unwrap_or(0);
        Sheet {
            resources: own(b"Resources", &self.inherited.resources)
                .and_then(|object| object.dict().cloned())
                .unwrap_or_default(),
            contents,
            shown: shown.unwrap_or(media),
            turns: turns.div_euclid(90).rem_euclid(4) as u8,
        }
    }
}
