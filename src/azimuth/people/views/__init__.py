"""Pages about people. A module per noun."""
