"""REST: the job queue for programs, by the same rules as its pages."""
