"""One module for each format; `render` turns a report into text."""
