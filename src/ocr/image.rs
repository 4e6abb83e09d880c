//! A coloured picture in, a grey one that an engine reads well out: red ink dropped, skew turned back, pieces cut and pasted.
//! Knows nothing of text.

use crate::model::Bitmap;

/// A grey picture: 0 is black, 255 white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grey {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<u8>,
}

/// Below this a pixel is ink.
pub(super) const INK: u8 = 128;

impl Grey {
    /// A white picture.
    pub fn white(width: u32, height: u32) -> Self {
        Grey { width, height, pixels: vec![255; width as usize * height as usize] }
    }

    /// The red channel: to it red ink (a seal, a letterhead) is as white as paper, black stays black.
    pub fn without_red(picture: &Bitmap) -> Self {
        let pixels = picture.rgb.chunks_exact(3).map(|rgb| rgb[0]).collect();
        Grey { width: picture.width, height: picture.height, pixels }
    }

    /// The same without specks: lone dark pixels become as light as what is around them. Beside digits an engine takes them for
    /// points. The smallest print has none: at 150 pixels an inch a decimal point is two pixels wide.
    pub fn without_specks(&self) -> Self {
        const DARK: u8 = 160;
        const STEP: i32 = 60;
        let mut out = self.clone();
        let width = self.width as usize;
        for y in 1..self.height.saturating_sub(1) as usize {
            for x in 1..width.saturating_sub(1) {
                let at = y * width + x;
                let own = self.pixels[at];
                if own >= DARK {
                    continue;
                }
                let rows = [at - width, at, at + width].map(|middle| &self.pixels[middle - 1..=middle + 1]);
                let around = || rows.iter().flat_map(|row| row.iter()).map(|p| i32::from(*p));
                let lighter = around().filter(|p| *p >= i32::from(own) + STEP).count();
                if lighter == 8 {
                    out.pixels[at] = ((around().sum::<i32>() - i32::from(own)) / 8) as u8;
                }
            }
        }
        out
    }

    /// One row of pixels.
    pub fn row(&self, y: u32) -> &[u8] {
        let start = y as usize * self.width as usize;
        &self.pixels[start..start + self.width as usize]
    }

    /// The pixel at `x`, `y`; white outside.
    pub fn at(&self, x: i64, y: i64) -> u8 {
        let inside = (0..i64::from(self.width)).contains(&x) && (0..i64::from(self.height)).contains(&y);
        if inside { self.pixels[y as usize * self.width as usize + x as usize] } else { 255 }
    }

    /// Makes a rectangle white; what lies outside the picture is left out.
    pub fn blank(&mut self, [left, top, right, bottom]: [u32; 4]) {
        let (right, bottom) = (right.min(self.width), bottom.min(self.height));
        for y in top..bottom {
            let start = y as usize * self.width as usize;
            self.pixels[start + left.min(right) as usize..start + right as usize].fill(255);
        }
    }

    /// A rectangle of it, enlarged `times`, by copying pixels between which the grey is interpolated.
    pub fn cut(&self, [left, top, right, bottom]: [u32; 4], times: u32) -> Grey {
        let (width, height) = (right.saturating_sub(left) * times, bottom.saturating_sub(top) * times);
        if times == 1 {
            let mut pixels = Vec::with_capacity(width as usize * height as usize);
            for y in top..bottom {
                pixels.extend((left..right).map(|x| self.at(i64::from(x), i64::from(y))));
            }
            return Grey { width, height, pixels };
        }
        let mut out = Grey::white(width, height);
        let place = |n: u32, from: u32| (f64::from(n) + 0.5) / f64::from(times) - 0.5 + f64::from(from);
        for y in 0..height {
            for x in 0..width {
                out.pixels[(y * width + x) as usize] = self.between(place(x, left), place(y, top));
            }
        }
        out
    }

    /// Copies `piece` to `left`, `top`.
    pub fn paste(&mut self, piece: &Grey, left: u32, top: u32) {
        let width = piece.width.min(self.width.saturating_sub(left)) as usize;
        for y in 0..piece.height.min(self.height.saturating_sub(top)) {
            let start = (top + y) as usize * self.width as usize + left as usize;
            self.pixels[start..start + width].copy_from_slice(&piece.row(y)[..width]);
        }
    }

    /// The grey between four pixels.
    fn between(&self, x: f64, y: f64) -> u8 {
        let (x0, y0) = (x.floor(), y.floor());
        let (right, down) = (x - x0, y - y0);
        let (x0, y0) = (x0 as i64, y0 as i64);
        let at = |x, y| f64::from(self.at(x, y));
        let upper = at(x0, y0) * (1.0 - right) + at(x0 + 1, y0) * right;
        let lower = at(x0, y0 + 1) * (1.0 - right) + at(x0 + 1, y0 + 1) * right;
        (upper * (1.0 - down) + lower * down).round() as u8
    }

    /// The picture turned about its middle so that a text line that falls by `slope` (down per right) becomes level.
    pub fn level(&self, slope: f64) -> Grey {
        if slope == 0.0 {
            return self.clone();
        }
        let mut out = Grey::white(self.width, self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                let (from_x, from_y) = self.before_level(f64::from(x), f64::from(y), slope);
                out.pixels[y as usize * self.width as usize + x as usize] = self.between(from_x, from_y);
            }
        }
        out
    }

    /// Where a point of the levelled picture was before.
    pub fn before_level(&self, x: f64, y: f64, slope: f64) -> (f64, f64) {
        let (sin, cos) = slope.atan().sin_cos();
        let (mid_x, mid_y) = (f64::from(self.width) / 2.0, f64::from(self.height) / 2.0);
        let (dx, dy) = (x - mid_x, y - mid_y);
        (mid_x + dx * cos - dy * sin, mid_y + dx * sin + dy * cos)
    }

    /// How much text lines fall to the right: the slope at which the rows of ink stand out most sharply.
    ///
    /// The method of projection profiles (W. Postl, "Detection of linear oblique structures and skew scan in digitized
    /// documents", ICPR 1986): 3° to both sides, first in steps of a quarter degree, then of a twentieth.
    pub fn slope(&self) -> f64 {
        // Every third pixel in both directions is enough to see lines.
        let mut ink = Vec::new();
        for y in (0..self.height).step_by(3) {
            ink.extend(
                self.row(y)
                    .iter()
                    .enumerate()
                    .step_by(3)
                    .filter(|(_, p)| **p < INK)
                    .map(|(x, _)| (x as f64, f64::from(y))),
            );
        }
        if ink.len() < 200 {
            return 0.0;
        }
        let rise = (f64::from(self.width) * 0.06) as usize + 3;
        let mut rows = vec![0u32; (self.height as usize + 2 * rise) / 3 + 2];
        let mut sharpness = |degrees: f64| {
            rows.fill(0);
            let slope = degrees.to_radians().tan();
            for (x, y) in &ink {
                let row = (y - x * slope + rise as f64) / 3.0;
                if let Some(row) = rows.get_mut(row.max(0.0) as usize) {
                    *row += 1;
                }
            }
            rows.windows(2).map(|w| u64::from(w[0].abs_diff(w[1])).pow(2)).sum::<u64>()
        };
        let mut best = (sharpness(0.0), 0i32);
        for step in (-60..=60).step_by(5).filter(|s| *s != 0) {
            best = best.max_by_first((sharpness(f64::from(step) / 20.0), step));
        }
        for step in best.1 - 4..=best.1 + 4 {
            best = best.max_by_first((sharpness(f64::from(step) / 20.0), step));
        }
        if best.1.abs() <= 1 { 0.0 } else { (f64::from(best.1) / 20.0).to_radians().tan() }
    }

    /// The picture as a file that every engine reads: binary PGM (netpbm, magic `P5`).
    pub fn pgm(&self) -> Vec<u8> {
        let mut out = format!("P5\n{} {}\n255\n", self.width, self.height).into_bytes();
        out.extend_from_slice(&self.pixels);
        out
    }
}

/// The pair with the greater first part; the older one where they are equal.
trait MaxByFirst {
    fn max_by_first(self, other: Self) -> Self;
}

impl MaxByFirst for (u64, i32) {
    fn max_by_first(self, other: Self) -> Self {
        if other.0 > self.0 { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Level dashes, as lines of text are.
    fn page(slope: f64) -> Grey {
        let mut page = Grey::white(600, 800);
        for line in 0..20 {
            for x in 60..540u32 {
                let y = 80.0 + f64::from(line) * 32.0 + f64::from(x) * slope;
                for thick in 0..9 {
                    if x % 13 < 9 {
                        page.pixels[(y as usize + thick) * 600 + x as usize] = 0;
                    }
                }
            }
        }
        page
    }

    #[test]
    fn red_ink_is_as_white_as_paper() {
        let picture = Bitmap { width: 3, height: 1, dpi: 72, rgb: vec![250, 20, 30, 0, 0, 0, 255, 255, 255] };
        assert_eq!(Grey::without_red(&picture).pixels, [250, 0, 255]);
    }

    #[test]
    fn a_lone_dark_pixel_goes_and_a_point_of_two_stays() {
        let mut page = Grey::white(20, 10);
        page.pixels[2 * 20 + 3] = 40;
        page.pixels[5 * 20 + 10] = 40;
        page.pixels[5 * 20 + 11] = 60;
        let clean = page.without_specks();
        assert_eq!([clean.at(3, 2), clean.at(10, 5), clean.at(11, 5)], [255, 40, 60]);
    }

    #[test]
    fn a_skewed_page_is_levelled_to_a_tenth_of_a_degree() {
        for degrees in [-1.5f64, -0.7, 0.0, 0.9, 2.0] {
            let found = page(degrees.to_radians().tan()).slope().atan().to_degrees();
            assert!((found - degrees).abs() < 0.1, "{degrees} was found as {found}");
        }
        let skewed = page(0.02);
        assert!(skewed.level(skewed.slope()).slope().abs() < 0.003);
    }

    #[test]
    fn a_place_on_the_levelled_page_leads_back() {
        let page = Grey::white(600, 800);
        let (x, y) = page.before_level(550.0, 400.0, 0.02);
        assert!((x - 549.95).abs() < 0.1 && (y - 405.0).abs() < 0.1, "{x} {y}");
    }

    #[test]
    fn a_piece_is_cut_enlarged_and_pasted() {
        let mut page = Grey::white(4, 4);
        page.pixels[5] = 0;
        let piece = page.cut([1, 1, 2, 2], 2);
        assert_eq!((piece.width, piece.height), (2, 2));
        let mut out = Grey::white(4, 4);
        out.paste(&page.cut([0, 0, 2, 2], 1), 3, 3);
        assert_eq!(out.at(3, 3), 255);
        out.paste(&page.cut([1, 1, 3, 3], 1), 0, 0);
        assert_eq!(out.at(0, 0), 0);
        assert_eq!(out.at(-1, 9), 255);
    }
}
