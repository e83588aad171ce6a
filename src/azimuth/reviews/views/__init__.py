"""Pages of reviews: `cycles` steer, `drafting` is the wizard, `answering` the forms, `reports` what comes of them."""
