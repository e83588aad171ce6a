"""Pages of questionnaires, a module per noun: `keeping`, `editing`, `importing`, `scales`, `translating`."""
