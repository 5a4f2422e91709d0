"""The platforms. Knows HTTP; knows nothing of municipalities, rules or databases."""
