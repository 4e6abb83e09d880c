//! Transformations of the plane as PDF writes them: `[a b c d e f]` (ISO 32000-2, 8.3.3).

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix(pub [f64; 6]);

impl Matrix {
    pub const IDENTITY: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This one first, then `next`.
    pub fn then(self, next: Matrix) -> Matrix {
        let ([a, b, c, d, e, f], n) = (self.0, next.0);
        Matrix([
            a * n[0] + b * n[2],
            a * n[1] + b * n[3],
            c * n[0] + d * n[2],
            c * n[1] + d * n[3],
            e * n[0] + f * n[2] + n[4],
            e * n[1] + f * n[3] + n[5],
        ])
    }

    pub fn point(self, x: f64, y: f64) -> [f64; 2] {
        let [a, b, c, d, e, f] = self.0;
        [a * x + c * y + e, b * x + d * y + f]
    }

    /// Moved by `x`, `y` in its own space, before itself.
    pub fn moved(self, x: f64, y: f64) -> Matrix {
        let [e, f] = self.point(x, y);
        let [a, b, c, d, ..] = self.0;
        Matrix([a, b, c, d, e, f])
    }

    /// How much longer the upright becomes.
    pub fn height(self) -> f64 {
        self.0[2].hypot(self.0[3])
    }

    /// Left, top, right, bottom of a rectangle after it.
    pub fn bounds(self, [x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
        let corners = [self.point(x0, y0), self.point(x1, y0), self.point(x0, y1), self.point(x1, y1)];
        corners.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, [x, y]| {
            [b[0].min(*x), b[1].min(*y), b[2].max(*x), b[3].max(*y)]
        })
    }

    /// `None` where a number is none, or so large that nothing painted by it lies on a page.
    pub fn sound(self) -> Option<Matrix> {
        self.0.iter().all(|n| n.is_finite() && n.abs() < 1e9).then_some(self)
    }
}
