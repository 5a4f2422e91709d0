"""What the municipality decides and does: rules, memory, steps, views and bells."""
