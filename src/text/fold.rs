//! Folds width, spaces and line breaks of one block into a view with the way back.
