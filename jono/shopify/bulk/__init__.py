"""Bulk operations: the store reads everything into one file, or carries out a file of changes, in its own time.

`form` puts a query into the form they take, `operations` starts, watches and cancels them, `files` fetches what they
wrote, `reading` puts the lines together to records, `changing` sends a file of changes and reads what became of each.
"""
