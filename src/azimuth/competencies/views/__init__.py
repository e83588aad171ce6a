"""Pages of competencies, a module per noun: `keeping`, `importing`, `translating`, `choosing` (for questionnaires)."""
