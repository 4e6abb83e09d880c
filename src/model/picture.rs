//! A page as a picture, and what is read off it.

/// A page as a picture: red, green, blue, one byte each, row by row from the upper left corner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pixels an inch.
    pub dpi: u32,
    /// `width × height × 3` bytes.
    pub rgb: Vec<u8>,
}

/// What a picture says. Places are pixels of the picture as it was given, origin in the upper left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scan {
    /// Lines of text, from top to bottom; a cell of a ruled table has lines of its own.
    pub lines: Vec<ScanLine>,
    /// Ruling lines: left, top, right, bottom.
    pub rules: Vec<[f32; 4]>,
    /// Pixels an inch of the picture.
    pub dpi: u32,
}

/// One line of text read off a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScanLine {
    /// What it says.
    pub text: String,
    /// Left, top, right, bottom in pixels.
    pub bbox: [f32; 4],
    /// How sure the engine is, from 0 to 1; lowered where a second look at the digits differs.
    pub confidence: f32,
}

/// Someone who can read pictures.
pub trait Recognise: Sync {
    /// Reads pages of the file whose bytes have the SHA-256 `source`: one answer each, in order. `render` makes the picture of
    /// a page and is not asked where the answer is known from before. Where a page could not be read: cause and next step.
    fn read(
        &self,
        source: &str,
        pages: &[u32],
        render: &(dyn Fn(u32) -> Result<Bitmap, String> + Sync),
    ) -> Vec<Result<Scan, String>>;
}
