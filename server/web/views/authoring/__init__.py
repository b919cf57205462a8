"""What the authors' pages show: plain data for templates."""
