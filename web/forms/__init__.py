"""The forms: what a person may type into a page, with our own words for every mistake."""
