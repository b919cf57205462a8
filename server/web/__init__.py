"""What a browser sees: pages, live fragments, styles and the small scripts that make them comfortable."""
