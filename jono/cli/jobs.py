"""`jono jobs`: the job queue from a terminal, every command a line."""

import typer
from django.utils.translation import gettext as _

from jono.cli import job_actions, job_cards, job_categories, job_lists, schedule
from jono.cli.terminal import Commands

app = typer.Typer(cls=Commands, no_args_is_help=True, help=_("The job queue: its entries and their runs."))

app.command("list", help=_("List the job queue entries, newest first."))(job_lists.list_entries)
app.command("show", help=_("Show an entry whole."))(job_lists.show_entry)
app.command("log", help=_("List the runs, of one entry or of all, newest first."))(job_lists.list_runs)
app.command("run", help=_("Show a run: its counts, and why records were skipped or failed."))(
    job_lists.show_run
)
app.command("records", help=_("List what became of each record of a run."))(job_lists.list_records)
app.command("failures", help=_("List failed records that are still to be mended, by their error."))(
    job_lists.list_failures
)
app.command("reports", help=_("List the reports that can be run, and their parameters."))(
    job_lists.list_reports
)
app.command("workers", help=_("List the workers that live, and what they have in hand."))(
    job_lists.list_workers
)

app.command("create", help=_("Add an entry, On Hold."))(job_cards.create)
app.command("change", help=_("Change what is given of an entry that is On Hold; the rest stays."))(
    job_cards.change
)
app.command("preview", help=_("Foresee the coming runs of an entry, or of one that is not made yet."))(
    job_cards.preview
)
app.command("next", help=_("Say when jobs of a file of cases run next, without making entries."))(
    schedule.next_runs
)

app.command("ready", help=_("Set an entry to Ready: it starts when it is due."))(job_actions.ready)
app.command("hold", help=_("Set an entry On Hold: it does not start again until it is set to Ready."))(
    job_actions.hold
)
app.command("restart", help=_("Let an entry run now, whenever it was to start."))(job_actions.restart)
app.command("resume", help=_("Go on with an entry whose run was paused."))(job_actions.resume)
app.command("copy", help=_("Add an entry like this one, On Hold."))(job_actions.copy)
app.command("priority", help=_("Change an entry's priority among the waiting."))(job_actions.priority)
app.command("run-once", help=_("Run an entry once, here and now; its schedule stays."))(job_actions.run_once)
app.command("stop", help=_("Ask the run of an entry to stop; what it has done stays."))(job_actions.stop)
app.command("pause", help=_("Ask the run of an entry to pause; resume goes on from there."))(
    job_actions.pause
)
app.command("retry", help=_("Try the failed records of a run again, in the background."))(job_actions.retry)
app.command("retry-failures", help=_("Try failed records again: groups of them by their error, or all."))(
    job_actions.retry_failures
)
app.command("delete", help=_("Delete an entry; the log of its runs stays."))(job_actions.delete)

app.add_typer(job_categories.app, name="category")
