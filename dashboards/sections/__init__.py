"""The sections of a report, and the page that they stand on."""
