"""Filling in an alert channel, and until when an alert keeps quiet."""

from collections.abc import Mapping
from typing import Any, ClassVar

from jono.jobs import alerts, channels
from jono.jobs.models import Alert, AlertChannel
from jono.kit.language import say
from jono.web.card_forms import ModelCardForm, RecordForm


class ChannelRecordForm(RecordForm):
    """A channel: what is wrong with it stands beside the field that is to be mended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["addresses"].widget.attrs["rows"] = 3
        if "kind" in self.fields:
            # The banner is there from the start.
            banner = AlertChannel.Kind.BANNER
            offered = [choice for choice in AlertChannel.Kind.choices if choice[0] != banner]
            self.fields["kind"].choices = offered  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            for name, problem in channels.problems(self.instance):
                self.add_error(name, say(problem.message, problem.values))


class ChannelForm(ModelCardForm):
    """A channel, kept by the jobs room: a new webhook gets its secret there."""

    bases: ClassVar[Mapping[str, type[RecordForm]]] = {"": ChannelRecordForm}

    def save(self) -> AlertChannel:
        """Write the channel."""
        return channels.keep(self.record)


class MuteForm(ModelCardForm):
    """Until when an alert keeps quiet."""

    def save(self) -> Alert:
        """Mute the alert until then."""
        alert: Alert = self.record
        alerts.mute(alert, alert.muted_until_at)
        return alert
