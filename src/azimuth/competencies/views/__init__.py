"""Pages of competencies, a module per noun: `keeping`, `importing`, `choosing` (for questionnaires)."""
