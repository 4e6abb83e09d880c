//! Word segmentation.
