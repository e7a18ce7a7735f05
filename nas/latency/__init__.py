"""Latency tables: measured, predicted, corrected, kept in SQL, exchanged as CSV."""
