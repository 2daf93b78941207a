"""The store's own admin page, for people: what a merchant would see, and the levers of the sandbox."""
