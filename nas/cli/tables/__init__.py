"""What commands print: tables, plots in characters, what is proven of exported files."""
