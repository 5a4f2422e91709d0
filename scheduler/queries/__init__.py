"""Shows. Frozen read models for pages and commands; reads only."""
