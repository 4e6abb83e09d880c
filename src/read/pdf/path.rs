//! Paths in, ruling lines out: what is straight, thin and lies flat or upright. Everything else that is drawn is left out.

use super::matrix::Matrix;
use crate::read::page::Rule;

/// How many points of one path are kept; a table of a page drawn as one path has some thousand.
const POINTS: usize = 20_000;
/// Thicker rectangles are areas, not lines. The red line under a letterhead has 2 to 3 points.
const THICK: f64 = 4.0;
/// Shorter strokes are parts of drawings and letters.
const SHORT: f64 = 3.0;
/// By how much a line may lean over its length and still be flat.
const LEAN: f64 = 0.8;

/// The path that is being built, in the space of the page.
#[derive(Default)]
pub(super) struct Path {
    parts: Vec<Part>,
    points: usize,
}

#[derive(Default)]
struct Part {
    points: Vec<[f64; 2]>,
    curved: bool,
}

impl Path {
    pub fn move_to(&mut self, m: Matrix, x: f64, y: f64) {
        if self.points < POINTS {
            self.points += 1;
            self.parts.push(Part { points: vec![m.point(x, y)], curved: false });
        }
    }

    pub fn line_to(&mut self, m: Matrix, x: f64, y: f64) {
        if let Some(part) = self.parts.last_mut().filter(|_| self.points < POINTS) {
            self.points += 1;
            part.points.push(m.point(x, y));
        }
    }

    pub fn curve_to(&mut self, m: Matrix, x: f64, y: f64) {
        self.line_to(m, x, y);
        if let Some(part) = self.parts.last_mut() {
            part.curved = true;
        }
    }

    pub fn close(&mut self) {
        if let Some(part) = self.parts.last_mut()
            && let Some(&first) = part.points.first()
            && part.points.last() != Some(&first)
        {
            part.points.push(first);
        }
    }

    pub fn rectangle(&mut self, m: Matrix, x: f64, y: f64, w: f64, h: f64) {
        self.move_to(m, x, y);
        for (x, y) in [(x + w, y), (x + w, y + h), (x, y + h), (x, y)] {
            self.line_to(m, x, y);
        }
    }

    pub fn clear(&mut self) {
        self.parts.clear();
        self.points = 0;
    }

    /// Lines among what is filled.
    pub fn filled(&self, rules: &mut Vec<Rule>, most: usize) {
        for part in self.parts.iter().filter(|part| !part.curved && (2..=8).contains(&part.points.len())) {
            let b = bounds(&part.points);
            let (w, h) = (b[2] - b[0], b[3] - b[1]);
            let sides = part.points.windows(2).all(|p| {
                (p[0][0] - p[1][0]).abs() < LEAN.min(w / 4.0 + 0.01)
                    || (p[0][1] - p[1][1]).abs() < LEAN.min(h / 4.0 + 0.01)
            });
            if sides && w.min(h) <= THICK && w.max(h) >= SHORT && w.max(h) > w.min(h) * 2.0 {
                push(rules, most, b);
            }
        }
    }

    /// Lines among what is stroked with a pen `width` points wide.
    pub fn stroked(&self, width: f64, rules: &mut Vec<Rule>, most: usize) {
        if width > THICK {
            return;
        }
        let half = (width / 2.0).max(0.05);
        for part in self.parts.iter().filter(|part| !part.curved) {
            for pair in part.points.windows(2) {
                let b = bounds(pair);
                let (w, h) = (b[2] - b[0], b[3] - b[1]);
                if w.max(h) >= SHORT && w.min(h) <= LEAN {
                    push(
                        rules,
                        most,
                        if w > h {
                            [b[0], b[1] - half, b[2], b[3] + half]
                        } else {
                            [b[0] - half, b[1], b[2] + half, b[3]]
                        },
                    );
                }
            }
        }
    }
}

fn bounds(points: &[[f64; 2]]) -> [f64; 4] {
    points.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, [x, y]| {
        [b[0].min(*x), b[1].min(*y), b[2].max(*x), b[3].max(*y)]
    })
}

fn push(rules: &mut Vec<Rule>, most: usize, b: [f64; 4]) {
    if rules.len() < most && b.iter().all(|n| n.is_finite()) {
        rules.push(Rule { bbox: b.map(|n| n as f32) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(draw: impl Fn(&mut Path), stroke: bool) -> Vec<[f32; 4]> {
        let mut path = Path::default();
        draw(&mut path);
        let mut rules = Vec::new();
        if stroke {
            path.stroked(0.5, &mut rules, 100)
        } else {
            path.filled(&mut rules, 100)
        }
        rules.iter().map(|rule| rule.bbox).collect()
    }

    #[test]
    fn a_thin_filled_rectangle_is_a_line_and_a_wide_one_is_not() {
        let m = Matrix::IDENTITY;
        assert_eq!(rules(|p| p.rectangle(m, 10.0, 20.0, 100.0, 0.5), false), [[10.0, 20.0, 110.0, 20.5]]);
        assert!(rules(|p| p.rectangle(m, 10.0, 20.0, 100.0, 30.0), false).is_empty());
    }

    #[test]
    fn a_stroked_rectangle_is_four_lines() {
        assert_eq!(rules(|p| p.rectangle(Matrix::IDENTITY, 10.0, 20.0, 100.0, 30.0), true).len(), 4);
    }

    #[test]
    fn slopes_and_curves_are_no_lines() {
        let m = Matrix::IDENTITY;
        let slope = |p: &mut Path| {
            p.move_to(m, 0.0, 0.0);
            p.line_to(m, 50.0, 50.0);
        };
        assert!(rules(slope, true).is_empty());
        let curve = |p: &mut Path| {
            p.move_to(m, 0.0, 0.0);
            p.curve_to(m, 50.0, 0.0);
        };
        assert!(rules(curve, true).is_empty());
    }
}
