"""Bulk operations: a whole store read into one file, or a file of changes carried out, in the background."""
