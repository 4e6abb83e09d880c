//! A page of a PDF file in, its picture out, for an engine that reads pictures. Knows nothing of text.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::model::Bitmap;

/// Pixels a picture may have: an A3 page at 300 pixels an inch has 17 million.
const MOST_PIXELS: f32 = 40e6;
/// Pixels a side may have, which the renderer counts in 16 bits.
const LONGEST_SIDE: f32 = 20_000.0;

/// A file whose pages can be made pictures.
pub(in crate::read) struct Pictures(Pdf);

impl Pictures {
    /// Opens a file.
    ///
    /// # Errors
    /// Where it is not understood.
    pub fn open(bytes: &[u8]) -> Result<Self, String> {
        let opened = Pdf::new(bytes.to_vec()).map(Pictures);
        opened.map_err(|_| "the file cannot be opened to make pictures of its pages".to_owned())
    }

    /// Page `number`, from 1, at `dpi` pixels an inch, or at fewer where it would be too large.
    ///
    /// # Errors
    /// Where there is no such page or it has no size.
    pub fn page(&self, number: u32, dpi: u32) -> Result<Bitmap, String> {
        let pages = self.0.pages();
        let page = (number as usize).checked_sub(1).and_then(|i| pages.get(i));
        let page = page.ok_or_else(|| format!("page {number} cannot be made a picture"))?;
        let (width, height) = page.render_dimensions();
        if !(width >= 1.0 && height >= 1.0 && width.is_finite() && height.is_finite()) {
            return Err(format!("page {number} has no size"));
        }
        let asked = dpi as f32 / 72.0;
        let most = (MOST_PIXELS / (width * height)).sqrt().min(LONGEST_SIDE / width.max(height));
        let scale = asked.min(most);
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let cache = RenderCache::new();
        let made = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
        let (width, height) = (u32::from(made.width()), u32::from(made.height()));
        // The page is painted on white, so every pixel is opaque and its colours are what they seem.
        let rgb = made.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        Ok(Bitmap { width, height, dpi: (scale * 72.0).round() as u32, rgb })
    }
}
